"""pandas frames and series: every index, label and dtype, exactly."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis.extra import pandas as hp

from airflow_artifacts.exceptions import ConversionError, CorruptObjectError, DeclarationError, UnsupportedTypeError
from airflow_artifacts.materializers.pandas import DataFrameMaterializer
from airflow_artifacts.testing import MaterializerContract, load, reader, round_trip, save
from tests.materializers.things import Color, Plain, Point
from tests.materializers.things import same as same_values

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

N = 4


def _objects(values: list[Any]) -> Any:
    """Return a column of objects; from an array of them pandas would make a column of text."""
    return pd.Series(values, dtype=object)


COLUMNS: dict[str, Callable[[], Any]] = {
    "float64": lambda: np.array([0.1, -0.0, np.nan, np.inf]),
    "float32": lambda: np.array([0.1, np.nan, 1, 2], "f4"),
    "float16": lambda: np.array([0.5, 1, 2, np.nan], "f2"),
    "int64": lambda: np.array([1, -(2**63), 2**63 - 1, 0]),
    "uint8": lambda: np.array([0, 1, 2, 255], "u1"),
    "uint64": lambda: np.array([0, 1, 2, 2**64 - 1], "u8"),
    "bool": lambda: np.array([True, False, True, False]),
    **{
        f"datetime64[{unit}]": lambda unit=unit: np.array(
            ["2026-11-24", "NaT", "1969-01-01", "2000-02-29"], f"M8[{unit}]"
        )  # type: ignore[misc]
        for unit in ("s", "ms", "us", "ns")
    },
    **{
        f"timedelta64[{unit}]": lambda unit=unit: np.array([1, -1, "NaT", 0], f"m8[{unit}]")  # type: ignore[misc]
        for unit in ("s", "ms", "us", "ns")
    },
    "zone": lambda: pd.array(
        pd.to_datetime(["2026-11-24", None, "2026-03-29", "2026-10-25"]).tz_localize("Europe/Paris")
    ),
    "offset": lambda: pd.array(pd.to_datetime(["2026-11-24", None, "2026-03-29", "2026-10-25"], utc=True)),
    "Int64": lambda: pd.array([1, None, 2**60 + 1, 0], "Int64"),
    "UInt8": lambda: pd.array([1, None, 255, 0], "UInt8"),
    "Float32": lambda: pd.array([1.5, None, 0.0, 2.0], "Float32"),
    "boolean": lambda: pd.array([True, None, False, True], "boolean"),
    "string[python]": lambda: pd.array(["a", None, "", "größe"], "string[python]"),
    "string[pyarrow]": lambda: pd.array(["a", None, "", "größe"], "string[pyarrow]"),
    "default text": lambda: pd.Series(["a", None, "", "größe"]).array,
    "category": lambda: pd.Categorical(["b", None, "a", "b"], categories=["b", "a", "unused"]),
    "ordered category": lambda: pd.Categorical([3, 1, 2, 1], categories=[3, 2, 1], ordered=True),
    "category of times": lambda: pd.Categorical(pd.to_datetime(["2026-01-01", "2026-01-02", "2026-01-01", None])),
    "category of bools": lambda: pd.Categorical([True, None, False, True]),
    "category of large ints": lambda: pd.Categorical([2**60 + 1, None, 3, 3]),
    "category of intervals": lambda: pd.cut([1, 2, 3, 4], 2),
    "arrow seconds": lambda: pd.array([1, None, 3, 4], pd.ArrowDtype(pa.timestamp("s"))),
    "arrow times": lambda: pd.array([1, None, 3, 4], pd.ArrowDtype(pa.time32("s"))),
    "period": lambda: pd.array(pd.PeriodIndex(["2026-01", "2026-02", None, "2026-03"], freq="M")),
    "interval": lambda: pd.arrays.IntervalArray.from_tuples([(0, 1), (1, 2), (2, 3), (3, 4)], closed="left"),
    "arrow int": lambda: pd.array([1, None, 3, 4], pd.ArrowDtype(pa.int32())),
    "arrow list": lambda: pd.array([[1], None, [], [2, 3]], pd.ArrowDtype(pa.list_(pa.int64()))),
    "arrow struct": lambda: pd.array(
        [{"a": 1}, None, {"a": 2}, {"a": 3}], pd.ArrowDtype(pa.struct([("a", pa.int64())]))
    ),
    "objects: text and NaN": lambda: _objects(["a", np.nan, "b", np.nan]),
    "objects: text and None": lambda: _objects(["a", None, "b", None]),
    "objects: bytes": lambda: _objects([b"a", None, b"", b"\x00"]),
    "objects: bools": lambda: _objects([True, None, False, True]),
    "objects: ints": lambda: _objects([1, None, 3, -4]),
    "objects: floats": lambda: _objects([0.5, None, -0.0, np.inf]),
    "objects: dates": lambda: _objects([dt.date(2026, 1, 1), None, dt.date.min, dt.date.max]),
    "objects: nothing": lambda: _objects([None] * N),
    "objects: mixed": lambda: _objects([1, "a", 2.5, None]),
    "objects: times": lambda: _objects([dt.time(1), None, dt.time(2), dt.time(3)]),
    "objects: every gap": lambda: _objects([None, np.nan, pd.NaT, pd.NA]),
    "objects: huge ints": lambda: _objects([2**70, None, -(2**63) - 1, 0]),
    "objects: surrogates": lambda: _objects(["\ud800", None, "x", "größe"]),
    "objects: decimals": lambda: _objects([Decimal("1.10"), None, Decimal("NaN"), Decimal(1)]),
    "objects: containers": lambda: _objects([{"a": (1,)}, [1, 2], {1}, None]),
    "objects: arrays": lambda: _objects([np.arange(2), None, np.arange(0), np.arange(5)]),
    "objects: odd arrays": lambda: _objects([Point(1), Color.RED, Plain(1), None]),
    "complex": lambda: np.array([1 + 2j, np.nan, complex(np.nan, -0.0), 0]),
    "complex64": lambda: np.array([1 + 2j, 0, 1, 0], "c8"),
    "sparse": lambda: pd.arrays.SparseArray([0, 1, 0, 2]),
    "sparse floats": lambda: pd.arrays.SparseArray([np.nan, 1.5, np.nan, 2], kind="block"),
}

INDEXES: dict[str, Callable[[], pd.Index[Any]]] = {
    "range": lambda: pd.RangeIndex(N),
    "odd range": lambda: pd.RangeIndex(10, 10 - 2 * N, -2, name="r"),
    "ints": lambda: pd.Index([5, 3, 5, 1], name="i"),
    "text": lambda: pd.Index(["a", "b", "c", "d"]),
    "objects": lambda: pd.Index(["a", "b", None, "d"], dtype=object, name="o"),
    "floats": lambda: pd.Index([0.5, np.nan, 1, 2]),
    "times": lambda: pd.date_range("2026-01-01", periods=N, freq="D", name="t"),
    "irregular times": lambda: pd.DatetimeIndex(["2026-01-01", "2026-01-03", "2026-01-04", "2026-02-01"]),
    "zone": lambda: pd.date_range("2026-03-28", periods=N, freq="h", tz="Europe/Paris"),
    "spans": lambda: pd.timedelta_range("1h", periods=N, freq="h"),
    "periods": lambda: pd.period_range("2026-01", periods=N, freq="Q"),
    "intervals": lambda: pd.interval_range(0, N),
    "categories": lambda: pd.CategoricalIndex(["x", "y", "x", "y"], categories=["y", "x", "z"], name="c"),
    "levels": lambda: pd.MultiIndex.from_product([["a", "b"], [1, 2]], names=["first", None]),
    "levels of times": lambda: pd.MultiIndex.from_arrays([pd.date_range("2026", periods=N), list("abcd")]),
    "levels of descending times": lambda: pd.MultiIndex.from_arrays(
        [pd.date_range("2026", periods=N)[::-1], list("abcd")]
    ),
    "levels of a slice": lambda: pd.MultiIndex.from_product([pd.date_range("2026", periods=N), [1, 2]])[::2],
    "levels with gaps": lambda: pd.MultiIndex(levels=[[1, 2], ["a"]], codes=[[0, -1, 1, 0], [0, 0, -1, -1]]),
    "hours with a zone": lambda: pd.date_range("2026-03-28", periods=N, freq="2h", tz="Europe/Berlin"),
    "tuple name": lambda: pd.Index([1, 2, 3, 4], name=("a", 1)),
}

LABELS: dict[str, Callable[[], Any]] = {
    "ints": lambda: [3, 1],
    "range": lambda: pd.RangeIndex(2),
    "mixed": lambda: pd.Index([1, "1"], dtype=object),
    "objects": lambda: pd.Index([("a", 1), None], dtype=object, tupleize_cols=False),
    "same": lambda: ["x", "x"],
    "named": lambda: pd.Index(["a", "b"], name="columns"),
    "like an index": lambda: ["index", "__index_level_0__"],
    "empty text": lambda: ["", " "],
    "levels": lambda: pd.MultiIndex.from_tuples([("a", 1), ("a", 2)], names=["l", "m"]),
    "times": lambda: pd.date_range("2026-01-01", periods=2),
    "categories": lambda: pd.CategoricalIndex(["p", "q"]),
    "surrogate": lambda: pd.Index(["\ud800", "x"], dtype=object),
    "ordered categories": lambda: pd.CategoricalIndex(["b", "a"], categories=["b", "a", "c"], ordered=True),
    "dots": lambda: ["a.b", 'a`b"c'],
}


def _frame(**columns: Any) -> pd.DataFrame:
    return pd.DataFrame(columns)


def _with_attrs() -> pd.DataFrame:
    frame = _frame(x=[1, 2])
    frame.attrs = {"source": "hand", "nested": {"k": [1, (2,)]}}
    return frame


FRAMES: dict[str, Callable[[], pd.DataFrame]] = {
    **{
        f"column {name}": lambda make=make: pd.DataFrame({"x": make(), "y": range(N)}) for name, make in COLUMNS.items()
    },  # type: ignore[misc]
    **{
        f"index {name}": lambda make=make: pd.DataFrame({"x": range(N)}, index=make()) for name, make in INDEXES.items()
    },  # type: ignore[misc]
    **{
        f"labels {name}": lambda make=make: pd.DataFrame([[1, 2.5], [3, 4.5]], columns=make())
        for name, make in LABELS.items()
    },  # type: ignore[misc]
    "no rows": lambda: pd.DataFrame({"x": pd.Series([], dtype="i4"), "y": pd.Series([], dtype="str")}),
    "no columns": lambda: pd.DataFrame(index=pd.Index(["a", "b"])),
    "no columns, range": lambda: pd.DataFrame(index=range(3)),
    "nothing": pd.DataFrame,
    "attrs": _with_attrs,
    "unique labels": lambda: _frame(x=[1]).set_flags(allows_duplicate_labels=False),
    "a view": lambda: _frame(x=np.arange(10), y=np.arange(10.0)).iloc[2:7:2],
    "all at once": lambda: pd.DataFrame({name: make() for name, make in COLUMNS.items()}).set_axis(INDEXES["levels"]()),
}


def same_frames(left: pd.DataFrame, right: pd.DataFrame) -> bool:
    """Whether two frames are equal in all that pandas can compare, and in what it does not."""
    pd.testing.assert_frame_equal(
        left, right, check_exact=True, check_freq=True, check_flags=True, check_index_type=True, check_column_type=True
    )  # type: ignore[call-overload]
    assert list(left.dtypes) == list(right.dtypes)
    assert type(left.index) is type(right.index)
    assert type(left.columns) is type(right.columns)
    assert left.index.names == right.index.names
    assert left.columns.names == right.columns.names
    assert left.attrs == right.attrs
    for column in range(left.shape[1]):
        values = [frame.iloc[:, column] for frame in (left, right)]
        if values[0].dtype == object:
            assert all(map(same_values, *values))
        elif values[0].dtype.kind == "f" and isinstance(values[0].dtype, np.dtype):
            # A NaN is a missing value in the file, and has no sign there.
            signs = [np.signbit(column.dropna()) for column in values]
            assert np.array_equal(*signs)
    return True


class TestFrames(MaterializerContract):
    """The facts of every materializer, for frames."""

    @pytest.fixture(params=FRAMES.values(), ids=list(FRAMES))
    def value(self, request: pytest.FixtureRequest) -> Any:
        """Each of the frames."""
        return request.param()

    def same(self, left: Any, right: Any) -> bool:
        """All counts."""
        return same_frames(left, right)


class TestFramesAsArrow(TestFrames):
    """The same facts, in the other format."""

    @pytest.fixture
    def materializer(self) -> Any:
        """What writes the value."""
        return DataFrameMaterializer(format="arrow")


class TestIndexes(MaterializerContract):
    """The facts of every materializer, for indexes alone."""

    @pytest.fixture(params=INDEXES.values(), ids=list(INDEXES))
    def value(self, request: pytest.FixtureRequest) -> Any:
        """Each of the indexes."""
        return request.param()

    def same(self, left: Any, right: Any) -> bool:
        """Values, kind, names and frequency count."""
        pd.testing.assert_index_equal(left, right, exact=True)
        return list(left.names) == list(right.names) and getattr(left, "freq", None) == getattr(right, "freq", None)


class TestSeries(MaterializerContract):
    """The facts of every materializer, for series."""

    @pytest.fixture(
        params=[
            *[lambda make=make: pd.Series(make(), name="s") for make in COLUMNS.values()],
            *[lambda make=make: pd.Series(range(N), index=make()) for make in INDEXES.values()],
            lambda: pd.Series([1, 2], name=("a", 1)),
            lambda: pd.Series([1, 2], name=7),
            lambda: pd.Series([], dtype="f4"),
        ]
    )
    def value(self, request: pytest.FixtureRequest) -> Any:
        """Each of the series."""
        return request.param()

    def same(self, left: Any, right: Any) -> bool:
        """Name, type of the name, and index count."""
        return type(left.name) is type(right.name) and same_frames(left.to_frame(), right.to_frame())


@given(
    hp.data_frames(
        columns=[
            hp.column("i", dtype=int),
            hp.column("f", dtype=float),
            hp.column("b", dtype=bool),
            hp.column("t", dtype="M8[ns]"),
        ],
        index=hp.range_indexes(max_size=8),
    )
)
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
def test_any_frame_is_restored(tmp_path_factory: pytest.TempPathFactory, frame: pd.DataFrame) -> None:
    """Whatever numbers a frame holds, they come back."""
    assert same_frames(round_trip(frame, tmp_path_factory.mktemp("frame")), frame)


HOLIDAYS = pd.offsets.CustomBusinessDay(holidays=["2026-01-01"])


class Subclass(pd.DataFrame):
    """A frame that is more than a frame."""


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        (pd.DataFrame({"m": [1, object()]}), r"column 'm'\[1\] is a object, for which there is no materializer"),
        (pd.DataFrame({"x": [1]}, index=[object()]), r"index\[0\] is a object"),
        (pd.DataFrame([[1]], columns=[object()]), r"column labels\[0\] is a object"),
        (pd.DataFrame({"l": np.array([1], "g")}), "column 'l' cannot be written"),
        (pd.Series(np.array([2**62], "M8[s]")), "the series cannot be written"),
        (pd.Series([1], name=object), r"name is a type, for which there is no materializer"),
        (pd.Series([1], index=pd.DatetimeIndex(["2026-01-02"], freq=HOLIDAYS)), "index has the frequency"),
        (
            pd.Series([None], dtype=pd.ArrowDtype(pa.month_day_nano_interval())),
            "the series cannot be written",
        ),
        (Subclass({"x": [1]}), "no materializer for .*Subclass: that for its base pandas.DataFrame"),
    ],
)
def test_what_would_change_is_refused_by_name(value: Any, fault: str, tmp_path: Path) -> None:
    """What cannot be restored exactly is refused with its column and the way out."""
    with pytest.raises(UnsupportedTypeError, match=fault):
        save(value, tmp_path)


@pytest.mark.parametrize("form", ["parquet", "arrow"])
def test_some_columns_are_read_alone(form: str, tmp_path: Path) -> None:
    """In the order in which they are asked for, with the index, and without the others' bytes."""
    rows = 1_500_000
    frame = pd.DataFrame(
        {"a": np.arange(rows), "b": np.random.default_rng(0).random(rows), "c.d": ["x"] * rows, 4: 1.5},
        index=pd.Index(range(rows), name="key"),
    )
    _, manifest = save(frame, tmp_path, DataFrameMaterializer(form))
    [stored] = (tmp_path / "store" / "objects").rglob(f"*.{form}")
    stored.chmod(0o644)
    with stored.open("r+b") as file:  # inside of the column of random numbers
        file.seek(14 << 20 if form == "arrow" else stored.stat().st_size // 2)
        file.write(b"changed")
    loaded = DataFrameMaterializer().load_columns(reader(manifest, tmp_path), [4, "c.d"])
    pd.testing.assert_frame_equal(loaded, frame[[4, "c.d"]])
    with pytest.raises((CorruptObjectError, OSError), match="the block"):  # Arrow wraps it
        DataFrameMaterializer().load_columns(reader(manifest, tmp_path), ["b"])
    with pytest.raises(ConversionError, match=r"no column has the label '4'; there are 'a', 'b', 'c.d', 4$"):
        DataFrameMaterializer().load_columns(reader(manifest, tmp_path), ["4"])


def test_an_arrow_frame_is_mapped_and_may_be_changed(tmp_path: Path) -> None:
    """Its numbers are those of the file until they are changed, and the file stays as it is."""
    frame = pd.DataFrame({"x": np.arange(300_000.0), "t": pd.date_range("2026", periods=300_000, freq="s")})
    saved = save(frame, tmp_path, DataFrameMaterializer("arrow"))
    loaded = load(*saved, tmp_path)
    numbers = loaded["x"].to_numpy()
    assert not numbers.flags.owndata
    loaded.loc[0, "x"] = -1.0
    assert loaded["x"].iloc[0] == -1
    pd.testing.assert_frame_equal(load(*saved, tmp_path), frame)


@pytest.mark.parametrize(("option", "fault"), [({"format": "csv"}, "no table format 'csv'"), ({"rows": 0}, "0 rows")])
def test_options_that_cannot_be_meant_are_refused(option: Any, fault: str) -> None:
    """When the materializer is made."""
    with pytest.raises(DeclarationError, match=fault):
        DataFrameMaterializer(**option)


def test_odd_attrs_are_refused(tmp_path: Path) -> None:
    """Attributes that are no plain values are refused with their place."""
    frame = _frame(x=[1])
    frame.attrs = {"model": object()}
    with pytest.raises(UnsupportedTypeError, match=r"attrs\['model'\] is a object"):
        save(frame, tmp_path)


def test_other_tools_read_the_file(tmp_path: Path) -> None:
    """The file has the columns by their labels, then the index, and missing values as such."""
    frame = pd.DataFrame({"x": [1.5, np.nan], "c": pd.Categorical(["a", "b"])}, index=pd.Index([7, 8], name="key"))
    save(frame, tmp_path)
    [stored] = (tmp_path / "store" / "objects").rglob("*.parquet")
    assert pq.read_table(stored).to_pydict() == {"x": [1.5, None], "c": ["a", "b"], "key": [7, 8]}
    assert pd.read_parquet(stored)["x"].isna().tolist() == [False, True]


def test_a_folder_that_looks_like_a_partition_adds_no_column(tmp_path: Path) -> None:
    """A store in a folder such as ``year=2026`` gives back what was saved."""
    folder = tmp_path / "year=2026"
    folder.mkdir()
    assert same_frames(round_trip(_frame(x=[1]), folder), _frame(x=[1]))


def test_a_loaded_frame_may_be_changed(tmp_path: Path) -> None:
    """What is loaded belongs to whoever loaded it."""
    name, manifest = save(_frame(x=np.arange(3), y=["a", "b", "c"]), tmp_path)
    loaded = load(name, manifest, tmp_path)
    loaded.loc[0, "x"] = 9
    loaded.loc[:, "y"] = "z"
    loaded["x"].to_numpy()
    assert load(name, manifest, tmp_path)["x"].tolist() == [0, 1, 2]
