"""The cache's side of the lineage database, as one object: every verb is a transaction of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from airflow_artifacts.entries import Decision
from airflow_artifacts.lineage import entries, keys, leases, publishing, reusing, tables, task_runs, tries
from airflow_artifacts.lineage.patience import patient, repeatable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from airflow_artifacts.entries import CacheKey, EarlierTry, Lease, Lookup, RememberedKey, ReusedOutput
    from airflow_artifacts.lineage.database import Database
    from airflow_artifacts.model import ArtifactVersion, Digest, LineageEdge, TaskRun


@patient
class CacheLedger:
    """What is remembered of keys, entries, decisions and leases; ``airflow_artifacts.cache.ledger`` says what for.

    Safe between threads and processes, as the lineage database is.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def look_up(self, key: Digest) -> Lookup:
        """Return the newest entry under a key that was not invalidated."""
        with self._database.reading() as session:
            return entries.look_up(session, key)

    def earlier_try(self, run: TaskRun) -> EarlierTry | None:
        """Return the newest earlier try of the same task instance that published or reused, or None.

        One of a DAG run that was deleted and created anew under its name does not count.
        """
        with self._database.reading() as session:
            return tries.earlier(session, run)

    @repeatable
    def remember(self, run: TaskRun, key: CacheKey | None, decision: Decision) -> None:
        """Record what was decided for a task run, and the key with its parts.

        Raises:
            ArtifactNotFoundError: The task run's beginning was not recorded.
        """
        with self._database.writing() as session:
            task_runs.write_decision(session, run.id, key, decision)

    def reuse(
        self,
        outputs: Sequence[ReusedOutput],
        *,
        task_run: TaskRun,
        effective_at: datetime,
        decision: Decision,
        key: CacheKey | None,
        inputs: Sequence[LineageEdge],
    ) -> list[ArtifactVersion]:
        """Publish versions again for a task run, with its decision and its edges, all or none.

        Raises:
            SupersededError: A later try of the task instance has begun.
            VersionTakenError: An explicit version exists with other content.
            ArtifactNotFoundError: A version was deleted meanwhile.
            ObjectsNotLive: Its bytes are about to be deleted or were found gone.
        """
        publishing.check_labels(outputs)
        with self._database.writing() as session:
            versions = reusing.reuse(session, outputs, task_run, effective_at, inputs)
            task_runs.write_decision(session, task_run.id, key, decision)
            return versions

    @repeatable
    def take_lease(self, key: Digest, holder: str, seconds: float) -> Lease:
        """Take the right to compute a key, or return who holds it; a holder's own lease is renewed."""
        with self._database.writing() as session:
            return leases.take(session, key, holder, seconds)

    @repeatable
    def renew_lease(self, lease: Lease, seconds: float) -> bool:
        """Hold a lease for so long from now; return whether it was still held."""
        with self._database.writing() as session:
            return leases.renew(session, lease, seconds)

    @repeatable
    def release_lease(self, lease: Lease) -> None:
        """Let the next one take it; one that changed hands meanwhile is left alone."""
        with self._database.writing() as session:
            leases.release(session, lease)

    def earlier_keys(self, run: TaskRun, limit: int) -> list[RememberedKey]:
        """Return the newest distinct keys that task runs of the same task had before this one, newest first."""
        with self._database.reading() as session:
            return keys.earlier(session, run, limit)

    def decision(self, run: TaskRun) -> Decision | None:
        """Return what was decided for a task run, or None."""
        with self._database.reading() as session:
            found = session.scalar(sa.select(tables.TaskRun.decision).where(tables.TaskRun.id == run.id))
            return None if found is None else Decision.from_json(found)

    def remembered_key(self, run: TaskRun) -> RememberedKey | None:
        """Return the key of a task run, with its decision, or None where it had none."""
        with self._database.reading() as session:
            return keys.of_run(session, run)

    def invalidate(self, *, dag_id: str, task_id: str | None = None) -> int:
        """Let no entry that a task, or any task of a DAG, made or reused be a hit again; return how many keys."""
        with self._database.writing() as session:
            return entries.invalidate(session, dag_id, task_id)

    def invalidate_downstream(self, version: str) -> int:
        """Let no entry of any task run downstream of a version be a hit again; return how many keys."""
        with self._database.writing() as session:
            return entries.invalidate_downstream(session, version)
