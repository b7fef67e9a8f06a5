"""What pages of a catalogue ask, as one object: every verb is a transaction of its own."""

from __future__ import annotations

import contextlib
import dataclasses
from datetime import datetime, timezone
from typing import TYPE_CHECKING

import sqlalchemy as sa

from airflow_artifacts.lineage import artifacts, decided, forgetting, overview, reclaiming, run_summaries, series
from airflow_artifacts.lineage.patience import patient
from airflow_artifacts.lineage.remembered import Remembered
from airflow_artifacts.model import GRACE, ArtifactSort

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import timedelta

    from sqlalchemy.orm import Session

    from airflow_artifacts.entries import DecidedRunPage
    from airflow_artifacts.lineage.database import Database
    from airflow_artifacts.model import (
        ArtifactCriteria,
        ArtifactPage,
        ArtifactSummary,
        Facets,
        MetadataSeries,
        Overview,
        Reclaimable,
        RunSummary,
        VersionPage,
        VersionSummary,
        Visibility,
    )

_MOST_AT_ONCE = 500
_FOLLOW_INDEXES = sa.text(
    "SET LOCAL random_page_cost = 1.1; SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off; "
    "SET LOCAL jit = off"
)


@patient
class Catalogue:
    """Lists and counts, as fast for a million versions as for a few. It changes nothing.

    Pages have at most 500 rows. Their ``next`` asks for what follows, as ``after`` of the same verb with the same
    arguments; a text that no page of that list gave is an :class:`~airflow_artifacts.exceptions.InvalidNameError`.
    Where ``visible`` is given, nothing else has any part in the answer.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._remembered = Remembered()

    @contextlib.contextmanager
    def _reading(self) -> Iterator[Session]:
        """Open a transaction that follows indexes.

        Every join of a page is a look-up for each of some thousand rows. PostgreSQL takes a look-up for as dear as it
        was on disks, and would rather read whole tables of millions of rows for them.
        """
        with self._database.reading() as session:
            if session.get_bind().dialect.name == "postgresql":
                session.execute(_FOLLOW_INDEXES)
            yield session

    def artifacts(
        self,
        criteria: ArtifactCriteria,
        *,
        sort: ArtifactSort = ArtifactSort.NAME,
        descending: bool = False,
        after: str | None = None,
        limit: int = 50,
    ) -> ArtifactPage:
        """Return a page of the artifacts that fit and have a visible version.

        No artifact comes twice while others publish, unless it moves behind the page as it is published to itself.

        Raises:
            InvalidNameError: ``after`` is no text that a page of this list gave.
        """
        with self._reading() as session:
            return artifacts.page(session, criteria, sort, after, _bounded(limit), descending=descending)

    def named(self, names: Sequence[str], visible: Visibility | None = None) -> dict[str, ArtifactSummary]:
        """Return those of some artifacts that have a visible version, by their names."""
        with self._reading() as session:
            return {one.name: one for one in artifacts.named(session, names, visible)}

    def facets(self, visible: Visibility | None = None, *, named: bool = True) -> Facets:
        """Return the words by which artifacts can be filtered; where finding them took long, as they were lately."""

        def find() -> Facets:
            with self._reading() as session:
                return artifacts.facets(session, visible, named=named)

        return self._remembered.get(("facets", visible, named), find)

    def versions(
        self, name: str, visible: Visibility | None = None, *, after: str | None = None, limit: int = 50
    ) -> VersionPage:
        """Return a page of an artifact's versions, the newest publication first; none where there is no artifact.

        Raises:
            InvalidNameError: ``after`` is no text that a page of this list gave.
        """
        with self._reading() as session:
            return series.versions(session, name, visible, after, _bounded(limit))

    def before(self, version_id: str, visible: Visibility | None = None) -> VersionSummary | None:
        """Return the version of the same artifact that was published before one, or None."""
        with self._reading() as session:
            return series.before(session, version_id, visible)

    def series(self, name: str, visible: Visibility | None = None) -> MetadataSeries:
        """Return the numbers in the metadata of an artifact's 500 newest versions."""
        with self._reading() as session:
            return series.series(session, name, visible)

    def consumers(self, version_id: str, *, after: str | None = None, limit: int = 50) -> DecidedRunPage:
        """Return a page of the task runs that read a version, the newest reading first.

        Raises:
            InvalidNameError: ``after`` is no text that a page of this list gave.
        """
        with self._reading() as session:
            return decided.consumers(session, version_id, after, _bounded(limit))

    def task_runs(
        self,
        dag_id: str,
        *,
        run_id: str | None = None,
        task_id: str | None = None,
        map_index: int | None = None,
        newest_try_only: bool = True,
        after: str | None = None,
        limit: int = 100,
    ) -> DecidedRunPage:
        """Return a page of the task runs of a DAG, newest first, with what the cache decided for them.

        Args:
            dag_id: The DAG.
            run_id: Of this DAG run only.
            task_id: Of this task only.
            map_index: Of this index of a mapped task only.
            newest_try_only: Whether to leave out tries that were followed by another.
            after: What the page before gave; None for the first.
            limit: How many at most.

        Raises:
            InvalidNameError: ``after`` is no text that a page of this list gave.
        """
        which = (dag_id, run_id, task_id, map_index)
        with self._reading() as session:
            return decided.page(session, which, after, _bounded(limit), newest_try_only=newest_try_only)

    def runs(self, dag_id: str, *, limit: int = 25) -> list[RunSummary]:
        """Return the newest runs of a DAG in numbers, of each task instance its newest try; the newest run first."""
        with self._reading() as session:
            return run_summaries.newest(session, dag_id, _bounded(limit))

    def dag_ids(self) -> frozenset[str]:
        """Return the ids of all DAGs of which something is recorded."""
        with self._reading() as session:
            return frozenset(forgetting.dags(session))

    def overview(self, days: int = 30, visible: Visibility | None = None) -> Overview:
        """Return what there is, what it takes and what the cache saved; where that took long, as it was lately.

        Args:
            days: Of which decisions are counted, today included, at most 366.
            visible: What counts.
        """

        def find() -> Overview:
            with self._reading() as session:
                return dataclasses.replace(overview.overview(session, days, visible), as_of=_now())

        return self._remembered.get(("overview", days, visible), find)

    def reclaimable(self, *, grace: timedelta = GRACE) -> Reclaimable:
        """Return what ``prune`` and ``gc`` would delete now; where counting took long, as it was lately."""

        def find() -> Reclaimable:
            with self._reading() as session:
                return dataclasses.replace(reclaiming.reclaimable(session, grace), as_of=_now())

        return self._remembered.get(("reclaimable", grace), find)


def _now() -> datetime:
    return datetime.now(timezone.utc)


def _bounded(limit: int) -> int:
    return min(max(limit, 1), _MOST_AT_ONCE)
