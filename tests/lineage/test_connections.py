"""Connections to the lineage database: how many a process has, and what its server calls them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from airflow_artifacts.exceptions import ConfigurationError
from airflow_artifacts.lineage import SERVER, TASK, Connections, Lineage, schema
from airflow_artifacts.lineage.database import Database
from tests.lineage.making import Maker
from tests.lineage.processes import at_once, use_threads
from tests.lineage.watching import Watch

if TYPE_CHECKING:
    from collections.abc import Callable

THREADS = 12
PROCESSES = 4


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
