"""Publishing: versions become visible, all of a task at once, in one transaction."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, cast

import sqlalchemy as sa

from airflow_artifacts.artifact import check_alias, check_tag
from airflow_artifacts.lineage import aliases, describing, entries, labels, made, objects, tables, task_runs, words
from airflow_artifacts.lineage.made import Made
from airflow_artifacts.lineage.statements import add, add_missing, clock, insert
from airflow_artifacts.model import (
    ArtifactVersion,
    Digest,
    Direction,
    EdgeKind,
    MetadataSource,
    NewVersion,
    SaveKind,
    TaskRun,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from airflow_artifacts.entries import NewEntry, ReusedOutput


@dataclasses.dataclass
class Series:
    """An artifact whose row a transaction holds, and what the row will say at its end."""

    id: int
    name: str
    next_number: int
    latest_id: int | None
    latest_version: str | None
    latest_effective_at: datetime | None
    made: Made = dataclasses.field(default_factory=Made)


@dataclasses.dataclass(frozen=True)
class Occasion:
    """What all versions of one transaction have in common."""

    task_run: TaskRun | None
    effective_at: datetime
    now: datetime

    @property
    def task_run_id(self) -> str | None:
        """The UUID of the task run; None outside of one."""
        return self.task_run.id if self.task_run else None

    @property
    def dag_id(self) -> str:
        """The DAG of the task run; empty outside of one."""
        return self.task_run.dag_id if self.task_run else made.NOBODY

    @property
    def interval(self) -> tuple[datetime, datetime]:
        """The DAG run's data interval, else the effective moment."""
        run = self.task_run
        if run is None or run.interval_start is None or run.interval_end is None:
            return self.effective_at, self.effective_at
        return run.interval_start, run.interval_end


def check(versions: Sequence[NewVersion]) -> None:
    """Refuse what no database should be asked to hold.

    Raises:
        InvalidNameError: A version, an alias, a tag or a key of metadata is not allowed.
        InputError: A metadata value is not JSON.
    """
    for version in versions:
        if version.version is not None:
            words.number(version.version)
    check_labels(versions)


def check_labels(labelled: Sequence[NewVersion | ReusedOutput]) -> None:
    """Refuse aliases, tags and metadata that no database should be asked to hold.

    Raises:
        InvalidNameError: An alias, a tag or a key of metadata is not allowed.
        InputError: A metadata value is not JSON.
    """
    for one in labelled:
        for alias in one.aliases:
            check_alias(alias)
        for tag in one.tags:
            check_tag(tag)
        labels.check_metadata(one.metadata)


def publish(
    session: Session,
    versions: Sequence[NewVersion],
    task_run: TaskRun | None,
    effective_at: datetime | None,
    entry: NewEntry | None,
) -> list[ArtifactVersion]:
    """Publish versions; locks are taken in one order everywhere: task run, objects, artifacts, manifests, cache key."""
    now = clock(session) if task_run is None else task_runs.refuse_superseded(session, task_run)
    objects.hold(session, (one for version in versions for one in version.manifest.objects))
    occasion = Occasion(task_run, effective_at or now, now)
    named: dict[str, bool] = {}
    for version in versions:
        named[version.artifact] = version.named or named.get(version.artifact, False)
    series = lock_artifacts(session, named, occasion)
    digests = objects.write_manifests(session, [version.manifest for version in versions])
    ids = [
        _publish_one(session, version, digest, series[version.artifact], occasion)
        for version, digest in zip(versions, digests, strict=True)
    ]
    write_series(session, series, occasion)
    if entry is not None and task_run is not None:
        entries.write(session, entry, versions, ids, task_run, occasion.now)
    known = dict(zip(digests, (version.manifest for version in versions), strict=True))
    described = describing.versions(session, ids, known)
    return [described[id_] for id_ in ids]


def write_series(session: Session, series: Mapping[str, Series], occasion: Occasion) -> None:
    """Write what the rows of artifacts say at the end of a transaction that holds them."""
    made.add(session, occasion.dag_id, {one.id: one.made for one in series.values() if one.made.versions})
    for one in series.values():
        values = {"next_number": one.next_number, "latest_publication_id": one.latest_id}
        session.execute(sa.update(tables.Artifact).where(tables.Artifact.id == one.id).values(**values))


def lock_artifacts(session: Session, named: Mapping[str, bool], occasion: Occasion) -> dict[str, Series]:
    """Make the artifacts that are new, hold the rows of all in the order of their names, and read them.

    Args:
        session: The transaction.
        named: Whether users gave the names, by name.
        occasion: When it is.
    """
    new = insert(session, tables.Artifact)
    upsert = new.on_conflict_do_update(
        index_elements=["name"], set_={"named": sa.or_(tables.Artifact.named, new.excluded.named)}
    )
    rows = [
        {"name": name, "named": named[name], "next_number": 1, "created_at": occasion.now} for name in sorted(named)
    ]
    session.execute(upsert, rows)
    row, latest = tables.Artifact, tables.Publication
    statement = (
        sa.select(row.id, row.name, row.next_number, latest.id, latest.version_id, latest.effective_at)
        .outerjoin(latest, row.latest_publication_id == latest.id)
        .where(row.name.in_(sorted(named)))
    )
    return {found[1]: Series(*found) for found in session.execute(statement)}


def _publish_one(session: Session, version: NewVersion, digest: Digest, series: Series, occasion: Occasion) -> str:
    """Publish a version, or again the one that has its explicit word and content; return its UUID."""
    existing = words.find(session, series.name, version.version) if version.version is not None else None
    if version.version is None and version.save_kind is SaveKind.REGISTERED:
        existing = _unchanged(session, version, digest, series)
    if existing is None:
        id_, word = version.id, add_version(session, version, digest, series, occasion)
    elif existing.equals(version, digest) and (_is_saved(version) or existing.is_by(occasion.task_run)):
        id_, word = existing.id, existing.word
    else:
        raise existing.taken(series.name)
    reused = existing is not None
    number = publication(session, id_, series, occasion, reused=reused)
    # What a function saved itself has no output's name; its own is unique.
    name = version.output or f"{version.artifact}@{word}"
    add_output(session, id_, name, EdgeKind.REUSED if reused else EdgeKind.PRODUCED, occasion)
    labels.add_tags(session, id_, version.tags)
    # Of an equal value the materializer says the same once more.
    said = [one for one in version.metadata if not (reused and one.source is MetadataSource.MATERIALIZER)]
    if said:
        labels.add_metadata(session, id_, said, occasion.task_run_id, occasion.now)
    for alias in sorted(version.aliases):
        aliases.declare(session, (series.id, series.name), alias, (id_, number), occasion.effective_at, occasion.now)
    return id_


def _unchanged(session: Session, version: NewVersion, digest: Digest, series: Series) -> words.Existing | None:
    """Return the newest version of an artifact, if it has what is registered once more."""
    if series.latest_version is None:
        return None
    word = session.scalar(sa.select(tables.Version.word).where(tables.Version.id == series.latest_version))
    newest = None if word is None else words.find(session, series.name, word)
    is_same = newest is not None and newest.is_registered and newest.equals(version, digest)
    return newest if is_same else None


def add_output(session: Session, version: str, name: str, kind: EdgeKind, occasion: Occasion) -> None:
    """Record that the task run, if there is one, returned a version."""
    if occasion.task_run is None:
        return
    edge = {
        "task_run_id": occasion.task_run.id,
        "version_id": version,
        "direction": Direction.OUTPUT,
        "kind": kind,
        "name": task_runs.label(name),
        "reference": None,
        "created_at": occasion.now,
    }
    add_missing(session, tables.Edge, [edge])


def _is_saved(version: NewVersion) -> bool:
    """Whether it was saved by hand, where equal content under a taken word is welcome."""
    return version.save_kind is not SaveKind.TASK_OUTPUT


def add_version(session: Session, version: NewVersion, digest: Digest, series: Series, occasion: Occasion) -> str:
    """Write a version's row and return its word: the explicit one, else the artifact's next number."""
    if version.version is None:
        number: int | None = series.next_number
        word = str(number)
    else:
        words.refuse_aliased(session, series.name, version.version)
        number, word = words.number(version.version), version.version
    series.next_number = max(series.next_number, (number or 0) + 1)
    series.made += Made.of(version.manifest)
    row = _version_row(version, digest, series, occasion)
    add(session, tables.Version, [row | {"word": word, "number": number}])
    return word


def _version_row(version: NewVersion, digest: Digest, series: Series, occasion: Occasion) -> dict[str, Any]:
    run = occasion.task_run
    return {
        "id": version.id,
        "artifact_id": series.id,
        "kind": version.kind,
        "type": version.type,
        "materializer": version.materializer,
        "manifest_digest": digest,
        "size": version.manifest.size,
        "file_count": len(version.manifest.files),
        "length": version.manifest.length,
        "fingerprint": version.fingerprint,
        "column_fingerprints": None if version.parts is None else dict(version.parts),
        "preview": version.preview,
        "save_kind": version.save_kind,
        "output": version.output,
        "effective_at": occasion.effective_at,
        "interval_start": run.interval_start if run else None,
        "interval_end": run.interval_end if run else None,
        "created_at": occasion.now,
        "producer_id": occasion.task_run_id,
        "pinned": False,
    }


def publication(session: Session, version: str, series: Series, occasion: Occasion, *, reused: bool) -> int:
    """Record the publication, and let ``latest`` move forward; return its number."""
    moves = series.latest_effective_at is None or series.latest_effective_at <= occasion.effective_at
    start, end = occasion.interval
    row = {
        "artifact_id": series.id,
        "version_id": version,
        "task_run_id": occasion.task_run_id,
        "effective_at": occasion.effective_at,
        "interval_start": start,
        "interval_end": end,
        "published_at": occasion.now,
        "reused": reused,
        "moved_latest": moves and series.latest_version != version,
        "dag_id": made.producer(version) if reused else occasion.dag_id,
    }
    result = session.execute(sa.insert(cast("sa.Table", tables.Publication.__table__)).values(row))
    number = int(cast("sa.CursorResult[Any]", result).inserted_primary_key[0])  # type: ignore[index]
    if not reused:
        series.made += Made(newest=number)
    if moves:
        series.latest_id, series.latest_version = number, version
        series.latest_effective_at = occasion.effective_at
    return number
