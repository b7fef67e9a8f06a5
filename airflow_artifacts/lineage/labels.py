"""Tags, pins and metadata, and what may stand in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from airflow_artifacts.artifact import JSON_RULE, check_tag, json_fault
from airflow_artifacts.exceptions import ArtifactNotFoundError, InputError
from airflow_artifacts.lineage import tables
from airflow_artifacts.lineage.statements import add, add_missing, chunks
from airflow_artifacts.model import MetadataSource, Metadatum

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session


def check_metadata(metadata: Iterable[Metadatum]) -> None:
    """Refuse metadata that one of the databases could not hold, or could not search afterwards.

    Raises:
        InvalidNameError: A key is not a text of at most 255 characters without control characters.
        InputError: A value is not JSON, or a text in it holds a NUL character.
    """
    for metadatum in metadata:
        check_tag(metadatum.key)
        if (fault := json_fault(metadatum.value)) is not None:
            message = f"the metadata value {metadatum.key!r}{fault} is not JSON; use {JSON_RULE}"
            raise InputError(message)
        if _holds_nul(metadatum.value):
            message = f"the metadata value {metadatum.key!r} holds the character U+0000; leave it away"
            raise InputError(message)


def add_metadata(
    session: Session, version: str, metadata: Sequence[Metadatum], task_run: str | None, now: datetime
) -> None:
    """Add metadata to a version; what is there stays, and counts until a newer value of its source is."""
    add(
        session,
        tables.VersionMetadata,
        (
            {
                "version_id": version,
                "key": metadatum.key,
                "source": metadatum.source,
                "value": metadatum.value,
                "number": _number(metadatum.value),
                "created_at": now,
                "task_run_id": task_run,
            }
            for metadatum in metadata
        ),
    )


def copy_metadata(session: Session, source: str, target: str) -> None:
    """Give a version the metadata of another, but for what was declared there: its own declaration says that."""
    row = tables.VersionMetadata
    names = ("key", "source", "value", "number", "created_at", "task_run_id")
    statement = sa.select(row).where(row.version_id == source, row.source != MetadataSource.DECLARED).order_by(row.id)
    found = session.scalars(statement).all()
    add(session, row, ({"version_id": target} | {name: getattr(one, name) for name in names} for one in found))


def add_tags(session: Session, version: str, tags: Iterable[str]) -> None:
    """Add tags to a version; those it has stay."""
    add_missing(
        session, tables.VersionTag, ({"version_id": version, "tag": check_tag(tag)} for tag in sorted(set(tags)))
    )


def remove_tags(session: Session, version: str, tags: Iterable[str]) -> None:
    """Take tags away from a version, as far as it has them."""
    row = tables.VersionTag
    session.execute(sa.delete(row).where(row.version_id == version, row.tag.in_(sorted(set(tags)))))


def tag_artifact(session: Session, artifact: str, add_: Iterable[str], remove: Iterable[str]) -> bool:
    """Add tags to an artifact and take others away; return whether there is such an artifact."""
    id_ = session.scalar(sa.select(tables.Artifact.id).where(tables.Artifact.name == artifact))
    if id_ is None:
        return False
    row = tables.ArtifactTag
    add_missing(session, row, ({"artifact_id": id_, "tag": check_tag(tag)} for tag in sorted(set(add_))))
    session.execute(sa.delete(row).where(row.artifact_id == id_, row.tag.in_(sorted(set(remove)))))
    return True


def pin(session: Session, version: str, *, pinned: bool) -> None:
    """Keep a version from being pruned or deleted, or let it be."""
    session.execute(sa.update(tables.Version).where(tables.Version.id == version).values(pinned=pinned))


def metadata(session: Session, version: str) -> list[Metadatum]:
    """Return all metadata a version was ever given, with who gave it and when, oldest first."""
    row = tables.VersionMetadata
    statement = sa.select(row).where(row.version_id == version).order_by(row.id)
    return [
        Metadatum(one.key, one.value, one.source, one.created_at, one.task_run_id) for one in session.scalars(statement)
    ]


def require(session: Session, versions: Iterable[str]) -> None:
    """See that versions are there, and hold them, so that none is deleted before what is said of it is written.

    Raises:
        ArtifactNotFoundError: One is not.
    """
    row = tables.Version.id
    wanted = sorted(set(versions))
    for chunk in chunks(wanted):
        held = sa.select(row).where(row.in_(chunk)).order_by(row).with_for_update(read=True, key_share=True)
        if missing := sorted(set(chunk) - set(session.scalars(held))):
            message = f"no version has the UUID {missing[0]!r}; it was deleted, or belongs to another lineage database"
            raise ArtifactNotFoundError(message)


def _holds_nul(value: object) -> bool:
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, dict):
        return any(_holds_nul(part) for pair in value.items() for part in pair)
    return isinstance(value, (list, tuple)) and any(map(_holds_nul, value))


def _number(value: Any) -> float | None:
    """Return a number to compare by; one beyond what a float holds is only kept, not compared."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    try:
        return float(value)
    except OverflowError:
        return None
