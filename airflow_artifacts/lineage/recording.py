"""What is recorded of task runs, as verbs of the lineage database: each is a transaction of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow_artifacts.lineage import describing, task_runs, tries
from airflow_artifacts.lineage.patience import patient, repeatable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from airflow_artifacts.lineage.database import Database
    from airflow_artifacts.model import (
        ArtifactVersion,
        LineageEdge,
        RunLineage,
        TaskRun,
        TaskRunState,
        TaskRunWithEdges,
    )

__all__ = ["RecordedRuns"]


@patient
class RecordedRuns:
    """Task runs, from their beginning to what they owe.

    Every verb raises as those of :class:`~airflow_artifacts.lineage.facade.Lineage` do.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    @repeatable
    def begin(self, run: TaskRun) -> TaskRun:
        """Record that a task run begins, and the first start of its DAG run.

        Idempotent by the run's id, and by Airflow's id of the try: the one that is recorded is returned. Waits for
        an earlier try of the task instance that publishes at this moment.

        Raises:
            InputError: A parameter is not JSON.
        """
        task_runs.check_parameters(run.parameters)
        with self._database.writing() as session:
            return task_runs.begin(session, run)

    @repeatable
    def finish(self, task_run_id: str, state: TaskRunState, ended_at: datetime) -> None:
        """Record how a task run ended.

        Raises:
            ArtifactNotFoundError: Its beginning was not recorded.
        """
        with self._database.writing() as session:
            task_runs.finish(session, task_run_id, state, ended_at)

    @repeatable
    def update_parameters(self, task_run_id: str, parameters: Mapping[str, Any]) -> None:
        """Record a task run's parameters in place of those it has.

        Raises:
            InputError: A parameter is not JSON.
            ArtifactNotFoundError: Its beginning was not recorded.
        """
        task_runs.check_parameters(parameters)
        with self._database.writing() as session:
            task_runs.update_parameters(session, task_run_id, parameters)

    @repeatable
    def update_environment(self, task_run_id: str, environment: Mapping[str, Any]) -> None:
        """Record what a task run runs with, in place of what is recorded.

        Raises:
            ArtifactNotFoundError: Its beginning was not recorded.
        """
        with self._database.writing() as session:
            task_runs.update_environment(session, task_run_id, environment)

    def first_start(self, dag_id: str, run_id: str) -> datetime | None:
        """Return when the first task of a DAG run began, however often it was cleared since; None before that."""
        with self._database.reading() as session:
            return task_runs.first_start(session, dag_id, run_id)

    @repeatable
    def record_inputs(self, edges: Iterable[LineageEdge]) -> None:
        """Record which versions task runs read; saying it twice is saying it once."""
        if edges := list(edges):
            with self._database.writing() as session:
                task_runs.record_inputs(session, edges)

    def owed(self, run: TaskRun) -> list[ArtifactVersion]:
        """Return the versions that a try of a task has to tell of when it succeeds, the oldest publication first.

        They are those of named artifacts that ``latest`` came to name by this try, or by an earlier one of the task
        instance that did not succeed; in a run for a partition, all that it published or reused.
        """
        with self._database.reading() as session:
            ids = tries.owed(session, run)
            found = describing.versions(session, ids)
            return [found[id_] for id_ in dict.fromkeys(ids) if id_ in found]

    def versions_read(self, task_run_id: str) -> set[str]:
        """Return the UUIDs of the versions that a task run's function asked for itself."""
        with self._database.reading() as session:
            return task_runs.versions_read(session, task_run_id)

    def task_run(self, id: str) -> TaskRunWithEdges | None:  # noqa: A002 - the field's name
        """Return a task run by its UUID, or None."""
        with self._database.reading() as session:
            return task_runs.get(session, id)

    def find_task_run(
        self, dag_id: str, run_id: str, task_id: str, map_index: int = -1, try_number: int | None = None
    ) -> TaskRunWithEdges | None:
        """Return one try of a task instance, without a number the newest, or None."""
        with self._database.reading() as session:
            return task_runs.find(session, dag_id, run_id, task_id, map_index, try_number)

    def find_try(self, instance_id: str) -> TaskRunWithEdges | None:
        """Return a try of a task by Airflow's id of it, or None."""
        with self._database.reading() as session:
            return task_runs.find_try(session, instance_id)

    def run(self, dag_id: str, run_id: str) -> RunLineage:
        """Return the lineage of a DAG run; one that is not known has no task runs."""
        with self._database.reading() as session:
            return task_runs.of_run(session, dag_id, run_id)
