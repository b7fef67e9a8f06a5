"""Datasets of Hugging Face, as the folder that the library itself saves."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airflow_artifacts.materializers.files import copy_all, within

if TYPE_CHECKING:
    from collections.abc import Mapping

    from airflow_artifacts.materializers.base import FilesReader, FilesWriter

__all__ = ["DatasetMaterializer"]


class DatasetMaterializer:
    """Writes a dataset, or a dict of splits: its Arrow files and what the library knows of them."""

    def save(self, value: Any, files: FilesWriter) -> Mapping[str, Any]:
        """Write a dataset."""
        with tempfile.TemporaryDirectory(prefix="airflow-artifacts-dataset-") as name:
            folder = Path(name)
            value.save_to_disk(name)
            for path in sorted(folder.rglob("*")):
                if path.is_file():
                    files.add(path.relative_to(folder).as_posix(), path)
        return {"format": 1}

    def load(self, files: FilesReader) -> Any:
        """Read a dataset; it stays in its files, which are this client's own copy.

        Raises:
            StoreError: It names files outside of its folder.
        """
        import datasets  # noqa: PLC0415 - only its datasets need it

        folder = files.folder()
        copy_all(files, folder)
        for state in folder.rglob("state.json"):
            for one in json.loads(state.read_bytes())["_data_files"]:
                within(one["filename"])
        return datasets.load_from_disk(str(folder))
