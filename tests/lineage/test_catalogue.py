"""Lists of artifacts and versions: filtered, sorted, in pages, and of what one may see only."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from airflow_artifacts.exceptions import InvalidNameError
from airflow_artifacts.lineage import artifacts
from airflow_artifacts.model import ArtifactCriteria, ArtifactPage, ArtifactSort, Facets, Visibility
from tests.lineage.making import DAY, MIDNIGHT

if TYPE_CHECKING:
    from airflow_artifacts.lineage import Lineage
    from airflow_artifacts.model import ArtifactVersion
    from tests.lineage.making import Maker

CHURN = Visibility(dags=frozenset({"churn"}), others=False)
OTHERS = Visibility(dags=frozenset(), others=True)
NOTHING = Visibility(dags=frozenset(), others=False)


def page(lineage: Lineage, sort: ArtifactSort = ArtifactSort.NAME, **fields: Any) -> ArtifactPage:
    """Return the first page of what fits."""
    return lineage.catalogue.artifacts(ArtifactCriteria(**fields), sort=sort)


def names(lineage: Lineage, **fields: Any) -> list[str]:
    """Return the names of the artifacts that fit."""
    found = page(lineage, **fields)
    assert found.total == len(found.artifacts)
    return [one.name for one in found.artifacts]


def walk(lineage: Lineage, sort: ArtifactSort, *, descending: bool = False, limit: int = 2, **fields: Any) -> list[str]:
    """Return the names of all pages, one after the other."""
    found: list[str] = []
    after: str | None = None
    while True:
        criteria = ArtifactCriteria(**fields)
        shown = lineage.catalogue.artifacts(criteria, sort=sort, descending=descending, after=after, limit=limit)
        found += [one.name for one in shown.artifacts]
        after = shown.next
        if after is None:
            return found


def by_dag(make: Maker, dag: str, artifact: str, content: str = "content", **fields: Any) -> ArtifactVersion:
    """Let a task run of a DAG publish a version."""
    number = len(list(make.lineage.versions(artifact)))
    return make.version(artifact, content, by=make.run("task", f"{artifact}-{number}", dag_id=dag), **fields)


def test_an_artifact_is_described(lineage: Lineage, make: Maker) -> None:
    """A row has the latest version, the number of versions, tags, and what aliases name."""
    old = make.version("raw", aliases=frozenset({"production"}))
    make.version("raw", tags=frozenset({"gold"}))
    lineage.labels.tag_artifact("raw", ["team"])
    found = page(lineage)
    assert (found.total, found.total_is_bound, found.next) == (1, False, None)
    (raw,) = found.artifacts
    assert (raw.name, raw.versions, raw.tags, dict(raw.aliases)) == ("raw", 2, {"team"}, {"production": old.version})
    assert raw.latest == lineage.resolve("raw", "latest")
    assert page(lineage, text="none") == ArtifactPage(artifacts=(), next=None, total=0, total_is_bound=False)


def test_filters(lineage: Lineage, make: Maker) -> None:
    """The latest version counts, or for tags the artifact too; earlier versions do not."""
    make.version("a", kind="model", type="sklearn.Model", tags=frozenset({"old"}), aliases=frozenset({"production"}))
    make.version("a", "x" * 100, tags=frozenset({"gold"}))
    make.version("b", kind="model", type="sklearn.Model", tags=frozenset({"gold"}))
    lineage.labels.tag_artifact("b", ["team"])
    by_dag(make, "churn", "c")
    make.version("dag::task::output", named=False)
    assert names(lineage) == ["a", "b", "c"]
    assert names(lineage, named=False) == ["a", "b", "c", "dag::task::output"]
    assert names(lineage, type="model") == names(lineage, value_type="sklearn.Model") == ["b"]
    assert names(lineage, tags=frozenset({"gold"})) == ["a", "b"]
    assert names(lineage, tags=frozenset({"gold", "team"})) == ["b"]
    assert names(lineage, tags=frozenset({"old"})) == []
    assert names(lineage, dag_id="churn") == ["c"]
    assert names(lineage, alias="production") == ["a"]
    assert names(lineage, min_size=50) == ["a"]
    assert names(lineage, max_size=50) == ["b", "c"]
    latest = lineage.resolve("b", "latest")
    assert latest is not None
    assert names(lineage, after=latest.created_at) == ["b", "c"]
    assert names(lineage, before=latest.created_at) == ["a"]


def test_names_are_texts(lineage: Lineage, make: Maker) -> None:
    """A text is looked for in any part of a name, a pattern fits all of it; signs of SQL stand for themselves."""
    hostile = ["100%", "a_b", "a\\b", "axb", "it's; DROP TABLE artifact--", 'q"[x]', "Raw/Events", "raw/events/2"]
    for name in hostile:
        make.version(name)
    assert names(lineage, text="RAW/") == ["Raw/Events", "raw/events/2"]
    assert names(lineage, text="raw/*s") == ["Raw/Events"]
    assert names(lineage, text="*events*") == ["Raw/Events", "raw/events/2"]
    assert names(lineage, text="a_b") == ["a_b"]
    assert names(lineage, text="a?b") == ["a\\b", "a_b", "axb"]
    for name in hostile:
        assert name in names(lineage, text=name)
    assert names(lineage, text="%") == ["100%"]
    assert names(lineage, text="\\") == ["a\\b"]
    assert names(lineage, text="' OR 1=1 --") == []
    assert names(lineage, text="\0") == []


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("sort", list(ArtifactSort))
def test_ties_are_sorted_by_name(lineage: Lineage, make: Maker, sort: ArtifactSort, *, descending: bool) -> None:
    """However small the pages are, nothing is left out and nothing comes twice."""
    sizes = {"b": 1, "a": 1, "d": 3, "c": 3, "e": 2}
    for name, size in sizes.items():
        make.version(name, "x" * size)
    expected = {
        ArtifactSort.NAME: ["a", "b", "c", "d", "e"],
        ArtifactSort.UPDATED: ["b", "a", "d", "c", "e"],
        ArtifactSort.SIZE: ["a", "b", "e", "c", "d"],
    }[sort]
    for visible in (None, OTHERS):
        for limit in (1, 2, 5, 100):
            found = walk(lineage, sort, descending=descending, limit=limit, visible=visible)
            assert found == (expected[::-1] if descending else expected)


@pytest.mark.parametrize("sort", list(ArtifactSort))
def test_pages_while_others_publish(lineage: Lineage, make: Maker, sort: ArtifactSort) -> None:
    """What was on a page comes on no later one, and what nobody touches is on one of them."""
    for number in range(6):
        make.version(f"a{number}", "x" * number)
    criteria = ArtifactCriteria()
    first = lineage.catalogue.artifacts(criteria, sort=sort, descending=True, limit=2)
    make.version("a5", "y" * 9)
    make.version("a9", "z" * 9)
    rest = lineage.catalogue.artifacts(criteria, sort=sort, descending=True, after=first.next)
    assert [one.name for one in (*first.artifacts, *rest.artifacts)] == ["a5", "a4", "a3", "a2", "a1", "a0"]
    assert rest.total == 7


def test_a_token_of_another_list(lineage: Lineage, make: Maker) -> None:
    """A text that no page of the list gave is refused, whatever it is."""
    for name in ("a", "b"):
        make.version(name)
        make.version(name)
    catalogue, criteria = lineage.catalogue, ArtifactCriteria()
    by_name = catalogue.artifacts(criteria, limit=1).next
    by_size = catalogue.artifacts(criteria, sort=ArtifactSort.SIZE, limit=1).next
    of_versions = catalogue.versions("a", limit=1).next
    assert by_name
    assert by_size
    for text in (by_size, of_versions, "", "x", "ä", "e30", "W10", f"{by_name}x", "WyJuYW1lIHVwIixbXV0"):
        with pytest.raises(InvalidNameError, match="is no page of this list"):
            catalogue.artifacts(criteria, after=text)
    with pytest.raises(InvalidNameError, match="is no page of this list"):
        catalogue.artifacts(criteria, sort=ArtifactSort.SIZE, descending=True, after=by_size)
    with pytest.raises(InvalidNameError, match="is no page of this list"):
        catalogue.versions("a", after=by_name)


def test_many_artifacts_are_counted_up_to_a_bound(
    lineage: Lineage, make: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A total says whether there are more; those of a single page are counted anyway."""
    monkeypatch.setattr(artifacts, "_MOST_COUNTED", 2)
    for name in ("a", "b"):
        make.version(name)
    for visible in (None, OTHERS):
        found = lineage.catalogue.artifacts(ArtifactCriteria(visible=visible), limit=1)
        assert (found.total, found.total_is_bound) == (2, False)
    make.version("c")
    for fields in ({}, {"visible": OTHERS}, {"type": "data"}):
        found = lineage.catalogue.artifacts(ArtifactCriteria(**fields), limit=1)
        assert (found.total, found.total_is_bound) == (2, True)


def test_only_what_is_visible_counts(lineage: Lineage, make: Maker) -> None:
    """Of an artifact of two DAGs one sees the versions of one's own: their number, their latest, and its size."""
    mine = [by_dag(make, "churn", "shared", "x" * size) for size in (1, 2)]
    hidden = by_dag(make, "secret", "shared", "x" * 50, tags=frozenset({"gold"}), aliases=frozenset({"best"}))
    by_dag(make, "secret", "hidden")
    make.version("saved")
    assert names(lineage, visible=CHURN) == ["shared"]
    (shared,) = page(lineage, visible=CHURN).artifacts
    assert (shared.versions, str(shared.latest), shared.latest and shared.latest.size) == (2, str(mine[1]), 2)
    assert dict(shared.aliases) == {}
    for fields in ({"min_size": 40}, {"tags": frozenset({"gold"})}, {"dag_id": "secret"}, {"alias": "best"}):
        assert names(lineage, visible=CHURN, **fields) == []
        assert "shared" in names(lineage, **fields)
    assert names(lineage, visible=OTHERS) == ["saved"]
    assert names(lineage, visible=NOTHING) == []
    assert names(lineage, visible=Visibility(dags=frozenset({"churn", "secret"}), others=True)) == names(lineage)
    assert [one.id for one in lineage.catalogue.versions("shared", CHURN).versions] == [one.id for one in mine[::-1]]
    assert lineage.catalogue.versions("shared").versions[0].id == hidden.id
    assert lineage.catalogue.versions("saved", CHURN).versions == ()


def test_latest_stays_where_it_is_visible(lineage: Lineage, make: Maker) -> None:
    """A late run moves latest back for nobody; where latest is hidden, the newest publication is shown."""
    newest = by_dag(make, "churn", "a")
    make.version("a", by=make.run("late", "late", dag_id="churn", run_after=MIDNIGHT - DAY))
    assert [str(one.latest) for one in page(lineage, visible=CHURN).artifacts] == [str(newest)]
    make.version("a", by=make.run("late", "later", dag_id="secret", run_after=MIDNIGHT + DAY))
    assert [str(one.latest) for one in page(lineage, visible=CHURN).artifacts] == ["a@2"]


def test_a_forgotten_producer(lineage: Lineage, make: Maker) -> None:
    """Once its producer is forgotten, a version is among those without one; the others stay as they were."""
    for _ in range(3):
        by_dag(make, "churn", "a", aliases=frozenset({"best"}))
    lineage.upkeep.forget("churn", "a-1")
    assert [(one.versions, str(one.latest)) for one in page(lineage, visible=OTHERS).artifacts] == [(1, "a@2")]
    assert [(one.versions, str(one.latest)) for one in page(lineage, visible=CHURN).artifacts] == [(2, "a@3")]
    lineage.upkeep.forget("churn", "a-2")
    assert [(one.versions, str(one.latest)) for one in page(lineage, visible=OTHERS).artifacts] == [(2, "a@3")]
    assert [(one.versions, str(one.latest)) for one in page(lineage, visible=CHURN).artifacts] == [(1, "a@1")]
    assert lineage.catalogue.facets(OTHERS).aliases == (("best", 1),)
    assert lineage.catalogue.facets(CHURN).aliases == ()
    lineage.upkeep.forget("churn", "a-0")
    assert names(lineage, visible=CHURN) == []


def test_versions_in_pages(lineage: Lineage, make: Maker) -> None:
    """Each version comes once, the newest publication first, though it was published again."""
    made = [by_dag(make, "churn" if number % 2 else "other", "a") for number in range(5)]
    make.version("a", version="final", at=MIDNIGHT - timedelta(days=3))
    make.version("a", version="final")
    catalogue = lineage.catalogue
    first = catalogue.versions("a", limit=2)
    second = catalogue.versions("a", after=first.next, limit=4)
    assert [str(one) for one in (*first.versions, *second.versions)] == ["a@final", "a@5", "a@4", "a@3", "a@2", "a@1"]
    assert second.next is None
    mine = catalogue.versions("a", CHURN, limit=1)
    assert [one.id for one in mine.versions] == [made[3].id]
    assert [one.id for one in catalogue.versions("a", CHURN, after=mine.next).versions] == [made[1].id]
    assert catalogue.versions("none").versions == ()


def test_facets(lineage: Lineage, make: Maker) -> None:
    """Words are counted by artifact, once each, the most frequent first, of what one may see."""
    by_dag(make, "churn", "a", kind="model", tags=frozenset({"gold", "team"}), aliases=frozenset({"best"}))
    lineage.labels.tag_artifact("a", ["team"])
    by_dag(make, "churn", "b", tags=frozenset({"team"}), aliases=frozenset({"best", "old"}))
    by_dag(make, "secret", "c", type="secret.Type", tags=frozenset({"hidden"}), aliases=frozenset({"hidden"}))
    make.version("dag::task::output", kind="plot", named=False)
    assert lineage.catalogue.facets() == Facets(
        types=(("data", 2), ("model", 1)),
        value_types=(("pandas.DataFrame", 2), ("secret.Type", 1)),
        tags=(("team", 2), ("gold", 1), ("hidden", 1)),
        dags=(("churn", 2), ("secret", 1)),
        aliases=(("best", 2), ("hidden", 1), ("old", 1)),
    )
    seen = lineage.catalogue.facets(CHURN)
    assert (seen.value_types, seen.tags, seen.dags) == (
        (("pandas.DataFrame", 2),),
        (("team", 2), ("gold", 1)),
        (("churn", 2),),
    )
    assert seen.aliases == (("best", 2), ("old", 1))
    assert lineage.catalogue.facets(NOTHING) == Facets()
    assert ("plot", 1) in lineage.catalogue.facets(named=False).types
