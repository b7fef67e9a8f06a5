"""What versions are searched by: read from what people write, and written as JSON."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from airflow_artifacts.criteria import Comparison, Criteria
from airflow_artifacts.exceptions import InvalidNameError


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("accuracy > 0.9", ("accuracy", ">", 0.9)),
        ("accuracy>=1", ("accuracy", ">=", 1)),
        ("stage = final", ("stage", "=", "final")),
        ('stage == "final"', ("stage", "=", "final")),
        ("a b != null", ("a b", "!=", None)),
        ("flag = true", ("flag", "=", True)),
        ('shape = [1, "x"]', ("shape", "=", [1, "x"])),
        ("note = a = b", ("note", "=", "a = b")),
    ],
)
def test_comparisons_are_read(text: str, expected: tuple[str, str, Any]) -> None:
    """A comparison is key, operator and JSON; what is no JSON is text."""
    found = Comparison.parse(text)
    assert (found.key, found.operator, found.value) == expected
    assert Comparison.parse(str(found)) == found


@pytest.mark.parametrize("text", ["accuracy", "> 1", "accuracy >", "stage > final", "flag < true", "x = NaN", ""])
def test_what_is_no_comparison(text: str) -> None:
    """What cannot be meant is refused, with an example of what can."""
    with pytest.raises(InvalidNameError, match=r"comparison|orders what is no number|no JSON"):
        Comparison.parse(text)


def test_criteria_survive_json() -> None:
    """Criteria come back from JSON as they were; what does not matter is not in it."""
    criteria = Criteria.of(
        name="raw/*",
        tags=["gold", "bronze"],
        metadata=["accuracy > 0.9", "stage = final"],
        after="2026-11-23",
        before=datetime(2026, 11, 24, 6, tzinfo=timezone(timedelta(hours=2))),
        min_size=5,
        named=False,
    )
    document = criteria.to_json()
    assert Criteria.from_json(document) == criteria
    assert Criteria().to_json() == {"named": True}
    assert document["before"] == "2026-11-24T04:00:00+00:00"


@pytest.mark.parametrize("moment", ["yesterday", datetime(2026, 1, 1)])  # noqa: DTZ001 - what is refused
def test_times_are_refused(moment: Any) -> None:
    """A text that is no time, and a time without a zone, are refused."""
    with pytest.raises(InvalidNameError, match=r"time"):
        Criteria.of(after=moment)
