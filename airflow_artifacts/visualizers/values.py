"""Python's own values: a number or text itself, and the first entries of what holds many."""

from __future__ import annotations

import dataclasses
import itertools
from typing import TYPE_CHECKING, Any

from airflow_artifacts.visualizers import charts, documents
from airflow_artifacts.visualizers.model import Visualization, as_json, short

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["ContainerDrawer", "NothingDrawer", "TextDrawer", "ValueDrawer"]

_DEEP = 4
_TEXT = 1 << 13
# Lines that are so short are shown more of, for each row of a table.
_FIELDS = 5


class ValueDrawer:
    """Shows any value as what it says of itself, and one that consists of fields by these."""

    def describe(self, value: Any) -> Mapping[str, Any]:
        """Return a number, a truth value or None itself."""
        return {"value": as_json(value)} if isinstance(value, (bool, int, float)) else {}

    def visualize(self, value: Any, rows: int) -> Visualization:
        """Return its fields, or its text."""
        fields = {name: _field(getattr(value, name, None), rows) for name in _fields(type(value))}
        if fields:
            return charts.properties(fields, type(value).__name__, most=_FIELDS * rows)
        return Visualization("text", shown(value, rows))


class ContainerDrawer:
    """Describes and shows texts, lists, dicts and sets."""

    def describe(self, value: Any) -> Mapping[str, Any]:
        """Return how much it holds."""
        return {"length": len(value)}

    def visualize(self, value: Any, rows: int) -> Visualization:
        """Return the first entries, or the beginning of a text.

        A dict of numbers of one magnitude is bars, another one of single values properties, one of arrays and a list of
        rows a table; what else is JSON is that, and the rest is as Python writes it.
        """
        flat = documents.flat(value)
        if flat and documents.are_comparable(flat):
            return charts.bars(flat)
        if flat:
            return charts.properties(flat, most=_FIELDS * rows)
        if table := documents.arrays(value, rows) or documents.records(value, rows):
            return Visualization("table", table)
        text = documents.excerpt(value, rows)
        return Visualization("text", shown(value, rows)) if text is None else Visualization("json", text)


class TextDrawer:
    """Shows texts that say what they are: HTML, Markdown, CSV, JSON."""

    def describe(self, value: Any) -> Mapping[str, Any]:
        """Return how long it is."""
        return {"length": len(value)}

    def visualize(self, value: Any, rows: int) -> Visualization:
        """Return the text; of a CSV so many lines."""
        kind: Any = type(value).__name__.lower()
        text = str(value)
        if kind == "csv":
            text = "\n".join(text.splitlines()[: rows + 1])
        return Visualization(kind, text)


class NothingDrawer:
    """Leaves alone what can be looked at only once."""

    def describe(self, value: Any) -> Mapping[str, Any]:  # noqa: ARG002 - as every describer
        """Return nothing."""
        return {}

    def visualize(self, value: Any, rows: int) -> Iterable[Visualization]:  # noqa: ARG002 - as every visualizer
        """Return nothing."""
        return ()


def shown(value: Any, entries: int, depth: int = 0) -> str:
    """Return the beginning of a value, as Python would write it."""
    if isinstance(value, str) and not depth:
        return f"{as_json(value[:_TEXT])}{'…' if len(value) > _TEXT else ''}"
    if isinstance(value, bytes):
        return short(value[:_TEXT])
    if type(value) not in (list, tuple, dict, set, frozenset) or depth >= _DEEP:
        return short(_repr(value))
    if isinstance(value, dict):
        pairs = itertools.islice(value.items(), entries)
        parts = [f"{short(_repr(key))}: {shown(one, entries, depth + 1)}" for key, one in pairs]
        opening, closing = "{", "}"
    else:
        parts = [shown(one, entries, depth + 1) for one in itertools.islice(value, entries)]
        opening, closing = "[]" if isinstance(value, list) else "()" if isinstance(value, tuple) else "{}"
    if len(value) > entries:
        parts.append(f"… {len(value) - entries:,} more")
    text = opening + ", ".join(parts) + closing
    return text if depth or len(text) <= _TEXT else f"{text[:_TEXT]}…"


def _fields(kind: type) -> list[str]:
    """Return the names of what a value of a dataclass, of pydantic or of attrs consists of."""
    if dataclasses.is_dataclass(kind):
        return [one.name for one in dataclasses.fields(kind)]
    if isinstance(named := getattr(kind, "model_fields", None), dict):
        return list(named)
    return [one.name for one in getattr(kind, "__attrs_attrs__", ())]


def _field(value: Any, entries: int) -> Any:
    return value if isinstance(value, (bool, int, float, str, type(None))) else shown(value, entries, 1)


def _repr(value: Any) -> str:
    try:
        return repr(value)
    except Exception as error:  # noqa: BLE001 - a value's own code may raise anything
        return f"<{type(value).__name__}: {type(error).__name__}>"
