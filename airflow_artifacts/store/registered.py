"""Registered data: files that lie where they lay before, listed by digest, and checked before they are used."""

from __future__ import annotations

import dataclasses
import os
import stat
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fsspec.implementations.local import LocalFileSystem

from airflow_artifacts.exceptions import (
    ArtifactNotFoundError,
    CorruptObjectError,
    InvalidNameError,
    MissingObjectError,
    StoreError,
)
from airflow_artifacts.model import Manifest, ManifestFile, is_inside
from airflow_artifacts.progress import Progress
from airflow_artifacts.store.addresses import absolute, is_signed
from airflow_artifacts.store.digests import Digesting, digest_of_file
from airflow_artifacts.store.failures import failures
from airflow_artifacts.store.masking import masked
from airflow_artifacts.store.patience import PATIENCE, Patience

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from fsspec import AbstractFileSystem

    # Of a URI: the filesystem, and the path within it.
    Opener = Callable[[str], tuple[AbstractFileSystem, str]]

__all__ = ["Places", "Source"]

_CHUNK = 1 << 20
_AT_ONCE = 8
# What filesystems call the thing that changes with the bytes, the surest first.
_STAMPS = ("ETag", "etag", "md5Hash", "content_md5", "generation", "LastModified", "last_modified", "mtime", "created")


@dataclasses.dataclass(frozen=True, slots=True)
class Source:
    """What a URI names.

    Attributes:
        uri: Absolute, ``file://…`` where it is local; with its query, which may be a secret, where it has one.
        name: Its last part.
        is_folder: Whether it is a folder.
        files: Their paths relative to a folder, or the name of a file; URI, size and stamp of each.
    """

    uri: str
    name: str
    is_folder: bool
    files: tuple[tuple[str, str, int, str | None], ...] = dataclasses.field(repr=False)

    @property
    def shown(self) -> str:
        """Its URI as it may be recorded and said."""
        return self.uri.partition("?")[0] if is_signed(self.uri) else self.uri

    @property
    def size(self) -> int:
        """Bytes of all files together."""
        return sum(size for _, _, size, _ in self.files)


class Places:
    """Reads what lies outside of the store. Safe between threads.

    Args:
        open_uri: Opens a URI.
        is_store: Whether a place is in the store, or holds it: a filesystem and a path within it.
        patience: Seconds for which a place that fails in passing is asked again.
    """

    def __init__(
        self, open_uri: Opener, is_store: Callable[[AbstractFileSystem, str], bool], patience: float = PATIENCE
    ) -> None:
        self._open = open_uri
        self._is_store = is_store
        self._seconds = patience

    def look(self, uri: str | os.PathLike[str]) -> Source:
        """Return what a path or URI names.

        Raises:
            ArtifactNotFoundError: Nothing is there, or a folder without files.
            InvalidNameError: It is the store, lies in it or around it, holds a secret, a link to a folder, or what is
                no file.
            StoreError: The place refuses or is out of reach.
        """
        text = absolute(uri)
        named = masked(text)
        filesystem, path = self._open(text)
        if self._is_store(filesystem, path):
            message = (
                f"{named!r} lies in the store of artifacts, or around it, whose objects belong to versions already; "
                "register data that lies elsewhere"
            )
            raise InvalidNameError(message)
        local = isinstance(filesystem, LocalFileSystem)
        with failures(f"look at {named}", text):
            found = _local_files(Path(path)) if local else self._patience(text)(lambda: _remote_files(filesystem, path))
        if found is None:
            message = f"{named!r} does not exist; check the path, and that it can be reached from this machine"
            raise ArtifactNotFoundError(message)
        is_folder, files = found
        if not files:
            message = f"{named!r} is a folder without files; register one that holds data"
            raise ArtifactNotFoundError(message)
        base = text.rstrip("/")
        bare = base.partition("?")[0] if is_signed(base) else base
        if not is_folder and bare != base:
            files = [(Path(bare).name, size, stamp) for _, size, stamp in files]
        if odd := next((name for name, _, _ in files if not is_inside(name)), None):
            message = f"the file {odd!r} of {named!r} has a name that no file of a version can have; rename it"
            raise InvalidNameError(message)

        def place(name: str) -> str:
            return Path(path, name).as_uri() if local else f"{base}/{name}"

        listed = [(name, place(name) if is_folder else base, size, stamp) for name, size, stamp in files]
        return Source(base, Path(bare).name, is_folder, tuple(sorted(listed)))

    def manifest(self, source: Source) -> Manifest:
        """Return the list of a source's files with their digests, for which each is read once.

        Raises:
            InvalidNameError: Its URI has a query, which is what opens it to whoever knows it, and would be recorded.
            StoreError: The place refuses or is out of reach.
        """
        if is_signed(source.uri):
            message = (
                f"{masked(source.uri)!r} has a query behind its '?', such as a signature, and would be recorded with "
                "it, for all to read; register it with copy=True, or without the query, with the credentials in the "
                "environment or a connection"
            )
            raise InvalidNameError(message)
        progress = Progress(f"reading {source.name!r}", source.size)

        def described(one: tuple[str, str, int, str | None]) -> ManifestFile:
            name, uri, _, stamp = one
            hashes = Digesting()
            for chunk in self.chunks(uri):
                hashes.update(memoryview(chunk))
                progress.add(len(chunk))
            return ManifestFile(name, hashes.digest, hashes.size, uri=uri, stamp=stamp)

        with ThreadPoolExecutor(min(_AT_ONCE, len(source.files)), "airflow-artifacts-register") as pool:
            files = tuple(pool.map(described, source.files))
        return Manifest(files, {"format": 1, "uri": source.uri, "name": source.name, "folder": source.is_folder})

    def chunks(self, uri: str) -> Iterator[bytes]:
        """Yield the bytes of a file.

        Raises:
            StoreError: The place refuses or is out of reach.
        """
        filesystem, path = self._open(uri)
        patience = self._patience(uri)
        # A read that fails leaves the file where it was.
        with failures(f"read {masked(uri)}", uri), patience(lambda: filesystem.open(path, "rb")) as file:
            while chunk := patience(lambda: file.read(_CHUNK)):
                yield chunk

    def check(self, file: ManifestFile, label: str, *, always: bool = False) -> None:
        """See that a file is there as it was registered: by its size and stamp, else by its digest.

        Args:
            file: With its URI.
            label: The version, as messages name it.
            always: Whether the digest counts though the stamp says that nothing changed.

        Raises:
            MissingObjectError: It is gone.
            CorruptObjectError: It holds other bytes.
            StoreError: The place refuses or is out of reach.
        """
        uri = str(file.uri)
        filesystem, path = self._open(uri)
        found = None
        with failures(f"look at {uri}", uri):
            if isinstance(filesystem, LocalFileSystem):
                found = _stat(Path(path))
            else:
                filesystem.invalidate_cache()
                try:
                    found = _facts(self._patience(uri)(lambda: filesystem.info(path)))
                except FileNotFoundError:
                    found = None
        if found is None:
            message = f"the data of {label} is gone: {uri} does not exist; put it back, or register what is there now"
            raise MissingObjectError(message, None)
        size, stamp = found
        if size == file.size and stamp is not None and stamp == file.stamp and not always:
            return
        digest = None
        if size == file.size:
            hashes = Digesting()
            for chunk in self.chunks(uri):
                hashes.update(memoryview(chunk))
            digest = hashes.digest
        if digest != file.digest:
            raise _changed(label, uri, f"{size} bytes instead of {file.size}" if digest is None else f"digest {digest}")

    def common(self, files: Sequence[ManifestFile], label: str) -> Path | None:
        """Return the folder that holds files under their paths, where it lies on this machine, else None.

        Raises:
            StoreError: They do not lie in one folder as their paths say.
        """
        if not files or (first := self.local(files[0])) is None:
            return None
        depth = files[0].path.count("/")
        root = first.parents[depth] if depth < len(first.parents) else first
        if any(self.local(file) != root / file.path for file in files):
            message = (
                f"the files of {label} are not recorded as one folder; this package wrote no such record: register the "
                "folder again, and see who may write to the lineage database"
            )
            raise StoreError(message)
        return root

    def folder(self, source: Source) -> Path | None:
        """Return where a source lies on this machine, or None where it lies elsewhere."""
        filesystem, path = self._open(source.uri)
        return Path(path) if isinstance(filesystem, LocalFileSystem) else None

    def local(self, file: ManifestFile) -> Path | None:
        """Return where a file lies on this machine, or None where it lies elsewhere."""
        filesystem, path = self._open(str(file.uri))
        return Path(path) if isinstance(filesystem, LocalFileSystem) else None

    def fetch(self, file: ManifestFile, target: Path, label: str) -> None:
        """Copy a file to a local path; its bytes are checked. Raises as :meth:`check` does."""
        uri = str(file.uri)
        filesystem, path = self._open(uri)
        missing: FileNotFoundError | None = None
        with failures(f"read {uri}", uri):
            try:
                self._patience(uri)(lambda: filesystem.get_file(path, str(target)))
            except FileNotFoundError as error:
                missing = error
        if missing is not None:
            message = f"the data of {label} is gone: {uri} does not exist; put it back, or register what is there now"
            raise MissingObjectError(message, None) from missing
        if (digest := digest_of_file(target)) != file.digest:
            raise _changed(label, uri, f"digest {digest}")

    def path(self, file: ManifestFile, label: str, scratch: Path, *, always: bool) -> Path:
        """Return a local file with checked bytes: the file itself where it is local, else a copy in a new folder.

        Raises as :meth:`check` does.
        """
        place = self.local(file)
        if place is not None:
            self.check(file, label, always=always)
            return place
        target = Path(tempfile.mkdtemp(dir=scratch), Path(file.path).name)
        self.fetch(file, target, label)
        return target

    def _patience(self, uri: str) -> Patience:
        return Patience(self._seconds, masked(uri))


def _local_files(path: Path) -> tuple[bool, list[tuple[str, int, str | None]]] | None:
    if not path.exists():
        return None
    if not path.is_dir():
        return False, [(path.name, *_required(path))]
    files = []
    for parent, folders, names in os.walk(path):
        for folder in folders:
            if Path(parent, folder).is_symlink():
                message = f"{str(Path(parent, folder))!r} is a link to a folder; register that folder, or leave it away"
                raise InvalidNameError(message)
        for name in names:
            member = Path(parent, name)
            files.append((member.relative_to(path).as_posix(), *_required(member)))
    return True, files


def _required(path: Path) -> tuple[int, str | None]:
    found = _stat(path)
    if found is None:
        message = f"{str(path)!r} is no file (a pipe, socket, device or broken link); leave it away"
        raise InvalidNameError(message)
    return found


def _stat(path: Path) -> tuple[int, str | None] | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return (found.st_size, f"mtime {found.st_mtime_ns}") if stat.S_ISREG(found.st_mode) else None


def _remote_files(filesystem: AbstractFileSystem, path: str) -> tuple[bool, list[tuple[str, int, str | None]]] | None:
    filesystem.invalidate_cache()
    try:
        info = filesystem.info(path)
    except FileNotFoundError:
        return None
    if info.get("type") == "file":
        return False, [(path.rstrip("/").rpartition("/")[2], *_facts(info))]
    root = filesystem._strip_protocol(path).rstrip("/")  # noqa: SLF001 - fsspec's own way to compare paths
    found = filesystem.find(path, detail=True)
    return True, [
        (name[len(root) :].lstrip("/"), *_facts(one)) for name, one in found.items() if one.get("type") == "file"
    ]


def _facts(info: dict[str, Any]) -> tuple[int, str | None]:
    stamp = next((f"{name} {info[name]}" for name in _STAMPS if info.get(name)), None)
    return int(info["size"]), stamp


def _changed(label: str, uri: str, how: str) -> CorruptObjectError:
    message = (
        f"the data of {label} was changed: {uri} has {how}; put the registered bytes back, or register what is "
        "there now as a new version"
    )
    return CorruptObjectError(message, None)
