"""``db upgrade``, ``downgrade``, ``check`` and ``copy``: the schema of the lineage database, and moving it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from airflow_artifacts.cli.output import confirm
from airflow_artifacts.cli.settings import database_url
from airflow_artifacts.lineage import schema
from airflow_artifacts.lineage.copying import copy_all
from airflow_artifacts.lineage.database import Database

if TYPE_CHECKING:
    import argparse

__all__ = ["check", "copy", "downgrade", "upgrade"]


def upgrade(arguments: argparse.Namespace) -> int:
    """Bring the lineage database to the schema of this release; one that has it is left alone.

    Raises:
        ConfigurationError: No database is named, or its URL cannot be meant.
        SchemaError: It has a newer schema.
        LineageError: It is out of reach, or refused.
    """
    database = Database(database_url(arguments))
    try:
        before = schema.current(database)
        schema.upgrade(database)
    finally:
        database.close()
    done = "has already" if before == schema.HEAD else "now has"
    sys.stdout.write(f"{database.url} {done} the schema {schema.HEAD}\n")
    return 0


def downgrade(arguments: argparse.Namespace) -> int:
    """Bring the lineage database to the schema of an earlier release.

    Raises:
        SchemaError: There is no such schema, or it is a later one than it has.
        LineageError: It is out of reach, or refused.
    """
    database = Database(database_url(arguments))
    arguments.dry_run = False
    try:
        if not confirm(arguments, f"{database.url} is to get the schema {arguments.revision}; what it lacks is lost?"):
            return 1
        schema.downgrade(database, arguments.revision)
    finally:
        database.close()
    sys.stdout.write(f"{database.url} now has the schema {arguments.revision}\n")
    return 0


def copy(arguments: argparse.Namespace) -> int:
    """Copy all that the lineage database holds into another one, which is empty.

    Raises:
        LineageError: One of them is out of reach, or the other one holds something.
    """
    source, target = Database(database_url(arguments)), Database(arguments.target)
    try:
        counts = copy_all(source, target, clone=arguments.clone)
    finally:
        source.close()
        target.close()
    for name, count in counts.items():
        if count:
            sys.stdout.write(f"{count:>10,} {name}\n")
    next_step = (
        "give it a store of its own, a copy of the first one's"
        if arguments.clone
        else "let [artifacts] database_url name it, and write to the old one no more"
    )
    sys.stdout.write(f"{target.url} holds what {source.url} held; {next_step}\n")
    return 0


def check(arguments: argparse.Namespace) -> int:
    """Say whether the lineage database answers with the schema of this release; changes nothing.

    Raises:
        ConfigurationError: No database is named, or its URL cannot be meant.
        LineageError: It is out of reach.
    """
    database = Database(database_url(arguments))
    try:
        found = schema.current(database)
    finally:
        database.close()
    if found == schema.HEAD:
        sys.stdout.write(f"{database.url} answers, with the schema {found}\n")
        return 0
    has = f"has the schema {found}" if found else "has no schema yet"
    way_out = "upgrade airflow-artifacts" if found and found > schema.HEAD else "run 'airflow-artifacts db upgrade'"
    sys.stderr.write(f"{database.url} {has}, this release needs {schema.HEAD}; {way_out}\n")
    return 1
