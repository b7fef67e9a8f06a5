"""Collecting objects that nothing names, in two steps: condemned first, then deleted under their locks.

Between the two whoever wants an object's bytes finds its row condemned, and uploads them again; in the second step
it is looked at once more. A death at any line leaves rows that the next collection takes up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from airflow_artifacts.lineage import tables
from airflow_artifacts.lineage.statements import chunks, clock
from airflow_artifacts.lineage.tables import ObjectState
from airflow_artifacts.model import Digest, StoredObject

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence
    from datetime import timedelta

    from sqlalchemy.orm import Session

    # Of the last object of a page: its digest and suffix.
    Place = tuple[str, str]

COLLECTED = (ObjectState.LIVE, ObjectState.MISSING, ObjectState.CONDEMNED)
"""The states of objects that are collected unless more is asked for."""
_PAGE = 400


def unnamed(
    session: Session, grace: timedelta, states: Sequence[ObjectState], after: Place | None
) -> tuple[list[StoredObject], list[StoredObject], Place | None]:
    """Return a page of objects that nobody needs: those unused for the grace period, and the others.

    Args:
        session: The transaction.
        grace: Since their last use.
        states: Of which states.
        after: Behind which object the page begins.
    """
    row = tables.Object
    statement = (
        sa.select(row.digest, row.suffix, row.size, row.last_used_at < clock(session) - grace)
        .where(row.state.in_(states), _collectable())
        .order_by(row.digest, row.suffix)
        .limit(_PAGE)
    )
    if after is not None:
        statement = statement.where(sa.tuple_(row.digest, row.suffix) > after)
    found = session.execute(statement).all()
    sizes = [(StoredObject(Digest(digest), suffix, size), is_old) for digest, suffix, size, is_old in found]
    old, young = [one for one, is_old in sizes if is_old], [one for one, is_old in sizes if not is_old]
    return old, young, (found[-1][0], found[-1][1]) if len(found) == _PAGE else None


def condemn(session: Session, objects: Iterable[StoredObject], grace: timedelta, *, kept: bool) -> list[StoredObject]:
    """Condemn those of some objects that nobody needs and nobody used lately, and return them.

    Args:
        session: The transaction.
        objects: Which ones.
        grace: Since their last use.
        kept: Also those that were kept when their descriptions were deleted.
    """
    row = tables.Object
    states = {ObjectState.LIVE, ObjectState.MISSING, ObjectState.CONDEMNED} | ({ObjectState.KEPT} if kept else set())
    condemned: list[StoredObject] = []
    for chunk in chunks(sorted(set(objects), key=lambda one: (one.digest, one.suffix))):
        is_one = sa.tuple_(row.digest, row.suffix).in_([(one.digest, one.suffix) for one in chunk])
        held = sa.select(row.digest).where(is_one).order_by(row.digest, row.suffix).with_for_update()
        session.execute(held)
        # Looked at only now that nobody can publish one of them.
        before = clock(session) - grace
        still = sa.select(row.digest, row.suffix).where(is_one, row.state.in_(states), row.last_used_at < before)
        going = {(digest, suffix) for digest, suffix in session.execute(still.where(_collectable()))}
        found = [one for one in chunk if (one.digest, one.suffix) in going]
        if found:
            is_it = sa.tuple_(row.digest, row.suffix).in_(list(going))
            session.execute(sa.update(row).where(is_it).values(state=ObjectState.CONDEMNED))
        condemned += found
    return condemned


def condemned(session: Session) -> list[StoredObject]:
    """Return the objects that a collection before this one condemned and did not delete."""
    row = tables.Object
    statement = sa.select(row.digest, row.suffix, row.size).where(row.state == ObjectState.CONDEMNED)
    return [StoredObject(Digest(digest), suffix, size) for digest, suffix, size in session.execute(statement)]


def delete(
    session: Session, objects: Sequence[StoredObject], remove: Callable[[StoredObject], bool]
) -> list[StoredObject]:
    """Delete the bytes and rows of condemned objects, holding the rows; return those that are gone.

    Where a manifest of versions without their bytes lists one, the row stays, missing.

    Args:
        session: The transaction.
        objects: Few enough for one statement. What was condemned no more stays.
        remove: Deletes the bytes of one, and says whether they are gone; bytes that are gone already are no error.
    """
    row = tables.Object
    held = sa.select(row.digest, row.suffix, row.state).where(_is_one_of(objects))
    states = session.execute(held.order_by(row.digest, row.suffix).with_for_update())
    condemned_ = {(digest, suffix) for digest, suffix, state in states if state is ObjectState.CONDEMNED}
    going = [one for one in objects if (one.digest, one.suffix) in condemned_]
    needed = _fitting(session, going, _needed())
    # Whether their bytes are there is not known any more; the next writer sees to it.
    _miss(session, needed)
    gone = [one for one in going if one not in needed and remove(one)]
    listed = _fitting(session, gone, _listed())
    _miss(session, listed)
    if unlisted := [one for one in gone if one not in listed]:
        session.execute(sa.delete(row).where(_is_one_of(unlisted)))
    return gone


def _fitting(session: Session, objects: Sequence[StoredObject], condition: sa.ColumnElement[bool]) -> set[StoredObject]:
    """Return those of some objects that fit a condition."""
    if not objects:
        return set()
    row = tables.Object
    statement = sa.select(row.digest, row.suffix).where(_is_one_of(objects), condition)
    found = {(digest, suffix) for digest, suffix in session.execute(statement)}
    return {one for one in objects if (one.digest, one.suffix) in found}


def _miss(session: Session, objects: Collection[StoredObject]) -> None:
    if objects:
        session.execute(sa.update(tables.Object).where(_is_one_of(objects)).values(state=ObjectState.MISSING))


def _is_one_of(objects: Collection[StoredObject]) -> sa.ColumnElement[bool]:
    return sa.tuple_(tables.Object.digest, tables.Object.suffix).in_([(one.digest, one.suffix) for one in objects])


def known(session: Session, digests: Sequence[tuple[str, str]]) -> set[tuple[str, str]]:
    """Return those of some digests with suffixes that have a row."""
    row = tables.Object
    found: set[tuple[str, str]] = set()
    for chunk in chunks(digests):
        statement = sa.select(row.digest, row.suffix).where(sa.tuple_(row.digest, row.suffix).in_(chunk))
        found |= {(digest, suffix) for digest, suffix in session.execute(statement)}
    return found


def named(session: Session, after: Place | None) -> tuple[list[StoredObject], Place | None]:
    """Return a page of the objects that versions need, and the place to go on from, if any."""
    row = tables.Object
    return _page(session, sa.select(row.digest, row.suffix, row.size).where(_needed()), after)


def stored(session: Session, after: Place | None) -> tuple[list[StoredObject], Place | None]:
    """Return a page of the objects whose bytes are in the store, needed or not, and the place to go on from, if any."""
    row = tables.Object
    statement = sa.select(row.digest, row.suffix, row.size).where(
        sa.or_(row.state.in_((ObjectState.LIVE, ObjectState.KEPT)), _needed())
    )
    return _page(session, statement, after)


def missing(session: Session) -> set[StoredObject]:
    """Return the objects that versions need and that were found gone or wrong."""
    row = tables.Object
    statement = sa.select(row.digest, row.suffix, row.size).where(row.state == ObjectState.MISSING, _needed())
    return {StoredObject(Digest(digest), suffix, size) for digest, suffix, size in session.execute(statement)}


def versions_of(session: Session, stored: StoredObject, limit: int = 100) -> list[str]:
    """Return the names of the newest versions that need an object."""
    version, link, artifact = tables.Version, tables.ManifestObject, tables.Artifact
    statement = (
        sa.select(artifact.name, version.word)
        .join(link, link.manifest_digest == version.manifest_digest)
        .join(artifact, version.artifact_id == artifact.id)
        .where(link.object_digest == stored.digest, link.object_suffix == stored.suffix)
        .where(version.bytes_deleted_at.is_(None))
        .order_by(version.created_at.desc())
        .limit(limit)
    )
    return [f"{name}@{word}" for name, word in session.execute(statement)]


def forgotten_keys(session: Session, grace: timedelta) -> int:
    """Delete cache keys that no entry, task run or lease is under any more; return how many."""
    row, entry, run, lease = tables.CacheKey, tables.CacheEntry, tables.TaskRun, tables.CacheLease
    unused = sa.and_(
        row.created_at < clock(session) - grace,
        ~sa.exists().where(entry.key == row.key),
        ~sa.exists().where(run.cache_key == row.key),
        ~sa.exists().where(lease.key == row.key, lease.expires_at > clock(session)),
    )
    held = session.scalars(sa.select(row.key).where(unused).limit(_PAGE).with_for_update(skip_locked=True)).all()
    if not held:
        return 0
    found = session.execute(sa.delete(row).where(row.key.in_(held), unused))
    return int(found.rowcount)  # type: ignore[attr-defined]


def _page(session: Session, statement: Any, after: Place | None) -> tuple[list[StoredObject], Place | None]:
    row = tables.Object
    statement = statement.order_by(row.digest, row.suffix).limit(_PAGE)
    if after is not None:
        statement = statement.where(sa.tuple_(row.digest, row.suffix) > after)
    found = [StoredObject(Digest(digest), suffix, size) for digest, suffix, size in session.execute(statement)]
    return found, (found[-1].digest, found[-1].suffix) if len(found) == _PAGE else None


def _needed() -> sa.ColumnElement[bool]:
    """Return that a version which has its bytes names an object."""
    row, link, version = tables.Object, tables.ManifestObject, tables.Version
    is_it = sa.and_(link.object_digest == row.digest, link.object_suffix == row.suffix)
    has_bytes = sa.and_(version.manifest_digest == link.manifest_digest, version.bytes_deleted_at.is_(None))
    return sa.exists().where(is_it, has_bytes)


def _listed() -> sa.ColumnElement[bool]:
    """Return that a manifest lists an object, though its versions may all have lost their bytes; its row then stays."""
    row, link = tables.Object, tables.ManifestObject
    return sa.exists().where(link.object_digest == row.digest, link.object_suffix == row.suffix)


def _collectable() -> sa.ColumnElement[bool]:
    """Return that nobody needs an object, and that it was not collected already."""
    return sa.and_(~_needed(), sa.or_(tables.Object.state != ObjectState.MISSING, ~_listed()))
