"""Locks between processes: files that are locked, by locks that die with whoever holds them."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["FileLock", "take"]

# What file systems say that have no locks.
_WITHOUT = frozenset({errno.EINVAL, errno.ENOLCK, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP})
_TEXT_BYTES = 64


class FileLock:
    """A file that nobody else has locked, and a short text in it for others to read.

    Attributes:
        path: Where it is.
        excludes: Whether it keeps others out; not where the file system has no locks.
    """

    def __init__(self, path: Path, descriptor: int, *, excludes: bool) -> None:
        self.excludes = excludes
        self.path = path
        self._descriptor = descriptor

    def read(self) -> str:
        """Return the text."""
        return os.pread(self._descriptor, _TEXT_BYTES, 0).decode(errors="replace")

    def write(self, text: str) -> None:
        """Replace the text."""
        data = text.encode()
        os.pwrite(self._descriptor, data, 0)
        os.ftruncate(self._descriptor, len(data))

    def release(self, *, remove: bool) -> None:
        """Let others have the lock.

        Args:
            remove: Whether the file goes, too; whoever waits for it then makes it anew.
        """
        with contextlib.suppress(OSError):
            if remove:
                self.path.unlink(missing_ok=True)
            # A fork that was born meanwhile has the descriptor, too, and would keep the lock.
            fcntl.flock(self._descriptor, fcntl.LOCK_UN)
        os.close(self._descriptor)


def take(path: Path) -> FileLock | None:
    """Lock a file, made if need be, or return None where somebody has it. Waits for nobody.

    Raises:
        OSError: It cannot be made, or is a link.
    """
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if _is_still(path, descriptor):
                return FileLock(path, descriptor, excludes=True)
        except BlockingIOError:
            os.close(descriptor)
            return None
        except OSError as error:
            if error.errno in _WITHOUT:
                return FileLock(path, descriptor, excludes=False)
            os.close(descriptor)
            raise
        os.close(descriptor)


def _is_still(path: Path, descriptor: int) -> bool:
    """Whether a file was not removed before it was locked."""
    try:
        return os.path.samestat(path.lstat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False
