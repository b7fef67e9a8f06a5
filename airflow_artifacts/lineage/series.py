"""How the numbers in an artifact's metadata go over its versions; and those versions, in pages."""

from __future__ import annotations

import sys
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from airflow_artifacts.lineage import describing, tables, tokens
from airflow_artifacts.lineage.statements import chunks
from airflow_artifacts.lineage.visible import is_seen
from airflow_artifacts.model import MetadataPoint, MetadataSeries, MetadataSource, VersionPage

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy.orm import Session

    from airflow_artifacts.model import VersionSummary, Visibility

_MOST_VERSIONS = 500
_MOST_KEYS = 200
# So deep numbers are looked for in mappings within mappings.
_DEPTH = 5
# Visible versions are few where not one of so many is.
_FEW = 50
_KIND = "versions"
_STRENGTH = {source: strength for strength, source in enumerate(MetadataSource)}


def versions(session: Session, name: str, visible: Visibility | None, after: str | None, limit: int) -> VersionPage:
    """Return a page of an artifact's versions, the newest publication first."""
    row = tables.Publication
    statement = _published(session, sa.select(row.id, row.version_id), name, visible)
    if after is not None:
        statement = statement.where(row.id < tokens.place(after, _KIND, int)[0])
    found = session.execute(statement.limit(limit + 1)).all()
    shown = found[:limit]
    page = describing.summaries(session, [one.version_id for one in shown])
    more = len(found) > limit and shown
    return VersionPage(versions=tuple(page.values()), next=tokens.token(_KIND, shown[-1].id) if more else None)


def before(session: Session, version_id: str, visible: Visibility | None) -> VersionSummary | None:
    """Return the version of the same artifact that was published before one, of those that one may see."""
    row, this = tables.Publication, aliased(tables.Publication)
    statement = (
        sa.select(row.version_id)
        .join(this, sa.and_(this.artifact_id == row.artifact_id, this.id > row.id))
        .where(this.version_id == version_id, this.reused.is_(False))
        .where(row.reused.is_(False), is_seen(session, row.dag_id, visible))
        .order_by(row.id.desc())
        .limit(1)
    )
    found = session.scalar(statement)
    return None if found is None else describing.summaries(session, [found])[found]


def series(session: Session, name: str, visible: Visibility | None) -> MetadataSeries:
    """Return the numbers in the metadata of an artifact's newest versions."""
    row, version = tables.Publication, tables.Version
    statement = sa.select(version.id, version.word, version.effective_at).select_from(row)
    statement = statement.join(version, row.version_id == version.id)
    newest = session.execute(_published(session, statement, name, visible).limit(_MOST_VERSIONS + 1)).all()
    shown = newest[:_MOST_VERSIONS]
    numbers = _numbers(session, [one.id for one in shown])
    points: dict[str, list[MetadataPoint]] = defaultdict(list)
    for one in reversed(shown):
        for key, value in numbers[one.id].items():
            points[key].append(MetadataPoint(one.id, one.word, one.effective_at, value))
    kept = sorted(points)[:_MOST_KEYS]
    is_cut = len(newest) > len(shown) or len(points) > len(kept)
    return MetadataSeries(points={key: tuple(points[key]) for key in kept}, truncated=is_cut)


def _published(session: Session, statement: Any, name: str, visible: Visibility | None) -> sa.Select[Any]:
    """Keep the publications by which visible versions of an artifact were made, the newest first.

    They are walked from the newest on, and those that may not be seen are passed over; where most may not be seen,
    the others are looked up and sorted.
    """
    row = tables.Publication
    id_ = session.scalar(sa.select(tables.Artifact.id).where(tables.Artifact.name == name))
    of_artifact: sa.Select[Any] = statement.where(row.artifact_id == id_)
    if visible is not None and _are_few(session, id_, visible):
        # Neither the order nor whether it is a reuse is to choose the index.
        made = sa.func.coalesce(row.reused, True).is_(False)
        return of_artifact.where(made, is_seen(session, row.dag_id, visible)).order_by((row.id + 0).desc())
    published = of_artifact.where(row.reused.is_(False)).order_by(row.id.desc())
    return published.where(is_seen(session, row.dag_id.concat(""), visible))


def _are_few(session: Session, artifact_id: int | None, visible: Visibility) -> bool:
    row = tables.ArtifactDag
    seen = sa.case((is_seen(session, row.dag_id, visible), row.versions), else_=0)
    counts = sa.select(sa.func.sum(seen), sa.func.sum(row.versions)).where(row.artifact_id == artifact_id)
    some, every = session.execute(counts).one()
    return (some or 0) * _FEW < (every or 0)


def _numbers(session: Session, ids: Sequence[str]) -> dict[str, dict[str, float]]:
    """Return the numbers of versions by their keys, of each key the strongest source's newest value."""
    row = tables.VersionMetadata
    said: dict[str, dict[str, Any]] = defaultdict(dict)
    rows = [
        one
        for chunk in chunks(ids)
        for one in session.execute(
            sa.select(row.version_id, row.key, row.source, row.value, row.id).where(row.version_id.in_(chunk))
        )
    ]
    for one in sorted(rows, key=lambda one: (_STRENGTH[one.source], one.id)):
        said[one.version_id][one.key] = one.value
    return {id_: dict(_flat(said[id_])) for id_ in ids}


def _flat(values: dict[str, Any], prefix: str = "", depth: int = _DEPTH) -> Iterator[tuple[str, float]]:
    """Give the numbers in a mapping; what is nested first, so that a key that is written with points counts."""
    nested = {key: value for key, value in values.items() if isinstance(value, dict)}
    for key, value in nested.items():
        if depth > 1:
            yield from _flat(value, f"{prefix}{key}.", depth - 1)
    for key, value in values.items():
        if isinstance(value, (int, float)) and not isinstance(value, bool) and _is_drawn(value):
            yield f"{prefix}{key}", value


def _is_drawn(value: float) -> bool:
    """Whether a float holds a number: an integer may be larger than any."""
    return abs(value) <= sys.float_info.max
