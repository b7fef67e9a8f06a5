"""Handing a value over as another type, where nothing is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow_artifacts.exceptions import ConversionError, UnsupportedTypeError
from airflow_artifacts.materializers import type_name
from airflow_artifacts.registry import public_name

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["convert"]


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
    pair = tuple((public_name(kind).partition(".")[0], kind.__name__) for kind in (type(value), wanted))
    message = f"a {type_name(type(value))} cannot be handed over exactly as a {type_name(wanted)}"
    conversion = _CONVERSIONS.get(pair)
    if conversion is None:
        raise ConversionError(message)
    try:
        return conversion(value)
    except (UnsupportedTypeError, ValueError, OverflowError) as error:
        message = f"{message}: {error}"
        raise ConversionError(message) from error


_NULLABLE = {f"{sign.lower()}nt{bits}": f"{sign}nt{bits}" for sign in ("I", "UI") for bits in (8, 16, 32, 64)}


def _float(value: int) -> float:
    converted = float(value)
    if converted != value:
        message = f"the nearest float is {converted!r}"
        raise OverflowError(message)
    return converted


def _frame(table: Any) -> Any:
    import pandas as pd  # noqa: PLC0415 - imported when a table is wanted as a frame

    # Integers among which some are missing would become floats: those of their type become pandas' nullable ones.
    gaps = {column.type for column in table.columns if column.null_count}
    nullable = {type_: pd.api.types.pandas_dtype(_NULLABLE[str(type_)]) for type_ in gaps if str(type_) in _NULLABLE}
    return table.to_pandas(types_mapper=nullable.get)


def _table(frame: Any) -> Any:
    import pyarrow as pa  # noqa: PLC0415 - imported when a frame is wanted as a table

    from airflow_artifacts.materializers import columns  # noqa: PLC0415 - imports pandas

    for i, label in enumerate(frame.columns):
        columns.describe(frame.iloc[:, i], f"column {label!r}")
    return pa.Table.from_pandas(frame)


# By the package and the name of each type: no library is imported for the sake of this table.
_CONVERSIONS: Mapping[tuple[tuple[str, str], ...], Callable[[Any], Any]] = {
    (("int", "int"), ("float", "float")): _float,
    (("pyarrow", "Table"), ("pandas", "DataFrame")): _frame,
    (("pandas", "DataFrame"), ("pyarrow", "Table")): _table,
}
