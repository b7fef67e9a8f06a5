"""The overview: how many artifacts and versions there are, what they take, and what the cache decided day by day."""

from __future__ import annotations

import heapq
from datetime import date, datetime, time, timedelta, timezone
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from airflow_artifacts.entries import Outcome
from airflow_artifacts.lineage import tables
from airflow_artifacts.lineage.statements import clock
from airflow_artifacts.lineage.visible import is_seen
from airflow_artifacts.model import ArtifactBytes, DayOfDecisions, Overview

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

    from airflow_artifacts.model import Visibility

_LARGEST = 10
# So many artifacts are looked at for the largest, should their versions share nearly all of their bytes.
_MOST_LOOKED_AT = 200
_MOST_DAYS = 366
# Visible versions are few where not one of so many is.
_FEW = 4


def overview(session: Session, days: int, visible: Visibility | None) -> Overview:
    """Return what there is, what it takes, and what the cache saved in the last days."""
    row = tables.ArtifactDag
    totals = (sa.func.coalesce(sa.func.sum(column), 0) for column in (row.versions, row.bytes, row.registered))
    statement = sa.select(sa.func.count(row.artifact_id.distinct()), *totals)
    artifacts, *sums = session.execute(statement.where(is_seen(session, row.dag_id, visible))).one()
    versions, named, registered = map(int, sums)
    return Overview(
        artifacts=artifacts,
        versions=versions,
        bytes_named=named,
        bytes_stored=_stored(session, visible),
        bytes_registered=registered,
        days=_days(session, min(max(days, 1), _MOST_DAYS), visible),
        largest=_largest(session, visible),
    )


def _stored(session: Session, visible: Visibility | None) -> int:
    """Return the bytes of the objects that versions name, each counted once.

    Either each object is asked for a version, or each version for its objects, whichever are fewer.
    """
    row = tables.Object
    if visible is not None and _are_few(session, visible):
        objects = _objects(_manifests(session, visible)).subquery()
        is_it = sa.and_(row.digest == objects.c.object_digest, row.suffix == objects.c.object_suffix)
        return int(session.scalar(sa.select(sa.func.sum(row.size)).select_from(objects).join(row, is_it)) or 0)
    link, version = tables.ManifestObject, tables.Version
    names = sa.exists().where(
        link.object_digest == row.digest,
        link.object_suffix == row.suffix,
        version.manifest_digest == link.manifest_digest,
        version.bytes_deleted_at.is_(None),
        *_is_made(session, visible),
    )
    return int(session.scalar(sa.select(sa.func.sum(row.size)).where(names)) or 0)


def _are_few(session: Session, visible: Visibility) -> bool:
    row = tables.ArtifactDag
    seen = sa.case((is_seen(session, row.dag_id, visible), row.versions), else_=0)
    some, every = session.execute(sa.select(sa.func.sum(seen), sa.func.sum(row.versions))).one()
    return (some or 0) * _FEW < (every or 0)


def _manifests(session: Session, visible: Visibility) -> sa.Select[Any]:
    """Return what gives the manifests of visible versions, each once for an artifact."""
    row, made, version = tables.ArtifactDag, tables.Publication, tables.Version
    is_it = sa.and_(made.artifact_id == row.artifact_id, made.dag_id == row.dag_id, made.reused.is_(False))
    statement: Any = sa.select(row.artifact_id, version.manifest_digest).select_from(row)
    statement = statement.join(made, is_it).join(version, version.id == made.version_id)
    seen = (is_seen(session, row.dag_id, visible), version.bytes_deleted_at.is_(None))
    return statement.where(*seen).distinct()  # type: ignore[no-any-return]


def _objects(manifests: sa.Select[Any], *columns: str) -> sa.Select[Any]:
    """Return what gives the objects of manifests, each once for what some columns of the manifests hold."""
    link, found = tables.ManifestObject, manifests.subquery()
    statement = sa.select(*(found.c[name] for name in columns), link.object_digest, link.object_suffix)
    return statement.select_from(found).join(link, link.manifest_digest == found.c.manifest_digest).distinct()


def _is_made(session: Session, visible: Visibility | None) -> Iterator[sa.ColumnElement[bool]]:
    """Give what must hold of the publication of a version that one may see."""
    if visible is not None:
        made = tables.Publication
        yield made.version_id == tables.Version.id
        yield made.reused.is_(False)
        yield is_seen(session, made.dag_id, visible)


def _largest(session: Session, visible: Visibility | None) -> tuple[ArtifactBytes, ...]:
    """Return the artifacts whose distinct objects take most.

    The sizes of all versions together bound that from above, and are known: only as many artifacts are looked at as
    may be among the largest.
    """
    row, artifact = tables.ArtifactDag, tables.Artifact
    bound = sa.func.sum(row.bytes)
    statement = sa.select(row.artifact_id, artifact.name, bound).join(artifact, artifact.id == row.artifact_id)
    statement = statement.where(is_seen(session, row.dag_id, visible)).group_by(row.artifact_id, artifact.name)
    statement = statement.order_by(bound.desc(), artifact.name).having(bound > 0).limit(_MOST_LOOKED_AT)
    candidates = session.execute(statement).all()
    largest: list[tuple[int, str]] = []
    for start in range(0, len(candidates), _LARGEST):
        batch = candidates[start : start + _LARGEST]
        if len(largest) == _LARGEST and -largest[-1][0] >= batch[0][2]:
            break
        sizes = _distinct(session, [one.artifact_id for one in batch], visible)
        found = ((-sizes[one.artifact_id], one.name) for one in batch if one.artifact_id in sizes)
        largest = heapq.nsmallest(_LARGEST, [*largest, *found])
    return tuple(ArtifactBytes(artifact=name, bytes=-size) for size, name in largest)


def _distinct(session: Session, artifacts: list[int], visible: Visibility | None) -> dict[int, int]:
    """Return the bytes of the distinct objects of artifacts."""
    row, version = tables.Object, tables.Version
    manifests: Any
    if visible is None:
        manifests = sa.select(version.artifact_id, version.manifest_digest).distinct()
        manifests = manifests.where(version.artifact_id.in_(artifacts), version.bytes_deleted_at.is_(None))
    else:
        manifests = _manifests(session, visible).where(tables.ArtifactDag.artifact_id.in_(artifacts))
    objects = _objects(manifests, "artifact_id").subquery()
    is_it = sa.and_(row.digest == objects.c.object_digest, row.suffix == objects.c.object_suffix)
    statement = sa.select(objects.c.artifact_id, sa.func.sum(row.size)).select_from(objects).join(row, is_it)
    return {id_: int(size) for id_, size in session.execute(statement.group_by(objects.c.artifact_id))}


def _days(session: Session, days: int, visible: Visibility | None) -> tuple[DayOfDecisions, ...]:
    """Return what was decided for task runs that began on each of the last days."""
    today = clock(session).date()
    since = today - timedelta(days=days - 1)
    row = tables.TaskRun
    day = _day(session, row.started_at).label("day")
    statement = (
        sa.select(day, row.outcome, sa.func.count(), sa.func.sum(row.saved_seconds))
        .where(row.outcome.is_not(None), row.started_at >= datetime.combine(since, time(), timezone.utc))
        .where(is_seen(session, row.dag_id, visible))
        .group_by(day, row.outcome)
    )
    decided = {(date.fromisoformat(on), outcome): (n, s or 0.0) for on, outcome, n, s in session.execute(statement)}
    nothing = (0, 0.0)
    return tuple(
        DayOfDecisions(
            day=on,
            hits=decided.get((on, Outcome.HIT.value), nothing)[0],
            misses=decided.get((on, Outcome.MISS.value), nothing)[0],
            uncached=decided.get((on, Outcome.UNCACHED.value), nothing)[0],
            seconds_saved=decided.get((on, Outcome.HIT.value), nothing)[1],
        )
        for on in (since + timedelta(days=number) for number in range(days))
    )


def _day(session: Session, moment: Any) -> sa.ColumnElement[str]:
    """Return the day of a moment in UTC, as ISO text."""
    if session.get_bind().dialect.name == "sqlite":
        return sa.func.substr(moment, 1, 10, type_=sa.String)
    return sa.func.to_char(sa.func.timezone("UTC", moment), "YYYY-MM-DD", type_=sa.String)
