"""A connection to the lineage database: how transactions begin, and what becomes of its errors."""

from __future__ import annotations

import contextlib
import functools
import json
import os
import time
import weakref
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import event, exc, orm, pool

from airflow_artifacts.exceptions import ConfigurationError, InvalidNameError, LineageError
from airflow_artifacts.lineage.urls import SETTING, masked, parse, without_secrets

if TYPE_CHECKING:
    from collections.abc import Iterator

# As https://www.postgresql.org/docs/current/errcodes-appendix.html names it.
_DEADLOCK = "40P01"
# A role lacks a right, or a transaction is one that only reads.
_REFUSED = frozenset({"42501", "25006"})
# How long a writer of SQLite waits for the others. Transactions take milliseconds, so this is hundreds of writers.
_BUSY_SECONDS = 30
_CONNECT_SECONDS = 10
# A connection that was used within this time is not asked whether it is there.
_IDLE_SECONDS = 1.0
# A task process has one thread that asks, and one that renews a lease; the API server's threads share the rest.
_POOL_SIZE = 2
_POOL_OVERFLOW = 8

_to_json = functools.partial(json.dumps, allow_nan=False, separators=(",", ":"))


class DeadlockError(LineageError):
    """The database ended one of two transactions that waited for each other; nothing was written; try again."""


class Database:
    """The lineage database of one URL. Safe between threads; a fork begins with connections of its own.

    Both have a small pool of connections. SQLite: write transactions wait for each other from their beginning, readers
    wait for nobody. PostgreSQL: readers see one snapshot.

    Attributes:
        url: As text, without its secrets.

    Raises:
        ConfigurationError: The URL cannot be meant, or its driver is not installed.
    """

    def __init__(self, url: str) -> None:
        self._url = parse(url)
        self.url = masked(self._url)
        self.engine = _engine(self._url)
        self._reader = self.engine.execution_options(**_reading(self._url))
        self._writer = self.engine.execution_options(begin="BEGIN IMMEDIATE")
        _OPEN.add(self)

    @contextlib.contextmanager
    def reading(self) -> Iterator[orm.Session]:
        """Open a transaction that only reads.

        Raises:
            LineageError: The database refused, failed or is out of reach.
        """
        with self.errors(), orm.Session(self._reader, autoflush=False) as session, session.begin():
            yield session

    @contextlib.contextmanager
    def writing(self) -> Iterator[orm.Session]:
        """Open a transaction that writes, committed at the end unless an exception leaves it.

        Raises:
            LineageError: The database refused, failed or is out of reach; nothing was written.
        """
        with self.errors(), orm.Session(self._writer, autoflush=False) as session, session.begin():
            yield session

    @contextlib.contextmanager
    def errors(self) -> Iterator[None]:
        """Turn what the driver raises into errors of this package, without parameters and secrets."""
        try:
            yield
        except exc.DBAPIError as error:
            said = without_secrets(" ".join(str(error.orig).split()), self._url)
            way_out = f"check {SETTING} and that it can be reached"
            if getattr(error.orig, "sqlstate", None) in _REFUSED:
                way_out = f"the role of {SETTING} may not do this: use another one, or grant it"
            message = f"the lineage database {self.url!r} failed: {said}; {way_out}"
            is_deadlock = getattr(error.orig, "sqlstate", None) == _DEADLOCK
            raise (DeadlockError if is_deadlock else LineageError)(message) from None
        except exc.StatementError as error:
            if error.orig is None:
                raise
            raise error.orig from None
        except UnicodeEncodeError as error:
            message = f"the text {error.object!r} holds a character that cannot be written as UTF-8; leave it away"
            raise InvalidNameError(message) from None
        except exc.TimeoutError:
            message = f"no connection to the lineage database {self.url!r} became free; use fewer threads at once"
            raise LineageError(message) from None

    def close(self) -> None:
        """Close its connections."""
        self.engine.dispose()


_OPEN: weakref.WeakSet[Database] = weakref.WeakSet()
_PARENTS: list[pool.Pool] = []


def _leave_to_parent() -> None:
    """Let a fork make connections of its own: those it was born with are its parent's, who still uses them."""
    for database in _OPEN:
        # Kept, as SQLite would close the parent's files for the parent, too, were they thrown away here.
        _PARENTS.append(database.engine.pool)
        database.engine.dispose(close=False)


os.register_at_fork(after_in_child=_leave_to_parent)


def _engine(url: sa.URL) -> sa.Engine:
    """Make the engine; nothing is connected yet."""
    options: dict[str, Any] = (
        {
            "poolclass": pool.QueuePool,
            "pool_size": _POOL_SIZE,
            "max_overflow": _POOL_OVERFLOW,
            "connect_args": {"timeout": _BUSY_SECONDS, "check_same_thread": False},
        }
        if url.get_backend_name() == "sqlite"
        else {
            "pool_size": _POOL_SIZE,
            "max_overflow": _POOL_OVERFLOW,
            "isolation_level": "READ COMMITTED",
            "connect_args": {} if "connect_timeout" in url.query else {"connect_timeout": _CONNECT_SECONDS},
        }
    )
    try:
        engine = sa.create_engine(url, json_serializer=_to_json, hide_parameters=True, **options)
    except (ImportError, exc.SQLAlchemyError):
        message = (
            f"{SETTING} {masked(url)!r} needs the driver {url.drivername.partition('+')[2] or url.drivername!r}, "
            "which is not installed here; install it, such as with `pip install 'psycopg[binary]'`"
        )
        raise ConfigurationError(message) from None
    if engine.dialect.is_async:
        message = f"{SETTING} {masked(url)!r} names an asynchronous driver; use 'postgresql+psycopg' or 'sqlite'"
        raise ConfigurationError(message)
    if engine.dialect.name == "postgresql":
        event.listen(engine, "checkin", _returned)
        event.listen(engine, "checkout", _taken)
    if engine.dialect.name == "sqlite":
        _watch_file(engine, url.database)
        event.listen(engine, "connect", _connected_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _returned(connection: object, record: Any) -> None:  # noqa: ARG001 - the pool's events
    record.info["returned"] = time.monotonic()


def _taken(connection: Any, record: Any, fairy: Any) -> None:  # noqa: ARG001 - the pool's events
    """See that a connection which was idle is still there; a server that was restarted has closed it."""
    if time.monotonic() - record.info.get("returned", time.monotonic()) < _IDLE_SECONDS:
        return
    try:
        connection.execute("SELECT 1")
        connection.rollback()
    except Exception as error:
        # The pool then makes another one, and all that are older.
        raise exc.DisconnectionError from error


def _watch_file(engine: sa.Engine, path: str | None) -> None:
    """See that SQLite's file is still the one that was opened; where it was replaced, what is written would be lost."""
    if not path or path.startswith((":", "file:")):
        return

    def connected(connection: object, record: Any) -> None:  # noqa: ARG001 - the pool's events
        record.info["file"] = _identity(path)

    def taken(connection: object, record: Any, fairy: object) -> None:  # noqa: ARG001 - the pool's events
        if record.info.get("file") != _identity(path):
            raise exc.DisconnectionError

    event.listen(engine, "connect", connected)
    event.listen(engine, "checkout", taken)


def _identity(path: str) -> tuple[int, int] | None:
    try:
        found = Path(path).stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _reading(url: sa.URL) -> dict[str, Any]:
    """Return what makes the transactions of an engine read only, from one snapshot."""
    if url.get_backend_name() == "sqlite":
        return {"begin": "BEGIN"}
    return {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


def _connected_sqlite(connection: Any, record: object) -> None:  # noqa: ARG001 - the driver's connection
    """Let transactions begin where we say; Python's driver would begin them late, and without a lock."""
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys = ON")


def _begin_sqlite(connection: sa.Connection) -> None:
    """Begin as the engine that was chosen says; None stands for no transaction at all."""
    if (begin := connection.get_execution_options().get("begin", "BEGIN")) is not None:
        connection.exec_driver_sql(begin)
