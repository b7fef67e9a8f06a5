"""Searches: what fits is found, all of it, in an order that stands while others publish."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest

from airflow_artifacts.criteria import Criteria
from airflow_artifacts.exceptions import InvalidNameError
from airflow_artifacts.lineage import searching
from airflow_artifacts.model import MetadataSource, Metadatum

if TYPE_CHECKING:
    from airflow_artifacts.lineage import Lineage
    from tests.lineage.making import Maker


def found(lineage: Lineage, **fields: Any) -> list[str]:
    """Return the names of the versions that fit."""
    return [str(version) for version in lineage.search(Criteria.of(**fields))]


def logged(**values: Any) -> tuple[Metadatum, ...]:
    """Return metadata that a task logged."""
    return tuple(Metadatum(key, value, MetadataSource.LOGGED) for key, value in values.items())


def test_names(lineage: Lineage, make: Maker) -> None:
    """A pattern fits whole names; upper and lower case differ; other signs stand for themselves."""
    for name in ("raw/a", "raw/b", "Raw/a", "raw_a", "raw%a", "raw[a]", "train"):
        make.version(name)
    assert found(lineage, name="raw/a") == ["raw/a@1"]
    assert sorted(found(lineage, name="raw/*")) == ["raw/a@1", "raw/b@1"]
    assert sorted(found(lineage, name="*a")) == ["Raw/a@1", "raw%a@1", "raw/a@1", "raw_a@1"]
    assert found(lineage, name="raw_*") == ["raw_a@1"]
    assert found(lineage, name="raw%*") == ["raw%a@1"]
    assert found(lineage, name="raw[*") == ["raw[a]@1"]
    assert found(lineage, name="raw?b") == ["raw/b@1"]
    assert found(lineage, name="none") == found(lineage, name="none*") == []


def test_labels_and_types(lineage: Lineage, make: Maker) -> None:
    """Tags of the version and of its artifact count, all that are given; types for people and of values do."""
    make.version("a", tags=frozenset({"gold", "new"}))
    make.version("b", tags=frozenset({"gold"}), kind="model", type="sklearn.Model")
    make.version("b")
    lineage.labels.tag_artifact("b", ["team"])
    assert found(lineage, tags=["gold"]) == ["b@1", "a@1"]
    assert found(lineage, tags=["gold", "new"]) == ["a@1"]
    assert found(lineage, tags=["team"]) == ["b@2", "b@1"]
    assert found(lineage, tags=["team", "gold"]) == ["b@1"]
    assert found(lineage, type="model") == found(lineage, value_type="sklearn.Model") == ["b@1"]
    assert found(lineage, type="model", value_type="pandas.DataFrame") == []


def test_producers(lineage: Lineage, make: Maker) -> None:
    """The DAG, task and run that made a version; one that was saved by hand has none."""
    make.version("hand")
    make.version("out", by=make.run("extract", "monday"))
    make.version("out", by=make.run("extract", "tuesday"))
    make.version("fit", by=make.run("fit", "tuesday"))
    assert found(lineage, dag_id="churn") == ["fit@1", "out@2", "out@1"]
    assert found(lineage, dag_id="churn", run_id="tuesday", task_id="extract") == ["out@2"]
    assert found(lineage, task_id="fit") == ["fit@1"]
    assert found(lineage, dag_id="other") == []


def test_metadata(lineage: Lineage, make: Maker) -> None:
    """What counts of a key is compared, by number, or for equality as JSON."""
    low = make.version("a", metadata=logged(accuracy=0.5, stage="draft", shape=[1, 2], ok=True))
    make.version("b", metadata=logged(accuracy=0.95, stage="final", shape=[1, 2, 3], ok=None))
    make.version("c")
    assert found(lineage, metadata="accuracy > 0.9") == ["b@1"]
    assert found(lineage, metadata=["accuracy >= 0.5", "stage = draft"]) == ["a@1"]
    assert found(lineage, metadata="accuracy != 0.5") == ["b@1"]
    assert found(lineage, metadata="shape = [1, 2]") == found(lineage, metadata="ok = true") == ["a@1"]
    assert found(lineage, metadata="ok = null") == found(lineage, metadata="stage != draft") == ["b@1"]
    lineage.labels.add_metadata(low.id, logged(accuracy=0.99))
    assert found(lineage, metadata="accuracy > 0.9") == ["b@1", "a@1"]
    assert found(lineage, metadata="accuracy = 0.5") == []
    lineage.labels.add_metadata(low.id, [Metadatum("accuracy", 1.0, MetadataSource.MATERIALIZER)])
    assert found(lineage, metadata="accuracy = 1") == []  # logged is stronger than measured


def test_times_and_sizes(lineage: Lineage, make: Maker) -> None:
    """Versions made in a span of time, and of a size in bytes."""
    make.version("a", content="x")
    make.version("b", content="x" * 100)
    now = datetime.now(timezone.utc)
    assert found(lineage, after=now - timedelta(hours=1), min_size=50) == ["b@1"]
    assert found(lineage, before=now - timedelta(hours=1)) == found(lineage, after=now + timedelta(hours=1)) == []
    assert found(lineage, max_size=1) == ["a@1"]


def test_unnamed_ones_are_left_out(lineage: Lineage, make: Maker) -> None:
    """Artifacts that users gave no name are found only where that is asked for."""
    make.version("dag::task::output", named=False)
    assert found(lineage) == found(lineage, name="dag::*") == []
    assert found(lineage, name="dag::*", named=False) == ["dag::task::output@1"]


@pytest.mark.parametrize("few", [0, 10_000])
def test_both_plans_agree(lineage: Lineage, make: Maker, monkeypatch: pytest.MonkeyPatch, few: int) -> None:
    """Whether few or many fit, the same versions are found in the same order."""
    monkeypatch.setattr(searching, "_FEW", few)
    for number in range(12):
        tags = frozenset({"even"} if number % 2 == 0 else {"odd"})
        run = make.run(f"task_{number % 3}", f"run_{number}")
        make.version(f"name/{number % 4}", by=run, tags=tags, metadata=logged(number=number))
    monkeypatch.setattr(searching, "_ARTIFACTS", 2)
    assert found(lineage, tags=["even"], metadata="number > 4") == ["name/2@3", "name/0@3", "name/2@2"]
    assert found(lineage, name="name/*", tags=["odd"]) == [f"name/{n % 4}@{n // 4 + 1}" for n in (11, 9, 7, 5, 3, 1)]
    assert found(lineage, dag_id="churn", task_id="task_0", name="name/*") == [
        f"name/{n % 4}@{n // 4 + 1}" for n in (9, 6, 3, 0)
    ]


def test_all_are_found_whatever_the_page(lineage: Lineage, make: Maker) -> None:
    """Nothing is cut off silently, neither at the size of a page nor anywhere else; so do listings."""
    versions = [make.version("hot") for _ in range(45)]
    names = [str(version) for version in reversed(versions)]
    for page in (1, 7, 45, 46, 1000):
        assert [str(version) for version in lineage.search(Criteria(), page)] == names
        assert [str(version) for version in lineage.search(Criteria(name="h*"), page)] == names
    assert [str(version) for version in lineage.versions("hot")] == names


def test_pages_stand_while_others_publish(lineage: Lineage, make: Maker) -> None:
    """What is published between two pages is on none of them, and moves nothing."""
    old = [str(make.version("hot")) for _ in range(6)]
    first, token = lineage.search_page(Criteria(), None, 2)
    make.version("hot")
    make.version("new")
    second, token = lineage.search_page(Criteria(), token, 2)
    third, token = lineage.search_page(Criteria(), token, 2)
    assert [str(version) for version in (*first, *second, *third)] == old[::-1]
    rest, token = lineage.search_page(Criteria(), token, 2)
    assert (list(rest), token) == ([], None)


def test_a_token_that_is_none(lineage: Lineage) -> None:
    """A text that no page gave is refused."""
    with pytest.raises(InvalidNameError, match="is no page of a search"):
        lineage.search_page(Criteria(), "2026 x", 2)
