"""Objects: immutable bytes under their digest, placed whole or not at all."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import tempfile
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

import fsspec
from fsspec.implementations.local import LocalFileSystem

from airflow_artifacts import measures
from airflow_artifacts.exceptions import ConfigurationError, CorruptObjectError
from airflow_artifacts.store.addresses import open_any
from airflow_artifacts.store.digests import Digesting
from airflow_artifacts.store.failures import failures
from airflow_artifacts.store.masking import masked
from airflow_artifacts.store.patience import PATIENCE, Patience, is_other
from airflow_artifacts.store.reader import Reader
from airflow_artifacts.store.registered import Places
from airflow_artifacts.store.spool import Spool
from airflow_artifacts.store.sweep import Sweep, protocols
from airflow_artifacts.store.transfer import prepare, transfer_of
from airflow_artifacts.store.workers import WorkerWriter
from airflow_artifacts.store.writing import Writing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from fsspec import AbstractFileSystem
    from typing_extensions import Self

    from airflow_artifacts.model import Manifest, StoredObject
    from airflow_artifacts.store.local_cache import LocalCache

__all__ = ["ObjectStore"]

_Result = TypeVar("_Result")

# Listings are never asked for.
_S3_OPTIONS: Mapping[str, Any] = {"use_listings_cache": False}

# Smaller objects are read and checked faster than a note of it is.
_STAMPED = 8 << 20

# Up to the last "@": secrets may hold any character.
_SECRET = re.compile(r"(?<=://)([^:/@]*):.*@")


class ObjectStore:
    """A folder or bucket of objects.

    Safe between threads and any number of processes: equal bytes that are stored at once are stored, and what is
    there is never changed. Open it after a fork.

    Args:
        filesystem: Where the objects lie.
        root: The folder or ``bucket/prefix`` within it.
        uri: How messages name the store.
        open_uri: Opens those URIs of registered data that it knows, and gives None for others: these are opened as the
            store is where they are of its kind, else as fsspec does.
        patience: Seconds for which a store that fails in passing is asked again; 0 asks once. A folder is asked once.
        writing: How S3 keeps what is written there.

    Raises:
        ConfigurationError: It is not S3, and is to keep what is written in S3's ways.

    Attributes:
        local_cache: Where objects are kept on this machine for the next who needs them; not asked by a store that is a
            folder of it anyway.
        open_uri: As above.
        places: Reads registered data.
        sweep: Says whose the store is, and finds what nobody needs.
        verify_always: Whether a local file that is mapped into memory is checked each time, though it was checked since
            it was written and has not changed.
    """

    def __init__(
        self,
        filesystem: AbstractFileSystem,
        root: str,
        *,
        uri: str,
        open_uri: Callable[[str], tuple[AbstractFileSystem, str] | None] | None = None,
        patience: float = PATIENCE,
        writing: Writing | None = None,
    ) -> None:
        self.verify_always = False
        self.local_cache: LocalCache | None = None
        self.open_uri = open_uri
        self.uri = masked(_SECRET.sub(r"\1:***@", uri))
        self._filesystem = filesystem
        self._writing = writing or Writing()
        prepare(filesystem, self._writing, uri=self.uri)
        self._root = root.rstrip("/")
        self._local = isinstance(filesystem, LocalFileSystem)
        asking = Patience(0 if self._local else patience, self.uri)
        self._patience = asking
        self._transfer = transfer_of(filesystem, asking)
        self.places = Places(self._open, self._is_here, patience)
        self.sweep = Sweep(filesystem, self._root, self._transfer.write, uri=self.uri, patience=asking)

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        # Of a filesystem only what it was opened with is pickled.
        prepare(self._filesystem, self._writing, uri=self.uri)

    @classmethod
    def open(
        cls,
        uri: str,
        *,
        storage_options: Mapping[str, Any] | None = None,
        patience: float = PATIENCE,
        writing: Writing | None = None,
    ) -> Self:
        """Open a folder, or a URL of any filesystem that fsspec knows.

        Args:
            uri: Such as ``/data/artifacts``, ``file:///data/artifacts`` or ``s3://bucket/prefix``.
            storage_options: For the filesystem.
            patience: Seconds for which a store that fails in passing is asked again; 0 asks once.
            writing: How S3 keeps what is written there.

        Raises:
            ConfigurationError: It names no place, or a filesystem that is not known or not installed; or it is not S3,
                and is to keep what is written in S3's ways.
        """
        options = {**storage_options} if storage_options else {}
        shown = masked(_SECRET.sub(r"\1:***@", uri))
        if uri.startswith(("s3://", "s3a://")):
            if "@" in urlsplit(uri).netloc or _SECRET.search(uri):
                message = (
                    "[artifacts] store_uri for S3 holds an '@', and no secret belongs into it; give the credentials in "
                    "the environment, in storage_options, or by an Airflow connection: s3://conn_id@bucket/prefix"
                )
                raise ConfigurationError(message)
            options = {**_S3_OPTIONS, **options}
        try:
            filesystem, root = fsspec.core.url_to_fs(uri, **options, skip_instance_cache=True)
        except (ImportError, ValueError, TypeError) as error:
            cause = str(error).replace(uri, shown)
            message = f"[artifacts] store_uri {shown!r} cannot be opened: {cause}; give a folder or a URL such as s3://bucket/prefix"
            raise ConfigurationError(message) from error
        if not root.strip("/"):
            message = f"[artifacts] store_uri {shown!r} names no folder or bucket; give one, such as s3://bucket/prefix"
            raise ConfigurationError(message)
        return cls(filesystem, root, uri=uri, patience=patience, writing=writing)

    def url(self, stored: StoredObject) -> str:
        """Return an object's URL, which other tools can read."""
        return str(self._filesystem.unstrip_protocol(self._key(stored)))

    def spool(self, *, allow_pickle: bool = False) -> Spool:
        """Return a new spool; for a local store it lies beside the objects, so that placing them copies nothing.

        Args:
            allow_pickle: Whether a value may be pickled into it.

        Raises:
            StoreError: No folder can be made.
        """
        with failures("make a spool", self.uri):
            if not self._local:
                folder = Path(tempfile.mkdtemp(prefix="airflow-artifacts-spool-"))
                return Spool(folder, self.uri, allow_pickle=allow_pickle, workers=WorkerWriter(self))
            folder = Path(self._root, "spool", uuid.uuid4().hex)
            folder.mkdir(parents=True)
            return Spool(folder, self.uri, allow_pickle=allow_pickle, workers=WorkerWriter(self))

    def reader(
        self, manifest: Manifest, *, label: str, scratch: Path, allow_pickle: bool = False, cached: bool = True
    ) -> Reader:
        """Return what reads a version's files.

        Args:
            manifest: Lists them.
            label: The version, as messages name it.
            scratch: A folder for what must be local; the caller removes it.
            allow_pickle: Whether what it reads may be unpickled.
            cached: Whether the local cache may give what the store has not any more.
        """
        return Reader(self, manifest, label, scratch, allow_pickle=allow_pickle, cached=cached)

    def local(self, stored: StoredObject) -> Path | None:
        """Return where an object would lie on this machine, or None where the store is elsewhere."""
        return Path(self._key(stored)) if self._local else None

    def exists(self, stored: StoredObject) -> bool:
        """Say whether an object is there, with its size.

        Raises:
            StoreError: The store refuses or is out of reach.
        """
        with failures(f"look for {self._key(stored)}", self.uri):
            try:
                return self._transfer.size(self._key(stored)) == stored.size
            except FileNotFoundError:
                return False

    def fault(self, stored: StoredObject, *, quick: bool) -> str | None:
        """Return what is wrong with an object, or None.

        Args:
            stored: The object.
            quick: Whether to look for existence and size only, without reading.

        Raises:
            StoreError: The store refuses or is out of reach.
        """
        key = self._key(stored)
        hashes = Digesting()
        try:
            with self._reading(stored):
                size = self._transfer.size(key)
                if size != stored.size:
                    return f"{size} bytes instead of {stored.size}"
                if quick:
                    return None
                for chunk in self._transfer.chunks(key):
                    hashes.update(memoryview(chunk))
        except FileNotFoundError:
            return "gone"
        except CorruptObjectError as error:
            return str(error)
        return None if hashes.digest == stored.digest else f"its bytes have the digest {hashes.digest}"

    def put(self, stored: StoredObject, source: Path) -> None:
        """Place an object; whoever looks for it finds all of it or nothing.

        Args:
            stored: Its name.
            source: A file with its bytes, which is not changed any more.

        Raises:
            StoreError: The store refuses or is out of reach.
        """
        key = self._key(stored)
        with failures(f"write {key}", self.uri):
            if self._local:
                _place(source, Path(key))
                self.note_checked(stored)
            else:
                self._transfer.put(source, key)

    def fetch(self, stored: StoredObject, target: Path) -> None:
        """Copy an object to a local file.

        Raises:
            FileNotFoundError: It is not there.
            StoreError: The store refuses or is out of reach.
        """
        with self._reading(stored):
            self._transfer.fetch(self._key(stored), target, stored.size)
        measures.add(measures.BYTES_READ, stored.size)

    def read(self, stored: StoredObject, start: int = 0, end: int | None = None) -> bytes:
        """Return an object's bytes, unchecked; of all that are asked for, one more at most than there should be.

        Args:
            stored: Its name.
            start: The first byte.
            end: The byte behind the last one; None for all.

        Raises:
            FileNotFoundError: It is not there.
            StoreError: The store refuses or is out of reach.
        """
        with self._reading(stored):
            data = self._transfer.read(self._key(stored), start, stored.size if end is None else end, stored.size)
        measures.add(measures.BYTES_READ, len(data))
        return data

    def chunks(self, stored: StoredObject) -> Iterator[bytes]:
        """Yield an object's bytes in pieces, unchecked.

        Raises:
            FileNotFoundError: It is not there.
            StoreError: The store refuses or is out of reach.
        """
        with self._reading(stored):
            for chunk in self._transfer.chunks(self._key(stored)):
                measures.add(measures.BYTES_READ, len(chunk))
                yield chunk

    def was_checked(self, stored: StoredObject) -> bool:
        """Whether the file of an object was checked since it was written, and has not changed since."""
        try:
            return not self.verify_always and self._stamp_place(stored).read_text() == _stamp(Path(self._key(stored)))
        except OSError:
            return False

    def note_checked(self, stored: StoredObject) -> None:
        """Remember that the file of an object has the bytes it should have; of a small one, nothing is remembered."""
        if stored.size < _STAMPED:
            return
        with contextlib.suppress(OSError):  # then it is checked again
            place = self._stamp_place(stored)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(_stamp(Path(self._key(stored))))

    def check(self) -> None:
        """See that the folder or bucket is there.

        Raises:
            StoreError: It is not, or the store refuses or is out of reach.
        """
        with failures("look", self.uri):
            if self._local:
                os.makedirs(self._root, exist_ok=True)  # noqa: PTH103 - as fsspec does
            else:
                self._transfer.check(self._root)

    def delete(self, stored: StoredObject, *, once: bool = False) -> None:
        """Delete an object; one that is gone already is deleted.

        Args:
            stored: Its name.
            once: Whether the store is asked once, as others wait for the answer; see :meth:`patiently`.

        Raises:
            PassingError: The store is out of reach for a moment.
            StoreError: The store refuses or is out of reach.
        """
        key = self._key(stored)
        with failures(f"delete {key}", self.uri), contextlib.suppress(FileNotFoundError):
            if self._local:
                self._stamp_place(stored).unlink(missing_ok=True)
                Path(key).unlink()
            else:
                (_at_once if once else self._patience)(lambda: self._transfer.delete(key))

    def patiently(self, action: str, work: Callable[[], _Result]) -> _Result:
        """Return what some work returns, which is done again where the store fails in passing.

        Args:
            action: What is being done, as in "could not …".
            work: Raises what the library under the store raised.

        Raises:
            PassingError: The store was out of reach until patience ended.
            StoreError: It refuses.
        """
        with failures(action, self.uri):
            return self._patience(work)

    # Registered data

    def _open(self, uri: str) -> tuple[AbstractFileSystem, str]:
        if self.open_uri is not None and (opened := self.open_uri(uri)) is not None:
            return opened
        protocol = uri.partition("://")[0]
        if not self._local and protocol in protocols(self._filesystem):
            return self._filesystem, str(self._filesystem._strip_protocol(uri))  # noqa: SLF001 - fsspec's own way
        return open_any(uri)

    def _is_here(self, filesystem: AbstractFileSystem, path: str) -> bool:
        """Whether a place is the store, lies in it or around it, links followed."""
        if isinstance(filesystem, LocalFileSystem) != self._local:
            return False
        if self._local:
            mine, other = Path(self._root).resolve(), Path(path).resolve()
            return mine == other or mine in other.parents or other in mine.parents
        if protocols(filesystem).isdisjoint(protocols(self._filesystem)):
            return False
        mine_, other_ = f"{self._root}/", f"{path.rstrip('/')}/"
        return mine_.startswith(other_) or other_.startswith(mine_)

    @contextlib.contextmanager
    def _reading(self, stored: StoredObject) -> Iterator[None]:
        missing: FileNotFoundError | None = None
        with failures(f"read {self._key(stored)}", self.uri):
            try:
                yield
            except FileNotFoundError as error:
                missing = error
            except Exception as error:
                if not is_other(error):
                    raise
                message = (
                    f"the bytes of {self.url(stored)} were changed: {error}; restore the object from a backup, or make "
                    "the value again, which stores it anew"
                )
                raise CorruptObjectError(message, stored) from error
        if missing is not None:
            raise missing

    def _stamp_place(self, stored: StoredObject) -> Path:
        name = stored.digest.removeprefix("blake3:")
        return Path(self._root, "checked", name[:2], f"{name}{stored.suffix}")

    def _key(self, stored: StoredObject) -> str:
        name = stored.digest.removeprefix("blake3:")
        return f"{self._root}/objects/{name[:2]}/{name}{stored.suffix}"


def _at_once(work: Callable[[], _Result]) -> _Result:
    return work()


def _place(source: Path, target: Path) -> None:
    """Give a file its name among the objects: by a link where the file system has links, else by a copy."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.{uuid.uuid4().hex}")
    try:
        try:
            os.link(source, part)
        except OSError:
            shutil.copyfile(source, part)
        part.chmod(part.stat().st_mode & 0o444)
        part.replace(target)
    finally:
        # Replacing a link by another of the same file leaves both.
        part.unlink(missing_ok=True)


def _stamp(path: Path) -> str:
    """Return what changes when a file does."""
    found = path.stat()
    return f"{found.st_ino} {found.st_size} {found.st_mtime_ns}"
