"""``upstream``, ``downstream``, ``run`` and ``task-run``: how versions and task runs hang together."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from rich.console import Console

from airflow_artifacts.cli import report
from airflow_artifacts.cli.output import document_of, lines
from airflow_artifacts.cli.settings import connect
from airflow_artifacts.exports import export

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Mapping

    from airflow_artifacts.model import TaskRunWithEdges, VersionSummary

__all__ = ["downstream", "run", "task_run", "upstream"]


def upstream(arguments: argparse.Namespace) -> int:
    """Print what a version was made from.

    Raises:
        ArtifactNotFoundError: There is no such version.
    """
    with connect(arguments) as client:
        graph = client.upstream(arguments.reference, depth=arguments.depth)
    if arguments.output == "table":
        Console(highlight=False, width=None if sys.stdout.isatty() else 10_000).print(report.lineage_tree(graph))
    else:
        sys.stdout.write(export(graph, arguments.output))
        sys.stdout.write("\n" * (arguments.output == "json"))
    return 0


def downstream(arguments: argparse.Namespace) -> int:
    """Print what was made from a version.

    Raises:
        ArtifactNotFoundError: There is no such version.
    """
    with connect(arguments) as client:
        if arguments.output != "table":
            sys.stdout.write(export(client.downstream(arguments.reference, depth=arguments.depth), arguments.output))
            sys.stdout.write("\n" * (arguments.output == "json"))
            return 0
        found = client.blast_radius(arguments.reference)
    sys.stdout.write(f"{found}\n")
    for version in found.versions:
        maker = "" if version.producer is None else f"  {version.producer.dag_id}.{version.producer.task_id}"
        sys.stdout.write(f"  {version}{maker}\n")
    for name in found.aliases:
        sys.stdout.write(f"  alias {name}\n")
    return 0


def run(arguments: argparse.Namespace) -> int:
    """Print what a DAG run read and wrote, with what it has not made yet."""
    with connect(arguments) as client:
        found = client.run(arguments.dag_id, arguments.run_id)
    if arguments.output in {"mermaid", "graphviz"}:
        sys.stdout.write(export(found.graph, arguments.output, found.pending))
        return 0
    document = {
        "dag_id": found.dag_id,
        "run_id": found.run_id,
        "task_runs": [_document(one) for one in found.task_runs],
        "pending": [
            {"task_id": one.task_id, "map_index": one.map_index, "output": one.output} for one in found.pending
        ],
    }

    def shown() -> Iterator[str]:
        for one in found.task_runs:
            yield from _lines(one)
        yield from (f"  {one}" for one in found.pending)

    lines(arguments, document, shown())
    return 0


def task_run(arguments: argparse.Namespace) -> int:
    """Print what a task run read and wrote.

    Raises:
        ArtifactNotFoundError: No such task run is recorded.
    """
    with connect(arguments) as client:
        found = client.task_run(
            arguments.dag_id,
            arguments.run_id,
            arguments.task_id,
            map_index=arguments.map_index,
            try_number=arguments.try_number,
        )
    if arguments.output in {"mermaid", "graphviz"}:
        sys.stdout.write(export(found.graph, arguments.output, found.pending))
    else:
        lines(arguments, _document(found), _lines(found))
    return 0


def _document(one: TaskRunWithEdges) -> dict[str, Any]:
    run_ = one.task_run
    return {
        "id": run_.id,
        "task_id": run_.task_id,
        "map_index": run_.map_index,
        "try_number": run_.try_number,
        "state": run_.state.value,
        "started_at": run_.started_at.isoformat(),
        "ended_at": None if run_.ended_at is None else run_.ended_at.isoformat(),
        "parameters": dict(run_.parameters),
        "inputs": _named(one.inputs),
        "outputs": _named(one.outputs),
    }


def _named(versions: Mapping[str, VersionSummary]) -> dict[str, Any]:
    return {name: document_of(version) for name, version in versions.items()}


def _lines(one: TaskRunWithEdges) -> Iterator[str]:
    yield f"{one.task_run} ({one.task_run.state.value})"
    yield from (f"  {name} = {json.dumps(value)}" for name, value in one.task_run.parameters.items())
    yield from (f"  {name} ← {version}" for name, version in one.inputs.items())
    yield from (f"  {name} → {version}" for name, version in one.outputs.items())
