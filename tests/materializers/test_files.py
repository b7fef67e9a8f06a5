"""Files and folders."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from airflow_artifacts.exceptions import OutputError, StoreError, UnsupportedTypeError
from airflow_artifacts.testing import MaterializerContract, load, round_trip, save

if TYPE_CHECKING:
    from collections.abc import Callable


def _file(folder: Path) -> Path:
    path = folder / "größe & Co.txt"
    path.write_bytes(b"a\r\n\x00")
    return path


def _empty_file(folder: Path) -> Path:
    path = folder / "empty"
    path.touch()
    return path


def _program(folder: Path) -> Path:
    path = folder / "run.sh"
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


def _folder(folder: Path) -> Path:
    root = folder / "model.v1"
    (root / "a" / "b" / "empty").mkdir(parents=True)
    (root / "a" / "part 0.bin").write_bytes(bytes(range(256)))
    (root / "a" / "b" / "same.bin").write_bytes(bytes(range(256)))
    (root / ".hidden").write_text("h")
    (root / "-rf").write_text("odd")
    (root / "x:y").write_text("colon")
    _program(root / "a")
    return root


def _empty_folder(folder: Path) -> Path:
    root = folder / "nothing"
    root.mkdir()
    return root


def _link(folder: Path) -> Path:
    path = folder / "link.txt"
    path.symlink_to(_file(folder))
    return path


MAKERS: dict[str, Callable[[Path], Path]] = {
    "file": _file,
    "empty file": _empty_file,
    "program": _program,
    "folder": _folder,
    "empty folder": _empty_folder,
    "link": _link,
}


def _listing(path: Path) -> dict[str, Any]:
    """Return all that counts of a file or folder: names, bytes, and the right to execute."""
    members = [path, *sorted(path.rglob("*"))] if path.is_dir() else [path]
    return {
        member.relative_to(path.parent).as_posix(): None
        if member.is_dir()
        else (member.read_bytes(), os.access(member, os.X_OK))
        for member in members
    }


class TestPaths(MaterializerContract):
    """The facts of every materializer, for files and folders."""

    @pytest.fixture(params=MAKERS.values(), ids=list(MAKERS))
    def value(self, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
        """Each of the files and folders."""
        return request.param(tmp_path_factory.mktemp("given"))

    def same(self, left: Any, right: Any) -> bool:
        """The names and bytes count, not the place."""
        return _listing(left) == _listing(right)


def test_what_is_loaded_is_a_copy(tmp_path: Path) -> None:
    """It may be changed, and what is stored stays as it is."""
    name, manifest = save(_folder(tmp_path), tmp_path)
    loaded = load(name, manifest, tmp_path)
    (loaded / "a" / "part 0.bin").write_bytes(b"changed")
    (loaded / "new").write_text("new")
    assert _listing(load(name, manifest, tmp_path)) == _listing(tmp_path / "model.v1")


def test_equal_files_are_stored_once(tmp_path: Path) -> None:
    """Two files of a folder with the same bytes are one object."""
    save(_folder(tmp_path), tmp_path)
    assert len(list((tmp_path / "store" / "objects").rglob("*.bin"))) == 1


def test_a_relative_path_is_found_from_the_working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As Python finds it; the folder itself may be the value."""
    _file(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert round_trip(Path("größe & Co.txt"), tmp_path).read_bytes() == b"a\r\n\x00"
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "f").write_text("f")
    monkeypatch.chdir(tmp_path / "sub")
    assert _listing(round_trip(Path(), tmp_path)) == {"sub": None, "sub/f": (b"f", False)}


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    """With its path and the way out; a link that leads nowhere is missing too."""
    with pytest.raises(OutputError, match=r"nowhere.txt' does not exist; write the file before you return its path"):
        save(tmp_path / "nowhere.txt", tmp_path)
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere.txt")
    with pytest.raises(OutputError, match="does not exist"):
        save(tmp_path / "dangling", tmp_path)


def test_what_is_no_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A link to a folder might lead anywhere, or around; a pipe has no bytes of its own."""
    root = tmp_path / "given"
    root.mkdir()
    (root / "loop").symlink_to(root)
    with pytest.raises(UnsupportedTypeError, match="loop' is a link to a folder"):
        save(root, tmp_path)
    (root / "loop").unlink()
    os.mkfifo(root / "pipe")
    for path in (root, root / "pipe"):
        with pytest.raises(UnsupportedTypeError, match="pipe' is no file"):
            save(path, tmp_path)
    (root / "pipe").unlink()
    (root / "dangling").symlink_to(root / "nowhere")
    with pytest.raises(UnsupportedTypeError, match=r"dangling' is no file \(.*broken link\)"):
        save(root, tmp_path)
    (root / "dangling").unlink()
    monkeypatch.chdir(root)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("s")
        with pytest.raises(UnsupportedTypeError, match="s' is no file"):
            save(root, tmp_path)


def test_a_name_that_other_systems_cannot_hold_is_refused(tmp_path: Path) -> None:
    """A backslash separates folders elsewhere."""
    root = tmp_path / "given"
    root.mkdir()
    (root / "a\\b").touch()
    with pytest.raises(StoreError, match="cannot name a file of a value"):
        save(root, tmp_path)
