"""Digests of bytes: BLAKE3, computed while they are written or from a file that is there.

By one thread: the threads that the library offers are gone after a fork, and a child that asks for them waits for
ever.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from blake3 import blake3

from airflow_artifacts.model import Digest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from typing_extensions import Buffer

__all__ = ["HashingFile", "digest_of", "digest_of_file"]

_BUFFER = 1 << 20
_PIECE = 1 << 20


def digest_of(data: Buffer) -> Digest:
    """Return the digest of bytes in memory."""
    return Digest(f"blake3:{blake3(data).hexdigest()}")


def digest_of_file(path: Path) -> Digest:
    """Return the digest of a file, read through the page cache without a copy."""
    return Digest(f"blake3:{blake3().update_mmap(path).hexdigest()}")


class HashingFile(io.BufferedIOBase):
    """A file that is written once and knows its digest when it is closed.

    A writer that goes back to change what it wrote, as zip files do, makes the file be read once more at its end.

    Args:
        path: Where it is made; it must not exist.
        refuse: Makes of what the system says the error that is raised.
    """

    def __init__(self, path: Path, refuse: Callable[[OSError], Exception]) -> None:
        self._path = path
        self._refuse = refuse
        self._file = path.open("xb", buffering=_BUFFER)
        self._hasher = blake3()
        self._hashed = 0
        self._rewritten = False
        self.digest: Digest | None = None
        self.size = 0

    def writable(self) -> bool:
        """Return True."""
        return True

    def seekable(self) -> bool:
        """Return True."""
        return True

    def write(self, data: Buffer, /) -> int:
        """Append bytes, or change those at the position that :meth:`seek` chose."""
        view = memoryview(data).cast("B")
        if self._hashed != self._file.tell():
            self._rewritten = True
        # In pieces, which are still in the processor's cache when they are hashed.
        for start in range(0, view.nbytes, _PIECE):
            piece = view[start : start + _PIECE]
            try:
                self._file.write(piece)
            except OSError as error:
                raise self._refuse(error) from error
            if not self._rewritten:
                self._hasher.update(piece)
                self._hashed += piece.nbytes
        return view.nbytes

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Move to a position."""
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        """Return the position."""
        return self._file.tell()

    def flush(self) -> None:
        """Hand what was written to the operating system."""
        if not self._file.closed:
            self._file.flush()

    def close(self) -> None:
        """Close the file and fix its digest."""
        if self.closed:
            return
        try:
            self._file.close()
            self.size = self._path.stat().st_size
            if self._rewritten or self._hashed != self.size:
                self.digest = digest_of_file(self._path)
            else:
                self.digest = Digest(f"blake3:{self._hasher.hexdigest()}")
        except OSError as error:
            raise self._refuse(error) from error
        finally:
            super().close()
