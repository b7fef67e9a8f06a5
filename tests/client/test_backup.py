"""Backing up and restoring: what a lineage database of yesterday and a store of today are to each other."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from airflow_artifacts.cache.policy import INPUTS, SOURCE
from airflow_artifacts.client import ArtifactClient
from airflow_artifacts.exceptions import ArtifactNotFoundError, MissingObjectError
from tests.client.calling import Caller

if TYPE_CHECKING:
    from collections.abc import Callable

NOW = timedelta(0)
POLICY = INPUTS + SOURCE


def make(x: int) -> bytes:
    """Return bytes that no other argument gives."""
    return bytes([x]) * 1000


class Backup:
    """Copies of a database as it was, by the system's own means.

    Args:
        url: Of the database.
        create: Creates databases on its server.
        folder: For files.
    """

    def __init__(self, url: str, create: Callable[..., str], folder: Path) -> None:
        self._create = create
        self._file = folder / "backup.db"
        self._is_sqlite = url.startswith("sqlite")
        self._url = url
        self._copy = ""

    def take(self) -> None:
        """Make a backup, as ``sqlite3 .backup`` and ``pg_dump`` do."""
        if not self._is_sqlite:
            self._copy = self._create(self._url)
            return
        with (
            closing(sqlite3.connect(self._url.removeprefix("sqlite:///"))) as source,
            closing(sqlite3.connect(self._file)) as target,
        ):
            source.backup(target)

    def restore(self) -> str:
        """Return the URL of a database as the backup has it."""
        if not self._is_sqlite:
            return self._create(self._copy)
        place = self._url.removeprefix("sqlite:///")
        for end in ("-wal", "-shm"):
            Path(place + end).unlink(missing_ok=True)
        shutil.copy(self._file, place)
        return self._url


@pytest.fixture
def backup(database_url: str, create_empty: Callable[..., str], tmp_path: Path) -> Backup:
    return Backup(database_url, create_empty, tmp_path)


@pytest.fixture
def store(tmp_path: Path) -> str:
    return str(tmp_path / "store")


def _filled(store: str, url: str) -> None:
    """Publish by tasks and by hand."""
    with ArtifactClient.connect(store=store, database=url) as client:
        for x in (1, 2):
            Caller(client)(make, x=x, run=f"run {x}", cache=POLICY)
        client.save(b"by hand", "hand")


def _loads(client: ArtifactClient) -> None:
    """See that what was published before the backup loads, and is a hit."""
    for x in (1, 2):
        assert client.load(f"churn::make::output@{x}") == make(x)
        assert not Caller(client)(make, x=x, run=f"again {x}", cache=POLICY).executed
    assert client.load("hand") == b"by hand"


def test_an_older_database_and_newer_bytes(store: str, database_url: str, backup: Backup) -> None:
    """All that the backup has loads; what came later is not known, and is deleted only where that is asked for."""
    _filled(store, database_url)
    backup.take()
    with ArtifactClient.connect(store=store, database=database_url) as client:
        late = Caller(client)(make, x=3, run="run 3", cache=POLICY).ref
        client.save(b"late", "hand")
    with ArtifactClient.connect(store=store, database=backup.restore()) as client:
        assert client.verify().faults == ()
        _loads(client)
        with pytest.raises(ArtifactNotFoundError):
            client.load(late)
        for place in Path(store).glob("objects/*/*"):
            os.utime(place, (0, 0))
        assert client.gc(grace=NOW).objects == 0
        assert client.gc(grace=NOW, unknown=True, dry_run=True).unknown == 2
        # A number that was given after the backup is given again.
        again = Caller(client)(make, x=4, run="run 4", cache=POLICY)
        assert str(again.ref) == str(late)
        assert client.gc(grace=NOW, unknown=True).unknown == 2
        assert client.verify().faults == ()
        _loads(client)


def test_an_older_database_and_bytes_that_were_collected(store: str, database_url: str, backup: Backup) -> None:
    """Where clean-up went on behind the backup, verify names what is gone; made again, or restored, it loads again."""
    _filled(store, database_url)
    backup.take()
    with ArtifactClient.connect(store=store, database=database_url) as client:
        client.run_states = lambda _, runs: dict.fromkeys(runs, "success")
        places = [client.store.local(client.get(f"churn::make::output@{x}").manifest.objects[0]) for x in (1, 2)]
        contents = [place.read_bytes() for place in places if place is not None]
        client.forget(older_than=NOW)
        client.prune(grace=NOW)
    assert not any(place.exists() for place in places if place is not None)
    with ArtifactClient.connect(store=store, database=backup.restore()) as client:
        found = client.verify()
        assert {fault.versions for fault in found.faults} == {("churn::make::output@1",), ("churn::make::output@2",)}
        assert {fault.reason for fault in found.faults} == {"gone"}
        with pytest.raises(MissingObjectError, match="restore it from a backup, make the value again"):
            client.load("churn::make::output@1")
        assert client.load("hand") == b"by hand"
        # One is computed again, which heals the version that had it, too; the other comes back from a versioned bucket.
        assert Caller(client)(make, x=1, run="heals", cache=POLICY).executed
        assert client.load("churn::make::output@1") == make(1)
        assert places[1] is not None
        places[1].write_bytes(contents[1])
        assert client.verify(quick=True).healed == 0
        found = client.verify()
        assert (found.faults, found.healed) == ((), 1)
        _loads(client)


def test_older_bytes_and_a_newer_database(store: str, database_url: str, tmp_path: Path) -> None:
    """A store that was restored lacks what came later: verify marks that, and saving the same value stores it anew."""
    _filled(store, database_url)
    shutil.copytree(store, tmp_path / "copy")
    with ArtifactClient.connect(store=store, database=database_url) as client:
        Caller(client)(make, x=3, run="run 3", cache=POLICY)
    shutil.rmtree(store)
    shutil.copytree(tmp_path / "copy", store)
    with ArtifactClient.connect(store=store, database=database_url) as client:
        assert [fault.versions for fault in client.verify().faults] == [("churn::make::output@3",)]
        _loads(client)
        assert Caller(client)(make, x=3, run="heals", cache=POLICY).executed
        assert client.load("churn::make::output@3") == make(3)
        assert client.verify().faults == ()
