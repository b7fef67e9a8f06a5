"""Versions and lineage, drawn for a terminal."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest
from rich.console import Console

from airflow_artifacts.cli.report import lineage_tree, size_text, version_table
from airflow_artifacts.model import (
    ArtifactVersion,
    Direction,
    EdgeKind,
    LineageEdge,
    LineageGraph,
    Manifest,
    SaveKind,
    TaskRun,
)

NOW = datetime(2026, 1, 1, tzinfo=timezone.utc)


def version(name: str, producer: TaskRun, **fields: object) -> ArtifactVersion:
    """Describe a version."""
    return ArtifactVersion(
        id=name,
        artifact=name,
        named=True,
        version="1",
        number=1,
        kind="data",
        type="builtins.int",
        materializer="builtins.int",
        size=2048,
        file_count=0,
        manifest=Manifest(()),
        save_kind=SaveKind.TASK_OUTPUT,
        created_at=NOW,
        effective_at=NOW,
        producer=producer,
        **fields,  # type: ignore[arg-type]
    )


def task_run(task_id: str) -> TaskRun:
    """Describe a task run."""
    return TaskRun(id=task_id, dag_id="dag", run_id="run", task_id=task_id, instance_id=task_id, started_at=NOW)


def drawn(thing: object) -> str:
    """Draw it as on a wide terminal without colours."""
    console = Console(width=120, color_system=None)
    with console.capture() as capture:
        console.print(thing)
    return capture.get()


@pytest.mark.parametrize(
    ("size", "text"),
    [(0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (1234, "1.2 kB"), (5_600_000, "5.6 MB"), (10**16, "10000.0 TB")],
)
def test_sizes(size: int, text: str) -> None:
    """Sizes are in decimal units with one digit behind the point."""
    assert size_text(size) == text


def test_table() -> None:
    """A row has name, version, type and size; brackets in names are no markup."""
    row = drawn(version_table([version("models/[red]", task_run("fit"))])).splitlines()[4]
    assert [cell.strip() for cell in row.strip("│").split("│")] == [
        "models/[red]",
        "1",
        "builtins.int",
        "2.0 kB",
    ]


def test_tree_follows_inputs() -> None:
    """Below a version stand the inputs of the task run that made it; what stands there already is not repeated."""
    fit, split, ingest = task_run("fit"), task_run("split"), task_run("ingest")
    versions = [version("model", fit, metadata={"accuracy": 0.98765}), version("train", split), version("raw", ingest)]
    edges = [
        LineageEdge("fit", "train", Direction.INPUT, EdgeKind.ARGUMENT, "data"),
        LineageEdge("fit", "raw", Direction.INPUT, EdgeKind.READ, "raw"),
        LineageEdge("fit", "model", Direction.OUTPUT, EdgeKind.PRODUCED, "output"),
        LineageEdge("split", "raw", Direction.INPUT, EdgeKind.ARGUMENT, "wines"),
    ]
    graph = LineageGraph(
        ("model",), {each.id: each for each in versions}, {run.id: run for run in (fit, split, ingest)}, edges
    )
    lines = [line.rstrip() for line in drawn(lineage_tree(graph)).splitlines()]
    assert lines == [
        "model@1 dag.fit  accuracy 0.9877",
        "├── data: train@1 dag.split",
        "│   └── wines: raw@1 dag.ingest",
        "└── raw: raw@1 dag.ingest (see above)",
    ]


def test_tree_says_when_it_is_cut_off() -> None:
    """A graph that was cut off ends with an ellipsis."""
    graph = LineageGraph(("model",), {"model": version("model", task_run("fit"))}, {}, [], truncated=True)
    assert drawn(lineage_tree(graph)).splitlines()[-1].strip() == "└── …"
