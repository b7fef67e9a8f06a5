"""Task runs in pages: those of a DAG with what the cache decided, and those that read a version."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from airflow_artifacts.entries import DecidedRun, DecidedRunPage, Decision
from airflow_artifacts.lineage import tables, task_runs, tokens
from airflow_artifacts.model import Direction

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    TaskInstances = tuple[str, str | None, str | None, int | None]

_RUNS = "task runs"
_CONSUMERS = "consumers"


def page(
    session: Session, which: TaskInstances, after: str | None, limit: int, *, newest_try_only: bool
) -> DecidedRunPage:
    """Return a page of some task runs, newest first.

    Args:
        session: The transaction.
        which: The DAG, and where they are given the run, the task and the map index.
        after: What the page before gave.
        limit: How many at most.
        newest_try_only: Whether to leave out tries that were followed by another.
    """
    row = tables.TaskRun
    columns = (row.dag_id, row.run_id, row.task_id, row.map_index)
    given = (column == value for column, value in zip(columns, which, strict=True) if value is not None)
    statement = sa.select(row).where(*given)
    if newest_try_only:
        statement = statement.where(~has_newer())
    if after is not None:
        recorded, id_ = tokens.place(after, _RUNS, str, str)
        statement = statement.where(sa.tuple_(row.recorded_at, row.id) < (tokens.moment(recorded, after), id_))
    statement = statement.order_by(row.recorded_at.desc(), row.id.desc()).limit(limit + 1)
    found = session.scalars(statement).all()
    shown = found[:limit]
    more = len(found) > limit and shown
    token = tokens.token(_RUNS, shown[-1].recorded_at.isoformat(), shown[-1].id) if more else None
    return DecidedRunPage(task_runs=tuple(_decided(session, shown)), next=token)


def consumers(session: Session, version_id: str, after: str | None, limit: int) -> DecidedRunPage:
    """Return a page of the task runs that read a version, the newest reading first."""
    edge, other = tables.Edge, aliased(tables.Edge)
    is_newer = sa.exists().where(
        other.task_run_id == edge.task_run_id,
        other.direction == Direction.INPUT,
        other.version_id == edge.version_id,
        other.id > edge.id,
    )
    statement = sa.select(edge.id, edge.task_run_id).where(
        edge.version_id == version_id, edge.direction == Direction.INPUT, ~is_newer
    )
    if after is not None:
        statement = statement.where(edge.id < tokens.place(after, _CONSUMERS, int)[0])
    # The sum keeps a planner from walking all edges in this order until the limit is reached.
    found = session.execute(statement.order_by((edge.id + 0).desc()).limit(limit + 1)).all()
    shown = found[:limit]
    more = len(found) > limit and shown
    row = tables.TaskRun
    ids = [one.task_run_id for one in shown]
    rows = {one.id: one for one in session.scalars(sa.select(row).where(row.id.in_(ids)))}
    return DecidedRunPage(
        task_runs=tuple(_decided(session, [rows[id_] for id_ in ids])),
        next=tokens.token(_CONSUMERS, shown[-1].id) if more else None,
    )


def has_newer() -> sa.ColumnElement[bool]:
    """Return that a later try of the same task instance is recorded."""
    row, other = tables.TaskRun, aliased(tables.TaskRun)
    return sa.exists().where(
        other.dag_id == row.dag_id,
        other.run_id == row.run_id,
        other.task_id == row.task_id,
        other.map_index == row.map_index,
        sa.tuple_(other.recorded_at, other.try_number, other.id) > sa.tuple_(row.recorded_at, row.try_number, row.id),
    )


def _decided(session: Session, rows: Sequence[tables.TaskRun]) -> list[DecidedRun]:
    return [
        DecidedRun(
            task_run=one.task_run,
            decision=None if row.decision is None else Decision.from_json(row.decision),
            inputs=one.inputs,
            outputs=one.outputs,
            edges=one.edges,
        )
        for row, one in zip(rows, task_runs.with_edges(session, rows), strict=True)
    ]
