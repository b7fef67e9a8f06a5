"""References: which version a word means, inside and outside of a DAG run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.lineage.making import DAY, MIDNIGHT

if TYPE_CHECKING:
    from datetime import datetime

    from airflow_artifacts.lineage import Lineage
    from airflow_artifacts.model import TaskRun
    from tests.lineage.making import Maker

MONDAY = ("churn", "monday")


def of_interval(make: Maker, start: datetime, end: datetime, content: str = "content") -> TaskRun:
    """Begin a task run of some interval."""
    return make.run(run=f"{start}-{end}-{content}", interval_start=start, interval_end=end)


def test_words(make: Maker, lineage: Lineage) -> None:
    """A number, an explicit version, an alias and nothing each mean a version; anything else means none."""
    first = make.version(aliases=frozenset({"production"}))
    second = make.version(version="v1.2")
    assert lineage.resolve("raw/events", "1") == lineage.resolve("raw/events", "production") == first
    assert lineage.resolve("raw/events", "v1.2") == lineage.resolve("raw/events", "") == second
    for name, word in [
        ("raw/events", "2"),
        ("raw/events", "2026-13-45"),
        ("raw/events", "9999-12-31"),
        ("no", "latest"),
    ]:
        assert lineage.resolve(name, word) is None
        assert lineage.resolve(name, word, run=MONDAY) is None


def test_a_day_of_intervals(make: Maker, lineage: Lineage) -> None:
    """A date means the newest version of the intervals that overlap its UTC day; the end belongs to no interval."""
    make.version(by=of_interval(make, MIDNIGHT, MIDNIGHT + DAY))
    make.version(by=of_interval(make, MIDNIGHT + DAY / 2, MIDNIGHT + DAY * 3 / 4))
    assert str(lineage.resolve("raw/events", "2026-11-23")) == "raw/events@1"
    assert lineage.resolve("raw/events", "2026-11-24") is None
    assert lineage.resolve("raw/events", "2026-11-22") is None
    make.version(by=of_interval(make, MIDNIGHT, MIDNIGHT + DAY, "again"))
    assert str(lineage.resolve("raw/events", "2026-11-23", run=MONDAY)) == "raw/events@3"


def test_a_day_of_moments(make: Maker, lineage: Lineage) -> None:
    """A point interval, and what has none, lies in the day of its moment."""
    make.version(by=of_interval(make, MIDNIGHT, MIDNIGHT))
    make.version(at=MIDNIGHT + DAY)
    assert str(lineage.resolve("raw/events", "2026-11-23")) == "raw/events@1"
    assert str(lineage.resolve("raw/events", "2026-11-24")) == "raw/events@2"
    assert lineage.resolve("raw/events", "2026-11-22") is None


@pytest.mark.parametrize("word", ["latest", "production"])
def test_a_run_sees_one_version(word: str, make: Maker, lineage: Lineage) -> None:
    """What latest or an alias means when a run first asks, it means for the whole run; others see the new one."""
    aliases = frozenset({"production"})
    assert lineage.resolve("raw/events", word, run=MONDAY) is None
    first = make.version(aliases=aliases)
    assert lineage.resolve("raw/events", word, run=MONDAY).id == first.id  # type: ignore[union-attr]
    second = make.version(aliases=aliases, at=MIDNIGHT + DAY)
    assert lineage.resolve("raw/events", word, run=MONDAY).id == first.id  # type: ignore[union-attr]
    assert lineage.resolve("raw/events", word, run=("churn", "tuesday")) == second
    assert lineage.resolve("raw/events", word) == second


def test_a_run_sees_what_it_gave_an_alias_itself(make: Maker, lineage: Lineage) -> None:
    """An alias that the run moved means the run's own version; one that it did not move stays as it was settled."""
    production = frozenset({"production"})
    make.version(aliases=frozenset({"production", "stable"}))
    for word in ("production", "stable"):
        assert str(lineage.resolve("raw/events", word, run=MONDAY)) == "raw/events@1"
    own = make.version(by=make.run(started_at=MIDNIGHT + DAY), aliases=production)
    make.version(at=MIDNIGHT + 2 * DAY, aliases=frozenset({"production", "stable"}))
    assert lineage.resolve("raw/events", "production", run=MONDAY).id == own.id  # type: ignore[union-attr]
    assert str(lineage.resolve("raw/events", "stable", run=MONDAY)) == "raw/events@1"


def test_a_run_sees_its_own_version(make: Maker, lineage: Lineage) -> None:
    """A version that the run published itself comes before what latest meant when it began, and before newer ones."""
    make.version()
    make.version("other", by=make.run())
    lineage.resolve("raw/events", "latest", run=MONDAY)
    own = make.version(by=make.run(interval_start=MIDNIGHT - DAY, interval_end=MIDNIGHT - DAY))
    make.version(at=MIDNIGHT + DAY)
    assert lineage.resolve("raw/events", "latest", run=MONDAY) == own
    assert str(lineage.resolve("raw/events", "latest")) == "raw/events@3"


def test_uuids(make: Maker, lineage: Lineage) -> None:
    """A version is found by its UUID, and by the beginning of it, however they are written."""
    id_ = "0123abcd-4567-4890-abcd-ef0123456789"
    version = make.version(id=id_)
    make.version(id="0123abcd-9999-4890-abcd-ef0123456789")
    assert lineage.get(id_) == lineage.get(id_.upper()) == lineage.get(id_.replace("-", "")) == version
    assert lineage.get("0123abcd") is None
    assert lineage.find_prefix("0123ABCD4567") == lineage.find_prefix("0123abcd-4") == [version]
    assert len(lineage.find_prefix("0123abcd")) == 2
    assert lineage.find_prefix("0123abce") == []


def test_what_there_is(make: Maker, lineage: Lineage) -> None:
    """For messages: the newest words of an artifact, and names that are close to one."""
    for word in (None, "v1", None):
        make.version(version=word)
    make.version("raw/event")
    make.version("raw/events_", named=False)
    assert lineage.words("raw/events") == ["2", "v1", "1"]
    assert lineage.words("raw/events", limit=1) == ["2"]
    assert lineage.words("no") == []
    assert lineage.similar("raw/evnts") == ["raw/events", "raw/event"]
