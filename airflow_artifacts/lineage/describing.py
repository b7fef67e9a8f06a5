"""Rows made into the values of the model: a constant number of queries for any number of versions."""

from __future__ import annotations

import functools
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from airflow_artifacts.lineage import tables
from airflow_artifacts.lineage.statements import chunks
from airflow_artifacts.model import ArtifactVersion, LineageEdge, Manifest, MetadataSource, TaskRun

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy.orm import Session

_STRENGTH = {source: strength for strength, source in enumerate(MetadataSource)}


def versions(session: Session, ids: Iterable[str]) -> dict[str, ArtifactVersion]:
    """Return versions by UUID, in the order asked for, without those that are not there."""
    ids = list(dict.fromkeys(ids))
    found: dict[str, ArtifactVersion] = {}
    for chunk in chunks(ids):
        found |= _chunk(session, chunk)
    return {id_: found[id_] for id_ in ids if id_ in found}


def version(session: Session, id_: str | None) -> ArtifactVersion | None:
    """Return one version, or None."""
    return versions(session, [id_]).get(id_) if id_ is not None else None


def preview(session: Session, id_: str) -> str | None:
    """Return what is shown of a version, or None."""
    return session.scalar(sa.select(tables.Version.preview).where(tables.Version.id == id_))


def task_run(row: tables.TaskRun) -> TaskRun:
    """Return the task run of a row."""
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
    )


def edge(row: tables.Edge) -> LineageEdge:
    """Return the lineage edge of a row."""
    return LineageEdge(row.task_run_id, row.version_id, row.direction, row.kind, row.name, row.reference)


def _chunk(session: Session, ids: list[str]) -> dict[str, ArtifactVersion]:
    statement = (
        sa.select(tables.Version, tables.Artifact.name, tables.Artifact.named, tables.Manifest.content, tables.TaskRun)
        .join(tables.Artifact, tables.Version.artifact_id == tables.Artifact.id)
        .join(tables.Manifest, tables.Version.manifest_digest == tables.Manifest.digest)
        .outerjoin(tables.TaskRun, tables.Version.producer_id == tables.TaskRun.id)
        .where(tables.Version.id.in_(ids))
    )
    tags = _texts(session, tables.VersionTag.version_id, tables.VersionTag.tag, ids)
    aliases = _texts(session, tables.Alias.version_id, tables.Alias.name, ids)
    metadata = _metadata(session, ids)
    # Versions may share one of many files.
    manifest = functools.cache(Manifest.from_json)
    return {
        row.id: ArtifactVersion(
            id=row.id,
            artifact=name,
            named=named,
            version=row.word,
            number=row.number,
            kind=row.kind,
            type=row.type,
            materializer=row.materializer,
            size=row.size,
            manifest=manifest(content),
            save_kind=row.save_kind,
            created_at=row.created_at,
            effective_at=row.effective_at,
            interval_start=row.interval_start,
            interval_end=row.interval_end,
            producer=_producer(producer),
            output=row.output,
            fingerprint=row.fingerprint,
            columns=row.column_fingerprints,
            origin=row.origin_id,
            tags=tags.get(row.id, frozenset()),
            aliases=aliases.get(row.id, frozenset()),
            metadata=metadata.get(row.id, {}),
        )
        for row, name, named, content, producer in session.execute(statement)
    }


def _producer(row: tables.TaskRun | None) -> TaskRun | None:
    return task_run(row) if row is not None else None


def _texts(
    session: Session, key: sa.SQLColumnExpression[str], text: sa.SQLColumnExpression[str], ids: list[str]
) -> dict[str, frozenset[str]]:
    """Return the texts of each version."""
    texts = defaultdict(set)
    for id_, value in session.execute(sa.select(key, text).where(key.in_(ids))):
        texts[id_].add(value)
    return {id_: frozenset(values) for id_, values in texts.items()}


def _metadata(session: Session, ids: list[str]) -> Mapping[str, Mapping[str, Any]]:
    """Return the metadata of each version: of each key the strongest source's newest value."""
    row = tables.VersionMetadata
    statement = (
        sa.select(row.version_id, row.key, row.source, row.value).where(row.version_id.in_(ids)).order_by(row.id)
    )
    values: dict[str, dict[str, Any]] = defaultdict(dict)
    for id_, key, _, value in sorted(session.execute(statement), key=lambda found: _STRENGTH[found[2]]):
        values[id_][key] = value
    return values
