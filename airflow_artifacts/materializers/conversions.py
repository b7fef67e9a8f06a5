"""Handing a value over as another type, where nothing is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow_artifacts.exceptions import ConversionError, UnsupportedTypeError
from airflow_artifacts.materializers import type_name
from airflow_artifacts.registry import public_name

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["convert", "frame_of", "polars_of"]


def convert(value: Any, wanted: type) -> Any:
    """Return a value as another type.

    Args:
        value: The value, which is not changed.
        wanted: The type. One that the value is an instance of already gives the value itself.

    Raises:
        ConversionError: There is no exact conversion.
    """
    if isinstance(value, wanted):
        return value
    message = f"a {type_name(type(value))} cannot be handed over exactly as a {type_name(wanted)}"
    conversion = _conversion(type(value), wanted)
    if conversion is None:
        raise ConversionError(message)
    try:
        return conversion(value)
    except (UnsupportedTypeError, ConversionError, ValueError, OverflowError) as error:
        message = f"{message}: {error}"
        raise ConversionError(message) from error


def frame_of(table: Any) -> Any:
    """Return an Arrow table as a pandas frame, by its metadata where a frame became it."""
    import pandas as pd  # noqa: PLC0415 - imported when a table is wanted as a frame

    # Integers among which some are missing would become floats: those of their type become pandas' nullable ones.
    gaps = {column.type for column in table.columns if column.null_count}
    nullable = {type_: pd.api.types.pandas_dtype(_NULLABLE[str(type_)]) for type_ in gaps if str(type_) in _NULLABLE}
    return table.to_pandas(types_mapper=nullable.get)


def polars_of(table: Any) -> Any:
    """Return an Arrow table as a polars frame."""
    import polars as pl  # noqa: PLC0415 - imported when a table is wanted as one

    return pl.from_arrow(table)


_NULLABLE = {f"{sign.lower()}nt{bits}": f"{sign}nt{bits}" for sign in ("I", "UI") for bits in (8, 16, 32, 64)}


def _float(value: int) -> float:
    converted = float(value)
    if converted != value:
        message = f"the nearest float is {converted!r}"
        raise OverflowError(message)
    return converted


def _table(frame: Any) -> Any:
    import pyarrow as pa  # noqa: PLC0415 - imported when a frame is wanted as a table

    from airflow_artifacts.materializers import columns  # noqa: PLC0415 - imports pandas

    for i, label in enumerate(frame.columns):
        description = columns.describe(frame.iloc[:, i], f"column {label!r}")
        if description["kind"] in {"python", "arrays", "sparse", "complex"}:
            message = (
                f"column {label!r} holds what no column of Arrow does ({frame.dtypes.iloc[i]}, {description['kind']})"
            )
            raise ConversionError(message)
    return pa.Table.from_pandas(frame)


def _polars_frame(frame: Any) -> Any:
    import pandas as pd  # noqa: PLC0415 - imported when a frame is wanted as another
    import polars as pl  # noqa: PLC0415 - as above

    if not isinstance(frame.index, pd.RangeIndex) or frame.index.name is not None or not _counts(frame.index):
        message = "it has an index, and polars has none; call reset_index()"
        raise ConversionError(message)
    if (
        frame.columns.nlevels > 1
        or not all(type(label) is str for label in frame.columns)
        or frame.columns.has_duplicates
    ):
        message = "polars labels columns by different texts"
        raise ConversionError(message)
    return pl.from_arrow(_table(frame).replace_schema_metadata(None))


def _counts(index: Any) -> bool:
    return bool(index.start == 0 and index.step == 1)


def _series_array(series: Any) -> Any:
    import numpy as np  # noqa: PLC0415 - imported when an array is wanted

    dtype = getattr(series, "dtype", None)
    if not isinstance(dtype, np.dtype) or dtype.kind == "O":
        message = f"its dtype {dtype} is none of numpy's"
        raise ConversionError(message)
    return series.to_numpy()


def _frame_array(frame: Any) -> Any:
    import numpy as np  # noqa: PLC0415 - imported when an array is wanted

    kinds = set(frame.dtypes)
    if len(kinds) != 1 or not isinstance(next(iter(kinds)), np.dtype) or next(iter(kinds)).kind == "O":
        message = f"its columns have the dtypes {', '.join(sorted(map(str, kinds))) or 'of none'}, and an array has one"
        raise ConversionError(message)
    return frame.to_numpy()


def _arrow_array(column: Any) -> Any:
    if column.null_count:
        message = "it has missing values"
        raise ConversionError(message)
    found = column.to_numpy(zero_copy_only=False)
    if found.dtype.kind == "O":
        message = f"its type {column.type} is none of numpy's"
        raise ConversionError(message)
    return found


def _polars_array(series: Any) -> Any:
    return _arrow_array(series.to_arrow())


def _series_of_array(array: Any) -> Any:
    import pandas as pd  # noqa: PLC0415 - imported when a series is wanted

    if array.ndim != 1:
        message = f"it has {array.ndim} dimensions"
        raise ConversionError(message)
    return pd.Series(array)


def _all_of(stream: Any) -> Any:
    """Return all that a stream of tables gives as one table."""
    import pyarrow as pa  # noqa: PLC0415 - imported when a table is wanted

    if not hasattr(stream, "read_all"):
        given = list(stream)
        if not given or not isinstance(given[0], pa.RecordBatch):
            message = "it gives no record batches"
            raise ConversionError(message)
        return pa.Table.from_batches(given)
    return stream.read_all()


def _then(*steps: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def chain(value: Any) -> Any:
        for step in steps:
            value = step(value)
        return value

    return chain


def _conversion(have: type, wanted: type) -> Callable[[Any], Any] | None:
    """Return what turns values of one type into another's, by the nearest of the bases that has one."""
    target = _key(wanted)
    found = (_CONVERSIONS.get((_key(base), target)) for base in have.__mro__)
    return next((one for one in found if one is not None), None)


def _key(kind: type) -> tuple[str, str]:
    return public_name(kind).partition(".")[0], kind.__name__


_PANDAS, _SERIES = ("pandas", "DataFrame"), ("pandas", "Series")
_ARROW, _BATCH, _READER = ("pyarrow", "Table"), ("pyarrow", "RecordBatch"), ("pyarrow", "RecordBatchReader")
_DATASET = ("pyarrow", "Dataset")
_GENERATOR = ("generator", "generator")
_POLARS, _LAZY, _POLARS_SERIES = ("polars", "DataFrame"), ("polars", "LazyFrame"), ("polars", "Series")
_ARRAY = ("numpy", "ndarray")
_DASK, _SPARK = ("dask", "DataFrame"), ("pyspark", "DataFrame")


def _collected(lazy: Any) -> Any:
    return lazy.collect()


def _computed(frame: Any) -> Any:
    return frame.compute()


def _gathered(frame: Any) -> Any:
    return frame_of(frame.toArrow())


def _as_arrow(value: Any) -> Any:
    return value.to_arrow()


def _as_lazy(frame: Any) -> Any:
    return frame.lazy()


def _as_table(dataset: Any) -> Any:
    return dataset.to_table()


def _of_batch(batch: Any) -> Any:
    import pyarrow as pa  # noqa: PLC0415 - imported when a table is wanted

    return pa.Table.from_batches([batch])


# What becomes an Arrow table, and what a table becomes; two steps join them.
_TO_TABLE: Mapping[tuple[str, str], Callable[[Any], Any]] = {
    _PANDAS: _table,
    _POLARS: _as_arrow,
    _LAZY: _then(_collected, _as_arrow),
    _BATCH: _of_batch,
    _READER: _all_of,
    _GENERATOR: _all_of,
    _DATASET: _as_table,
}
_FROM_TABLE: Mapping[tuple[str, str], Callable[[Any], Any]] = {
    _PANDAS: frame_of,
    _POLARS: polars_of,
    _LAZY: _then(polars_of, _as_lazy),
}

# By the package and the name of each type: no library is imported for the sake of this table.
_CONVERSIONS: Mapping[tuple[tuple[str, str], tuple[str, str]], Callable[[Any], Any]] = {
    **{(source, _ARROW): step for source, step in _TO_TABLE.items()},
    **{(_ARROW, target): step for target, step in _FROM_TABLE.items()},
    **{
        (source, target): _then(first, second)
        for source, first in _TO_TABLE.items()
        for target, second in _FROM_TABLE.items()
        if source != target
    },
    (("int", "int"), ("float", "float")): _float,
    (_DASK, _PANDAS): _computed,
    (_SPARK, _PANDAS): _gathered,
    (_PANDAS, _POLARS): _polars_frame,
    (_PANDAS, _LAZY): _then(_polars_frame, _as_lazy),
    (_POLARS, _LAZY): _as_lazy,
    (_LAZY, _POLARS): _collected,
    (_PANDAS, _ARRAY): _frame_array,
    (_SERIES, _ARRAY): _series_array,
    (_POLARS_SERIES, _ARRAY): _polars_array,
    (_ARRAY, _SERIES): _series_of_array,
}
