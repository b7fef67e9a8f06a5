"""The graph of what was made from what."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from airflow_artifacts.lineage import graph
from airflow_artifacts.model import Direction, EdgeKind, LineageEdge, LineageGraph

if TYPE_CHECKING:
    from airflow_artifacts.lineage import Lineage
    from airflow_artifacts.model import ArtifactVersion
    from tests.lineage.making import Maker


@pytest.fixture
def diamond(make: Maker) -> dict[str, ArtifactVersion]:
    """Make raw -> split -> train and test -> fit and check -> model, report -> publish -> page."""
    versions: dict[str, ArtifactVersion] = {}
    steps = [
        ("extract", [], ["raw"]),
        ("split", ["raw"], ["train", "test"]),
        ("fit", ["train"], ["model"]),
        ("evaluate", ["model", "test"], ["report"]),
    ]
    for task, inputs, outputs in steps:
        made = make.step(task, [versions[name] for name in inputs], *outputs)
        versions |= dict(zip(outputs, made, strict=True))
    return versions


def names(found: LineageGraph) -> tuple[list[str], list[str]]:
    """Return the artifacts and tasks of a graph."""
    artifacts = sorted(version.artifact for version in found.versions.values())
    return artifacts, sorted(run.task_id for run in found.task_runs.values())


def test_upstream(diamond: dict[str, ArtifactVersion], lineage: Lineage) -> None:
    """Everything a version was made from is found once, with the task runs between."""
    found = lineage.upstream(diamond["report"].id, 10)
    tasks = ["evaluate", "extract", "fit", "split"]
    assert names(found) == (["model", "raw", "report", "test", "train"], tasks)
    assert len(found.edges) == 9
    assert not found.truncated
    assert names(lineage.upstream(diamond["train"].id, 10)) == (["raw", "train"], ["extract", "split"])


def test_downstream(diamond: dict[str, ArtifactVersion], lineage: Lineage) -> None:
    """Everything that was made from a version is found once, the other outputs of its readers too."""
    found = lineage.downstream(diamond["raw"].id, 10)
    assert names(found) == (["model", "raw", "report", "test", "train"], ["evaluate", "fit", "split"])
    assert not found.truncated
    assert names(lineage.downstream(diamond["report"].id, 10)) == (["report"], [])


def test_depth(diamond: dict[str, ArtifactVersion], lineage: Lineage) -> None:
    """Depth counts versions, and a graph that it cuts off says so."""
    found = lineage.upstream(diamond["report"].id, 1)
    assert names(found) == (["model", "report", "test"], ["evaluate"])
    assert found.truncated
    assert not lineage.upstream(diamond["report"].id, 3).truncated
    assert not lineage.upstream(diamond["raw"].id, 0).truncated
    found = lineage.downstream(diamond["raw"].id, 1)
    assert names(found) == (["raw", "test", "train"], ["split"])
    assert found.truncated
    assert not lineage.downstream(diamond["raw"].id, 3).truncated


def test_size(diamond: dict[str, ArtifactVersion], lineage: Lineage) -> None:
    """A graph of more nodes than allowed is cut off, says so, and has no edge to a node it lacks."""
    for walk, root, nodes in ((graph.upstream, "report", 9), (graph.downstream, "raw", 8)):
        for most in range(1, nodes + 1):
            with lineage._database.reading() as session:
                found = walk(session, diamond[root].id, 10, most)
            assert len(found.versions) + len(found.task_runs) == most
            assert found.truncated is (most < nodes)
            assert all(edge.version in found.versions and edge.task_run in found.task_runs for edge in found.edges)


def test_reuse_is_downstream_only(make: Maker, lineage: Lineage) -> None:
    """Nothing descends from what is younger: who reuses a version is not what it was made from."""
    source, other = make.version("source"), make.version("other")
    first = make.run("fit")
    lineage.record_inputs([LineageEdge(first.id, source.id, Direction.INPUT, EdgeKind.ARGUMENT, "x", None)])
    version = make.version("model", by=first, version="v1")
    again = make.run("fit", try_number=2)
    lineage.record_inputs([LineageEdge(again.id, other.id, Direction.INPUT, EdgeKind.ARGUMENT, "x", None)])
    assert make.version("model", by=again, version="v1").id == version.id
    assert names(lineage.upstream(version.id, 5)) == (["model", "source"], ["fit"])
    assert names(lineage.downstream(other.id, 5)) == (["model", "other"], ["fit"])


def test_a_task_that_reads_what_it_wrote(make: Maker, lineage: Lineage) -> None:
    """A circle ends."""
    run = make.run()
    version = make.version(by=run)
    lineage.record_inputs([LineageEdge(run.id, version.id, Direction.INPUT, EdgeKind.READ, "raw/events", "raw/events")])
    for found in (lineage.upstream(version.id, 5), lineage.downstream(version.id, 5)):
        assert names(found) == (["raw/events"], ["extract"])
        assert not found.truncated
