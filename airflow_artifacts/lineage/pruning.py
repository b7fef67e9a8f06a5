"""Pruning: versions that nothing holds are deleted, with the manifests and cache entries that go with them.

What may go is decided twice: without locks, to know what there is to do, and again in the transaction that deletes,
which holds the artifact's row, then the versions', so that nobody publishes, reads or reuses them meanwhile.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import sqlalchemy as sa

from airflow_artifacts.exceptions import VersionInUseError
from airflow_artifacts.lineage import made, tables
from airflow_artifacts.lineage.statements import chunks, clock
from airflow_artifacts.lineage.tables import ObjectState
from airflow_artifacts.model import Digest, Part, SaveKind, StoredObject

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy.orm import Session

    from airflow_artifacts.model import PruneRules


@dataclasses.dataclass(frozen=True, slots=True)
class Candidate:
    """A version that may be deleted."""

    id: str
    name: str
    manifest: str


@dataclasses.dataclass(frozen=True, slots=True)
class Deleted:
    """What one transaction deleted.

    Attributes:
        names: Of versions.
        objects: Those that no version names any more.
    """

    names: tuple[str, ...]
    objects: tuple[StoredObject, ...]


def artifacts(session: Session, rules: PruneRules, matching: sa.Select[int] | None) -> list[int]:
    """Return the artifacts of which something may go, in the order of their ids."""
    row = tables.Version
    statement = sa.select(row.artifact_id).where(*_conditions(session, rules)).distinct().order_by(row.artifact_id)
    return list(session.scalars(statement if matching is None else statement.where(row.artifact_id.in_(matching))))


def some_candidates(session: Session, rules: PruneRules, limit: int) -> list[Candidate]:
    """Return so many of the versions of all artifacts that may go."""
    row = tables.Version
    statement = sa.select(row.id, tables.Artifact.name, row.word, row.manifest_digest)
    statement = statement.join(tables.Artifact, row.artifact_id == tables.Artifact.id)
    found = session.execute(statement.where(*_conditions(session, rules)).limit(limit))
    return [Candidate(id_, f"{name}@{word}", digest) for id_, name, word, digest in found]


def candidates(
    session: Session, artifact_id: int, rules: PruneRules, among: Sequence[str] | None = None
) -> list[Candidate]:
    """Return the versions of an artifact that may go, oldest first; of some only, where they are given."""
    row = tables.Version
    statement = (
        sa.select(row.id, tables.Artifact.name, row.word, row.manifest_digest)
        .join(tables.Artifact, row.artifact_id == tables.Artifact.id)
        .where(row.artifact_id == artifact_id, *_conditions(session, rules))
        .order_by(row.created_at, row.id)
    )
    if rules.keep_last:
        newest = sa.select(row.id).where(row.artifact_id == artifact_id)
        newest = newest.order_by(row.created_at.desc(), row.id.desc()).limit(rules.keep_last)
        statement = statement.where(row.id.not_in(newest))
    if among is None:
        return [Candidate(id_, f"{name}@{word}", digest) for id_, name, word, digest in session.execute(statement)]
    return [
        Candidate(id_, f"{name}@{word}", digest)
        for chunk in chunks(among)
        for id_, name, word, digest in session.execute(statement.where(row.id.in_(chunk)))
    ]


def delete(session: Session, artifact_id: int, ids: Sequence[str], rules: PruneRules | None, part: Part) -> Deleted:
    """Delete versions of an artifact, those of them that still may go.

    Args:
        session: The transaction.
        artifact_id: Their artifact.
        ids: Which ones; those that are gone by now are passed over.
        rules: What must hold; None for versions that are deleted by name, which nothing but edges and pins protects.
        part: What is deleted of them.
    """
    row = tables.Version
    session.execute(sa.select(tables.Artifact.id).where(tables.Artifact.id == artifact_id).with_for_update())
    for chunk in chunks(sorted(ids)):
        session.execute(sa.select(row.id).where(row.id.in_(chunk)).order_by(row.id).with_for_update())
    # Looked at only now that nobody can change it.
    if rules is None:
        statement = sa.select(row.id, tables.Artifact.name, row.word, row.manifest_digest)
        statement = statement.join(tables.Artifact, row.artifact_id == tables.Artifact.id).where(row.id.in_(ids))
        found = [Candidate(id_, f"{name}@{word}", digest) for id_, name, word, digest in session.execute(statement)]
    else:
        found = candidates(session, artifact_id, rules, ids)
    tallies = made.tally(session, [one.id for one in found])
    if part is Part.BYTES:
        made.subtract_bytes(session, tallies)
        _mark_deleted(session, [one.id for one in found])
        objects = _unnamed(session, [one.manifest for one in found], marked=True)
    else:
        objects = _delete_rows(session, artifact_id, found)
        made.subtract(session, tallies)
        if part is Part.ROWS:
            _keep(session, objects)
    return Deleted(tuple(one.name for one in found), tuple(objects))


def refuse_held(session: Session, artifact_id: int, id_: str, part: Part) -> None:
    """See that a version may be deleted by its name; holds its artifact's row and its own.

    Raises:
        VersionInUseError: A lineage edge references it, it is pinned, or an alias names it.
    """
    row, edge, alias = tables.Version, tables.Edge, tables.Alias
    session.execute(sa.select(tables.Artifact.id).where(tables.Artifact.id == artifact_id).with_for_update())
    held = sa.select(row.pinned, row.word, tables.Artifact.name)
    held = held.join(tables.Artifact, row.artifact_id == tables.Artifact.id).where(row.id == id_)
    found = session.execute(held.with_for_update(of=row)).one_or_none()
    if found is None:
        return
    name = f"{found.name}@{found.word}"
    if found.pinned:
        message = f"{name!r} is pinned, and kept until it is unpinned; unpin it first"
        raise VersionInUseError(message)
    if part is Part.BYTES:
        return
    if aliases := session.scalars(sa.select(alias.name).where(alias.version_id == id_)).all():
        message = f"{name!r} is what the alias {aliases[0]!r} names; move the alias or take it away first"
        raise VersionInUseError(message)
    run = tables.TaskRun
    used = sa.select(run.dag_id, run.run_id, run.task_id).join(edge, edge.task_run_id == run.id)
    used = used.where(edge.version_id == id_).order_by(edge.id)
    if (first := session.execute(used.limit(1)).one_or_none()) is not None:
        message = (
            f"{name!r} is referenced by task runs, such as {first.dag_id}.{first.task_id} in {first.run_id}; forget "
            "those runs first, or delete its bytes only (--only-artifact)"
        )
        raise VersionInUseError(message)


def freed(session: Session, found: Iterable[Candidate], part: Part) -> list[StoredObject]:
    """Return the objects that no version would name any more if some were deleted; nothing is changed."""
    going: dict[str, set[str]] = {}
    for one in found:
        going.setdefault(one.manifest, set()).add(one.id)
    row, link = tables.Version, tables.ManifestObject
    gone: set[str] = set()
    for chunk in chunks(sorted(going)):
        left = sa.select(row.manifest_digest, row.id).where(row.manifest_digest.in_(chunk))
        if part is Part.BYTES:
            left = left.where(row.bytes_deleted_at.is_(None))
        staying = {digest for digest, id_ in session.execute(left) if id_ not in going[digest]}
        gone.update(set(chunk) - staying)
    objects: dict[tuple[str, str], None] = {}
    for chunk in chunks(sorted(gone)):
        named = sa.select(link.object_digest, link.object_suffix).where(link.manifest_digest.in_(chunk))
        objects |= dict.fromkeys(session.execute(named))
    freed_: list[StoredObject] = []
    for pairs in chunks(objects):
        is_one = sa.tuple_(link.object_digest, link.object_suffix).in_(pairs)
        others = sa.select(link.object_digest, link.object_suffix, link.manifest_digest).where(is_one)
        if part is Part.BYTES:
            # Manifests all of whose versions have lost their bytes name nothing.
            others = others.where(
                sa.exists().where(row.manifest_digest == link.manifest_digest, row.bytes_deleted_at.is_(None))
            )
        staying_objects = {(d, s) for d, s, manifest in session.execute(others) if manifest not in gone}
        freed_ += _with_sizes(session, [pair for pair in pairs if pair not in staying_objects])
    return freed_


def _conditions(session: Session, rules: PruneRules) -> list[sa.ColumnElement[bool]]:
    row, edge, alias, artifact, latest = (
        tables.Version,
        tables.Edge,
        tables.Alias,
        tables.Artifact,
        tables.Publication,
    )
    conditions = [
        # A task run holds what it made by an edge: what has no edge has no producer, and those are found by an index.
        row.producer_id.is_(None),
        ~sa.exists().where(edge.version_id == row.id),
        row.save_kind != SaveKind.REGISTERED,
        row.pinned.is_(False),
    ]
    if not rules.saved:
        conditions.append(row.save_kind != SaveKind.SAVED_OUTSIDE)
    if not rules.aliased:
        conditions.append(~sa.exists().where(alias.version_id == row.id))
    if not rules.latest:
        is_latest = sa.exists().where(
            latest.id == artifact.latest_publication_id,
            latest.version_id == row.id,
            artifact.id == row.artifact_id,
            artifact.named,
        )
        conditions.append(~is_latest)
    if rules.older_than is not None:
        conditions.append(row.created_at < clock(session) - rules.older_than)
    if rules.part is Part.BYTES:
        conditions.append(row.bytes_deleted_at.is_(None))
    return conditions


def _mark_deleted(session: Session, ids: Sequence[str]) -> None:
    now = clock(session)
    for chunk in chunks(ids):
        session.execute(sa.update(tables.Version).where(tables.Version.id.in_(chunk)).values(bytes_deleted_at=now))


def _delete_rows(session: Session, artifact_id: int, found: Sequence[Candidate]) -> list[StoredObject]:
    """Delete versions with all that hangs on them; return the objects that no version names any more."""
    output, entry = tables.CacheEntryOutput, tables.CacheEntry
    for chunk in chunks(one.id for one in found):
        entries = sa.select(output.entry_id).where(output.version_id.in_(chunk))
        session.execute(sa.delete(entry).where(entry.id.in_(entries)))
        session.execute(sa.delete(tables.Version).where(tables.Version.id.in_(chunk)))
    _restore_latest(session, artifact_id)
    return _unnamed(session, [one.manifest for one in found], marked=False)


def _restore_latest(session: Session, artifact_id: int) -> None:
    """Let ``latest`` name the greatest (effective, publication) that is left, where what it named is gone."""
    row, artifact = tables.Publication, tables.Artifact
    is_it = artifact.id == artifact_id
    if session.scalar(sa.select(artifact.latest_publication_id).where(is_it)) is not None:
        return
    greatest = sa.select(row.id).where(row.artifact_id == artifact_id)
    greatest = greatest.order_by(row.effective_at.desc(), row.id.desc()).limit(1)
    session.execute(sa.update(artifact).where(is_it).values(latest_publication_id=session.scalar(greatest)))


def _unnamed(session: Session, manifests: Iterable[str], *, marked: bool) -> list[StoredObject]:
    """Return the objects that no version needs any more; manifests that none names are deleted.

    Args:
        session: The transaction.
        manifests: Of the versions that went.
        marked: Whether versions stay that are marked as having lost their bytes.
    """
    row, version, link = tables.Manifest, tables.Version, tables.ManifestObject
    needs = version.manifest_digest == row.digest
    unneeded = ~sa.exists().where(needs, version.bytes_deleted_at.is_(None)) if marked else ~sa.exists().where(needs)
    objects: dict[tuple[str, str], None] = {}
    for chunk in chunks(sorted(set(manifests))):
        # Held first: whoever publishes one of them at this moment holds it too, and then names it.
        session.execute(sa.select(row.digest).where(row.digest.in_(chunk)).order_by(row.digest).with_for_update())
        gone = list(session.scalars(sa.select(row.digest).where(row.digest.in_(chunk), unneeded)))
        named = sa.select(link.object_digest, link.object_suffix).where(link.manifest_digest.in_(gone))
        objects |= dict.fromkeys(session.execute(named))
        if not marked:
            session.execute(sa.delete(row).where(row.digest.in_(gone)))
    left: list[StoredObject] = []
    for pairs in chunks(objects):
        is_one = sa.tuple_(link.object_digest, link.object_suffix).in_(pairs)
        named = sa.select(link.object_digest, link.object_suffix).where(is_one)
        if marked:
            named = named.join(version, version.manifest_digest == link.manifest_digest)
            named = named.where(version.bytes_deleted_at.is_(None))
        staying = {(digest, suffix) for digest, suffix in session.execute(named.distinct())}
        left += _with_sizes(session, [pair for pair in pairs if pair not in staying])
    return left


def _keep(session: Session, objects: Sequence[StoredObject]) -> None:
    row = tables.Object
    for chunk in chunks(objects):
        is_one = sa.tuple_(row.digest, row.suffix).in_([(one.digest, one.suffix) for one in chunk])
        session.execute(sa.update(row).where(is_one, row.state == ObjectState.LIVE).values(state=ObjectState.KEPT))


def _with_sizes(session: Session, pairs: Sequence[tuple[str, str]]) -> list[StoredObject]:
    row = tables.Object
    statement = sa.select(row.digest, row.suffix, row.size).where(sa.tuple_(row.digest, row.suffix).in_(pairs))
    return [StoredObject(Digest(digest), suffix, size) for digest, suffix, size in session.execute(statement)]
