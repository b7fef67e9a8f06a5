"""Files and folders that a path names: their bytes, names and folders are the value."""

from __future__ import annotations

import os
import shutil
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airflow_artifacts.exceptions import OutputError, UnsupportedTypeError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from airflow_artifacts.materializers.base import FilesReader, FilesWriter

__all__ = ["PathMaterializer"]


class PathMaterializer:
    """Stores a file, or a folder with all that is in it; loading gives a copy that may be changed.

    Names, empty folders and the right to execute are kept. A link to a file is stored as that file's bytes.
    """

    def save(self, value: Path, files: FilesWriter) -> Mapping[str, Any]:
        """Write what a path names.

        Raises:
            OutputError: Nothing is there.
            UnsupportedTypeError: It is, or holds, a link to a folder, a pipe, a socket or a device.
        """
        path = Path(os.path.abspath(value))  # noqa: PTH100 - resolve() would follow a link and lose its name
        if not path.exists():
            message = f"the path {str(value)!r} does not exist; write the file before you return its path"
            raise OutputError(message)
        members = list(_members(path)) if path.is_dir() else [("", path)]
        executable = []
        for name, member in members:
            if member.is_dir():
                continue
            stored = name or path.name
            _require_file(member)
            files.add(stored, member)
            if member.stat().st_mode & stat.S_IXUSR:
                executable.append(stored)
        return {
            "format": 1,
            "folder": path.is_dir(),
            "name": path.name,
            "folders": [name for name, member in members if member.is_dir()],
            "executable": executable,
        }

    def load(self, files: FilesReader) -> Path:
        """Copy the files to a fresh folder, and return the path."""
        details = files.details
        root = files.folder()
        target = root / details["name"] if details["folder"] else root
        target.mkdir(exist_ok=True)
        executable = set(details["executable"])
        for name in details["folders"]:
            (target / name).mkdir(parents=True, exist_ok=True)
        for name in files.names():
            place = target / name
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(files.path(name), place)
            if name in executable:
                place.chmod(place.stat().st_mode | stat.S_IXUSR)
        return target if details["folder"] else target / details["name"]


def _members(folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield all that is in a folder, sorted, with paths relative to it."""
    for parent, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted([*folders, *names]):
            member = Path(parent, name)
            if member.is_symlink() and member.is_dir():
                message = f"{str(member)!r} is a link to a folder; copy the folder there, or leave the link away"
                raise UnsupportedTypeError(message)
            yield member.relative_to(folder).as_posix(), member


def _require_file(path: Path) -> None:
    if not path.is_file():
        message = f"{str(path)!r} is no file (a pipe, socket, device or broken link); leave it away"
        raise UnsupportedTypeError(message)
