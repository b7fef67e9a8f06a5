"""Arrow tables, batches and arrays as Arrow IPC files, which keep every type and the metadata of the schema."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa

from airflow_artifacts.exceptions import ConversionError, UnsupportedTypeError
from airflow_artifacts.materializers import tables
from airflow_artifacts.materializers.tables import Formatted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from airflow_artifacts.materializers.base import FilesReader, FilesWriter

__all__ = ["ArrayMaterializer", "RecordBatchMaterializer", "TableMaterializer", "is_kept_by_parquet"]

_STEM = "table"


class TableMaterializer(Formatted):
    """Writes a table as one Arrow IPC file, uncompressed, or as Parquet.

    Not as Parquet unless it is asked for: that lacks some of the types of Arrow, such as unions, and changes others,
    such as seconds.
    """

    default = "arrow"

    def save(self, value: pa.Table, files: FilesWriter) -> Mapping[str, Any]:
        """Write a table.

        Raises:
            UnsupportedTypeError: Dictionaries that differ between its chunks cannot be made one, as the file needs, or
                Parquet is asked for and would change a column.
        """
        if self._form.format == "parquet" and (fault := _parquet_fault(value.schema)):
            message = f"the table cannot be written as Parquet: {fault}; leave format='parquet' away"
            raise UnsupportedTypeError(message)
        pieces = [value]
        if self._form.format == "parquet" and value.num_rows > self._form.rows:
            pieces = [value.slice(start, self._form.rows) for start in range(0, value.num_rows, self._form.rows)]
        tables.write(files, _STEM, pieces, self._form)
        return {"format": 1}

    def load(self, files: FilesReader) -> pa.Table:
        """Read a table; the columns of an Arrow file stay in it until they are used."""
        return tables.read(files, _STEM).table

    def load_columns(self, files: FilesReader, labels: Sequence[Any]) -> pa.Table:
        """Read some columns of a table, in the order of their names; only their bytes are fetched.

        Raises:
            ConversionError: There is no such column, or several have the name.
        """
        try:
            return tables.read(files, _STEM, list(labels)).table
        except (KeyError, pa.ArrowException) as error:
            message = f"not each of {', '.join(map(repr, labels))} is the name of one column: {error}"
            raise ConversionError(message) from error


class RecordBatchMaterializer(TableMaterializer):
    """Writes a batch as a table of one chunk."""

    def save(self, value: pa.RecordBatch, files: FilesWriter) -> Mapping[str, Any]:
        """Write a batch; raises as that of a table does."""
        return super().save(pa.Table.from_batches([value]), files)

    def load(self, files: FilesReader) -> pa.RecordBatch:
        """Read a batch."""
        return _one_batch(super().load(files))

    def load_columns(self, files: FilesReader, labels: Sequence[Any]) -> pa.RecordBatch:
        """Read some columns of a batch; raises as that of a table does."""
        return _one_batch(super().load_columns(files, labels))


class ArrayMaterializer(TableMaterializer):
    """Writes an array, chunked or not, as a table of one column."""

    def save(self, value: pa.Array | pa.ChunkedArray, files: FilesWriter) -> Mapping[str, Any]:
        """Write an array; raises as that of a table does."""
        details = super().save(pa.table({"values": value}), files)
        return {**details, "chunked": isinstance(value, pa.ChunkedArray)}

    def load(self, files: FilesReader) -> pa.Array | pa.ChunkedArray:
        """Read an array."""
        column = super().load(files).column(0)
        return column if files.details["chunked"] else column.combine_chunks()


def is_kept_by_parquet(schema: pa.Schema) -> bool:
    """Whether Parquet gives back every type of a schema."""
    return _parquet_fault(schema) is None


def _parquet_fault(schema: pa.Schema) -> str | None:
    from airflow_artifacts.materializers.columns import parquet_type  # noqa: PLC0415 - imports pandas

    for field in schema:
        try:
            kept = parquet_type(field.type)
        except (pa.ArrowException, NotImplementedError):
            kept = None
        if kept != field.type:
            return f"the column {field.name!r} of type {field.type} would become {kept}"
    if len(set(schema.names)) < len(schema.names):
        return "two columns have one name"
    return None


def _one_batch(table: pa.Table) -> pa.RecordBatch:
    batches = table.combine_chunks().to_batches()
    return batches[0] if batches else pa.RecordBatch.from_pylist([], schema=table.schema)
