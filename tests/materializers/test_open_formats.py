"""What is stored is read by other tools, without this package, straight from the object's URL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from airflow_artifacts import ArtifactClient

if TYPE_CHECKING:
    from pathlib import Path

    from tests.servers import S3

FRAME = pd.DataFrame(
    {
        "i": [1, 2, 3],
        "f": [0.5, None, 2.5],
        "t": ["a", None, "größe"],
        "d": pd.date_range("2026", periods=3),
        "c": pd.Categorical(["x", "y", "x"]),
    }
)


def _url(client: ArtifactClient, value: Any, suffix: str) -> str:
    [url] = [url for url in client.locations(client.save(value, "value")) if url.endswith(suffix)]  # type: ignore[arg-type]
    return url


def test_a_frame_is_read_by_duckdb_polars_and_pandas(artifact_client: ArtifactClient) -> None:
    """With its columns' names, types and missing values."""
    url = _url(artifact_client, FRAME, ".parquet")
    what = "sum(i), sum(f), count(t), max(d), count(distinct c)"
    read = duckdb.read_parquet(url).aggregate(what).fetchall()
    assert read == [(6, 3.0, 2, FRAME["d"].max().to_pydatetime(), 2)]
    assert pl.read_parquet(url)["t"].to_list() == ["a", None, "größe"]
    plain = pd.read_parquet(url)
    assert plain["i"].tolist() == [1, 2, 3]
    assert list(plain.columns) == list(FRAME.columns)


def test_a_frame_on_s3_is_read_by_polars_and_pandas(s3: S3, tmp_path: Path) -> None:
    """By the same credentials."""
    store = f"s3://{s3.create_bucket()}/prefix"
    database = f"sqlite:///{tmp_path / 'lineage.db'}"
    with ArtifactClient.connect(store=store, database=database, storage_options=s3.storage_options) as client:
        url = _url(client, FRAME, ".parquet")
        assert url.startswith(store)
        assert pd.read_parquet(url, storage_options=s3.storage_options)["i"].tolist() == [1, 2, 3]
        with client.store._filesystem.open(url) as file:
            assert pl.read_parquet(file.read())["i"].to_list() == [1, 2, 3]


@pytest.mark.parametrize("value", [pl.DataFrame({"x": [1, 2]}), pa.table({"x": [1, 2]})])
def test_tables_are_read_by_their_libraries(artifact_client: ArtifactClient, value: Any) -> None:
    """A frame of polars by pandas, a table of Arrow by polars."""
    if isinstance(value, pl.DataFrame):
        assert pd.read_parquet(_url(artifact_client, value, ".parquet"))["x"].tolist() == [1, 2]
    else:
        place = _url(artifact_client, value, ".arrow").removeprefix("file://")
        assert pl.read_ipc(place)["x"].to_list() == [1, 2]


def test_an_array_and_a_container_are_read_by_anyone(artifact_client: ArtifactClient) -> None:
    """As the format of numpy, and as JSON."""
    place = _url(artifact_client, np.arange(3), ".npy").removeprefix("file://")
    assert np.load(place, allow_pickle=False).tolist() == [0, 1, 2]
    url = _url(artifact_client, {"a": [1, 2.5, None], "b": {"c": "ö"}}, ".json")
    assert duckdb.read_json(url).project("b.c").fetchall() == [("ö",)]
