"""Objects and the manifests that name them: what must be written, and what may be published."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from blake3 import blake3

from airflow_artifacts.exceptions import LineageError
from airflow_artifacts.lineage import tables
from airflow_artifacts.lineage.statements import add_missing, chunks, clock, insert
from airflow_artifacts.lineage.tables import ObjectState
from airflow_artifacts.model import Digest, StoredObject

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy.orm import Session

    from airflow_artifacts.model import Manifest


class ObjectsNotLive(LineageError):  # noqa: N818 - a signal to upload again, which no user meets
    """Objects of a version are about to be deleted or were found gone, so nothing was published.

    Attributes:
        objects: Those to claim and upload again.
    """

    def __init__(self, objects: Iterable[StoredObject]) -> None:
        self.objects = frozenset(objects)
        names = ", ".join(sorted(object_.digest for object_ in self.objects))
        super().__init__(f"the objects {names} are not live; claim them and upload them again")


def claim(session: Session, objects: Iterable[StoredObject]) -> set[StoredObject]:
    """Note that objects are used now; return those that must be uploaded even where the store has them.

    Those are the new ones, those that collection has condemned, and those found missing. They count as missing until
    :func:`confirm` says that they are there: a writer who dies meanwhile leaves the next one to upload them.
    """
    now = clock(session)
    must_put = set()
    for chunk in chunks(_sorted(objects)):
        rows = [{**_key(one), "size": one.size, "state": ObjectState.MISSING, "last_used_at": now} for one in chunk]
        # Not only where it is new: a row that collection deletes at this moment is waited for, and made anew.
        upsert = insert(session, tables.Object).on_conflict_do_update(
            index_elements=["digest", "suffix"], set_={"last_used_at": now}
        )
        session.execute(upsert, rows)
        states = _lock(session, chunk, read=False)
        dead = {ObjectState.MISSING, ObjectState.CONDEMNED}
        absent = [one for one in chunk if states[one] in dead]
        present = [one for one in chunk if states[one] not in dead]
        for some, state in ((absent, ObjectState.MISSING), (present, ObjectState.LIVE)):
            changed = [one for one in some if states[one] is not state]
            if changed:
                session.execute(sa.update(tables.Object).where(_is_one_of(changed)).values(state=state))
        must_put.update(absent)
    return must_put


def confirm(session: Session, objects: Iterable[StoredObject]) -> None:
    """Make claimed objects live: their bytes were uploaded."""
    for chunk in chunks(_sorted(objects)):
        _lock(session, chunk, read=False)
        values = {"state": ObjectState.LIVE, "last_used_at": clock(session)}
        session.execute(sa.update(tables.Object).where(_is_one_of(chunk)).values(values))


def mark_missing(session: Session, object_: StoredObject) -> None:
    """Note that an object's bytes are gone or wrong, so that the next writer uploads them."""
    session.execute(sa.update(tables.Object).where(_is_one_of([object_])).values(state=ObjectState.MISSING))


def hold(session: Session, objects: Iterable[StoredObject]) -> None:
    """Keep objects from being condemned until the transaction ends.

    Raises:
        ObjectsNotLive: One of them is not live.
    """
    dead = set()
    for chunk in chunks(_sorted(objects)):
        states = _lock(session, chunk, read=True)
        dead |= {one for one in chunk if states.get(one) is not ObjectState.LIVE}
    if dead:
        raise ObjectsNotLive(dead)


def write_manifests(session: Session, manifests: Sequence[Manifest]) -> list[Digest]:
    """Write those manifests that are not there yet, whose objects are held; return the digest of each."""
    texts = [manifest.to_json() for manifest in manifests]
    digests = [Digest(f"blake3:{blake3(text.encode()).hexdigest()}") for text in texts]
    by_digest = dict(zip(digests, zip(texts, manifests, strict=True), strict=True))
    rows = [
        {"digest": digest, "content": text, "size": manifest.size, "files": len(manifest.files)}
        for digest, (text, manifest) in sorted(by_digest.items())
    ]
    row = tables.Manifest
    # Those that are there are held, so that no pruning deletes one that no other version names yet.
    upsert = insert(session, row).on_conflict_do_update(
        index_elements=["digest"], set_={"size": row.size}, where=sa.false()
    )
    new = [session.scalar(upsert.returning(row.digest), one) for one in rows]
    references = [
        {"manifest_digest": digest, "object_digest": one.digest, "object_suffix": one.suffix}
        for digest in new
        if digest is not None
        for one in _sorted(by_digest[Digest(digest)][1].objects)
    ]
    add_missing(session, tables.ManifestObject, references)
    return digests


def _lock(session: Session, objects: list[StoredObject], *, read: bool) -> dict[StoredObject, ObjectState]:
    """Lock rows in their order, so that no two transactions wait for each other, and return their states."""
    row = tables.Object
    statement = (
        sa.select(row.digest, row.suffix, row.state)
        .where(_is_one_of(objects))
        .order_by(row.digest, row.suffix)
        .with_for_update(read=read)
    )
    states = {(digest, suffix): state for digest, suffix, state in session.execute(statement)}
    return {one: states[one.digest, one.suffix] for one in objects if (one.digest, one.suffix) in states}


def _sorted(objects: Iterable[StoredObject]) -> list[StoredObject]:
    return sorted(set(objects), key=lambda one: (one.digest, one.suffix))


def _key(object_: StoredObject) -> dict[str, Any]:
    return {"digest": object_.digest, "suffix": object_.suffix}


def _is_one_of(objects: list[StoredObject]) -> sa.ColumnElement[bool]:
    return sa.tuple_(tables.Object.digest, tables.Object.suffix).in_([(one.digest, one.suffix) for one in objects])
