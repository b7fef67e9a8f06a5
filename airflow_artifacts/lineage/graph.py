"""What a version was made from, and what was made from it: level by level, bounded in depth and size."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from airflow_artifacts.lineage import describing, tables
from airflow_artifacts.lineage.statements import chunks
from airflow_artifacts.model import Direction, EdgeKind, LineageEdge, LineageGraph

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sqlalchemy.orm import Session

    # From some versions: the edges one level on, with their task runs, and the versions they are, or have, copies of.
    Look = Callable[[Session, list[str]], tuple[list[LineageEdge], list[str]]]

MOST_NODES = 10_000
# Of one query, so that a version which a million task runs read does not fill the memory.
_MOST_EDGES = 50_000


def upstream(session: Session, root: str, depth: int, most_nodes: int = MOST_NODES) -> LineageGraph:
    """Return what a version was made from: what its producers read, and its origin."""
    walk = _Walk(root, most_nodes)
    frontier = _go(session, walk, [root], depth, _look_up)
    edges, origins = _look_up(session, frontier)
    walk.truncated |= not walk.versions >= {*origins, *(edge.version for edge in edges)}
    return walk.graph(session)


def downstream(session: Session, root: str, depth: int, most_nodes: int = MOST_NODES) -> LineageGraph:
    """Return what was made from a version: all outputs of the task runs that read it, reused ones too, and copies."""
    walk = _Walk(root, most_nodes)
    frontier = _go(session, walk, [root], depth, _look_down)
    edges, copies = _look_down(session, frontier)
    walk.truncated |= not (walk.task_runs >= {edge.task_run for edge in edges} and walk.versions >= set(copies))
    return walk.graph(session)


class _Walk:
    """What a walk from one version has seen, with room for so many nodes."""

    def __init__(self, root: str, most_nodes: int) -> None:
        self.root = root
        self.versions = {root}
        self.task_runs: set[str] = set()
        self.edges: dict[LineageEdge, None] = {}
        self.truncated = False
        self._most_nodes = most_nodes

    def add(self, edges: Iterable[LineageEdge], origins: Iterable[str]) -> list[str]:
        """Add edges with the nodes at their ends, and origins or copies; return the versions that are new."""
        new = [origin for origin in origins if self._is_new(origin, self.versions)]
        for edge in edges:
            self._is_new(edge.task_run, self.task_runs)
            if self._is_new(edge.version, self.versions):
                new.append(edge.version)
            if edge.task_run in self.task_runs and edge.version in self.versions:
                self.edges[edge] = None
        return new

    def graph(self, session: Session) -> LineageGraph:
        """Return the graph, with its versions and task runs described."""
        versions = describing.summaries(session, sorted(self.versions))
        task_runs = {}
        for chunk in chunks(sorted(self.task_runs)):
            for row in session.scalars(sa.select(tables.TaskRun).where(tables.TaskRun.id.in_(chunk))):
                task_runs[row.id] = describing.task_run(row)
        return LineageGraph((self.root,), versions, task_runs, tuple(self.edges), self.truncated)

    def _is_new(self, node: str, seen: set[str]) -> bool:
        """Add a node that was not seen, if there is room; return whether it was added."""
        if node in seen:
            return False
        if len(self.versions) + len(self.task_runs) >= self._most_nodes:
            self.truncated = True
            return False
        seen.add(node)
        return True


def _go(session: Session, walk: _Walk, frontier: list[str], depth: int, look: Look) -> list[str]:
    """Walk some levels; return the versions of the last one, which were not followed."""
    for _ in range(depth):
        if not frontier or walk.truncated:
            return []
        edges, origins = look(session, frontier)
        frontier = walk.add(edges, origins)
    return frontier


def _look_up(session: Session, versions: list[str]) -> tuple[list[LineageEdge], list[str]]:
    edges: dict[LineageEdge, None] = {}
    reads: dict[LineageEdge, None] = {}
    origins: dict[str, None] = {}
    for chunk in chunks(versions):
        for one in session.execute(_made_and_read(), {"versions": chunk}):
            if one[0] is not None:
                origins[one[0]] = None
            if one[1] is not None:
                edges[LineageEdge(*one[1:7])] = None
            if one[7] is not None:
                reads[LineageEdge(*one[7:])] = None
    return [*edges, *reads], list(origins)


@functools.cache
def _made_and_read() -> sa.Select[Any]:
    """Return the query of what made some versions, and what that read; to make it takes longer than to run it."""
    row, edge = sa.inspect(tables.Version).local_table, sa.inspect(tables.Edge).local_table
    made, read = edge.alias(), edge.alias()
    is_made = sa.and_(made.c.version_id == row.c.id, made.c.kind == EdgeKind.PRODUCED)
    is_read = sa.and_(read.c.task_run_id == made.c.task_run_id, read.c.direction == Direction.INPUT)
    # A version has one producer, so that each edge comes once.
    return (
        sa.select(row.c.origin_id, *_edge(made.c), *_edge(read.c))
        .select_from(row.outerjoin(made, is_made).outerjoin(read, is_read))
        .where(row.c.id.in_(sa.bindparam("versions", expanding=True)))
        .order_by(made.c.id, read.c.id)
        .limit(_MOST_EDGES)
    )


def _look_down(session: Session, versions: list[str]) -> tuple[list[LineageEdge], list[str]]:
    read = _edges(session, tables.Edge.version_id, versions, tables.Edge.direction == Direction.INPUT)
    readers = _task_runs(read)
    written = _edges(session, tables.Edge.task_run_id, readers, tables.Edge.direction == Direction.OUTPUT)
    copies: list[str] = []
    for chunk in chunks(versions):
        copies += session.scalars(sa.select(tables.Version.id).where(tables.Version.origin_id.in_(chunk)))
    return read + written, copies


def _edge(row: Any) -> list[Any]:
    """Return the columns of an edge, in the order of the fields of a LineageEdge."""
    return [row.task_run_id, row.version_id, row.direction, row.kind, row.name, row.reference]


def _task_runs(edges: list[LineageEdge]) -> list[str]:
    return list(dict.fromkeys(edge.task_run for edge in edges))


def _edges(
    session: Session, end: sa.SQLColumnExpression[str], nodes: list[str], condition: sa.ColumnElement[bool]
) -> list[LineageEdge]:
    """Return the edges of some kind at some nodes, oldest first."""
    edges: list[LineageEdge] = []
    for chunk in chunks(nodes):
        # The sum keeps SQLite from walking all edges in this order until the limit is reached.
        statement = sa.select(*_edge(tables.Edge)).where(end.in_(chunk), condition).order_by(tables.Edge.id + 0)
        edges += (LineageEdge(*found) for found in session.execute(statement.limit(_MOST_EDGES)))
    return edges
