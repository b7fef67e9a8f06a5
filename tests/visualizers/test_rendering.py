"""How a notebook shows each kind: nothing of a value runs."""

from __future__ import annotations

import base64
import io
from typing import Any

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from airflow_artifacts.visualizers import Preview, Visualization, charts, draw

EVIL = "\"'><script>alert('x')</script>"


def test_html_is_shown_where_nothing_of_it_runs() -> None:
    """In a frame without any permission."""
    page = Visualization("html", "<script>alert('x')</script>")._repr_html_()
    assert page.startswith('<iframe sandbox srcdoc="&lt;script&gt;alert(&#x27;x&#x27;)')


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("table", {"columns": [EVIL], "types": [EVIL], "rows": [[EVIL]], "total_rows": 5}),
        ("image", {"media_type": EVIL, "base64": EVIL}),
        ("heatmap", {"shape": [1, 1], "values": [[EVIL]], "min": EVIL, "max": EVIL}),
        ("histogram", {"edges": [EVIL, EVIL], "counts": [EVIL]}),
        ("bars", {"labels": [EVIL], "values": [EVIL], "unit": EVIL}),
        ("properties", {EVIL: EVIL}),
        ("html", EVIL),
        ("markdown", EVIL),
        ("json", EVIL),
        ("csv", EVIL),
        ("text", EVIL),
        ("unknown", EVIL),
    ],
)
def test_all_else_is_escaped(kind: Any, data: Any) -> None:
    """Whoever wrote it."""
    page = Visualization(kind, data, EVIL)._repr_html_()
    assert "<script" not in page
    assert EVIL not in page


def test_a_heatmap_is_a_picture() -> None:
    """From dark to light, and grey where there is no number."""
    page = charts.heatmap(np.array([[0.0, 1.0, np.nan, 0.5]]))._repr_html_()
    encoded = page.partition("base64,")[2].partition('"')[0]
    image: Any = Image.open(io.BytesIO(base64.b64decode(encoded)))
    assert [image.getpixel((place, 0)) for place in range(4)] == [
        (68, 1, 84),
        (253, 231, 37),
        (128, 128, 128),
        (33, 145, 140),
    ]
    assert "0.0 (dark) to 1.0 (light)" in page
    assert "no values" in charts.heatmap(np.zeros((0, 3)))._repr_html_()
    largest = np.finfo(float).max
    assert "base64," in charts.heatmap(np.array([[largest, -largest]]))._repr_html_()


def test_bars_are_as_long_as_their_numbers() -> None:
    """Negative ones too; what is no number has none."""
    page = charts.bars({"a": 2, "b": -1, "c": float("nan")}, "sizes", unit="GB")._repr_html_()
    assert page.startswith("<h4>sizes: 2 of 3</h4>")
    assert [part.partition("em")[0] for part in page.split("width:")[1:]] == ["16.00", "8.00"]
    assert "<td>2 GB</td>" in page
    assert "width:16.00em" in charts.histogram(np.array([1, 1, 2]))._repr_html_()


def test_properties_are_a_table() -> None:
    """Of names and values."""
    assert charts.properties({"a": 1, "b": None})._repr_html_() == (
        "<table><tbody><tr><th>a</th><td>1</td></tr><tr><th>b</th><td></td></tr></tbody></table>"
    )


def test_a_table_is_escaped() -> None:
    """Labels and cells."""
    frame = pd.DataFrame({"<script>alert(1)</script>": ["<b>&"]})
    page = Preview.from_json(draw(frame, 5).preview)._repr_html_()
    assert "<script" not in page
    assert "&lt;b&gt;&amp;" in page
