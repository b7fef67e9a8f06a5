"""Writing values: from a value to bytes in the store, and from bytes to published versions.

Bytes first, then one transaction that names them: a crash between the two leaves objects that no version names,
never a version without its bytes.
"""

from __future__ import annotations

import contextlib
import dataclasses
import logging
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airflow_artifacts import fingerprint, materializers, measures
from airflow_artifacts.artifact import check_name, check_version, render
from airflow_artifacts.client.marks import mark
from airflow_artifacts.exceptions import DeclarationError, FingerprintError, LineageError, UnsupportedTypeError
from airflow_artifacts.lineage import ObjectsNotLive
from airflow_artifacts.model import MetadataSource, Metadatum, NewVersion, SaveKind
from airflow_artifacts.progress import Progress
from airflow_artifacts.registry import public_name
from airflow_artifacts.threads import each
from airflow_artifacts.visualizers import Drawing, draw

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from airflow_artifacts.artifact import Artifact
    from airflow_artifacts.entries import Decision, NewEntry
    from airflow_artifacts.fingerprint.values import ValueFingerprint
    from airflow_artifacts.lineage import Lineage
    from airflow_artifacts.materializers import Materializer
    from airflow_artifacts.model import ArtifactVersion, Manifest, StoredObject, TaskRun
    from airflow_artifacts.store import ObjectStore, Spool

__all__ = ["Destination", "Draft", "draft_of_files", "materialize", "publish", "upload"]

_log = logging.getLogger(__name__)

# Each failure means that a collection condemned an object between its upload and this transaction; several in a row
# mean that something else is wrong.
_ATTEMPTS = 5
# Bytes of a table from which on another thread saves more than it costs.
_LARGE = 8 << 20
# Says where data lies, and not which; the same place may hold others when it is saved again.
_PLACE = "airflow.sdk.io.path.ObjectStoragePath"
# A store far away is waited for most of the time.
_UPLOADS = 8


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """What a value becomes a version of: a declaration whose templates are filled.

    Attributes:
        artifact: The artifact's name.
        named: Whether users gave it.
        version: An explicit version; None gives the value the next number.
        kind: What it is for people, such as ``data`` or ``model``.
        format: How it is written, of what its materializer offers; None for what that prefers.
    """

    artifact: str
    named: bool = True
    version: str | None = None
    kind: str = "data"
    tags: frozenset[str] = frozenset()
    aliases: frozenset[str] = frozenset()
    metadata: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    format: str | None = None

    @classmethod
    def of(cls, declared: Artifact, values: Mapping[str, object]) -> Destination:
        """Fill the templates of a declaration.

        Raises:
            InvalidNameError: A key is missing, or what comes out is not allowed; a reference to a version is not.
        """
        if declared.is_reference:
            check_name(declared.reference)
        version = declared.version
        return cls(
            artifact=check_name(render(declared.name, values)),
            version=None if version is None else check_version(render(str(version), values)),
            kind=declared.type,
            tags=frozenset(declared.tags),
            aliases=frozenset(declared.aliases),
            metadata=declared.metadata,
            format=declared.format,
        )


@dataclasses.dataclass(frozen=True, slots=True)
class Draft:
    """A value in its files, which wait in a spool until it is published."""

    version: NewVersion
    spool: Spool

    @property
    def manifest(self) -> Manifest:
        """The list of its files."""
        return self.version.manifest

    def close(self) -> None:
        """Remove the spool."""
        self.spool.close()


def materialize(
    store: ObjectStore,
    value: object,
    destination: Destination,
    *,
    save_kind: SaveKind,
    output: str | None = None,
    materializer: Materializer[Any] | str | None = None,
    allow_pickle: bool = False,
    preview_rows: int = 0,
) -> Draft:
    """Write a value's files into a spool.

    Args:
        store: Where they will go.
        value: The value.
        destination: What it becomes a version of.
        save_kind: How it came to be.
        output: The task's output that it is.
        materializer: What writes it, or its dotted name, instead of the one that is registered for its type.
        allow_pickle: Whether it may be pickled where nothing else writes it.
        preview_rows: How many rows of a table its preview shows; 0 makes neither previews nor statistics.

    Raises:
        UnsupportedTypeError: No materializer writes values of its type.
        DeclarationError: Its materializer does not offer the declared format.
        StoreError: The spool cannot be written, as when the disk is full.
    """
    if materializer is None:
        name, handler = materializers.writing(value, allow_pickle=allow_pickle)
    else:
        name, handler = materializers.announce(materializer)
    handler = _formatted(handler, destination)
    with contextlib.ExitStack() as stack:
        spool = stack.enter_context(store.spool(allow_pickle=allow_pickle))
        look = stack.enter_context(_looking(value, preview_rows))
        try:
            details = handler.save(value, spool)
        except UnsupportedTypeError as error:
            if not allow_pickle or name == materializers.PICKLE or materializer is not None:
                raise
            _log.warning("the value is pickled, as its materializer refuses it: %s", error)
            spool.close()
            name = materializers.PICKLE
            spool = stack.enter_context(store.spool(allow_pickle=allow_pickle))
            details = materializers.named(name).handler.save(value, spool)
        described, drawn = look()
        draft = _draft(
            spool,
            destination,
            details=details or {},
            type_=type(value),
            materializer=name,
            save_kind=save_kind,
            output=output,
            described=described,
            drawn=drawn,
        )
        stack.pop_all()
    return draft


def draft_of_files(
    spool: Spool,
    destination: Destination,
    *,
    save_kind: SaveKind,
    output: str | None = None,
    details: Mapping[str, Any] | None = None,
) -> Draft:
    """Make a draft of files that were written straight into a spool.

    Args:
        spool: Holds them.
        destination: What they become a version of.
        save_kind: How they came to be.
        output: The task's output that they are.
        details: The folder's name, or whether it is one file, where that is known.

    Raises:
        StoreError: The spool cannot be written, as when the disk is full.
    """
    return _draft(
        spool,
        destination,
        details={"format": 1, "folder": True, "name": "files", "folders": [], "executable": [], **(details or {})},
        type_=type(Path()),
        materializer=materializers.serving(type(Path())).name,
        save_kind=save_kind,
        output=output,
        described=None,
        drawn=Drawing({}, None),
    )


def _draft(
    spool: Spool,
    destination: Destination,
    *,
    details: Mapping[str, Any],
    type_: type,
    materializer: str,
    save_kind: SaveKind,
    output: str | None,
    described: ValueFingerprint | None,
    drawn: Drawing,
) -> Draft:
    version = NewVersion(
        id=str(uuid.uuid4()),
        artifact=destination.artifact,
        named=destination.named,
        version=destination.version,
        kind=destination.kind,
        type=materializers.type_name(type_),
        materializer=materializer,
        manifest=spool.manifest(details),
        save_kind=save_kind,
        output=output,
        fingerprint=None if described is None else described.digest,
        parts=None if described is None else described.parts,
        tags=destination.tags,
        aliases=destination.aliases,
        metadata=(
            *(Metadatum(key, item, MetadataSource.MATERIALIZER) for key, item in drawn.metadata.items()),
            *(Metadatum(key, item, MetadataSource.DECLARED) for key, item in destination.metadata.items()),
        ),
        preview=drawn.preview,
    )
    return Draft(version, spool)


def _formatted(handler: Materializer[Any], destination: Destination) -> Materializer[Any]:
    """Return what writes the declared format."""
    if destination.format is None:
        return handler
    choose = getattr(handler, "with_format", None)
    if choose is None:
        message = (
            f"the artifact {destination.artifact!r} is declared with format={destination.format!r}, and "
            f"{public_name(type(handler))} offers no choice of formats; leave it away"
        )
        raise DeclarationError(message)
    chosen: Materializer[Any] = choose(destination.format)
    return chosen


@contextlib.contextmanager
def _looking(value: object, rows: int) -> Iterator[Callable[[], tuple[ValueFingerprint | None, Drawing]]]:
    """Give what returns a value's fingerprint, and what is shown of it: of a large table or array made meanwhile.

    That takes as long as writing it does, and both leave Python alone most of the time.
    """

    def look() -> tuple[ValueFingerprint | None, Drawing]:
        return _fingerprint(value), draw(value, rows)

    if _table_bytes(value) < _LARGE:
        yield look
        return
    with ThreadPoolExecutor(1, "airflow-artifacts-look") as pool:
        yield pool.submit(look).result


def _table_bytes(value: Any) -> int:
    """Return how large a table or an array is in memory, about; 0 for all else."""
    library = type(value).__module__.partition(".")[0]
    if library == "pandas" and hasattr(value, "memory_usage"):
        used = value.memory_usage(deep=False)
        return int(used if isinstance(used, int) else used.sum())
    if library == "polars" and hasattr(value, "estimated_size"):
        return int(value.estimated_size())
    return int(getattr(value, "nbytes", 0)) if library in {"numpy", "pyarrow"} else 0


def _fingerprint(value: object) -> ValueFingerprint | None:
    """Return a value's fingerprint; None where its files stand for it: of a path, and where its type has none."""
    if isinstance(value, Path) or public_name(type(value)) == _PLACE:
        return None
    try:
        return fingerprint.describe(value)
    except FingerprintError:
        return None


def upload(
    store: ObjectStore, lineage: Lineage, drafts: Iterable[Draft], only: set[StoredObject] | None = None
) -> None:
    """Bring the drafts' bytes into the store, where they are not there yet.

    The objects' rows are claimed first, so that no collection takes what this writer counts on, and what was written
    is confirmed, without which no version may name it.

    Args:
        store: Where to.
        lineage: Holds the rows.
        drafts: Whose files.
        only: These objects alone; all without it.

    Raises:
        StoreError: The store refused, failed, or is out of reach.
    """
    spools = {stored: draft.spool for draft in drafts for stored in draft.manifest.objects}
    wanted = {stored: spool for stored, spool in spools.items() if only is None or stored in only}
    if wanted:
        mark(store, lineage)
    absent = lineage.claim_objects(sorted(wanted, key=lambda stored: stored.digest))
    progress = Progress("storing", sum(stored.size for stored in wanted))

    def place(stored: StoredObject) -> None:
        spool = wanted[stored]
        if (stored in absent and spool.holds(stored)) or not store.exists(stored):
            store.put(stored, spool.find(stored))
            measures.add(measures.BYTES_WRITTEN, stored.size)
        progress.add(stored.size)

    if len(wanted) == 1:
        place(next(iter(wanted)))
    elif wanted:
        each(place, wanted, _UPLOADS, "upload")
    if absent:
        lineage.confirm_objects(absent)


def publish(
    store: ObjectStore,
    lineage: Lineage,
    drafts: Sequence[Draft],
    *,
    task_run: TaskRun | None,
    effective_at: datetime | None,
    entry: NewEntry | None = None,
    decision: Decision | None = None,
) -> list[ArtifactVersion]:
    """Publish uploaded drafts, all or none, and return the versions in their order.

    Args:
        store: Holds their bytes.
        lineage: Names them.
        drafts: In the order in which they are published.
        task_run: Whose outputs they are; None for what is saved outside of a task.
        effective_at: The moment they stand for; None for now.
        entry: What the cache is to remember with them.
        decision: What the cache had decided for the task run.

    Raises:
        EntryTaken: Another task run published under the same key and generation.
        VersionTakenError: An explicit version exists with other content.
        SupersededError: A later try of the task has begun.
        StoreError: An object was collected meanwhile and cannot be uploaded again.
        LineageError: The lineage database refused, failed, or is out of reach.
    """
    versions = [draft.version for draft in drafts]
    for _ in range(_ATTEMPTS):
        try:
            published = lineage.publish(
                versions, task_run=task_run, effective_at=effective_at, entry=entry, decision=decision
            )
        except ObjectsNotLive as error:
            upload(store, lineage, drafts, only=set(error.objects))
            continue
        # What was saved as it is already is no new one.
        made = {version.id for version in versions} & {version.id for version in published}
        measures.add(measures.VERSIONS_PUBLISHED, len(made))
        return published
    message = (
        f"objects of {versions[0].artifact!r} were collected {_ATTEMPTS} times while they were being published; "
        "is the clean-up's grace period shorter than a task?"
    )
    raise LineageError(message)
