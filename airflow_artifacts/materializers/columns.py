"""One column of a pandas frame as an Arrow array, and back exactly.

What Arrow would change is recorded in a small JSON description, which :func:`restore` follows; what neither can hold
is refused with the column's name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa

from airflow_artifacts.exceptions import UnsupportedTypeError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["describe", "flat", "restore", "to_arrow"]

# What pandas says of a column of Python objects that Arrow holds and gives back as the same objects.
_OBJECTS = {
    "string": pa.string(),
    "bytes": pa.binary(),
    "boolean": pa.bool_(),
    "integer": pa.int64(),
    "empty": pa.null(),
}


def describe(values: pd.Series[Any] | pd.Index[Any], place: str) -> dict[str, Any]:
    """Return what must be recorded to restore a column.

    Args:
        values: The column.
        place: How a message names it, such as ``column 'x'``.

    Raises:
        UnsupportedTypeError: It cannot be restored exactly.
    """
    dtype = values.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        categories = dtype.categories
        return {
            "kind": "category",
            "ordered": bool(dtype.ordered),
            "of": describe(categories, f"categories of {place}"),
        }
    if isinstance(dtype, pd.StringDtype):
        return {"kind": "string", "storage": dtype.storage, "na": "NA" if dtype.na_value is pd.NA else "nan"}
    if isinstance(dtype, pd.ArrowDtype):
        return {"kind": "arrow"}
    if dtype == object:
        return {"kind": "object", "missing": _missing(values, place)}
    if isinstance(dtype, pd.SparseDtype) or (isinstance(dtype, np.dtype) and dtype.kind not in "biufmM"):
        raise _refusal(place, f"has the dtype {dtype}", "convert it, such as with .astype(…)")
    try:
        same = pd.api.types.pandas_dtype(str(dtype)) == dtype
    except TypeError:
        same = False
    if not same:
        raise _refusal(place, f"has the dtype {dtype}", "convert it, such as with .astype(…)")
    return {"kind": "dtype", "dtype": str(dtype)}


def to_arrow(values: pd.Series[Any] | pd.Index[Any], description: Mapping[str, Any], place: str) -> pa.Array:
    """Return a column as Arrow; a categorical one as its values, which other tools can read.

    Raises:
        UnsupportedTypeError: Arrow has no place for a value.
    """
    try:
        if description["kind"] == "category":
            categories = values.array.categories  # type: ignore[attr-defined]
            dictionary = to_arrow(categories, description["of"], place)
            codes = pa.array(values.array.codes, mask=values.array.codes < 0)  # type: ignore[attr-defined]
            return pa.DictionaryArray.from_arrays(codes, flat(dictionary))
        if description["kind"] == "object":
            kind = pd.api.types.infer_dtype(values, skipna=True)
            return pa.array(values.to_numpy(), type=_OBJECTS[kind], from_pandas=True)
        return pa.array(values.array if values.dtype != object else values.to_numpy(), from_pandas=True)
    except (pa.ArrowException, OverflowError, TypeError) as error:
        raise _refusal(place, f"cannot be written: {error}", "convert it, or drop it") from error


def restore(column: pa.ChunkedArray, description: Mapping[str, Any], categories: pd.Index[Any] | None) -> Any:
    """Return a column as pandas had it: an array or an extension array that may be changed.

    Args:
        column: As it was read.
        description: What :func:`describe` returned.
        categories: Of a categorical column.
    """
    kind = description["kind"]
    if kind == "category":
        plain = column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column
        dtype = pd.CategoricalDtype(categories, ordered=description["ordered"])
        return pd.Categorical(restore(plain, description["of"], None), dtype=dtype)
    if kind == "string":
        na_value = pd.NA if description["na"] == "NA" else np.nan
        return pd.StringDtype(description["storage"], na_value=na_value).__from_arrow__(column)
    if kind == "arrow":
        return pd.ArrowDtype(column.type).__from_arrow__(column)
    if kind == "object":
        values = np.empty(len(column), dtype=object)
        values[:] = column.to_pylist()
        if description["missing"] == "nan":
            values[pd.isna(values)] = np.nan
        return values
    dtype = pd.api.types.pandas_dtype(description["dtype"])
    if hasattr(dtype, "__from_arrow__"):
        return dtype.__from_arrow__(column)
    array = column.to_numpy()
    return array.astype(dtype, copy=not array.flags.writeable)


def _missing(values: pd.Series[Any] | pd.Index[Any], place: str) -> str:
    """Return what stands for missing values in a column of objects, after checking that Arrow holds the others."""
    kind = pd.api.types.infer_dtype(values, skipna=True)
    if kind not in _OBJECTS:
        raise _refusal(place, f"holds Python objects ({kind})", "give it one type with .astype(…), or drop it")
    gaps = {type(value) for value in values[pd.isna(values)]}
    if gaps - {type(None), float} or len(gaps) > 1:
        names = " and ".join(sorted(gap.__name__ for gap in gaps))
        raise _refusal(place, f"marks missing values by {names}", "use one of None and NaN for all")
    return "nan" if float in gaps else "none"


def flat(array: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Return an array in one piece."""
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array


def _refusal(place: str, fault: str, way_out: str) -> UnsupportedTypeError:
    message = f"{place} {fault}, which could not be restored exactly; {way_out}"
    return UnsupportedTypeError(message)
