"""Bytes in the store, and the manifests that list them."""

from __future__ import annotations

import dataclasses
import json
import re
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NewType

if TYPE_CHECKING:
    from collections.abc import Mapping

    from typing_extensions import Self

__all__ = ["BLOCK_BYTES", "Digest", "Manifest", "ManifestFile", "StoredObject", "suffix_of"]

Digest = NewType("Digest", str)
"""BLAKE3 of bytes, 256 bits, as text: ``blake3:`` and 64 hexadecimal digits."""

BLOCK_BYTES = 8 << 20
"""A file of which parts are read without the rest has a digest for each so many bytes."""

_SUFFIX = re.compile(r"(\.(?:tar|csv|json|txt))?\.[A-Za-z0-9_]{1,16}$")


@dataclasses.dataclass(frozen=True, slots=True)
class StoredObject:
    """Bytes in the store: their digest, the suffix they are kept under, and their size in bytes."""

    digest: Digest
    suffix: str
    size: int


def suffix_of(path: str) -> str:
    """Return the part of a path by which tools know the format, with its point; empty where there is none."""
    match = _SUFFIX.search(PurePosixPath(path).name)
    return match.group() if match else ""


@dataclasses.dataclass(frozen=True, slots=True)
class ManifestFile:
    """One file of a version.

    Attributes:
        path: Relative, with ``/`` between its segments, as the materializer named it.
        digest: Of the file's bytes.
        size: In bytes.
        blocks: The digests of its blocks of 8 MiB, as hexadecimal digits, where parts of it are read alone.
    """

    path: str
    digest: Digest
    size: int
    blocks: tuple[str, ...] = ()

    @property
    def object(self) -> StoredObject:
        """The object that holds the bytes; its suffix is the path's own, so that other tools know the format."""
        return StoredObject(self.digest, suffix_of(self.path), self.size)


@dataclasses.dataclass(frozen=True, slots=True)
class Manifest:
    """What a version consists of.

    Attributes:
        files: Sorted by their paths.
        details: What the materializer needs besides the files to restore the value; JSON, small.
    """

    files: tuple[ManifestFile, ...]
    details: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    @property
    def size(self) -> int:
        """Bytes of all files together."""
        return sum(file.size for file in self.files)

    def to_json(self) -> str:
        """Return the canonical text: equal manifests give equal text."""
        document = {
            "version": 2 if any(file.blocks for file in self.files) else 1,
            "files": [
                [file.path, file.digest, file.size, *([file.blocks] if file.blocks else [])] for file in self.files
            ],
            "details": dict(self.details),
        }
        return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what :meth:`to_json` wrote.

        Raises:
            ValueError: The text is not a manifest of a version that this package knows.
        """
        document = json.loads(text)
        if not isinstance(document, dict) or document.get("version") not in {1, 2}:
            message = f"not a manifest of version 1 or 2: {text[:80]!r}"
            raise ValueError(message)
        files = tuple(
            ManifestFile(path, Digest(digest), size, tuple(*blocks))
            for path, digest, size, *blocks in document["files"]
        )
        return cls(files, MappingProxyType(document["details"]))
