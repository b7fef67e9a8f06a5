"""Rows made into the values of the model: a constant number of queries for any number of versions."""

from __future__ import annotations

import dataclasses
import functools
import json
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.expression import FunctionElement

from airflow_artifacts.lineage import tables
from airflow_artifacts.lineage.statements import chunks
from airflow_artifacts.model import (
    ArtifactVersion,
    Digest,
    LineageEdge,
    Manifest,
    MetadataSource,
    TaskRun,
    VersionSummary,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy.orm import Session


_STRENGTH = {source.value: strength for strength, source in enumerate(MetadataSource)}


def summaries(session: Session, ids: Iterable[str]) -> dict[str, VersionSummary]:
    """Return versions without their files by UUID, in the order asked for, without those that are not there."""
    return {id_: VersionSummary(**_said(row)) for id_, row in _rows(session, ids).items()}


def versions(
    session: Session, ids: Iterable[str], known: Mapping[Digest, Manifest] = MappingProxyType({})
) -> dict[str, ArtifactVersion]:
    """Return versions by UUID, in the order asked for, without those that are not there.

    Args:
        session: The transaction.
        ids: Which ones.
        known: Manifests by digest that need not be read, which takes long where they list many files.
    """
    rows = _rows(session, ids)
    manifests = dict(known)
    # Versions may share one of many files.
    listed = tables.Manifest
    for chunk in chunks({row.manifest_digest for row in rows.values()} - manifests.keys()):
        for digest, content in session.execute(
            sa.select(listed.digest, listed.content).where(listed.digest.in_(chunk))
        ):
            manifests[Digest(digest)] = Manifest.from_json(content)
    return {id_: ArtifactVersion(**_said(row), manifest=manifests[row.manifest_digest]) for id_, row in rows.items()}


def version(session: Session, id_: str | sa.ColumnElement[str] | None) -> ArtifactVersion | None:
    """Return one version by its UUID, or by what gives that in the same query, or None."""
    if id_ is None:
        return None
    with_files = _described().add_columns(tables.Manifest.content)
    with_files = with_files.join(tables.Manifest, tables.Version.manifest_digest == tables.Manifest.digest)
    row = session.execute(with_files.where(tables.Version.id == id_)).one_or_none()
    return None if row is None else ArtifactVersion(**_said(row), manifest=Manifest.from_json(row.content))


def preview(session: Session, id_: str) -> str | None:
    """Return what is shown of a version, or None."""
    return session.scalar(sa.select(tables.Version.preview).where(tables.Version.id == id_))


def task_run(row: Any) -> TaskRun:
    """Return the task run of a row, or of one that has its columns."""
    return TaskRun(
        id=row.id,
        dag_id=row.dag_id,
        run_id=row.run_id,
        task_id=row.task_id,
        map_index=row.map_index,
        try_number=row.try_number,
        instance_id=row.instance_id,
        clear_number=row.clear_number,
        state=row.state,
        started_at=row.started_at,
        ended_at=row.ended_at,
        logical_date=row.logical_date,
        interval_start=row.interval_start,
        interval_end=row.interval_end,
        run_after=row.run_after,
        partition_key=row.partition_key,
        parameters=row.parameters,
        source=row.source,
        environment=row.environment,
        outputs=tuple(row.outputs),
    )


def edge(row: tables.Edge) -> LineageEdge:
    """Return the lineage edge of a row."""
    return LineageEdge(row.task_run_id, row.version_id, row.direction, row.kind, row.name, row.reference)


def _rows(session: Session, ids: Iterable[str]) -> dict[str, Any]:
    """Return what describes versions by UUID, in the order asked for."""
    ids = list(dict.fromkeys(ids))
    found: dict[str, Any] = {}
    for chunk in chunks(ids):
        found |= {one.id: one for one in session.execute(_described().where(tables.Version.id.in_(chunk)))}
    return {id_: found[id_] for id_ in ids if id_ in found}


def _said(one: Any) -> dict[str, Any]:
    """Return the fields of a version, but for its files, as a row says them."""
    return {
        "id": one.id,
        "artifact": one.artifact,
        "named": one.named,
        "version": one.word,
        "number": one.number,
        "kind": one.kind,
        "type": one.type,
        "materializer": one.materializer,
        "size": one.size,
        "file_count": one.file_count,
        "length": one.length,
        "save_kind": one.save_kind,
        "created_at": one.created_at,
        "effective_at": one.effective_at,
        "interval_start": one.interval_start,
        "interval_end": one.interval_end,
        "producer": task_run(one.producer) if one.producer.id is not None else None,
        "output": one.output,
        "fingerprint": one.fingerprint,
        "parts": one.column_fingerprints,
        "origin": one.origin_id,
        "pinned": one.pinned,
        "bytes_deleted_at": one.bytes_deleted_at,
        "tags": frozenset(tag for (tag,) in json.loads(one.tags)),
        "aliases": frozenset(alias for (alias,) in json.loads(one.aliases)),
        "metadata": _metadata(json.loads(one.metadata)),
    }


@functools.cache
def _described() -> sa.Select[Any]:
    """Return the query of all that describes versions; to make it takes longer than to run it."""
    row, tag, alias, said = tables.Version, tables.VersionTag, tables.Alias, tables.VersionMetadata
    value = sa.type_coerce(sa.cast(said.value, sa.Text), sa.Text)
    return (
        sa.select(
            *_columns(row),
            tables.Artifact.name.label("artifact"),
            tables.Artifact.named,
            _collected(tag.version_id, tag.tag).label("tags"),
            _collected(alias.version_id, alias.name).label("aliases"),
            _collected(said.version_id, said.key, said.source, value, said.id).label("metadata"),
            sa.orm.Bundle("producer", *(getattr(tables.TaskRun, name) for name in _TASK_RUN)),
        )
        .join(tables.Artifact, row.artifact_id == tables.Artifact.id)
        .outerjoin(tables.TaskRun, row.producer_id == tables.TaskRun.id)
    )


class _Collected(FunctionElement[str]):
    """All rows of a query as JSON: a list of lists, in no order."""

    type = sa.Text()
    inherit_cache = True
    name = "collected"


@compiles(_Collected, "postgresql")
def _collected_by_postgresql(element: _Collected, compiler: sa.Compiled, **options: Any) -> str:
    return f"coalesce(json_agg(json_build_array({compiler.process(element.clauses, **options)})), '[]')::text"


@compiles(_Collected, "sqlite")
def _collected_by_sqlite(element: _Collected, compiler: sa.Compiled, **options: Any) -> str:
    return f"json_group_array(json_array({compiler.process(element.clauses, **options)}))"


def _collected(version_id: Any, *columns: Any) -> sa.ScalarSelect[str]:
    """Return what belongs to a version in another table, as JSON."""
    return sa.select(_Collected(*columns)).where(version_id == tables.Version.id).scalar_subquery()


def _columns(table: Any) -> list[Any]:
    """Return all columns of a table but those that are read only when they are shown."""
    return [getattr(table, name) for name in table.__table__.columns.keys() if name != "preview"]  # noqa: SIM118 - no dict


_TASK_RUN = tuple(field.name for field in dataclasses.fields(TaskRun))


def _metadata(rows: list[list[Any]]) -> Mapping[str, Any]:
    """Return the metadata of a version: of each key the strongest source's newest value."""
    rows.sort(key=lambda row: (_STRENGTH[row[1]], row[3]))
    return {key: json.loads(value) for key, _, value, _ in rows}
