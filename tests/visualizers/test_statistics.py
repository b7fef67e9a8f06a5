"""The statistics of a table's columns, by what they hold, in each library."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from airflow_artifacts.visualizers import draw, statistics

DAYS = [dt.date(2026, 1, 1), None, dt.date(2026, 1, 3)]
MOMENTS = [dt.datetime(2026, 1, 1), None, dt.datetime(2026, 1, 1, 0, 0, 0, 250_000)]  # noqa: DTZ001 - without a zone
SPANS = [dt.timedelta(hours=1), None, dt.timedelta(days=2)]

COLUMNS: dict[str, tuple[list[Any], dict[str, Any]]] = {
    "truth values": ([True, None, True], {"nulls": 1, "distinct": 1, "top": [["True", 2]]}),
    "texts": (["x", "", "x"], {"nulls": 0, "distinct": 2, "top": [["x", 2], ["", 1]]}),
    "days": (DAYS, {"nulls": 1, "min": "2026-01-01", "max": "2026-01-03", "distinct": 2}),
    "moments": (
        MOMENTS,
        {"nulls": 1, "min": "2026-01-01 00:00:00", "max": "2026-01-01 00:00:00.250000", "distinct": 2},
    ),
    "times": ([dt.time(1), None, dt.time(2)], {"nulls": 1, "min": "01:00:00", "max": "02:00:00", "distinct": 2}),
    "spans": (SPANS, {"nulls": 1, "min": "1:00:00", "max": "2 days, 0:00:00", "distinct": 2}),
    "nothing": ([None, None, None], {"nulls": 3}),
    "lists": ([[1], None, [1, 2]], {"nulls": 1}),
    "records": ([{"a": 1}, None, {"a": 1}], {"nulls": 1}),
    "bytes": ([b"a\xff", None, b"a\xff"], {"nulls": 1, "distinct": 1, "top": [["b'a\\xff'", 2]]}),
}


def _column(value: object) -> dict[str, Any]:
    [[_, found]] = draw(value, 5).metadata["statistics"]
    return dict(found)


@pytest.mark.parametrize("name", COLUMNS)
@pytest.mark.parametrize("library", ["pandas", "arrow", "polars"])
def test_a_column_is_described_by_what_it_holds(library: str, name: str) -> None:
    """The same in each library."""
    values, expected = COLUMNS[name]
    if library == "pandas":
        value: Any = pd.DataFrame({"x": pd.Series(values, dtype=object)})
    else:
        value = pa.table({"x": values}) if library == "arrow" else pl.DataFrame({"x": values})
    assert _column(value) == expected


@pytest.mark.parametrize(
    "column",
    [
        pd.Series(["a", None, "a"], dtype="category"),
        pl.Series("x", ["a", None, "a"], dtype=pl.Categorical),
        pl.Series("x", ["a", None, "a"], dtype=pl.Enum(["a", "b"])),
        pa.table({"x": pa.array(["a", None, "a"]).dictionary_encode()}),
        pa.table({"x": pa.array(["a", None, "a"], pa.string_view())}),
    ],
    ids=["pandas", "polars", "enum", "arrow", "view"],
)
def test_categories_are_counted(column: object) -> None:
    """Those that occur."""
    assert _column(column) == {"nulls": 1, "distinct": 1, "top": [["a", 2]]}


def test_moments_keep_their_zone() -> None:
    """And a frame of them says nothing of fractions that are none."""
    found = _column(pd.DataFrame({"x": pd.date_range("2026", periods=2, tz="Europe/Paris")}))
    assert found["min"] == "2026-01-01 00:00:00+0100"


def test_decimals_and_large_integers_are_numbers() -> None:
    """With their extremes, and a histogram where the numbers can be told apart."""
    assert _column(pa.table({"x": [Decimal("1.5"), Decimal("2.5")]}))["mean"] == 2
    found = _column(pd.DataFrame({"x": pd.Series([2**64 - 1] * 3, dtype="u8")}))
    assert (found["min"], found["distinct"], found["histogram"]["counts"]) == (2**64 - 1, 1, [3])


def test_few_whole_numbers_have_a_bin_each() -> None:
    """As a person would count them."""
    assert _column(pd.DataFrame({"x": [1, 1, 3]}))["histogram"] == {"edges": [0.5, 1.5, 2.5, 3.5], "counts": [2, 0, 1]}


@pytest.mark.parametrize(
    "value",
    [
        pd.Series([1, "a", None, 2.5, b"x"], dtype=object),
        pd.Series([1j, None]),
        pd.Series([{1}, None, object()], dtype=object),
        pl.Series("x", [object(), None], dtype=pl.Object),
        pl.Series("x", [1, None], dtype=pl.Int128),
        pd.Series(pd.interval_range(0, 3)),
    ],
    ids=["several types", "complex", "objects", "objects of polars", "integers that Arrow lacks", "intervals"],
)
def test_of_other_columns_the_missing_values_are_counted(value: Any) -> None:
    """Nothing else is known of them, and no addresses are shown."""
    assert set(_column(value)) == {"nulls"}


@pytest.mark.parametrize(
    "values",
    [
        [1e300, np.nextafter(1e300, np.inf)],
        [5e-324, 0],
        [-1.7e308, -1.7e308],
        [1.7e308],
        [2**63 - 1, 2**63 - 2],
        [0.1, 0.1],
    ],
)
def test_numbers_that_are_near_have_one_bin(values: list[float]) -> None:
    """Wider than nothing, and finite."""
    found = statistics.histogram(np.array(values))
    assert found is not None
    assert found["counts"] == [len(values)]
    low, high = found["edges"]
    assert np.isfinite([low, high]).all()
    assert low < high
