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

from airflow_artifacts.materializers import columns
from airflow_artifacts.materializers.python import decode, encode

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

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
        index = frame.index(value.index, "index")
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
        arrays = {i: reader.column(column) for i, column in enumerate(details["columns"])}
        frame = pd.DataFrame(arrays, index=reader.index(details["index"]), copy=False)
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
        index = frame.index(value.index, "index")
        frame.write(files)
        name, attrs = encode(value.name, "name"), encode(dict(value.attrs), "attrs")
        return {"format": 1, "column": column, "index": index, "name": name, "attrs": attrs}

    def load(self, files: FilesReader) -> pd.Series[Any]:
        """Read a series."""
        details = files.details
        reader = _Reader(files)
        index = reader.index(details["index"])
        array = reader.column(details["column"])
        series = pd.Series(array, index=index, name=decode(details["name"]), dtype=array.dtype, copy=False)
        series.attrs = decode(details["attrs"])
        return series


class _Writer:
    """Collects columns for the two files; each has a physical name of its own, readable where it can be."""

    def __init__(self) -> None:
        self._data: dict[str, pa.Array] = {}
        self._extra: dict[str, pa.Array] = {}

    def column(self, values: pd.Series[Any] | pd.Index[Any], place: str, label: object) -> dict[str, Any]:
        """Take a column of the data, and return what restores it."""
        return self._take(self._data, values, place, label)

    def index(self, index: pd.Index[Any], place: str) -> dict[str, Any]:
        """Take the row labels, and return what restores them."""
        return self._axis(self._data, index, place)

    def labels(self, index: pd.Index[Any]) -> dict[str, Any]:
        """Take the column labels, and return what restores them."""
        return self._axis(self._extra, index, "column labels")

    def write(self, files: FilesWriter) -> None:
        """Write the files."""
        table = pa.table(self._data)
        with files.open(_FILE) as file:
            pq.write_table(table, file, compression="zstd", row_group_size=_ROWS)
        if self._extra:
            # The columns differ in length, which a table refuses: each is a list of one row.
            lists = {name: pa.array([0, len(array)], pa.int64()) for name, array in self._extra.items()}
            arrays = [pa.LargeListArray.from_arrays(lists[name], array) for name, array in self._extra.items()]
            extra = pa.table(arrays, names=list(self._extra))
            with files.open(_EXTRA) as file, pa.ipc.new_file(file, extra.schema) as writer:
                writer.write_table(extra)

    def _axis(self, target: dict[str, pa.Array], index: pd.Index[Any], place: str) -> dict[str, Any]:
        names = [encode(name, f"name of {place}") for name in index.names]
        if isinstance(index, pd.RangeIndex):
            return {"kind": "range", "range": [index.start, index.stop, index.step], "names": names}
        if target is self._extra and all(type(label) is str for label in index) and index.nlevels == 1:
            return {"kind": "text", "labels": list(index), "of": columns.describe(index, place), "names": names}
        levels = [index.get_level_values(i) for i in range(index.nlevels)]
        taken = [self._take(target, level, f"{place} level {i}", level.name) for i, level in enumerate(levels)]
        frequency = (
            getattr(index, "freqstr", None) if isinstance(index, (pd.DatetimeIndex, pd.TimedeltaIndex)) else None
        )
        kind = "levels" if isinstance(index, pd.MultiIndex) else "level"
        return {"kind": kind, "levels": taken, "names": names, "frequency": frequency}

    def _take(
        self, target: dict[str, pa.Array], values: pd.Series[Any] | pd.Index[Any], place: str, label: object
    ) -> dict[str, Any]:
        description = columns.describe(values, place)
        array = columns.to_arrow(values, description, place)
        name = self._name(label, target)
        if description["kind"] == "category":
            categories = self._name(f"{name} categories", self._extra)
            self._extra[categories] = array.dictionary
            description["categories"] = categories
        target[name] = array if target is self._data else columns.flat(array)
        return {"column": name, "of": description}

    @staticmethod
    def _name(label: object, target: Mapping[str, Any]) -> str:
        base = "index" if label is None else str(label)
        candidates = (base if number == 0 else f"{base} ({number})" for number in itertools.count())
        return next(name for name in candidates if name not in target)


class _Reader:
    """Gives back what a :class:`_Writer` took."""

    def __init__(self, files: FilesReader) -> None:
        self._data = pq.read_table(files.path(_FILE), memory_map=True)
        self._extra = pa.table({})
        if _EXTRA in files.names():
            with pa.memory_map(str(files.path(_EXTRA))) as source, pa.ipc.open_file(source) as reader:
                self._extra = reader.read_all()

    def column(self, taken: Mapping[str, Any]) -> Any:
        """Return the values of a column of the data."""
        return self._values(self._data.column(taken["column"]), taken["of"])

    def index(self, axis: Mapping[str, Any]) -> pd.Index[Any]:
        """Return the row labels."""
        return self._axis(axis, self.column)

    def labels(self, axis: Mapping[str, Any]) -> pd.Index[Any]:
        """Return the column labels."""
        if axis["kind"] != "text":
            return self._axis(axis, lambda taken: self._values(self._list(taken["column"]), taken["of"]))
        values = columns.restore(pa.chunked_array([pa.array(axis["labels"], pa.string())]), axis["of"], None)
        return pd.Index(values, dtype=values.dtype, name=decode(axis["names"][0]))

    def _axis(self, axis: Mapping[str, Any], read: Callable[[Mapping[str, Any]], Any]) -> pd.Index[Any]:
        names = [decode(name) for name in axis["names"]]
        if axis["kind"] == "range":
            start, stop, step = axis["range"]
            return pd.RangeIndex(start, stop, step, name=names[0])
        levels = [read(taken) for taken in axis["levels"]]
        if axis["kind"] == "levels":
            return pd.MultiIndex.from_arrays(levels, names=names)
        index = pd.Index(levels[0], dtype=levels[0].dtype, name=names[0])
        if axis["frequency"] is not None:
            index.freq = axis["frequency"]  # type: ignore[attr-defined]
        return index

    def _values(self, column: pa.ChunkedArray, description: Mapping[str, Any]) -> Any:
        categories = None
        if description["kind"] == "category":
            values = columns.restore(self._list(description["categories"]), description["of"], None)
            categories = pd.Index(values, dtype=values.dtype)
        return columns.restore(column, description, categories)

    def _list(self, name: str) -> pa.ChunkedArray:
        return pa.chunked_array([self._extra.column(name).combine_chunks().flatten()])
