"""Tables: their schema, the statistics of their columns, and their first rows."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from airflow_artifacts.visualizers import statistics
from airflow_artifacts.visualizers.model import Visualization, as_json, short

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

__all__ = ["ArrowDrawer", "DatasetDrawer", "LazyDrawer", "PandasDrawer", "PolarsDrawer"]

_log = logging.getLogger(__name__)

# Of a wider table only so many columns are described, and fewer shown.
_DESCRIBED = 500
_SHOWN = 60


class PandasDrawer:
    """Describes and shows frames, series and indexes of pandas."""

    def describe(self, value: Any) -> Mapping[str, Any]:
        """Return the schema and the statistics of the columns."""
        frame = _frame(value)
        parts = statistics.slices(len(frame))

        def column(number: int) -> pa.ChunkedArray:
            series = frame.iloc[:, number]
            chosen = [series] if parts is None else [series.iloc[part] for part in parts]
            try:
                return pa.chunked_array([_chunk(one) for one in chosen])
            except (pa.ArrowException, TypeError):
                # Of objects of several types, and of what Arrow has no type for: which are missing.
                return pa.chunked_array([_gaps(one.isna()) for one in chosen])

        schema = [(label, str(dtype)) for label, dtype in zip(frame.columns, frame.dtypes, strict=True)]
        return _description(schema, len(frame), column, sampled=parts is not None)

    def visualize(self, value: Any, rows: int) -> Visualization:
        """Return the first rows, with the index where it says something."""
        import pandas as pd  # noqa: PLC0415 - its value is here

        frame = _frame(value)
        head = frame.iloc[:rows, :_SHOWN]
        labels = [short(label) for label in head.columns]
        types = [str(dtype) for dtype in head.dtypes]
        columns = [list(head.iloc[:, number]) for number in range(head.shape[1])]
        if not isinstance(frame.index, pd.RangeIndex) and not isinstance(value, pd.Index):
            labels.insert(0, short(" / ".join("" if name is None else str(name) for name in frame.index.names)))
            types.insert(0, "index")
            columns.insert(0, list(head.index))
        return _table(labels, types, columns, len(frame))


class ArrowDrawer:
    """Describes and shows tables and batches of Arrow."""

    def describe(self, value: Any) -> Mapping[str, Any]:
        """Return the schema and the statistics of the columns."""
        table = value if isinstance(value, pa.Table) else pa.Table.from_batches([value])
        parts = statistics.slices(table.num_rows)

        def column(number: int) -> pa.ChunkedArray:
            whole = table.column(number)
            if parts is None:
                return whole
            chunks = [chunk for part in parts for chunk in whole.slice(part.start, part.stop - part.start).chunks]
            return pa.chunked_array(chunks, whole.type)

        schema = [(field.name, str(field.type)) for field in table.schema]
        return _description(schema, table.num_rows, column, sampled=parts is not None)

    def visualize(self, value: Any, rows: int) -> Visualization:
        """Return the first rows."""
        head = value.slice(0, rows)
        columns = [head.column(number).to_pylist() for number in range(min(head.num_columns, _SHOWN))]
        fields = list(head.schema)[:_SHOWN]
        return _table([short(one.name) for one in fields], [str(one.type) for one in fields], columns, value.num_rows)


class PolarsDrawer:
    """Describes and shows frames and series of polars."""

    def describe(self, value: Any) -> Mapping[str, Any]:
        """Return the schema and the statistics of the columns."""
        frame = value if hasattr(value, "columns") else value.to_frame()
        parts = statistics.slices(frame.height)

        def column(number: int) -> pa.ChunkedArray:
            series = frame.to_series(number)
            chosen = [series] if parts is None else [series.slice(one.start, one.stop - one.start) for one in parts]
            try:
                # Python's objects would be addresses.
                known = str(series.dtype) != "Object"
                return pa.chunked_array([one.to_arrow() if known else _gaps(one.is_null()) for one in chosen])
            except pa.ArrowException:
                return pa.chunked_array([_gaps(one.is_null()) for one in chosen])

        schema = [(label, str(dtype)) for label, dtype in frame.schema.items()]
        return _description(schema, frame.height, column, sampled=parts is not None)

    def visualize(self, value: Any, rows: int) -> Visualization:
        """Return the first rows."""
        frame = value if hasattr(value, "columns") else value.to_frame()
        head = frame.head(rows)
        shown = list(head.schema.items())[:_SHOWN]
        columns = [head.get_column(label).to_list() for label, _ in shown]
        return _table([short(label) for label, _ in shown], [str(dtype) for _, dtype in shown], columns, frame.height)


class LazyDrawer:
    """Describes lazy frames of polars by their schema, without running their queries."""

    def describe(self, value: Any) -> Mapping[str, Any]:
        """Return the schema."""
        return _schema([(label, str(dtype)) for label, dtype in value.collect_schema().items()])

    def visualize(self, value: Any, rows: int) -> Iterable[Visualization]:  # noqa: ARG002 - as every visualizer
        """Return nothing: rows would need the query."""
        return ()


class DatasetDrawer:
    """Describes datasets of Arrow by their schema, without reading them."""

    def describe(self, value: Any) -> Mapping[str, Any]:
        """Return the schema."""
        return _schema([(field.name, str(field.type)) for field in value.schema])

    def visualize(self, value: Any, rows: int) -> Visualization:
        """Return the first rows."""
        return ArrowDrawer().visualize(value.head(rows), rows)


def _frame(value: Any) -> Any:
    import pandas as pd  # noqa: PLC0415 - its value is here

    if isinstance(value, pd.Index):
        return value.to_frame(index=False)
    return value.to_frame() if isinstance(value, pd.Series) else value


def _chunk(series: Any) -> Any:
    array: Any = pa.array(
        series.array if not hasattr(series.array, "to_dense") else series.array.to_dense(), from_pandas=True
    )
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array


def _gaps(missing: Iterable[bool]) -> Any:
    """Return a column of which only the missing values are known."""
    return pa.array([None if gone else [] for gone in missing], pa.list_(pa.null()))


def _schema(schema: Sequence[tuple[Any, str]]) -> dict[str, Any]:
    described = {"columns": len(schema), "schema": [[short(label), kind] for label, kind in schema[:_DESCRIBED]]}
    return {**described, "columns_left_out": len(schema) - _DESCRIBED} if len(schema) > _DESCRIBED else described


def _description(
    schema: Sequence[tuple[Any, str]], rows: int, column: Callable[[int], pa.ChunkedArray], *, sampled: bool
) -> dict[str, Any]:
    columns = []
    for number, (label, _) in enumerate(schema[:_DESCRIBED]):
        found: dict[str, Any] = {}
        try:
            found, faults = statistics.of_column(column(number))
        except Exception as error:  # noqa: BLE001 - a statistic is never a reason to fail
            faults = [f"{type(error).__name__}: {error}"]
        for fault in faults:
            _log.info("no statistics of column %r: %s", label, fault)
        columns.append([short(label), found])
    described = {"rows": rows, **_schema(schema), "statistics": columns}
    return {**described, "sampled": statistics.SAMPLED} if sampled else described


def _table(labels: list[str], types: list[str], columns: list[list[Any]], rows: int) -> Visualization:
    cells = [[_cell(one) for one in column] for column in columns]
    return Visualization(
        "table",
        {
            "columns": labels,
            "types": types,
            "rows": [list(row) for row in zip(*cells, strict=True)],
            "total_rows": rows,
        },
    )


def _cell(value: Any) -> Any:
    if isinstance(value, np.generic):
        value = value.item()
    return as_json(value) if isinstance(value, (bool, int, float, type(None))) else short(value)
