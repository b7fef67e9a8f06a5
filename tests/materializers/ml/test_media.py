"""Images, figures, datasets, and texts that say what they are."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import datasets
import matplotlib as mpl
import numpy as np
import PIL.Image
import pytest
from matplotlib.figure import Figure

from airflow_artifacts import fingerprint
from airflow_artifacts.exceptions import UnsupportedTypeError
from airflow_artifacts.testing import MaterializerContract, load, round_trip, save
from airflow_artifacts.texts import CSV, HTML, JSON, Markdown

if TYPE_CHECKING:
    from airflow_artifacts import ArtifactClient

mpl.use("agg")

PIXELS = np.random.default_rng(0).integers(0, 256, (9, 7, 4), dtype="u1")


def _image(mode: str) -> PIL.Image.Image:
    if mode == "P with transparency":
        image = PIL.Image.fromarray(PIXELS[..., :3]).convert("P", palette=PIL.Image.Palette.ADAPTIVE, colors=8)
        image.info["transparency"] = 3
        return image
    if mode in {"I;16", "I", "F"}:
        return PIL.Image.fromarray(PIXELS[..., 0].astype({"I;16": "u2", "I": "i4", "F": "f4"}[mode]))
    if mode == "LAB":
        return PIL.Image.frombytes("LAB", (7, 9), PIXELS[..., :3].tobytes())
    return PIL.Image.fromarray(PIXELS[..., :3]).convert(mode)


class TestImages(MaterializerContract):
    """The facts of every materializer, for images."""

    @pytest.fixture(
        params=["1", "L", "LA", "P", "P with transparency", "RGB", "RGBA", "I;16", "I", "F", "CMYK", "YCbCr", "LAB"]
    )
    def value(self, request: pytest.FixtureRequest) -> Any:
        """One of each mode."""
        return _image(request.param)

    def same(self, left: Any, right: Any) -> bool:
        """Mode, pixels, palette and transparency count."""
        return bool(
            left.mode == right.mode
            and left.tobytes() == right.tobytes()
            and left.getpalette() == right.getpalette()
            and left.info.get("transparency") == right.info.get("transparency")
        )


def test_a_mode_without_an_exact_format_is_refused(tmp_path: Path) -> None:
    """With the mode and the way out."""
    with pytest.raises(UnsupportedTypeError, match=r"mode 'HSV' has no exact format; convert it"):
        save(_image("HSV"), tmp_path)


def test_an_opened_image_comes_back_as_a_plain_one(tmp_path: Path) -> None:
    """Its file is not a part of it."""
    _image("RGB").save(tmp_path / "x.jpg")
    with PIL.Image.open(tmp_path / "x.jpg") as opened:
        loaded = round_trip(opened, tmp_path)
        assert type(loaded) is PIL.Image.Image
        assert loaded.tobytes() == opened.tobytes()


class TestTexts(MaterializerContract):
    """The facts of every materializer, for texts that say what they are."""

    @pytest.fixture(params=[HTML("<b>ö</b>"), Markdown("# \ud800"), CSV("a,b\n1,2\n"), JSON('{"a": 1}')])
    def value(self, request: pytest.FixtureRequest) -> Any:
        """One of each."""
        return request.param


def test_texts_are_files_that_open_as_such(tmp_path: Path) -> None:
    """By their suffixes."""
    suffixes = [save(text, tmp_path)[1].files[0].path for text in (HTML(""), Markdown(""), CSV(""), JSON("1"))]
    assert suffixes == ["value.html", "value.md", "value.csv", "value.json"]


def test_what_is_no_json_is_refused_at_once() -> None:
    """Not when somebody reads it."""
    with pytest.raises(ValueError, match=r"the text is not JSON: .*json\.dumps"):
        JSON("{")


def test_texts_of_two_kinds_are_two_values() -> None:
    """Whoever receives one sees its type."""
    assert fingerprint.value(HTML("x")) != fingerprint.value(Markdown("x"))
    assert fingerprint.value(HTML("x")) == fingerprint.value(HTML("x"))


class TestDatasets(MaterializerContract):
    """The facts of every materializer, for datasets of Hugging Face."""

    @pytest.fixture(params=["dataset", "splits"])
    def value(self, request: pytest.FixtureRequest) -> Any:
        """One of each."""
        dataset = datasets.Dataset.from_dict({"text": ["a", "b"], "label": [0, 1]})
        return dataset if request.param == "dataset" else datasets.DatasetDict(train=dataset, test=dataset.select([0]))

    def same(self, left: Any, right: Any) -> bool:
        """Rows and features count."""
        if isinstance(left, dict):
            return list(left) == list(right) and all(self.same(left[name], right[name]) for name in left)
        return left.to_list() == right.to_list() and left.features == right.features


def _figure() -> Figure:
    figure = Figure(figsize=(2, 2))
    figure.subplots().plot([1, 2, 3])
    return figure


def test_a_figure_is_pictures(tmp_path: Path) -> None:
    """The same ones each time; as itself it cannot be loaded, and the message says what can be."""
    name, manifest = save(_figure(), tmp_path)
    assert [file.path for file in manifest.files] == ["figure.png", "figure.svg"]
    assert save(_figure(), tmp_path)[1] == manifest
    with pytest.raises(UnsupportedTypeError, match=r"stored as pictures, .*; load it as pathlib.Path"):
        load(name, manifest, tmp_path)


def test_a_figure_is_itself_where_pickle_is_allowed(artifact_client: ArtifactClient) -> None:
    """And pictures besides."""
    artifact_client.allow_pickle = True
    artifact_client.save(_figure(), "figure")
    assert artifact_client.load("figure", Figure).axes[0].lines[0].get_ydata().tolist() == [1, 2, 3]  # type: ignore[attr-defined]
    with artifact_client.open("figure", "figure.png") as file:
        assert file.read(4) == b"\x89PNG"
    [shown] = artifact_client.preview("figure").visualizations
    assert shown.kind == "image"
    assert sorted(path.name for path in artifact_client.load("figure", Path).iterdir()) == [
        "figure.png",
        "figure.svg",
        "value.pickle",
    ]


def test_no_library_is_imported_for_others() -> None:
    """Each costs only those who return its values."""
    program = (
        "import sys, tempfile, pathlib; from airflow_artifacts import ArtifactClient\n"
        "folder = pathlib.Path(tempfile.mkdtemp())\n"
        "with ArtifactClient.connect(store=str(folder), database=f'sqlite:///{folder}/l.db') as client:\n"
        "    client.save({'a': [1]}, 'x'); client.load('x')\n"
        "print(*({'pandas', 'pyarrow', 'polars', 'PIL', 'sklearn', 'torch', 'cloudpickle'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout == "\n"
