"""Arrays and scalars of NumPy: dtype, shape, and the content in C order, whatever the memory layout.

A memory map counts as the array it holds. What a mask hides and the padding of structured types do not count.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import numpy as np
from blake3 import blake3

from airflow_artifacts.fingerprint.encoding import content_digest, refusal
from airflow_artifacts.fingerprint.python import encode_sequence

if TYPE_CHECKING:
    from airflow_artifacts.fingerprint.encoding import Encoder

__all__ = ["array_digest", "encode", "raw"]

# Items that are copied at once where an array does not lie in C order.
_CHUNK = 1 << 18
# Of a long double on x86, whose other six bytes mean nothing.
_EXTENDED_BYTES = 10
_EXTENDED_MANTISSA = 63


def encode(encoder: Encoder, value: Any, path: str) -> bool:
    """Write an array, a scalar or a dtype of NumPy; return whether it is one."""
    kind = type(value)
    if kind in (np.ndarray, np.memmap):
        _array(encoder, np.asarray(value), path)
    elif kind is np.ma.MaskedArray:
        _masked(encoder, value, path)
    elif isinstance(value, np.generic) and kind.__module__ == "numpy":
        encoder.node("numpy scalar")
        _array(encoder, np.asarray(value), path)
    elif isinstance(value, np.dtype):
        encoder.node("numpy dtype")
        _dtype(encoder, value, path)
    else:
        return False
    return True


def array_digest(array: np.ndarray[Any, Any]) -> bytes:
    """Return the digest of an array's content in C order; its dtype has neither objects nor fields."""
    if array.dtype.kind in "fc" and _extended(array.dtype):
        return _extended_digest(array)
    if array.flags.c_contiguous:
        return content_digest(raw(array))
    hasher = blake3()
    flags: Any = ["external_loop", "buffered", "zerosize_ok"]
    for chunk in np.nditer(array, flags=flags, order="C", buffersize=_CHUNK):
        hasher.update(raw(np.ascontiguousarray(chunk)))
    return hasher.digest()


def raw(array: Any) -> memoryview:
    """Return the bytes of an array that lies in C order, without a copy."""
    return memoryview(array.reshape(-1).view(np.uint8)) if array.size else memoryview(b"")


def _array(encoder: Encoder, array: np.ndarray[Any, Any], path: str) -> None:
    encoder.node("numpy.ndarray", ",".join(map(str, array.shape)).encode())
    _dtype(encoder, array.dtype, path)
    _content(encoder, array, path)


def _content(encoder: Encoder, array: np.ndarray[Any, Any], path: str) -> None:
    dtype = array.dtype
    if dtype.names is not None:
        for name in dtype.names:
            _content(encoder, array[name], f"{path}[{name!r}]")
    elif dtype.subdtype is not None or dtype.kind in "OT":
        encoder.within(array, path)
        encode_sequence(encoder, list(array.astype(object).flat), path)
        encoder.leave(array)
    else:
        encoder.node("content", array_digest(array))


def _masked(encoder: Encoder, value: np.ma.MaskedArray[Any, Any], path: str) -> None:
    if value.dtype.names is not None:
        raise refusal(path, "is a masked array with fields")
    mask = np.ma.getmaskarray(value)
    shown = np.array(value.data, copy=True)
    shown[mask] = np.zeros((), dtype=value.dtype)[()] if value.dtype.kind != "O" else None
    encoder.node("numpy masked array", bytes([bool(value.hardmask)]))
    _array(encoder, mask, path)
    _array(encoder, shown, path)
    _array(encoder, np.asarray(value.fill_value), f"{path}.fill_value")


def _dtype(encoder: Encoder, dtype: np.dtype[Any], path: str) -> None:
    if dtype.metadata is not None:
        encoder.node("metadata")
        encoder.child(dict(dtype.metadata), f"{path}.dtype.metadata")
    if dtype.subdtype is not None:
        base, shape = dtype.subdtype
        encoder.node("subarray", ",".join(map(str, shape)).encode())
        _dtype(encoder, base, path)
    elif dtype.names is not None and dtype.fields is not None:
        encoder.node("structure", str(dtype.itemsize).encode(), bytes([dtype.isalignedstruct]))
        for name in dtype.names:
            field, offset, *title = dtype.fields[name]
            encoder.node("field", name.encode("utf-8", "surrogatepass"), str(offset).encode())
            encoder.child(title[0] if title else None, f"{path}.dtype")
            _dtype(encoder, field, path)
    elif dtype.kind == "T":
        encoder.node("dtype", b"StringDType")
        has_missing = hasattr(dtype, "na_object")
        encoder.child(dtype.na_object if has_missing else "no missing", f"{path}.dtype.na_object")  # type: ignore[attr-defined]
    elif dtype.kind == "V" and dtype.itemsize == 0:
        encoder.node("dtype", b"V0")
    elif type(dtype).__module__ not in {"numpy", "numpy.dtypes"}:
        raise refusal(path, f"has the dtype {dtype}")
    else:
        encoder.node("dtype", dtype.str.encode())


def _extended(dtype: np.dtype[Any]) -> bool:
    """Whether numbers of a dtype are stored with bytes that mean nothing."""
    return dtype in _extended_types()


@functools.cache
def _extended_types() -> tuple[np.dtype[Any], ...]:
    if np.finfo(np.longdouble).nmant != _EXTENDED_MANTISSA:
        return ()
    return np.dtype(np.longdouble), np.dtype(np.clongdouble)


def _extended_digest(array: np.ndarray[Any, Any]) -> bytes:
    single = np.dtype(np.longdouble).itemsize
    cells = np.ascontiguousarray(array).reshape(-1).view(np.uint8).reshape(-1, single)
    return content_digest(cells[:, :_EXTENDED_BYTES].tobytes())
