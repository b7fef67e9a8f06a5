"""Pictures as PNG, by the standard library alone: for where Pillow is not installed.

The format is that of https://www.w3.org/TR/png-3/: eight bits a channel, each line filtered by the one above it,
which is what makes the pictures of arrays small.
"""

from __future__ import annotations

import struct
import zlib

__all__ = ["encode"]

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_COLOUR_TYPES = {1: 0, 2: 4, 3: 2, 4: 6}
_EIGHT_BITS = 8
_UP = b"\x02"


def encode(pixels: bytes, width: int, height: int) -> bytes:
    """Return a picture as the bytes of a PNG file.

    Args:
        pixels: The lines from above, each from the left, a byte a channel: grey, grey and alpha, red, green and blue,
            or these and alpha.
        width: Pixels of a line; at least 1.
        height: Lines; at least 1.
    """
    line = len(pixels) // height
    header = struct.pack(">IIBBBBB", width, height, _EIGHT_BITS, _COLOUR_TYPES[line // width], 0, 0, 0)
    body = b"".join(_UP + _difference(pixels, start, line) for start in range(0, len(pixels), line))
    return _SIGNATURE + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(body, 9)) + _chunk(b"IEND", b"")


def _difference(pixels: bytes, start: int, line: int) -> bytes:
    """Return a line less the one above it, modulo 256."""
    if not start:
        return pixels[:line]
    pairs = zip(pixels[start : start + line], pixels[start - line : start], strict=True)
    return bytes((now - above) & 255 for now, above in pairs)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
