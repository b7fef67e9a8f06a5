"""Which schema the lineage database has, and how it gets the one this package needs."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy import exc

from airflow_artifacts.exceptions import SchemaError

if TYPE_CHECKING:
    from airflow_artifacts.lineage.database import Database

HEAD = "0005"
"""The newest migration. Written here, so that a task need not import alembic to see that all is well."""
VERSION_TABLE = "artifacts_alembic_version"

# Any number of our own; PostgreSQL lets one process at a time hold it.
_UPGRADE_LOCK = 0x61727469666163
_WAL_SECONDS = 30
VERSION = sa.table(VERSION_TABLE, sa.column("version_num"))


def current(database: Database) -> str | None:
    """Return the migration that a database is at, or None where it has none of our tables.

    Raises:
        LineageError: It is out of reach.
    """
    with database.errors():
        try:
            with database.engine.connect() as connection:
                return connection.scalar(sa.select(VERSION.c.version_num))
        except exc.DBAPIError:
            if sa.inspect(database.engine).has_table(VERSION_TABLE):
                raise
            return None


def ensure(database: Database) -> None:
    """See that a database has this package's schema; SQLite is given it.

    Any number of processes may do so at once, also on a file that does not exist yet.

    Raises:
        SchemaError: It has another schema, and is not SQLite, or has a newer one.
        LineageError: It is out of reach.
    """
    revision = current(database)
    if revision == HEAD:
        return
    _refuse_newer(revision, database)
    if database.engine.dialect.name != "sqlite":
        state = f"has the schema {revision!r}, and this package needs {HEAD!r}" if revision else "has no schema yet"
        message = f"the lineage database {database.url!r} {state}; run `airflow-artifacts db upgrade`"
        raise SchemaError(message)
    upgrade(database)


def upgrade(database: Database) -> None:
    """Bring a database to this package's schema in one transaction; whoever comes second finds it done.

    Raises:
        SchemaError: It has a newer schema.
        LineageError: It is out of reach, or refused.
    """
    with database.errors():
        if database.engine.dialect.name == "sqlite":
            _keep_log(database.engine)
    with database.writing() as session:
        connection = session.connection()
        if database.engine.dialect.name == "postgresql":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_UPGRADE_LOCK)))
        known = sa.inspect(connection).has_table(VERSION_TABLE)
        revision = connection.scalar(sa.select(VERSION.c.version_num)) if known else None
        _refuse_newer(revision, database)
        if revision != HEAD:
            _migrate(connection)


def downgrade(database: Database, revision: str) -> None:
    """Bring a database to an earlier schema in one transaction.

    Raises:
        SchemaError: There is no such schema, or the database is not at a later one.
        LineageError: It is out of reach, or refused.
    """
    with database.writing() as session:
        connection = session.connection()
        if database.engine.dialect.name == "postgresql":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_UPGRADE_LOCK)))
        known = sa.inspect(connection).has_table(VERSION_TABLE)
        found = connection.scalar(sa.select(VERSION.c.version_num)) if known else None
        _refuse_newer(found, database)
        if found is None or not (revision.isdecimal() and "0001" <= revision < found and len(revision) == len(HEAD)):
            message = f"{database.url!r} has the schema {found!r}, from which there is no way down to {revision!r}"
            raise SchemaError(message)
        _migrate(connection, "downgrade", revision)


def _refuse_newer(revision: str | None, database: Database) -> None:
    if revision is not None and revision > HEAD:
        message = (
            f"the lineage database {database.url!r} has the schema {revision!r}, which is newer than {HEAD!r} of "
            "this airflow_artifacts; upgrade the package"
        )
        raise SchemaError(message)


def _migrate(connection: sa.Connection, direction: str = "upgrade", revision: str = "head") -> None:
    """Run the migrations in a transaction that has begun."""
    from alembic import command  # noqa: PLC0415 - slow to import, and needed only here
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.attributes["connection"] = connection
    getattr(command, direction)(config, revision)


def _keep_log(engine: sa.Engine) -> None:
    """Switch SQLite to its write-ahead log, in which readers and the writer do not wait for each other.

    The switch is kept in the file. It needs the file for itself, and SQLite does not wait for that by itself.
    """
    deadline = time.monotonic() + _WAL_SECONDS
    while not _switch(engine, last=time.monotonic() > deadline):
        time.sleep(0.02)


def _switch(engine: sa.Engine, *, last: bool) -> bool:
    """Return whether the file was free to be switched."""
    with engine.connect() as connection:
        try:
            # Outside of a transaction, where alone it can be done.
            connection.execution_options(begin=None).exec_driver_sql("PRAGMA journal_mode = WAL")
        except exc.OperationalError as error:
            if last or "locked" not in str(error.orig):
                raise
            return False
        return True
