"""Keeping a store clean: whose it is, what lies in it, and what writers that died have left there."""

from __future__ import annotations

import contextlib
import os
import re
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fsspec.implementations.local import LocalFileSystem

from airflow_artifacts.model import Digest, StoredObject
from airflow_artifacts.store.failures import failures

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import timedelta

    from fsspec import AbstractFileSystem

    from airflow_artifacts.store.patience import Patience

__all__ = ["Sweep", "is_atomic", "protocols"]

# Object stores show a file when its upload is complete, and only then; others show it while it grows.
_ATOMIC = frozenset({"abfs", "abfss", "adl", "az", "gcs", "gs", "memory", "oci", "oss", "r2", "s3", "s3a"})
_NAME = re.compile("[0-9a-f]{64}")


class Sweep:
    """Looks through a store, and deletes what is named to it. Safe beside writers and others of its kind.

    Args:
        filesystem: Where the store is.
        root: Its folder or ``bucket/prefix``.
        write: Writes bytes to a place, as objects are written.
        uri: How messages name it.
        patience: Asks again where it fails in passing.
    """

    def __init__(
        self,
        filesystem: AbstractFileSystem,
        root: str,
        write: Callable[[str, bytes], None],
        *,
        uri: str,
        patience: Patience,
    ) -> None:
        self._filesystem = filesystem
        self._root = root
        self._write = write
        self._uri = uri
        self._patience = patience
        self._local = isinstance(filesystem, LocalFileSystem)

    def mark(self, database: str, shown: str) -> None:
        """Leave a file that says that a lineage database has objects here.

        Args:
            database: Its UUID.
            shown: How messages name it, without secrets.

        Raises:
            StoreError: The store refuses or is out of reach.
        """
        place = f"{self._root}/databases/{database}"
        with failures(f"write {place}", self._uri):
            self._write(place, shown.encode())

    def marks(self) -> dict[str, str]:
        """Return the lineage databases that have objects here: their UUIDs, and how messages name them.

        Raises:
            StoreError: The store refuses or is out of reach.
        """
        folder = f"{self._root}/databases"
        with failures(f"list {folder}", self._uri):
            self._filesystem.invalidate_cache()
            try:
                places = self._patience(lambda: self._filesystem.ls(folder, detail=False))
            except FileNotFoundError:
                return {}
            texts = {place: self._patience(lambda place=place: self._filesystem.cat_file(place)) for place in places}  # type: ignore[misc]
        return {place.rpartition("/")[2]: text.decode(errors="replace") for place, text in texts.items()}

    def objects(self, unchanged_for: timedelta) -> Iterator[StoredObject]:
        """Yield all objects that are here and were not written lately, whether or not anything names them.

        Raises:
            StoreError: The store refuses or is out of reach.
        """
        for place, size in self._files(unchanged_for):
            name, point, suffix = place.rpartition("/")[2].partition(".")
            if _NAME.fullmatch(name) and not place.endswith(".part"):
                yield StoredObject(Digest(f"blake3:{name}"), point + suffix, size)

    def leftovers(self, unchanged_for: timedelta) -> Iterator[str]:
        """Yield the places of what writers that died have left, and that nobody wrote to lately.

        Raises:
            StoreError: The store refuses or is out of reach.
        """
        if self._local:
            with failures("list the spools", self._uri):
                yield from self._spools(self._now() - unchanged_for)
        if is_atomic(self._filesystem):
            return  # an upload that was not completed is not there
        for place, _ in self._files(unchanged_for):
            if not _NAME.fullmatch(place.rpartition("/")[2].partition(".")[0]) or place.endswith(".part"):
                yield place

    def delete(self, place: str) -> None:
        """Delete what :meth:`leftovers` named.

        Raises:
            StoreError: The store refuses or is out of reach.
        """
        with failures(f"delete {place}", self._uri), contextlib.suppress(FileNotFoundError):
            self._patience(lambda: self._filesystem.rm(place, recursive=True))

    def _spools(self, before: datetime) -> Iterator[str]:
        folder = Path(self._root, "spool")
        for spool in sorted(folder.iterdir()) if folder.is_dir() else ():
            # What goes away while it is looked at was somebody's.
            with contextlib.suppress(FileNotFoundError):
                newest = max(one.stat().st_mtime for one in (spool, *spool.rglob("*")))
                if datetime.fromtimestamp(newest, timezone.utc) < before:
                    yield str(spool)

    def _files(self, unchanged_for: timedelta) -> Iterator[tuple[str, int]]:
        """Yield the files among the objects that were not written lately, with their sizes."""
        before = self._now() - unchanged_for
        folder = f"{self._root}/objects"
        if self._local:
            for parent, _, names in os.walk(folder):
                for name in names:
                    with contextlib.suppress(FileNotFoundError):
                        found = Path(parent, name).stat()
                        if datetime.fromtimestamp(found.st_mtime, timezone.utc) < before:
                            yield f"{parent}/{name}", found.st_size
            return
        with failures(f"list {folder}", self._uri):
            self._filesystem.invalidate_cache()
            listed: dict[str, dict[str, Any]] = self._patience(lambda: self._filesystem.find(folder, detail=True))
        for place, info in sorted(listed.items()):
            changed = _changed(info)
            if changed is not None and changed < before:
                yield place, int(info["size"])

    def _now(self) -> datetime:
        """Return the time by the clock that dates what is written here, which need not be that of this machine."""
        place = f"{self._root}/clock"
        with failures(f"write {place}", self._uri):
            self._write(place, b"The last collection looked at this file's date.\n")
            self._filesystem.invalidate_cache()
            written = _changed(self._patience(lambda: self._filesystem.info(place)))
        return written or datetime.now(timezone.utc)


def _changed(info: Mapping[str, Any]) -> datetime | None:
    """Return when a file was written last, as its filesystem says; None where it does not."""
    changed = info.get("LastModified") or info.get("last_modified") or info.get("mtime") or info.get("created")
    if isinstance(changed, (int, float)):
        return datetime.fromtimestamp(changed, timezone.utc)
    return changed.astimezone(timezone.utc) if isinstance(changed, datetime) else None


def is_atomic(filesystem: AbstractFileSystem) -> bool:
    """Whether a filesystem shows a file only when it is complete."""
    return not _ATOMIC.isdisjoint(protocols(filesystem))


def protocols(filesystem: AbstractFileSystem) -> set[str]:
    """Return the protocols that a filesystem answers to."""
    protocol = filesystem.protocol
    return {protocol} if isinstance(protocol, str) else set(protocol)
