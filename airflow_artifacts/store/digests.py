"""Digests of bytes: BLAKE3, computed while they are written or from a file that is there.

Not by the threads that the library offers: they are gone after a fork, and a child that asks for them waits for ever.
"""

from __future__ import annotations

import io
import mmap
import threading
from typing import TYPE_CHECKING

from blake3 import blake3

from airflow_artifacts.model import BLOCK_BYTES, Digest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from typing_extensions import Buffer

__all__ = ["Digesting", "HashingFile", "digest_of", "digest_of_file", "digests_of_file"]

_BUFFER = 1 << 20
_PIECE = 1 << 20
# From here on a thread that hashes while another writes saves more than it costs.
_OVERLAPPED = 4 << 20


class Digesting:
    """The digest of bytes that come one after the other.

    Args:
        ranged: Whether each block of them gets a digest of its own, too.
    """

    def __init__(self, *, ranged: bool = False) -> None:
        self.size = 0
        self._ranged = ranged
        self._whole = blake3()
        # The first block is what the whole begins with.
        self._block = self._whole
        self._blocks: list[str] = []

    def update(self, data: memoryview) -> None:
        """Take more bytes."""
        start = 0
        while start < data.nbytes:
            # In pieces, still in the processor's cache when they are hashed again, which end where a block does.
            stop = min(start + _PIECE, start + BLOCK_BYTES - self.size % BLOCK_BYTES)
            piece = data[start:stop]
            self._whole.update(piece)
            if self._block is not self._whole:
                self._block.update(piece)
            self.size += piece.nbytes
            start = stop
            if self._ranged and self.size % BLOCK_BYTES == 0:
                self._blocks.append(self._block.hexdigest())
                self._block = blake3()

    @property
    def digest(self) -> Digest:
        """Of all of them."""
        return Digest(f"blake3:{self._whole.hexdigest()}")

    @property
    def blocks(self) -> tuple[str, ...]:
        """Of each block, as hexadecimal digits; none where one block holds all."""
        if not self._ranged or self.size <= BLOCK_BYTES:
            return ()
        return tuple(self._blocks) if self.size % BLOCK_BYTES == 0 else (*self._blocks, self._block.hexdigest())


def digest_of(data: Buffer) -> Digest:
    """Return the digest of bytes in memory."""
    return Digest(f"blake3:{blake3(data).hexdigest()}")


def digest_of_file(path: Path) -> Digest:
    """Return the digest of a file, read through the page cache without a copy."""
    return Digest(f"blake3:{blake3().update_mmap(path).hexdigest()}")


def digests_of_file(path: Path, *, ranged: bool) -> Digesting:
    """Return the digests of a file, read through the page cache without a copy."""
    found = Digesting(ranged=ranged)
    with path.open("rb") as file:
        if path.stat().st_size:
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped, memoryview(mapped) as view:
                found.update(view)
    return found


class HashingFile(io.BufferedIOBase):
    """A file that is written once and knows its digests when it is closed.

    A writer that goes back to change what it wrote, as zip files do, makes the file be read once more at its end.

    Args:
        path: Where it is made; it must not exist.
        refuse: Makes of what the system says the error that is raised.
        ranged: Whether each block gets a digest of its own, too.
    """

    def __init__(self, path: Path, refuse: Callable[[OSError], Exception], *, ranged: bool = False) -> None:
        self._path = path
        self._refuse = refuse
        self._ranged = ranged
        self._file = path.open("xb", buffering=_BUFFER)
        self._hashes = Digesting(ranged=ranged)
        self._rewritten = False
        self.digests: Digesting | None = None

    def writable(self) -> bool:
        """Return True."""
        return True

    def seekable(self) -> bool:
        """Return True."""
        return True

    def write(self, data: Buffer, /) -> int:
        """Append bytes, or change those at the position that :meth:`seek` chose."""
        view = memoryview(data).cast("B")
        if self._hashes.size != self._file.tell():
            self._rewritten = True
        if self._rewritten:
            self._write(view)
        elif view.nbytes < _OVERLAPPED:
            self._write(view)
            self._hashes.update(view)
        else:
            hashing = threading.Thread(target=self._hashes.update, args=(view,))
            hashing.start()
            try:
                self._write(view)
            finally:
                hashing.join()
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
        """Close the file and fix its digests."""
        if self.closed:
            return
        try:
            self._file.close()
            if self._rewritten or self._hashes.size != self._path.stat().st_size:
                self.digests = digests_of_file(self._path, ranged=self._ranged)
            else:
                self.digests = self._hashes
        except OSError as error:
            raise self._refuse(error) from error
        finally:
            super().close()

    def _write(self, view: memoryview) -> None:
        try:
            for start in range(0, view.nbytes, _PIECE):
                self._file.write(view[start : start + _PIECE])
        except OSError as error:
            raise self._refuse(error) from error
