"""Handing a value over as another type."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
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


def test_what_would_change_is_refused() -> None:
    """A frame that no table holds exactly is refused with its column, other pairs with both types."""
    with pytest.raises(ConversionError, match=r"pandas.DataFrame cannot .* as a pyarrow.Table: column 'm' holds"):
        convert(pd.DataFrame({"m": np.array([1, 2.5], object)}), pa.Table)
    with pytest.raises(ConversionError, match=r"a str cannot be handed over exactly as a int$"):
        convert("1", int)
