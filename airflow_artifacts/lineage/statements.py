"""The few kinds of statement that every verb is made of."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any, TypeVar, cast

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from airflow_artifacts.lineage import tables

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from sqlalchemy.orm import Session

T = TypeVar("T")

# Twice this is under the 999 parameters that every SQLite takes.
_CHUNK = 400


def clock(session: Session) -> datetime:
    """Return the time by the database's clock, which counts for all who share it."""
    return session.execute(sa.select(tables.Clock())).scalar_one()


def insert(session: Session, table: type[tables.Base]) -> postgresql.Insert | sqlite.Insert:
    """Return an INSERT that can say what happens on a conflict; both databases take the same words for it."""
    target = cast("sa.Table", table.__table__)
    # The two classes have the methods that are used here in common, but no base class that says so.
    if session.get_bind().dialect.name == "postgresql":
        return postgresql.insert(target)
    return sqlite.insert(target)


def add(session: Session, table: type[tables.Base], rows: Iterable[dict[str, Any]]) -> None:
    """Insert rows; none is no statement."""
    if rows := list(rows):
        session.execute(sa.insert(cast("sa.Table", table.__table__)), rows)


def add_missing(session: Session, table: type[tables.Base], rows: Iterable[dict[str, Any]]) -> None:
    """Insert those rows that are not there, in the order given; none is no statement.

    Waits for other transactions that insert the same rows: give the rows in one order everywhere.
    """
    if rows := list(rows):
        session.execute(insert(session, table).on_conflict_do_nothing(), rows)


def chunks(values: Iterable[T]) -> Iterator[list[T]]:
    """Cut values into lists that fit into one IN."""
    iterator = iter(values)
    while chunk := list(itertools.islice(iterator, _CHUNK)):
        yield chunk
