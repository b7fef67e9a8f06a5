"""Deleting what is not needed any more: versions, then bytes."""

from __future__ import annotations

import contextlib
import itertools
import logging
from typing import TYPE_CHECKING, Any

from airflow_artifacts.client.deletion import Deletion
from airflow_artifacts.client.forgetting import ForgettingClient
from airflow_artifacts.client.marks import refuse_shared
from airflow_artifacts.exceptions import (
    ArtifactError,
    DeclarationError,
    LineageError,
)
from airflow_artifacts.model import (
    GRACE,
    ArtifactRef,
    CollectSummary,
    Part,
    PruneRules,
    PruneSummary,
    VersionSummary,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import timedelta

    from airflow_artifacts.model import StoredObject

__all__ = ["KeepingClient"]

_log = logging.getLogger(__name__)

# Versions of one transaction: it holds the artifact's row, which publishers wait for.
_AT_ONCE = 100


class KeepingClient(ForgettingClient):
    """The verbs that delete versions and bytes.

    All are safe beside running tasks and beside each other, and may be killed at any line: what is half done is taken
    up by the next call. With ``dry_run=True`` they delete nothing and say what they would delete.
    """

    def prune(
        self,
        *,
        name: str | None = None,
        older_than: timedelta | None = None,
        keep_last: int = 0,
        saved: bool = False,
        aliased: bool = False,
        latest: bool = False,
        only: str | None = None,
        grace: timedelta = GRACE,
        ignore_errors: bool = False,
        dry_run: bool = False,
    ) -> PruneSummary:
        """Delete versions that no lineage edge references, and the bytes that then no version names.

        Registered data is never touched, pinned versions stay until they are unpinned. What was saved by hand, what
        an alias names, and the ``latest`` of a named artifact stay unless asked for.

        Args:
            name: Only of artifacts of this name, with ``*`` and ``?``.
            older_than: Only what was made so long ago.
            keep_last: So many of the newest versions of each artifact stay.
            saved: Also what was saved outside of a task.
            aliased: Also what an alias names.
            latest: Also the ``latest`` of named artifacts.
            only: ``"artifact"`` deletes bytes that no other version names, and marks the versions, whose load then says
                so; ``"metadata"`` deletes the versions and keeps their bytes, until ``gc(kept=True)``.
            grace: Bytes used within this time wait for a later :meth:`gc`.
            ignore_errors: Whether to go on after an error; the summary names those that failed.
            dry_run: Whether to say only what would go.

        Raises:
            ConfigurationError: The store holds objects of another lineage database, too.
            DeclarationError: ``only`` is neither of the two.
        """
        self._acts("prune")
        rules = PruneRules(
            name=name,
            older_than=older_than,
            keep_last=keep_last,
            saved=saved,
            aliased=aliased,
            latest=latest,
            part=_part(only),
        )
        upkeep = self.lineage.upkeep
        if dry_run:
            found = [one for _, some in upkeep.prunable(rules) for one in some]
            objects = upkeep.freed(found, rules.part)
            size = sum(stored.size for stored in objects)
            kept = rules.part is Part.ROWS
            return PruneSummary(
                versions=tuple(one.name for one in found),
                objects=0 if kept else len(objects),
                bytes=0 if kept else size,
                kept=size if kept else 0,
                dry_run=True,
            )
        if rules.part is not Part.ROWS:
            refuse_shared(self.store, self.lineage)
        names: list[str] = []
        freed: dict[StoredObject, None] = {}
        failed: dict[str, str] = {}
        for artifact_id, candidates in upkeep.prunable(rules):
            for batch in _batches(candidates):
                try:
                    deleted = upkeep.delete(artifact_id, [one.id for one in batch], rules)
                except LineageError as error:
                    if not ignore_errors:
                        raise
                    failed |= {one.name: str(error) for one in batch}
                    continue
                names += deleted.names
                freed |= dict.fromkeys(deleted.objects)
        return self._freed(names, list(freed), rules.part, grace, failed, ignore_errors=ignore_errors)

    def delete(
        self,
        reference: str | ArtifactRef | VersionSummary,
        *,
        only: str | None = None,
        grace: timedelta = GRACE,
        dry_run: bool = False,
    ) -> PruneSummary:
        """Delete one version, and the bytes that then no version names; of registered data only its description.

        Args:
            reference: Which one.
            only: As :meth:`prune` takes it; ``"artifact"`` may be done to a version that edges reference.
            grace: Bytes used within this time wait for a later :meth:`gc`.
            dry_run: Whether to say only what would go.

        Raises:
            ArtifactNotFoundError: There is no such version.
            VersionInUseError: A lineage edge references it, it is pinned, or an alias names it.
            ConfigurationError: The store holds objects of another lineage database, too.
            DeclarationError: ``only`` is neither of the two, or it is registered data that has no bytes in the store.
        """
        self._acts("delete")
        part = _part(only)
        version = self._version(reference)
        if part is Part.BYTES and version.manifest.registered:
            message = f"the bytes of {version} lie where they were registered, and stay there; leave only away"
            raise DeclarationError(message)
        if dry_run:
            objects = self.lineage.upkeep.check_version(version.id, part)
            size = sum(stored.size for stored in objects)
            return PruneSummary(versions=(str(version),), objects=len(objects), bytes=size, dry_run=True)
        if part is not Part.ROWS:
            refuse_shared(self.store, self.lineage)
        deleted = self.lineage.upkeep.delete_version(version.id, part)
        return self._freed(list(deleted.names), list(deleted.objects), part, grace, {}, ignore_errors=False)

    def gc(
        self,
        *,
        grace: timedelta = GRACE,
        kept: bool = False,
        unknown: bool = False,
        ignore_errors: bool = False,
        dry_run: bool = False,
    ) -> CollectSummary:
        """Delete bytes that no version names, and what writers that died have left.

        Args:
            grace: What was used within this time is left alone: a task may be about to publish it. Files of writers,
                and objects that are not known, are left alone for a day at least.
            kept: Also the bytes that ``prune(only="metadata")`` kept.
            unknown: Also objects in the store that the lineage database does not know, as after it was restored from a
                backup; look at them first with ``dry_run=True``.
            ignore_errors: Whether to go on after an error; the summary names what failed.
            dry_run: Whether to say only what would go.

        Raises:
            ConfigurationError: The store holds objects of another lineage database, too.
        """
        self._acts("gc")
        refuse_shared(self.store, self.lineage)
        upkeep = self.lineage.upkeep
        objects: list[StoredObject] = []
        waiting = 0
        for old, young in upkeep.unnamed(grace, kept=kept):
            waiting += young
            objects += old if dry_run else upkeep.condemn(old, grace, kept=kept)
        failed: dict[str, str] = {}
        deleted = objects
        if not dry_run:
            going = dict.fromkeys([*objects, *upkeep.condemned()])
            deleted, failed = self._delete(list(going), ignore_errors=ignore_errors)
            upkeep.forget_keys(grace)
        # No row says who writes these at this moment: their age alone tells that nobody does.
        leftovers = list(self.store.sweep.leftovers(max(grace, GRACE)))
        strangers = list(self._unknown(max(grace, GRACE))) if unknown else []
        if not dry_run:
            for remove, things in ((self.store.sweep.delete, leftovers), (self.store.delete, strangers)):
                for thing in things:
                    with _noting(failed, str(getattr(thing, "digest", thing)), go_on=ignore_errors):
                        remove(thing)  # type: ignore[arg-type]
        return CollectSummary(
            objects=len(deleted),
            bytes=sum(stored.size for stored in deleted),
            waiting=waiting,
            leftovers=len(leftovers),
            unknown=len(strangers),
            failed=failed,
            dry_run=dry_run,
        )

    # Inside

    def _freed(
        self,
        names: Sequence[str],
        objects: list[StoredObject],
        part: Part,
        grace: timedelta,
        failed: dict[str, str],
        *,
        ignore_errors: bool,
    ) -> PruneSummary:
        """Delete the bytes that no version names any more, but for those that were used lately."""
        total = sum(stored.size for stored in objects)
        if part is Part.ROWS:
            return PruneSummary(versions=tuple(names), kept=total, failed=failed)
        going = self.lineage.upkeep.condemn(objects, grace)
        deleted, faults = self._delete(going, ignore_errors=ignore_errors)
        size = sum(stored.size for stored in deleted)
        return PruneSummary(
            versions=tuple(names), objects=len(deleted), bytes=size, waiting=total - size, failed=failed | faults
        )

    def _delete(
        self, objects: Sequence[StoredObject], *, ignore_errors: bool
    ) -> tuple[list[StoredObject], dict[str, str]]:
        """Delete condemned objects; return those that are gone now, and why others are not."""
        deletion = Deletion(self.store, self.lineage, ignore_errors=ignore_errors)
        return deletion.run(objects), deletion.failed

    def _unknown(self, grace: timedelta) -> Iterator[StoredObject]:
        for batch in _batches(self.store.sweep.objects(grace)):
            known = self.lineage.upkeep.known([(stored.digest, stored.suffix) for stored in batch])
            yield from (stored for stored in batch if (stored.digest, stored.suffix) not in known)


def _part(only: str | None) -> Part:
    parts = {None: Part.ALL, "artifact": Part.BYTES, "metadata": Part.ROWS}
    if only not in parts:
        message = f"only={only!r} must be 'artifact' or 'metadata'; leave it away to delete both"
        raise DeclarationError(message)
    return parts[only]


def _batches(things: Iterable[Any]) -> Iterator[list[Any]]:
    iterator = iter(things)
    while batch := list(itertools.islice(iterator, _AT_ONCE)):
        yield batch


@contextlib.contextmanager
def _noting(failed: dict[str, str], name: str, *, go_on: bool) -> Iterator[None]:
    """Note an error instead of raising it, where that is wanted."""
    try:
        yield
    except ArtifactError as error:
        if not go_on:
            raise
        _log.warning("%s was not deleted: %s", name, error)
        failed[name] = str(error)
