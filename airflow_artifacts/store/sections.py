"""Sections of a file: how it is cut, and one of them as a file of its own, of which nothing is held in memory."""

from __future__ import annotations

import io
import os

__all__ = ["FileSection", "section_length", "sections_of"]

# Large enough that what a request costs does not count, small enough that what breaks is soon sent again.
_BYTES = 16 << 20
# S3 takes no more parts of an object.
_PARTS = 10_000


def section_length(size: int) -> int:
    """Return how long the sections of a file are: 16 MiB, or more where there would be too many."""
    return max(_BYTES, -(-size // _PARTS))


def sections_of(size: int) -> list[tuple[int, int]]:
    """Return where the sections of a file begin and end."""
    length = section_length(size)
    return [(start, min(start + length, size)) for start in range(0, size, length)]


class FileSection(io.RawIOBase):
    """A part of a file, read without moving the file's own position, so that many are read side by side.

    Args:
        descriptor: Of the file, which stays open meanwhile.
        start: The first byte.
        end: The byte behind the last one.
    """

    def __init__(self, descriptor: int, start: int, end: int) -> None:
        self._descriptor = descriptor
        self._start = start
        self._length = end - start
        self._position = 0

    def readable(self) -> bool:
        """Return True."""
        return True

    def seekable(self) -> bool:
        """Return True."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Move to a position."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._length}[whence]
        self._position = max(0, base + offset)
        return self._position

    def tell(self) -> int:
        """Return the position."""
        return self._position

    def read(self, size: int | None = -1, /) -> bytes:
        """Return bytes, and fewer than asked for at the end alone."""
        left = max(0, self._length - self._position)
        data = os.pread(
            self._descriptor, left if size is None or size < 0 else min(size, left), self._start + self._position
        )
        self._position += len(data)
        return data
