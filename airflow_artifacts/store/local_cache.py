"""The local cache: objects of stores that are far away, kept on this machine for whoever needs them next."""

from __future__ import annotations

import contextlib
import errno
import io
import logging
import os
import re
import stat
import threading
import time
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from airflow_artifacts import measures
from airflow_artifacts.exceptions import ConfigurationError, StoreError
from airflow_artifacts.store.digests import digest_of
from airflow_artifacts.store.room import Room

if TYPE_CHECKING:
    from collections.abc import Callable

    from typing_extensions import Self

    from airflow_artifacts.model import Digest, StoredObject
    from airflow_artifacts.store.locks import FileLock

__all__ = ["LOCAL_CACHE_SIZE", "LocalCache"]

LOCAL_CACHE_SIZE = "10 GB"
"""How much the local cache takes at most, unless told otherwise: a part of the disk that a worker usually has."""

T = TypeVar("T")

_log = logging.getLogger(__name__)

# A download of which nothing more arrives for so long is not waited for any more.
_STALLED_SECONDS = 120.0
_FIRST_LOOK_SECONDS = 0.01
_LOOK_SECONDS = 0.25
# What says that this machine's disk refused, not the store.
_OF_THE_DISK = frozenset({errno.EDQUOT, errno.EFBIG, errno.ENOSPC, errno.EROFS})
# What it says of a file that cannot be read any more.
_UNREADABLE = frozenset({errno.EIO, errno.ESTALE})

_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*((?:[kmgt]i?)?b?)", re.IGNORECASE)
_UNITS = {
    "": 1,
    **{unit: 1000**power for power, unit in enumerate("kmgt", 1)},
    **{f"{unit}i": 1024**power for power, unit in enumerate("kmgt", 1)},
}

# Folders of which this process has said that they do not work.
_warned: set[Path] = set()
_warning = threading.Lock()

_MARKS_BEGIN = 315532800  # 1980, which the FAT file systems begin with; seven hexadecimal digits lead to 1988


class LocalCache:
    """A folder of objects by their digests, for any number of stores, lineage databases, processes and threads.

    Whatever is wrong with it, nobody who reads through it fails: they go on without. What it gives is checked like
    what the store gives. A process that is killed leaves at most a part of a file, which the next one removes.

    Args:
        folder: Where they lie; made for its owner alone. Whoever can write there can change what is mapped.
        limit: How many bytes they may take together.

    Attributes:
        folder: As above, absolute.
        limit: As above.
        stalled_after: For how many seconds a download of another process is waited for that gets no further.
    """

    def __init__(self, folder: str | os.PathLike[str], limit: int) -> None:
        self.folder = Path(folder).expanduser().absolute()
        self.limit = limit
        self.stalled_after = _STALLED_SECONDS
        self.room = Room(self.folder, limit)
        self._makes_folder = True

    def __reduce__(self) -> tuple[Callable[[Path, int, float], LocalCache], tuple[Path, int, float]]:
        return _elsewhere, (self.folder, self.limit, self.stalled_after)

    @classmethod
    def named(cls, folder: str | os.PathLike[str], size: str | int = LOCAL_CACHE_SIZE) -> Self | None:
        """Return the cache that two settings describe; None where no folder is named.

        Args:
            folder: As ``[artifacts] local_cache_dir`` names it.
            size: As ``[artifacts] local_cache_size`` says it: bytes, or a text such as ``20 GB``.

        Raises:
            ConfigurationError: The size is none.
        """
        return cls(folder, _bytes_of(size)) if os.fspath(folder) else None

    def check(self) -> None:
        """See that objects can be kept.

        Raises:
            ConfigurationError: They cannot; the message says why.
        """
        probe = self.folder / f"check~{uuid.uuid4().hex}"
        try:
            self.room.prepare()
            try:
                probe.write_bytes(b"x")
            finally:
                probe.unlink(missing_ok=True)
        except OSError as error:
            raise ConfigurationError(self._refusal(error)) from error

    def through(
        self,
        stored: StoredObject,
        fetch: Callable[[Path], object],
        read: Callable[[io.FileIO, bool], tuple[T, Digest | None]],
        *,
        trusting: bool = False,
    ) -> T | None:
        """Return what is read from an object's file, which is fetched first where it is not there.

        Args:
            stored: Which object.
            fetch: Writes its bytes to a path and checks them; what it raises is raised. Of the processes that want one
                object at once, one fetches it and the others wait.
            read: Takes the open file, and whether its bytes were checked and need not be again; returns what is made of
                it, and the digest of its bytes, or None where these were not looked at. A file with another digest is
                thrown away, and the object fetched.
            trusting: Whether a file that was checked when it came, and has kept its inode, size and time of change
                since, counts as checked.

        Returns:
            None where the object cannot be kept here, so that it must be fetched without.
        """
        found = self._tried(self._open, stored)
        if found is not None:
            made = self._read(stored, found, read, stored.digest, checked=trusting and _is_marked(found, stored))
            if made is not None:
                self._hit(stored)
                return made
        fetched = False

        def fetch_noting(target: Path) -> None:
            nonlocal fetched
            fetched = True
            fetch(target)

        added = self._add(stored, fetch_noting)
        made = None if added is None else self._read(stored, added, read, stored.digest, checked=fetched)
        if made is None or fetched:
            measures.add(measures.LOCAL_MISSES)
        else:
            self._hit(stored)
        return made

    def holds(self, stored: StoredObject) -> bool:
        """Say whether an object is here, of which parts are to be read."""
        found = self._tried(self._open, stored)
        measures.add(measures.LOCAL_MISSES if found is None else measures.LOCAL_HITS)
        if found is not None:
            found.close()
        return found is not None

    def part(self, stored: StoredObject, start: int, end: int, digest: Digest) -> bytes | None:
        """Return a part of an object by its own digest; None where the object is not here, or was damaged."""

        def read(opened: io.FileIO, _: bool) -> tuple[bytes, Digest]:
            data = os.pread(opened.fileno(), end - start, start)
            return data, digest_of(data)

        found = self._tried(self._open, stored)
        data = None if found is None else self._read(stored, found, read, digest)
        if data is not None:
            measures.add(measures.LOCAL_BYTES, len(data))
        return data

    def link(self, stored: StoredObject, opened: io.FileIO, target: Path) -> bool:
        """Give the file of an object another name, or return False where that cannot be."""
        try:
            os.link(self.room.place(stored), target)
        except OSError:
            return False
        if os.path.samestat(target.stat(), os.fstat(opened.fileno())):
            return True
        target.unlink()
        return False

    # Inside

    def _tried(self, act: Callable[..., T], *arguments: object) -> T | None:
        """Do something with the folder; None, and a warning, where it refuses."""
        try:
            return act(*arguments)
        except OSError as error:
            self._warn(error)
            return None

    def _open(self, stored: StoredObject) -> io.FileIO | None:
        """Open an object's file, and note that it is used; None where it is not there."""
        place = self.room.place(stored)
        try:
            opened = io.FileIO(os.open(place, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC))
        except FileNotFoundError:
            return None
        except OSError as error:
            if error.errno != errno.ELOOP:
                raise
            place.unlink()
            return None
        found = os.fstat(opened.fileno())
        if found.st_size != stored.size or not stat.S_ISREG(found.st_mode):
            opened.close()
            self._damaged(stored)
            return None
        with contextlib.suppress(OSError):  # whoever may only read leaves no trace
            os.utime(opened.fileno(), ns=(time.time_ns(), found.st_mtime_ns))
        return opened

    def _read(
        self,
        stored: StoredObject,
        opened: io.FileIO,
        read: Callable[[io.FileIO, bool], tuple[T, Digest | None]],
        digest: Digest,
        *,
        checked: bool = False,
    ) -> T | None:
        """Return what is read from a file; None where its bytes are wrong or cannot be read, and it is thrown away."""
        with opened:
            try:
                made, found = read(opened, checked)
            except OSError as error:
                if error.errno not in _UNREADABLE:
                    raise
                made, found = None, None
        if made is not None and found in {digest, None}:
            return made
        self._damaged(stored)
        return None

    def _add(self, stored: StoredObject, fetch: Callable[[Path], object]) -> io.FileIO | None:
        """Fetch an object, or wait for whoever fetches it; None where it cannot be kept."""
        if stored.size > self.limit:
            return None
        promise = self._tried(self._turn, stored)
        if promise is None:
            return None
        try:
            if (opened := self._tried(self._open, stored)) is not None:
                return opened
            if not self._tried(self.room.reserve, stored, promise):
                return None
            return self._fetched(stored, fetch)
        finally:
            promise.release(remove=True)

    def _turn(self, stored: StoredObject) -> FileLock | None:
        """Wait until nobody else fetches an object; None where whoever does gets no further."""
        if self._makes_folder:
            self.room.prepare()
        elif not self.folder.is_dir():
            return None
        pause, progress, since = _FIRST_LOOK_SECONDS, None, time.monotonic()
        while (promise := self.room.promise(stored)) is None:
            if progress is None:
                _log.info("another process fetches %s into %s; waiting for it", stored.digest, self.folder)
            if (now := self.room.progress(stored)) != progress:
                progress, since = now, time.monotonic()
            elif time.monotonic() - since > self.stalled_after:
                _log.warning("the process that fetches %s into %s gets no further", stored.digest, self.folder)
                return None
            time.sleep(pause)
            pause = min(pause * 2, _LOOK_SECONDS)
        return promise

    def _fetched(self, stored: StoredObject, fetch: Callable[[Path], object]) -> io.FileIO | None:
        """Fetch an object into the room it has, and give it its name when it is whole; None where this disk refuses."""
        part, placed = self.room.part(stored, uuid.uuid4().hex), None
        try:
            fetch(part)
            placed = self._tried(self._place, stored, part)
        except StoreError as error:
            if not isinstance(error.__cause__, OSError) or error.__cause__.errno not in _OF_THE_DISK:
                raise
            self._warn(error.__cause__)
        finally:
            if placed is None:
                self._tried(part.unlink, True)
                self._tried(self.room.give_back, stored.size)
        return placed

    def _place(self, stored: StoredObject, part: Path) -> io.FileIO:
        place = self.room.place(stored)
        place.parent.mkdir(mode=0o700, exist_ok=True)
        part.chmod(0o400)
        # Open, so that it stays readable though another process removes it at once.
        opened = io.FileIO(os.open(part, os.O_RDONLY | os.O_CLOEXEC))
        os.utime(opened.fileno(), ns=(time.time_ns(), _mark(stored, os.fstat(opened.fileno()))))
        part.replace(place)
        return opened

    def _hit(self, stored: StoredObject) -> None:
        measures.add(measures.LOCAL_HITS)
        measures.add(measures.LOCAL_BYTES, stored.size)

    def _damaged(self, stored: StoredObject) -> None:
        """Throw a file away whose bytes are wrong."""
        measures.add(measures.VERIFY_FAILURES)
        place = self.room.place(stored)
        _log.warning("%s was damaged on this machine's disk, and is fetched again", place)
        self._tried(self._discard, place, stored)

    def _discard(self, place: Path, stored: StoredObject) -> None:
        place.unlink(missing_ok=True)
        self.room.give_back(stored.size)

    def _warn(self, error: OSError) -> None:
        """Say once in this process that a folder does not work."""
        with _warning:
            if self.folder in _warned:
                return
            _warned.add(self.folder)
        _log.warning("%s", self._refusal(error))

    def _refusal(self, error: OSError) -> str:
        return (
            f"the local cache {str(self.folder)!r} does not work, and is done without: {error}; make room there, check "
            "its rights, or let [artifacts] local_cache_dir name another folder"
        )


def _bytes_of(size: str | int) -> int:
    match = _SIZE.fullmatch(str(size).strip())
    count = int(float(match[1]) * _UNITS[match[2].lower().removesuffix("b")]) if match else 0
    if count < 1:
        message = (
            f"[artifacts] local_cache_size is {str(size)!r}; write how many bytes the local cache may take, such as "
            "'20 GB' or '500 MiB', and leave local_cache_dir empty for none"
        )
        raise ConfigurationError(message)
    return count


def _elsewhere(folder: Path, limit: int, stalled_after: float) -> LocalCache:
    """Return a cache on another machine, which is one only where its folder exists there."""
    cache = LocalCache(folder, limit)
    cache.stalled_after = stalled_after
    cache._makes_folder = False  # noqa: SLF001 - this module's own
    return cache


def _mark(stored: StoredObject, found: os.stat_result) -> int:
    """Return the time of change, in nanoseconds, that a checked file is given: one that no later write would give it.

    It lies in the past, in whole seconds as some file systems keep no others, and is another one for each file.
    """
    text = f"{stored.digest} {found.st_ino} {found.st_size}".encode()
    return (_MARKS_BEGIN + int(digest_of(text)[-7:], 16)) * 10**9


def _is_marked(opened: io.FileIO, stored: StoredObject) -> bool:
    found = os.fstat(opened.fileno())
    return found.st_mtime_ns == _mark(stored, found)
