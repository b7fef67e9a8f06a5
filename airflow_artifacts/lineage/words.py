"""The words of an artifact: numbers, explicit versions, aliases and ``latest`` share one namespace."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import sqlalchemy as sa

from airflow_artifacts.artifact import check_version
from airflow_artifacts.exceptions import InvalidNameError, VersionTakenError
from airflow_artifacts.lineage import tables
from airflow_artifacts.model import SaveKind

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from airflow_artifacts.model import NewVersion, TaskRun

_WAY = "choose another one, or leave it away for the next number"

# What a signed 64-bit integer holds, with all its digits free.
_MOST_DIGITS = 18


def number(word: str) -> int | None:
    """Return the number that an explicit version is, or None.

    Raises:
        InvalidNameError: It breaks the rules for versions, or is a number of more than 18 digits.
    """
    check_version(word)
    if not word.isdecimal():
        return None
    if len(word) > _MOST_DIGITS:
        message = f"the version {word!r} has more than {_MOST_DIGITS} digits; use a smaller number, or a text"
        raise InvalidNameError(message)
    return int(word)


def refuse_taken(session: Session, artifact: str, word: str, task_run: TaskRun | None) -> None:
    """See that an explicit version is free, or was made by the same task instance.

    Raises:
        VersionTakenError: It is another's version, or an alias of this artifact; the message says which.
    """
    existing = find(session, artifact, word)
    if existing is not None and not existing.is_by(task_run):
        raise existing.taken(artifact)
    refuse_aliased(session, artifact, word)


def refuse_aliased(session: Session, artifact: str, word: str) -> None:
    """See that an explicit version is no alias.

    Raises:
        VersionTakenError: It is one.
    """
    statement = (
        sa.select(tables.Version.word)
        .join(tables.Alias, tables.Alias.version_id == tables.Version.id)
        .join(tables.Artifact, tables.Alias.artifact_id == tables.Artifact.id)
        .where(tables.Artifact.name == artifact, tables.Alias.name == word)
    )
    if (target := session.scalar(statement)) is not None:
        message = f"the version {word!r} of {artifact!r} is an alias already, for {f'{artifact}@{target}'!r}; {_WAY}"
        raise VersionTakenError(message)


def refuse_alias(session: Session, artifact: str, word: str) -> None:
    """See that a word may be an alias.

    Raises:
        VersionTakenError: It is a version of this artifact.
    """
    if find(session, artifact, word) is not None:
        message = f"the alias {word!r} is taken: {f'{artifact}@{word}'!r} is a version; choose another alias"
        raise VersionTakenError(message)


@dataclasses.dataclass(frozen=True)
class Existing:
    """A version that has a word already.

    Attributes:
        is_registered: Whether it is of data that lay somewhere before.
        producer: DAG, run, task and map index of what made it; Nones where no task did.
    """

    id: str
    word: str
    manifest_digest: str
    fingerprint: str | None
    created_at: datetime
    is_registered: bool
    producer: tuple[str | None, str | None, str | None, int | None]

    def is_by(self, run: TaskRun | None) -> bool:
        """Whether another try of the same task instance made it."""
        return run is not None and self.producer == (run.dag_id, run.run_id, run.task_id, run.map_index)

    def equals(self, version: NewVersion, manifest_digest: str) -> bool:
        """Whether a new version has the same bytes, or the same value in other bytes."""
        same_value = self.fingerprint is not None and self.fingerprint == version.fingerprint
        return same_value or self.manifest_digest == manifest_digest

    def taken(self, artifact: str) -> VersionTakenError:
        """Return the error that says so."""
        dag_id, run_id, task_id, _ = self.producer
        maker = f" by {dag_id}.{task_id} in {run_id}" if dag_id is not None else ""
        name = f"{artifact}@{self.word}"
        return VersionTakenError(f"{name!r} exists already, made {self.created_at:%Y-%m-%d %H:%M} UTC{maker}; {_WAY}")


def find(session: Session, artifact: str, word: str) -> Existing | None:
    """Return the version of an artifact that has a word, or None."""
    row, run = tables.Version, tables.TaskRun
    statement = (
        sa.select(row.id, row.word, row.manifest_digest, row.fingerprint, row.created_at, row.save_kind)
        .add_columns(run.dag_id, run.run_id, run.task_id, run.map_index)
        .join(tables.Artifact, row.artifact_id == tables.Artifact.id)
        .outerjoin(run, row.producer_id == run.id)
        .where(tables.Artifact.name == artifact, row.word == word)
    )
    found = session.execute(statement).one_or_none()
    if found is None:
        return None
    id_, word, digest, fingerprint, created_at, kind, *producer = found
    return Existing(id_, word, digest, fingerprint, created_at, kind is SaveKind.REGISTERED, tuple(producer))
