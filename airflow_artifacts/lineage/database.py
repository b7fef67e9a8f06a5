"""A connection to the lineage database: how transactions begin, and what becomes of its errors."""

from __future__ import annotations

import contextlib
import dataclasses
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
from airflow_artifacts.lineage.connections import TASK
from airflow_artifacts.lineage.failures import failure
from airflow_artifacts.lineage.patience import Patience
from airflow_artifacts.lineage.urls import SETTING, masked, parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from airflow_artifacts.lineage.connections import Connections

# How long a writer of SQLite waits for the others. Transactions take milliseconds, so this is hundreds of writers.
_BUSY_SECONDS = 30
# What libpq is told unless the URL says otherwise: a server that is gone without a word is noticed within two minutes.
_LIBPQ = {
    "connect_timeout": 10,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 6,
    "tcp_user_timeout": 120_000,
}
# Sessions that hang, such as one of a machine that was frozen, hold up the others for so long and no longer. Deleting
# an object's bytes holds its row for as long as the store takes, which is less.
_SESSION = {"lock_timeout": "5min", "idle_in_transaction_session_timeout": "15min"}
_SET_SESSION = """
    SELECT set_config(name, value, false) FROM (VALUES (%s, %s), (%s, %s)) AS wanted (name, value)
    WHERE current_setting(name) = '0'
"""
# A connection that was used within this time is not asked whether it is there.
_IDLE_SECONDS = 1.0

_to_json = functools.partial(json.dumps, allow_nan=False, separators=(",", ":"))


class Database:
    """The lineage database of one URL. Safe between threads; a fork begins with connections of its own.

    Both have a small pool of connections, opened when they are needed. SQLite: write transactions wait for each other
    from their beginning, readers wait for nobody. PostgreSQL: readers see one snapshot.

    Args:
        url: As text.
        connections: How many this process may have; the URL may say otherwise.
        patience: Seconds for which verbs are done again while it is out of reach; see :mod:`.patience`.

    Attributes:
        url: As text, without its secrets.
        patience: Does something again where it was out of reach.

    Raises:
        ConfigurationError: The URL cannot be meant, or its driver is not installed.
    """

    def __init__(self, url: str, connections: Connections = TASK, patience: float = 0) -> None:
        self.patience = Patience(patience)
        self._url, connections = connections.chosen(parse(url))
        self.url = masked(self._url)
        self.engine = _engine(self._url, connections)
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
            PassingError: The database is out of reach; nothing was written.
            LineageError: It refused, and nothing was written; or it failed at the end, which the message says.
        """
        ending = _Ending()
        with self.errors(ending), orm.Session(self._writer, autoflush=False) as session, session.begin():
            yield session
            ending.is_near = True

    @contextlib.contextmanager
    def errors(self, ending: _Ending | None = None) -> Iterator[None]:
        """Turn what the driver raises into errors of this package, without parameters and secrets."""
        try:
            yield
        except exc.DBAPIError as error:
            raise failure(error, self._url, is_committing=ending is not None and ending.is_near) from None
        except exc.StatementError as error:
            if error.orig is None:
                raise
            raise error.orig from None
        except UnicodeEncodeError as error:
            message = f"the text {error.object!r} holds a character that cannot be written as UTF-8; leave it away"
            raise InvalidNameError(message) from None
        except exc.TimeoutError:
            message = (
                f"no connection to the lineage database {self.url!r} became free; use fewer threads at once, or let a "
                f"process have more by '?connections=…' in {SETTING}"
            )
            raise LineageError(message) from None

    def close(self) -> None:
        """Close its connections."""
        self.engine.dispose()


@dataclasses.dataclass(slots=True)
class _Ending:
    """Whether a transaction has done all but its commit."""

    is_near: bool = False


_OPEN: weakref.WeakSet[Database] = weakref.WeakSet()
_PARENTS: list[pool.Pool] = []


def _leave_to_parent() -> None:
    """Let a fork make connections of its own: those it was born with are its parent's, who still uses them."""
    for database in _OPEN:
        # Kept, as SQLite would close the parent's files for the parent, too, were they thrown away here.
        _PARENTS.append(database.engine.pool)
        database.engine.dispose(close=False)


os.register_at_fork(after_in_child=_leave_to_parent)


def _engine(url: sa.URL, connections: Connections) -> sa.Engine:
    """Make the engine; nothing is connected yet."""
    options: dict[str, Any] = (
        {
            "poolclass": pool.QueuePool,
            "connect_args": {"timeout": _BUSY_SECONDS, "check_same_thread": False},
        }
        if url.get_backend_name() == "sqlite"
        else {
            "isolation_level": "READ COMMITTED",
            "connect_args": _postgresql_arguments(url, connections),
        }
    )
    options |= {"pool_size": connections.kept, "max_overflow": connections.most - connections.kept}
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
        event.listen(engine, "connect", _connected_postgresql)
        event.listen(engine, "checkin", _returned)
        event.listen(engine, "checkout", _taken)
    if engine.dialect.name == "sqlite":
        _watch_file(engine, url.database)
        event.listen(engine, "connect", _connected_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _postgresql_arguments(url: sa.URL, connections: Connections) -> dict[str, Any]:
    """Return what its driver is told besides the URL."""
    known = {**_LIBPQ, "application_name": connections.application}
    arguments: dict[str, Any] = {key: value for key, value in known.items() if key not in url.query}
    if url.drivername == "postgresql+psycopg":
        # A pooler may give each transaction another connection of the server, which would not know what was prepared.
        arguments["prepare_threshold"] = None
    return arguments


def _connected_postgresql(connection: Any, record: object) -> None:  # noqa: ARG001 - the driver's connection
    """Bound how long a session waits and is waited for, unless the role or the URL says so already."""
    with connection.cursor() as cursor:
        cursor.execute(_SET_SESSION, [text for setting in _SESSION.items() for text in setting])
    connection.commit()


def _returned(connection: Any, record: Any) -> None:
    record.info["returned"] = time.monotonic()
    if getattr(connection, "read_only", None) is False:
        # After a transaction that only read, the next one would say that it writes, whatever the server's default is.
        connection.read_only = None


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
