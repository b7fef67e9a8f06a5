"""Reusing: versions that exist are returned again by another task run, which is a publication as well."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

import sqlalchemy as sa

from airflow_artifacts.lineage import aliases, describing, labels, objects, publishing, tables, task_runs, words
from airflow_artifacts.lineage.publishing import Occasion
from airflow_artifacts.lineage.statements import add_missing
from airflow_artifacts.model import EdgeKind, NewVersion, SaveKind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from airflow_artifacts.entries import ReusedOutput
    from airflow_artifacts.lineage.publishing import Series
    from airflow_artifacts.model import ArtifactVersion, Digest, LineageEdge, TaskRun


def reuse(
    session: Session,
    outputs: Sequence[ReusedOutput],
    task_run: TaskRun,
    effective_at: datetime,
    inputs: Sequence[LineageEdge],
) -> list[ArtifactVersion]:
    """Publish versions again for a task run; locks are taken as publishing takes them."""
    now = task_runs.refuse_superseded(session, task_run)
    objects.hold(session, (stored for one in outputs for stored in one.version.manifest.objects))
    occasion = Occasion(task_run, effective_at, now)
    series = publishing.lock_artifacts(session, {one.artifact: one.named for one in outputs}, occasion)
    labels.require(session, [one.version.id for one in outputs])
    digests = objects.write_manifests(session, [one.version.manifest for one in outputs])
    ids = [
        _reuse_one(session, one, digest, series[one.artifact], occasion)
        for one, digest in zip(outputs, digests, strict=True)
    ]
    publishing.write_series(session, series, occasion)
    add_missing(session, tables.Edge, task_runs.edge_rows(inputs, occasion.now))
    known = dict(zip(digests, (one.version.manifest for one in outputs), strict=True))
    described = describing.versions(session, ids, known)
    return [described[id_] for id_ in ids]


def _reuse_one(session: Session, one: ReusedOutput, digest: Digest, series: Series, occasion: Occasion) -> str:
    """Publish a version again where it belongs, else a version with its content; return its UUID."""
    version = one.version
    declared = one.metadata
    is_copy = False
    if one.artifact == version.artifact and one.word in {None, version.version}:
        id_, word = version.id, version.version
        declared = tuple(given for given in declared if version.metadata.get(given.key, ...) != given.value)
    else:
        new = _copy(one)
        existing = words.find(session, series.name, one.word) if one.word is not None else None
        if existing is not None and not existing.equals(new, digest):
            raise existing.taken(series.name)
        if existing is not None:
            id_, word = existing.id, existing.word
        else:
            is_copy = True
            id_, word = new.id, publishing.add_version(session, new, digest, series, occasion)
            origin = {"origin_id": version.origin or version.id, "preview": describing.preview(session, version.id)}
            session.execute(sa.update(tables.Version).where(tables.Version.id == id_).values(**origin))
            labels.copy_metadata(session, version.id, id_)
    name = one.output if one.output is not None else f"{one.artifact}@{word}"
    publication = publishing.publication(session, id_, series, occasion, reused=not is_copy)
    publishing.add_output(session, id_, name, EdgeKind.REUSED, occasion)
    labels.add_tags(session, id_, one.tags)
    if declared:
        labels.add_metadata(session, id_, declared, occasion.task_run_id, occasion.now)
    for alias in sorted(one.aliases):
        aliases.declare(
            session, (series.id, series.name), alias, (id_, publication), occasion.effective_at, occasion.now
        )
    return id_


def _copy(one: ReusedOutput) -> NewVersion:
    version = one.version
    return NewVersion(
        id=str(uuid.uuid4()),
        artifact=one.artifact,
        named=one.named,
        version=one.word,
        kind=one.kind,
        type=version.type,
        materializer=version.materializer,
        manifest=version.manifest,
        save_kind=SaveKind.TASK_OUTPUT,
        output=one.output,
        fingerprint=version.fingerprint,
        parts=version.parts,
    )
