"""Frames of engines: written and read by their own workers, never gathered."""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import dask
import dask.dataframe as dd
import numpy as np
import pandas as pd
import pytest

from airflow_artifacts import ArtifactClient, Columns
from airflow_artifacts.exceptions import CorruptObjectError, UnsupportedTypeError
from tests.servers import require_program

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.servers import S3

FRAME = pd.DataFrame(
    {
        "x": range(10),
        "t": pd.Series(["a", None] * 5, dtype="str"),
        "c": pd.Categorical(list("abcab" * 2)),
        "m": pd.Series([1, "a", (2,), None, 2.5] * 2, dtype=object),
    },
    index=pd.Index(range(100, 110), name="key"),
)


@pytest.fixture(params=["local", "s3"])
def client(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ArtifactClient]:
    """A client on a folder, and one on S3."""
    options: dict[str, Any] = {}
    store = str(tmp_path / "store")
    if request.param == "s3":
        server: S3 = request.getfixturevalue("s3")
        store, options = f"s3://{server.create_bucket()}/prefix", {"storage_options": server.storage_options}
    database = f"sqlite:///{tmp_path / 'lineage.db'}"
    with ArtifactClient.connect(store=store, database=database, **options) as client:
        yield client


def test_a_frame_of_dask_comes_back(client: ArtifactClient) -> None:
    """Partition by partition, with its divisions, labels and dtypes; by processes that share no memory."""
    value = dd.from_pandas(FRAME.drop(columns="m"), npartitions=3)
    expected = value.compute()  # with texts of Arrow's, as Dask prefers
    with dask.config.set(scheduler="processes", num_workers=2):
        version: Any = client.save(value, "frame")
        loaded = client.load("frame")
        assert isinstance(loaded, dd.DataFrame)
        assert loaded.divisions == value.divisions
        pd.testing.assert_frame_equal(loaded.compute(), expected)
    assert sum(file.path.endswith("/data.parquet") for file in version.manifest.files) == 4
    pd.testing.assert_frame_equal(client.load("frame", pd.DataFrame), expected)
    some: Any = client.load("frame", Annotated[dd.DataFrame, Columns("t")])  # type: ignore[arg-type]
    pd.testing.assert_frame_equal(some.compute(), expected[["t"]])


def test_a_frame_of_dask_is_the_same_bytes_again(artifact_client: ArtifactClient) -> None:
    """Equal values are stored once, so that what follows stays a hit."""
    versions: list[Any] = [artifact_client.save(dd.from_pandas(FRAME, npartitions=2), "frame") for _ in range(2)]
    assert versions[0].manifest == versions[1].manifest


def test_changed_bytes_of_a_partition_are_found_by_its_worker(artifact_client: ArtifactClient) -> None:
    """When it is computed, with the name of the version."""
    version: Any = artifact_client.save(dd.from_pandas(FRAME, npartitions=2), "frame")
    for url in artifact_client.locations(version):
        if url.endswith(".parquet"):
            place = Path(url.removeprefix("file://"))
            place.chmod(0o644)
            place.write_bytes(place.read_bytes()[:-1] + b"x")
    with pytest.raises(CorruptObjectError, match="the bytes of frame@1 were changed"):
        artifact_client.load("frame").compute()


def test_a_frame_of_an_engine_inside_a_container_is_refused(artifact_client: ArtifactClient) -> None:
    """Its workers write files of their own."""
    with pytest.raises(UnsupportedTypeError, match=r"value\['d'\] cannot be written: .* return it as an output"):
        artifact_client.save({"d": dd.from_pandas(FRAME, npartitions=2)}, "both")


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    """A local Spark, whose executors are processes of their own."""
    require_program("java", "default-jre-headless")
    from pyspark.sql import SparkSession

    builder: Any = SparkSession.builder
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("PYSPARK_PYTHON", sys.executable)
        environment.setenv("PYTHONPATH", os.pathsep.join(filter(None, sys.path)))
        session = (
            builder.master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.memory", "1g")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.driver.host", "127.0.0.1")
            .getOrCreate()
        )
        session.sparkContext.setLogLevel("ERROR")
        # It would log when the process ends, to a stream that pytest has closed by then.
        logging.getLogger("py4j").setLevel(logging.ERROR)
        yield session
        session.stop()


@pytest.mark.filterwarnings("ignore")
def test_a_frame_of_spark_comes_back(spark: Any, client: ArtifactClient) -> None:
    """Row by row, with its schema, and without a file system of Hadoop for the store."""
    value = spark.range(1000).selectExpr(
        "id", "cast(id as string) as t", "id / 4 as f", "timestamp_seconds(id) as at", "array(id, null) as many"
    )
    version: Any = client.save(value.repartition(3), "frame")
    assert [file.path for file in version.manifest.files] == [f"part-{number:05}.parquet" for number in range(3)]
    assert version.materializer == "pyspark.sql.DataFrame"
    loaded = client.load("frame")
    assert loaded.schema == value.schema
    assert sorted(loaded.collect()) == sorted(value.collect())
    frame = client.load("frame", pd.DataFrame).sort_values("id")
    assert np.array_equal(frame["f"], np.arange(1000) / 4)
    client.save(value.filter("id < 0"), "nothing")
    nothing = client.load("nothing")
    assert (nothing.count(), nothing.schema) == (0, value.schema)
