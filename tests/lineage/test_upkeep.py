"""Deleting beside running tasks, and killed at any moment: nothing that is needed goes, nothing is stuck."""

from __future__ import annotations

import multiprocessing
import random
import signal
import subprocess
import sys
import time
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import closing
from typing import TYPE_CHECKING

import psycopg
import pytest
import sqlalchemy as sa

from airflow_artifacts.client import ArtifactClient
from airflow_artifacts.exceptions import LineageError
from airflow_artifacts.lineage import Lineage, forgetting, schema, tables
from airflow_artifacts.lineage.database import Database
from tests.lineage.making import Maker
from tests.lineage.test_overview import counted, tallied
from tests.lineage.upkeep_processes import SHARED, clean, faults, write
from tests.servers import LONG_ON_BOTH

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sqlalchemy.orm import Session


def stress(url: str, store: str, writers: int, cleaners: int, seconds: float) -> dict[str, list[int]]:
    """Let writers and cleaners run at once; return the numbers that were given, by artifact."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.lineage.upkeep_processes"])
    with ProcessPoolExecutor(writers + cleaners, mp_context=context) as executor:
        writing = [executor.submit(write, url, store, seconds, seed) for seed in range(writers)]
        cleaning = [executor.submit(clean, url, store, seconds, 1000 + seed) for seed in range(cleaners)]
        numbers: dict[str, list[int]] = defaultdict(list)
        for future in writing:
            for name, words in future.result().items():
                numbers[name] += map(int, words)
        assert sum(future.result() for future in cleaning) > 0
    return numbers


def check(url: str, store: str, numbers: dict[str, list[int]]) -> None:
    """Check that numbers have neither gaps nor doubles, and that all bytes are there and somebody's."""
    assert len(numbers[SHARED]) > len(numbers)
    for name, given in numbers.items():
        assert sorted(given) == list(range(1, len(given) + 1)), name
    assert faults(url, store) == []
    with Lineage.connect(url) as lineage:
        assert tallied(lineage) == counted(lineage)


@LONG_ON_BOTH
def test_writers_and_cleaners_at_once(database_url: str, tmp_path: Path) -> None:
    """No error reaches a task, though what it stores is pruned and collected around it without any grace."""
    store = str(tmp_path / "store")
    check(database_url, store, stress(database_url, store, writers=6, cleaners=2, seconds=5))


@pytest.mark.slow
def test_thirty_two_writers_for_a_minute(database_url: str, tmp_path: Path) -> None:
    """As above, with 32 writers for a minute."""
    store = str(tmp_path / "store")
    check(database_url, store, stress(database_url, store, writers=32, cleaners=3, seconds=60))


def test_a_deadlock_is_tried_again(postgresql: Callable[..., str]) -> None:
    """A transaction that the server ends for another one is begun anew, and what it does is done once."""
    url = postgresql()
    with closing(Database(url)) as database:
        schema.upgrade(database)
    ended = sa.text("DO $$ BEGIN RAISE EXCEPTION 'deadlock detected' USING ERRCODE = '40P01'; END $$")
    tries: list[int] = []

    def act(session: Session) -> int:
        tries.append(forgetting.forget(session, "churn", "monday"))
        if len(tries) < 3:
            session.execute(ended)
        return tries[-1]

    with Lineage.connect(url) as lineage:
        run = Maker(lineage).run("extract", "monday")
        assert lineage.upkeep._write(act) == 1
        assert tries == [1, 1, 1]
        assert lineage.task_run(run.id) is None


def test_forgetting_holds_artifacts_before_their_versions(postgresql: Callable[..., str]) -> None:
    """As publishing and pruning do, so that neither waits for forgetting in a circle."""
    url = postgresql()
    with closing(Database(url)) as database:
        schema.upgrade(database)
    with Lineage.connect(url) as lineage, closing(Database(url)) as database, ThreadPoolExecutor(1) as executor:
        maker = Maker(lineage)
        version = maker.version(by=maker.run("extract", "monday"))
        with database.writing() as session:
            session.execute(sa.select(tables.Artifact.id).with_for_update())
            forgotten = executor.submit(lineage.upkeep.forget, "churn", "monday")
            waits = sa.text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
            while not session.scalar(waits):
                time.sleep(0.01)
                session.execute(sa.text("SELECT pg_stat_clear_snapshot()"))
            session.execute(sa.select(tables.Version.id).with_for_update(nowait=True))
        assert forgotten.result() == 1
        again = lineage.get(version.id)
        assert again is not None
        assert again.producer is None


CLEAN = "from tests.lineage.upkeep_processes import clean; print('begun', flush=True); clean({!r}, {!r}, 60, {})"
WRITE = "from tests.lineage.upkeep_processes import write; print('begun', flush=True); write({!r}, {!r}, 60, {})"


def killed_after(program: str, seconds: float) -> None:
    """Start a Python program, and kill it so many seconds after it has begun its work."""
    process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "begun\n"
    time.sleep(seconds)
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()


@LONG_ON_BOTH
@pytest.mark.parametrize("kills", [2, pytest.param(4, marks=pytest.mark.slow)])
def test_killed_at_any_moment(database_url: str, tmp_path: Path, kills: int) -> None:
    """Writers and cleaners that are killed leave nothing wrong, and nothing that the next would wait for."""
    store = str(tmp_path / "store")
    chance = random.Random(7)  # noqa: S311 - no secret
    write(database_url, store, 1, 0)
    for number in range(kills):
        context = multiprocessing.get_context("forkserver")
        with ProcessPoolExecutor(1, mp_context=context) as executor:
            beside = executor.submit(write, database_url, store, 1.5, 100 + number)
            killed_after((CLEAN if number % 2 else WRITE).format(database_url, store, number), chance.random())
            beside.result()
    began = time.monotonic()
    clean(database_url, store, 0.5, 5)
    write(database_url, store, 0.5, 200)
    assert time.monotonic() - began < 20
    assert faults(database_url, store) == []


UPGRADE = (
    "from airflow_artifacts.lineage import schema; "
    "from airflow_artifacts.lineage.database import Database; database = Database({!r}); "
    "import alembic.command, alembic.config; print('begun', flush=True)\n"
    "while True:\n"
    "    schema.upgrade(database); schema.downgrade(database, '0001')\n"
)


def test_a_migration_that_is_killed(database_url: str, tmp_path: Path) -> None:
    """Killed at any moment it has happened or not; the next one goes on, and the rows are there."""
    store = str(tmp_path / "store")
    with ArtifactClient.connect(store=store, database=database_url) as client:
        for number in range(10):
            client.save(number, "n")
    chance = random.Random(3)  # noqa: S311 - no secret
    for _ in range(3):
        killed_after(UPGRADE.format(database_url), chance.random())
        with closing(Database(database_url)) as database:
            assert schema.current(database) in {"0001", "0002", "0003", "0004", "0005"}
    with closing(Database(database_url)) as database:
        schema.upgrade(database)
    with ArtifactClient.connect(store=store, database=database_url) as client:
        assert [version.number for version in client.versions("n")] == list(range(10, 0, -1))
        assert client.load("n") == 9


def test_a_connection_that_is_lost(postgresql: Callable[..., str], tmp_path: Path) -> None:
    """Connections that the server closed while idle are made anew; a transaction it ends fails, and wrote nothing."""
    url = postgresql()
    with closing(Database(url)) as database:
        schema.upgrade(database)
    with ArtifactClient.connect(store=str(tmp_path / "store"), database=url) as client:
        client.save(1, "n")
        time.sleep(1.1)
        _close_others(url)
        assert str(client.save(2, "n")) == "n@2"
        with pytest.raises(LineageError, match="failed: "):
            _interrupted(client, url)
        assert str(client.save(3, "n")) == "n@3"


def _interrupted(client: ArtifactClient, url: str) -> None:
    with client.lineage._database.writing() as session:
        session.execute(sa.text("update artifact set next_number = 99"))
        _close_others(url)
        session.execute(sa.text("select 1"))


def _close_others(url: str) -> None:
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() "
            "and datname = current_database()"
        )
