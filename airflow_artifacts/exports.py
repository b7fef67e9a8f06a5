"""Lineage graphs as text: JSON for programs, Mermaid for Markdown, Graphviz for drawings."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from airflow_artifacts.exceptions import InvalidNameError
from airflow_artifacts.model import Direction

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from airflow_artifacts.model import LineageGraph, PendingOutput, TaskRun, VersionSummary

__all__ = ["FORMATS", "export", "to_graphviz", "to_json", "to_mermaid"]


def export(graph: LineageGraph, form: str, pending: Sequence[PendingOutput] = ()) -> str:
    """Return a graph as text.

    Args:
        graph: The graph.
        form: ``json``, ``mermaid`` or ``graphviz``.
        pending: Outputs not made yet, drawn as placeholders.

    Raises:
        InvalidNameError: There is no such form.
    """
    if form not in FORMATS:
        message = f"a graph cannot be exported as {form!r}; use one of {', '.join(FORMATS)}"
        raise InvalidNameError(message)
    return FORMATS[form](graph, pending)


def to_json(graph: LineageGraph, pending: Sequence[PendingOutput] = ()) -> str:
    """Return a graph as JSON: its versions, task runs and edges, each node by its UUID."""
    document = {
        "roots": list(graph.roots),
        "versions": [_version(version) for version in graph.versions.values()],
        "task_runs": [_task_run(run) for run in graph.task_runs.values()],
        "edges": [
            {
                "task_run": edge.task_run,
                "version": edge.version,
                "direction": edge.direction.value,
                "kind": edge.kind.value,
                "name": edge.name,
            }
            for edge in graph.edges
        ],
        "pending": [
            {"task_id": one.task_id, "map_index": one.map_index, "output": one.output, "artifact": one.artifact}
            for one in pending
        ],
        "truncated": graph.truncated,
    }
    return json.dumps(document, indent=2)


def to_mermaid(graph: LineageGraph, pending: Sequence[PendingOutput] = ()) -> str:
    """Return a graph as a Mermaid flowchart: versions are rounded, task runs have corners."""
    lines = ["flowchart LR"]
    names = _names(graph)
    for id_, version in graph.versions.items():
        lines.append(f'    {names[id_]}(["{_mermaid(str(version))}"])')
    for id_, run in graph.task_runs.items():
        lines.append(f'    {names[id_]}["{_mermaid(_task(run))}"]')
    for source, target, label in _arrows(graph):
        lines.append(f'    {names[source]} -->|"{_mermaid(label)}"| {names[target]}')
    for copy, origin in _copies(graph):
        lines.append(f"    {names[origin]} -.-> {names[copy]}")
    for number, one in enumerate(pending):
        lines.append(f'    p{number}(["{_mermaid(str(one))}"]):::pending')
        lines += [f"    {names[id_]} -.-> p{number}" for id_ in _makers(graph, one)]
    if pending:
        lines.append("    classDef pending stroke-dasharray: 5 5")
    return "\n".join(lines) + "\n"


def to_graphviz(graph: LineageGraph, pending: Sequence[PendingOutput] = ()) -> str:
    """Return a graph in the language of Graphviz."""
    lines = ["digraph lineage {", "    rankdir=LR;"]
    names = _names(graph)
    for id_, version in graph.versions.items():
        lines.append(f"    {names[id_]} [shape=ellipse, label={_graphviz(str(version))}];")
    for id_, run in graph.task_runs.items():
        lines.append(f"    {names[id_]} [shape=box, label={_graphviz(_task(run))}];")
    for source, target, label in _arrows(graph):
        lines.append(f"    {names[source]} -> {names[target]} [label={_graphviz(label)}];")
    for copy, origin in _copies(graph):
        lines.append(f"    {names[origin]} -> {names[copy]} [style=dotted];")
    for number, one in enumerate(pending):
        lines.append(f"    p{number} [shape=ellipse, style=dashed, label={_graphviz(str(one))}];")
        lines += [f"    {names[id_]} -> p{number} [style=dashed];" for id_ in _makers(graph, one)]
    return "\n".join([*lines, "}"]) + "\n"


FORMATS: dict[str, Callable[[LineageGraph, Sequence[PendingOutput]], str]] = {
    "json": to_json,
    "mermaid": to_mermaid,
    "graphviz": to_graphviz,
}
"""What a graph can be exported as."""


def _names(graph: LineageGraph) -> dict[str, str]:
    """Return short names of the nodes, which both languages take as they are."""
    versions = {id_: f"v{number}" for number, id_ in enumerate(graph.versions)}
    return versions | {id_: f"t{number}" for number, id_ in enumerate(graph.task_runs)}


def _arrows(graph: LineageGraph) -> Iterator[tuple[str, str, str]]:
    for edge in graph.edges:
        reads = edge.direction is Direction.INPUT
        ends = (edge.version, edge.task_run) if reads else (edge.task_run, edge.version)
        yield (*ends, edge.name)


def _copies(graph: LineageGraph) -> Iterator[tuple[str, str]]:
    for version in graph.versions.values():
        if version.origin in graph.versions:
            yield version.id, str(version.origin)


def _makers(graph: LineageGraph, pending: PendingOutput) -> Iterator[str]:
    task = (pending.task_id, pending.map_index)
    found = [run for run in graph.task_runs.values() if (run.task_id, run.map_index) == task]
    return (run.id for run in found[-1:])


def _task(run: TaskRun) -> str:
    index = f"[{run.map_index}]" if run.map_index >= 0 else ""
    return f"{run.dag_id}.{run.task_id}{index}\n{run.run_id}"


def _mermaid(text: str) -> str:
    """Return a label that ends nothing: what could is written as an entity."""
    kept = (one if one.isalnum() or one in " ./@-_()+:=\n" else f"#{ord(one)};" for one in text)
    return "".join(kept).replace("\n", "<br/>")


def _graphviz(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _version(version: VersionSummary) -> dict[str, Any]:
    return {
        "id": version.id,
        "name": str(version),
        "artifact": version.artifact,
        "version": version.version,
        "type": version.type,
        "size": version.size,
        "created_at": version.created_at.isoformat(),
        "producer": None if version.producer is None else version.producer.id,
        "origin": version.origin,
        "tags": sorted(version.tags),
        "aliases": sorted(version.aliases),
    }


def _task_run(run: TaskRun) -> dict[str, Any]:
    return {
        "id": run.id,
        "dag_id": run.dag_id,
        "run_id": run.run_id,
        "task_id": run.task_id,
        "map_index": run.map_index,
        "try_number": run.try_number,
        "state": run.state.value,
        "started_at": run.started_at.isoformat(),
    }
