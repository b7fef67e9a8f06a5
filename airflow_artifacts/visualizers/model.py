"""What is shown of a value: plain JSON, which notebooks and pages render."""

from __future__ import annotations

import dataclasses
import html
import json
import math
from typing import TYPE_CHECKING, Any, ClassVar, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from typing_extensions import Self

__all__ = ["Preview", "Visualization", "as_json", "short"]

Kind = Literal["table", "image", "html", "markdown", "json", "csv", "text"]

_CELL = 200


@dataclasses.dataclass(frozen=True, slots=True)
class Visualization:
    """One picture, table or text.

    Attributes:
        kind: What it is.
        data: A table is ``{"columns": […], "types": […], "rows": [[…], …], "total_rows": n}``, an image
            ``{"media_type": "image/png", "base64": "…"}``, all else text.
        title: Stands above it.
    """

    kind: Kind
    data: Any
    title: str | None = None

    def _repr_html_(self) -> str:
        """Return it as HTML, in which nothing of the value runs."""
        title = "" if self.title is None else f"<h4>{_escaped(self.title)}</h4>"
        render: Callable[[Any], str] = _RENDERERS.get(self.kind, _text)
        return title + render(self.data)


@dataclasses.dataclass(frozen=True, slots=True)
class Preview:
    """All that is shown of a value."""

    LIMIT: ClassVar[int] = 1 << 16
    """Bytes of its JSON: it lies in the lineage database."""

    visualizations: tuple[Visualization, ...] = ()

    def to_json(self) -> str:
        """Return it as text."""
        shown = [{"kind": one.kind, "title": one.title, "data": as_json(one.data)} for one in self.visualizations]
        return json.dumps({"version": 1, "visualizations": shown}, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str | None) -> Self:
        """Read what :meth:`to_json` wrote; None is nothing."""
        if text is None:
            return cls()
        shown = json.loads(text)["visualizations"]
        return cls(tuple(Visualization(one["kind"], one["data"], one["title"]) for one in shown))

    def _repr_html_(self) -> str:
        """Return it as HTML, in which nothing of the value runs."""
        return "".join(one._repr_html_() for one in self.visualizations)


def as_json(value: Any) -> Any:  # noqa: PLR0911 - one for each type
    """Return a value as strict JSON: what JSON lacks becomes text, and no text holds what a database refuses."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return int(value) if abs(int(value)) < 1 << 1024 else hex(value)
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else str(float(value))
    if isinstance(value, str):
        return _clean(value)
    if isinstance(value, dict):
        return {_clean(str(key)): as_json(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [as_json(one) for one in value]
    return short(value)


def short(value: Any) -> str:
    """Return a value as text that fits a cell of a table."""
    try:
        text = value if isinstance(value, str) else str(value)
    except Exception as error:  # noqa: BLE001 - a value's own code may raise anything
        text = f"<{type(value).__name__}: {type(error).__name__}>"
    return _clean(text if len(text) <= _CELL else f"{text[: _CELL - 1]}…")


def _clean(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode().replace("\0", "\\x00")


def _escaped(value: object) -> str:
    return html.escape("" if value is None else str(value))


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


def _page(data: str) -> str:
    # Without any permission of a sandbox: no script, no form, no navigation.
    return f'<iframe sandbox srcdoc="{_escaped(data)}" style="width:100%;height:24em;border:0"></iframe>'


def _text(data: object) -> str:
    return f"<pre>{_escaped(data)}</pre>"


_RENDERERS: Mapping[str, Callable[[Any], str]] = {"table": _table, "image": _image, "html": _page}
