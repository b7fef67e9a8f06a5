"""Deleting the bytes of condemned objects while their rows are held, for no longer than others can wait for them."""

from __future__ import annotations

import itertools
import logging
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from airflow_artifacts.exceptions import ArtifactError
from airflow_artifacts.progress import Progress
from airflow_artifacts.store import PassingError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from airflow_artifacts.lineage import Lineage
    from airflow_artifacts.model import StoredObject
    from airflow_artifacts.store import ObjectStore

__all__ = ["Deletion"]

_log = logging.getLogger(__name__)

# Of one transaction: enough to spare most commits.
_AT_ONCE = 50
# After so long a transaction begins with no other object: writers wait for its rows, and on SQLite for all of it.
_HELD_SECONDS = 5.0
_THREADS = 4


class Deletion:
    """Deletes condemned objects, and those who want one of them wait for one answer of the store at most.

    A store that fails in passing is waited for while no row is held; once in vain, it is not asked any more.

    Args:
        store: Holds the bytes.
        lineage: Holds the rows.
        ignore_errors: Whether to go on after an error.

    Attributes:
        failed: Why objects were not deleted, by their digests.
    """

    def __init__(self, store: ObjectStore, lineage: Lineage, *, ignore_errors: bool) -> None:
        self.failed: dict[str, str] = {}
        self._store = store
        self._lineage = lineage
        self._ignore_errors = ignore_errors
        self._given_up: PassingError | None = None

    def run(self, objects: Sequence[StoredObject]) -> list[StoredObject]:
        """Delete objects; return those that are gone now.

        Raises:
            ArtifactError: One was not deleted, and errors are not ignored.
        """
        progress = Progress("deleting", sum(stored.size for stored in objects))

        def delete(batch: Sequence[StoredObject]) -> list[StoredObject]:
            gone = self._batch(batch)
            progress.add(sum(stored.size for stored in batch))
            return gone

        # Of SQLite's writers one works at a time; more would only keep tasks waiting.
        threads = 1 if self._lineage.url.startswith("sqlite") else _THREADS
        with ThreadPoolExecutor(threads, "airflow-artifacts-delete") as pool:
            return [stored for gone in pool.map(delete, _batches(objects)) for stored in gone]

    def _batch(self, batch: Sequence[StoredObject]) -> list[StoredObject]:
        gone: list[StoredObject] = []
        left = list(batch)
        try:
            if self._given_up is not None:
                raise self._given_up
            self._store.patiently("delete objects", lambda: self._rounds(left, gone))
        except ArtifactError as error:
            if isinstance(error, PassingError):
                self._given_up = error
            for stored in left:
                self._note(stored, error)
        return gone

    def _rounds(self, left: list[StoredObject], gone: list[StoredObject]) -> None:
        """Delete what is left, and move it from one list to the other, transaction by transaction.

        Raises:
            Exception: What the library under the store raised, where that passes.
        """
        while left:
            done, later, passing = self._round(left)
            gone += done
            left[:] = later
            if passing is not None:
                raise passing.__cause__ or passing

    def _round(
        self, objects: Sequence[StoredObject]
    ) -> tuple[list[StoredObject], list[StoredObject], PassingError | None]:
        """Delete objects in a transaction; return those that are gone, those to ask for again, and why if it failed."""
        later: list[StoredObject] = []
        passing: PassingError | None = None
        until: float | None = None

        def remove(stored: StoredObject) -> bool:
            nonlocal passing, until
            if passing is not None or (until is not None and time.monotonic() > until):
                later.append(stored)
                return False
            until = until or time.monotonic() + _HELD_SECONDS
            try:
                self._store.delete(stored, once=True)
            except PassingError as error:
                passing = error
                later.append(stored)
                return False
            except ArtifactError as error:
                self._note(stored, error)
                return False
            return True

        done = self._lineage.upkeep.delete_objects(objects, remove)
        # Where the database failed in passing, all were asked for again.
        return done, [stored for stored in dict.fromkeys(later) if stored not in done], passing

    def _note(self, stored: StoredObject, error: ArtifactError) -> None:
        """Note an error instead of raising it, where that is wanted."""
        if not self._ignore_errors:
            raise error
        _log.warning("%s was not deleted: %s", stored.digest, error)
        self.failed[stored.digest] = str(error)


def _batches(objects: Sequence[StoredObject]) -> Iterator[list[StoredObject]]:
    iterator = iter(objects)
    while batch := list(itertools.islice(iterator, _AT_ONCE)):
        yield batch
