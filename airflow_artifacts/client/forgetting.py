"""Forgetting DAG runs, by whose records versions are held: only those that have ended, which Airflow is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow_artifacts.client.base import BaseClient
from airflow_artifacts.client.runs import ENDED
from airflow_artifacts.exceptions import ConfigurationError, DeclarationError
from airflow_artifacts.model import ForgetSummary

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import timedelta

__all__ = ["ForgettingClient"]


class ForgettingClient(BaseClient):
    """The verb that forgets."""

    def forget(
        self,
        *,
        dag_id: str | None = None,
        run_id: str | None = None,
        older_than: timedelta | None = None,
        keep_last: int | None = None,
        gone: bool = False,
        dry_run: bool = False,
    ) -> ForgetSummary:
        """Delete what is recorded of DAG runs: task runs and their edges, by which they hold versions.

        Only of runs that Airflow reports as ended, or, with ``gone``, of those that it does not have any more; of
        several conditions all must hold. Versions, cache entries and bytes stay.

        Args:
            dag_id: Of this DAG; else of all.
            run_id: This run of it.
            older_than: None of its tasks began or ended within this time.
            keep_last: It is not among so many of the DAG's newest.
            gone: Airflow does not have it any more.
            dry_run: Whether to count only.

        Raises:
            ConfigurationError: Airflow cannot be asked, or does not know a single one of the runs recorded here.
            DeclarationError: No condition is given, or a run without its DAG.
        """
        self._acts("forget")
        if run_id is not None and dag_id is None:
            message = f"the run {run_id!r} is given without its DAG; give dag_id too"
            raise DeclarationError(message)
        if older_than is None and keep_last is None and not gone and run_id is None:
            message = "say which runs to forget: older_than, keep_last, gone, or a dag_id with its run_id"
            raise DeclarationError(message)
        upkeep = self.lineage.upkeep
        if gone and run_id is None:
            self._refuse_foreign_airflow()
        runs = task_runs = not_ended = unknown = 0
        for each in [dag_id] if dag_id is not None else upkeep.dags():
            pages: Iterable[list[str]] = (
                [[run_id]] if run_id is not None else upkeep.runs(each, older_than=older_than, keep_last=keep_last)
            )
            for page in pages:
                states = self._states(each, page)
                missing = [one for one in page if one not in states]
                alive = [one for one in page if one in states and states[one] not in ENDED]
                if gone:
                    going = missing
                else:
                    going = [one for one in page if one in states and states[one] in ENDED]
                    not_ended, unknown = not_ended + len(alive), unknown + len(missing)
                for one in going:
                    count = upkeep.count(each, one) if dry_run else upkeep.forget(each, one)
                    runs, task_runs = runs + (count > 0), task_runs + count
        return ForgetSummary(runs=runs, task_runs=task_runs, not_ended=not_ended, unknown=unknown, dry_run=dry_run)

    def _states(self, dag_id: str, run_ids: Sequence[str]) -> Mapping[str, str]:
        if self.run_states is None:
            message = (
                "forgetting asks Airflow which DAG runs have ended, and there is none to ask here; use the hook, "
                "`airflow artifacts forget`, or a client with run_states"
            )
            raise ConfigurationError(message)
        return self.run_states(dag_id, run_ids)

    def _refuse_foreign_airflow(self) -> None:
        """Refuse to take all runs for gone because the Airflow that is asked is not the one that ran them."""
        upkeep = self.lineage.upkeep
        recorded = False
        for dag_id in upkeep.dags():
            for page in upkeep.runs(dag_id, older_than=None, keep_last=None):
                recorded = True
                if self._states(dag_id, page):
                    return
        if recorded:
            message = (
                f"Airflow knows none of the DAG runs that {self.lineage.url} records; it is hardly the one that ran "
                "them. Check [database] sql_alchemy_conn, or name the runs that are to be forgotten one by one"
            )
            raise ConfigurationError(message)
