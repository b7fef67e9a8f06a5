"""polars frames, series and lazy frames."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from airflow_artifacts.exceptions import ConversionError, UnsupportedTypeError
from airflow_artifacts.materializers.polars import DataFrameMaterializer
from airflow_artifacts.testing import MaterializerContract, reader, round_trip, save

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

COLUMNS: dict[str, Callable[[], pl.Series]] = {
    "ints": lambda: pl.Series([1, None, -(2**63)]),
    "small": lambda: pl.Series([1, None, 255], dtype=pl.UInt8),
    "large": lambda: pl.Series([1, None, 2**100], dtype=pl.Int128),
    "floats": lambda: pl.Series([0.5, None, float("nan")]),
    "bools": lambda: pl.Series([True, None, False]),
    "texts": lambda: pl.Series(["a", None, "größe"]),
    "bytes": lambda: pl.Series([b"a", None, b""]),
    "dates": lambda: pl.Series([dt.date(2026, 1, 1), None, dt.date.max]),
    "times": lambda: pl.Series([dt.time(1, 2, 3), None, dt.time.max]),
    "moments": lambda: pl.Series([dt.datetime(2026, 1, 1), None, None], dtype=pl.Datetime("ms")),  # noqa: DTZ001 - without a zone
    "zones": lambda: pl.Series([dt.datetime(2026, 1, 1, tzinfo=dt.timezone.utc)] * 3).dt.convert_time_zone(
        "Asia/Tokyo"
    ),
    "spans": lambda: pl.Series([dt.timedelta(1), None, dt.timedelta(-1)]),
    "decimals": lambda: pl.Series([Decimal("1.10"), None, Decimal("-2.00")]),
    "categories": lambda: pl.Series(["b", None, "a"], dtype=pl.Categorical),
    "members": lambda: pl.Series(["b", None, "a"], dtype=pl.Enum(["a", "b", "c"])),
    "lists": lambda: pl.Series([[1], None, []]),
    "arrays": lambda: pl.Series([[1, 2], None, [3, 4]], dtype=pl.Array(pl.Int16, 2)),
    "structs": lambda: pl.Series([{"a": 1, "b": "x"}, {"a": None, "b": None}, {"a": 2, "b": "y"}]),
    "nothing": lambda: pl.Series([None, None, None]),
}


class TestFrames(MaterializerContract):
    """The facts of every materializer, for frames."""

    @pytest.fixture(params=[*COLUMNS, "all", "none", "no rows"])
    def value(self, request: pytest.FixtureRequest) -> Any:
        """A frame of each kind of column."""
        if request.param == "none":
            return pl.DataFrame()
        frame = pl.DataFrame(
            {name: make() for name, make in COLUMNS.items() if request.param in {name, "all", "no rows"}}
        )
        return frame.clear() if request.param == "no rows" else frame

    def same(self, left: Any, right: Any) -> bool:
        """Types count, and NaN equals NaN."""
        return bool(left.schema == right.schema and left.equals(right, null_equal=True))


class TestFramesAsArrow(TestFrames):
    """The same facts, in the other format."""

    @pytest.fixture
    def materializer(self) -> Any:
        """What writes the value."""
        return DataFrameMaterializer(format="arrow")


class TestSeries(MaterializerContract):
    """The facts of every materializer, for series."""

    @pytest.fixture(params=COLUMNS)
    def value(self, request: pytest.FixtureRequest) -> Any:
        """Each of the series."""
        return COLUMNS[request.param]().alias("s")

    def same(self, left: Any, right: Any) -> bool:
        """Name and type count."""
        return bool(left.name == right.name and left.dtype == right.dtype and left.equals(right))


def test_a_lazy_frame_is_written_as_it_comes(tmp_path: Path) -> None:
    """And comes back as one over the file."""
    lazy = pl.LazyFrame({"x": range(10)}).filter(pl.col("x") > 3)
    loaded = round_trip(lazy, tmp_path)
    assert type(loaded) is pl.LazyFrame
    assert loaded.collect()["x"].to_list() == [4, 5, 6, 7, 8, 9]


def test_some_columns_are_read_alone(tmp_path: Path) -> None:
    """With their types, in the order in which they are asked for."""
    frame = pl.DataFrame({name: make() for name, make in COLUMNS.items() if name != "large"})
    _, manifest = save(frame, tmp_path)
    assert [file.path for file in manifest.files] == ["data.parquet"]
    loaded = DataFrameMaterializer().load_columns(reader(manifest, tmp_path), ["members", "ints", "categories"])
    assert loaded.equals(frame.select("members", "ints", "categories"))
    assert loaded.schema == frame.select("members", "ints", "categories").schema
    with pytest.raises(ConversionError, match="no column has the name 'none'; there are 'ints', "):
        DataFrameMaterializer().load_columns(reader(manifest, tmp_path), ["none"])


def test_objects_are_refused_by_name(tmp_path: Path) -> None:
    """They would be lost."""
    with pytest.raises(UnsupportedTypeError, match="column 'o' has the type Object"):
        save(pl.DataFrame({"o": pl.Series([object()], dtype=pl.Object)}), tmp_path)
