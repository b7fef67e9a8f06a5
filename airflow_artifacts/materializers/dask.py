"""Dask's frames: each worker writes and reads its partitions, and none passes through the task's process."""

from __future__ import annotations

import functools
import importlib
import json
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from airflow_artifacts.materializers import pandas
from airflow_artifacts.materializers.python import decode, dump, encode

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path
    from typing import BinaryIO

    from airflow_artifacts.materializers.base import FilesReader, FilesWriter, WorkerReader, WorkerWriter
    from airflow_artifacts.model import ManifestFile

__all__ = ["DataFrameMaterializer"]

# They export their names in a way that type checkers do not see.
dask: Any = importlib.import_module("dask")
dd: Any = importlib.import_module("dask.dataframe")

_DETAILS = "details.json"


class DataFrameMaterializer:
    """Writes a folder for each partition, as a pandas frame is written: ``part-00000/data.parquet`` and so on."""

    def save(self, value: Any, files: FilesWriter) -> Mapping[str, Any]:
        """Compute a frame and write its partitions, where they are computed.

        Raises:
            UnsupportedTypeError: A column of a partition cannot be restored exactly; the message names it.
        """
        workers = files.workers()
        partitions = value.to_delayed()
        tasks = [dask.delayed(_write)(part, _name(number), workers) for number, part in enumerate(partitions)]
        for written in dask.compute(*tasks):
            files.record(written)
        _save(value._meta, "meta", files)  # noqa: SLF001 - Dask's name for the frame without rows
        return {"format": 1, "partitions": len(partitions), "divisions": encode(list(value.divisions), "divisions")}

    def load(self, files: FilesReader) -> Any:
        """Return a frame whose partitions are read, and checked, where they are needed."""
        details = files.details
        return dd.from_map(
            functools.partial(_read, workers=files.workers()),
            [_name(number) for number in range(details["partitions"])],
            meta=_load("meta", files),
            divisions=tuple(decode(details["divisions"])),
        )

    def load_columns(self, files: FilesReader, labels: Sequence[Any]) -> Any:
        """Return some columns of a frame; only their bytes are fetched.

        Raises:
            ConversionError: There is no such column, or several have the label.
        """
        details = files.details
        return dd.from_map(
            functools.partial(_read, workers=files.workers(), labels=list(labels)),
            [_name(number) for number in range(details["partitions"])],
            meta=_load("meta", files, labels),
            divisions=tuple(decode(details["divisions"])),
        )


def _name(number: int) -> str:
    return f"part-{number:05}"


def _write(frame: Any, name: str, workers: WorkerWriter) -> tuple[ManifestFile, ...]:
    return workers.write(functools.partial(_save, frame, name))


def _read(name: str, workers: WorkerReader, labels: Sequence[Any] | None = None) -> Any:
    return workers.read(functools.partial(_load, name, labels=labels))


def _save(frame: Any, name: str, files: FilesWriter) -> None:
    details = pandas.DataFrameMaterializer().save(frame, _Folder(name, files))  # type: ignore[arg-type]
    with files.open(f"{name}/{_DETAILS}") as file:
        file.write(dump(details))


def _load(name: str, files: FilesReader, labels: Sequence[Any] | None = None) -> Any:
    folder: Any = _Folder(name, files)
    frames = pandas.DataFrameMaterializer()
    return frames.load(folder) if labels is None else frames.load_columns(folder, labels)


class _Folder:
    """A folder among the files of a value, as the files of another."""

    def __init__(self, name: str, files: Any) -> None:
        self._name = name
        self._files = files

    @functools.cached_property
    def details(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = json.loads(self._files.read(f"{self._name}/{_DETAILS}"))
        return found

    @property
    def allow_pickle(self) -> bool:
        return bool(self._files.allow_pickle)

    def names(self) -> list[str]:
        start = f"{self._name}/"
        return [name.removeprefix(start) for name in self._files.names() if name.startswith(start)]

    def open(self, path: str, **options: bool) -> BinaryIO:
        file: BinaryIO = self._files.open(self._path(path), **options)
        return file

    def buffer(self, name: str) -> memoryview:
        data: memoryview = self._files.buffer(self._path(name))
        return data

    def path(self, name: str) -> Path:
        place: Path = self._files.path(self._path(name))
        return place

    def _path(self, path: str) -> str:
        return str(PurePosixPath(self._name, path))
