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
        uri: Where registered data lies, which is not in the store; None for an object.
        stamp: What the place of registered data said of it when it was registered, such as an etag or the time of its
            last change: while it says the same, the bytes are taken for the same.
    """

    path: str
    digest: Digest
    size: int
    blocks: tuple[str, ...] = ()
    uri: str | None = None
    stamp: str | None = None

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
    def objects(self) -> tuple[StoredObject, ...]:
        """The objects in the store that hold its bytes; registered data has none."""
        return tuple(file.object for file in self.files if file.uri is None)

    @property
    def registered(self) -> tuple[ManifestFile, ...]:
        """Those of its files that lie elsewhere than in the store."""
        return tuple(file for file in self.files if file.uri is not None)

    @property
    def size(self) -> int:
        """Bytes of all files together."""
        return sum(file.size for file in self.files)

    @property
    def length(self) -> int | None:
        """How many items a list or a tuple has, as its materializer noted; None of all else."""
        length = self.details.get("length")
        return length if isinstance(length, int) else None

    def to_json(self) -> str:
        """Return the canonical text: equal manifests give equal text."""
        document = {
            "version": 3 if self.registered else 2 if any(file.blocks for file in self.files) else 1,
            "files": [_row(file) for file in self.files],
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
        if not isinstance(document, dict) or document.get("version") not in {1, 2, 3}:
            message = f"not a manifest of version 1 to 3: {text[:80]!r}"
            raise ValueError(message)
        files = tuple(
            ManifestFile(path, Digest(digest), size, tuple(*rest[:1]), *rest[1:])
            for path, digest, size, *rest in document["files"]
        )
        return cls(files, MappingProxyType(document["details"]))


def _row(file: ManifestFile) -> list[Any]:
    row: list[Any] = [file.path, file.digest, file.size]
    if file.uri is not None:
        return [*row, file.blocks, file.uri, file.stamp]
    return [*row, file.blocks] if file.blocks else row
