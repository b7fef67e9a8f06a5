"""``db upgrade`` and ``db check``: the schema of the lineage database."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from airflow_artifacts.cli.settings import database_url
from airflow_artifacts.lineage import schema
from airflow_artifacts.lineage.database import Database

if TYPE_CHECKING:
    import argparse

__all__ = ["check", "upgrade"]


def upgrade(arguments: argparse.Namespace) -> int:
    """Bring the lineage database to the schema of this release; one that has it is left alone.

    Raises:
        ConfigurationError: No database is named, or its URL cannot be meant.
        SchemaError: It has a newer schema.
        LineageError: It is out of reach, or refused.
    """
    database = Database(arguments.database_url or database_url())
    try:
        before = schema.current(database)
        schema.upgrade(database)
    finally:
        database.close()
    done = "has already" if before == schema.HEAD else "now has"
    sys.stdout.write(f"{database.url} {done} the schema {schema.HEAD}\n")
    return 0


def check(arguments: argparse.Namespace) -> int:
    """Say whether the lineage database answers with the schema of this release; changes nothing.

    Raises:
        ConfigurationError: No database is named, or its URL cannot be meant.
        LineageError: It is out of reach.
    """
    database = Database(arguments.database_url or database_url())
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
