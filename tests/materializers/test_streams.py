"""Tables that come one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.dataset
import pyarrow.parquet as pq
import pytest

from airflow_artifacts.exceptions import UnsupportedTypeError
from airflow_artifacts.materializers import streams
from airflow_artifacts.testing import load, round_trip, save

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TABLE = pa.table({"x": range(1000), "t": [str(i) for i in range(1000)]})


def _batches(step: int = 100) -> Iterator[pa.RecordBatch]:
    yield from TABLE.to_batches(max_chunksize=step)


def test_a_generator_of_batches_comes_back_as_one(tmp_path: Path) -> None:
    """The same rows in the same order."""
    name, manifest = save(_batches(), tmp_path)
    assert [file.path for file in manifest.files] == ["part-00000.parquet"]
    loaded = load(name, manifest, tmp_path)
    assert pa.Table.from_batches(loaded).equals(TABLE)


@pytest.mark.parametrize("kind", ["pandas", "polars", "table"])
def test_frames_come_back_as_frames(kind: str, tmp_path: Path) -> None:
    """Those of the library that gave them."""

    def frames() -> Iterator[Any]:
        for start in (0, 3):
            columns = {"x": [start, start + 1], "t": ["a", None]}
            yield {"pandas": pd.DataFrame, "polars": pl.DataFrame, "table": pa.table}[kind](columns)

    [found] = list(round_trip(frames(), tmp_path))
    rows = found.to_pylist() if kind == "table" else found.to_dicts() if kind == "polars" else found.to_dict("records")
    assert [row["x"] for row in rows] == [0, 1, 3, 4]
    assert type(found).__module__.partition(".")[0] == {"table": "pyarrow"}.get(kind, kind)


def test_a_reader_and_a_dataset_come_back_as_such(tmp_path: Path) -> None:
    """With their schema, also where there is no row."""
    for table in (TABLE, TABLE.slice(0, 0)):
        reader = round_trip(pa.RecordBatchReader.from_batches(table.schema, table.to_batches()), tmp_path)
        assert isinstance(reader, pa.RecordBatchReader)
        assert reader.read_all().equals(table)
        dataset = round_trip(pyarrow.dataset.dataset(table), tmp_path)
        assert isinstance(dataset, pyarrow.dataset.Dataset)
        assert dataset.to_table().equals(table)


def test_nothing_is_nothing(tmp_path: Path) -> None:
    """A generator that gives nothing comes back as one."""

    def nothing() -> Iterator[pa.RecordBatch]:
        yield from ()

    assert list(round_trip(nothing(), tmp_path)) == []


def test_a_large_stream_is_several_files_of_row_groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Small batches are joined, large ones cut, and no more than a row group waits."""
    monkeypatch.setattr(streams, "_PART_BYTES", 8000)
    monkeypatch.setattr(streams, "_GROUP_ROWS", 250)
    name, manifest = save(_batches(30), tmp_path)
    assert [file.path for file in manifest.files] == ["part-00000.parquet", "part-00001.parquet"]
    stored = sorted((tmp_path / "store" / "objects").rglob("*.parquet"))
    groups = [pq.ParquetFile(path).metadata for path in stored]
    assert sorted(meta.row_group(i).num_rows for meta in groups for i in range(meta.num_row_groups)) == [
        190,
        270,
        270,
        270,
    ]
    assert pa.Table.from_batches(load(name, manifest, tmp_path)).equals(TABLE)


def test_what_parquet_would_change_is_arrow(tmp_path: Path) -> None:
    """Seconds stay seconds."""
    table = pa.table({"t": pa.array([1, 2], pa.timestamp("s"))})
    name, manifest = save(iter_of(table), tmp_path)
    assert [file.path for file in manifest.files] == ["part-00000.arrow"]
    assert pa.Table.from_batches(load(name, manifest, tmp_path)).equals(table)


def iter_of(table: pa.Table) -> Iterator[pa.Table]:
    """Give a table."""
    yield table


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ([1], "a generator gave a int; it may give record batches"),
        ([TABLE, pa.table({"y": [1]})], "has the schema y: int64, and those before x: int64"),
        ([TABLE, pd.DataFrame({"x": [1]})], "gave a pandas.*DataFrame after others of arrow"),
    ],
)
def test_what_is_no_stream_of_tables_is_refused(given: list[Any], fault: str, tmp_path: Path) -> None:
    """With what it gave, and what it may give."""
    with pytest.raises(UnsupportedTypeError, match=fault):
        save((one for one in given), tmp_path)
    assert not list((tmp_path / "store").rglob("*.parquet"))
