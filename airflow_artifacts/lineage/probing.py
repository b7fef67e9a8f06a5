"""What is asked of a lineage database to see that it will do: its server, its clock, and the rights that it gives."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

import sqlalchemy as sa

from airflow_artifacts.lineage import schema, tables
from airflow_artifacts.lineage.statements import clock

if TYPE_CHECKING:
    from airflow_artifacts.lineage.database import Database

__all__ = ["clock_difference", "missing_rights", "schema_of", "server_of"]

_RIGHTS = ("SELECT", "INSERT", "UPDATE", "DELETE")


def server_of(database: Database) -> str:
    """Return which server answers.

    Raises:
        LineageError: None does.
    """
    with database.errors(), database.engine.connect() as connection:
        version = connection.dialect.server_version_info or ()
        return f"{connection.dialect.name} {'.'.join(map(str, version))}"


def schema_of(database: Database) -> str:
    """Return which schema a database has; a SQLite file without one is given it, as on first use.

    Raises:
        SchemaError: It is not that of this release, and nobody brings it there by itself.
        LineageError: The database refused, failed, or is out of reach.
    """
    found = schema.current(database)
    if found is not None and found < schema.HEAD and database.engine.dialect.name == "sqlite":
        return f"schema {found}, which becomes {schema.HEAD} on next use"
    schema.ensure(database)
    return f"schema {schema.HEAD}" + ("" if found else ", made now")


def clock_difference(database: Database) -> timedelta:
    """Return how far the database's clock is ahead of this machine's.

    Raises:
        LineageError: The database refused, failed, or is out of reach.
    """
    with database.reading() as session:
        session.connection()
        before = datetime.now(timezone.utc)
        there = clock(session)
        return there - (before + (datetime.now(timezone.utc) - before) / 2)


def missing_rights(database: Database) -> list[str]:
    """Return the rights that the role lacks, such as ``INSERT on edge``; SQLite has no roles.

    Raises:
        LineageError: The database refused, failed, or is out of reach.
    """
    if database.engine.dialect.name == "sqlite":
        return []
    found = tables.Base.metadata.sorted_tables
    asked = {
        f"{right} on {one.name}": sa.func.has_table_privilege(one.name, right) for one in found for right in _RIGHTS
    }
    for one in found:
        if (column := one.autoincrement_column) is not None:
            sequence = sa.func.pg_get_serial_sequence(one.name, column.name)
            asked[f"USAGE on the sequence of {one.name}"] = sa.func.has_sequence_privilege(sequence, "USAGE")
    with database.reading() as session:
        row = session.execute(sa.select(*asked.values())).one()
    return [right for right, has in zip(asked, row, strict=True) if not has]
