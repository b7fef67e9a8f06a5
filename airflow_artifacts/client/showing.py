"""A version as a notebook shows it: what it is, and the preview of its value."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from rich.filesize import decimal

if TYPE_CHECKING:
    from airflow_artifacts.model import ArtifactVersion
    from airflow_artifacts.visualizers import Preview

__all__ = ["Shown"]


@dataclasses.dataclass(frozen=True, slots=True)
class Shown:
    """A version with its preview."""

    version: ArtifactVersion
    preview: Preview

    def __str__(self) -> str:
        return f"{self.version} · {self.version.type} · {decimal(self.version.size)}"

    def _repr_html_(self) -> str:
        """Return it as HTML, in which nothing of the value runs."""
        return self.version._repr_html_() + self.preview._repr_html_()
