"""The spool: where a value's files wait between being written and being published."""

from __future__ import annotations

import contextlib
import shutil
from typing import TYPE_CHECKING, Any

from airflow_artifacts.exceptions import StoreError
from airflow_artifacts.model import Manifest, ManifestFile
from airflow_artifacts.store.digests import HashingFile
from airflow_artifacts.store.failures import failures, refusal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from typing import BinaryIO

    from typing_extensions import Self

    from airflow_artifacts.model import StoredObject

__all__ = ["Spool", "check_path"]

_CHUNK = 4 << 20
_PATH_LENGTH = 1024


class Spool:
    """A folder with the files of one value; a materializer writes them, and each is hashed meanwhile.

    Not safe between threads.

    Args:
        folder: Its own; removed when it is closed.
        uri: The store that it is for, as messages name it.
    """

    def __init__(self, folder: Path, uri: str) -> None:
        self._folder = folder
        self._uri = uri
        self._files: dict[str, HashingFile] = {}
        self._places: dict[str, Path] = {}
        self._by_digest: dict[str, Path] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def open(self, path: str) -> BinaryIO:
        """Make a file and return it for writing.

        Args:
            path: Relative to the value, with ``/`` between its segments.

        Raises:
            StoreError: The path leads elsewhere or was written already, or the disk refuses.
        """
        check_path(path)
        if path in self._files:
            message = f"the file {path!r} was written twice; give each file of a value its own name"
            raise StoreError(message)
        # The place in the spool is a number: the path may be longer than the file system allows.
        place = self._folder / str(len(self._files))
        with failures(f"write {path!r}", self._uri):
            file = HashingFile(place, lambda error: refusal(f"write {path!r}", self._uri, error))
        self._files[path], self._places[path] = file, place
        return file  # type: ignore[return-value]

    def add(self, path: str, source: Path) -> None:
        """Copy a file that is there.

        Raises:
            StoreError: The path leads elsewhere or was written already, or a disk refuses.
        """
        copying = failures(f"copy {str(source)!r}", self._uri)
        with copying, source.open("rb", buffering=0) as file, self.open(path) as target:
            shutil.copyfileobj(file, target, _CHUNK)

    def manifest(self, details: Mapping[str, Any]) -> Manifest:
        """Return the list of the files, all of which are closed with it.

        Args:
            details: What the materializer needs besides to restore the value.

        Raises:
            StoreError: The disk refuses.
        """
        listed = []
        for path, file in self._files.items():
            file.close()
            if file.digest is None:
                message = f"the file {path!r} could not be written whole; see the error before this one"
                raise StoreError(message)
            listed.append(ManifestFile(path, file.digest, file.size))
            self._by_digest[file.digest] = self._places[path]
        return Manifest(tuple(listed), dict(details))

    def find(self, stored: StoredObject) -> Path:
        """Return the file that holds an object's bytes, once :meth:`manifest` has listed them.

        Raises:
            StoreError: None does.
        """
        place = self._by_digest.get(stored.digest)
        if place is None:
            message = f"no file of this value has the digest {stored.digest}"
            raise StoreError(message)
        return place

    def close(self) -> None:
        """Remove the folder."""
        for file in self._files.values():
            # A full disk refuses what is still in the buffer, and the file goes anyway.
            with contextlib.suppress(OSError, StoreError):
                file.close()
        shutil.rmtree(self._folder, ignore_errors=True)


def check_path(path: object) -> str:
    r"""Return the path of a file within a value, if it leads nowhere else.

    Raises:
        StoreError: It is not text, is empty, absolute or too long, or holds a ``.``, ``..`` or empty segment, a
            backslash, a drive, a NUL, or what UTF-8 cannot hold.
    """
    if not isinstance(path, str) or not _is_inside(path):
        message = (
            f"the path {str(path)[:80]!r} cannot name a file of a value; use a relative one such as 'part/0.parquet'"
        )
        raise StoreError(message)
    return path


def _is_inside(path: str) -> bool:
    parts = path.split("/")
    if any("\ud800" <= character <= "\udfff" for character in path):
        return False
    hostile = len(path) > _PATH_LENGTH or "\0" in path or "\\" in path or parts[0].endswith(":")
    return not hostile and {"", ".", ".."}.isdisjoint(parts)
