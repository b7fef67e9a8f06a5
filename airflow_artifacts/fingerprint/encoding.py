"""The canonical encoding: nodes that begin with a tag and say how long they are, hashed as they are written.

A node is its tag, the number of its parts, and its parts, each behind its length; the children of a container follow
it one after another. No encoding is the beginning of another, so that no two sequences of nodes are written alike.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from blake3 import blake3

from airflow_artifacts.exceptions import FingerprintError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from typing_extensions import Buffer

__all__ = ["DEEPEST", "Encoder", "blob", "blob_of_parts", "content_digest", "refusal"]

FORMAT = b"airflow_artifacts fingerprint 1"

DEEPEST = 150
"""How deep values may be nested; beyond it Python's own limits come near."""

_FLUSH_BYTES = 1 << 16
_INLINE_BYTES = 64


class Encoder:
    """Writes nodes.

    Args:
        encode: Writes any value; what encoders of containers write their items with.
        depth: How deep in the value that is encoded it stands.
    """

    def __init__(self, encode: Callable[[Encoder, Any, str], None], depth: int = 0) -> None:
        self._encode = encode
        self._hasher = blake3(FORMAT)
        self._pending: list[bytes] = []
        self._size = 0
        self._depth = depth
        self._active: set[int] = set()

    def node(self, tag: str, *parts: bytes) -> None:
        """Write a node."""
        chunks = [_head(tag, len(parts))]
        for part in parts:
            size = len(part)
            chunks += (_SMALL[size] if size < _FEW else _number(size), part)
        self._write(b"".join(chunks))

    def child(self, value: Any, path: str) -> None:
        """Write a value that stands inside of the one that is written.

        Args:
            value: The value.
            path: Where it stands, as messages name it.

        Raises:
            FingerprintError: It has no fingerprint, or is nested too deeply.
        """
        self._depth += 1
        try:
            if self._depth > DEEPEST:
                message = f"{path[:80]}… is nested deeper than {DEEPEST}; flatten it, or register its type"
                raise FingerprintError(message)
            self._encode(self, value, path)
        finally:
            self._depth -= 1

    def within(self, value: Any, path: str) -> None:
        """Refuse a container that contains itself; call :meth:`leave` behind it.

        Raises:
            FingerprintError: It is being written already.
        """
        if id(value) in self._active:
            message = f"{path} contains itself, so that it has no end; leave the cycle out"
            raise FingerprintError(message)
        self._active.add(id(value))

    def leave(self, value: Any) -> None:
        """Say that all of a container was written."""
        self._active.discard(id(value))

    def digest_of(self, value: Any, path: str) -> bytes:
        """Return the digest of a value by itself, by which those of unordered containers are sorted."""
        other = Encoder(self._encode, self._depth)
        other._active = self._active
        other.child(value, path)
        return other.digest()

    def digest(self) -> bytes:
        """Return the digest of all that was written."""
        self._flush()
        return self._hasher.digest()

    def _write(self, data: bytes) -> None:
        self._pending.append(data)
        self._size += len(data)
        if self._size > _FLUSH_BYTES:
            self._flush()

    def _flush(self) -> None:
        self._hasher.update(b"".join(self._pending))
        self._pending.clear()
        self._size = 0


def content_digest(data: Buffer) -> bytes:
    """Return the digest of bytes; by one thread, since the library's own threads are gone after a fork."""
    return blake3(data).digest()


def blob(data: Buffer) -> bytes:
    """Return what stands for bytes in a node: themselves where they are few, else their digest."""
    view = memoryview(data)
    return b"=" + view.tobytes() if view.nbytes <= _INLINE_BYTES else b"#" + content_digest(view)


def blob_of_parts(parts: Iterable[bytes]) -> bytes:
    """Return what :func:`blob` returns of all parts behind each other, without joining them."""
    hasher, size, first = blake3(), 0, b""
    for part in parts:
        hasher.update(part)
        size += len(part)
        first += part[: _INLINE_BYTES + 1 - len(first)]
    return b"=" + first if size <= _INLINE_BYTES else b"#" + hasher.digest()


def refusal(path: str, what: str) -> FingerprintError:
    """Return the error for a value that has no fingerprint."""
    message = (
        f"{path} {what}, which has no fingerprint; tell its values apart by fingerprint.register(type, encoder), or "
        "pass what has one, such as numbers, text, lists, dicts, dataclasses, arrays and tables"
    )
    return FingerprintError(message)


@functools.lru_cache(maxsize=1024)
def _head(tag: str, parts: int) -> bytes:
    name = tag.encode()
    return _number(len(name)) + name + _number(parts)


def _number(number: int) -> bytes:
    return number.to_bytes(8, "little")


_FEW = 256
_SMALL = [_number(number) for number in range(_FEW)]
