"""The file in which a table lies: Parquet, which any tool reads, or Arrow, which is mapped into memory as it is.

Both are written a row group at a time, and read whole or by some of their columns.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from airflow_artifacts.exceptions import DeclarationError, UnsupportedTypeError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from typing_extensions import Self

    from airflow_artifacts.materializers.base import FilesReader, FilesWriter

__all__ = ["FORMATS", "ROWS", "Formatted", "Read", "TableFormat", "read", "view", "write"]

FORMATS = ("parquet", "arrow")

ROWS = 1 << 20
"""Rows of a row group: of a frame of 10 columns, fewer were written and read slower, and more need more memory."""

# Of a column, by which its encoding is chosen.
_SAMPLE = 10_000


@dataclasses.dataclass(frozen=True, slots=True)
class TableFormat:
    """How tables are written.

    Attributes:
        format: ``"parquet"`` or ``"arrow"``.
        compression: ``"zstd"``, ``"lz4"``, ``"snappy"`` (Parquet only) or ``"none"``; None for zstd in Parquet and none
            in Arrow, where what is compressed cannot be mapped into memory.
        rows: Of a row group.

    Raises:
        DeclarationError: There is no such format or compression.
    """

    format: str = "parquet"
    compression: str | None = None
    rows: int = ROWS

    def __post_init__(self) -> None:
        known = ("zstd", "lz4", "none", *(("snappy",) if self.format == "parquet" else ()))
        if self.format not in FORMATS:
            message = f"there is no table format {self.format!r}; use one of {', '.join(FORMATS)}"
            raise DeclarationError(message)
        if self.compression is not None and self.compression not in known:
            message = f"{self.format} has no compression {self.compression!r}; use one of {', '.join(known)}"
            raise DeclarationError(message)
        if self.rows < 1:
            message = f"a row group of {self.rows} rows holds nothing; give a positive number"
            raise DeclarationError(message)


class Formatted:
    """What writes a table, in a format of choice.

    Args:
        format: ``"parquet"``, which any tool reads, or ``"arrow"``, which is the fastest to hand over; without it what
            suits the type.
        compression: ``"zstd"``, ``"lz4"``, ``"snappy"`` (Parquet only) or ``"none"``; without it zstd in Parquet and
            none in Arrow.
        rows: Of a row group.

    Raises:
        DeclarationError: There is no such format or compression.
    """

    default = "parquet"

    def __init__(self, format: str | None = None, compression: str | None = None, rows: int = ROWS) -> None:  # noqa: A002 - the word that Artifact(format=…) uses
        self._form = TableFormat(format or self.default, compression, rows)

    def with_format(self, format: str) -> Self:  # noqa: A002 - as above
        """Return a materializer that writes another format.

        Raises:
            DeclarationError: There is no such format.
        """
        return type(self)(format, rows=self._form.rows)


def write(files: FilesWriter, stem: str, tables: Iterable[pa.Table], form: TableFormat) -> None:
    """Write tables of one schema behind each other, each as a row group of its own, as ``stem.parquet`` or ``.arrow``.

    Args:
        files: Where to.
        stem: The file's name without its suffix.
        tables: At least one.
        form: How.

    Raises:
        UnsupportedTypeError: The format has no place for a column.
    """
    pieces = iter(tables)
    first = next(pieces)
    name = f"{stem}.{form.format}"
    try:
        if form.format == "arrow":
            compression = None if form.compression in {None, "none"} else form.compression
            options = pa.ipc.IpcWriteOptions(unify_dictionaries=True, compression=compression)
            with files.open(name, ranged=True) as file, pa.ipc.new_file(file, first.schema, options=options) as writer:
                for piece in _behind(first, pieces):
                    writer.write_table(piece)
            return
        with (
            files.open(name, ranged=True) as file,
            pq.ParquetWriter(
                file,
                first.schema,
                compression=form.compression or "zstd",
                use_dictionary=_repetitive(first),
                write_statistics=True,
            ) as writer,
        ):
            for piece in _behind(first, pieces):
                writer.write_table(piece, row_group_size=max(1, piece.num_rows))
    except (pa.ArrowException, NotImplementedError) as error:
        kind = "Parquet" if form.format == "parquet" else "an Arrow file"
        message = f"the value cannot be written as {kind}: {error}; convert the column, or drop it"
        raise UnsupportedTypeError(message) from error


class Read(NamedTuple):
    """A table that was read, and where its file is mapped into memory, where it is."""

    table: pa.Table
    mapped: memoryview | None


def read(files: FilesReader, stem: str, columns: Sequence[str] | None = None) -> Read:
    """Read a table that :func:`write` wrote; an uncompressed Arrow file stays in its mapping.

    Args:
        files: Where it lies.
        stem: The file's name without its suffix.
        columns: The names of those to read; all without it. Only their bytes are fetched.
    """
    name = f"{stem}.parquet"
    if name in files.names():
        source = files.open(name) if columns is not None else pa.BufferReader(pa.py_buffer(files.buffer(name)))
        # Not read_table, which takes folders such as ``year=2026`` on the way to the file for columns.
        with pq.ParquetFile(source) as file:
            table = file.read(columns=columns)
        return Read(table if columns is None else table.select(list(columns)), None)
    name = f"{stem}.arrow"
    if columns is None:
        mapped = files.buffer(name)
        with pa.ipc.open_file(pa.py_buffer(mapped)) as reader:
            table = reader.read_all()
            table.validate()  # of the sizes, which costs nothing: nobody else compares them with the bytes there are
            return Read(table, mapped)
    source = files.open(name)
    with pa.ipc.open_file(source) as reader:
        wanted = sorted(reader.schema.get_field_index(column) for column in columns)
    with pa.ipc.open_file(files.open(name), options=pa.ipc.IpcReadOptions(included_fields=wanted)) as reader:
        table = reader.read_all()
        table.validate()
        return Read(table.select(list(columns)), None)


def view(column: pa.ChunkedArray, dtype: np.dtype[Any], mapped: memoryview | None) -> np.ndarray[Any, Any] | None:
    """Return a column of numbers as an array over its mapping, which may be changed; None where it must be copied.

    Args:
        column: As it was read.
        dtype: What it is to be.
        mapped: Where the file is mapped.
    """
    if mapped is None or column.num_chunks != 1 or column.null_count or dtype.kind not in "iufmM":
        return None
    chunk = column.chunk(0)
    buffer = chunk.buffers()[1]
    if chunk.type.bit_width != 8 * dtype.itemsize or buffer is None:
        return None
    start = buffer.address - np.frombuffer(mapped, dtype=np.uint8).__array_interface__["data"][0]
    if not 0 <= start < mapped.nbytes:
        return None
    return np.ndarray((len(chunk),), dtype, mapped, start + chunk.offset * dtype.itemsize)


def _behind(first: pa.Table, others: Iterator[pa.Table]) -> Iterator[pa.Table]:
    yield first
    yield from others


def _repetitive(table: pa.Table) -> list[str] | bool:
    """Return the columns whose values repeat: only there a dictionary pays for the time that it takes."""
    found = [field.name for field, column in zip(table.schema, table.columns, strict=True) if _repeats(column)]
    return found or False


def _repeats(column: pa.ChunkedArray) -> bool:
    if pa.types.is_dictionary(column.type) or pa.types.is_nested(column.type):
        return True
    sample = column.slice(0, _SAMPLE)
    try:
        distinct = pc.count_distinct(sample).as_py()
    except pa.ArrowNotImplementedError:
        return True
    return bool(distinct * 4 < len(sample))
