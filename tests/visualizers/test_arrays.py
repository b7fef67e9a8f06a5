"""What is shown of arrays, and how little of large ones is looked at."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import psutil
import pytest

from airflow_artifacts.visualizers import draw, grids, statistics
from tests.visualizers.looking import kinds, look

if TYPE_CHECKING:
    from pathlib import Path

RANDOM = np.random.default_rng(0)
LARGEST = np.finfo(float).max

SHOWN: dict[str, tuple[Any, list[str]]] = {
    "one dimension": (RANDOM.random(1000), ["histogram", "text"]),
    "a matrix": (RANDOM.random((1000, 3)), ["heatmap", "histogram", "text"]),
    "a matrix by columns": (np.asfortranarray(RANDOM.random((300, 200))), ["heatmap", "histogram", "text"]),
    "truth values": (RANDOM.random((3, 5)) > 0.5, ["heatmap", "bars", "text"]),
    "one row of truth values": (np.array([True, False]), ["bars", "text"]),
    "bytes": (RANDOM.integers(0, 255, (60, 80), dtype="u1"), ["image", "histogram", "text"]),
    "few columns of bytes": (RANDOM.integers(0, 255, (60, 3), dtype="u1"), ["heatmap", "histogram", "text"]),
    "colours": (RANDOM.integers(0, 255, (60, 80, 3), dtype="u1"), ["image", "histogram", "text"]),
    "colours and alpha": (RANDOM.integers(0, 255, (60, 80, 4), dtype="u1"), ["image", "histogram", "text"]),
    "shares of 1": (RANDOM.random((60, 80, 3)), ["image", "histogram", "text"]),
    "channels first": (RANDOM.random((3, 60, 80)).astype("f4"), ["image", "histogram", "text"]),
    "no shares": (RANDOM.normal(size=(60, 80, 3)), ["heatmap", "histogram", "text"]),
    "many pictures": (RANDOM.random((5, 16, 16, 3)), ["image", "histogram", "text"]),
    "four dimensions": (RANDOM.normal(size=(2, 3, 4, 5)), ["heatmap", "histogram", "text"]),
    "eight dimensions": (np.zeros((9,) * 8, "i1"), ["heatmap", "histogram", "text"]),
    "masked": (np.ma.masked_greater(RANDOM.random((10, 10)), 0.5), ["heatmap", "histogram", "text"]),
    "some not finite": (np.array([[np.nan, 1], [np.inf, 2]]), ["heatmap", "histogram", "text"]),
    "nothing finite": (np.full((3, 3), np.nan), ["text"]),
    "the largest numbers": (np.where(RANDOM.random((100, 100)) > 0.5, LARGEST, -LARGEST), ["heatmap", "text"]),
    "the largest number": (np.full((100, 100), LARGEST), ["heatmap", "histogram", "text"]),
    "the longest numbers": (-RANDOM.random((64, 64)) * 1e-300, ["heatmap", "histogram", "text"]),
    "large integers": (np.full((100, 100), 2**64 - 1, "u8"), ["heatmap", "histogram", "text"]),
    "half precision": (RANDOM.random((9, 9)).astype("f2"), ["heatmap", "histogram", "text"]),
    "long precision": (np.array([1e308, -1e308], dtype=np.longdouble) * 10, ["text"]),
    "other byte order": (np.arange(6, dtype=">i4"), ["histogram", "text"]),
    "empty": (np.zeros((0, 3)), ["text"]),
    "one value": (np.array(1.5), ["text"]),
    "objects": (np.array([object(), None] * 100, dtype=object), ["text"]),
    "texts": (np.array(["<script>" * 1000] * 100), ["text"]),
    "moments": (np.array(["2026-01-01"] * 300, "M8[s]"), ["text"]),
    "complex": (np.ones((9, 9)) * 1j, ["text"]),
    "structured": (np.zeros(9, [("a", "i4"), ("b", "f8")]), ["text"]),
}


@pytest.mark.parametrize("name", SHOWN)
def test_an_array_is_shown_by_what_it_is(name: str) -> None:
    """A picture or a heatmap of two dimensions, how the numbers are spread, and the corners as text."""
    value, expected = SHOWN[name]
    assert kinds(value) == expected


def test_a_small_matrix_is_its_own_heatmap() -> None:
    """Each number has a cell, one that is not finite None; the title says what it is."""
    heatmap, histogram, text = look(np.array([[0, 0.123456], [np.nan, 2]]))
    assert heatmap.data == {"shape": [2, 2], "values": [[0, 0.1235], [None, 2]], "min": 0, "max": 2}
    assert sum(histogram.data["counts"]) == 3
    assert text.title == "float64, 2 x 2"


def test_a_large_matrix_is_the_means_of_its_blocks() -> None:
    """All its numbers count, and the title says it."""
    rows, columns = np.mgrid[:128, :192]
    [heatmap, *_] = look(rows * 10.0 + columns)
    assert heatmap.data["shape"] == [128, 192]
    assert np.shape(heatmap.data["values"]) == (64, 64)
    assert heatmap.data["values"][0][:2] == [6, 9]
    assert heatmap.data["values"][1][0] == 26
    assert heatmap.title == "float64, 128 x 192: means of blocks"


def test_more_dimensions_show_the_first_matrix() -> None:
    """And the title says which."""
    value = np.arange(2 * 3 * 4 * 5).reshape(2, 3, 4, 5)
    [heatmap, *_] = look(value)
    assert heatmap.data["values"] == value[0, 0].tolist()
    assert heatmap.title == "[0, 0, …] of int64, 2 x 3 x 4 x 5"


def test_whole_numbers_have_bins_of_their_own() -> None:
    """Where they are few; truth values are counted, and equal numbers have one bin."""
    assert look(np.array([1, 1, 3]))[0].data == {"edges": [0.5, 1.5, 2.5, 3.5], "counts": [2, 0, 1]}
    assert look(np.array([True, True, False]))[0].data == {"labels": ["True", "False"], "values": [2, 1], "unit": None}
    assert look(np.full(5, 0.25))[0].data == {"edges": [-0.25, 0.75], "counts": [5]}


def test_what_is_masked_is_not_counted() -> None:
    """Nor drawn."""
    value = np.ma.masked_array([[1, 2], [3, 999]], mask=[[0, 0], [0, 1]])
    heatmap, histogram, _ = look(value)
    assert heatmap.data["values"] == [[1, 2], [3, None]]
    assert sum(histogram.data["counts"]) == 3
    assert (draw(value, 5).metadata["max"], draw(value, 5).metadata["masked"]) == (3, 1)


@pytest.mark.parametrize(
    "shape", [(10**9, 1000), (10, 10**11), (10**12,), (10**4,) * 3, (10**6, 10**6, 3), (2,) * 20 + (10**6,)]
)
@pytest.mark.parametrize("dtype", ["f8", "u1", "?"])
def test_what_is_looked_at_does_not_grow_with_the_array(shape: tuple[int, ...], dtype: str) -> None:
    """These have terabytes, of which nobody has memory for a copy."""
    value = np.broadcast_to(np.ones((), dtype), shape)
    assert kinds(value)[-1] == "text"
    assert grids.numbers(value)[0].size <= statistics.SAMPLED
    assert draw(value, 5).metadata["mean"] == 1


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux says how much of a mapped file was read")
@pytest.mark.parametrize("shape", [(1 << 28,), (1 << 14, 1 << 14), (1 << 10, 512, 512)])
def test_a_mapped_file_is_not_read_whole(tmp_path: Path, shape: tuple[int, ...]) -> None:
    """Of 2 GB a tenth at most."""
    path = tmp_path / "large.npy"
    value = np.lib.format.open_memmap(path, "w+", "f8", shape)
    look(value)
    [read] = [one.rss for one in psutil.Process().memory_maps() if one.path == str(path)]
    assert read < value.nbytes / 10
