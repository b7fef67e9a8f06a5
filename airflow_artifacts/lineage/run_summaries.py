"""DAG runs in numbers: what the cache decided in each, without reading the task runs one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from airflow_artifacts.entries import Outcome
from airflow_artifacts.lineage import tables
from airflow_artifacts.lineage.decided import has_newer
from airflow_artifacts.model import RunSummary

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

# The runs that these task runs are of are looked at; a DAG of a thousand tasks has its newest twenty among them.
_MOST_TASK_RUNS = 20_000


def newest(session: Session, dag_id: str, limit: int) -> list[RunSummary]:
    """Return the newest runs of a DAG in numbers, newest first: those in which a task began last."""
    row = tables.TaskRun
    last = sa.select(row.run_id, row.recorded_at).where(row.dag_id == dag_id).order_by(row.recorded_at.desc(), row.id)
    recent = last.limit(_MOST_TASK_RUNS).subquery()
    order = sa.func.max(recent.c.recorded_at).desc()
    runs = session.scalars(sa.select(recent.c.run_id).group_by(recent.c.run_id).order_by(order).limit(limit)).all()
    counted = _counted(session, dag_id, list(runs))
    return [_summary(run_id, counted[run_id]) for run_id in runs if run_id in counted]


def _counted(
    session: Session, dag_id: str, runs: list[str]
) -> dict[str, dict[str | None, tuple[int, float, datetime]]]:
    row = tables.TaskRun
    statement = (
        sa.select(row.run_id, row.outcome, sa.func.count(), sa.func.sum(row.saved_seconds), sa.func.min(row.started_at))
        .where(row.dag_id == dag_id, row.run_id.in_(runs), ~has_newer())
        .group_by(row.run_id, row.outcome)
    )
    found: dict[str, dict[str | None, tuple[int, float, datetime]]] = {}
    for run_id, outcome, count, seconds, began in session.execute(statement):
        found.setdefault(run_id, {})[outcome] = count, seconds or 0.0, began
    return found


def _summary(run_id: str, decided: dict[str | None, tuple[int, float, datetime]]) -> RunSummary:
    def count(outcome: Outcome) -> int:
        return decided[outcome.value][0] if outcome.value in decided else 0

    return RunSummary(
        run_id=run_id,
        started_at=min(began for _, _, began in decided.values()),
        hits=count(Outcome.HIT),
        misses=count(Outcome.MISS),
        uncached=count(Outcome.UNCACHED),
        seconds_saved=decided[Outcome.HIT.value][1] if Outcome.HIT.value in decided else 0.0,
    )
