"""Spark's frames: each executor writes and reads its partitions as Parquet, and none passes through the driver.

The executors' Python needs this package, and reaches the store by itself; Spark needs no file system of its own for it.
"""

from __future__ import annotations

import functools
import json
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
from pyspark.sql import SparkSession
from pyspark.sql.types import StructType

from airflow_artifacts.model import Digest, ManifestFile

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from airflow_artifacts.materializers.base import FilesReader, FilesWriter, WorkerReader, WorkerWriter

__all__ = ["DataFrameMaterializer"]


class DataFrameMaterializer:
    """Writes ``part-00000.parquet`` and so on, one for each partition that has rows."""

    def save(self, value: Any, files: FilesWriter) -> Mapping[str, Any]:
        """Run a query and write its result, where it is computed."""
        written = value.mapInArrow(functools.partial(_write, workers=files.workers()), "file string").collect()
        parts = sorted((json.loads(row.file) for row in written), key=lambda part: part["partition"])
        for number, part in enumerate(parts):
            path = f"part-{number:05}.parquet"
            files.record([ManifestFile(path, Digest(part["digest"]), part["size"], tuple(part["blocks"]))])
        return {"format": 1, "partitions": len(parts), "schema": value.schema.jsonValue()}

    def load(self, files: FilesReader) -> Any:
        """Return a frame, in the active session, whose partitions are read and checked where they are needed."""
        details = files.details
        session = SparkSession.getActiveSession() or SparkSession.builder.getOrCreate()
        schema = StructType.fromJson(details["schema"])
        count = details["partitions"]
        if not count:
            return session.createDataFrame([], schema)
        numbers = session.range(0, count, 1, count)
        return numbers.mapInArrow(functools.partial(_read, workers=files.workers()), schema)


def _write(batches: Iterable[pa.RecordBatch], workers: WorkerWriter) -> Iterator[pa.RecordBatch]:
    """Write a partition on an executor, and give the record of its file; nothing for one without rows."""
    from pyspark import TaskContext  # noqa: PLC0415 - of the executor

    given = iter(batches)
    first = next((batch for batch in given if batch.num_rows), None)
    if first is None:
        return
    head: pa.RecordBatch = first

    def act(files: FilesWriter) -> None:
        with (
            files.open("part.parquet", ranged=True) as file,
            pq.ParquetWriter(file, head.schema, compression="zstd") as writer,
        ):
            writer.write_batch(head)
            for batch in given:
                writer.write_batch(batch)

    [file] = workers.write(act)
    context = TaskContext.get()
    partition = 0 if context is None else context.partitionId()
    record = {"partition": partition, "digest": file.digest, "size": file.size, "blocks": list(file.blocks)}
    yield pa.RecordBatch.from_pydict({"file": [json.dumps(record)]})


def _read(batches: Iterable[pa.RecordBatch], workers: WorkerReader) -> Iterator[pa.RecordBatch]:
    """Read the partitions whose numbers are given, on an executor."""
    for batch in batches:
        for number in batch.column(0).to_pylist():
            yield from workers.read(functools.partial(_batches, f"part-{number:05}.parquet"))


def _batches(name: str, files: FilesReader) -> list[pa.RecordBatch]:
    with pq.ParquetFile(files.open(name)) as file:
        return list(file.iter_batches())
