"""Values that are documents: single values by name, and what JSON holds."""

from __future__ import annotations

import collections
import itertools
import json
from numbers import Real
from typing import Any

from airflow_artifacts.visualizers import charts
from airflow_artifacts.visualizers.model import as_json, short

__all__ = ["are_comparable", "arrays", "excerpt", "flat", "records"]

_DICTS = (dict, collections.OrderedDict, collections.Counter, collections.defaultdict)
# More names with a value each are a document rather than properties.
_FLAT = 200
_TEXT = 200
_COLUMNS = 60
# Bars a hundredth as long as the longest one cannot be seen.
_MAGNITUDES = 100
_LARGE = 1e300
# Values of a document that are shown, how deep, and how long a text.
_VALUES = 2_000
_DEEP = 12
_LONG = 1_000


class _NoJSON(Exception):  # noqa: N818 - no error
    """Something in a value is not JSON."""


def flat(value: Any) -> dict[str, Any] | None:
    """Return a dict of single values, such as metrics; None for all else."""
    if type(value) not in _DICTS or not 0 < len(value) <= _FLAT:
        return None
    singles = all(isinstance(name, str) and _is_single(one) for name, one in value.items())
    return dict(value) if singles else None


def are_comparable(values: dict[str, Any]) -> bool:
    """Whether all values are numbers whose bars say something beside each other."""
    if len(values) < 2 or not all(_is_number(one) for one in values.values()):  # noqa: PLR2004 - one is not beside another
        return False
    numbers = [charts.scalar(one) for one in values.values()]
    if not all(isinstance(one, (int, float)) and abs(one) < _LARGE for one in numbers):  # else text, as JSON lacks it
        return False
    sizes = [abs(one) for one in numbers if one]
    return bool(sizes) and max(sizes) < _MAGNITUDES * min(sizes)


def arrays(value: Any, entries: int) -> dict[str, Any] | None:
    """Return a table of what a dict holds, where these are arrays, tensors or tables; else None.

    Args:
        value: The value.
        entries: How many rows the table has.
    """
    if type(value) not in _DICTS or not value:
        return None
    first = dict(itertools.islice(value.items(), entries))
    if not all(isinstance(getattr(one, "shape", None), tuple) and len(one.shape) for one in first.values()):
        return None
    rows = [
        [
            short(name),
            type(one).__name__,
            short(getattr(one, "dtype", "")),
            " x ".join(f"{side:,}" for side in one.shape),
        ]
        for name, one in first.items()
    ]
    columns = ["name", "type", "dtype", "shape"]
    return {"columns": columns, "types": [""] * len(columns), "rows": rows, "total_rows": len(value)}


def records(value: Any, entries: int) -> dict[str, Any] | None:
    """Return a table of a list of dicts of single values, such as rows; else None.

    Args:
        value: The value.
        entries: How many rows the table has.
    """
    if type(value) is not list or len(value) < 2:  # noqa: PLR2004 - a table has rows
        return None
    first = [flat(one) for one in value[:entries]]
    columns = list(dict.fromkeys(name for one in first if one for name in one))
    if not all(first) or len(columns) > _COLUMNS:
        return None
    rows = [[charts.scalar(one.get(name)) for name in columns] for one in first if one]
    return {"columns": columns, "types": [""] * len(columns), "rows": rows, "total_rows": len(value)}


def excerpt(value: Any, entries: int) -> str | None:
    """Return the beginning of a list or dict as JSON, in which ``…`` stands for what is left out; else None.

    Args:
        value: The value.
        entries: How many of each list and dict.
    """
    if type(value) not in (list, *_DICTS):
        return None
    try:
        chosen = _Excerpt(entries).of(value, 0)
    except _NoJSON:
        return None
    return json.dumps(as_json(chosen), ensure_ascii=False, indent=1)


class _Excerpt:
    def __init__(self, entries: int) -> None:
        self._entries = entries
        self._left = _VALUES

    def of(self, value: Any, depth: int) -> Any:
        """Return so much of a value."""
        self._left -= 1
        if isinstance(value, str):
            return value if len(value) <= _LONG else f"{value[:_LONG]}…"
        if value is None or type(value) in (bool, int, float):
            return value
        if type(value) is list:
            return self._list(value, depth)
        if type(value) in _DICTS:
            return self._dict(value, depth)
        if _is_number(value):
            return charts.scalar(value)
        raise _NoJSON

    def _list(self, value: list[Any], depth: int) -> list[Any]:
        entries = self._room(depth)
        found = [self.of(one, depth + 1) for one in value[:entries]]
        return found if len(value) <= entries else [*found, f"… {len(value) - entries:,} more"]

    def _dict(self, value: dict[Any, Any], depth: int) -> dict[str, Any]:
        entries = self._room(depth)
        found = {}
        for name, one in itertools.islice(value.items(), entries):
            if not isinstance(name, str):
                raise _NoJSON
            found[name] = self.of(one, depth + 1)
        return found if len(value) <= entries else {**found, "…": f"{len(value) - entries:,} more"}

    def _room(self, depth: int) -> int:
        return 0 if depth >= _DEEP else max(0, min(self._entries, self._left))


def _is_single(value: Any) -> bool:
    is_short = type(value) is str and len(value) <= _TEXT
    return value is None or is_short or isinstance(value, (bool, int, float)) or _is_scalar(value)


def _is_number(value: Any) -> bool:
    """Whether a value is a number, of Python or of numpy; truth values are none."""
    is_own = isinstance(value, (int, float)) and not isinstance(value, bool)
    return is_own or (_is_scalar(value) and isinstance(value, Real))


def _is_scalar(value: Any) -> bool:
    """Whether a value is one of numpy's, found out without numpy."""
    return type(value).__module__ == "numpy" and getattr(value, "shape", None) == ()
