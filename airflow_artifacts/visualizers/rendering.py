"""Visualizations as HTML, for notebooks: nothing of a value runs, and whatever it holds is escaped."""

from __future__ import annotations

import base64
import html
import math
from typing import TYPE_CHECKING, Any

from airflow_artifacts.visualizers import png

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

__all__ = ["to_html"]

# From dark to light: they stay apart for those who see few colours, and in print.
_COLOURS = ((68, 1, 84), (59, 82, 139), (33, 145, 140), (94, 201, 98), (253, 231, 37))
_NOTHING = (128, 128, 128)
_BAR = "#3b528b"


def to_html(kind: str, data: Any, title: str | None) -> str:
    """Return a visualization as HTML.

    Args:
        kind: What it is; one that is not known is shown as text.
        data: What it consists of.
        title: Stands above it.
    """
    heading = "" if title is None else f"<h4>{_escaped(title)}</h4>"
    return heading + _RENDERERS.get(kind, _text)(data)


def _table(data: Mapping[str, Any]) -> str:
    types = data.get("types") or [""] * len(data["columns"])
    head = "".join(
        f'<th title="{_escaped(kind)}">{_escaped(label)}</th>'
        for label, kind in zip(data["columns"], types, strict=True)
    )
    body = "".join("<tr>" + "".join(f"<td>{_escaped(cell)}</td>" for cell in row) + "</tr>" for row in data["rows"])
    total = data.get("total_rows")
    rest = "" if total is None or total <= len(data["rows"]) else f"<p>{len(data['rows'])} of {total:,} rows</p>"
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{rest}"


def _image(data: Mapping[str, str]) -> str:
    return f'<img src="data:{_escaped(data["media_type"])};base64,{_escaped(data["base64"])}">'


def _heatmap(data: Mapping[str, Any]) -> str:
    rows: Sequence[Sequence[Any]] = data["values"]
    if not rows or not rows[0]:
        return _text("no values")
    low, high = _number(data["min"]), _number(data["max"])
    pixels = bytes(channel for row in rows for value in row for channel in _colour(value, low, high))
    encoded = base64.b64encode(png.encode(pixels, len(rows[0]), len(rows))).decode()
    style = "image-rendering:pixelated;width:20em;height:20em"
    legend = f"{_escaped(data['min'])} (dark) to {_escaped(data['max'])} (light)"
    return f'<img style="{style}" src="data:image/png;base64,{encoded}"><p>{legend}</p>'


def _histogram(data: Mapping[str, Any]) -> str:
    edges = data["edges"]
    pairs = zip(edges[:-1], edges[1:], data["counts"], strict=False)
    return _rows([(f"{_rounded(low)} to {_rounded(high)}", count) for low, high, count in pairs], "")


def _bars(data: Mapping[str, Any]) -> str:
    unit = data.get("unit")
    return _rows(list(zip(data["labels"], data["values"], strict=False)), "" if unit is None else f" {unit}")


def _properties(data: Mapping[str, Any]) -> str:
    rows = (f"<tr><th>{_escaped(name)}</th><td>{_escaped(value)}</td></tr>" for name, value in data.items())
    return f"<table><tbody>{''.join(rows)}</tbody></table>"


def _rows(pairs: Sequence[tuple[Any, Any]], unit: str) -> str:
    longest = max((abs(_number(value)) for _, value in pairs), default=0.0) or 1.0
    lines = []
    for label, value in pairs:
        width = 16 * abs(_number(value)) / longest
        bar = f'<div style="background:{_BAR};height:0.8em;width:{width:.2f}em"></div>'
        lines.append(f"<tr><th>{_escaped(label)}</th><td>{bar}</td><td>{_escaped(value)}{_escaped(unit)}</td></tr>")
    return f"<table><tbody>{''.join(lines)}</tbody></table>"


def _page(data: str) -> str:
    # Without any permission of a sandbox: no script, no form, no navigation.
    return f'<iframe sandbox srcdoc="{_escaped(data)}" style="width:100%;height:24em;border:0"></iframe>'


def _text(data: object) -> str:
    return f"<pre>{_escaped(data)}</pre>"


def _colour(value: Any, low: float, high: float) -> tuple[int, ...]:
    """Return red, green and blue for a number between two others."""
    if not isinstance(value, (int, float)):
        return _NOTHING
    place = (len(_COLOURS) - 1) * min(1.0, max(0.0, _share(_number(value), low, high)))
    index = min(int(place), len(_COLOURS) - 2)
    pairs = zip(_COLOURS[index], _COLOURS[index + 1], strict=True)
    return tuple(round(left + (right - left) * (place - index)) for left, right in pairs)


def _share(value: float, low: float, high: float) -> float:
    # Halves, as the difference of two numbers may be too large for one.
    return (value / 2 - low / 2) / (high / 2 - low / 2) if high > low else 0.5


def _number(value: Any) -> float:
    """Return a value as a number; 0 where it is none."""
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return 0.0
    return number if math.isfinite(number) else 0.0


def _rounded(value: Any) -> str:
    return f"{value:,.6g}" if isinstance(value, float) else str(value)


def _escaped(value: object) -> str:
    return html.escape("" if value is None else str(value))


_RENDERERS: Mapping[str, Callable[[Any], str]] = {
    "table": _table,
    "image": _image,
    "heatmap": _heatmap,
    "histogram": _histogram,
    "bars": _bars,
    "properties": _properties,
    "html": _page,
}
