"""Cache entries: the outputs of a computation under its key, one entry for each generation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from airflow_artifacts.entries import CacheEntry, EntryOutput, Lookup, Read
from airflow_artifacts.exceptions import LineageError
from airflow_artifacts.lineage import describing, keys, tables
from airflow_artifacts.lineage.statements import add, chunks, insert
from airflow_artifacts.lineage.tables import ObjectState
from airflow_artifacts.model import Digest, Direction

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from airflow_artifacts.entries import NewEntry
    from airflow_artifacts.model import NewVersion, TaskRun


class EntryTaken(LineageError):  # noqa: N818 - a signal to adopt the other's outputs, which no user meets
    """Another task run published under the same key and generation, so nothing was published."""

    def __init__(self, key: str, generation: int) -> None:
        super().__init__(f"the cache key {key} has an entry of generation {generation} by now; adopt its outputs")


def look_up(session: Session, key: Digest) -> Lookup:
    """Return the newest entry under a key that was not invalidated."""
    row, entry, run = tables.CacheKey, tables.CacheEntry, tables.TaskRun
    statement = (
        sa.select(row.generation, entry, run, tables.Clock())
        .outerjoin(entry, sa.and_(entry.key == row.key, entry.generation >= row.generation))
        .outerjoin(run, entry.task_run_id == run.id)
        .where(row.key == key)
        .order_by(entry.generation.desc())
        .limit(1)
    )
    found = session.execute(statement).one_or_none()
    if found is None:
        return Lookup(None, 0)
    generation: int = found[0]
    one: tables.CacheEntry | None = found[1]
    producer: tables.TaskRun | None = found[2]
    if one is None:
        return Lookup(None, generation)
    outputs = _outputs(session, one.id)
    if outputs is None:
        return Lookup(None, max(generation, one.generation + 1))
    return Lookup(
        CacheEntry(
            key=key,
            generation=one.generation,
            age=found[3] - one.created_at,
            outputs=outputs,
            reads=tuple(map(Read.from_json, one.reads)),
            producer=None if producer is None else describing.task_run(producer),
            seconds=0.0 if producer is None else (one.created_at - producer.recorded_at).total_seconds(),
            intact=_is_intact(session, one.id),
        ),
        generation,
    )


def write(  # noqa: PLR0917 - what an entry is made of
    session: Session,
    entry: NewEntry,
    versions: Sequence[NewVersion],
    ids: Sequence[str],
    task_run: TaskRun,
    now: datetime,
) -> None:
    """Write an entry with the versions that it returns.

    Raises:
        EntryTaken: There is one of its generation.
    """
    keys.write(session, entry.key)
    row = {
        "key": entry.key.digest,
        "generation": entry.generation,
        "scope": entry.scope,
        "dag_id": task_run.dag_id,
        "task_id": task_run.task_id,
        "task_run_id": task_run.id,
        "reads": [read.to_json() for read in entry.reads],
        "created_at": now,
    }
    statement = insert(session, tables.CacheEntry).on_conflict_do_nothing().returning(tables.CacheEntry.id)
    id_ = session.scalar(statement, row)
    if id_ is None:
        raise EntryTaken(entry.key.digest, entry.generation)
    rows: list[dict[str, Any]] = [
        {"output": None, "version_id": one.version.id, "tags": sorted(one.tags), "aliases": sorted(one.aliases)}
        for one in entry.published
    ]
    rows += [
        {
            "output": version.output,
            "version_id": version_id,
            # A declaration gives its own; what the function gave is nowhere else.
            "tags": sorted(version.tags) if version.output is None else [],
            "aliases": sorted(version.aliases) if version.output is None else [],
        }
        for version, version_id in zip(versions, ids, strict=True)
    ]
    add(
        session,
        tables.CacheEntryOutput,
        ({"entry_id": id_, "position": position, **row} for position, row in enumerate(rows)),
    )


def invalidate(session: Session, dag_id: str, task_id: str | None) -> int:
    """Let no entry that a task, or any task of a DAG, made or reused be found again; return how many keys."""
    entry, run = tables.CacheEntry, tables.TaskRun
    made = sa.select(entry.key).where(entry.dag_id == dag_id)
    used = sa.select(run.cache_key).where(run.dag_id == dag_id, run.cache_key.is_not(None))
    if task_id is not None:
        made, used = made.where(entry.task_id == task_id), used.where(run.task_id == task_id)
    return _raise_generation(session, sorted(set(session.scalars(made)) | {str(key) for key in session.scalars(used)}))


def invalidate_downstream(session: Session, version: str) -> int:
    """Let no entry of any task run downstream of a version be found again; return how many keys."""
    edge, origin = tables.Edge, tables.Version
    seen, found = {version}, {version}
    runs: set[str] = set()
    while found:
        readers: set[str] = set()
        copies: set[str] = set()
        for chunk in chunks(sorted(found)):
            reads = sa.select(edge.task_run_id).where(edge.version_id.in_(chunk), edge.direction == Direction.INPUT)
            readers.update(session.scalars(reads))
            copies.update(session.scalars(sa.select(origin.id).where(origin.origin_id.in_(chunk))))
        readers -= runs
        runs |= readers
        for chunk in chunks(sorted(readers)):
            written = sa.select(edge.version_id).where(edge.task_run_id.in_(chunk), edge.direction == Direction.OUTPUT)
            copies.update(session.scalars(written))
        found = copies - seen
        seen |= found
    keys_: set[str] = set()
    for chunk in chunks(sorted(runs)):
        used = sa.select(tables.TaskRun.cache_key).where(tables.TaskRun.id.in_(chunk))
        keys_.update(key for key in session.scalars(used) if key is not None)
    return _raise_generation(session, sorted(keys_))


def _raise_generation(session: Session, keys_: Sequence[str]) -> int:
    """Raise the generation of keys over that of any entry, and of one that is being computed now."""
    row, entry = tables.CacheKey, tables.CacheEntry
    newest = sa.select(sa.func.coalesce(sa.func.max(entry.generation), 0)).where(entry.key == row.key).scalar_subquery()
    count = 0
    for chunk in chunks(keys_):
        held = session.scalars(sa.select(row.key).where(row.key.in_(chunk)).order_by(row.key).with_for_update()).all()
        # A computation that rejected the newest entry publishes one generation above it.
        values = {"generation": row.generation + newest + 2}
        session.execute(
            sa.update(row).where(row.key.in_(held)).values(**values).execution_options(synchronize_session=False)
        )
        count += len(held)
    return count


def _outputs(session: Session, entry: int) -> tuple[EntryOutput, ...] | None:
    """Return the versions that an entry returns; None where one of them is gone."""
    row = tables.CacheEntryOutput
    rows = session.scalars(sa.select(row).where(row.entry_id == entry).order_by(row.position)).all()
    versions = describing.versions(session, (one.version_id for one in rows))
    if not rows or any(one.version_id not in versions for one in rows):
        return None
    return tuple(
        EntryOutput(one.output, versions[one.version_id], frozenset(one.tags), frozenset(one.aliases)) for one in rows
    )


def _is_intact(session: Session, entry: int) -> bool:
    """Whether all objects of an entry's outputs are live, and no version's bytes were deleted."""
    output, version, link, stored = tables.CacheEntryOutput, tables.Version, tables.ManifestObject, tables.Object
    statement = (
        sa.select(sa.literal(1))
        .select_from(output)
        .join(version, output.version_id == version.id)
        .outerjoin(link, version.manifest_digest == link.manifest_digest)
        .outerjoin(stored, sa.and_(link.object_digest == stored.digest, link.object_suffix == stored.suffix))
        .where(output.entry_id == entry)
        .where(
            sa.or_(
                version.bytes_deleted_at.is_not(None),
                sa.and_(link.object_digest.is_not(None), sa.func.coalesce(stored.state, "") != ObjectState.LIVE.value),
            )
        )
        .limit(1)
    )
    return session.scalar(statement) is None
