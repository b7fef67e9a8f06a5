"""What is shown of a value: plain JSON, which notebooks and pages render."""

from __future__ import annotations

import dataclasses
import json
import math
from typing import TYPE_CHECKING, Any, ClassVar, Literal, get_args

from airflow_artifacts.visualizers import rendering

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from typing_extensions import Self

__all__ = ["Preview", "Visualization", "as_json", "short"]

Kind = Literal[
    "table",
    "image",
    "heatmap",
    "histogram",
    "bars",
    "properties",
    "html",
    "markdown",
    "json",
    "csv",
    "text",
]

# What a page reads of each kind that is no text.
_KEYS: Mapping[str, tuple[str, ...]] = {
    "table": ("columns", "rows"),
    "image": ("media_type", "base64"),
    "heatmap": ("shape", "values", "min", "max"),
    "histogram": ("edges", "counts"),
    "bars": ("labels", "values"),
    "properties": (),
}
_CELL = 200
# What numpy calls truth values, integers and floats.
_NUMBERS: Mapping[str, type] = {"b": bool, "i": int, "u": int, "f": float}
# Elements of an array that would fit.
_MOST = 1 << 15
# Fewer characters of a text than these say nothing.
_WORTHWHILE = 200


@dataclasses.dataclass(frozen=True, slots=True)
class Visualization:
    """One picture, table, chart or text.

    Attributes:
        kind: What it is.
        data: What it consists of. A table is ``{"columns": […], "types": […], "rows": [[…], …], "total_rows": n}``,
            an image ``{"media_type": "image/png", "base64": "…"}``, a heatmap ``{"shape": [rows, columns], "values":
            [[number or None, …], …], "min": n, "max": n}``, a histogram ``{"edges": […], "counts": […]}`` with one edge
            more than counts, bars ``{"labels": […], "values": […], "unit": text or None}``, properties ``{name: value,
            …}``; all else is text. :mod:`airflow_artifacts.visualizers.charts` makes these of arrays and mappings.
        title: Stands above it.
    """

    kind: Kind
    data: Any
    title: str | None = None

    def _repr_html_(self) -> str:
        """Return it as HTML, in which nothing of the value runs."""
        return rendering.to_html(self.kind, self.data, self.title)

    def check(self) -> None:
        """See that pages can show it.

        Raises:
            ValueError: No page knows its kind, or its data lacks what a page reads of that kind.
        """
        _check(self.kind, self.data)

    def as_json(self) -> dict[str, Any]:
        """Return it as strict JSON."""
        title = None if self.title is None else short(self.title)
        return {"kind": self.kind, "title": title, "data": as_json(self.data)}

    def shortened(self, size: int) -> Visualization:
        """Return as much of a text as fits so many bytes, and of all else the words that it was too large."""
        if self.kind in {"text", "markdown", "csv", "json"} and isinstance(self.data, str) and size > _WORTHWHILE:
            kind: Kind = "text" if self.kind == "json" else self.kind
            return Visualization(kind, _fitting(self.data, size), self.title)
        return Visualization("text", f"too large to be shown ({self.kind}, {self.size:,} bytes)", self.title)

    @property
    def size(self) -> int:
        """Bytes of its JSON; of a text that cannot fit fewer, as it is not written."""
        if isinstance(self.data, str) and len(self.data) > Preview.LIMIT:
            return len(self.data)
        return len(_dumps(self.as_json()).encode())


@dataclasses.dataclass(frozen=True, slots=True)
class Preview:
    """All that is shown of a value."""

    LIMIT: ClassVar[int] = 1 << 16
    """Bytes of its JSON: it lies in the lineage database."""

    visualizations: tuple[Visualization, ...] = ()

    def to_json(self) -> str:
        """Return it as text."""
        return _dumps({"version": 1, "visualizations": [one.as_json() for one in self.visualizations]})

    @classmethod
    def from_json(cls, text: str | None) -> Self:
        """Read what :meth:`to_json` wrote; None is nothing.

        Raises:
            ValueError: It is something else.
        """
        if text is None:
            return cls()
        try:
            found = [(one["kind"], one["data"], one["title"]) for one in json.loads(text)["visualizations"]]
        except (LookupError, TypeError) as error:
            message = f"the preview lacks what one consists of: {error!r}"
            raise ValueError(message) from None
        if not all(isinstance(kind, str) and isinstance(title, (str, type(None))) for kind, _, title in found):
            message = "a visualization's kind and title are texts"
            raise ValueError(message)
        return cls(tuple(Visualization(*one) for one in found))

    @classmethod
    def fitting(cls, visualizations: Iterable[Visualization]) -> Self:
        """Return those, the first ones first, of which each that does not fit the rest of the limit is shortened."""
        kept: list[Visualization] = []
        for one in visualizations:
            free = cls.LIMIT - cls(tuple(kept)).size
            chosen = one if one.size < free else one.shortened(free - _MARGIN)
            if chosen.size < free:
                kept.append(chosen)
        return cls(tuple(kept))

    @property
    def size(self) -> int:
        """Bytes of its JSON."""
        return len(_EMPTY) + sum(one.size + len(",") for one in self.visualizations)

    def _repr_html_(self) -> str:
        """Return it as HTML, in which nothing of the value runs."""
        return "".join(one._repr_html_() for one in self.visualizations)


_EMPTY = '{"version":1,"visualizations":[]}'
# For a title, and the JSON around a text.
_MARGIN = 1 << 10


def as_json(value: Any) -> Any:  # noqa: PLR0911 - one for each type
    """Return a value as strict JSON: what JSON lacks becomes text, and no text holds what a database refuses."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return int(value) if abs(int(value)) < 1 << 1024 else short(hex(value))
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else str(float(value))
    if isinstance(value, str):
        return _clean(value)
    if isinstance(value, dict):
        return {_clean(str(key)): as_json(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [as_json(one) for one in value]
    if type(value).__module__ == "numpy" and getattr(value, "size", _MOST + 1) <= _MOST:
        return _of_numpy(value)
    return short(value)


def _of_numpy(value: Any) -> Any:
    """Return a number or a small array of numpy as strict JSON; neither imports it."""
    if value.shape:
        return [as_json(one) for one in value]
    convert = _NUMBERS.get(value.dtype.kind)
    return short(value) if convert is None else as_json(convert(value))


def short(value: Any) -> str:
    """Return a value as text that fits a cell of a table."""
    try:
        text = value if isinstance(value, str) else str(value[:_CELL] if isinstance(value, bytes) else value)
    except Exception as error:  # noqa: BLE001 - a value's own code may raise anything
        text = f"<{type(value).__name__}: {type(error).__name__}>"
    return _clean(text if len(text) <= _CELL else f"{text[: _CELL - 1]}…")


def _check(kind: str, data: Any) -> None:
    if kind not in get_args(Kind):
        message = f"a visualization of the kind {kind!r} is not known; the kinds are {', '.join(get_args(Kind))}"
        raise ValueError(message)
    if kind not in _KEYS:
        if not isinstance(data, str):
            message = f"the data of a visualization of the kind {kind!r} is text, and a {type(data).__name__} was given"
            raise ValueError(message)
        return
    missing = [key for key in _KEYS[kind] if not isinstance(data, dict) or key not in data]
    if missing or not isinstance(data, dict):
        message = f"the data of a visualization of the kind {kind!r} is a dict with {', '.join(_KEYS[kind]) or 'names'}"
        raise ValueError(message)


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _fitting(text: str, size: int) -> str:
    """Return the beginning of a text whose JSON takes at most so many bytes."""
    length = min(len(text), size)
    while len(_dumps(as_json(text[:length])).encode()) > size:
        length = length * 3 // 4
    return f"{text[:length]}…"


def _clean(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode().replace("\0", "\\x00")
