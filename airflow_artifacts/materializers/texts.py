"""Texts that say what they are, as files that open as such."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow_artifacts.texts import CSV, HTML, JSON, Markdown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from airflow_artifacts.materializers.base import FilesReader, FilesWriter

__all__ = ["TextMaterializer"]

_SUFFIXES: Mapping[type[str], str] = {HTML: "html", Markdown: "md", CSV: "csv", JSON: "json"}


class TextMaterializer:
    """Writes ``value.html``, ``value.md``, ``value.csv`` or ``value.json``."""

    def save(self, value: str, files: FilesWriter) -> Mapping[str, Any]:
        """Write a text."""
        with files.open(f"value.{_SUFFIXES[type(value)]}") as file:
            file.write(value.encode("utf-8", "surrogatepass"))
        return {"format": 1}

    def load(self, files: FilesReader) -> str:
        """Read a text as what it was."""
        name = files.names()[0]
        kind = next(kind for kind, suffix in _SUFFIXES.items() if name == f"value.{suffix}")
        return kind(files.read(name).decode("utf-8", "surrogatepass"))
