"""Copying a lineage database into another, whatever systems the two are: all of it, or nothing."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from airflow_artifacts.exceptions import LineageError
from airflow_artifacts.lineage import schema, tables

if TYPE_CHECKING:
    from collections.abc import Iterator

    from airflow_artifacts.lineage.database import Database

_PAGE = 2000
# These point to rows of later tables or of their own, and are filled when those are there.
_LATER = (("artifact", "latest_publication_id"), ("version", "origin_id"))


def copy_all(source: Database, target: Database, *, clone: bool = False) -> dict[str, int]:
    """Copy all rows into a database without any, and return how many there are by table.

    The source is read in one snapshot, so that tasks may go on meanwhile; what they write then is not copied. The
    target is given the schema of this release, and is filled in one transaction.

    Args:
        source: What is copied.
        target: Where to.
        clone: Whether both are to live on: the target then has an identity of its own, and has marked no store. Without
            it, it takes the place of the source.

    Raises:
        SchemaError: The source has not the schema of this release.
        LineageError: One of them is out of reach or refuses, or the target holds something.
    """
    schema.ensure(source)
    schema.upgrade(target)
    metadata = tables.Base.metadata
    counts: dict[str, int] = {}
    later = dict(_LATER)
    with source.reading() as reading, target.writing() as writing:
        held = sa.select(sa.func.count()).select_from(tables.Artifact)
        if writing.scalar(held) or writing.scalar(sa.select(sa.func.count()).select_from(tables.TaskRun)):
            message = f"the lineage database {target.url!r} holds something already; copy into an empty one"
            raise LineageError(message)
        writing.execute(sa.delete(tables.Identity))
        with_cycles = [table for table in metadata.sorted_tables if table.name != "artifact"]
        for table in [metadata.tables["artifact"], *with_cycles]:
            column = later.get(table.name)
            counts[table.name] = 0
            for page in _pages(reading.connection(), table):
                rows = [{**row, column: None} for row in page] if column else page
                writing.execute(sa.insert(table), rows)
                counts[table.name] += len(rows)
        for name, column in _LATER:
            table = metadata.tables[name]
            wanted = sa.select(table.c.id, table.c[column]).where(table.c[column].is_not(None))
            update = sa.update(table).where(table.c.id == sa.bindparam("row")).values({column: sa.bindparam("to")})
            for found in reading.execute(wanted).partitions(_PAGE):
                writing.connection().execute(update, [{"row": row, "to": to} for row, to in found])
        if clone:
            writing.execute(sa.update(tables.Identity).values(id=str(uuid.uuid4())))
            writing.execute(sa.delete(tables.MarkedStore))
        if target.engine.dialect.name == "postgresql":
            _restart_numbers(writing.connection())
    return counts


def _pages(connection: sa.Connection, table: sa.Table) -> Iterator[list[dict[str, Any]]]:
    streamed = connection.execution_options(yield_per=_PAGE).execute(sa.select(table))
    for page in streamed.mappings().partitions():
        yield [dict(row) for row in page]


def _restart_numbers(connection: sa.Connection) -> None:
    """Let numbers that the database gives out go on behind those that were copied."""
    for table in tables.Base.metadata.sorted_tables:
        for column in table.primary_key:
            if len(table.primary_key) == 1 and isinstance(column.type, sa.BigInteger):
                greatest = sa.select(sa.func.coalesce(sa.func.max(column), 0) + 1).scalar_subquery()
                sequence = sa.func.pg_get_serial_sequence(table.name, column.name)
                connection.execute(sa.select(sa.func.setval(sequence, greatest, False)))
