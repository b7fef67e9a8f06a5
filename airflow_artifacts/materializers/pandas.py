"""pandas frames, series and indexes as Parquet files, which any tool reads, restored exactly.

pandas and Parquet do not hold the same things: labels of columns are text there, dtypes fewer. What Parquet would
change is recorded beside the file (labels, names, dtypes of columns and of index levels, ``attrs``) and restored;
what cannot be restored is refused when it is saved. As Arrow, the same columns lie uncompressed in a file that is
mapped into memory.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa

from airflow_artifacts.exceptions import ConversionError
from airflow_artifacts.materializers import axes, columns, objects, tables
from airflow_artifacts.materializers.python import decode, encode
from airflow_artifacts.materializers.tables import Formatted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from airflow_artifacts.materializers.base import FilesReader, FilesWriter
    from airflow_artifacts.materializers.tables import TableFormat

__all__ = ["DataFrameMaterializer", "IndexMaterializer", "SeriesMaterializer"]

_STEM = "data"
_EXTRA = "labels.arrow"


class DataFrameMaterializer(Formatted):
    """Writes ``data.parquet`` or ``data.arrow``, and ``labels.arrow`` where labels or categories need it."""

    def save(self, value: pd.DataFrame, files: FilesWriter) -> Mapping[str, Any]:
        """Write a frame.

        Raises:
            UnsupportedTypeError: A column, a label or ``attrs`` cannot be restored exactly; the message names it.
        """
        frame = _Writer(self._form)
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
        return _frame(files, _Reader(files), files.details["columns"], slice(None))

    def load_columns(self, files: FilesReader, labels: Sequence[Any]) -> pd.DataFrame:
        """Read some columns of a frame, in the order of their labels, with the index; only their bytes are fetched.

        Raises:
            ConversionError: There is no such column, or several have the label.
        """
        details = files.details
        known = list(_Reader(files, ()).labels(details["labels"]))
        positions = []
        for label in labels:
            found = [i for i, each in enumerate(known) if type(each) is type(label) and each == label]
            if len(found) != 1:
                shown = ", ".join(map(repr, known[:20]))
                fault = f"{len(found)} columns have" if found else "no column has"
                message = f"{fault} the label {label!r}; there are {shown}{', …' if len(known) > 20 else ''}"  # noqa: PLR2004 - what a line bears
                raise ConversionError(message)
            positions += found
        taken = [details["columns"][i] for i in positions]
        levels = [level["column"] for level in details["index"].get("levels", ())]
        reader = _Reader(files, [*(column["column"] for column in taken), *levels])
        return _frame(files, reader, taken, positions)


class SeriesMaterializer(Formatted):
    """Writes a series as a frame of one column."""

    def save(self, value: pd.Series[Any], files: FilesWriter) -> Mapping[str, Any]:
        """Write a series.

        Raises:
            UnsupportedTypeError: Its values, index, name or ``attrs`` cannot be restored exactly.
        """
        frame = _Writer(self._form)
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


class IndexMaterializer(Formatted):
    """Writes an index of any kind as a frame without other columns."""

    def save(self, value: pd.Index[Any], files: FilesWriter) -> Mapping[str, Any]:
        """Write an index.

        Raises:
            UnsupportedTypeError: It cannot be restored exactly.
        """
        frame = _Writer(self._form)
        index = frame.index(value)
        frame.write(files)
        return {"format": 1, "index": index}

    def load(self, files: FilesReader) -> pd.Index[Any]:
        """Read an index."""
        index: pd.Index[Any] = _Reader(files).index(files.details["index"])
        return index


def _frame(
    files: FilesReader, reader: _Reader, taken: Sequence[Mapping[str, Any]], positions: slice | list[int]
) -> pd.DataFrame:
    details = files.details
    index = reader.index(details["index"])
    # As series, since pandas would guess another dtype for an array of objects.
    arrays = {i: _series(reader.column(column), index) for i, column in enumerate(taken)}
    frame = pd.DataFrame(arrays, index=index, copy=False)
    frame.columns = reader.labels(details["labels"])[positions]
    frame.attrs = decode(details["attrs"])
    return frame.set_flags(allows_duplicate_labels=False) if details["unique_labels"] else frame


def _series(values: Any, index: pd.Index[Any]) -> pd.Series[Any]:
    series: pd.Series[Any] = pd.Series(values, index=index, dtype=values.dtype, copy=False)
    return series


class _Column:
    """A column on its way into the file, of which any rows become Arrow."""

    def __init__(self, values: pd.Series[Any] | pd.Index[Any], description: Mapping[str, Any], place: str) -> None:
        self._values = values
        self._description = description
        self._place = place
        self._dictionary: pa.Array | None = None

    def __len__(self) -> int:
        return len(self._values)

    @property
    def is_copied(self) -> bool:
        """Whether becoming Arrow takes memory for all values."""
        return self._description["kind"] in objects.KINDS

    @property
    def categories(self) -> pa.Array:
        """Those of a categorical column, as Arrow."""
        return self.rows(0, 0, keep=True).dictionary

    def rows(self, start: int, stop: int, *, keep: bool = False) -> Any:
        """Return some rows as Arrow; those of a categorical column as its values where Arrow finds these again."""
        whole = start == 0 and stop == len(self._values)
        values: Any = (
            self._values
            if whole
            else self._values[start:stop]
            if isinstance(self._values, pd.Index)
            else self._values.iloc[start:stop]
        )
        array = columns.to_arrow(values, self._description, self._place)
        return _readable(array) if self._description["kind"] == "category" and not keep else array


class _Writer:
    """Collects columns for the two files; each has a physical name of its own, readable where it can be."""

    def __init__(self, form: TableFormat) -> None:
        self._form = form
        self._data: dict[str, _Column] = {}
        self._extra: dict[str, Any] = {}

    def column(self, values: pd.Series[Any] | pd.Index[Any], place: str, label: object) -> dict[str, Any]:
        """Take a column of the data, and return what restores it."""
        description = columns.describe(values, place)
        name = _free_name(label, self._data)
        column = self._data[name] = _Column(values, description, place)
        return self._taken(name, description, column)

    def index(self, index: pd.Index[Any]) -> dict[str, Any]:
        """Take the row labels, and return what restores them."""
        return axes.describe(index, "index", self.column)

    def labels(self, index: pd.Index[Any]) -> dict[str, Any]:
        """Take the column labels, and return what restores them."""

        def take(values: pd.Index[Any], place: str, label: object) -> dict[str, Any]:
            description = columns.describe(values, place)
            name = _free_name(label, self._extra)
            column = _Column(values, description, place)
            self._extra[name] = column.rows(0, len(column))
            return self._taken(name, description, column)

        return axes.describe(index, "column labels", lambda values, place, _: axes.labels(values, place, take))

    def write(self, files: FilesWriter) -> None:
        """Write the files.

        Raises:
            UnsupportedTypeError: The format refuses a column.
        """
        tables.write(files, _STEM, self._pieces(), self._form)
        if self._extra:
            # The columns differ in length, which a table refuses: each is a list of one row.
            arrays = [_one_row(array) for array in self._extra.values()]
            extra = pa.table(arrays, names=list(self._extra))
            with files.open(_EXTRA) as file, pa.ipc.new_file(file, extra.schema) as writer:
                writer.write_table(extra)

    def _pieces(self) -> Iterator[pa.Table]:
        """Yield the rows, so many at a time that what is copied of them stays small."""
        rows = max(map(len, self._data.values()), default=0)
        step = self._form.rows
        if self._form.format == "arrow" and not any(column.is_copied for column in self._data.values()):
            step = max(rows, 1)  # in one piece its columns need not be joined when they are mapped
        for start in range(0, max(rows, 1), step):
            stop = min(start + step, rows)
            yield pa.table({name: column.rows(start, stop) for name, column in self._data.items()})

    def _taken(self, name: str, description: dict[str, Any], column: _Column) -> dict[str, Any]:
        if description["kind"] == "category":
            categories = _free_name(f"{name} categories", self._extra)
            self._extra[categories] = column.categories
            description["categories"] = categories
        return {"column": name, "of": description}


class _Reader:
    """Gives back what a :class:`_Writer` took.

    Args:
        files: Where it lies.
        names: The physical names of the columns to read; all without it.
    """

    def __init__(self, files: FilesReader, names: Sequence[str] | None = None) -> None:
        self._data, self._mapped = tables.Read(pa.table({}), None)
        if names is None or len(names) > 0:
            self._data, self._mapped = tables.read(files, _STEM, None if names is None else list(dict.fromkeys(names)))
        self._extra = pa.table({})
        if _EXTRA in files.names():
            with pa.ipc.open_file(pa.py_buffer(files.buffer(_EXTRA))) as reader:
                self._extra = reader.read_all()

    def column(self, taken: Mapping[str, Any]) -> Any:
        """Return the values of a column of the data."""
        column, description = self._data.column(taken["column"]), taken["of"]
        if description["kind"] == "dtype" and self._mapped is not None:
            dtype: Any = pd.api.types.pandas_dtype(description["dtype"])
            mapped = tables.view(column, dtype, self._mapped) if isinstance(dtype, np.dtype) else None
            if mapped is not None:
                return mapped
        return self._values(column, description)

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
