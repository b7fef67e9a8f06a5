"""Pictures: arrays, images and figures, in files that browsers know."""

from __future__ import annotations

import base64
import io
import struct
import sys
import zlib
from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

from airflow_artifacts.visualizers import Visualization, pixels, png
from tests.visualizers.looking import look

RANDOM = np.random.default_rng(0)
NOISE = RANDOM.integers(0, 255, (700, 900, 4), dtype="u1")


def _opened(shown: Visualization) -> Any:
    assert shown.kind == "image"
    image = Image.open(io.BytesIO(base64.b64decode(shown.data["base64"])))
    assert shown.data["media_type"] == f"image/{image.format.lower()}"
    image.load()
    return image


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
@pytest.mark.parametrize("size", [(1, 1), (1, 9), (40, 30)])
def test_a_picture_is_written_exactly(channels: int, size: tuple[int, int]) -> None:
    """As Pillow reads it; in grey or colours, with alpha or without."""
    height, width = size
    pixels_of = RANDOM.integers(0, 256, (height, width, channels), dtype="u1")
    data = png.encode(pixels_of.tobytes(), width, height)
    image = Image.open(io.BytesIO(data))
    assert image.mode == {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}[channels]
    assert np.array_equal(np.asarray(image).reshape(pixels_of.shape), pixels_of)


def test_the_checksums_of_a_picture_are_right() -> None:
    """Those of each of its parts, which some programs pass over."""
    data = png.encode(bytes(12), 2, 2)
    place, names = 8, []
    while place < len(data):
        [length] = struct.unpack_from(">I", data, place)
        part = data[place + 4 : place + 8 + length]
        assert struct.unpack_from(">I", data, place + 8 + length) == (zlib.crc32(part),)
        names.append(part[:4])
        place += 12 + length
    assert names == [b"IHDR", b"IDAT", b"IEND"]


@pytest.mark.parametrize("has_pillow", [True, False])
@pytest.mark.parametrize("shape", [(700, 900), (700, 900, 3), (700, 900, 4), (5000, 300, 3)])
def test_an_array_is_made_small_enough(
    shape: tuple[int, ...], has_pillow: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With Pillow, and without it, of noise too, which no compression makes smaller."""
    if not has_pillow:
        monkeypatch.setitem(sys.modules, "PIL", None)
    [shown, *_] = look(RANDOM.integers(0, 255, shape, dtype="u1"))
    monkeypatch.undo()
    image = _opened(shown)
    assert 32 <= max(image.size) <= 512
    assert abs(image.size[0] / image.size[1] - shape[1] / shape[0]) < 0.3


@pytest.mark.parametrize("has_pillow", [True, False])
def test_an_array_keeps_its_colours(has_pillow: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bytes as they are, shares of 1 times 255, also where channels come first."""
    if not has_pillow:
        monkeypatch.setitem(sys.modules, "PIL", None)
    colours = np.zeros((16, 16, 3), "u1")
    colours[:, 8:] = (255, 128, 0)
    shown = [look(one)[0] for one in (colours, colours / 255, np.moveaxis(colours / 255, 2, 0))]
    monkeypatch.undo()
    for one in shown:
        assert np.array_equal(np.asarray(_opened(one)), colours)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "YCbCr", "HSV", "I", "I;16", "F"])
def test_an_image_of_each_mode_is_a_thumbnail(mode: str) -> None:
    """And stays what it was."""
    image = Image.new(mode, (1200, 700))
    image.putpixel((1, 1), 1 if len(image.getbands()) == 1 else (1,) * len(image.getbands()))
    before = (image.mode, image.size, image.tobytes())
    [shown] = look(image)
    assert shown.title == f"1,200 x 700, {mode}"
    assert max(_opened(shown).size) == 512
    assert (image.mode, image.size, image.tobytes()) == before


def test_a_photo_stays_large_as_jpeg() -> None:
    """Which a PNG of as many bytes could not."""
    rows, columns = np.mgrid[:700, :900]
    smooth = np.stack([columns / 900 * 255, rows / 700 * 255, (rows + columns) / 1600 * 255], axis=2)
    photo = Image.fromarray((smooth + RANDOM.normal(0, 3, smooth.shape)).clip(0, 255).astype("u1"))
    [shown] = look(photo)
    assert shown.data["media_type"] == "image/jpeg"
    assert max(_opened(shown).size) == 512


def test_a_figure_is_sharp_where_it_fits() -> None:
    """And less so where it does not."""
    plain, full = Figure(), Figure((30, 30))
    plain.subplots().plot([1, 2, 3])
    full.subplots().imshow(RANDOM.random((500, 500, 3)))
    [shown] = look(plain)
    assert _opened(shown).size == (921, 691)
    assert max(_opened(look(full)[0]).size) >= 100


def test_what_is_a_picture() -> None:
    """Bytes, and shares of 1 with channels, that are no strips."""
    for shape, is_picture in {(8, 8): True, (7, 8): False, (8, 161): False, (8, 8, 3): True, (4, 8, 8): True}.items():
        assert (pixels.as_picture(np.zeros(shape, "u1")) is not None) is is_picture
    assert pixels.as_picture(np.zeros((8, 8, 3))) is None
    assert pixels.as_picture(np.full((8, 8, 3), np.nan)) is None
    assert pixels.as_picture(np.zeros((8, 8), "i8")) is None
