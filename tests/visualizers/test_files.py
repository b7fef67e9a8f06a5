"""What is shown of files and folders: by their suffix, and a bounded part of it."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from airflow_artifacts.visualizers import draw
from tests.visualizers.looking import kinds, look

if TYPE_CHECKING:
    from pathlib import Path


def _written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_folder_is_its_files(tmp_path: Path) -> None:
    """With their sizes."""
    (tmp_path / "sub").mkdir()
    _written(tmp_path, "a.txt", "hello")
    (tmp_path / "sub" / "b.bin").write_bytes(b"12")
    [table] = look(tmp_path)
    assert draw(tmp_path, 5).metadata == {"files": 2, "bytes": 7}
    assert table.data["rows"] == [["a.txt", 5], ["sub/b.bin", 2]]
    assert kinds(tmp_path / "sub" / "b.bin") == []


@pytest.mark.parametrize(
    ("name", "text", "kind"),
    [
        ("a.txt", "hello", "text"),
        ("a.LOG", "hello", "text"),
        ("a.yaml", "a: 1", "text"),
        ("a.md", "# hello", "markdown"),
        ("a.html", "<script>alert(1)</script>", "html"),
        ("a.csv", "a,b\n1,2\n", "csv"),
        ("a.json", '{"a": 1}', "json"),
    ],
)
def test_a_small_text_is_shown_whole(tmp_path: Path, name: str, text: str, kind: str) -> None:
    """As what its suffix says it is."""
    [shown] = look(_written(tmp_path, name, text))
    assert (shown.kind, shown.data, shown.title) == (kind, text, name)


@pytest.mark.parametrize(
    ("name", "line", "kind"),
    [
        ("a.md", '- "é"\n', "markdown"),
        ("a.txt", '"é"\n', "text"),
        ("a.html", "<p>é</p>\n", "text"),
        ("a.json", '["é"]\n', "text"),
        ("a.csv", "é,b\n", "csv"),
        ("b.csv", "é" * 100, "csv"),
        ("c.txt", "\x01" * 100, "text"),
    ],
    ids=["markdown", "text", "html", "json", "csv", "one line", "control characters"],
)
def test_of_a_large_text_the_beginning_is_shown(tmp_path: Path, name: str, line: str, kind: str) -> None:
    """A part of a page or document is a text; of a table there are whole lines, and as many as rows."""
    path = _written(tmp_path, name, line * 20_000)
    [shown] = look(path)
    assert (shown.kind, shown.title) == (kind, f"{name}: the beginning of {path.stat().st_size:,} bytes")
    assert shown.data.startswith(line[:50])
    if name == "a.csv":
        assert shown.data == line * 21


def test_a_small_image_is_shown_as_it_is(tmp_path: Path) -> None:
    """Whatever its form."""
    types = {"png": "image/png", "jpg": "image/jpeg", "gif": "image/gif", "webp": "image/webp"}
    for suffix, media_type in types.items():
        path = tmp_path / f"a.{suffix}"
        Image.new("RGB", (9, 9)).save(path)
        [shown] = look(path)
        assert (shown.data["media_type"], base64.b64decode(shown.data["base64"])) == (media_type, path.read_bytes())
    [shown] = look(_written(tmp_path, "a.svg", "<svg/>"))
    assert shown.data["media_type"] == "image/svg+xml"


def test_a_large_image_is_a_thumbnail(tmp_path: Path) -> None:
    """A large drawing of vectors is not shown, nor is one with more pixels than it is worth."""
    path = tmp_path / "a.png"
    Image.fromarray(np.random.default_rng(0).integers(0, 255, (700, 900, 3), dtype="u1")).save(path)
    [shown] = look(path)
    assert (shown.kind, shown.title) == ("image", "a.png, 900 x 700")
    assert kinds(_written(tmp_path, "a.svg", "<svg/>" * 100_000)) == []
    Image.new("RGB", (9000, 6000)).save(path)
    path.write_bytes(path.read_bytes() + bytes(50_000))
    assert kinds(path) == []


def test_what_is_no_image_is_a_line_in_the_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """And no reason to fail."""
    assert draw(_written(tmp_path, "a.png", "x" * 100_000), 5).preview is None
    assert "no preview of the value: UnidentifiedImageError" in caplog.text
    assert json.dumps(draw(tmp_path / "a.png", 5).metadata) == '{"files": 1, "bytes": 100000}'
