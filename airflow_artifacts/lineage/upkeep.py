"""What forgetting, deleting and collecting ask of the lineage database: every verb is a transaction of its own."""

from __future__ import annotations

import contextlib
import itertools
import secrets
from typing import TYPE_CHECKING, TypeVar

import sqlalchemy as sa

from airflow_artifacts.criteria import Criteria
from airflow_artifacts.lineage import collecting, forgetting, pruning, searching, tables
from airflow_artifacts.lineage.failures import DeadlockError
from airflow_artifacts.lineage.patience import patient, repeatable
from airflow_artifacts.lineage.statements import add_missing, clock
from airflow_artifacts.lineage.tables import ObjectState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import timedelta

    from sqlalchemy.orm import Session

    from airflow_artifacts.lineage.database import Database
    from airflow_artifacts.lineage.pruning import Candidate, Deleted
    from airflow_artifacts.model import Part, PruneRules, StoredObject

T = TypeVar("T")

_ATTEMPTS = 5


@patient
class Upkeep:
    """Deletes what is not needed any more; safe beside any number of writers and of its own kind.

    A process that dies between two of its verbs leaves nothing that the next one would not take up.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._marked: set[str] = set()

    def _write(self, act: Callable[[Session], T]) -> T:
        """Do something in a transaction, and again where the database ended it for one that it waited for.

        What follows from deleting a row locks others in the database's own order, so that this can happen; tasks lock
        in one order everywhere, and never need it.
        """
        for _ in range(_ATTEMPTS - 1):
            with contextlib.suppress(DeadlockError), self._database.writing() as session:
                return act(session)
        with self._database.writing() as session:
            return act(session)

    # Forgetting

    def dags(self) -> list[str]:
        """Return the ids of all DAGs that ran, sorted."""
        with self._database.reading() as session:
            return forgetting.dags(session)

    def runs(self, dag_id: str, *, older_than: timedelta | None, keep_last: int | None) -> Iterator[list[str]]:
        """Yield the run ids of a DAG that may be forgotten, in pages.

        Args:
            dag_id: The DAG.
            older_than: Since any task of the run began or ended last.
            keep_last: So many runs stay, of those that began last.
        """
        after: str | None = None
        while True:
            with self._database.reading() as session:
                page, after = forgetting.runs(session, dag_id, after, older_than, keep_last)
            if page:
                yield page
            if after is None:
                return

    def count(self, dag_id: str, run_id: str) -> int:
        """Return how many task runs are recorded of a DAG run."""
        with self._database.reading() as session:
            return forgetting.count(session, dag_id, run_id)

    def forget(self, dag_id: str, run_id: str) -> int:
        """Delete all that is recorded of a DAG run but the versions; return how many task runs there were."""
        return self._write(lambda session: forgetting.forget(session, dag_id, run_id))

    # Pruning

    def prunable(self, rules: PruneRules) -> Iterator[tuple[int, list[Candidate]]]:
        """Yield the artifacts of which something may go, by id, with those of their versions, oldest first."""
        with self._database.reading() as session:
            named = None if rules.name is None else searching.matching(session, Criteria(name=rules.name))
            artifacts = pruning.artifacts(session, rules, named)
        for artifact_id in artifacts:
            with self._database.reading() as session:
                found = pruning.candidates(session, artifact_id, rules)
            if found:
                yield artifact_id, found

    def freed(self, candidates: Sequence[Candidate], part: Part) -> list[StoredObject]:
        """Return the objects that no version would name any more if some were deleted; nothing is changed."""
        with self._database.reading() as session:
            return pruning.freed(session, candidates, part)

    def delete(self, artifact_id: int, ids: Sequence[str], rules: PruneRules) -> Deleted:
        """Delete those versions of an artifact that still may go."""
        return self._write(lambda session: pruning.delete(session, artifact_id, ids, rules, rules.part))

    def delete_version(self, id: str, part: Part) -> Deleted:  # noqa: A002 - the field's name
        """Delete one version by its UUID.

        Raises:
            VersionInUseError: A lineage edge references it, it is pinned, or an alias names it.
        """
        with self._database.writing() as session:
            artifact_id = session.scalar(sa.select(tables.Version.artifact_id).where(tables.Version.id == id))
            if artifact_id is None:
                return pruning.Deleted((), ())
            pruning.refuse_held(session, artifact_id, id, part)
            return pruning.delete(session, artifact_id, [id], None, part)

    def check_version(self, id: str, part: Part) -> list[StoredObject]:  # noqa: A002 - the field's name
        """See that one version may be deleted by its UUID, and return the objects that this would free.

        Raises:
            VersionInUseError: A lineage edge references it, it is pinned, or an alias names it.
        """
        with self._database.writing() as session:
            found = session.get(tables.Version, id)
            if found is None:
                return []
            pruning.refuse_held(session, found.artifact_id, id, part)
            return pruning.freed(session, [pruning.Candidate(id, "", found.manifest_digest)], part)

    # Collecting

    def unnamed(self, grace: timedelta, *, kept: bool) -> Iterator[tuple[list[StoredObject], int]]:
        """Yield pages of the objects that nothing names and nobody used lately, with the number of those used lately.

        Args:
            grace: What "lately" is.
            kept: Also those that were kept when their descriptions were deleted.
        """
        states = (*collecting.COLLECTED, ObjectState.KEPT) if kept else collecting.COLLECTED
        after: collecting.Place | None = None
        while True:
            with self._database.reading() as session:
                old, young, after = collecting.unnamed(session, grace, states, after)
            yield old, len(young)
            if after is None:
                return

    def condemn(self, objects: Sequence[StoredObject], grace: timedelta, *, kept: bool = False) -> list[StoredObject]:
        """Condemn those of some objects that nothing names and nobody used lately, and return them.

        Args:
            objects: Which ones.
            grace: What "lately" is.
            kept: Also those that were kept when their descriptions were deleted.
        """
        return self._write(lambda session: collecting.condemn(session, objects, grace, kept=kept))

    def condemned(self) -> list[StoredObject]:
        """Return the objects that were condemned and not deleted, as a collection died."""
        with self._database.reading() as session:
            return collecting.condemned(session)

    def delete_objects(
        self, objects: Sequence[StoredObject], remove: Callable[[StoredObject], bool]
    ) -> list[StoredObject]:
        """Delete condemned objects while their rows are held; return those that were still to go and are gone.

        Args:
            objects: Some; whoever wants one of them waits until the bytes of all are deleted.
            remove: Deletes the bytes of one, and says whether they are gone; it may be called again for the same one.
        """
        return self._write(lambda session: collecting.delete(session, objects, remove))

    def known(self, names: Sequence[tuple[str, str]]) -> set[tuple[str, str]]:
        """Return those of some digests with suffixes that have a row."""
        with self._database.reading() as session:
            return collecting.known(session, names)

    def forget_keys(self, grace: timedelta) -> int:
        """Delete cache keys under which nothing is remembered any more; return how many."""
        count = 0
        while True:
            with self._database.writing() as session:
                found = collecting.forgotten_keys(session, grace)
            count += found
            if not found:
                return count

    # Verifying

    def named(self) -> Iterator[StoredObject]:
        """Yield the objects that versions need, page by page."""
        return self._pages(collecting.named)

    def stored(self) -> Iterator[StoredObject]:
        """Yield the objects whose bytes are in the store, whether or not versions need them, page by page."""
        return self._pages(collecting.stored)

    def missing(self) -> set[StoredObject]:
        """Return the objects that versions need and that were found gone or wrong."""
        with self._database.reading() as session:
            return collecting.missing(session)

    def sampled(self) -> Iterator[StoredObject]:
        """Yield the objects that versions need from one that chance chooses on, all of them, each once.

        Digests are spread evenly, so that those that follow one another have nothing else in common: no more rows are
        read than are asked for.
        """
        begin = f"blake3:{secrets.token_hex(32)}"
        yield from self._pages(collecting.named, (begin, ""))
        yield from itertools.takewhile(lambda stored: stored.digest < begin, self._pages(collecting.named))

    def versions_of(self, stored: StoredObject) -> list[str]:
        """Return the names of the newest versions that need an object, at most a hundred."""
        with self._database.reading() as session:
            return collecting.versions_of(session, stored)

    def _pages(
        self,
        read: Callable[[Session, collecting.Place | None], tuple[list[StoredObject], collecting.Place | None]],
        after: collecting.Place | None = None,
    ) -> Iterator[StoredObject]:
        """Yield objects page by page, each read in a transaction of its own."""
        while True:
            with self._database.reading() as session:
                page, after = read(session, after)
            yield from page
            if after is None:
                return

    # Stores

    def identity(self) -> str:
        """Return the UUID of this lineage database, which its copies keep."""
        with self._database.reading() as session:
            return session.scalars(sa.select(tables.Identity.id)).one()

    def is_marked(self, store: str) -> bool:
        """Say whether a store holds this database's mark, as far as the database remembers."""
        if store not in self._marked:
            with self._database.reading() as session:
                if session.get(tables.MarkedStore, store) is None:
                    return False
            self._marked.add(store)
        return True

    @repeatable
    def note_mark(self, store: str) -> None:
        """Remember that a store holds this database's mark."""
        with self._database.writing() as session:
            add_missing(session, tables.MarkedStore, [{"uri": store, "marked_at": clock(session)}])
