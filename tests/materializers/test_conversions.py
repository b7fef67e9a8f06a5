"""Handing a value over as another type."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.dataset
import pytest

from airflow_artifacts.exceptions import ConversionError
from airflow_artifacts.materializers.conversions import convert


def test_a_value_of_the_type_is_handed_over_as_it_is() -> None:
    """Nothing is copied where nothing changes."""
    frame = pd.DataFrame({"x": [1]})
    assert convert(frame, pd.DataFrame) is frame
    assert convert(True, int) is True


def test_an_int_that_a_float_can_hold_is_one() -> None:
    """Every int up to 2**53 is a float, and some beyond."""
    assert (type(convert(3, float)), convert(3, float)) == (float, 3.0)
    assert convert(2**60, float) == 2.0**60
    for value, reason in ((2**53 + 1, "the nearest float is 9007199254740992.0"), (10**400, "too large")):
        with pytest.raises(ConversionError, match=f"int cannot be handed over exactly as a float: .*{reason}"):
            convert(value, float)


@pytest.mark.parametrize(
    "frame",
    [
        pd.DataFrame({"i": [1, 2], "f": [0.5, np.nan], "t": ["a", None], "d": [dt.date(2026, 1, 1), None]}),
        pd.DataFrame({"c": pd.Categorical(["a", None]), "n": pd.array([1, None], "Int64")}),
        pd.DataFrame({1: [1]}, index=pd.Index(["a"], name="key")),
        pd.DataFrame([[1, 2]], columns=pd.MultiIndex.from_tuples([("a", 1), ("a", 2)])),
        pd.DataFrame({"t": pd.date_range("2026", periods=2, tz="Europe/Paris")}),
        pd.DataFrame(index=[1, 2]),
    ],
    ids=lambda frame: repr(list(frame.columns)),
)
def test_a_frame_is_a_table_and_back(frame: pd.DataFrame) -> None:
    """Labels, index and dtypes ride in the table's metadata."""
    table = convert(frame, pa.Table)
    assert type(table) is pa.Table
    pd.testing.assert_frame_equal(convert(table, pd.DataFrame), frame)


def test_a_table_is_a_frame_with_every_value() -> None:
    """Missing integers do not turn the others into floats."""
    table = pa.table(
        {
            "i": pa.array([2**60 + 1, None]),
            "u": pa.array([255, None], pa.uint8()),
            "whole": pa.array([1, 2], pa.int16()),
            "b": pa.array([True, None]),
            "d": pa.array([Decimal("1.10"), None]),
        }
    )
    frame = convert(table, pd.DataFrame)
    assert [str(dtype) for dtype in frame.dtypes] == ["Int64", "UInt8", "int16", "object", "object"]
    assert frame["i"].tolist() == [2**60 + 1, pd.NA]
    assert frame["b"].tolist() == [True, None]
    assert frame["d"].tolist() == [Decimal("1.10"), None]


FRAME = pd.DataFrame({"i": [1, 2], "f": [0.5, 1.5], "t": ["a", None]})
TABLE = pa.table({"i": [1, 2], "f": [0.5, 1.5], "t": ["a", None]})
POLARS = pl.DataFrame({"i": [1, 2], "f": [0.5, 1.5], "t": ["a", None]})


def _batches() -> Any:
    yield from TABLE.to_batches()


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        (FRAME, POLARS),
        (POLARS, FRAME),
        (POLARS, TABLE),
        (TABLE, POLARS),
        (POLARS.lazy(), FRAME),
        (POLARS.lazy(), POLARS),
        (TABLE.to_batches()[0], FRAME),
        (pa.RecordBatchReader.from_batches(TABLE.schema, TABLE.to_batches()), FRAME),
        (pa.RecordBatchReader.from_batches(TABLE.schema, TABLE.to_batches()), TABLE),
        (_batches(), POLARS),
        (pyarrow.dataset.dataset(TABLE), TABLE),
    ],
    ids=lambda value: type(value).__module__.partition(".")[0] + type(value).__name__,
)
def test_tables_of_all_libraries_are_those_of_the_others(value: Any, wanted: Any) -> None:
    """What one holds, the others do."""
    found: Any = convert(value, type(wanted))
    if isinstance(wanted, pd.DataFrame):
        pd.testing.assert_frame_equal(found, wanted)
    elif isinstance(wanted, pl.DataFrame):
        assert found.equals(wanted)
    else:
        assert found.cast(wanted.schema).equals(wanted)


def test_arrays_are_series_and_frames() -> None:
    """Of one dtype of numpy's."""
    assert convert(FRAME["f"], np.ndarray).tolist() == [0.5, 1.5]
    assert convert(FRAME[["f"]], np.ndarray).tolist() == [[0.5], [1.5]]
    assert convert(POLARS["i"], np.ndarray).tolist() == [1, 2]
    assert convert(np.arange(2), pd.Series).tolist() == [0, 1]
    for value, wanted, fault in (
        (FRAME, np.ndarray, "its columns have the dtypes float64, int64, "),
        (POLARS["t"], np.ndarray, "it has missing values"),
        (np.zeros((2, 2)), pd.Series, "it has 2 dimensions"),
        (FRAME.set_index("t"), pl.DataFrame, "it has an index"),
        (FRAME.rename(columns={"i": 1}), pl.DataFrame, "polars labels columns by different texts"),
    ):
        with pytest.raises(ConversionError, match=fault):
            convert(value, wanted)


def test_what_would_change_is_refused() -> None:
    """A frame that no table holds exactly is refused with its column, other pairs with both types."""
    with pytest.raises(ConversionError, match=r"pandas.DataFrame cannot .* as a pyarrow.Table: column 'm' holds what"):
        convert(pd.DataFrame({"m": np.array([1, 2.5], object)}), pa.Table)
    with pytest.raises(ConversionError, match=r"a str cannot be handed over exactly as a int$"):
        convert("1", int)
