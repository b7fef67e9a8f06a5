"""The room in the folder of a local cache: what its files take, and which go so that others fit.

``objects/`` has the files, whose times of access are when they were used last; ``coming/`` has parts of files that are
being fetched, each beside a locked file that says how much room it was promised; ``tally`` has the sum of both, and is
locked while it changes. A process that is killed leaves a tally that is too high, and promises that nobody has locked.
"""

from __future__ import annotations

import contextlib
import dataclasses
import os
import re
import stat
import time
from typing import TYPE_CHECKING, NamedTuple

from airflow_artifacts import measures
from airflow_artifacts.store.locks import FileLock, take

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from airflow_artifacts.model import StoredObject

__all__ = ["Room", "Usage"]

# Of a full folder so much is emptied at once, as finding out what is old means looking at every file.
_EMPTIED = 0.1
_WAIT_SECONDS = 10.0
_LOOK_SECONDS = 0.005
# Where the file system has no locks, a part that nobody wrote to for so long is nobody's.
_ABANDONED_SECONDS = 86400
_NAME = re.compile(r"[0-9a-f]{64}(\.[A-Za-z0-9_.]*)?")
_PROMISE = ".promise"


@dataclasses.dataclass(frozen=True, slots=True)
class Usage:
    """What a local cache takes.

    Attributes:
        objects: How many.
        bytes: Theirs together.
        coming: Bytes that were promised to objects that are being fetched.
        oldest: When the one that nobody used for longest was used, in seconds since 1970; None where none is there.
    """

    objects: int
    bytes: int
    coming: int
    oldest: float | None


class _Kept(NamedTuple):
    used: int
    size: int
    path: str


class Room:
    """The files of a local cache, whose sum stays within a bound. Safe between threads and processes.

    Every method raises OSError where the folder cannot be read or written.

    Args:
        folder: Of the cache.
        limit: How many bytes all files may take together.
    """

    def __init__(self, folder: Path, limit: int) -> None:
        self._folder = folder
        self._limit = limit
        self._objects = folder / "objects"
        self._coming = folder / "coming"

    def place(self, stored: StoredObject) -> Path:
        """Return where an object lies, if it is here."""
        name = _name(stored)
        return self._objects / name[:2] / name

    def promise(self, stored: StoredObject) -> FileLock | None:
        """Lock the file by which room for an object is promised; None where somebody else fetches that object."""
        return take(self._coming / f"{_name(stored)}{_PROMISE}")

    def part(self, stored: StoredObject, unique: str) -> Path:
        """Return where an object grows."""
        return self._coming / f"{_name(stored)}~{unique}"

    def progress(self, stored: StoredObject) -> tuple[tuple[str, int, int], ...]:
        """Return what changes while the object is being fetched by anybody."""
        found = []
        for entry in _entries(self._coming):
            if entry.name.startswith(_name(stored)):
                with contextlib.suppress(FileNotFoundError):
                    seen = entry.stat(follow_symlinks=False)
                    found.append((entry.name, seen.st_size, seen.st_mtime_ns))
        return tuple(sorted(found))

    def prepare(self) -> None:
        """Make the folders, for their owner alone."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._coming.mkdir(mode=0o700, exist_ok=True)
        self._objects.mkdir(mode=0o700, exist_ok=True)

    def reserve(self, stored: StoredObject, promise: FileLock) -> bool:
        """Make room for an object, and promise it; what was used longest ago goes.

        Args:
            stored: Which object.
            promise: The locked file.

        Returns:
            Whether there is room now.
        """
        with self._counting() as tally:
            if tally is None:
                return False
            taken = self._sum(tally) - self._sweep(promise)
            if taken < 0 or taken + stored.size > self._limit or self._free() < stored.size:
                taken = self._evict(stored.size)
            fits = taken + stored.size <= self._limit and self._free() >= stored.size
            if fits:
                promise.write(str(stored.size))
                taken += stored.size
            tally.write(str(taken))
            return fits

    def give_back(self, size: int) -> None:
        """Take back a promise, or count a file as gone."""
        with self._counting() as tally:
            if tally is not None:
                tally.write(str(max(0, self._sum(tally) - size)))

    def usage(self) -> Usage:
        """Return what is here."""
        kept = list(self._kept())
        oldest = min((one.used for one in kept), default=None)
        return Usage(
            objects=len(kept),
            bytes=sum(one.size for one in kept),
            coming=self._promised(),
            oldest=None if oldest is None else oldest / 1e9,
        )

    def clear(self) -> Usage:
        """Remove all files, and what writers that died have left; return what was here."""
        before = self.usage()
        with self._counting() as tally:
            self._sweep(None)
            for one in self._kept():
                _remove(one.path)
            if tally is not None:
                tally.write(str(self._promised()))
        return before

    @contextlib.contextmanager
    def _counting(self) -> Iterator[FileLock | None]:
        """Have the tally alone; None where somebody has it for too long."""
        until = time.monotonic() + _WAIT_SECONDS
        while (tally := take(self._folder / "tally")) is None and time.monotonic() < until:
            time.sleep(_LOOK_SECONDS)
        try:
            yield tally
        finally:
            if tally is not None:
                tally.release(remove=False)

    def _sum(self, tally: FileLock) -> int:
        """Return what the tally says; what cannot be the sum, where it cannot be relied on."""
        text = tally.read()
        return int(text) if tally.excludes and text.isascii() and text.isdigit() else -1

    def _sweep(self, own: FileLock | None) -> int:
        """Remove what those left who died while they fetched; return how much room they were promised.

        Args:
            own: The promise that this process has locked.
        """
        freed = 0
        for entry in list(_entries(self._coming)):
            if not entry.name.endswith(_PROMISE):
                if not _is_promised(entry):
                    _remove(entry.path)
            elif own is not None and own.path.name == entry.name:
                freed += self._break(own)
            elif (promise := take(self._coming / entry.name)) is not None:
                freed += self._break(promise)
                promise.release(remove=promise.excludes or not _is_fresh(entry))
        return freed

    def _break(self, promise: FileLock) -> int:
        """Remove what somebody left who died, and return how much room they were promised."""
        if not promise.excludes:
            return 0
        for part in self._coming.glob(f"{promise.path.name.removesuffix(_PROMISE)}~*"):
            _remove(part)
        text = promise.read()
        promise.write("")
        return int(text) if text.isdigit() else 0

    def _evict(self, size: int) -> int:
        """Remove what was used longest ago until an object fits; return what all others take."""
        # Before the files: an object that comes meanwhile then counts twice, where else it would not count at all.
        promised = self._promised()
        kept = sorted(self._kept())
        held = sum(one.size for one in kept)
        taken = held + promised
        if size > self._free() + held:
            return taken
        goal = taken
        if taken + size > self._limit:
            goal = max(0, int(self._limit * (1 - _EMPTIED)) - size)
        for one in kept:
            if taken <= goal and self._free() >= size:
                break
            _remove(one.path)
            taken -= one.size
            measures.add(measures.LOCAL_EVICTIONS)
        return taken

    def _kept(self) -> Iterator[_Kept]:
        for folder in _entries(self._objects):
            for entry in _entries(folder.path) if folder.is_dir(follow_symlinks=False) else ():
                with contextlib.suppress(FileNotFoundError):
                    found = entry.stat(follow_symlinks=False)
                    if _NAME.fullmatch(entry.name) and stat.S_ISREG(found.st_mode):
                        yield _Kept(found.st_atime_ns, found.st_size, entry.path)

    def _promised(self) -> int:
        """Return how much room the objects need that are being fetched."""
        total = 0
        for entry in _entries(self._coming):
            if entry.name.endswith(_PROMISE):
                with contextlib.suppress(OSError, ValueError):
                    total += int((self._coming / entry.name).read_text())
        return total

    def _free(self) -> int:
        found = os.statvfs(self._folder)
        return found.f_bavail * found.f_frsize


def _name(stored: StoredObject) -> str:
    return f"{stored.digest.removeprefix('blake3:')}{stored.suffix}"


def _entries(folder: str | Path) -> Iterator[os.DirEntry[str]]:
    with contextlib.suppress(FileNotFoundError), os.scandir(folder) as found:
        yield from found


def _remove(path: str | Path) -> None:
    with contextlib.suppress(FileNotFoundError):
        os.unlink(path)  # noqa: PTH108 - of a hundred thousand names no paths are made


def _is_promised(part: os.DirEntry[str]) -> bool:
    """Whether a part may be somebody's: a promise lies beside it, or it was written to lately without locks."""
    name = part.name.partition("~")[0]
    return os.path.lexists(f"{part.path[: -len(part.name)]}{name}{_PROMISE}") or _is_fresh(part)


def _is_fresh(entry: os.DirEntry[str]) -> bool:
    try:
        return time.time() - entry.stat(follow_symlinks=False).st_mtime < _ABANDONED_SECONDS
    except FileNotFoundError:
        return True
