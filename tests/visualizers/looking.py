"""What the tests of previews share: a value's preview, checked to be what any of them must be."""

from __future__ import annotations

import json

from airflow_artifacts.visualizers import Preview, Visualization, draw

__all__ = ["kinds", "look"]


def look(value: object, rows: int = 20) -> list[Visualization]:
    """Return what is shown of a value: strict JSON within the limit, which a notebook can render."""
    drawn = draw(value, rows)
    assert drawn.preview is not None
    assert len(drawn.preview.encode()) <= Preview.LIMIT
    json.dumps(json.loads(drawn.preview, parse_constant=_refuse), allow_nan=False)
    json.dumps(drawn.metadata, allow_nan=False)
    preview = Preview.from_json(drawn.preview)
    assert "<script" not in preview._repr_html_()
    return list(preview.visualizations)


def kinds(value: object) -> list[str]:
    """Return the kinds of what is shown of a value."""
    return [one.kind for one in look(value)]


def _refuse(name: str) -> None:
    message = f"{name} is no JSON"
    raise ValueError(message)
