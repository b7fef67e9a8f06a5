"""The labels of a pandas frame's rows and columns, as columns of its file or as JSON, and back exactly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from airflow_artifacts.exceptions import UnsupportedTypeError
from airflow_artifacts.materializers import columns
from airflow_artifacts.materializers.python import decode, encode

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Take = Callable[[pd.Index[Any], str, object], dict[str, Any]]
    Read = Callable[[Mapping[str, Any]], Any]

__all__ = ["describe", "labels", "restore"]


def describe(index: pd.Index[Any], place: str, take: Take) -> dict[str, Any]:
    """Return what restores an index.

    Args:
        index: The labels.
        place: How a message names it.
        take: Stores one level, given with its place and name, and returns what restores it.

    Raises:
        UnsupportedTypeError: It cannot be restored exactly.
    """
    names = [encode(name, f"name of {place}") for name in index.names]
    if isinstance(index, pd.RangeIndex):
        return {"kind": "range", "range": [index.start, index.stop, index.step], "names": names}
    if not isinstance(index, pd.MultiIndex):
        freq = _freq(index, place)
        return {"kind": "level", "levels": [take(index, place, index.name)], "names": names, "freq": freq}
    places = [f"{place} level {i}" for i in range(index.nlevels)]
    levels = [_level(index, i) for i in range(index.nlevels)]
    return {
        "kind": "levels",
        "levels": [take(values, place, values.name) for (values, _), place in zip(levels, places, strict=True)],
        "dtypes": [dtype for _, dtype in levels],
        "freqs": [_freq(level, place) for level, place in zip(_used_levels(index), places, strict=True)],
        "names": names,
    }


def labels(index: pd.Index[Any], place: str, take: Take) -> dict[str, Any]:
    """Return what restores one level of column labels: JSON where that holds them, which are few, else as ``take``.

    Raises:
        UnsupportedTypeError: It cannot be restored exactly.
    """
    dtype = index.dtype
    if isinstance(dtype, pd.StringDtype):
        texts = [None if pd.isna(label) else label for label in index]
        return {"labels": encode(texts, place), "of": columns.describe(index, place)}
    if not pd.api.types.is_object_dtype(dtype):
        return take(index, place, index.name)
    try:
        return {"labels": encode(list(index), place), "of": None}
    except UnsupportedTypeError:
        return take(index, place, index.name)


def restore(axis: Mapping[str, Any], read: Read) -> Any:
    """Return the index that :func:`describe` described.

    Args:
        axis: The description.
        read: Returns the values of a level.
    """
    names = [decode(name) for name in axis["names"]]
    if axis["kind"] == "range":
        start, stop, step = axis["range"]
        return pd.RangeIndex(start, stop, step, name=names[0])
    levels = [_restore_level(taken, read) for taken in axis["levels"]]
    if axis["kind"] == "level":
        return _with_freq(levels[0].rename(names[0]), axis["freq"])
    index = pd.MultiIndex.from_arrays(levels, names=names)
    for i, (dtype, freq) in enumerate(zip(axis["dtypes"], axis["freqs"], strict=True)):
        level = index.levels[i] if dtype is None else index.levels[i].astype(dtype)
        index = index.set_levels(_with_freq(level, freq), level=i)
    return index


def _restore_level(taken: Mapping[str, Any], read: Read) -> Any:
    if "labels" not in taken:
        values = read(taken)
    elif taken["of"] is None:
        items = decode(taken["labels"])
        values = np.empty(len(items), dtype=object)
        values[:] = items
    else:
        values = pd.array(decode(taken["labels"]), dtype=columns.string_dtype(taken["of"]))
    return pd.Index(values, dtype=values.dtype)


def _level(index: pd.MultiIndex, number: int) -> tuple[Any, str | None]:
    """Return the values of a level, with its dtype where missing values would give them another one."""
    values, level = index.get_level_values(number), index.levels[number]
    dtype: Any = level.dtype
    if values.dtype == dtype or not isinstance(dtype, np.dtype) or dtype.kind not in "biu":
        return values, None
    nullable = {"b": "boolean", "i": f"Int{8 * dtype.itemsize}", "u": f"UInt{8 * dtype.itemsize}"}[dtype.kind]
    taken: Any = level.astype(nullable).take(index.codes[number], allow_fill=True, fill_value=pd.NA)  # type: ignore[arg-type]
    return taken.rename(values.name), str(dtype)


def _used_levels(index: pd.MultiIndex) -> list[pd.Index[Any]]:
    """Return the levels as :func:`restore` makes them: what is used, in ascending order."""
    used = index.remove_unused_levels().levels
    return [level if level.is_monotonic_increasing else level.sort_values() for level in used]


def _freq(index: pd.Index[Any], place: str) -> str | None:
    """Return the rule of dates or spans at equal distances; periods have theirs in the dtype."""
    freq = getattr(index, "freq", None)
    if freq is None or isinstance(index, pd.PeriodIndex):
        return None
    try:
        if pd.tseries.frequencies.to_offset(freq.freqstr) == freq:
            return str(freq.freqstr)
    except ValueError:
        pass
    raise columns.refusal(place, f"has the frequency {freq!r}", "set its freq to None")


def _with_freq(index: Any, freq: str | None) -> Any:
    if freq is None:
        return index
    ruled = index.copy()
    ruled.freq = freq
    return ruled
