"""What the cache needs to be remembered. The lineage database implements it; the client joins the two."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from airflow_artifacts.entries import (
        CacheKey,
        Decision,
        EarlierTry,
        Lease,
        Lookup,
        RememberedKey,
        ReusedOutput,
    )
    from airflow_artifacts.model import ArtifactVersion, Digest, LineageEdge, TaskRun

__all__ = ["Ledger"]


class Ledger(Protocol):
    """Keys, entries, decisions and leases. Every verb is a transaction of its own."""

    def look_up(self, key: Digest) -> Lookup:
        """Return the newest entry under a key that was not invalidated, in one query."""

    def earlier_try(self, run: TaskRun) -> EarlierTry | None:
        """Return the newest earlier try of the same task instance that published or reused, or None.

        One of a DAG run that was deleted and created anew under its name does not count.
        """

    def remember(self, run: TaskRun, key: CacheKey | None, decision: Decision) -> None:
        """Record what was decided for a task run, and the key with its parts."""

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

        Args:
            outputs: Of the entry, or of an earlier try.
            task_run: Which returns them.
            effective_at: The moment it stands for, for ``latest`` and for dates.
            decision: What is recorded of it.
            key: Under which they were found; None for an earlier try's.
            inputs: The edges of what the computation asked for itself.

        Raises:
            SupersededError: A later try of the task instance has begun.
            VersionTakenError: An explicit version exists with other content.
            ArtifactNotFoundError: A version was deleted meanwhile.
        """

    def take_lease(self, key: Digest, holder: str, seconds: float) -> Lease:
        """Take the right to compute a key, or return who holds it; a holder's own lease is renewed."""

    def renew_lease(self, lease: Lease, seconds: float) -> bool:
        """Hold a lease for so long from now; return whether it was still held."""

    def release_lease(self, lease: Lease) -> None:
        """Let the next one take it; one that changed hands meanwhile is left alone."""

    def earlier_keys(self, run: TaskRun, limit: int) -> list[RememberedKey]:
        """Return the newest distinct keys that task runs of the same task had before this one, newest first."""

    def decision(self, run: TaskRun) -> Decision | None:
        """Return what was decided for a task run, or None."""

    def remembered_key(self, run: TaskRun) -> RememberedKey | None:
        """Return the key of a task run, with its decision, or None where it had none."""

    def invalidate(self, *, dag_id: str, task_id: str | None = None) -> int:
        """Let no entry that a task, or any task of a DAG, made or reused be a hit again; return how many keys."""

    def invalidate_downstream(self, version: str) -> int:
        """Let no entry of any task run downstream of a version be a hit again; return how many keys."""
