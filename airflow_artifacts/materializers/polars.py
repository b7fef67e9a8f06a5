"""polars frames, series and lazy frames as the files that polars writes itself: Parquet, or Arrow."""

from __future__ import annotations

import functools
import io
from typing import TYPE_CHECKING, Any

import polars as pl
import pyarrow.parquet as pq

from airflow_artifacts.exceptions import ConversionError, UnsupportedTypeError
from airflow_artifacts.materializers.tables import Formatted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from airflow_artifacts.materializers.base import FilesReader, FilesWriter

__all__ = ["DataFrameMaterializer", "LazyFrameMaterializer", "SeriesMaterializer"]

_STEM = "data"


class DataFrameMaterializer(Formatted):
    """Writes ``data.parquet``, or ``data.arrow`` where that is asked for or Parquet would change a column."""

    def save(self, value: pl.DataFrame, files: FilesWriter) -> Mapping[str, Any]:
        """Write a frame.

        Raises:
            UnsupportedTypeError: Neither format keeps the type of a column; the message names it.
        """
        form = _form(self._form.format, tuple(value.schema.items()))
        place = files.place(f"{_STEM}.{form}", ranged=True)
        if form == "arrow":
            value.write_ipc(place, compression=_compression(self._form.compression, "uncompressed"))
        else:
            compression = _compression(self._form.compression, "zstd")
            level = 1 if compression == "zstd" else None
            value.write_parquet(place, compression=compression, compression_level=level, row_group_size=self._form.rows)
        return {"format": 1}

    def load(self, files: FilesReader) -> pl.DataFrame:
        """Read a frame; the columns of an Arrow file stay in its mapping."""
        name = files.names()[0]
        path = files.path(name)
        return pl.read_ipc(path) if name.endswith(".arrow") else pl.read_parquet(path)

    def load_columns(self, files: FilesReader, labels: Sequence[Any]) -> pl.DataFrame:
        """Read some columns of a frame, in the order of their names; of Parquet, only their bytes are fetched.

        Raises:
            ConversionError: There is no such column.
        """
        name = files.names()[0]
        if name.endswith(".arrow"):
            known: Any = pl.read_ipc_schema(files.path(name))
        else:
            with pq.ParquetFile(files.open(name)) as file:
                known = _schema_of(file)
        missing = [label for label in labels if label not in known]
        if missing:
            message = f"no column has the name {missing[0]!r}; there are {', '.join(map(repr, known))}"
            raise ConversionError(message)
        if name.endswith(".arrow"):
            return pl.read_ipc(files.path(name), columns=list(labels)).select(labels)
        with pq.ParquetFile(files.open(name)) as file:
            read: Any = pl.from_arrow(file.read(columns=list(labels)))
        return read.select(pl.col(label).cast(known[label]) for label in labels)  # type: ignore[no-any-return]


class SeriesMaterializer(Formatted):
    """Writes a series as a frame of one column."""

    def save(self, value: pl.Series, files: FilesWriter) -> Mapping[str, Any]:
        """Write a series; raises as that of a frame does."""
        return DataFrameMaterializer(self._form.format, self._form.compression).save(value.to_frame(), files)

    def load(self, files: FilesReader) -> pl.Series:
        """Read a series."""
        return DataFrameMaterializer().load(files).to_series()


class LazyFrameMaterializer(Formatted):
    """Writes what a lazy frame gives, as it comes, and gives a lazy frame over the file back."""

    def save(self, value: pl.LazyFrame, files: FilesWriter) -> Mapping[str, Any]:
        """Run a query and write its result, of which only a part is in memory at a time.

        Raises:
            UnsupportedTypeError: Neither format keeps the type of a column; the message names it.
        """
        form = _form(self._form.format, tuple(value.collect_schema().items()))
        place = files.place(f"{_STEM}.{form}", ranged=True)
        if form == "arrow":
            value.sink_ipc(place, compression=_compression(self._form.compression, "uncompressed"))
        else:
            compression = _compression(self._form.compression, "zstd")
            value.sink_parquet(place, compression=compression, compression_level=1 if compression == "zstd" else None)
        return {"format": 1}

    def load(self, files: FilesReader) -> pl.LazyFrame:
        """Return a lazy frame over the file, which reads what a query needs."""
        name = files.names()[0]
        path = files.path(name)
        return pl.scan_ipc(path) if name.endswith(".arrow") else pl.scan_parquet(path)


def _form(wanted: str, schema: tuple[tuple[str, Any], ...]) -> str:
    """Return the format that keeps all types, that which is wanted first.

    Raises:
        UnsupportedTypeError: Neither does.
    """
    for form in dict.fromkeys((wanted, "arrow")):
        if not any(_changed(form, dtype) for _, dtype in schema):
            return form
    name, dtype = next((name, dtype) for name, dtype in schema if _changed("arrow", dtype))
    message = f"column {name!r} has the type {dtype}, which could not be restored exactly; cast it"
    raise UnsupportedTypeError(message)


@functools.lru_cache(maxsize=256)
def _changed(form: str, dtype: Any) -> bool:
    """Whether a type is another one after it was written and read."""
    sink = io.BytesIO()
    try:
        empty = pl.DataFrame(schema={"x": dtype})
        if form == "arrow":
            empty.write_ipc(sink)
        else:
            empty.write_parquet(sink)
        sink.seek(0)
        read = pl.read_ipc(sink) if form == "arrow" else pl.read_parquet(sink)
    except Exception:  # noqa: BLE001 - polars raises what its parts raise, panics of Rust among them
        return True
    return bool(read.schema["x"] != dtype)


def _compression(given: str | None, default: str) -> Any:
    return {None: default, "none": "uncompressed"}.get(given, given)


def _schema_of(file: pq.ParquetFile) -> Mapping[str, Any]:
    empty: Any = pl.from_arrow(file.schema_arrow.empty_table())
    return dict(empty.schema)
