"""Which version a reference means."""

from __future__ import annotations

import datetime as dt
import difflib
import re
from typing import TYPE_CHECKING

import sqlalchemy as sa

from airflow_artifacts.artifact import LATEST
from airflow_artifacts.lineage import describing, tables
from airflow_artifacts.lineage.statements import add_missing, clock

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

    from airflow_artifacts.model import ArtifactVersion

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_UUID_DASHES = (8, 12, 16, 20)
# Enough that a close name is among them, few enough that comparing takes milliseconds.
_SIMILAR_NAMES = 500


def find(session: Session, artifact: str, word: str) -> ArtifactVersion | None:
    """Return the version that a word means, outside of any DAG run."""
    row, alias, named, latest = tables.Version, tables.Alias, tables.Artifact, tables.Publication
    is_it = named.name == artifact
    if word == LATEST:
        moving = sa.select(latest.version_id).join(named, named.latest_publication_id == latest.id).where(is_it)
        return describing.version(session, moving.scalar_subquery())
    fixed = sa.select(row.id).join(named, row.artifact_id == named.id).where(is_it, row.word == word).correlate(None)
    moving = sa.select(alias.version_id).join(named, alias.artifact_id == named.id).where(is_it, alias.name == word)
    either = sa.func.coalesce(fixed.scalar_subquery(), moving.correlate(None).scalar_subquery())
    found = describing.version(session, either)
    if found is not None or _day(word) is None:
        return found
    id_ = _artifact_id(session, artifact)
    return None if id_ is None else describing.version(session, _on_day(session, id_, word))


def find_in_run(session: Session, artifact: str, word: str, run: tuple[str, str]) -> str | None:
    """Return the UUID of the version that a word means in a DAG run, as far as that is settled.

    None where the run asks for ``latest`` or an alias for the first time, or where nothing is there.
    """
    id_ = _artifact_id(session, artifact)
    if id_ is None:
        return None
    if found := _fixed(session, id_, word):
        return found
    own = _own(session, id_, word, run)
    if found := own or _settled(session, id_, word, run):
        return found
    return None if _moving(session, id_, word) else _on_day(session, id_, word)


def settle(session: Session, artifact: str, word: str, run: tuple[str, str]) -> str | None:
    """Decide for a DAG run what ``latest`` or an alias means; of several that do so at once, the first decides."""
    id_ = _artifact_id(session, artifact)
    found = _moving(session, id_, word) if id_ is not None else None
    if id_ is None or found is None:
        return None
    row = {
        "dag_id": run[0],
        "run_id": run[1],
        "artifact_id": id_,
        "word": word,
        "version_id": found,
        "created_at": clock(session),
    }
    add_missing(session, tables.Resolution, [row])
    return _settled(session, id_, word, run)


def settle_as(session: Session, versions: Mapping[str, str], run: tuple[str, str]) -> None:
    """Decide for a DAG run that ``latest`` of artifacts means certain versions, where that is not decided yet.

    Args:
        session: The transaction.
        versions: Their UUIDs by artifact; those that are gone decide nothing.
        run: DAG id and run id.
    """
    row = tables.Version
    statement = (
        sa.select(row.artifact_id, row.id)
        .join(tables.Artifact, row.artifact_id == tables.Artifact.id)
        .where(row.id.in_(sorted(versions.values())), tables.Artifact.name.in_(sorted(versions)))
        .order_by(row.artifact_id)
    )
    now = clock(session)
    rows = [
        {
            "dag_id": run[0],
            "run_id": run[1],
            "artifact_id": artifact_id,
            "word": LATEST,
            "version_id": version_id,
            "created_at": now,
        }
        for artifact_id, version_id in session.execute(statement)
    ]
    add_missing(session, tables.Resolution, rows)


def find_prefix(session: Session, prefix: str, limit: int) -> list[str]:
    """Return the UUIDs that begin so, with or without their dashes, sorted."""
    digits = prefix.lower().replace("-", "")
    start = "".join("-" * (place in _UUID_DASHES) + digit for place, digit in enumerate(digits))
    id_ = tables.Version.id
    # "~" sorts behind every character of a UUID.
    return list(session.scalars(sa.select(id_).where(id_ >= start, id_ < start + "~").order_by(id_).limit(limit)))


def newest_words(session: Session, artifact: str, limit: int) -> list[str]:
    """Return the words of an artifact's newest versions, newest first."""
    statement = (
        sa.select(tables.Version.word)
        .join(tables.Publication, tables.Publication.version_id == tables.Version.id)
        .join(tables.Artifact, tables.Publication.artifact_id == tables.Artifact.id)
        .where(tables.Artifact.name == artifact, tables.Publication.reused.is_(False))
        .order_by(tables.Publication.id.desc())
        .limit(limit)
    )
    return list(session.scalars(statement))


def similar(session: Session, name: str) -> list[str]:
    """Return names of artifacts that are close to a name, closest first; of the newest few hundred named ones."""
    row = tables.Artifact
    names = session.scalars(sa.select(row.name).where(row.named).order_by(row.id.desc()).limit(_SIMILAR_NAMES))
    return difflib.get_close_matches(name, list(names))


def _fixed(session: Session, artifact_id: int, word: str) -> str | None:
    """Return the version whose number or explicit text a word is."""
    row = tables.Version
    return session.scalar(sa.select(row.id).where(row.artifact_id == artifact_id, row.word == word))


def _moving(session: Session, artifact_id: int, word: str) -> str | None:
    """Return the version that ``latest`` or an alias names now."""
    if word != LATEST:
        row = tables.Alias
        return session.scalar(sa.select(row.version_id).where(row.artifact_id == artifact_id, row.name == word))
    statement = (
        sa.select(tables.Publication.version_id)
        .join(tables.Artifact, tables.Artifact.latest_publication_id == tables.Publication.id)
        .where(tables.Artifact.id == artifact_id)
    )
    return session.scalar(statement)


def _artifact_id(session: Session, name: str) -> int | None:
    return session.scalar(sa.select(tables.Artifact.id).where(tables.Artifact.name == name))


def _own(session: Session, artifact_id: int, word: str, run: tuple[str, str]) -> str | None:
    """Return the version that the DAG run itself published or reused last, for an alias of those it came to name."""
    row, named, ran = tables.Publication, tables.AliasHistory, tables.TaskRun
    task_runs = sa.select(ran.id).where(ran.dag_id == run[0], ran.run_id == run[1])
    statement = (
        sa.select(row.version_id)
        # The sum keeps the database from going through all that was ever published of the artifact.
        .where(row.artifact_id + 0 == artifact_id, row.task_run_id.in_(task_runs))
        .order_by(row.id.desc())
        .limit(1)
    )
    if word != LATEST:
        is_it = sa.and_(named.artifact_id == artifact_id, named.name == word, named.version_id == row.version_id)
        statement = statement.where(sa.exists().where(is_it))
    return session.scalar(statement)


def _settled(session: Session, artifact_id: int, word: str, run: tuple[str, str]) -> str | None:
    return session.scalar(
        sa.select(tables.Resolution.version_id).where(
            tables.Resolution.dag_id == run[0],
            tables.Resolution.run_id == run[1],
            tables.Resolution.artifact_id == artifact_id,
            tables.Resolution.word == word,
        )
    )


def _on_day(session: Session, artifact_id: int, word: str) -> str | None:
    """Return the greatest (effective, publication) of those whose interval [start, end) overlaps a UTC day."""
    if (day := _day(word)) is None:
        return None
    begins, ends = day
    row = tables.Publication
    statement = (
        sa.select(row.version_id)
        .where(row.artifact_id == artifact_id, row.interval_end >= begins, row.interval_start < ends)
        # An interval that ends as the day begins is not in it, unless it is that moment alone.
        .where(sa.or_(row.interval_end > begins, row.interval_start == begins))
        .order_by(row.effective_at.desc(), row.id.desc())
        .limit(1)
    )
    return session.scalar(statement)


def _day(word: str) -> tuple[dt.datetime, dt.datetime] | None:
    """Return the beginning of a UTC day and of the next one; None where a word is no day."""
    if not _DATE.fullmatch(word):
        return None
    try:
        begins = dt.datetime.fromisoformat(word).replace(tzinfo=dt.timezone.utc)
        return begins, begins + dt.timedelta(days=1)
    except (ValueError, OverflowError):
        return None
