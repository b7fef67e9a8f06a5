"""Looks at what the server of a lineage database does while tests use it."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import psycopg

if TYPE_CHECKING:
    from typing_extensions import Self

_WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


class Watch:
    """Asks PostgreSQL again and again which connections a database has.

    Attributes:
        most: How many there were at most, by the name of their application.
        looks: How often it asked.
        waiting: How many connections waited for a lock then, all looks together.
    """

    def __init__(self, url: str) -> None:
        self._url = url.replace("+psycopg", "")
        self._done = threading.Event()
        self.most: dict[str, int] = {}
        self.looks = 0
        self.waiting = 0

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
                waiting = connection.execute(_WAITING).fetchone()
                self.waiting += waiting[0] if waiting else 0
                self.looks += 1
                time.sleep(0.005)
