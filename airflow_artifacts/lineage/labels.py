"""Tags and metadata of versions, and what may stand in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from airflow_artifacts.artifact import JSON_RULE, check_tag, json_fault
from airflow_artifacts.exceptions import ArtifactNotFoundError, InputError
from airflow_artifacts.lineage import tables
from airflow_artifacts.lineage.statements import add, add_missing, clock
from airflow_artifacts.model import MetadataSource

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy.orm import Session

    from airflow_artifacts.model import Metadatum


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


def add_metadata(session: Session, version: str, metadata: Sequence[Metadatum], task_run: str | None) -> None:
    """Add metadata to a version; what is there stays, and counts until a newer value of its source is."""
    now = clock(session)
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


def require(session: Session, version: str) -> None:
    """See that a version is there.

    Raises:
        ArtifactNotFoundError: It is not.
    """
    if session.scalar(sa.select(tables.Version.id).where(tables.Version.id == version)) is None:
        message = f"no version has the UUID {version!r}; it was deleted, or belongs to another lineage database"
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
