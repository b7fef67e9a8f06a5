"""Moving objects by what fsspec knows of any filesystem, one whole file after the other."""

from __future__ import annotations

import contextlib
import uuid
from typing import TYPE_CHECKING, Any

from airflow_artifacts.store.sections import section_length
from airflow_artifacts.store.sweep import is_atomic, protocols

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from fsspec import AbstractFileSystem

    from airflow_artifacts.store.patience import Patience

__all__ = ["FilesystemTransfer"]

_CHUNK = 4 << 20
# Parts of a file that s3fs holds in memory.
_AT_ONCE = 4


class FilesystemTransfer:
    """A transfer over any filesystem; what fails in passing is begun anew, from the first byte of the file.

    Args:
        filesystem: Where the keys are.
        patience: Asks again.
    """

    def __init__(self, filesystem: AbstractFileSystem, patience: Patience) -> None:
        self._filesystem = filesystem
        self._patience = patience

    def put(self, source: Path, key: str) -> None:
        """Send a file."""
        self._patience(lambda: self._put(source, key))

    def write(self, key: str, data: bytes) -> None:
        """Send a few bytes."""
        if not is_atomic(self._filesystem):
            self._filesystem.makedirs(key.rpartition("/")[0], exist_ok=True)
        self._patience(lambda: self._filesystem.pipe_file(key, data))

    def fetch(self, key: str, target: Path, size: int) -> None:
        """Copy a key to a local file."""
        self._patience(lambda: self._filesystem.get_file(key, str(target), **self._bounds(size)))

    def read(self, key: str, start: int, end: int, size: int) -> bytes:
        """Return bytes."""
        if not size:
            return next(self.chunks(key), b"")  # there is no range of an empty file
        stop = size + 1 if (start, end) == (0, size) else end
        # Of an end that is given no filesystem asks where it is.
        return bytes(self._patience(lambda: self._filesystem.cat_file(key, start=start, end=stop)))

    def chunks(self, key: str) -> Iterator[bytes]:
        """Yield the bytes in pieces."""
        # A read that fails leaves the file where it was.
        with self._patience(lambda: self._filesystem.open(key, "rb")) as file:
            while chunk := self._patience(lambda: file.read(_CHUNK)):
                yield chunk

    def size(self, key: str) -> int:
        """Return how many bytes there are."""
        return int(self._patience(lambda: self._filesystem.info(key))["size"])

    def delete(self, key: str) -> None:
        """Delete a key; asked once."""
        with contextlib.suppress(FileNotFoundError):
            # Object stores delete what is not there, or say that they may not.
            if not is_atomic(self._filesystem) or self._filesystem.exists(key):
                self._filesystem.rm_file(key)

    def check(self, root: str) -> None:
        """See that the bucket, or the folder at the top, is there."""
        self._patience(lambda: self._filesystem.info(root.partition("/")[0]))

    def _bounds(self, size: int) -> dict[str, Any]:
        """Return what keeps s3fs from holding 500 MB of a file in memory; others move it in small pieces anyway."""
        if protocols(self._filesystem).isdisjoint(("s3", "s3a")):
            return {}
        return {"chunksize": section_length(size), "max_concurrency": _AT_ONCE}

    def _put(self, source: Path, key: str) -> None:
        if is_atomic(self._filesystem):
            self._filesystem.put_file(str(source), key, **self._bounds(source.stat().st_size))
            return
        part = f"{key}.{uuid.uuid4().hex}.part"
        self._filesystem.makedirs(key.rpartition("/")[0], exist_ok=True)
        self._filesystem.put_file(str(source), part)
        self._filesystem.mv(part, key)
