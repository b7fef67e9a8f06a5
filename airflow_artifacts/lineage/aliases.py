"""Aliases: movable names for one version, with their history."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from airflow_artifacts.exceptions import ArtifactNotFoundError
from airflow_artifacts.lineage import tables, words
from airflow_artifacts.lineage.statements import add, clock
from airflow_artifacts.model import AliasMove

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session


def declare(  # noqa: PLR0917 - what a move is made of
    session: Session,
    artifact: tuple[int, str],
    alias: str,
    target: tuple[str, int],
    effective_at: datetime,
    now: datetime,
) -> None:
    """Let a declared alias move forward only: publications of an artifact rise, so its effective time decides.

    Args:
        session: A transaction that holds the artifact's row.
        artifact: Its id and name.
        alias: The alias.
        target: The version's UUID, and the publication.
        effective_at: The moment the publication stands for.
        now: On the database's clock.

    Raises:
        VersionTakenError: The word is a version of this artifact.
    """
    id_, name = artifact
    words.refuse_alias(session, name, alias)
    stands_at = session.scalar(sa.select(tables.Alias.effective_at).where(_is(id_, alias)))
    if stands_at is None or stands_at <= effective_at:
        _write(session, id_, alias, target, effective_at, now, is_new=stands_at is None)


def move(session: Session, version: str, alias: str) -> None:
    """Let an alias name a version, wherever it stands now; one that names it already stays without a move.

    Raises:
        ArtifactNotFoundError: There is no such version.
        VersionTakenError: The word is a version of this artifact.
    """
    id_, name = _hold(session, version)
    words.refuse_alias(session, name, alias)
    stands = session.execute(sa.select(tables.Alias.version_id).where(_is(id_, alias))).scalar_one_or_none()
    if stands == version:
        return
    row = tables.Publication
    newest = sa.select(row.id, row.effective_at).where(row.version_id == version).order_by(row.id.desc()).limit(1)
    number, effective_at = session.execute(newest).one()
    _write(session, id_, alias, (version, number), effective_at, clock(session), is_new=stands is None)


def remove(session: Session, artifact: str, alias: str) -> bool:
    """Take an alias away; return whether there was one. Its history stays."""
    statement = sa.select(tables.Artifact.id).where(tables.Artifact.name == artifact).with_for_update()
    id_ = session.scalar(statement)
    if id_ is None:
        return False
    found = session.execute(sa.delete(tables.Alias).where(_is(id_, alias)))
    if not found.rowcount:  # type: ignore[attr-defined]
        return False
    gone = {"artifact_id": id_, "name": alias, "version_id": None, "moved_at": clock(session)}
    add(session, tables.AliasHistory, [gone])
    return True


def history(session: Session, artifact: str, alias: str | None) -> list[AliasMove]:
    """Return the moves of an alias, or of all aliases of an artifact, newest first."""
    row, version = tables.AliasHistory, tables.Version
    statement = (
        sa.select(row.name, version.word, version.id, row.moved_at)
        .join(tables.Artifact, row.artifact_id == tables.Artifact.id)
        .outerjoin(version, row.version_id == version.id)
        .where(tables.Artifact.name == artifact)
        .order_by(row.id.desc())
    )
    if alias is not None:
        statement = statement.where(row.name == alias)
    return [
        AliasMove(alias=name, version=f"{artifact}@{word}" if id_ else None, id=id_, at=moved_at)
        for name, word, id_, moved_at in session.execute(statement)
    ]


def _hold(session: Session, version: str) -> tuple[int, str]:
    """Hold the row of a version's artifact, as publishing does, and return its id and name."""
    statement = (
        sa.select(tables.Artifact.id, tables.Artifact.name)
        .join(tables.Version, tables.Version.artifact_id == tables.Artifact.id)
        .where(tables.Version.id == version)
        .with_for_update(of=tables.Artifact)
    )
    found = session.execute(statement).one_or_none()
    if found is None:
        message = f"no version has the UUID {version!r}; it was deleted, or belongs to another lineage database"
        raise ArtifactNotFoundError(message)
    return found[0], found[1]


def _is(artifact_id: int, alias: str) -> sa.ColumnElement[bool]:
    return sa.and_(tables.Alias.artifact_id == artifact_id, tables.Alias.name == alias)


def _write(  # noqa: PLR0917 - what a move is made of
    session: Session,
    artifact_id: int,
    alias: str,
    target: tuple[str, int],
    effective_at: datetime,
    now: datetime,
    *,
    is_new: bool,
) -> None:
    version, number = target
    values = {"version_id": version, "publication_id": number, "effective_at": effective_at}
    if is_new:
        add(session, tables.Alias, [{"artifact_id": artifact_id, "name": alias, **values}])
    else:
        session.execute(sa.update(tables.Alias).where(_is(artifact_id, alias)).values(**values))
    moved = {"artifact_id": artifact_id, "name": alias, "version_id": version, "moved_at": now}
    add(session, tables.AliasHistory, [moved])
