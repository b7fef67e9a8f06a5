"""What is shown of values, and the statistics that are kept with them."""

from __future__ import annotations

import copy
import datetime as dt
import json
import logging
import subprocess
import sys
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import scipy.sparse

from airflow_artifacts import visualizers
from airflow_artifacts.visualizers import Preview, draw, statistics

if TYPE_CHECKING:
    from collections.abc import Iterator


def _objects(values: list[Any]) -> Any:
    return pd.Series(values, dtype=object)


HOSTILE = pd.DataFrame(
    {
        "<script>alert(1)</script>": _objects(["<b>&", "\0\ud800", "x" * 1_000_000]),
        "nan": [np.nan, np.inf, 1.5],
        "nothing": _objects([None] * 3),
        "unhashable": _objects([[1], {"a": object()}, {2}]),
        "zones": pd.date_range("2026", periods=3, tz="Europe/Paris"),
        "decimals": _objects([Decimal("1.1"), None, Decimal(2)]),
        "categories": pd.Categorical(["a", None, "a"]),
        "nullable": pd.array([1, None, 2**62], "Int64"),
        "arrow": pd.array([[1], None, []], pd.ArrowDtype(pa.list_(pa.int64()))),
        "complex": [1j, 2, 3],
        "spans": pd.to_timedelta([1, 2, None], "h"),
        "periods": pd.period_range("2026", periods=3, freq="M"),
        "dates": _objects([dt.date(2026, 1, 1), None, dt.date.max]),
        "sparse": pd.arrays.SparseArray([0, 0, 1]),
        ("a", 1): [1, 2, 3],
    }
)

VALUES: dict[str, Any] = {
    "hostile": HOSTILE,
    "same labels": pd.DataFrame([[1, 2.5]], columns=["x", "x"]),
    "levels": pd.DataFrame([[1, 2]], columns=pd.MultiIndex.from_tuples([("a", 1), ("a", 2)]), index=["r"]),
    "no rows": pd.DataFrame({"x": pd.Series([], dtype="f8")}),
    "nothing at all": pd.DataFrame(),
    "wide": pd.DataFrame(np.zeros((3, 1000))),
    "series": pd.Series([1, 2], name="s"),
    "wide and long": pd.DataFrame([["\U0001f600" * 300] * 60] * 20, columns=["\U0001f600" * 30] * 60),
    "index": pd.MultiIndex.from_product([["a"], [1, 2]]),
    "table": pa.table({"a": [1, None], "t": ["x", "y"], "u": [[1], None]}),
    "batch": pa.record_batch({"a": [1, 2]}),
    "polars": pl.DataFrame({"a": [1, None], "c": pl.Series(["x", None], dtype=pl.Categorical)}),
    "polars series": pl.Series("s", [1, 2]),
    "lazy": pl.LazyFrame({"a": [1]}),
    "array": np.array([[1, 2], [3, 4]]),
    "not finite": np.array([np.nan, np.inf, 1]),
    "structured": np.zeros(2, [("a", "i4")]),
    "objects": np.array([object(), None], dtype=object),
    "no numbers": np.zeros((0, 3)),
    "sparse": scipy.sparse.csr_array(np.eye(3)),
    "int": 10**400,
    "float": float("nan"),
    "text": "\ud800<b>" * 100_000,
    "bytes": b"\0" * 100_000,
    "list": [1, "a", [2, (3, {4})], {"k": object()}] * 1000,
    "dict": {i: str(i) * 1000 for i in range(10_000)},
    "set": {1, 2},
    "none": None,
    "class": Decimal("1.10"),
}


@pytest.mark.parametrize("name", VALUES)
def test_what_is_drawn_is_strict_json_that_fits(name: str, caplog: pytest.LogCaptureFixture) -> None:
    """Whatever the value holds, and the value stays as it was."""
    value = VALUES[name]
    before = copy.deepcopy(value) if name not in {"hostile", "list", "objects"} else None
    drawn = draw(value, 20)
    json.dumps(drawn.metadata, allow_nan=False).encode()
    assert drawn.preview is None or len(drawn.preview.encode()) <= Preview.LIMIT
    assert "\0" not in json.dumps(drawn.metadata, ensure_ascii=False)
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING], caplog.text
    if before is not None and not isinstance(value, pl.LazyFrame):
        assert str(before) == str(value)


def test_a_table_is_described_by_its_columns() -> None:
    """Schema, missing values, extremes, mean, distinct values, and how they are spread."""
    frame = pd.DataFrame({"n": [1.0, 2, 3, np.nan], "t": ["a", "b", "a", None], "d": pd.date_range("2026", periods=4)})
    found = draw(frame, 2)
    assert found.metadata["rows"] == 4
    assert [kind for _, kind in found.metadata["schema"]] == [str(kind) for kind in frame.dtypes]
    columns = dict(found.metadata["statistics"])
    assert columns["n"] == {
        "nulls": 1,
        "min": 1.0,
        "max": 3.0,
        "mean": 2.0,
        "std": 1.0,
        "distinct": 3,
        "histogram": {"edges": columns["n"]["histogram"]["edges"], "counts": columns["n"]["histogram"]["counts"]},
    }
    assert (sum(columns["n"]["histogram"]["counts"]), len(columns["n"]["histogram"]["edges"])) == (3, 21)
    assert columns["t"] == {"nulls": 1, "distinct": 2, "top": [["a", 2], ["b", 1]]}
    assert columns["d"]["min"].startswith("2026-01-01")
    [table] = Preview.from_json(found.preview).visualizations
    assert table.data["rows"] == [[1.0, "a", "2026-01-01 00:00:00"], [2.0, "b", "2026-01-02 00:00:00"]]
    assert table.data["total_rows"] == 4


@pytest.mark.parametrize("kind", ["pandas", "arrow", "polars"])
def test_a_long_table_is_looked_at_in_samples_of_all_of_it(kind: str) -> None:
    """And says of how many rows its statistics are."""
    frame = pd.DataFrame({"x": np.arange(1_000_000)})
    value = {"pandas": frame, "arrow": pa.Table.from_pandas(frame), "polars": pl.from_pandas(frame)}[kind]
    found = draw(value, 5).metadata
    column = found["statistics"][0][1]
    assert found["sampled"] == statistics.SAMPLED == column["distinct"]
    assert column["min"] == 0
    assert column["max"] == 999_999
    assert abs(column["mean"] - 500_000) < 30_000


def test_a_statistic_that_fails_loses_only_itself(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The others of the column, and the other columns, are there; the log names it."""

    def fail(values: object) -> None:
        message = "no bins today"
        raise RuntimeError(message)

    monkeypatch.setattr(statistics, "histogram", fail)
    with caplog.at_level(logging.INFO):
        found = dict(draw(pd.DataFrame({"x": [1, 2], "t": ["a", "b"]}), 5).metadata["statistics"])
    assert "histogram" not in found["x"]
    assert found["x"]["mean"] == 1.5
    assert found["t"]["distinct"] == 2
    assert "no statistics of column 'x': histogram: RuntimeError: no bins today" in caplog.text


def test_what_is_given_once_is_not_used_up() -> None:
    """A generator and a reader are drawn as nothing."""

    def numbers() -> Iterator[int]:
        yield 1

    given = numbers()
    assert draw(given, 5) == visualizers.Drawing({}, '{"version":1,"visualizations":[]}')
    assert list(given) == [1]


def test_no_library_is_imported_before_its_value_comes() -> None:
    """Neither pandas nor numpy nor Arrow."""
    program = (
        "import sys; from airflow_artifacts.visualizers import draw; draw({'a': [1]}, 5);"
        "print(*({'numpy', 'pandas', 'pyarrow', 'polars', 'PIL'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout == "\n"
