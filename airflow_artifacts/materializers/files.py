"""Files and folders that a path names: their bytes, names and folders are the value."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airflow_artifacts.exceptions import OutputError, UnsupportedTypeError
from airflow_artifacts.progress import Progress
from airflow_artifacts.threads import each

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from airflow_artifacts.materializers.base import FilesReader, FilesWriter

__all__ = ["FILES_AT_ONCE", "PathMaterializer", "copy_all"]

# A store that is far away is waited for most of the time, and a disk leaves Python alone.
FILES_AT_ONCE = 4


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
        members = list(_members(path)) if path.is_dir() else [(path.name, path)]
        folders = [name for name, member in members if member.is_dir()]
        stored = [(name, member) for name, member in members if not member.is_dir()]
        for _, member in stored:
            _require_file(member)
        executable = [name for name, member in stored if member.stat().st_mode & stat.S_IXUSR]
        progress = Progress(f"copying {path.name!r}", sum(member.stat().st_size for _, member in stored))

        def add(one: tuple[str, Path]) -> None:
            files.add(*one)
            progress.add(one[1].stat().st_size)

        each(add, stored, FILES_AT_ONCE, "files")
        return {
            "format": 1,
            "folder": path.is_dir(),
            "name": path.name,
            "folders": folders,
            "executable": executable,
        }

    def load(self, files: FilesReader) -> Path:
        """Copy the files to a fresh folder, and return the path."""
        details = files.details
        root = files.folder()
        target = root / details["name"] if details["folder"] else root
        target.mkdir(exist_ok=True)
        for name in details["folders"]:
            (target / name).mkdir(parents=True, exist_ok=True)
        copy_all(files, target)
        for name in details["executable"]:
            place = target / name
            place.chmod(place.stat().st_mode | stat.S_IXUSR)
        return target if details["folder"] else target / details["name"]


def copy_all(files: FilesReader, target: Path) -> None:
    """Copy all files of a value into a folder, several at a time."""
    names = files.names()
    for parent in {(target / name).parent for name in names}:
        parent.mkdir(parents=True, exist_ok=True)
    each(lambda name: files.copy(name, target / name), names, FILES_AT_ONCE, "files")


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
