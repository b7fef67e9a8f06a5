"""Frames, series and indexes of pandas: labels, dtypes and values, whatever blocks, views or slices they lie in.

What lies under a missing value does not count, nor do levels of an index that no row names. ``attrs`` and flags do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa

from airflow_artifacts.fingerprint.arrays import array_digest
from airflow_artifacts.fingerprint.arrow import array_parts
from airflow_artifacts.fingerprint.encoding import refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from airflow_artifacts.fingerprint.encoding import Encoder

__all__ = ["describe", "encode"]

_INDEXES = (
    pd.Index,
    pd.RangeIndex,
    pd.MultiIndex,
    pd.DatetimeIndex,
    pd.TimedeltaIndex,
    pd.PeriodIndex,
    pd.IntervalIndex,
    pd.CategoricalIndex,
)


def encode(encoder: Encoder, value: Any, path: str) -> bool:  # noqa: C901 - one case for each class
    """Write a frame, a series, an index, or a scalar or dtype of pandas; return whether it is one."""
    kind = type(value)
    if kind is pd.DataFrame:
        describe(encoder, value, path)
    elif kind is pd.Series:
        encoder.node("pandas.Series")
        encoder.child((value.name, _frame(value)), path)
        encoder.child(_values(value, path), path)
        encoder.child(_index(value.index, f"{path}.index"), f"{path}.index")
    elif kind in _INDEXES:
        encoder.node("pandas.Index")
        encoder.child(_index(value, path), path)
    elif value is pd.NA or value is pd.NaT:
        encoder.node(f"pandas.{value!s}")
    elif kind in (pd.Timestamp, pd.Timedelta):
        encoder.node(f"pandas.{kind.__name__}")
        encoder.child((value.unit, value.value if value.unit == "ns" else value.asm8.view("i8").item()), path)
        if kind is pd.Timestamp:
            encoder.child((_zone(value.tzinfo), value.fold), path)
    elif kind is pd.Period:
        encoder.node("pandas.Period")
        encoder.child((value.freqstr, value.ordinal), path)
    elif kind is pd.Interval:
        encoder.node("pandas.Interval")
        encoder.child((value.closed, value.left, value.right), path)
    elif isinstance(value, pd.api.extensions.ExtensionArray):
        encoder.node("pandas.array")
        encoder.child(_values(pd.Series(value), path), path)
    elif isinstance(value, pd.api.extensions.ExtensionDtype):
        encoder.node("pandas dtype")
        encoder.child(_dtype(value, path), path)
    else:
        return False
    return True


def _columns(frame: pd.DataFrame, path: str) -> dict[str, Any]:
    """Return the fingerprints of a frame's columns as JSON, each with its dtype."""
    from airflow_artifacts.fingerprint.values import digest_at  # noqa: PLC0415 - which dispatches to here

    pairs = []
    for number, label in enumerate(frame.columns):
        name = label if type(label) is str else {"fingerprint": digest_at(label, f"a label of {path}")}
        place = f"{path}[{label!r}]"
        pairs.append([name, digest_at(_values(frame.iloc[:, number], place), place)])
    return {
        "rows": len(frame),
        "index": digest_at(_index(frame.index, f"{path}.index"), f"{path}.index"),
        "frame": digest_at((_labels(frame.columns, path), _frame(frame)), path),
        "labels": digest_at(_index(frame.columns, f"{path}.columns"), path),
        "columns": pairs,
    }


def describe(encoder: Encoder, frame: pd.DataFrame, path: str = "value") -> Mapping[str, Any]:
    """Write a frame by the fingerprints of its columns, and return these as JSON."""
    found = _columns(frame, path)
    encoder.node("pandas.DataFrame")
    encoder.child(found, path)
    return found


def _labels(labels: pd.Index[Any], path: str) -> tuple[Any, ...]:
    """Return what a frame of some of the columns shows of the labels of all."""
    if isinstance(labels, pd.MultiIndex) or not (labels.dtype.kind in "iO" or isinstance(labels.dtype, pd.StringDtype)):
        return _index(labels, path)
    return (tuple(labels.names), str(labels.dtype))


def _frame(value: Any) -> tuple[Any, ...]:
    return (dict(value.attrs), bool(value.flags.allows_duplicate_labels))


def _index(index: pd.Index[Any], path: str) -> tuple[Any, ...]:
    """Return what stands for an index: its kind, names, frequency and values."""
    if type(index) not in _INDEXES:
        raise refusal(path, f"is a {type(index).__name__}")
    names = tuple(index.names)
    if isinstance(index, pd.RangeIndex):
        return ("range", names, index.start, index.stop, index.step)
    if isinstance(index, pd.MultiIndex):
        levels = [_values(index.get_level_values(number), path) for number in range(index.nlevels)]
        return ("levels", names, len(index), levels)
    return (type(index).__name__, names, getattr(index, "freqstr", None), _values(index, path))


def _values(values: Any, path: str) -> tuple[Any, ...]:  # noqa: PLR0911 - one for each kind of dtype
    """Return what stands for the values of a column: the dtype, and digests or the objects themselves."""
    dtype = values.dtype
    array = values.array
    if isinstance(dtype, np.dtype):
        plain = values.to_numpy()
        if dtype.kind == "O":
            return ("objects", list(plain))
        return ("numpy", dtype.str, len(plain), array_digest(plain))
    described = _dtype(dtype, path)
    if isinstance(dtype, pd.CategoricalDtype):
        return (*described, array.codes.dtype.str, len(array), array_digest(np.asarray(array.codes)))
    if isinstance(dtype, pd.StringDtype):
        text = pa.array(array, type=pa.large_string(), from_pandas=True)
        return (*described, *array_parts(text if isinstance(text, pa.ChunkedArray) else pa.chunked_array([text]), path))
    if isinstance(dtype, pd.ArrowDtype):
        chunked = pa.chunked_array(array.__arrow_array__())
        return (*described, *array_parts(chunked, path))
    if isinstance(dtype, (pd.DatetimeTZDtype, pd.PeriodDtype)):
        return (*described, len(array), array_digest(np.asarray(array.asi8)))
    if isinstance(dtype, pd.IntervalDtype):
        return (*described, _values(pd.Series(array.left), path), _values(pd.Series(array.right), path))
    if isinstance(dtype, pd.SparseDtype):
        return (*described, array.kind, _values(pd.Series(array.to_dense()), path))
    held = getattr(array, "__dict__", {})
    if {"_mask", "_data"} <= set(held):
        mask, data = np.asarray(held["_mask"]), np.array(held["_data"], copy=True)
        data[mask] = 0
        return (*described, len(array), array_digest(np.packbits(mask)), array_digest(data))
    raise refusal(path, f"has the dtype {dtype}")


def _dtype(dtype: Any, path: str) -> tuple[Any, ...]:
    if isinstance(dtype, pd.CategoricalDtype):
        categories = dtype.categories
        return ("category", bool(dtype.ordered), _index(categories, path))
    if isinstance(dtype, pd.StringDtype):
        return ("string", dtype.storage, "NA" if dtype.na_value is pd.NA else "nan")
    if isinstance(dtype, pd.ArrowDtype):
        return ("arrow", dtype.pyarrow_dtype)
    if isinstance(dtype, pd.DatetimeTZDtype):
        return ("datetime", dtype.unit, _zone(dtype.tz))
    if isinstance(dtype, pd.SparseDtype):
        return ("sparse", str(dtype.subtype), dtype.fill_value)
    if isinstance(dtype, (pd.PeriodDtype, pd.IntervalDtype)) or hasattr(dtype, "numpy_dtype"):
        return (type(dtype).__name__, str(dtype))
    raise refusal(path, f"is of the dtype {dtype}")


def _zone(zone: Any) -> Any:
    """Return what stands for a time zone: those of pytz, which pandas knows too, by their name."""
    name = getattr(zone, "zone", None)
    return ("pytz", name) if type(zone).__module__.startswith("pytz") and name else zone
