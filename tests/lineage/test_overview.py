"""What is counted: the overview, decisions by day, numbers in metadata, task runs, and what could be reclaimed."""

from __future__ import annotations

import random
from collections import Counter
from datetime import datetime, time, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from airflow_artifacts import ArtifactClient
from airflow_artifacts.entries import Decision, Outcome
from airflow_artifacts.lineage import overview, reclaiming, remembered, series, tables
from airflow_artifacts.model import (
    ArtifactBytes,
    Direction,
    EdgeKind,
    LineageEdge,
    Manifest,
    ManifestFile,
    MetadataSource,
    Metadatum,
    Part,
    PruneRules,
    Reclaimable,
    SaveKind,
    Visibility,
)
from airflow_artifacts.store import ObjectStore
from tests.lineage.making import DAY, a_file, an_object, uploaded

if TYPE_CHECKING:
    from pathlib import Path

    from airflow_artifacts.lineage import Lineage
    from airflow_artifacts.model import ArtifactVersion, TaskRun
    from tests.lineage.making import Maker

CHURN = Visibility(dags=frozenset({"churn"}), others=False)
OTHERS = Visibility(dags=frozenset(), others=True)


def registered(make: Maker, artifact: str, size: int) -> ArtifactVersion:
    """Publish a version whose data lies elsewhere."""
    file = ManifestFile("data.csv", a_file(artifact).digest, size, uri="s3://other/data.csv")
    return make.version(artifact, manifest=Manifest((file,)), save_kind=SaveKind.REGISTERED)


def read(lineage: Lineage, run: TaskRun, version: ArtifactVersion, *names: str) -> None:
    """Record that a task run read a version, by some parameters."""
    lineage.record_inputs(
        LineageEdge(run.id, version.id, Direction.INPUT, EdgeKind.ARGUMENT, name, None) for name in names
    )


def test_numbers_worked_out_by_hand(lineage: Lineage, make: Maker) -> None:
    """Bytes are counted once for each version, and once for each object; registered data apart."""
    for dag in ("churn", "other"):
        make.version("a", "x" * 10, by=make.run("one", dag_id=dag))
        make.version("b", "x" * 10, by=make.run("two", dag_id=dag))
    make.version("b", "y" * 5, by=make.run("three"))
    make.version("dag::task::output", "z" * 7, named=False)
    registered(make, "outside", 1000)
    found = lineage.catalogue.overview()
    assert (found.artifacts, found.versions) == (4, 7)
    assert (found.bytes_named, found.bytes_stored, found.bytes_registered) == (52, 22, 1000)
    assert found.dedup_ratio == pytest.approx(52 / 22)
    assert found.largest == (
        ArtifactBytes(artifact="b", bytes=15),
        ArtifactBytes(artifact="a", bytes=10),
        ArtifactBytes(artifact="dag::task::output", bytes=7),
    )
    mine = lineage.catalogue.overview(visible=CHURN)
    assert (mine.artifacts, mine.versions, mine.bytes_named, mine.bytes_stored) == (2, 3, 25, 15)
    others = lineage.catalogue.overview(visible=OTHERS)
    assert (others.artifacts, others.bytes_stored, others.bytes_registered) == (2, 7, 1000)
    nothing = lineage.catalogue.overview(visible=Visibility(dags=frozenset(), others=False))
    assert (nothing.artifacts, nothing.bytes_stored, nothing.dedup_ratio, nothing.largest) == (0, 0, 1.0, ())


def test_the_largest(lineage: Lineage, make: Maker, monkeypatch: pytest.MonkeyPatch) -> None:
    """An artifact whose versions share their bytes comes behind one whose bytes are its own."""
    monkeypatch.setattr(overview, "_LARGEST", 2)
    for _ in range(9):
        make.version("shared", "x" * 10)
    for number in range(4):
        make.version(f"own/{number}", f"{number}" * (20 + number))
    sizes = [(one.artifact, one.bytes) for one in lineage.catalogue.overview().largest]
    assert sizes == [("own/3", 23), ("own/2", 22)]


def test_decisions_by_day(lineage: Lineage, make: Maker) -> None:
    """The day is that on which the task run began, in UTC; a day without decisions is there too."""
    midnight = datetime.combine(datetime.now(timezone.utc).date(), time(), timezone.utc)
    moments = {
        midnight: [("hit", 2.0), ("hit", 3.5), ("miss", None)],
        midnight - timedelta(microseconds=1): [("miss", 9.0), ("uncached", None), ("earlier try", 1.0)],
        midnight - 2 * DAY: [("hit", None)],
        midnight - 3 * DAY: [("hit", 100.0)],
    }
    for moment, outcomes in moments.items():
        for outcome, seconds in outcomes:
            run = make.run("task", str(moment), instance_id=f"{moment}{outcome}{seconds}", started_at=moment)
            lineage.cache.remember(run, None, Decision(outcome=Outcome(outcome), seconds=seconds))
    make.run("asked nothing", "today", started_at=midnight)
    found = lineage.catalogue.overview(days=3)
    counted = [(day.day, day.hits, day.misses, day.uncached, day.seconds_saved) for day in found.days]
    today = midnight.date()
    assert counted == [(today - 2 * DAY, 1, 0, 0, 0.0), (today - DAY, 0, 1, 1, 0.0), (today, 2, 1, 0, 5.5)]
    assert (found.hits, found.misses, found.uncached, found.seconds_saved) == (3, 2, 1, 5.5)
    assert lineage.catalogue.overview(visible=OTHERS).hits == 0
    assert len(lineage.catalogue.overview(days=0).days) == 1


def test_a_decision_that_is_written_again(lineage: Lineage, make: Maker) -> None:
    """The last decision for a task run counts, alone."""
    run = make.run(started_at=datetime.now(timezone.utc))
    for decision in (Decision(outcome=Outcome.HIT, seconds=5.0), Decision(outcome=Outcome.MISS, seconds=5.0)):
        lineage.cache.remember(run, None, decision)
    found = lineage.catalogue.overview(days=2)
    assert (found.hits, found.misses, found.seconds_saved) == (0, 1, 0.0)


def test_tallies_stay_right(lineage: Lineage, make: Maker) -> None:
    """Whatever is published, reused, deleted or forgotten in whatever order: what is tallied is what is there."""
    choose = random.Random(7)  # noqa: S311 - the same steps in every run
    upkeep = lineage.upkeep
    for step in range(60):
        artifact, dag, run = f"a{choose.randrange(3)}", choose.choice(["churn", "other"]), f"run_{choose.randrange(9)}"
        act = choose.randrange(6)
        if act < 3:
            by = make.run("task", run, dag_id=dag) if act else None
            make.version(artifact, "x" * choose.randrange(1, 9), by=by)
        elif act == 3:
            registered(make, "outside", step)
        elif act == 4:
            upkeep.forget(dag, run)
        else:
            rules = PruneRules(saved=choose.random() < 0.5, part=choose.choice([Part.ALL, Part.BYTES]))
            for id_, some in upkeep.prunable(rules):
                upkeep.delete(id_, [one.id for one in some[:2]], rules)
        assert tallied(lineage) == counted(lineage)
    assert any(dag for _, dag in tallied(lineage))


def tallied(lineage: Lineage) -> dict[tuple[int, str], tuple[int, ...]]:
    """Return what is tallied."""
    row = tables.ArtifactDag
    with lineage._database.reading() as session:
        return {
            (one.artifact_id, one.dag_id): (one.versions, one.bytes, one.registered, one.newest)
            for one in session.scalars(sa.select(row))
        }


def counted(lineage: Lineage) -> dict[tuple[int, str], tuple[int, ...]]:
    """Return what is there, counted one by one."""
    row = tables.Publication
    found: dict[tuple[int, str], tuple[int, ...]] = {}
    with lineage._database.reading() as session:
        made = session.execute(sa.select(row.id, row.artifact_id, row.version_id).where(~row.reused).order_by(row.id))
        rows = made.all()
    for number, artifact, id_ in rows:
        version = lineage.get(id_)
        assert version is not None
        key = (artifact, version.producer.dag_id if version.producer else "")
        outside = sum(file.size for file in version.manifest.registered)
        stored = 0 if version.bytes_deleted_at else version.size - outside
        before = found.get(key, (0, 0, 0, 0))
        found[key] = (before[0] + 1, before[1] + stored, before[2] + outside, number)
    return found


def test_series(lineage: Lineage, make: Maker, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every key that is a number in some version has a point for each, also within mappings, as far as is bounded."""
    deep: dict[str, Any] = {"a": {"b": {"c": {"d": {"e": 1}}}}}
    values: list[dict[str, Any]] = [
        {"accuracy": 0.5, "stage": "draft", "ok": True, "scores": {"f1": 0.9, "by": {"de": 3, "x": None}}},
        {"accuracy": "none", "scores": {"f1": 0.8}, "rows": 10, "deep": deep, "list": [1, 2]},
        {"accuracy": 0.7, "scores.f1": 5, "scores": {"f1": 0.1}},
    ]
    versions = [
        make.version("a", metadata=tuple(Metadatum(k, v, MetadataSource.LOGGED) for k, v in one.items()))
        for one in values
    ]
    for source, value in ((MetadataSource.DECLARED, 1), (MetadataSource.DECLARED, 2), (MetadataSource.LOGGED, 3)):
        lineage.labels.add_metadata(versions[2].id, [Metadatum("rows", value, source)])
    found = lineage.catalogue.series("a")
    shown = {key: [(point.version, point.value) for point in points] for key, points in found.points.items()}
    assert shown == {
        "accuracy": [("1", 0.5), ("3", 0.7)],
        "rows": [("2", 10), ("3", 2)],
        "scores.by.de": [("1", 3)],
        "scores.f1": [("1", 0.9), ("2", 0.8), ("3", 5)],
    }
    assert not found.truncated
    point = found.points["rows"][0]
    assert (point.id, point.effective_at) == (versions[1].id, versions[1].effective_at)
    monkeypatch.setattr(series, "_MOST_VERSIONS", 2)
    assert [point.version for point in lineage.catalogue.series("a").points["scores.f1"]] == ["2", "3"]
    monkeypatch.setattr(series, "_MOST_KEYS", 1)
    assert list(lineage.catalogue.series("a").points) == ["accuracy"]
    assert lineage.catalogue.series("a").truncated
    assert lineage.catalogue.series("none").points == {}


def test_series_of_what_is_visible(lineage: Lineage, make: Maker) -> None:
    """Numbers of versions that one may not see are no points."""
    for number, dag in enumerate(("churn", "secret", "churn")):
        said = (Metadatum("n", number, MetadataSource.LOGGED),)
        make.version("a", by=make.run("task", f"run_{number}", dag_id=dag), metadata=said)
    assert [point.value for point in lineage.catalogue.series("a", CHURN).points["n"]] == [0, 2]
    assert lineage.catalogue.series("a", OTHERS).points == {}


def test_consumers(lineage: Lineage, make: Maker) -> None:
    """The task runs that read a version, the newest first, once each, with all that they read and wrote."""
    version, other = make.version("a"), make.version("b")
    runs = [make.run("use", f"run_{number}") for number in range(3)]
    for run in runs:
        read(lineage, run, version, "x", "y")
        read(lineage, run, other, "z")
    make.version("c", by=runs[0])
    first = lineage.catalogue.consumers(version.id, limit=2)
    second = lineage.catalogue.consumers(version.id, after=first.next, limit=2)
    consumers = (*first.task_runs, *second.task_runs)
    assert [one.task_run.id for one in consumers] == [run.id for run in runs[::-1]]
    assert [[edge.name for edge in one.edges] for one in consumers] == [["x", "y", "z"]] * 2 + [
        ["x", "y", "z", "output"]
    ]
    assert second.next is None
    assert lineage.catalogue.consumers("none").task_runs == ()


def test_task_runs(lineage: Lineage, make: Maker) -> None:
    """Task runs of a DAG come newest first, with decisions and what they read and wrote; earlier tries if asked for."""
    catalogue = lineage.catalogue
    raw = make.version("raw")
    made = [make.run("extract", run) for run in ("monday", "tuesday")]
    mapped = [make.run("fit", "monday", map_index=index) for index in (0, 1)]
    again = make.run("extract", "monday", try_number=2)
    make.run("extract", "monday", dag_id="other")
    read(lineage, again, raw, "x")
    make.version("out", by=again)
    miss = Decision(outcome=Outcome.MISS, reasons=("there is no earlier result under its key",), generation=0)
    lineage.cache.remember(again, None, miss)
    found = catalogue.task_runs("churn")
    assert [one.task_run.id for one in found.task_runs] == [one.id for one in (again, *mapped[::-1], made[1])]
    newest = found.task_runs[0]
    assert (newest.decision, list(newest.inputs), list(newest.outputs)) == (miss, ["x"], ["output"])
    assert len(newest.edges) == 2
    assert found.task_runs[1].decision is None
    everything = catalogue.task_runs("churn", newest_try_only=False)
    assert [one.task_run.id for one in everything.task_runs][-1] == made[0].id
    of_monday = catalogue.task_runs("churn", run_id="monday", task_id="fit", map_index=1)
    assert [one.task_run.id for one in of_monday.task_runs] == [mapped[1].id]
    assert [one.task_run.id for one in catalogue.task_runs("churn", task_id="extract").task_runs] == [
        again.id,
        made[1].id,
    ]
    assert catalogue.task_runs("none").task_runs == ()


def test_pages_of_task_runs(lineage: Lineage, make: Maker) -> None:
    """However small the pages are, each task run comes once, also those that were recorded at one moment."""
    runs = [make.run("task", f"run_{number}") for number in range(7)]
    with lineage._database.writing() as session:
        moment = sa.select(sa.func.max(tables.TaskRun.recorded_at)).scalar_subquery()
        session.execute(sa.update(tables.TaskRun).values(recorded_at=moment))
    seen: Counter[str] = Counter()
    after: str | None = None
    while True:
        found = lineage.catalogue.task_runs("churn", after=after, limit=2)
        seen.update(one.task_run.id for one in found.task_runs)
        after = found.next
        if after is None:
            break
    assert seen == Counter(run.id for run in runs)


def test_ids_of_dags(lineage: Lineage, make: Maker) -> None:
    """All DAGs of which something is recorded, and those only."""
    assert lineage.catalogue.dag_ids() == frozenset()
    for dag in ("b", "a", "ä", "'"):
        for run in ("monday", "tuesday"):
            make.run("task", run, dag_id=dag)
    lineage.upkeep.forget("a", "monday")
    assert lineage.catalogue.dag_ids() == {"a", "b", "ä", "'"}
    lineage.upkeep.forget("a", "tuesday")
    assert lineage.catalogue.dag_ids() == {"b", "ä", "'"}


def test_reclaimable(lineage: Lineage, make: Maker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says what pruning and collecting say that they would delete."""
    for number in range(3):
        make.version("a", f"run {number}", by=make.run("task", f"run_{number}"))
        make.version("dag::task::output", f"shared {number // 2}", by=make.run("two", f"run_{number}"), named=False)
    make.version("saved", "run 0")
    for number in range(3):
        lineage.upkeep.forget("churn", f"run_{number}")
    uploaded(lineage, an_object("nobody's"), an_object("nobody's, either"))
    client = ArtifactClient(ObjectStore.open(str(tmp_path)), lineage)
    for grace in (timedelta(), DAY):
        found = lineage.catalogue.reclaimable(grace=grace)
        pruned, collected = client.prune(dry_run=True), client.gc(grace=grace, dry_run=True)
        assert (found.versions, found.pruned_objects, found.pruned_bytes) == (
            len(pruned.versions),
            pruned.objects,
            pruned.bytes,
        )
        assert (found.collected_objects, found.collected_bytes, found.waiting_objects) == (
            collected.objects,
            collected.bytes,
            collected.waiting,
        )
        assert not found.is_bound
    assert (found.versions, found.pruned_objects, found.waiting_bytes) == (5, 3, len("nobody'snobody's, either"))
    monkeypatch.setattr(reclaiming, "_MOST_VERSIONS", 4)
    assert lineage.catalogue.reclaimable().versions == 4
    assert lineage.catalogue.reclaimable().is_bound


def test_nothing_is_reclaimable(lineage: Lineage, make: Maker) -> None:
    """What task runs hold stays, and so does what was saved by hand."""
    make.version("a", by=make.run())
    make.version("b")
    assert lineage.catalogue.reclaimable() == Reclaimable()


def test_slow_answers_are_remembered(lineage: Lineage, make: Maker, monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer that took long is given again for a while; one that was found quickly is found anew."""
    make.version("a")
    assert lineage.catalogue.overview().artifacts == 1
    make.version("b")
    monkeypatch.setattr(remembered, "_QUICK_SECONDS", 0.0)
    assert lineage.catalogue.overview().artifacts == 2
    make.version("c")
    assert lineage.catalogue.overview().artifacts == 2
    assert lineage.catalogue.overview(days=7).artifacts == 3


def test_a_page_takes_few_queries(lineage: Lineage, make: Maker) -> None:
    """A page of many takes as many queries as one of a few."""
    for number in range(30):
        make.version(f"a{number}", by=make.run("task", f"run_{number}"))
    statements: list[str] = []
    sa.event.listen(lineage._database.engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
    lineage.catalogue.versions("a1")
    assert len(lineage.catalogue.task_runs("churn").task_runs) == 30
    assert len([one for one in statements if one.startswith("SELECT")]) <= 6
