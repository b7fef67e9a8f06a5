"""Files and folders: how many, how large, and what people can read of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow_artifacts.visualizers import charts
from airflow_artifacts.visualizers.model import Visualization, as_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from airflow_artifacts.visualizers.model import Kind

__all__ = ["PathDrawer"]

_IMAGES = {".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg"}
_KINDS: Mapping[str, Kind] = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
    ".csv": "csv",
    ".json": "json",
}
_TEXTS = {".txt", ".log", ".tsv", ".jsonl", ".yaml", ".yml", ".toml", ".ini", ".xml", ".sql", ".py"}
_IMAGE_BYTES = 40 << 10
# An image of more pixels takes longer to open than a preview is worth.
_PIXELS = 50_000_000
# A page and a document are whole or nothing; of all else the beginning is enough.
_WHOLE_BYTES = 48 << 10
_TEXT_BYTES = 16 << 10


class PathDrawer:
    """Describes and shows what a path names."""

    def describe(self, value: Path) -> Mapping[str, Any]:
        """Return how many files there are, and their bytes."""
        sizes = [one.stat().st_size for one in _files(value)]
        return {"files": len(sizes), "bytes": sum(sizes)}

    def visualize(self, value: Path, rows: int) -> Visualization | Iterable[Visualization]:
        """Return an image, the beginning of a text, or the names of a folder's files."""
        suffix = value.suffix.lower()
        if value.is_dir():
            return _folder(value, rows)
        if suffix in _IMAGES:
            return _image(value)
        if suffix in _KINDS or suffix in _TEXTS:
            return _text(value, _KINDS.get(suffix, "text"), rows)
        return ()


def _folder(path: Path, rows: int) -> Visualization:
    found = sorted(_files(path))
    cells = [[one.relative_to(path).as_posix(), one.stat().st_size] for one in found[:rows]]
    return Visualization(
        "table", {"columns": ["file", "bytes"], "types": ["", "int"], "rows": cells, "total_rows": len(found)}
    )


def _image(path: Path) -> Visualization | Iterable[Visualization]:
    """Return an image as it is where it is small, else a smaller one where Pillow is installed."""
    if path.stat().st_size <= _IMAGE_BYTES:
        return charts.image(path.read_bytes(), path.name)
    try:
        from PIL import Image  # noqa: PLC0415 - not everybody has it
    except ImportError:
        return ()
    if path.suffix.lower() == ".svg":
        return ()
    from airflow_artifacts.visualizers import images  # noqa: PLC0415 - it needs Pillow

    with Image.open(path) as image:
        width, height = image.size
        return images.thumbnail(image, f"{path.name}, {width:,} x {height:,}") if width * height <= _PIXELS else ()


def _text(path: Path, kind: Kind, rows: int) -> Visualization:
    size = path.stat().st_size
    most = _WHOLE_BYTES if kind in {"html", "json"} else _TEXT_BYTES
    with path.open("rb") as file:
        text = as_json(file.read(most).decode("utf-8", "ignore" if size > most else "replace"))
    if kind == "csv":
        lines = text.splitlines(keepends=True)
        whole = lines if size <= most else lines[:-1]
        text = "".join(whole[: rows + 1]) or text
    if size <= most:
        return Visualization(kind, text, path.name)
    shown: Kind = "text" if kind in {"html", "json"} else kind
    return Visualization(shown, text, f"{path.name}: the beginning of {size:,} bytes")


def _files(path: Path) -> list[Path]:
    return [one for one in path.rglob("*") if one.is_file()] if path.is_dir() else [path]
