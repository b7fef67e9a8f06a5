"""Graphs of versions and task runs, in which what may not be seen keeps its place and loses its name."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from airflow_artifacts.model import Direction
from airflow_artifacts.ui.api.answers.lineage import BlastRadiusAnswer, EdgeAnswer, GraphAnswer, NodeAnswer
from airflow_artifacts.ui.api.hiding import HIDDEN
from airflow_artifacts.ui.api.telling.task_runs import edge_name, run_answer, version_answer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from airflow_artifacts.model import BlastRadius, LineageEdge, LineageGraph, VersionSummary
    from airflow_artifacts.ui.api.viewer import Viewer

__all__ = ["blast_radius_answer", "graph_answer", "joined"]


def joined(one: LineageGraph, other: LineageGraph) -> LineageGraph:
    """Return two graphs from one root as one."""
    return dataclasses.replace(
        one,
        versions={**one.versions, **other.versions},
        task_runs={**one.task_runs, **other.task_runs},
        edges=tuple(dict.fromkeys((*one.edges, *other.edges))),
        truncated=one.truncated or other.truncated,
    )


def graph_answer(viewer: Viewer, graph: LineageGraph) -> GraphAnswer:
    """Return a graph whose root may be seen."""
    ids = _ids(viewer, graph)
    nodes = [_version_node(viewer, ids, version) for version in graph.versions.values()]
    for run in graph.task_runs.values():
        seen = viewer.sight.task_run(run)
        nodes.append(NodeAnswer(id=ids[run.id], kind="task_run", task_run=run_answer(run) if seen else None))
    return GraphAnswer(
        root=ids[graph.root], nodes=nodes, edges=list(_edges(viewer, graph, ids)), truncated=graph.truncated
    )


def blast_radius_answer(viewer: Viewer, found: BlastRadius) -> BlastRadiusAnswer:
    """Return what replacing a version concerns: of what may not be seen, how much there is."""
    seen = [version for version in found.versions if viewer.sight.version(version)]
    named = (version for version in (found.version, *seen) if version.aliases)
    return BlastRadiusAnswer(
        versions=len(found.versions),
        artifacts=sorted({version.artifact for version in seen}),
        dags=[dag for dag in found.dags if viewer.sight.dag(dag)],
        task_runs=len(found.task_runs),
        aliases=[f"{version.artifact}@{alias}" for version in named for alias in sorted(version.aliases)],
        hidden=len(found.versions) - len(seen),
        truncated=found.truncated,
    )


def _ids(viewer: Viewer, graph: LineageGraph) -> dict[str, str]:
    """Return the ids of the nodes: UUIDs, and for those that may not be seen numbers of this answer."""
    seen = {id_ for id_, version in graph.versions.items() if viewer.sight.version(version)}
    seen |= {id_ for id_, run in graph.task_runs.items() if viewer.sight.task_run(run)}
    hidden = [id_ for id_ in (*graph.versions, *graph.task_runs) if id_ not in seen]
    numbered = {id_: f"{HIDDEN}:{number}" for number, id_ in enumerate(hidden, 1)}
    return {**{id_: id_ for id_ in seen}, **numbered}


def _version_node(viewer: Viewer, ids: dict[str, str], version: VersionSummary) -> NodeAnswer:
    seen = viewer.sight.version(version)
    return NodeAnswer(id=ids[version.id], kind="version", version=version_answer(version) if seen else None)


def _edges(viewer: Viewer, graph: LineageGraph, ids: dict[str, str]) -> Iterator[EdgeAnswer]:
    for edge in graph.edges:
        if edge.task_run in graph.task_runs and edge.version in graph.versions:
            run, version = ids[edge.task_run], ids[edge.version]
            ends = (version, run) if edge.direction is Direction.INPUT else (run, version)
            name = _name(viewer, graph, edge)
            yield EdgeAnswer(source=ends[0], target=ends[1], name=name, kind=edge.kind.value)
    for version_ in graph.versions.values():
        if version_.origin is not None and version_.origin in graph.versions:
            yield EdgeAnswer(source=ids[version_.origin], target=ids[version_.id], name="", kind="copy")


def _name(viewer: Viewer, graph: LineageGraph, edge: LineageEdge) -> str:
    """Return what an edge is named after: nothing where that is the code of a task that may not be seen."""
    run, version = graph.task_runs[edge.task_run], graph.versions[edge.version]
    if not viewer.sight.task_run(run):
        return ""
    return edge_name(edge, run, version, hidden=not viewer.sight.version(version), instead="")
