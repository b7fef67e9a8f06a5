"""The tries of a task instance, told apart by the life of its DAG run, which may be deleted and created anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from airflow_artifacts.entries import EarlierTry, EntryOutput
from airflow_artifacts.lineage import describing, tables
from airflow_artifacts.model import Direction, SaveKind, TaskRunState

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from airflow_artifacts.model import TaskRun


def earlier(session: Session, run: TaskRun) -> EarlierTry | None:
    """Return the newest earlier try of the same task instance that published or reused its outputs, or None."""
    for row in reversed(_life(session, run)):
        if outputs := _outputs(session, row.id):
            return EarlierTry(describing.task_run(row), outputs, cleared=row.clear_number < run.clear_number)
    return None


def owed(session: Session, run: TaskRun) -> list[str]:
    """Return the versions of which an event is owed when a try succeeds, as UUIDs, the oldest publication first.

    Those of named artifacts that ``latest`` came to name by it, or by an earlier try that did not succeed; in a run for
    a partition all that it published or reused. Airflow does not try again what succeeded, unless the run is cleared.
    """
    tries: list[str] = []
    for one in _life(session, run):
        if one.clear_number < run.clear_number and one.state is TaskRunState.SUCCESS and one.try_number > 0:
            tries = []
        else:
            tries.append(one.id)
    row, named = tables.Publication, tables.Artifact
    statement = (
        sa.select(row.version_id)
        .join(named, row.artifact_id == named.id)
        .where(row.task_run_id.in_([*tries, run.id]), named.named)
        .order_by(row.id)
    )
    if run.partition_key is None:
        statement = statement.where(row.moved_latest)
    return list(session.scalars(statement))


def _life(session: Session, run: TaskRun) -> list[tables.TaskRun]:
    """Return the tries before one, oldest first, since its DAG run was created.

    Numbers of tries rise, so that one which does not began a new life. Number 0 is what a cache check recorded on
    behalf of the task, which may be several times.
    """
    row = tables.TaskRun
    statement = (
        sa.select(row)
        .where(row.dag_id == run.dag_id, row.run_id == run.run_id)
        .where(row.task_id == run.task_id, row.map_index == run.map_index)
        .order_by(row.recorded_at, row.try_number)
    )
    life: list[tables.TaskRun] = []
    newest = 0
    for one in session.scalars(statement):
        if one.id == run.id:
            break
        if 0 < one.try_number <= newest:
            life = []
        newest = max(one.try_number, 0 if not life else newest)
        life.append(one)
    return [] if 0 < run.try_number <= newest else life


def _outputs(session: Session, task_run: str) -> tuple[EntryOutput, ...]:
    """Return what a try published with its outputs, in that order; nothing where it published no outputs."""
    row = tables.Edge
    statement = sa.select(row).where(row.task_run_id == task_run, row.direction == Direction.OUTPUT).order_by(row.id)
    edges = session.scalars(statement).all()
    versions = describing.versions(session, (edge.version_id for edge in edges))
    found = [(edge.name, versions[edge.version_id]) for edge in edges if edge.version_id in versions]
    outputs = tuple(
        EntryOutput(name if version.save_kind is SaveKind.TASK_OUTPUT else None, version, version.tags, version.aliases)
        for name, version in found
    )
    return outputs if any(one.output is not None for one in outputs) else ()
