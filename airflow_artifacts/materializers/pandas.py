"""pandas frames and series as Parquet files, which any tool reads, restored exactly.

pandas and Parquet do not hold the same things: labels of columns are text there, dtypes fewer. What Parquet would
change is recorded beside the file (labels, names, dtypes of columns and of index levels, ``attrs``) and restored;
what cannot be restored is refused when it is saved.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from airflow_artifacts.exceptions import UnsupportedTypeError
from airflow_artifacts.materializers import axes, columns
from airflow_artifacts.materializers.python import decode, encode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from airflow_artifacts.materializers.base import FilesReader, FilesWriter

__all__ = ["DataFrameMaterializer", "SeriesMaterializer"]

_FILE = "data.parquet"
_EXTRA = "labels.arrow"
_ROWS = 1 << 20


class DataFrameMaterializer:
    """Writes ``data.parquet`` (zstd), and ``labels.arrow`` where labels or categories need it."""

    def save(self, value: pd.DataFrame, files: FilesWriter) -> Mapping[str, Any]:
        """Write a frame.

        Raises:
            UnsupportedTypeError: A column, a label or ``attrs`` cannot be restored exactly; the message names it.
        """
        frame = _Writer()
        taken = [frame.column(value.iloc[:, i], f"column {label!r}", label) for i, label in enumerate(value.columns)]
        index = frame.index(value.index)
        labels = frame.labels(value.columns)
        frame.write(files)
        return {
            "format": 1,
            "columns": taken,
            "index": index,
            "labels": labels,
            "attrs": encode(dict(value.attrs), "attrs"),
            "unique_labels": not value.flags.allows_duplicate_labels,
        }

    def load(self, files: FilesReader) -> pd.DataFrame:
        """Read a frame."""
        details = files.details
        reader = _Reader(files)
        index = reader.index(details["index"])
        # As series, since pandas would guess another dtype for an array of objects.
        arrays = {i: _series(reader.column(column), index) for i, column in enumerate(details["columns"])}
        frame = pd.DataFrame(arrays, index=index, copy=False)
        frame.columns = reader.labels(details["labels"])
        frame.attrs = decode(details["attrs"])
        return frame.set_flags(allows_duplicate_labels=False) if details["unique_labels"] else frame


class SeriesMaterializer:
    """Writes a series as a frame of one column."""

    def save(self, value: pd.Series[Any], files: FilesWriter) -> Mapping[str, Any]:
        """Write a series.

        Raises:
            UnsupportedTypeError: Its values, index, name or ``attrs`` cannot be restored exactly.
        """
        frame = _Writer()
        column = frame.column(value, "the series", "values" if value.name is None else value.name)
        index = frame.index(value.index)
        frame.write(files)
        return {
            "format": 1,
            "column": column,
            "index": index,
            "name": encode(value.name, "name"),
            "attrs": encode(dict(value.attrs), "attrs"),
            "unique_labels": not value.flags.allows_duplicate_labels,
        }

    def load(self, files: FilesReader) -> pd.Series[Any]:
        """Read a series."""
        details = files.details
        reader = _Reader(files)
        series = _series(reader.column(details["column"]), reader.index(details["index"]))
        series.name = decode(details["name"])
        series.attrs = decode(details["attrs"])
        return series.set_flags(allows_duplicate_labels=False) if details["unique_labels"] else series


def _series(values: Any, index: pd.Index[Any]) -> pd.Series[Any]:
    series: pd.Series[Any] = pd.Series(values, index=index, dtype=values.dtype, copy=False)
    return series


class _Writer:
    """Collects columns for the two files; each has a physical name of its own, readable where it can be."""

    def __init__(self) -> None:
        self._data: dict[str, Any] = {}
        self._extra: dict[str, Any] = {}

    def column(self, values: pd.Series[Any] | pd.Index[Any], place: str, label: object) -> dict[str, Any]:
        """Take a column of the data, and return what restores it."""
        return self._take(self._data, values, place, label)

    def index(self, index: pd.Index[Any]) -> dict[str, Any]:
        """Take the row labels, and return what restores them."""
        return axes.describe(index, "index", self.column)

    def labels(self, index: pd.Index[Any]) -> dict[str, Any]:
        """Take the column labels, and return what restores them."""

        def take(values: pd.Index[Any], place: str, name: object) -> dict[str, Any]:
            return self._take(self._extra, values, place, name)

        return axes.describe(index, "column labels", lambda values, place, _: axes.labels(values, place, take))

    def write(self, files: FilesWriter) -> None:
        """Write the files.

        Raises:
            UnsupportedTypeError: Parquet refuses a column.
        """
        table = pa.table(self._data)
        try:
            with files.open(_FILE) as file:
                pq.write_table(table, file, compression="zstd", row_group_size=_ROWS)
        except pa.ArrowException as error:
            message = f"the value cannot be written as Parquet: {error}; convert the column, or drop it"
            raise UnsupportedTypeError(message) from error
        if self._extra:
            # The columns differ in length, which a table refuses: each is a list of one row.
            arrays = [_one_row(array) for array in self._extra.values()]
            extra = pa.table(arrays, names=list(self._extra))
            with files.open(_EXTRA) as file, pa.ipc.new_file(file, extra.schema) as writer:
                writer.write_table(extra)

    def _take(
        self, target: dict[str, Any], values: pd.Series[Any] | pd.Index[Any], place: str, label: object
    ) -> dict[str, Any]:
        description = columns.describe(values, place)
        array = columns.to_arrow(values, description, place)
        name = _free_name(label, target)
        if description["kind"] == "category":
            categories = _free_name(f"{name} categories", self._extra)
            self._extra[categories] = array.dictionary
            description["categories"] = categories
            array = _readable(array)
        target[name] = array
        return {"column": name, "of": description}


class _Reader:
    """Gives back what a :class:`_Writer` took."""

    def __init__(self, files: FilesReader) -> None:
        # Not read_table, which takes folders such as ``year=2026`` on the way to the file for columns.
        with pq.ParquetFile(files.path(_FILE), memory_map=True) as file:
            self._data = file.read()
        self._extra = pa.table({})
        if _EXTRA in files.names():
            with pa.memory_map(str(files.path(_EXTRA))) as source, pa.ipc.open_file(source) as reader:
                self._extra = reader.read_all()

    def column(self, taken: Mapping[str, Any]) -> Any:
        """Return the values of a column of the data."""
        return self._values(self._data.column(taken["column"]), taken["of"])

    def index(self, axis: Mapping[str, Any]) -> Any:
        """Return the row labels."""
        return axes.restore(axis, self.column)

    def labels(self, axis: Mapping[str, Any]) -> Any:
        """Return the column labels."""
        return axes.restore(axis, lambda taken: self._values(self._list(taken["column"]), taken["of"]))

    def _values(self, column: pa.ChunkedArray, description: Mapping[str, Any]) -> Any:
        if description["kind"] == "category":
            return columns.categorical(column, self._list(description["categories"]), description)
        return columns.restore(column, description)

    def _list(self, name: str) -> pa.ChunkedArray:
        return pa.chunked_array([self._extra.column(name).combine_chunks().flatten()])


def _readable(array: pa.DictionaryArray) -> Any:
    """Return a categorical column as its values where Arrow finds these again, else as their positions.

    Parquet keeps a dictionary of text; other values it writes one by one all the same.
    """
    type_ = array.type.value_type
    if not columns.is_searchable(type_):
        return array.indices
    return array if pa.types.is_string(type_) else array.dictionary.take(array.indices)


def _one_row(array: Any) -> pa.Array:
    flat = array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
    return pa.LargeListArray.from_arrays(pa.array([0, len(flat)], pa.int64()), flat)


def _free_name(label: object, target: Mapping[str, Any]) -> str:
    base = "index" if label is None else str(label).encode("utf-8", "backslashreplace").decode()
    candidates = (base if number == 0 else f"{base} ({number})" for number in itertools.count())
    return next(name for name in candidates if name not in target)
