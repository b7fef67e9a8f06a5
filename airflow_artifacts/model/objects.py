"""Bytes in the store, and the manifests that list them."""

from __future__ import annotations

import dataclasses
import json
import re
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NewType, NoReturn

from airflow_artifacts.exceptions import LineageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from typing_extensions import Self

__all__ = ["BLOCK_BYTES", "Digest", "Manifest", "ManifestFile", "StoredObject", "is_inside", "suffix_of"]

Digest = NewType("Digest", str)
"""BLAKE3 of bytes, 256 bits, as text: ``blake3:`` and 64 hexadecimal digits."""

BLOCK_BYTES = 8 << 20
"""A file of which parts are read without the rest has a digest for each so many bytes."""

_SUFFIX = re.compile(r"(\.(?:tar|csv|json|txt))?\.[A-Za-z0-9_]{1,16}\Z")
_DIGEST = re.compile(r"blake3:[0-9a-f]{64}")
_BLOCK = re.compile(r"[0-9a-f]{64}")
# A NUL, a backslash, and half of a character of UTF-16.
_HOSTILE = re.compile("[\0\\\\\ud800-\udfff]")
_PATH_LENGTH = 1024
# What a file of the store leaves away: its blocks, a URI and a stamp.
_NOT_REGISTERED: tuple[Any, ...] = ([], None, None)
# Integers of both databases have 64 bits.
_MOST_BYTES = 1 << 63


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


def is_inside(path: object) -> bool:
    r"""Whether a path, with ``/`` between its segments, names something within a value and nothing else anywhere.

    It does not where it is no text, is empty, absolute or longer than 1024 characters, or holds a ``.``, ``..`` or
    empty segment, a backslash, a drive, a NUL, or what UTF-8 cannot hold.
    """
    if not isinstance(path, str) or len(path) > _PATH_LENGTH or _HOSTILE.search(path):
        return False
    segments = path.split("/")
    return not segments[0].endswith(":") and {"", ".", ".."}.isdisjoint(segments)


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

    def __reduce__(self) -> tuple[type[Manifest], tuple[tuple[ManifestFile, ...], dict[str, Any]]]:
        # What was read from the database has a view of its details, which cannot be pickled.
        return type(self), (self.files, dict(self.details))

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

        What it says is not believed: whoever can write to the lineage database may have written it.

        Raises:
            LineageError: The text is not a manifest of a version that this package knows, or a file of it lies
                elsewhere than within the value, is listed twice or within another one, or has no digest or size.
        """
        try:
            document = json.loads(text)
            version, rows, details = document["version"], document["files"], document["details"]
        except (ValueError, LookupError, TypeError, RecursionError):
            version = None
        # A bool is a number of Python's, and none of JSON.
        if type(version) is not int or version not in {1, 2, 3} or type(rows) is not list or type(details) is not dict:
            _refuse(f"begins with {text[:80]!r}, which is none of version 1 to 3")
        files = tuple(map(_file, rows))
        paths = {file.path for file in files}
        if len(paths) < len(files):
            _refuse("lists a file twice")
        folders = {path[:at] for path in paths for at, one in enumerate(path) if one == "/"}
        if both := sorted(folders & paths):
            _refuse(f"lists {both[0][:80]!r} as a file and as a folder")
        return cls(files, MappingProxyType(details))


def _file(row: Any) -> ManifestFile:
    if type(row) is not list or len(row) not in {3, 4, 6}:
        _refuse("lists what is no file")
    path, digest, size, *rest = row
    blocks, uri, stamp = [*rest, *_NOT_REGISTERED[len(rest) :]]
    if not is_inside(path):
        _refuse(f"names the file {str(path)[:80]!r}, which would not lie within the value")
    is_digest = isinstance(digest, str) and _DIGEST.fullmatch(digest) is not None
    if not is_digest or type(size) is not int or not 0 <= size < _MOST_BYTES:
        _refuse(f"gives {path[:80]!r} no digest or no size")
    is_blocks = type(blocks) is list and all(isinstance(one, str) and _BLOCK.fullmatch(one) for one in blocks)
    if not is_blocks or len(blocks) not in {0, -(-size // BLOCK_BYTES)}:
        _refuse(f"gives {path[:80]!r} other blocks than it has")
    if not isinstance(uri, str | None) or not isinstance(stamp, str | None):
        _refuse(f"gives {path[:80]!r} a place that is no text")
    return ManifestFile(path, Digest(digest), size, tuple(blocks), uri, stamp)


def _refuse(fault: str) -> NoReturn:
    message = (
        f"a manifest in the lineage database {fault}; this package wrote no such one: restore the database from a "
        "backup, and see who may write to it"
    )
    raise LineageError(message)


def _row(file: ManifestFile) -> list[Any]:
    row: list[Any] = [file.path, file.digest, file.size]
    if file.uri is not None:
        return [*row, file.blocks, file.uri, file.stamp]
    return [*row, file.blocks] if file.blocks else row
