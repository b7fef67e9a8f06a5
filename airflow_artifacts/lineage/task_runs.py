"""Task runs: their beginning and end, what they read, and their lineage."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import orm

from airflow_artifacts.artifact import JSON_RULE, json_fault
from airflow_artifacts.entries import Outcome
from airflow_artifacts.exceptions import ArtifactNotFoundError, InputError, SupersededError
from airflow_artifacts.lineage import describing, keys, labels, tables
from airflow_artifacts.lineage.statements import add_missing, chunks, clock, insert
from airflow_artifacts.model import (
    Direction,
    EdgeKind,
    LineageEdge,
    RunLineage,
    TaskRun,
    TaskRunState,
    TaskRunWithEdges,
    VersionSummary,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from airflow_artifacts.entries import CacheKey, Decision

# What the column of an edge's name holds.
_LABEL_LENGTH = 512


def begin(session: Session, run: TaskRun) -> TaskRun:
    """Record a task run that begins, or return the one recorded for this try of the task instance."""
    row = _same(session, run)
    if row is None:
        _hold_dag_run(session, run)
        add_missing(session, tables.TaskRun, [_values(run) | {"recorded_at": clock(session)}])
        # An earlier try that publishes just now holds its own row: it ends before this try has begun.
        held = sa.select(tables.TaskRun.id).where(_same_instance(run)).with_for_update(key_share=True)
        if len(session.scalars(held).all()) > 1:
            _end_earlier(session, run)
        row = _same(session, run)
    if row is None:
        message = f"the task run {run} was deleted while it began; try again"
        raise ArtifactNotFoundError(message)
    return describing.task_run(row)


def _end_earlier(session: Session, run: TaskRun) -> None:
    """Record as failed the earlier tries that did not say how they ended: their workers died, or are given up."""
    row = tables.TaskRun
    running = sa.and_(row.try_number < run.try_number, row.state == TaskRunState.RUNNING)
    ended = {"state": TaskRunState.FAILED, "ended_at": clock(session)}
    session.execute(sa.update(row).where(_same_instance(run), running).values(**ended))


def _hold_dag_run(session: Session, run: TaskRun) -> None:
    """Write the row of a DAG run where it is new, and hold it: one that is forgotten at this moment is made anew."""
    row = tables.DagRun
    first = {"dag_id": run.dag_id, "run_id": run.run_id, "first_started_at": run.started_at}
    held = insert(session, row).on_conflict_do_update(
        index_elements=["dag_id", "run_id"], set_={"first_started_at": row.first_started_at}, where=sa.false()
    )
    session.execute(held, first)


def finish(session: Session, id_: str, state: TaskRunState, ended_at: datetime) -> None:
    """Record how a task run ended."""
    _update(session, id_, {"state": state, "ended_at": ended_at})


def update_parameters(session: Session, id_: str, parameters: Mapping[str, Any]) -> None:
    """Record the parameters of a task run once they are known."""
    _update(session, id_, {"parameters": dict(parameters)})


def update_environment(session: Session, id_: str, environment: Mapping[str, Any]) -> None:
    """Record what a task run runs with."""
    _update(session, id_, {"environment": dict(environment)})


def write_decision(session: Session, id_: str, key: CacheKey | None, decision: Decision) -> None:
    """Record what the cache decided for a task run, with the key."""
    if key is not None:
        keys.write(session, key)
    values = {
        "decision": decision.to_json(),
        "outcome": decision.outcome.value,
        "saved_seconds": decision.seconds if decision.outcome is Outcome.HIT else None,
        "cache_key": None if key is None else key.digest,
    }
    _update(session, id_, values)


def check_parameters(parameters: Mapping[str, Any]) -> None:
    """Refuse parameters that cannot be recorded as JSON.

    Raises:
        InputError: One of them is not JSON; the message says which.
    """
    if fault := json_fault(dict(parameters)):
        message = f"the parameter {fault} is not JSON; pass {JSON_RULE}"
        raise InputError(message)


def first_start(session: Session, dag_id: str, run_id: str) -> datetime | None:
    """Return when the first task of a DAG run began, however often it was cleared since."""
    row = tables.DagRun
    return session.scalar(sa.select(row.first_started_at).where(row.dag_id == dag_id, row.run_id == run_id))


def refuse_superseded(session: Session, run: TaskRun) -> datetime:
    """Hold a task run's row, so that no later try begins until the transaction ends; return the time.

    Tries recorded before this one do not count, whatever their number: their DAG run was deleted and this one
    created anew under its name.

    Raises:
        SupersededError: A later try has begun.
    """
    row = tables.TaskRun
    mine = session.scalar(sa.select(row.recorded_at).where(row.id == run.id).with_for_update(key_share=True))
    # Asked only now that the row is held: a try that began meanwhile is seen.
    statement = sa.select(sa.func.max(row.try_number), tables.Clock()).where(
        _same_instance(run), row.try_number > run.try_number, row.recorded_at >= mine
    )
    later, now = session.execute(statement).one()
    if later:
        message = f"{run} may not publish, since try {later} has begun; the outputs of that try count"
        raise SupersededError(message)
    return now


def is_superseded(id_: sa.ColumnElement[str] | orm.InstrumentedAttribute[str]) -> sa.ColumnElement[bool]:
    """Return that a later try of a task run's instance has begun, by the rule of :func:`refuse_superseded`."""
    one, later = orm.aliased(tables.TaskRun), orm.aliased(tables.TaskRun)
    return sa.exists().where(
        one.id == id_,
        later.dag_id == one.dag_id,
        later.run_id == one.run_id,
        later.task_id == one.task_id,
        later.map_index == one.map_index,
        later.try_number > one.try_number,
        later.recorded_at >= one.recorded_at,
    )


def record_inputs(session: Session, edges: Sequence[LineageEdge]) -> None:
    """Record which versions task runs read; saying it twice is saying it once.

    Raises:
        ArtifactNotFoundError: One was deleted meanwhile.
    """
    labels.require(session, {edge.version for edge in edges})
    now = clock(session)
    add_missing(session, tables.Edge, edge_rows(edges, now))


def edge_rows(edges: Iterable[LineageEdge], now: datetime) -> list[dict[str, Any]]:
    """Return edges as rows."""
    return [
        {
            "task_run_id": edge.task_run,
            "version_id": edge.version,
            "direction": edge.direction,
            "kind": edge.kind,
            "name": label(edge.name),
            "reference": edge.reference,
            "created_at": now,
        }
        for edge in edges
    ]


def versions_read(session: Session, run: str) -> set[str]:
    """Return the UUIDs of the versions that a task run's function asked for itself."""
    row = tables.Edge
    return set(session.scalars(sa.select(row.version_id).where(row.task_run_id == run, row.kind == EdgeKind.READ)))


def label(name: str) -> str:
    """Return the name of an edge so that every database can hold it; keys of a user's dict may be part of it."""
    text = name.replace("\0", "\\0").encode("utf-8", "backslashreplace").decode()
    return text if len(text) <= _LABEL_LENGTH else text[: _LABEL_LENGTH - 1] + "…"


def get(session: Session, id_: str) -> TaskRunWithEdges | None:
    """Return a task run by UUID, or None."""
    row = session.get(tables.TaskRun, id_)
    return with_edges(session, [row])[0] if row is not None else None


def find_try(session: Session, instance_id: str) -> TaskRunWithEdges | None:
    """Return the task run of Airflow's id of a try, or None."""
    row = session.scalar(sa.select(tables.TaskRun).where(tables.TaskRun.instance_id == instance_id))
    return with_edges(session, [row])[0] if row is not None else None


def find(  # noqa: PLR0917 - the parts of a task instance's name
    session: Session, dag_id: str, run_id: str, task_id: str, map_index: int, try_number: int | None
) -> TaskRunWithEdges | None:
    """Return one try of a task instance, without a number the newest, or None."""
    row = tables.TaskRun
    statement = (
        sa.select(row)
        .where(row.dag_id == dag_id, row.run_id == run_id, row.task_id == task_id, row.map_index == map_index)
        .order_by(row.recorded_at.desc(), row.try_number.desc())
        .limit(1)
    )
    if try_number is not None:
        statement = statement.where(row.try_number == try_number)
    found = session.scalar(statement)
    return with_edges(session, [found])[0] if found is not None else None


def of_run(session: Session, dag_id: str, run_id: str) -> RunLineage:
    """Return the lineage of a DAG run; one that is not known has no task runs."""
    row = tables.TaskRun
    statement = (
        sa.select(row)
        .where(row.dag_id == dag_id, row.run_id == run_id)
        .order_by(row.started_at, row.recorded_at, row.id)
    )
    return RunLineage(dag_id, run_id, with_edges(session, session.scalars(statement).all()))


def _same(session: Session, run: TaskRun) -> tables.TaskRun | None:
    row = tables.TaskRun
    return session.scalar(sa.select(row).where(sa.or_(row.id == run.id, row.instance_id == run.instance_id)).limit(1))


def _same_instance(run: TaskRun) -> sa.ColumnElement[bool]:
    row = tables.TaskRun
    return sa.and_(
        row.dag_id == run.dag_id,
        row.run_id == run.run_id,
        row.task_id == run.task_id,
        row.map_index == run.map_index,
    )


def _values(run: TaskRun) -> dict[str, Any]:
    values = {field.name: getattr(run, field.name) for field in dataclasses.fields(run)}
    return values | {
        "parameters": dict(run.parameters),
        "environment": dict(run.environment),
        "outputs": list(run.outputs),
    }


def _update(session: Session, id_: str, values: dict[str, Any]) -> None:
    result = session.execute(sa.update(tables.TaskRun).where(tables.TaskRun.id == id_).values(**values))
    if not result.rowcount:  # type: ignore[attr-defined]
        message = f"the task run {id_!r} is not in the lineage database; record its beginning first"
        raise ArtifactNotFoundError(message)


def with_edges(session: Session, rows: Sequence[tables.TaskRun]) -> list[TaskRunWithEdges]:
    """Return task runs with what they read and wrote, in three queries for each few hundred."""
    edges: dict[str, list[tables.Edge]] = defaultdict(list)
    for chunk in chunks(row.id for row in rows):
        statement = sa.select(tables.Edge).where(tables.Edge.task_run_id.in_(chunk)).order_by(tables.Edge.id)
        for edge in session.scalars(statement):
            edges[edge.task_run_id].append(edge)
    versions = describing.summaries(session, (edge.version_id for found in edges.values() for edge in found))
    return [
        TaskRunWithEdges(
            describing.task_run(row),
            _by_name((edge for edge in edges[row.id] if edge.direction is Direction.INPUT), versions),
            _by_name((edge for edge in edges[row.id] if edge.direction is Direction.OUTPUT), versions),
            tuple(map(describing.edge, edges[row.id])),
        )
        for row in rows
    ]


def _by_name(edges: Iterable[tables.Edge], versions: Mapping[str, VersionSummary]) -> dict[str, VersionSummary]:
    """Return versions by the name of their edge; a name that comes twice has its version added."""
    named: dict[str, VersionSummary] = {}
    for edge in edges:
        version = versions[edge.version_id]
        named[edge.name if edge.name not in named else f"{edge.name} {version}"] = version
    return named
