"""Visualizers of a user's own: registered for a type, asked for less where it is too much, and never a failure."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from airflow_artifacts import visualizers
from airflow_artifacts.visualizers import Preview, Visualization, charts, draw

if TYPE_CHECKING:
    from collections.abc import Iterator

    from airflow_artifacts import ArtifactClient


class Measured:
    """A type of a user's own."""

    def __init__(self, size: int) -> None:
        self.size = size


class Both:
    """Shows and describes it."""

    def visualize(self, value: Measured, rows: int) -> list[Visualization]:
        """Return two things."""
        return [Visualization("markdown", "# big", "title"), Visualization("text", "x" * value.size * rows)]

    def describe(self, value: Measured) -> dict[str, Any]:
        """Return a number."""
        return {"size": value.size}


@pytest.fixture(autouse=True)
def own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets the registries forget what a test registers."""
    for name in ("_visualizers", "_describers"):
        monkeypatch.setattr(visualizers, name, copy.copy(getattr(visualizers, name)))
        for part in ("_by_type", "_by_name", "_unresolved"):
            registry = getattr(visualizers, name)
            monkeypatch.setattr(registry, part, dict(getattr(registry, part)))


def _shown(*given: Any) -> list[Visualization]:
    class Drawer:
        def visualize(self, value: Measured, rows: int) -> Iterator[Visualization]:
            for one in given:
                if isinstance(one, Exception):
                    raise one
                yield one

    visualizers.register(Measured, Drawer)
    return list(Preview.from_json(draw(Measured(1), 5).preview).visualizations)


def test_own_types_are_drawn_by_what_is_registered() -> None:
    """Fewer rows are asked for where the result is too large."""
    visualizers.register(Measured, Both)
    visualizers.register_describer(Measured)(Both)
    drawn = draw(Measured(10_000), 20)
    assert drawn.metadata == {"size": 10_000}
    assert [len(one.data) for one in Preview.from_json(drawn.preview).visualizations] == [5, 50_000]
    assert draw(Measured(1), 0) == visualizers.Drawing({}, None)


def test_what_is_too_large_all_the_same_is_cut(caplog: pytest.LogCaptureFixture) -> None:
    """Of a text the beginning is kept, of all else its size; what comes before and after stays."""
    picture = charts.image(b"\x89PNG\r\n\x1a\n" + bytes(100_000), "large")
    table = Visualization("table", {"columns": ["a"], "rows": [["x" * 50_000]] * 2})
    shown = _shown(Visualization("markdown", "# a"), picture, table, Visualization("text", "é" * 100_000, "long"))
    assert [one.kind for one in shown] == ["markdown", "text", "text", "text"]
    assert (shown[1].title, shown[1].data[:31]) == ("large", "too large to be shown (image, 1")
    assert shown[2].data.startswith("too large to be shown (table, 1")
    assert shown[3].data.endswith("é…")
    assert len(Preview(tuple(shown)).to_json().encode()) <= Preview.LIMIT
    assert "the preview of the value is cut: it takes more than the 64 KB that there is room for" in caplog.text


def test_what_fails_is_a_line_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    """And no reason to fail."""

    class Failing:
        def visualize(self, value: object, rows: int) -> Visualization:
            raise KeyError(value)

        def describe(self, value: object) -> dict[str, Any]:
            raise KeyError(value)

    visualizers.register(Measured, Failing)
    visualizers.register_describer(Measured, Failing)
    assert draw(Measured(1), 5) == visualizers.Drawing({}, None)
    assert "no preview of the value: KeyError" in caplog.text
    assert "no statistics of the value: KeyError" in caplog.text


def test_what_was_given_before_a_failure_is_kept(caplog: pytest.LogCaptureFixture) -> None:
    """The log says that it ends early."""
    assert [one.data for one in _shown(Visualization("text", "a"), KeyError("b"))] == ["a"]
    assert "the preview of the value ends early: KeyError: 'b'" in caplog.text


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (Visualization("chart", "x"), "of the kind 'chart' is not known; the kinds are table, image, heatmap, "),  # type: ignore[arg-type]
        (Visualization("text", 1), "the data of a visualization of the kind 'text' is text, and a int was given"),
        (Visualization("bars", {"labels": []}), "of the kind 'bars' is a dict with labels, values"),
        (Visualization("heatmap", [[1]]), "of the kind 'heatmap' is a dict with shape, values, min, max"),
        (Visualization("properties", []), "of the kind 'properties' is a dict with names"),
        ("<p>", "'str' object has no attribute 'check'"),
        (None, "'NoneType' object has no attribute 'check'"),
    ],
)
def test_what_no_page_can_show_is_said(given: Any, message: str, caplog: pytest.LogCaptureFixture) -> None:
    """When it is made, rather than by an empty page."""
    assert _shown(given) == []
    assert message in caplog.text


def test_a_save_stands_whatever_its_preview_does(artifact_client: ArtifactClient) -> None:
    """The value is stored, and has none."""

    class Failing:
        def visualize(self, value: object, rows: int) -> Visualization:
            raise MemoryError

    visualizers.register(float, Failing)
    version = artifact_client.save(1.5, "measured")
    assert artifact_client.load(version) == 1.5
    assert artifact_client.preview(version) == Preview()


def test_other_bytes_are_no_picture() -> None:
    """As a browser would show a broken one."""
    with pytest.raises(ValueError, match=r"are PNG, JPEG, GIF, WebP or SVG, and these begin with b'hello'"):
        charts.image(b"hello")


def test_numbers_of_numpy_are_numbers() -> None:
    """Alone and in small arrays; what JSON lacks is text."""
    values = [np.int64(1), np.float32(0.5), np.True_, np.longdouble(2), np.float64("nan"), np.datetime64(1, "ns")]
    expected = [1, 0.5, True, 2, "nan", "1970-01-01T00:00:00.000000001"]
    [shown] = _shown(Visualization("bars", {"labels": np.array(["a"]), "values": values, "more": np.eye(2)}))
    assert shown.data == {"labels": ["a"], "values": expected, "more": [[1, 0], [0, 1]]}
    assert len(visualizers.model.as_json(np.zeros(10**6))) <= 200
    shown_too = charts.properties(dict(enumerate(values))).data
    assert list(shown_too.values()) == expected


def test_charts_are_made_of_plain_values() -> None:
    """As a visualizer has them."""
    shown = _shown(
        charts.bars({"a": 1.5, 2: 3}, "sizes", unit="GB"),
        charts.properties({"a": object, "b": None}),
        charts.histogram([1, 2, 2]),
        charts.heatmap([[1, 2], [3, 4]]),
        charts.image(b"<svg/>"),
    )
    assert shown[0].data == {"labels": ["a", "2"], "values": [1.5, 3], "unit": "GB"}
    assert shown[1].data == {"a": "<class 'object'>", "b": None}
    assert shown[2].data["counts"] == [1, 2]
    assert shown[3].data["values"] == [[1, 2], [3, 4]]
    assert shown[4].data["media_type"] == "image/svg+xml"
    assert len(charts.bars({place: place for place in range(100)}).data["values"]) == 20
