"""Files and folders: how many, how large, and the beginning of one that people can read."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from airflow_artifacts.visualizers.model import Visualization, as_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

__all__ = ["PathDrawer"]

_IMAGES = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif"}
_TEXTS = {".md": "markdown", ".html": "html", ".csv": "csv", ".json": "json", ".txt": "text", ".log": "text"}
_IMAGE_BYTES = 40 << 10
_TEXT_BYTES = 4 << 10


class PathDrawer:
    """Describes and shows what a path names."""

    def describe(self, value: Path) -> Mapping[str, Any]:
        """Return how many files there are, and their bytes."""
        sizes = [one.stat().st_size for one in _files(value)]
        return {"files": len(sizes), "bytes": sum(sizes)}

    def visualize(self, value: Path, rows: int) -> Visualization | Iterable[Visualization]:
        """Return an image, the beginning of a text, or the names of a folder's files."""
        if value.is_dir():
            found = sorted(_files(value))
            cells = [[one.relative_to(value).as_posix(), one.stat().st_size] for one in found[:rows]]
            table = {"columns": ["file", "bytes"], "types": ["", ""], "rows": cells, "total_rows": len(found)}
            return Visualization("table", table)
        suffix = value.suffix.lower()
        if suffix in _IMAGES and value.stat().st_size <= _IMAGE_BYTES:
            data = {"media_type": _IMAGES[suffix], "base64": base64.b64encode(value.read_bytes()).decode()}
            return Visualization("image", data)
        if suffix not in _TEXTS:
            return ()
        with value.open("rb") as file:
            text = file.read(_TEXT_BYTES).decode("utf-8", "replace")
        kind: Any = _TEXTS[suffix] if value.stat().st_size <= _TEXT_BYTES else "text"
        return Visualization(kind, as_json(text))


def _files(path: Path) -> list[Path]:
    return [one for one in path.rglob("*") if one.is_file()] if path.is_dir() else [path]
