"""Statistics of a column: missing values, extremes, mean, distinct values, and how the values are spread."""

from __future__ import annotations

import math
import re
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from airflow_artifacts.visualizers.model import short

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["SAMPLED", "histogram", "of_column", "slices"]

SAMPLED = 20_000
"""Rows that are looked at of a larger column."""

_SLICES = 20
_BINS = 20
_TOP = 10
# Of a moment on a full second.
_NO_FRACTION = re.compile(r"\.0+(?!\d)")
_PLAIN = {pa.string_view(): pa.large_string(), pa.binary_view(): pa.large_binary()}
# Below it there is a number between each two whole ones.
_HALVES = 1 << 52


def slices(rows: int) -> list[slice] | None:
    """Return the parts of a long column that stand for all of it, evenly spread; None where all is looked at."""
    if rows <= SAMPLED:
        return None
    length = SAMPLED // _SLICES
    starts = np.linspace(0, rows - length, _SLICES).astype(int)
    return [slice(int(start), int(start) + length) for start in starts]


def of_column(column: pa.ChunkedArray) -> tuple[dict[str, Any], list[str]]:
    """Return the statistics of a column, and what went wrong: one that fails loses only itself."""
    found: dict[str, Any] = {}
    faults: list[str] = []

    def add(name: str, compute: Callable[[], Any]) -> None:
        try:
            value = compute()
        except Exception as error:  # noqa: BLE001 - a statistic is never a reason to fail
            faults.append(f"{name}: {type(error).__name__}: {error}")
        else:
            if value is not None:
                found[name] = value

    kind = column.type
    add("nulls", lambda: column.null_count)
    if isinstance(kind, pa.BaseExtensionType) or pa.types.is_nested(kind) or pa.types.is_null(kind):
        return found, faults
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        _add_numbers(column, add)
    elif pa.types.is_temporal(kind):
        _add_moments(column, add)
    else:
        _add_words(column, add)
    return found, faults


def histogram(values: np.ndarray[Any, Any]) -> dict[str, Any] | None:
    """Return how numbers are spread over twenty bins; None where there is nothing to spread.

    Whole numbers that are fewer than twenty have a bin each, with the number in its middle.
    """
    if not len(values):
        return None
    low, high = float(values.min()), float(values.max())
    if not math.isfinite(high - low):
        return None
    bins = _BINS
    if values.dtype.kind in "iub" and high - low < _BINS and max(abs(low), abs(high)) < _HALVES:
        bins, low, high = int(high - low) + 1, low - 0.5, high + 0.5
    elif (high - low) / _BINS <= 2 * math.ulp(max(abs(low), abs(high))):
        # Between so near numbers there are no twenty others.
        room = max(0.5, 2 * math.ulp(max(abs(low), abs(high))))
        edges = [max(low - room, -sys.float_info.max), min(high + room, sys.float_info.max)]
        return {"edges": edges, "counts": [len(values)]}
    counts, bounds = np.histogram(values.astype(float), bins=bins, range=(low, high))
    return {"edges": bounds.tolist(), "counts": counts.tolist()}


def _add_numbers(column: pa.ChunkedArray, add: Callable[[str, Callable[[], Any]], None]) -> None:
    present = column.drop_null()
    if pa.types.is_decimal(column.type):
        present = present.cast(pa.float64())
    values = present.to_numpy()
    is_float = values.dtype.kind == "f"
    finite = values[np.isfinite(values)] if is_float else values
    if is_float and len(finite) < len(values):
        add("nan", lambda: int(np.isnan(values).sum()) or None)
        add("infinite", lambda: int(np.isinf(values).sum()) or None)
    if len(finite):
        add("min", lambda: finite.min().item())
        add("max", lambda: finite.max().item())
        add("mean", lambda: float(finite.mean(dtype=float)))
        add("std", lambda: float(finite.std(ddof=1, dtype=float)) if len(finite) > 1 else None)
    add("distinct", lambda: pc.count_distinct(column, mode="only_valid").as_py())
    add("histogram", lambda: histogram(finite))


def _add_moments(column: pa.ChunkedArray, add: Callable[[str, Callable[[], Any]], None]) -> None:
    def extreme(name: str) -> Any:
        if pa.types.is_duration(column.type):
            value = pc.min_max(column.cast(pa.int64()))[name].cast(column.type)
            return str(value.as_py()) if value.is_valid else None
        value = pc.min_max(column)[name]
        return _NO_FRACTION.sub("", short(value.cast(pa.string()).as_py())) if value.is_valid else None

    add("min", lambda: extreme("min"))
    add("max", lambda: extreme("max"))
    add("distinct", lambda: pc.count_distinct(column, mode="only_valid").as_py())


def _add_words(column: pa.ChunkedArray, add: Callable[[str, Callable[[], Any]], None]) -> None:
    # Arrow counts neither views nor what has a dictionary.
    plain = column.cast(_PLAIN[column.type]) if column.type in _PLAIN else column
    if pa.types.is_dictionary(column.type):
        plain = pa.chunked_array(
            [chunk.dictionary.take(chunk.indices) for chunk in column.chunks], column.type.value_type
        )
    counted = pc.value_counts(plain.drop_null())
    add("distinct", lambda: len(counted))

    def top() -> Any:
        counts = counted.field("counts")
        first = pc.select_k_unstable(counts, _TOP, sort_keys=[("", "descending")])
        return [[short(counted[i.as_py()]["values"].as_py()), counted[i.as_py()]["counts"].as_py()] for i in first]

    if len(counted):
        add("top", top)
