"""Reading a version's files: every byte is checked against its digest before anyone sees it."""

from __future__ import annotations

import contextlib
import functools
import io
import mmap
import tempfile
import threading
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from airflow_artifacts import measures
from airflow_artifacts.exceptions import ArtifactError, CorruptObjectError, MissingObjectError, StoreError
from airflow_artifacts.model import BLOCK_BYTES, Digest
from airflow_artifacts.store.digests import Digesting, digest_of, digest_of_file
from airflow_artifacts.store.ranges import RangedFile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import BinaryIO

    from airflow_artifacts.model import Manifest, ManifestFile
    from airflow_artifacts.store.local_cache import LocalCache
    from airflow_artifacts.store.objects import ObjectStore
    from airflow_artifacts.store.workers import WorkerReader

__all__ = ["Reader"]

T = TypeVar("T")

_CHUNK = 1 << 20


class Reader:
    """The files of one version. Safe between threads.

    Objects of a store that is far away are read through the local cache, where the store has one.

    Args:
        store: Holds them.
        manifest: Lists them.
        label: The version, as messages name it.
        scratch: A folder for what must be local; the caller removes it.
        allow_pickle: Whether what it reads may be unpickled.
        cached: Whether the local cache may give what the store has not any more.

    Attributes:
        fault: What was wrong with a file that was read in parts: the library that read it may have raised an error of
            its own instead.
    """

    def __init__(
        self,
        store: ObjectStore,
        manifest: Manifest,
        label: str,
        scratch: Path,
        *,
        allow_pickle: bool = False,
        cached: bool = True,
    ) -> None:
        self.allow_pickle = allow_pickle
        self.fault: ArtifactError | None = None
        self._store = store
        self._manifest = manifest
        self._label = label
        self._scratch = scratch
        self._cached = cached
        self._verified: dict[str, Path] = {}
        self._files = {file.path: file for file in manifest.files}
        self._lock = threading.Lock()

    @property
    def details(self) -> Mapping[str, Any]:
        """What the materializer kept besides the files."""
        return self._manifest.details

    def place(self) -> Path | None:
        """Return the folder of registered data, where it lies on this machine; else None."""
        return self._store.places.common(self._manifest.registered, self._label)

    def names(self) -> list[str]:
        """Return the paths of the files, sorted."""
        return list(self._files)

    def path(self, name: str) -> Path:
        """Return a local file with checked bytes, not to be changed: for a local store it is the object itself.

        Raises:
            MissingObjectError: The object is gone.
            CorruptObjectError: It holds other bytes.
            StoreError: The store refuses or is out of reach.
        """
        return self._path(name, trusting=False)

    def buffer(self, name: str) -> memoryview:
        """Return a file's checked bytes, mapped into memory; whoever writes to them changes only a copy.

        A file of a local store is not read again where it was checked since it was written, by any process, and has
        kept its inode, size and time of change since. Raises as :meth:`path` does.
        """
        file = self._file(name)
        if file.size <= _CHUNK:
            return memoryview(bytearray(self.read(name)))
        found = self._through(file, _mapped, trusting=not self._store.verify_always)
        if found is not None:
            return found
        with self._path(name, trusting=True).open("rb") as opened:
            return memoryview(mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_COPY))

    def open(self, name: str) -> BinaryIO:
        """Return a file open for reading, whose bytes are checked before they are given.

        Of a file that was written as ranged only what is read is fetched, in blocks. Raises as :meth:`path` does, then
        or while it is read.
        """
        file = self._file(name)
        if file.uri is not None:
            return self.path(name).open("rb")
        if file.size <= BLOCK_BYTES:
            return io.BytesIO(self.read(name))
        if not file.blocks or name in self._verified:
            return self.path(name).open("rb")
        if (cache := self._cache(file)) is not None:
            cache.holds(file.object)
        return io.BufferedReader(RangedFile(file.size, lambda number: self._block(file, number)))

    def read(self, name: str) -> bytes:
        """Return a file's checked bytes; raises as :meth:`path` does."""
        file = self._file(name)
        if file.uri is not None:
            return self.path(name).read_bytes()
        found = self._through(file, _bytes)
        if found is not None:
            return found
        with self._present(file):
            data = self._store.read(file.object)
        self._check(file, digest_of(data))
        return data

    def chunks(self, name: str) -> Iterator[bytes]:
        """Yield a file's bytes in pieces, the last one when all are checked; raises as :meth:`path` does.

        Whoever passes them on before they are checked never passes on a whole file that is wrong.
        """
        file = self._file(name)
        hashes = Digesting()
        held, read = b"", 0
        with self._present(file):
            for chunk in self._store.chunks(file.object):
                hashes.update(memoryview(chunk))
                read += len(chunk)
                if read > file.size:
                    break  # what is held would make as many bytes as the file has
                if held:
                    yield held
                held = chunk
        self._check(file, hashes.digest)
        if held:
            yield held

    def copy(self, name: str, target: Path) -> None:
        """Copy a file to a local path, whose folder exists; raises as :meth:`path` does."""
        file = self._file(name)
        place = self.path(name) if file.uri is not None else self._store.local(file.object)
        if self._through(file, lambda opened, _: (True, _copy(opened, target))):
            return
        with self._present(file):
            if place is None:
                self._store.fetch(file.object, target)
                digest = digest_of_file(target)
            else:
                with place.open("rb", buffering=0) as opened:
                    digest = _copy(opened, target)
        self._check(file, digest)

    def workers(self) -> WorkerReader:
        """Return what the workers of an engine read the files with."""
        from airflow_artifacts.store.workers import WorkerReader  # noqa: PLC0415 - which reads by this class

        return WorkerReader(self._store, self._manifest, self._label, cached=self._cached)

    def folder(self) -> Path:
        """Return a fresh local folder, which the reader of the value may change."""
        return Path(tempfile.mkdtemp(dir=self._scratch))

    def _path(self, name: str, *, trusting: bool) -> Path:
        with self._lock:
            known = self._verified.get(name)
        if known is not None:
            return known
        file = self._file(name)
        if file.uri is not None:
            places, always = self._store.places, self._store.verify_always
            found = places.path(file, self._label, self._scratch, always=always)
            with self._lock:
                return self._verified.setdefault(name, found)
        if (linked := self._through(file, functools.partial(self._link, file))) is not None:
            with self._lock:
                return self._verified.setdefault(name, linked)
        place = self._store.local(file.object)
        local = place is not None
        if place is None:
            place = self._scratch / f"{uuid.uuid4().hex}{file.object.suffix}"
            with self._present(file):
                self._store.fetch(file.object, place)
        with self._present(file):
            if not (trusting and local and self._store.was_checked(file.object)):
                self._check(file, digest_of_file(place))
                if local:
                    self._store.note_checked(file.object)
        with self._lock:
            return self._verified.setdefault(name, place)

    def _cache(self, file: ManifestFile) -> LocalCache | None:
        """Return the local cache, if it is for this file."""
        is_here = file.uri is not None or self._store.local(file.object) is not None
        return None if is_here or not self._cached else self._store.local_cache

    def _through(
        self, file: ManifestFile, read: Callable[[io.FileIO, bool], tuple[T, Digest | None]], *, trusting: bool = False
    ) -> T | None:
        """Return what is read from a file in the local cache; None where it cannot be read through it."""
        if (cache := self._cache(file)) is None:
            return None
        with self._present(file):
            return cache.through(file.object, functools.partial(self._fetch, file), read, trusting=trusting)

    def _fetch(self, file: ManifestFile, target: Path) -> None:
        self._store.fetch(file.object, target)
        self._check(file, digest_of_file(target))

    def _link(self, file: ManifestFile, opened: io.FileIO, checked: bool) -> tuple[Path, Digest | None]:
        """Give a file of the local cache another name, under which it stays there; copy it where links cannot lead."""
        target = self._scratch / f"{uuid.uuid4().hex}{file.object.suffix}"
        cache = self._cache(file)
        if cache is None or not cache.link(file.object, opened, target):
            return target, _copy(opened, target)
        return target, None if checked else digest_of_file(target)

    def _block(self, file: ManifestFile, number: int) -> bytes:
        start = number * BLOCK_BYTES
        stop = min(start + BLOCK_BYTES, file.size)
        if (cache := self._cache(file)) is not None:
            found = cache.part(file.object, start, stop, Digest(f"blake3:{file.blocks[number]}"))
            if found is not None:
                return found
        try:
            with self._present(file):
                data = self._store.read(file.object, start, stop)
            digest = digest_of(data)
            if digest.removeprefix("blake3:") != file.blocks[number]:
                raise self._changed(file, f"the block {number} of it", digest)
        except ArtifactError as error:
            self.fault = error
            raise
        return data

    def _file(self, name: str) -> ManifestFile:
        if name not in self._files:
            message = f"{self._label} has no file {name!r}, only {', '.join(map(repr, self._files)) or 'none'}"
            raise StoreError(message)
        return self._files[name]

    def _check(self, file: ManifestFile, digest: Digest) -> None:
        if digest != file.digest:
            raise self._changed(file, f"the object {self._store.url(file.object)}", digest)

    def _changed(self, file: ManifestFile, what: str, digest: Digest) -> CorruptObjectError:
        measures.add(measures.VERIFY_FAILURES)
        message = (
            f"the bytes of {self._label} were changed: {file.path!r}, {what}, has the digest {digest}; restore the "
            "object from a backup, or make the value again, which stores it anew"
        )
        return CorruptObjectError(message, file.object)

    @contextlib.contextmanager
    def _present(self, file: ManifestFile) -> Iterator[None]:
        """Turn a file that is not found into the error that says whose bytes they were."""
        try:
            yield
        except FileNotFoundError as error:
            message = (
                f"the bytes of {self._label} are gone: {file.path!r}, the object {self._store.url(file.object)}, does "
                "not exist; restore it from a backup, make the value again, or check that [artifacts] store_uri is "
                "the store that it was written to"
            )
            raise MissingObjectError(message, file.object) from error


def _bytes(opened: io.FileIO, _: bool) -> tuple[bytes, Digest]:
    data = opened.read()
    return data, digest_of(data)


def _mapped(opened: io.FileIO, checked: bool) -> tuple[memoryview, Digest | None]:
    view = memoryview(mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_COPY))
    return view, None if checked else digest_of(view)


def _copy(source: io.FileIO, target: Path) -> Digest:
    """Copy a file and return the digest of what was copied."""
    hashes = Digesting()
    buffer = bytearray(_CHUNK)
    view = memoryview(buffer)
    with target.open("wb", buffering=0) as written:
        while count := source.readinto(buffer):
            hashes.update(view[:count])
            written.write(view[:count])
    return hashes.digest
