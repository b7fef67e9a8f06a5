"""One column of a pandas frame as an Arrow array, and back exactly.

What Arrow would change is recorded in a small JSON description, which :func:`restore` follows; what neither can hold
is refused with the column's name.
"""

from __future__ import annotations

import base64
import functools
import io
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from airflow_artifacts.exceptions import UnsupportedTypeError
from airflow_artifacts.materializers import objects
from airflow_artifacts.materializers.python import decode, encode

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["categorical", "describe", "is_searchable", "parquet_type", "refusal", "restore", "string_dtype", "to_arrow"]

_CONVERT = "convert it, such as with .astype(…)"


def describe(values: pd.Series[Any] | pd.Index[Any], place: str) -> dict[str, Any]:  # noqa: PLR0911 - one for each kind
    """Return what must be recorded to restore a column.

    Args:
        values: The column.
        place: How a message names it, such as ``column 'x'``.

    Raises:
        UnsupportedTypeError: It cannot be restored exactly.
    """
    dtype = values.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        if isinstance(dtype.categories.dtype, pd.CategoricalDtype):
            raise refusal(place, "has categories that are categorical themselves", _CONVERT)
        categories = describe(dtype.categories, f"categories of {place}")
        return {"kind": "category", "ordered": bool(dtype.ordered), "of": categories}
    if isinstance(dtype, pd.StringDtype):
        # Before pandas 3 the storage's name said what marks missing values, too.
        storage = dtype.storage.removesuffix("_numpy")
        return {"kind": "string", "storage": storage, "na": "NA" if dtype.na_value is pd.NA else "nan"}
    if isinstance(dtype, pd.ArrowDtype):
        return {"kind": "arrow", "type": _type_text(dtype.pyarrow_dtype)}
    if pd.api.types.is_object_dtype(dtype):
        return objects.describe(values.to_numpy())
    if isinstance(dtype, pd.SparseDtype):
        dense = describe(_dense(values), place)
        return {"kind": "sparse", "of": dense, "fill": encode(dtype.fill_value, place), "index": values.array.kind}
    if isinstance(dtype, np.dtype) and dtype.str in {"<c8", "<c16"}:
        return {"kind": "complex", "dtype": dtype.str}
    if not _is_kept(dtype):
        raise refusal(place, f"has the dtype {dtype}", _CONVERT)
    return {"kind": "dtype", "dtype": str(dtype)}


def to_arrow(values: pd.Series[Any] | pd.Index[Any], description: Mapping[str, Any], place: str) -> Any:
    """Return a column as Arrow, of a type that Parquet keeps or that :func:`restore` knows to restore.

    A categorical one is a dictionary array.

    Raises:
        UnsupportedTypeError: Arrow or Parquet has no place for a value.
    """
    array: Any = values.array
    try:
        if description["kind"] == "category":
            codes = pa.array(array.codes, mask=array.codes < 0)
            return pa.DictionaryArray.from_arrays(codes, _flat(to_arrow(array.categories, description["of"], place)))
        if description["kind"] in objects.KINDS:
            return objects.to_arrow(values.to_numpy(), description, place)
        if description["kind"] == "sparse":
            return to_arrow(_dense(values), description["of"], place)
        if description["kind"] == "complex":
            plain = values.to_numpy()
            return pa.StructArray.from_arrays([plain.real.copy(), plain.imag.copy()], ["real", "imag"])
        return _for_parquet(pa.array(array, from_pandas=True), place)
    except UnsupportedTypeError:
        raise
    except (pa.ArrowException, OverflowError, TypeError, ValueError) as error:
        raise refusal(place, f"cannot be written ({error})", "convert it, or drop it") from error


def restore(column: pa.ChunkedArray, description: Mapping[str, Any]) -> Any:  # noqa: PLR0911 - one for each kind
    """Return a column as pandas had it: an array or an extension array that may be changed.

    Args:
        column: As it was read.
        description: What :func:`describe` returned; not that of a categorical column, see :func:`categorical`.
    """
    kind = description["kind"]
    if kind == "string":
        return string_dtype(description).__from_arrow__(column)
    if kind == "arrow":
        type_ = _type_of(description["type"])
        arrow: Any = pd.ArrowDtype(type_)
        return arrow.__from_arrow__(column.cast(type_))
    if kind in objects.KINDS:
        return objects.restore(column, description)
    if kind == "sparse":
        fill = decode(description["fill"])
        values = restore(column, description["of"])
        return pd.arrays.SparseArray(
            values, fill_value=fill, kind=description["index"], dtype=pd.SparseDtype(values.dtype, fill)
        )
    if kind == "complex":
        real, imag = (_flat(part).to_numpy() for part in _flat(column).flatten())
        values = np.empty(len(real), dtype=description["dtype"])
        values.real, values.imag = real, imag
        return values
    dtype = _dtype(description["dtype"])
    if hasattr(dtype, "__from_arrow__"):
        return dtype.__from_arrow__(column)
    array = column.to_numpy()
    return array.astype(dtype, copy=not array.flags.writeable)


def categorical(column: pa.ChunkedArray, categories: pa.ChunkedArray, description: Mapping[str, Any]) -> pd.Categorical:
    """Return a categorical column as pandas had it, categories that do not occur included.

    Args:
        column: As it was read: values, or where these cannot be searched for, their positions in ``categories``.
        categories: As they were read.
        description: What :func:`describe` returned.
    """
    values = restore(categories, description["of"])
    dtype = pd.CategoricalDtype(pd.Index(values, dtype=values.dtype), ordered=description["ordered"])
    codes: Any = column
    if is_searchable(categories.type):
        codes = _positions(column, _flat(categories))
    return pd.Categorical.from_codes(pc.fill_null(codes, -1).to_numpy(zero_copy_only=False), dtype=dtype)


def is_searchable(type_: pa.DataType) -> bool:
    """Whether Arrow finds a value of this type among others."""
    kinds = pa.types
    text = (kinds.is_string, kinds.is_large_string, kinds.is_binary, kinds.is_large_binary)
    return (kinds.is_primitive(type_) and not kinds.is_float16(type_)) or any(kind(type_) for kind in text)


def string_dtype(description: Mapping[str, Any]) -> Any:
    """Return the dtype of a column of text.

    Raises:
        UnsupportedTypeError: This pandas has none like it.
    """
    storage = description["storage"]
    if description["na"] == "NA":
        return pd.StringDtype(storage)
    try:
        return pd.StringDtype(storage, na_value=np.nan)
    except TypeError as error:  # pandas 2.2 has one such dtype, under a name of its own
        if storage == "pyarrow":
            return pd.StringDtype("pyarrow_numpy")
        message = f"the text was written as pandas' str in Python objects, which pandas {pd.__version__} lacks; use 2.3"
        raise UnsupportedTypeError(message) from error


def refusal(place: str, fault: str, way_out: str) -> UnsupportedTypeError:
    """Return the error that names what cannot be restored."""
    message = f"{place} {fault}, which could not be restored exactly; {way_out}"
    return UnsupportedTypeError(message)


def _is_kept(dtype: Any) -> bool:
    """Whether the dtype's name gives it back, and Arrow the values."""
    if not (hasattr(dtype, "__from_arrow__") or (isinstance(dtype, np.dtype) and dtype.kind in "biufmM")):
        return False
    try:
        return bool(pd.api.types.pandas_dtype(str(dtype)) == dtype)
    except TypeError:
        return False


def _dense(values: pd.Series[Any] | pd.Index[Any]) -> pd.Series[Any]:
    return pd.Series(values.array.to_dense(), copy=False)


def _for_parquet(array: Any, place: str) -> Any:
    """Return an array of a type that Parquet keeps; it knows no seconds."""
    type_ = array.type
    if pa.types.is_timestamp(type_) and type_.unit == "s":
        return array.cast(pa.timestamp("ms", type_.tz))
    if pa.types.is_time32(type_) and type_.unit == "s":
        return array.cast(pa.time32("ms"))
    if not isinstance(type_, pa.BaseExtensionType) and parquet_type(type_) != type_:
        raise refusal(place, f"has the Arrow type {type_}", "convert it, or save a pyarrow.Table")
    return array


@functools.lru_cache(maxsize=256)
def parquet_type(type_: pa.DataType) -> pa.DataType:
    """Return what a type is after it was written as Parquet."""
    sink = io.BytesIO()
    pq.write_table(pa.schema([("x", type_)]).empty_table(), sink)
    return pq.read_schema(sink).field("x").type


def _type_text(type_: pa.DataType) -> str:
    return base64.b64encode(pa.schema([("x", type_)]).serialize().to_pybytes()).decode()


def _dtype(name: str) -> Any:
    """Return the dtype of a name, which names no file of a time zone: no column has one."""
    if "dateutil/" in name:
        message = f"no column has the dtype {name!r}"
        raise ValueError(message)
    return pd.api.types.pandas_dtype(name)


def _type_of(text: str) -> pa.DataType:
    return pa.ipc.read_schema(pa.py_buffer(base64.b64decode(text))).field("x").type


def _positions(column: pa.ChunkedArray, categories: pa.Array) -> Any:
    """Return where each value stands among the categories; null for none."""
    if not pa.types.is_dictionary(column.type):
        return pc.index_in(column.cast(categories.type), value_set=categories)
    chunks = [
        pc.index_in(chunk.dictionary.cast(categories.type), value_set=categories).take(chunk.indices)
        for chunk in column.chunks
    ]
    return pa.chunked_array(chunks, pa.int32())


def _flat(array: Any) -> pa.Array:
    """Return an array in one piece."""
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
