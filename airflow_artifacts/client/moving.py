"""Moving a store: its objects are named by their content, so that they are the same wherever they lie."""

from __future__ import annotations

import itertools
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from airflow_artifacts.client.marks import refuse_shared
from airflow_artifacts.exceptions import ConfigurationError
from airflow_artifacts.model import CopySummary, Fault
from airflow_artifacts.progress import Progress

if TYPE_CHECKING:
    from airflow_artifacts.lineage import Lineage
    from airflow_artifacts.model import StoredObject
    from airflow_artifacts.store import ObjectStore

__all__ = ["copy_store"]

# Stores far away are waited for most of the time.
_THREADS = 8
_AT_ONCE = 400


def copy_store(source: ObjectStore, target: ObjectStore, lineage: Lineage) -> CopySummary:
    """Copy all objects that a lineage database knows from one store into another, where they are not there yet.

    Each is checked against its digest on its way, and placed whole. Tasks may go on meanwhile; what they store then is
    copied by the next call, as is what was left when this one was killed. The target gets the database's mark.

    Args:
        source: Where they lie.
        target: Where they are to lie.
        lineage: Names them.

    Raises:
        ConfigurationError: Both are one, or the target holds objects of another lineage database.
        StoreError: One of them refuses or is out of reach.
    """
    if source.uri.rstrip("/") == target.uri.rstrip("/"):
        message = f"{target.uri} is the store itself; name the one that is to get its objects"
        raise ConfigurationError(message)
    refuse_shared(target, lineage)
    copying = _Copying(source, target)
    objects = lineage.upkeep.stored()
    with ThreadPoolExecutor(_THREADS, "airflow-artifacts-copy") as pool:
        while batch := list(itertools.islice(objects, _AT_ONCE)):
            for stored, reason in zip(batch, pool.map(copying, batch), strict=True):
                if reason is not None:
                    versions = tuple(lineage.upkeep.versions_of(stored))
                    copying.faults.append(Fault(source.url(stored), reason, versions))
    return CopySummary(objects=copying.objects, bytes=copying.bytes, there=copying.there, faults=tuple(copying.faults))


class _Copying:
    """Copies one object after another, on several threads, and counts them."""

    def __init__(self, source: ObjectStore, target: ObjectStore) -> None:
        self.objects = self.bytes = self.there = 0
        self.faults: list[Fault] = []
        self._source = source
        self._target = target
        self._progress = Progress("copying")
        self._lock = threading.Lock()

    def __call__(self, stored: StoredObject) -> str | None:
        """Copy an object; return what is wrong with it, if anything is."""
        if self._target.exists(stored):
            with self._lock:
                self.there += 1
            return None
        with self._target.spool() as spool:
            try:
                with spool.open(f"object{stored.suffix}") as file:
                    for chunk in self._source.chunks(stored):
                        file.write(chunk)
            except FileNotFoundError:
                return "gone"
            (copied,) = spool.manifest({}).files
            if copied.object != stored:
                return f"its bytes have the digest {copied.digest}"
            self._target.put(stored, spool.find(stored))
        self._progress.add(stored.size)
        with self._lock:
            self.objects, self.bytes = self.objects + 1, self.bytes + stored.size
        return None
