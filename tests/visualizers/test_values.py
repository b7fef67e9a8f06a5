"""What is shown of Python's own values: numbers by name, documents, fields, texts."""

from __future__ import annotations

import collections
import dataclasses
import json
from decimal import Decimal
from typing import Any

import attrs
import numpy as np
import pandas as pd
import pydantic
import pytest

from airflow_artifacts.texts import CSV, HTML, JSON, Markdown
from airflow_artifacts.visualizers import draw
from tests.visualizers.looking import kinds, look


@dataclasses.dataclass
class Scores:
    best: float
    rows: Any = None


@attrs.define
class Defined:
    best: float


class Modelled(pydantic.BaseModel):
    best: float


KINDS: dict[str, tuple[Any, str]] = {
    "metrics": ({"accuracy": 0.93, "f1": np.float32(0.9)}, "bars"),
    "counts": (collections.Counter("aab"), "bars"),
    "numbers apart": ({"accuracy": 0.93, "rows": 120_000}, "properties"),
    "one number": ({"accuracy": 0.93}, "properties"),
    "no number": ({"accuracy": float("nan"), "f1": 0.5}, "properties"),
    "a huge number": ({"a": 10**400, "b": 2}, "properties"),
    "settings": ({"name": "a", "deep": None, "fast": np.True_}, "properties"),
    "a document": ({"a": {"b": [1, 2, {"c": None}]}, "t": float("nan")}, "json"),
    "a long text": ({"a": "x" * 1_000_000}, "json"),
    "many numbers": ({str(place): place for place in range(10_000)}, "json"),
    "a list": ([1, "a", None], "json"),
    "rows": ([{"a": 1, "b": "x"}, {"a": None}], "table"),
    "no rows": ([{"a": 1}, {"a": [1]}], "json"),
    "one row": ([{"a": 1}], "json"),
    "nothing": ({}, "json"),
    "deep": ([[[[[list(range(100))] * 100] * 100] * 100] * 100], "json"),
    "arrays": ({"a": np.zeros((2, 3)), "b": pd.DataFrame({"x": [1]})}, "table"),
    "a tuple": ((1, 2), "text"),
    "a set": ({1}, "text"),
    "other names": ({1: 2}, "text"),
    "other values": ({"a": Decimal(1)}, "text"),
    "fields": (Scores(1, [1, 2]), "properties"),
    "fields of attrs": (Defined(1), "properties"),
    "fields of pydantic": (Modelled(best=1), "properties"),
    "a class": (Scores, "text"),
    "a text": ("<script>", "text"),
    "html": (HTML("<script>alert(1)</script>"), "html"),
    "markdown": (Markdown("# a"), "markdown"),
    "csv": (CSV("a,b\n1,2\n"), "csv"),
    "json": (JSON("[1]"), "json"),
}


@pytest.mark.parametrize("name", KINDS)
def test_a_value_is_shown_by_what_it_is(name: str) -> None:
    """As a person would look at it."""
    value, kind = KINDS[name]
    assert kinds(value) == [kind]


def test_an_integer_that_fills_books_is_cut() -> None:
    """Also among the statistics, which lie in the lineage database."""
    drawn = draw(1 << 1_000_000, 20)
    assert len(json.dumps(drawn.metadata)) < 1000
    assert look({"a": 1 << 1_000_000, "b": 2})[0].kind == "properties"


def test_a_document_is_json() -> None:
    """The same where all of it is shown; what is left out is said."""
    value = {"a": {"b": [1, 2.5, {"c": None}]}, "t": "x"}
    assert json.loads(look(value)[0].data) == value
    [shown] = look({"a": list(range(100)), **{str(place): [] for place in range(30)}})
    found = json.loads(shown.data)
    assert found["a"] == [*range(20), "… 80 more"]
    assert found["…"] == "11 more"


def test_a_document_that_holds_itself_ends() -> None:
    """At some depth."""
    loop: list[Any] = []
    loop.append(loop)
    assert kinds(loop) == ["json"]


def test_metrics_are_exact() -> None:
    """Integers too, in the order in which they were given."""
    assert look({"b": 2, "a": 0.1 + 0.2})[0].data == {"labels": ["b", "a"], "values": [2, 0.1 + 0.2], "unit": None}
    assert look({"rows": 10**6, "ok": True, "none": None})[0].data == {"rows": 10**6, "ok": True, "none": None}


def test_rows_have_the_columns_of_all() -> None:
    """A value that one lacks is None."""
    [table] = look([{"a": 1, "b": "x"}, {"c": 0.5}, *[{"a": 2}] * 100])
    assert table.data["columns"] == ["a", "b", "c"]
    assert table.data["rows"][:2] == [[1, "x", None], [None, None, 0.5]]
    assert (len(table.data["rows"]), table.data["total_rows"]) == (20, 102)


def test_fields_are_shown_by_name() -> None:
    """Whatever they hold."""
    [shown] = look(Scores(0.5, {"a": [1]}))
    assert (shown.title, shown.data) == ("Scores", {"best": 0.5, "rows": "{'a': [1]}"})
    assert len(look(Scores(0.5, pd.DataFrame(np.zeros((1000, 1000)))))[0].data["rows"]) == 200


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (Markdown('é"\n' * 100_000), "markdown"),
        (JSON(json.dumps(list(range(100_000)))), "text"),
        (CSV("é" * 100_000), "csv"),
    ],
    ids=["markdown", "json", "csv"],
)
def test_of_a_long_text_the_beginning_is_shown(value: str, kind: str, caplog: pytest.LogCaptureFixture) -> None:
    """A part of a document is a text; the log says it."""
    [shown] = look(value)
    assert (shown.kind, shown.data[:100]) == (kind, value[:100])
    assert 10_000 < len(shown.data) < len(value)
    assert shown.data.endswith("…")
    assert "the preview of the value is cut" in caplog.text


def test_of_a_long_page_only_its_length_is_shown() -> None:
    """As a part of it may show something else."""
    [shown] = look(HTML("<p>" * 30_000))
    assert (shown.kind, shown.data) == ("text", "too large to be shown (html, 90,000 bytes)")


def test_no_code_of_a_users_dict_is_run() -> None:
    """Its methods could do anything."""

    class Own(dict):  # type: ignore[type-arg]
        def items(self) -> Any:
            raise AssertionError

        def __repr__(self) -> str:
            return "own"

    assert look(Own(a=1))[0].data == "own"
    assert draw(Own(a=1), 5).metadata == {"length": 1}
