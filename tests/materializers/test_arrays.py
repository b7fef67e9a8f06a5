"""numpy arrays and Arrow tables."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pytest

from airflow_artifacts.exceptions import UnsupportedTypeError
from airflow_artifacts.testing import MaterializerContract, load, round_trip, save

if TYPE_CHECKING:
    from pathlib import Path

ARRAYS: dict[str, np.ndarray[Any, Any]] = {
    "0-d": np.array(5),
    "empty": np.empty((0, 3), "f4"),
    "floats": np.array([0.1, -0.0, np.nan, np.inf]),
    "half": np.arange(3, dtype="f2"),
    "complex": np.array([1 + 2j]),
    "bools": np.array([True, False]),
    "big-endian": np.arange(4, dtype=">i4"),
    "fortran": np.asfortranarray(np.arange(6).reshape(2, 3)),
    "strided": np.arange(20).reshape(4, 5)[::2, 1::2],
    "text": np.array(["a", "größe"]),
    "bytes": np.array([b"a", b"bc"]),
    "times": np.array(["2026-11-24", "NaT"], "M8[ns]"),
    "spans": np.array([1, 2], "m8[s]"),
    "structured": np.array([(1, 2.5, "x")], [("a", "i4"), ("b", "f8"), ("c", "U3")]),
    "many fields": np.zeros(2, [(f"field_{i:06d}", "f8") for i in range(1000)]),
    "named by a letter": np.zeros(2, [("größeλ", "f8")]),
    "nested": np.zeros(2, [("p", [("x", "f4"), ("y", "f4")]), ("v", "i2", (3,))]),
}

TABLES: dict[str, pa.Table] = {
    "numbers": pa.table({"i": pa.array([1, None], pa.int8()), "f": [1.5, float("nan")], "b": [True, None]}),
    "text": pa.table({"s": ["a", None], "l": pa.array(["a", "b"], pa.large_string()), "v": [b"x", b"\x00"]}),
    "times": pa.table(
        {
            "t": pa.array([1, None], pa.timestamp("ns", "Europe/Paris")),
            "d": pa.array([dt.date(2026, 1, 1), None]),
            "s": pa.array([1, 2], pa.duration("s")),
        }
    ),
    "nested": pa.table({"l": [[1], None], "s": [{"a": 1, "b": "x"}, None], "d": pa.array([Decimal("1.10"), None])}),
    "dictionary": pa.table({"c": pa.array(["a", "b"]).dictionary_encode()}),
    "no rows": pa.table({"x": pa.array([], pa.int32())}),
    "no columns": pa.table({}),
    "same names": pa.Table.from_arrays([pa.array([1]), pa.array([2])], names=["x", "x"]),
    "metadata": pa.table({"x": [1]}).replace_schema_metadata({"made": "by hand"}),
    "chunks": pa.concat_tables([pa.table({"x": [1]}), pa.table({"x": [2]})]),
    "dictionaries that differ": pa.table(
        {"c": pa.chunked_array([pa.array(["a"]).dictionary_encode(), pa.array(["b"]).dictionary_encode()])}
    ),
    "required": pa.table({"x": [1]}, schema=pa.schema([pa.field("x", pa.int64(), nullable=False)])),
}


class TestArrays(MaterializerContract):
    """The facts of every materializer, for arrays."""

    @pytest.fixture(params=ARRAYS.values(), ids=list(ARRAYS))
    def value(self, request: pytest.FixtureRequest) -> Any:
        """Each of the arrays."""
        return request.param

    def same(self, left: Any, right: Any) -> bool:
        """Dtype and shape count, and NaN equals NaN."""
        return bool(left.dtype == right.dtype and left.shape == right.shape and left.tobytes() == right.tobytes())


class TestTables(MaterializerContract):
    """The facts of every materializer, for Arrow tables."""

    @pytest.fixture(params=TABLES.values(), ids=list(TABLES))
    def value(self, request: pytest.FixtureRequest) -> Any:
        """Each of the tables."""
        return request.param

    def same(self, left: Any, right: Any) -> bool:
        """Schema and metadata count; NaN equals NaN."""
        return bool(left.schema.equals(right.schema, check_metadata=True)) and str(left.to_pydict()) == str(
            right.to_pydict()
        )


def test_a_loaded_array_may_be_changed(tmp_path: Path) -> None:
    """What is loaded belongs to whoever loaded it."""
    name, manifest = save(np.arange(3), tmp_path)
    loaded = load(name, manifest, tmp_path)
    loaded[0] = 9
    assert load(name, manifest, tmp_path)[0] == 0


def test_a_mapped_array_comes_back_in_memory(tmp_path: Path) -> None:
    """An array over a file is stored like any other."""
    mapped = np.memmap(tmp_path / "mapped", dtype="i4", mode="w+", shape=(3,))
    mapped[:] = [1, 2, 3]
    loaded = round_trip(mapped, tmp_path)
    assert type(loaded) is np.ndarray
    assert loaded.tolist() == [1, 2, 3]


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        (np.array([object()]), r"value\[0\] is a object, for which there is no materializer"),
        (np.zeros(2, np.dtype("f8", metadata={"a": 1})), "would come back with another one"),
        (np.zeros(2, [("a", np.dtype("f8", metadata={"a": 1}))]), "would come back with another one"),
        (np.zeros(1, [("a", "O")]), "holds Python objects"),
        (np.ma.array([1], mask=[True], dtype=object), "holds Python objects"),
        (np.rec.array([(1,)]), "no materializer for numpy.*recarray: that for its base"),
    ],
)
def test_what_would_change_is_refused(value: object, fault: str, tmp_path: Path) -> None:
    """What .npy cannot hold, and subclasses, which would lose what makes them so."""
    with pytest.raises(UnsupportedTypeError, match=fault):
        save(value, tmp_path)
