"""Figures of matplotlib as pictures, and as themselves where pickle is allowed: they have no other form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import matplotlib as mpl

from airflow_artifacts.exceptions import UnsupportedTypeError
from airflow_artifacts.materializers.pickle import PickleMaterializer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from airflow_artifacts.materializers.base import FilesReader, FilesWriter

__all__ = ["FigureMaterializer"]

_PICKLE = "value.pickle"


class FigureMaterializer:
    """Writes ``figure.png`` and ``figure.svg``, and ``value.pickle`` where that is allowed."""

    def save(self, value: Any, files: FilesWriter) -> Mapping[str, Any]:
        """Write a figure."""
        details = PickleMaterializer().save(value, files) if files.allow_pickle else {"format": 1}
        # Without the names that matplotlib draws by chance, and without dates.
        with mpl.rc_context({"svg.hashsalt": "airflow_artifacts"}):
            for form, metadata in (("png", {"Software": None}), ("svg", {"Date": None})):
                with files.open(f"figure.{form}") as file:
                    value.savefig(file, format=form, metadata=metadata)
        return details

    def load(self, files: FilesReader) -> Any:
        """Read a figure.

        Raises:
            UnsupportedTypeError: It was stored as pictures only, or pickle is not allowed here.
        """
        if _PICKLE not in files.names():
            message = (
                "the figure was stored as pictures, as pickle was not allowed; load it as pathlib.Path, or open its "
                "'figure.png' with client.open(…)"
            )
            raise UnsupportedTypeError(message)
        return PickleMaterializer().load(files)
