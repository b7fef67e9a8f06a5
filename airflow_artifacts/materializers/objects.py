"""A pandas column of Python objects as an Arrow array that any tool reads, and back exactly.

Objects of one type that Arrow knows are values of that type, arrays of one dtype are lists. All else is text: the JSON
of each object, tagged where JSON would change it.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pandas as pd
import pyarrow as pa

from airflow_artifacts.materializers.python import decode, dump, encode

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["KINDS", "describe", "restore", "to_arrow"]

KINDS = frozenset({"object", "arrays", "python"})

# What Arrow gives back as the same objects, provided that a column holds one type of them.
_NATIVE: Mapping[str, pa.DataType] = {
    "str": pa.string(),
    "bytes": pa.binary(),
    "bool": pa.bool_(),
    "int": pa.int64(),
    "float": pa.float64(),
    "date": pa.date32(),
    "none": pa.null(),
}
_TYPES: Mapping[type, str] = {str: "str", bytes: "bytes", bool: "bool", int: "int", float: "float", dt.date: "date"}
_INT64 = 1 << 63
# Texts are looked through so many at a time.
_SOME = 1 << 18


def describe(values: np.ndarray[Any, Any]) -> dict[str, Any]:
    """Return what must be recorded to restore a column of objects."""
    absent = pd.isna(values)
    present = values[~absent]
    kinds = set(map(type, present))
    gaps = set(map(type, values[absent]))
    kind = next(iter(kinds), None)
    if len(kinds) <= 1 and len(gaps) <= 1 and gaps <= {type(None), float}:
        missing = "nan" if float in gaps else "none"
        if kind is None or (kind in _TYPES and _is_held(kind, present)):
            return {"kind": "object", "missing": missing, "of": "none" if kind is None else _TYPES[kind]}
        if kind is np.ndarray and missing == "none" and len({(one.dtype, one.ndim) for one in present}) == 1:
            dtype = present[0].dtype
            if present[0].ndim == 1 and dtype.str[1:] in _LISTED and dtype.isnative:
                return {"kind": "arrays", "dtype": dtype.str}
    return {"kind": "python"}


def to_arrow(values: np.ndarray[Any, Any], description: Mapping[str, Any], place: str) -> pa.Array:
    """Return a column of objects, or a part of one, as Arrow.

    Raises:
        UnsupportedTypeError: An object has no place in JSON; the message names it.
    """
    if description["kind"] == "object":
        return pa.array(values, type=_NATIVE[description["of"]], from_pandas=True)
    if description["kind"] == "arrays":
        of = pa.from_numpy_dtype(np.dtype(description["dtype"]))
        lengths = [0 if one is None else len(one) for one in values]
        absent = np.fromiter((one is None for one in values), dtype=bool, count=len(values))
        present = [one for one in values if one is not None]
        flat = np.concatenate(present) if present else np.empty(0, description["dtype"])
        offsets = pa.array(np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64))
        return pa.LargeListArray.from_arrays(offsets, pa.array(flat, type=of), mask=pa.array(absent))
    encoded = encode(list(values), place)
    return pa.array([None if one is None else dump(one).decode() for one in encoded], type=pa.string())


def restore(column: pa.ChunkedArray, description: Mapping[str, Any]) -> np.ndarray[Any, Any]:
    """Return the objects as they were."""
    values = np.empty(len(column), dtype=object)
    if description["kind"] == "object":
        values[:] = column.to_pylist()
        if description["missing"] == "nan":
            values[pd.isna(values)] = np.nan
        return values
    dtype = description.get("dtype")
    for i, one in enumerate(column if dtype else column.to_pylist()):
        if dtype:
            values[i] = (
                None
                if not one.is_valid
                else one.values.to_numpy(  # noqa: PD011 - of Arrow
                    zero_copy_only=False
                ).astype(dtype)
            )
        else:
            values[i] = None if one is None else decode(msgspec.json.decode(one))
    return values


_LISTED = frozenset({"f8", "f4", "f2", "i8", "i4", "i2", "i1", "u8", "u4", "u2", "u1", "b1"})


def _is_held(kind: type, values: np.ndarray[Any, Any]) -> bool:
    """Whether Arrow has a place for all objects of a type."""
    if kind is int:
        return bool(min(values) >= -_INT64 and max(values) < _INT64)
    if kind is str:
        return all(_is_text(values[start : start + _SOME]) for start in range(0, len(values), _SOME))
    return True


def _is_text(values: np.ndarray[Any, Any]) -> bool:
    joined = "".join(values)
    if not joined.isascii():
        try:
            joined.encode()
        except UnicodeEncodeError:
            return False
    return True
