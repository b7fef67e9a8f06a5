"""Files that other machines write and read: what an engine such as Dask or Spark hands to its workers.

Each worker writes its part under its digest straight into the store; only the list of files comes back. Both classes
can be pickled, with the store's address and credentials in them.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airflow_artifacts.store.reader import Reader

if TYPE_CHECKING:
    from collections.abc import Callable

    from airflow_artifacts.model import Manifest, ManifestFile
    from airflow_artifacts.store.objects import ObjectStore
    from airflow_artifacts.store.spool import Spool

__all__ = ["WorkerReader", "WorkerWriter"]


class WorkerWriter:
    """Writes files on a worker.

    Args:
        store: Where to.
    """

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    def write(self, act: Callable[[Spool], object]) -> tuple[ManifestFile, ...]:
        """Let a function write files into a spool, place them, and return their list.

        Bytes that the store has already are placed again: only the lineage database knows whether they may be trusted.

        Raises:
            StoreError: The store refuses or is out of reach.
        """
        with self._store.spool() as spool:
            act(spool)
            files = spool.manifest({}).files
            for file in files:
                self._store.put(file.object, spool.find(file.object))
            return files


class WorkerReader:
    """Reads files on a worker.

    Args:
        store: Holds them.
        manifest: Lists them.
        label: The version, as messages name it.
        cached: Whether the local cache of a worker may give what the store has not any more.
    """

    def __init__(self, store: ObjectStore, manifest: Manifest, label: str, *, cached: bool) -> None:
        self._store = store
        self._manifest = manifest
        self._label = label
        self._cached = cached

    def read(self, act: Callable[[Reader], Any]) -> Any:
        """Return what a function makes of the files, whose bytes are checked; it may keep none of them open."""
        with tempfile.TemporaryDirectory(prefix="airflow-artifacts-") as name:
            return act(Reader(self._store, self._manifest, self._label, Path(name), cached=self._cached))
