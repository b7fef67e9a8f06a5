"""Seeing that store, lineage database and local cache work: all that a task does with them, with bytes of no version.

An object is claimed, stored, read, and deleted as :meth:`ArtifactClient.gc` deletes: whoever is killed between leaves
what that takes for the bytes of a writer who died.
"""

from __future__ import annotations

import dataclasses
import enum
import os
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from airflow_artifacts.client.advice import GRANT, advice
from airflow_artifacts.exceptions import ArtifactError, LineageError, StoreError
from airflow_artifacts.lineage import Lineage, probing
from airflow_artifacts.lineage.database import Database
from airflow_artifacts.model import StoredObject
from airflow_artifacts.store.digests import digest_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from airflow_artifacts.store import ObjectStore

__all__ = ["Check", "Outcome", "Step"]

# Leases and generations go by the database's clock alone; what people compare with their own logs goes wrong earlier.
_CLOCK_SECONDS = 5.0
_SHOWN = 6


class Outcome(str, enum.Enum):
    """What became of a step."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"
    NOT_TRIED = "not tried"


@dataclasses.dataclass(frozen=True, slots=True)
class Step:
    """One thing that was tried.

    Attributes:
        part: Of what: ``lineage database``, ``store`` or ``local cache``.
        name: What was tried.
        outcome: What became of it.
        seconds: How long it took.
        message: What was found; what is wrong, and the way out.
    """

    part: str
    name: str
    outcome: Outcome
    seconds: float
    message: str


class _Doubt(Exception):  # noqa: N818 - no error: what works is warned of
    """It works, but something is odd."""


class Check:
    """Tries all that tasks need, in one go.

    Args:
        open_store: Opens the store.
        database_url: With its password.
    """

    def __init__(self, open_store: Callable[[], ObjectStore], database_url: str) -> None:
        self._open_store = open_store
        self._database_url = database_url
        # Different each time: what is there already would prove nothing.
        self._data = b"airflow-artifacts check " + os.urandom(32)
        self._object = StoredObject(digest_of(self._data), ".check", len(self._data))
        self._done: dict[tuple[str, str], bool] = {}
        self._database: Database | None = None
        self._store: ObjectStore | None = None

    def steps(self) -> Iterator[Step]:
        """Try everything, and yield what was found as it is found; nothing is raised, and nothing stays."""
        database, store = "lineage database", "store"
        answers = "answers"
        try:
            yield self._try(database, answers, self._connect)
            yield self._try(database, "schema", self._schema, (database, answers))
            yield self._try(database, "clock", self._clock, (database, answers))
            yield self._try(database, "rights", self._rights, (database, "schema"))
            yield self._try(database, "write", self._claim, (database, "schema"))
            yield self._try(store, answers, self._look)
            yield self._try(store, "write", self._put, (store, answers))
            yield self._try(store, "read", self._read, (store, "write"))
            yield self._try(store, "list", self._list, (store, answers))
            yield self._try(store, "delete", self._delete, (store, "write"))
            yield self._try(database, "delete", self._forget, (database, "write"))
            if self._store is not None and self._store.local_cache is not None:
                yield self._try("local cache", "write", self._keep)
        finally:
            if self._database is not None:
                self._database.close()

    def _try(self, part: str, name: str, act: Callable[[], str], needs: tuple[str, str] | None = None) -> Step:
        if needs is not None and not self._done[needs]:
            self._done[part, name] = False
            return Step(part, name, Outcome.NOT_TRIED, 0.0, "as what it needs has failed")
        began = time.perf_counter()
        try:
            outcome, message = Outcome.OK, act()
        except _Doubt as doubt:
            outcome, message = Outcome.WARNING, str(doubt)
        except (ArtifactError, OSError) as error:
            outcome, message = Outcome.FAILED, f"{error}{advice(part, name, error)}"
        self._done[part, name] = outcome is not Outcome.FAILED
        return Step(part, name, outcome, time.perf_counter() - began, message)

    # The lineage database

    @property
    def _lineage(self) -> Lineage:
        if self._database is None:
            message = "the lineage database was not opened"
            raise LineageError(message)
        return Lineage(self._database)

    def _connect(self) -> str:
        self._database = Database(self._database_url)
        return probing.server_of(self._database)

    def _schema(self) -> str:
        return "" if self._database is None else probing.schema_of(self._database)

    def _clock(self) -> str:
        difference = timedelta() if self._database is None else probing.clock_difference(self._database)
        seconds = difference.total_seconds()
        text = f"{abs(seconds):.1f} s {'ahead of' if seconds > 0 else 'behind'} this machine's"
        if abs(seconds) > _CLOCK_SECONDS:
            message = f"{text}: times in logs and lineage will not agree; let both ask a time server (NTP)"
            raise _Doubt(message)
        return text

    def _rights(self) -> str:
        missing = [] if self._database is None else probing.missing_rights(self._database)
        if missing:
            more = f" and {len(missing) - _SHOWN} more" if len(missing) > _SHOWN else ""
            message = f"the role lacks {', '.join(missing[:_SHOWN])}{more}; {GRANT}"
            raise LineageError(message)
        return "all tables may be read and written"

    def _claim(self) -> str:
        self._lineage.claim_objects([self._object])
        if not self._lineage.upkeep.known([(self._object.digest, self._object.suffix)]):
            message = "a row that was written is not there when it is read; is this one database, without replicas?"
            raise LineageError(message)
        return "a row was written and read back"

    def _forget(self) -> str:
        # As if it had been used a while ago, though it was a moment ago.
        self._lineage.upkeep.condemn([self._object], timedelta(seconds=-60))
        if self._done["store", "write"] and not self._done["store", "delete"]:
            return "the row is left to gc, which deletes the object when it may"
        if not self._lineage.upkeep.delete_objects([self._object], lambda _: True):
            message = "the row that was written could not be deleted; run gc"
            raise LineageError(message)
        return "the row was deleted"

    # The store

    @property
    def _opened(self) -> ObjectStore:
        if self._store is None:
            self._store = self._open_store()
        return self._store

    def _look(self) -> str:
        self._opened.check()
        return self._opened.uri

    def _put(self) -> str:
        with tempfile.TemporaryDirectory(prefix="airflow-artifacts-") as name:
            source = Path(name, "check")
            source.write_bytes(self._data)
            self._opened.put(self._object, source)
        return self._opened.url(self._object)

    def _read(self) -> str:
        try:
            there = self._opened.exists(self._object) and self._opened.read(self._object) == self._data
        except FileNotFoundError:
            there = False
        if not there:
            message = f"{self._opened.url(self._object)} was written and is not there, or has other bytes"
            raise StoreError(message)
        return f"{len(self._data)} bytes came back as they were"

    def _list(self) -> str:
        others = len(self._opened.sweep.marks())
        return f"{others} lineage database{'' if others == 1 else 's'} with objects here"

    def _delete(self) -> str:
        self._opened.delete(self._object)
        if self._opened.exists(self._object):
            message = f"{self._opened.url(self._object)} is still there after it was deleted"
            raise StoreError(message)
        return "the object was deleted"

    # The local cache

    def _keep(self) -> str:
        cache = self._opened.local_cache
        if cache is None:
            return ""
        if self._opened.local(self._object) is not None:
            message = f"{cache.folder} is not used, as the store is a folder of this machine"
            raise _Doubt(message)
        cache.check()
        return str(cache.folder)
