"""Files and folders that a path names: their bytes, names and folders are the value."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airflow_artifacts.exceptions import OutputError, StoreError, UnsupportedTypeError
from airflow_artifacts.model import is_inside
from airflow_artifacts.progress import Progress
from airflow_artifacts.threads import each

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from airflow_artifacts.materializers.base import FilesReader, FilesWriter

__all__ = ["FILES_AT_ONCE", "PathMaterializer", "copy_all", "within"]

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
        """Copy the files to a fresh folder, and return the path.

        Raises:
            StoreError: What is recorded of them names something outside of that folder.
        """
        details = files.details
        root, name = files.folder(), within(details["name"])
        target = root / name if details["folder"] else root
        target.mkdir(exist_ok=True)
        for folder in details["folders"]:
            (target / within(folder)).mkdir(parents=True, exist_ok=True)
        copy_all(files, target)
        for one in details["executable"]:
            place = target / within(one)
            place.chmod(place.stat().st_mode | stat.S_IXUSR)
        return target if details["folder"] else target / name


def within(path: Any) -> str:
    """Return a path that is recorded of a value, if it leads to nothing outside of the value.

    Raises:
        StoreError: It does.
    """
    if not is_inside(path):
        message = (
            f"what is recorded of a value names {str(path)[:80]!r} as a part of it, which would lie outside; restore "
            "the lineage database and the store from backups, and see who may write to them"
        )
        raise StoreError(message)
    return str(path)


def copy_all(files: FilesReader, target: Path) -> None:
    """Copy all files of a value into a fresh folder, several at a time.

    Raises:
        StoreError: Two of their names are one to the file system of the folder.
    """
    names = [within(name) for name in files.names()]
    for parent in {(target / name).parent for name in names}:
        parent.mkdir(parents=True, exist_ok=True)

    def copy(name: str) -> None:
        try:
            (target / name).touch(exist_ok=False)
        except FileExistsError:
            message = (
                f"the file {name!r} of a value has the name of another one on the file system of {str(target)!r}, "
                "which does not tell upper and lower case apart; let TMPDIR name one that does"
            )
            raise StoreError(message) from None
        files.copy(name, target / name)

    each(copy, names, FILES_AT_ONCE, "files")


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
