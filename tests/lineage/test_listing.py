"""Lists: complete, sorted, and in few queries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import event

from airflow_artifacts.lineage import listing
from tests.lineage.making import DAY, MIDNIGHT, a_version, an_object, uploaded

if TYPE_CHECKING:
    import pytest

    from airflow_artifacts.lineage import Lineage
    from tests.lineage.making import Maker


def test_artifacts(make: Maker, lineage: Lineage) -> None:
    """Artifacts are sorted by name, with what latest names; unnamed ones only where asked for."""
    for name in ("b", "a", "Z", "ä"):
        make.version(name, tags=frozenset({"gold"}))
    make.version("a", at=MIDNIGHT - DAY)
    make.version("dag::task::output", named=False)
    found = list(lineage.list_artifacts())
    assert [one.name for one in found] == ["Z", "a", "b", "ä"]
    assert found[1].versions == 2
    assert found[1].latest == lineage.resolve("a", "1")
    assert "dag::task::output" in [one.name for one in lineage.list_artifacts(named_only=False)]


def test_pages(lineage: Lineage, monkeypatch: pytest.MonkeyPatch) -> None:
    """However small the pages, nothing is left out and nothing comes twice."""
    monkeypatch.setattr(listing, "PAGE", 3)
    uploaded(lineage, an_object())
    drafts = [a_version(f"name-{number}") for number in range(9)] + [a_version("one") for _ in range(9)]
    lineage.publish(drafts, task_run=None, effective_at=MIDNIGHT)
    assert [one.name for one in lineage.list_artifacts()] == [*(f"name-{number}" for number in range(9)), "one"]
    assert [version.number for version in lineage.versions("one")] == list(range(9, 0, -1))
    assert list(lineage.versions("no")) == []


def test_few_queries(lineage: Lineage) -> None:
    """A page takes as many queries as one version does."""
    uploaded(lineage, an_object())
    drafts = [a_version(tags=frozenset({"gold"})) for _ in range(50)]
    lineage.publish(drafts, task_run=None, effective_at=MIDNIGHT)
    statements: list[str] = []
    event.listen(lineage._database.engine, "before_cursor_execute", lambda *arguments: statements.append(arguments[2]))
    assert len(list(lineage.versions("raw/events"))) == 50
    assert len([one for one in statements if one.startswith("SELECT")]) == 2
