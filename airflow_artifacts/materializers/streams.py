"""Tables that are larger than memory: batches that come one after the other, written as they come.

Generators, readers of record batches and datasets become one artifact of several files, each of some 256 MB, and are
read again a row group at a time. The rows and their order are kept; how many come at once is not.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.dataset
import pyarrow.parquet as pq

from airflow_artifacts.exceptions import UnsupportedTypeError
from airflow_artifacts.materializers import tables
from airflow_artifacts.materializers.pyarrow import is_kept_by_parquet
from airflow_artifacts.materializers.tables import Formatted
from airflow_artifacts.progress import Progress
from airflow_artifacts.registry import public_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from airflow_artifacts.materializers.base import FilesReader, FilesWriter

__all__ = ["DatasetMaterializer", "ReaderMaterializer", "StreamMaterializer", "batches"]

# Of a file, as they lie in memory: many enough to be read by several at once, few enough to be listed.
_PART_BYTES = 256 << 20
# Small batches are gathered until a row group has so many rows, or bytes.
_GROUP_ROWS = 1 << 17
_GROUP_BYTES = 32 << 20


class StreamMaterializer(Formatted):
    """Writes ``part-00000.parquet`` and so on, or ``.arrow`` where Parquet would change a column."""

    def save(self, value: Any, files: FilesWriter) -> Mapping[str, Any]:
        """Write what a generator, a reader or a dataset gives, which is used up by it.

        Raises:
            UnsupportedTypeError: It gives something else than tables, or tables of different schemas.
        """
        source, kind = _tables(value)
        progress = Progress("writing a stream of tables")
        pieces = _groups(source, progress)
        first = next(pieces, None)
        schema = first.schema if first is not None else getattr(value, "schema", None)
        form = self._form
        if schema is not None and form.format == "parquet" and not is_kept_by_parquet(schema):
            form = tables.TableFormat("arrow")
        waiting = [first] if first is not None else [schema.empty_table()] if schema is not None else []
        number = 0
        rows = 0
        while waiting:
            part: list[int] = [0, 0]
            tables.write(files, f"part-{number:05}", _part(waiting, pieces, part), form)
            rows += part[1]
            number += 1
        return {"format": 1, "of": kind[0] if kind else None, "parts": number, "rows": rows}

    def load(self, files: FilesReader) -> Iterator[Any]:
        """Return a generator of record batches, or of frames where frames were given."""
        return _given(batches(files), files.details["of"])


class ReaderMaterializer(StreamMaterializer):
    """Writes what a reader of record batches gives, and gives such a reader back."""

    def load(self, files: FilesReader) -> Any:
        """Return a reader."""
        name = files.names()[0]
        with files.open(name) as source:
            is_parquet = name.endswith(".parquet")
            schema = pq.read_schema(source) if is_parquet else pa.ipc.open_file(source).schema
        return pa.RecordBatchReader.from_batches(schema, batches(files))


class DatasetMaterializer(StreamMaterializer):
    """Writes the tables of a dataset, and gives a dataset over the files back."""

    def load(self, files: FilesReader) -> Any:
        """Return a dataset."""
        names = files.names()
        form = "parquet" if names[0].endswith(".parquet") else "ipc"
        return pyarrow.dataset.dataset([str(files.path(name)) for name in names], format=form)


def batches(files: FilesReader) -> Iterator[pa.RecordBatch]:
    """Yield the record batches of a stream's files, of which each is checked when it is reached."""
    progress = Progress("reading a stream of tables")
    for name in files.names():
        with contextlib.ExitStack() as stack:
            source = stack.enter_context(files.open(name))
            if name.endswith(".parquet"):
                given = stack.enter_context(pq.ParquetFile(source, pre_buffer=False)).iter_batches(_GROUP_ROWS)
            else:
                reader = stack.enter_context(pa.ipc.open_file(source))
                given = (reader.get_batch(i) for i in range(reader.num_record_batches))
            for batch in given:
                progress.add(batch.nbytes)
                yield batch


def _tables(value: Any) -> tuple[Iterator[pa.Table], list[str]]:
    """Return what a value gives as tables, and a list that names what the first of them was, once it has come."""
    kind: list[str] = []
    given = value.to_batches() if isinstance(value, pyarrow.dataset.Dataset) else value

    def each() -> Iterator[pa.Table]:
        for item in given:
            table, of = _table(item)
            if not kind:
                kind.append(of)
            elif kind[0] != of:
                message = f"the generator gave a {public_name(type(item))} after others of {kind[0]}; give one kind"
                raise UnsupportedTypeError(message)
            yield table

    return each(), kind


def _table(item: Any) -> tuple[pa.Table, str]:
    if isinstance(item, pa.RecordBatch):
        return pa.Table.from_batches([item]), "arrow"
    if isinstance(item, pa.Table):
        return item, "arrow"
    name = f"{type(item).__module__.partition('.')[0]}.{type(item).__name__}"
    if name == "pandas.DataFrame":
        from airflow_artifacts.materializers.conversions import convert  # noqa: PLC0415 - imports pandas

        return convert(item, pa.Table), "pandas"
    if name == "polars.DataFrame":
        return item.to_arrow(), "polars"
    message = (
        f"a generator gave a {public_name(type(item))}; it may give record batches, tables and frames, which are "
        "stored as they come; return a list of other things"
    )
    raise UnsupportedTypeError(message)


def _groups(source: Iterator[pa.Table], progress: Progress) -> Iterator[pa.Table]:
    """Join small tables to row groups, and cut large ones."""
    waiting: list[pa.Table] = []
    for table in source:
        progress.add(table.nbytes)
        if waiting and table.schema != waiting[0].schema:
            message = f"a table of the stream has the schema {table.schema}, and those before {waiting[0].schema}"
            raise UnsupportedTypeError(message)
        waiting.append(table)
        if sum(one.num_rows for one in waiting) >= _GROUP_ROWS or sum(one.nbytes for one in waiting) >= _GROUP_BYTES:
            yield from _cut(waiting)
            waiting = [table.schema.empty_table()]
    if waiting and any(one.num_rows for one in waiting):
        yield from _cut(waiting)


def _cut(waiting: list[pa.Table]) -> Iterator[pa.Table]:
    joined = pa.concat_tables(waiting)
    for start in range(0, joined.num_rows, tables.ROWS):
        yield joined.slice(start, tables.ROWS).combine_chunks()


def _part(waiting: list[pa.Table], pieces: Iterator[pa.Table], written: list[int]) -> Iterator[pa.Table]:
    """Yield the row groups of one file, and leave the next one's first in ``waiting``."""
    while waiting:
        table = waiting.pop()
        written[0] += table.nbytes
        written[1] += table.num_rows
        yield table
        following = next(pieces, None)
        if following is not None:
            waiting.append(following)
            if written[0] >= _PART_BYTES:
                return


def _given(source: Iterator[pa.RecordBatch], kind: str | None) -> Iterator[Any]:
    for batch in source:
        if kind == "arrow":
            yield batch
            continue
        from airflow_artifacts.materializers.conversions import frame_of, polars_of  # noqa: PLC0415 - imports either

        yield (frame_of if kind == "pandas" else polars_of)(pa.Table.from_batches([batch]))
