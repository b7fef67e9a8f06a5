"""Handing a value over as another type, where nothing is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow_artifacts.exceptions import ConversionError
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
    pair = public_name(type(value)).partition(".")[0], public_name(wanted).partition(".")[0]
    names = type(value).__name__, wanted.__name__
    conversion = _CONVERSIONS.get((pair[0], names[0], pair[1], names[1]))
    converted = None if conversion is None else conversion(value)
    if converted is None:
        message = f"a {public_name(type(value))} cannot be handed over exactly as a {public_name(wanted)}"
        raise ConversionError(message)
    return converted


def _float(value: int) -> float | None:
    try:
        converted = float(value)
    except OverflowError:
        return None
    return converted if converted == value else None


def _frame(table: Any) -> Any:
    return table.to_pandas()


def _table(frame: Any) -> Any:
    import pyarrow as pa  # noqa: PLC0415 - imported when a frame is wanted as a table

    try:
        return pa.Table.from_pandas(frame)
    except (pa.ArrowException, TypeError, ValueError):
        return None


# By the package and the name of each type: no library is imported for the sake of this table.
_CONVERSIONS: Mapping[tuple[str, str, str, str], Callable[[Any], Any]] = {
    ("int", "int", "float", "float"): _float,
    ("pyarrow", "Table", "pandas", "DataFrame"): _frame,
    ("pandas", "DataFrame", "pyarrow", "Table"): _table,
}
