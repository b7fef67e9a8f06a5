"""A file of which only the blocks that are read are fetched."""

from __future__ import annotations

import collections
import io
from typing import TYPE_CHECKING

from airflow_artifacts.model import BLOCK_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable

    from typing_extensions import Buffer

__all__ = ["RangedFile"]

# A reader of a table goes to and fro between the blocks in which its columns begin and end.
_KEPT = 4


class RangedFile(io.RawIOBase):
    """A file that can be read from anywhere.

    Args:
        size: In bytes.
        fetch: Returns the checked bytes of a block, by its number.
    """

    def __init__(self, size: int, fetch: Callable[[int], bytes]) -> None:
        self._size = size
        self._fetch = fetch
        self._position = 0
        self._blocks: collections.OrderedDict[int, bytes] = collections.OrderedDict()

    def readable(self) -> bool:
        """Return True."""
        return True

    def seekable(self) -> bool:
        """Return True."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Move to a position."""
        self._position = max(0, offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}[whence])
        return self._position

    def tell(self) -> int:
        """Return the position."""
        return self._position

    def readinto(self, buffer: Buffer, /) -> int:
        """Fill a buffer from the position on, up to the end of a block."""
        view = memoryview(buffer).cast("B")
        if self._position >= self._size or not view.nbytes:
            return 0
        number, start = divmod(self._position, BLOCK_BYTES)
        block = self._block(number)
        count = min(view.nbytes, len(block) - start)
        view[:count] = block[start : start + count]
        self._position += count
        return count

    def _block(self, number: int) -> bytes:
        if number in self._blocks:
            self._blocks.move_to_end(number)
        else:
            self._blocks[number] = self._fetch(number)
            if len(self._blocks) > _KEPT:
                self._blocks.popitem(last=False)
        return self._blocks[number]
