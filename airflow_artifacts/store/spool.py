"""The spool: where a value's files wait between being written and being published."""

from __future__ import annotations

import contextlib
import dataclasses
import shutil
import threading
from typing import TYPE_CHECKING, Any

from airflow_artifacts.exceptions import StoreError, UnsupportedTypeError
from airflow_artifacts.model import Manifest, ManifestFile, is_inside, suffix_of
from airflow_artifacts.store.digests import HashingFile, digests_of_file
from airflow_artifacts.store.failures import failures, refusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path
    from typing import BinaryIO

    from typing_extensions import Self

    from airflow_artifacts.model import StoredObject
    from airflow_artifacts.store.digests import Digesting
    from airflow_artifacts.store.workers import WorkerWriter

__all__ = ["Spool", "check_path"]

# Large enough that a thread hashes it while another writes it.
_CHUNK = 8 << 20


@dataclasses.dataclass(slots=True)
class _File:
    """A file of the value: written here, or by a library that asked for a path."""

    place: Path
    ranged: bool
    writer: HashingFile | None = None
    digests: Digesting | None = None

    def close(self) -> None:
        if self.writer is not None:
            self.writer.close()
            self.digests = self.writer.digests
        elif self.digests is None:
            self.digests = digests_of_file(self.place, ranged=self.ranged)


class Spool:
    """A folder with the files of one value; a materializer writes them, and each is hashed meanwhile.

    Several threads may write files at once, each its own.

    Args:
        folder: Its own; removed when it is closed.
        uri: The store that it is for, as messages name it.
        allow_pickle: Whether a value may be pickled into it.
        workers: What the workers of an engine write with.
    """

    def __init__(
        self, folder: Path, uri: str, *, allow_pickle: bool = False, workers: WorkerWriter | None = None
    ) -> None:
        self.allow_pickle = allow_pickle
        self._workers = workers
        self._stored: list[ManifestFile] = []
        self._folder = folder
        self._uri = uri
        self._files: dict[str, _File] = {}
        self._by_digest: dict[str, Path] = {}
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def open(self, path: str, *, ranged: bool = False) -> BinaryIO:
        """Make a file and return it for writing.

        Args:
            path: Relative to the value, with ``/`` between its segments.
            ranged: Whether parts of it are to be read without the rest: it then gets a digest every 8 MiB.

        Raises:
            StoreError: The path leads elsewhere or was written already, or the disk refuses.
        """
        file = self._new(path, ranged=ranged)
        with failures(f"write {path!r}", self._uri):
            file.writer = HashingFile(
                file.place, lambda error: refusal(f"write {path!r}", self._uri, error), ranged=ranged
            )
        return file.writer  # type: ignore[return-value]

    def place(self, path: str, *, ranged: bool = False) -> Path:
        """Return where a library that asks for a path writes the file itself, before :meth:`manifest` is called.

        Args:
            path: Relative to the value, with ``/`` between its segments.
            ranged: As that of :meth:`open`.

        Raises:
            StoreError: The path leads elsewhere or was written already.
        """
        return self._new(path, ranged=ranged).place

    def add(self, path: str, source: Path) -> None:
        """Copy a file that is there.

        Raises:
            StoreError: The path leads elsewhere or was written already, or a disk refuses.
        """
        buffer = bytearray(_CHUNK)
        view = memoryview(buffer)
        copying = failures(f"copy {str(source)!r}", self._uri)
        with copying, source.open("rb", buffering=0) as file, self.open(path, ranged=True) as target:
            while count := file.readinto(buffer):
                target.write(view[:count])

    def workers(self) -> WorkerWriter:
        """Return what the workers of an engine write files with; :meth:`record` lists what they wrote.

        Raises:
            UnsupportedTypeError: It is the spool of such a worker, or of an element of a container.
        """
        if self._workers is None:
            message = "what the workers of an engine write must be an artifact of its own; return it as an output"
            raise UnsupportedTypeError(message)
        return self._workers

    def record(self, stored: Iterable[ManifestFile]) -> None:
        """List files that are in the store already.

        Raises:
            StoreError: A path leads elsewhere or was written already.
        """
        for file in stored:
            check_path(file.path)
            if file.path in self._files or any(file.path == other.path for other in self._stored):
                message = f"the file {file.path!r} was written twice; give each file of a value its own name"
                raise StoreError(message)
            self._stored.append(file)

    def manifest(self, details: Mapping[str, Any]) -> Manifest:
        """Return the list of the files, sorted, all of which are closed with it.

        Args:
            details: What the materializer needs besides to restore the value.

        Raises:
            StoreError: The disk refuses, or a file that was to be written is not there.
        """
        listed = []
        for path, file in self._files.items():
            with failures(f"write {path!r}", self._uri):
                file.close()
            if file.digests is None:
                message = f"the file {path!r} could not be written whole; see the error before this one"
                raise StoreError(message)
            listed.append(ManifestFile(path, file.digests.digest, file.digests.size, file.digests.blocks))
            self._by_digest[file.digests.digest] = file.place
        listed += self._stored
        return Manifest(tuple(sorted(listed, key=lambda file: file.path)), dict(details))

    def holds(self, stored: StoredObject) -> bool:
        """Whether an object's bytes are here, not in the store alone, where workers wrote them."""
        return stored.digest in self._by_digest

    def find(self, stored: StoredObject) -> Path:
        """Return the file that holds an object's bytes, once :meth:`manifest` has listed them.

        Raises:
            StoreError: None does.
        """
        place = self._by_digest.get(stored.digest)
        if place is None:
            message = (
                f"no file of this value has the digest {stored.digest}; if the workers of an engine wrote it, it is "
                "gone from the store: run the task again"
            )
            raise StoreError(message)
        return place

    def close(self) -> None:
        """Remove the folder."""
        for file in self._files.values():
            # A full disk refuses what is still in the buffer, and the file goes anyway.
            with contextlib.suppress(OSError, StoreError):
                if file.writer is not None:
                    file.writer.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _new(self, path: str, *, ranged: bool) -> _File:
        check_path(path)
        with self._lock:
            if path in self._files:
                message = f"the file {path!r} was written twice; give each file of a value its own name"
                raise StoreError(message)
            # Its name in the spool is a number, as the path may be longer than the file system allows; libraries
            # choose a format by the suffix.
            name = f"{len(self._files)}{suffix_of(path)}"
            file = self._files[path] = _File(self._folder / name, ranged)
        return file


def check_path(path: object) -> str:
    r"""Return the path of a file within a value, if it leads nowhere else.

    Raises:
        StoreError: It is not text, is empty, absolute or too long, or holds a ``.``, ``..`` or empty segment, a
            backslash, a drive, a NUL, or what UTF-8 cannot hold.
    """
    if not isinstance(path, str) or not is_inside(path):
        message = (
            f"the path {str(path)[:80]!r} cannot name a file of a value; use a relative one such as 'part/0.parquet'"
        )
        raise StoreError(message)
    return path
