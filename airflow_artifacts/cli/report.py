"""Versions and their lineage, drawn for a terminal."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from rich.markup import escape
from rich.table import Table
from rich.tree import Tree

from airflow_artifacts.model import Direction

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from airflow_artifacts.model import LineageGraph, VersionSummary

__all__ = ["lineage_tree", "size_text", "version_table"]

_STEP = 1000
_UNITS = ("kB", "MB", "GB", "TB")
# Longer metadata would break the tree's lines.
_SHORT = 40


def version_table(versions: Iterable[VersionSummary]) -> Table:
    """Return a table of versions: name, version, type and size."""
    table = Table("artifact", "version", "type", "size", title="Artifacts", title_justify="left")
    table.columns[3].justify = "right"
    for version in versions:
        table.add_row(escape(version.artifact), version.version, escape(version.type), size_text(version.size))
    return table


def lineage_tree(graph: LineageGraph) -> Tree:
    """Return what a version was made from as a tree; what stands in it already is not drawn again."""
    tree = Tree(_label(graph.versions[graph.root]))
    _grow(tree, graph, graph.root, {graph.root})
    if graph.truncated:
        tree.add("…")
    return tree


def size_text(size: int) -> str:
    """Return a size in bytes as people read it: ``1.2 kB``."""
    if size < _STEP:
        return f"{size} B"
    power = min(int(math.log(size, _STEP)), len(_UNITS))
    return f"{size / _STEP**power:.1f} {_UNITS[power - 1]}"


def _grow(tree: Tree, graph: LineageGraph, version: str, seen: set[str]) -> None:
    for name, source in _sources(graph, version):
        label = f"[dim]{escape(name)}:[/] {_label(graph.versions[source])}"
        if source in seen:
            tree.add(f"{label} [dim](see above)[/]")
            continue
        seen.add(source)
        _grow(tree.add(label), graph, source, seen)


def _sources(graph: LineageGraph, version: str) -> Iterator[tuple[str, str]]:
    """Yield the inputs of the task run that made a version, each with the name it had there."""
    producer = graph.versions[version].producer
    for edge in graph.edges:
        if producer and edge.task_run == producer.id and edge.direction is Direction.INPUT:
            yield edge.name, edge.version


def _label(version: VersionSummary) -> str:
    metadata = ", ".join(f"{key} {_value(value)}" for key, value in version.metadata.items() if _is_short(value))
    # The name of one that users gave no name begins with its task.
    maker = f"{version.producer.dag_id}.{version.producer.task_id}" if version.producer and version.named else ""
    behind = escape("  ".join(filter(None, [maker, metadata])))
    return f"[bold]{escape(str(version))}[/]" + (f" [dim]{behind}[/]" if behind else "")


def _is_short(value: object) -> bool:
    return isinstance(value, (bool, int, float, str)) and len(str(value)) <= _SHORT


def _value(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
