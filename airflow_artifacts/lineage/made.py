"""What each DAG has made of each artifact: tallies that are kept up to date, so that nobody has to count versions.

Whoever writes them holds the rows of the artifacts.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from airflow_artifacts.lineage import tables
from airflow_artifacts.lineage.statements import chunks, insert

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy.orm import Session
    from typing_extensions import Self

    from airflow_artifacts.model import Manifest

NOBODY = ""
"""Stands for the DAG of what no task run made, or one that was forgotten."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """Some versions of one artifact.

    Attributes:
        bytes: Of those that have their bytes in the store.
        registered: Bytes of those whose data lies elsewhere.
        newest: The greatest id of their publications.
    """

    versions: int = 0
    bytes: int = 0
    registered: int = 0
    newest: int = 0

    @classmethod
    def of(cls, manifest: Manifest) -> Self:
        """Return that of one version."""
        stored = bool(manifest.objects)
        return cls(versions=1, bytes=manifest.size if stored else 0, registered=0 if stored else manifest.size)

    def __add__(self, other: Made) -> Made:
        return Made(
            versions=self.versions + other.versions,
            bytes=self.bytes + other.bytes,
            registered=self.registered + other.registered,
            newest=max(self.newest, other.newest),
        )


@dataclasses.dataclass(frozen=True, slots=True)
class Tally:
    """What a DAG made of an artifact, as far as it is among some versions."""

    artifact_id: int
    dag_id: str
    made: Made


def add(session: Session, dag_id: str, made: Mapping[int, Made]) -> None:
    """Count what a DAG made anew, by the ids of the artifacts."""
    if not made:
        return
    row = tables.ArtifactDag
    new = insert(session, row)
    upsert = new.on_conflict_do_update(
        index_elements=["artifact_id", "dag_id"],
        set_={
            "versions": row.versions + new.excluded.versions,
            "bytes": row.bytes + new.excluded.bytes,
            "registered": row.registered + new.excluded.registered,
            "newest": sa.case((row.newest > new.excluded.newest, row.newest), else_=new.excluded.newest),
        },
    )
    session.execute(
        upsert,
        [{"artifact_id": id_, "dag_id": dag_id, **dataclasses.asdict(one)} for id_, one in sorted(made.items())],
    )


def producer(version: str) -> sa.ScalarSelect[str]:
    """Return what gives the DAG that made a version, from the publication by which it was made."""
    row = aliased(tables.Publication)
    return sa.select(row.dag_id).where(row.version_id == version, row.reused.is_(False)).scalar_subquery()


def tally(session: Session, versions: Iterable[str]) -> list[Tally]:
    """Count some versions, as they are now."""
    row, version, link = tables.Publication, tables.Version, tables.ManifestObject
    is_stored = sa.exists().where(link.manifest_digest == version.manifest_digest)
    has_bytes = sa.and_(is_stored, version.bytes_deleted_at.is_(None))
    statement = (
        sa.select(
            row.artifact_id,
            row.dag_id,
            sa.func.count(),
            sa.func.sum(sa.case((has_bytes, version.size), else_=0)),
            sa.func.sum(sa.case((is_stored, 0), else_=version.size)),
            sa.func.max(row.id),
        )
        .join(version, row.version_id == version.id)
        .where(row.reused.is_(False))
        .group_by(row.artifact_id, row.dag_id)
    )
    return [
        Tally(id_, dag_id, Made(versions=count, bytes=int(size), registered=int(registered), newest=newest))
        for chunk in chunks(versions)
        for id_, dag_id, count, size, registered, newest in session.execute(statement.where(version.id.in_(chunk)))
    ]


def subtract_bytes(session: Session, tallies: Iterable[Tally]) -> None:
    """Count bytes no more that are about to be deleted; the versions stay."""
    row = tables.ArtifactDag
    for one in tallies:
        session.execute(sa.update(row).where(_is(one)).values(bytes=row.bytes - one.made.bytes))


def subtract(session: Session, tallies: Iterable[Tally]) -> None:
    """Count versions no more that are not there any more, or not the DAG's."""
    row = tables.ArtifactDag
    for one in tallies:
        left = {
            "versions": row.versions - one.made.versions,
            "bytes": row.bytes - one.made.bytes,
            "registered": row.registered - one.made.registered,
        }
        session.execute(sa.update(row).where(_is(one)).values(**left))
        session.execute(sa.delete(row).where(_is(one), row.versions <= 0))
        # Asked only where the newest one is among those that are left away.
        session.execute(sa.update(row).where(_is(one), row.newest <= one.made.newest).values(newest=_newest(one)))


def disown(session: Session, versions: list[str]) -> None:
    """Let versions have no producer, and hold the rows of their artifacts."""
    row = tables.Publication
    _hold_artifacts(session, versions)
    for chunk in chunks(versions):
        tallies = tally(session, chunk)
        session.execute(sa.update(row).where(row.version_id.in_(chunk)).values(dag_id=NOBODY))
        subtract(session, tallies)
        for one in tallies:
            add(session, NOBODY, {one.artifact_id: one.made})


def _hold_artifacts(session: Session, versions: list[str]) -> None:
    """Hold the rows of the artifacts of versions in the order of their names, as publishing does."""
    row, version = tables.Artifact, tables.Version
    found: set[tuple[str, int]] = set()
    for chunk in chunks(versions):
        named = sa.select(row.name, row.id).join(version, version.artifact_id == row.id).where(version.id.in_(chunk))
        found |= {(name, id_) for name, id_ in session.execute(named)}
    for ids in chunks(id_ for _, id_ in sorted(found)):
        session.execute(sa.select(row.id).where(row.id.in_(ids)).order_by(row.name).with_for_update())


def _is(one: Tally) -> sa.ColumnElement[bool]:
    row = tables.ArtifactDag
    return sa.and_(row.artifact_id == one.artifact_id, row.dag_id == one.dag_id)


def _newest(one: Tally) -> sa.ScalarSelect[int]:
    """Return what gives the newest publication by which the DAG made a version of the artifact."""
    row = tables.Publication
    statement = sa.select(row.id).where(row.artifact_id == one.artifact_id, row.reused.is_(False))
    return statement.where(row.dag_id == one.dag_id).order_by(row.id.desc()).limit(1).scalar_subquery()
