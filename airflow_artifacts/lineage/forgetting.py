"""Forgetting DAG runs: their task runs and edges go, and what they read and wrote is held by them no more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from airflow_artifacts.lineage import made, tables
from airflow_artifacts.lineage.statements import chunks, clock

if TYPE_CHECKING:
    from datetime import timedelta

    from sqlalchemy.orm import Session

_PAGE = 1000


def dags(session: Session) -> list[str]:
    """Return the ids of all DAGs that ran, sorted.

    The index is followed from one DAG to the next, as each may have any number of runs; see
    https://wiki.postgresql.org/wiki/Loose_indexscan.
    """
    row = tables.DagRun
    found = sa.select(sa.func.min(row.dag_id).label("dag_id")).cte("found", recursive=True)
    following = sa.select(sa.func.min(row.dag_id)).where(row.dag_id > found.c.dag_id).scalar_subquery()
    found = found.union_all(sa.select(following).where(found.c.dag_id.is_not(None)))
    return list(session.scalars(sa.select(found.c.dag_id).where(found.c.dag_id.is_not(None))))


def runs(
    session: Session, dag_id: str, after: str | None, older_than: timedelta | None, keep_last: int | None
) -> tuple[list[str], str | None]:
    """Return a page of the run ids of a DAG that may be forgotten, and the one to go on behind, if any.

    Args:
        session: The transaction.
        dag_id: The DAG.
        after: The last run id that was looked at.
        older_than: Since any task of the run began last.
        keep_last: So many runs stay, of those that began last.
    """
    row, task = tables.DagRun, tables.TaskRun
    statement = sa.select(row.run_id).where(row.dag_id == dag_id).order_by(row.run_id).limit(_PAGE)
    if after is not None:
        statement = statement.where(row.run_id > after)
    if keep_last is not None and keep_last > 0:
        newest = sa.select(row.first_started_at, row.run_id).where(row.dag_id == dag_id)
        newest = newest.order_by(row.first_started_at.desc(), row.run_id.desc()).offset(keep_last - 1).limit(1)
        oldest_kept = session.execute(newest).one_or_none()
        if oldest_kept is None:
            return [], None
        statement = statement.where(sa.tuple_(row.first_started_at, row.run_id) < tuple(oldest_kept))
    if older_than is not None:
        since = clock(session) - older_than
        lately = sa.exists().where(
            task.dag_id == row.dag_id,
            task.run_id == row.run_id,
            sa.or_(task.recorded_at >= since, task.ended_at >= since),
        )
        statement = statement.where(~lately, row.first_started_at < since)
    found = list(session.scalars(statement))
    return found, found[-1] if len(found) == _PAGE else None


def count(session: Session, dag_id: str, run_id: str) -> int:
    """Return how many task runs are recorded of a DAG run."""
    row = tables.TaskRun
    statement = sa.select(sa.func.count()).select_from(row).where(row.dag_id == dag_id, row.run_id == run_id)
    return session.scalar(statement) or 0


def forget(session: Session, dag_id: str, run_id: str) -> int:
    """Delete all that is recorded of a DAG run but the versions; return how many task runs there were.

    Versions lose their producer, cache entries stay. A task run that begins at this moment waits, and begins anew.
    """
    row, task, settled = tables.DagRun, tables.TaskRun, tables.Resolution
    held = sa.select(row.run_id).where(row.dag_id == dag_id, row.run_id == run_id).with_for_update()
    if session.scalar(held) is None:
        return 0
    session.execute(sa.delete(settled).where(settled.dag_id == dag_id, settled.run_id == run_id))
    # Before the rows of the versions and cache entries that lose their task run are written: publishing and pruning
    # hold the artifacts first, too.
    made.disown(session, _made_by(session, dag_id, run_id))
    found = session.execute(sa.delete(task).where(task.dag_id == dag_id, task.run_id == run_id))
    session.execute(sa.delete(row).where(row.dag_id == dag_id, row.run_id == run_id))
    return int(found.rowcount)  # type: ignore[attr-defined]


def _made_by(session: Session, dag_id: str, run_id: str) -> list[str]:
    """Return the versions that task runs of a DAG run made, and hold those, so that they make no more."""
    row, task = tables.Version, tables.TaskRun
    runs = sa.select(task.id).where(task.dag_id == dag_id, task.run_id == run_id).order_by(task.id)
    ids = session.scalars(runs.with_for_update()).all()
    return [
        id_ for chunk in chunks(ids) for id_ in session.scalars(sa.select(row.id).where(row.producer_id.in_(chunk)))
    ]
