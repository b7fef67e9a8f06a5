"""Verifying what is kept: whether the bytes of versions are there, and are those that were written."""

from __future__ import annotations

import itertools
import logging
from typing import TYPE_CHECKING

from airflow_artifacts import measures
from airflow_artifacts.client.base import BaseClient
from airflow_artifacts.criteria import Criteria
from airflow_artifacts.exceptions import CorruptObjectError, DeclarationError, MissingObjectError, StoreError
from airflow_artifacts.logs import tell
from airflow_artifacts.model import ArtifactRef, Fault, SaveKind, VerifySummary, VersionSummary
from airflow_artifacts.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from airflow_artifacts.model import StoredObject

__all__ = ["VerifyingClient"]

_log = logging.getLogger(__name__)

# Versions that one line of the log names.
_SHOWN = 20


class VerifyingClient(BaseClient):
    """The verb that verifies; it is safe beside running tasks, and deletes nothing."""

    def verify(
        self,
        reference: str | ArtifactRef | VersionSummary | None = None,
        *,
        quick: bool = False,
        sample: int | None = None,
        sample_bytes: int | None = None,
    ) -> VerifySummary:
        """Look at the bytes of a version, or of all: whether they are there, and are those that were written.

        What is gone or wrong is marked, so that the next save of equal content stores it anew, and no cache hit returns
        it. What was marked and is there again, read whole, loses its mark.

        Args:
            reference: A version; None for all, registered data too.
            quick: Whether to look for existence and size only, without reading.
            sample: At most so many objects, which chance chooses; registered data is then left out.
            sample_bytes: As ``sample``, until so many bytes were looked at.

        Raises:
            ArtifactNotFoundError: There is no such version.
            DeclarationError: A sample is asked for of one version.
        """
        self._acts("verify")
        upkeep = self.lineage.upkeep
        objects, registered = self._chosen(reference, sample, sample_bytes)
        marked = set() if quick else upkeep.missing()
        files = size = healed = 0
        faults: list[Fault] = []
        progress = Progress("verifying")
        for stored in objects:
            files, size = files + 1, size + stored.size
            reason = self.store.fault(stored, quick=quick)
            progress.add(stored.size)
            if reason is not None:
                self.lineage.mark_missing(stored)
                faults.append(Fault(self.store.url(stored), reason, tuple(upkeep.versions_of(stored))))
                _tell(faults[-1])
            elif stored in marked:
                self.lineage.confirm_objects([stored])
                healed += 1
        for one in registered:
            # None where it was deleted meanwhile.
            listed = self.resolve(one)
            for file in listed.manifest.registered if listed is not None else ():
                files, size = files + 1, size + file.size
                try:
                    self.store.places.check(file, str(one), always=not quick)
                except (MissingObjectError, CorruptObjectError, StoreError) as error:
                    faults.append(Fault(str(file.uri), str(error), (str(one),)))
                    _tell(faults[-1])
        return VerifySummary(files=files, bytes=size, faults=tuple(faults), healed=healed)

    def _chosen(
        self, reference: str | ArtifactRef | VersionSummary | None, sample: int | None, sample_bytes: int | None
    ) -> tuple[Iterator[StoredObject], Iterable[VersionSummary]]:
        """Return the objects to look at, and the versions whose registered files are."""
        if sample is not None or sample_bytes is not None:
            if reference is not None:
                message = f"a sample is of all objects, and {str(reference)!r} is one version; give one of them"
                raise DeclarationError(message)
            return _until(self.lineage.upkeep.sampled(), sample, sample_bytes), ()
        if reference is None:
            registered = Criteria(save_kind=SaveKind.REGISTERED.value, named=False)
            return self.lineage.upkeep.named(), self.lineage.search(registered)
        version = self._version(reference)
        return iter(version.manifest.objects), [version]


def _until(objects: Iterable[StoredObject], count: int | None, size: int | None) -> Iterator[StoredObject]:
    """Yield objects until there are enough, or enough bytes in them."""
    for stored in itertools.islice(objects, count):
        if size is not None and size <= 0:
            return
        yield stored
        size = None if size is None else size - stored.size


def _tell(fault: Fault) -> None:
    """Write to the log that bytes are gone or wrong, and count it."""
    measures.add(measures.VERIFY_FAILURES)
    text, versions = "%s: %s, of %s", ", ".join(fault.versions[:_SHOWN])
    tell(
        _log,
        logging.ERROR,
        "verify failed",
        text,
        fault.place,
        fault.reason,
        versions,
        place=fault.place,
        reason=fault.reason,
        versions=list(fault.versions[:_SHOWN]),
    )
