"""Connections to the lineage database: how many a process has, and what its server calls them."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import psycopg
import pytest

from airflow_artifacts.exceptions import ConfigurationError
from airflow_artifacts.lineage import SERVER, TASK, Connections, Lineage, schema
from airflow_artifacts.lineage.database import Database
from tests.lineage.making import Maker
from tests.lineage.processes import at_once, use_threads

if TYPE_CHECKING:
    from collections.abc import Callable

    from typing_extensions import Self

THREADS = 12
PROCESSES = 4


class Watch:
    """Asks PostgreSQL again and again which connections a database has."""

    def __init__(self, url: str) -> None:
        self._url = url.replace("+psycopg", "")
        self._done = threading.Event()
        self.most: dict[str, int] = {}

    def count(self) -> dict[str, int]:
        """Return how many connections there are now, by the name of their application."""
        with psycopg.connect(self._url, autocommit=True, application_name="watch") as connection:
            return self._counted(connection)

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _counted(self, connection: psycopg.Connection) -> dict[str, int]:
        rows = connection.execute(
            "SELECT application_name, count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND application_name <> 'watch' GROUP BY 1"
        )
        return {str(name): int(count) for name, count in rows.fetchall()}

    def _watch(self) -> None:
        with psycopg.connect(self._url, autocommit=True, application_name="watch") as connection:
            while not self._done.is_set():
                for name, count in self._counted(connection).items():
                    self.most[name] = max(self.most.get(name, 0), count)
                time.sleep(0.005)


@pytest.fixture
def url(postgresql: Callable[..., str]) -> str:
    """A database of PostgreSQL with one artifact."""
    url = postgresql()
    database = Database(url)
    schema.upgrade(database)
    database.close()
    return url


@pytest.mark.parametrize("connections", [TASK, SERVER])
def test_threads_share_the_connections_of_their_process(url: str, connections: Connections) -> None:
    """However many threads read and write, there are never more than were said, under their name; some stay open."""
    with Watch(url) as watch, Lineage.connect(url, connections) as lineage:
        make = Maker(lineage)

        def work(number: int) -> None:
            for _ in range(5):
                version = make.version(f"raw/{number}")
                assert lineage.get(version.id) == version

        with ThreadPoolExecutor(THREADS) as pool:
            list(pool.map(work, range(THREADS)))
        assert watch.count() == {connections.application: connections.kept}
    # A connection that was closed is still shown for a moment while its process at the server ends.
    assert connections.kept < watch.most[connections.application] <= connections.most + 1


def test_processes_have_connections_of_their_own(url: str) -> None:
    """Each of several processes with many threads keeps within what a task may have."""
    with Watch(url) as watch:
        at_once(PROCESSES, use_threads, url, THREADS)
    found = {name: most for name, most in watch.most.items() if name.startswith("worker")}
    assert len(found) == PROCESSES
    assert max(found.values()) <= TASK.most + 1


def test_the_url_says_how_many(url: str) -> None:
    """With one connection threads take turns; who waits too long is told of the setting."""
    with Watch(url) as watch, Lineage.connect(f"{url}&connections=1&application_name=mine") as lineage:
        make = Maker(lineage)
        with ThreadPoolExecutor(THREADS) as pool:
            list(pool.map(make.version, map("raw/{}".format, range(THREADS))))
        assert watch.count() == {"mine": 1}
    assert watch.most["mine"] == 1


@pytest.mark.parametrize("number", ["0", "many", "-1", "1&connections=2"])
def test_a_number_of_connections_that_is_none(number: str) -> None:
    """It is refused with the setting."""
    with pytest.raises(ConfigurationError, match=r"database_url .* asks for connections=.*; give how many a process"):
        Lineage.connect(f"postgresql://host/x?connections={number}")
