"""Artifacts and versions in pages, each of which begins where the one before it ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from airflow_artifacts.lineage import describing, tables
from airflow_artifacts.model import ArtifactSummary, VersionSummary

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

PAGE = 200


def artifacts(session: Session, after: str, *, named_only: bool) -> list[ArtifactSummary]:
    """Return the artifacts whose names follow one, sorted by code point, with what ``latest`` names."""
    row = tables.Artifact
    statement = (
        sa.select(row.id, row.name, row.named, row.created_at, tables.Publication.version_id)
        .outerjoin(tables.Publication, row.latest_publication_id == tables.Publication.id)
        .where(row.name > after)
        .order_by(row.name)
        .limit(PAGE)
    )
    found = session.execute(statement.where(row.named) if named_only else statement).all()
    ids = [one.id for one in found]
    version = tables.Version
    count = sa.select(version.artifact_id, sa.func.count()).where(version.artifact_id.in_(ids))
    counts = {found[0]: found[1] for found in session.execute(count.group_by(version.artifact_id))}
    tags = _tags(session, ids)
    latest = describing.summaries(session, [one.version_id for one in found if one.version_id is not None])
    return [
        ArtifactSummary(
            name=one.name,
            named=one.named,
            versions=counts.get(one.id, 0),
            created_at=one.created_at,
            latest=latest.get(one.version_id),
            tags=frozenset(tags.get(one.id, ())),
        )
        for one in found
    ]


def versions(session: Session, artifact: str, before: int | None) -> tuple[list[VersionSummary], int | None]:
    """Return the versions published before one, newest first, and the publication to go on from, if any."""
    row = tables.Publication
    statement = (
        sa.select(row.id, row.version_id)
        .join(tables.Artifact, row.artifact_id == tables.Artifact.id)
        .where(tables.Artifact.name == artifact, row.reused.is_(False))
        .order_by(row.id.desc())
        .limit(PAGE)
    )
    found = session.execute(statement.where(row.id < before) if before is not None else statement).all()
    page = describing.summaries(session, [one.version_id for one in found])
    return list(page.values()), found[-1].id if len(found) == PAGE else None


def _tags(session: Session, ids: list[int]) -> dict[int, list[str]]:
    tags: dict[int, list[str]] = {}
    row = tables.ArtifactTag
    for id_, tag in session.execute(sa.select(row.artifact_id, row.tag).where(row.artifact_id.in_(ids))):
        tags.setdefault(id_, []).append(tag)
    return tags
