"""What the cache decided, would decide, and is to forget."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from airflow_artifacts.client.base import BaseClient
from airflow_artifacts.client.explaining import explain
from airflow_artifacts.exceptions import ArtifactNotFoundError
from airflow_artifacts.model import TaskRunState

if TYPE_CHECKING:
    from collections.abc import Mapping

    from airflow_artifacts.cache.why import Explanation
    from airflow_artifacts.client import ArtifactClient
    from airflow_artifacts.client.plan import Plan, PlannedTask, RecordedReuse, TaskGraph, TaskNode
    from airflow_artifacts.model import ArtifactRef, TaskRun, VersionSummary

__all__ = ["CachingClient"]


class CachingClient(BaseClient):
    """The verbs of the cache."""

    def why(self, task_run: TaskRun | str) -> Explanation:
        """Return what the cache decided for a task run, and why: for a miss, what differs from the nearest key before.

        Args:
            task_run: The task run, or its UUID.

        Raises:
            ArtifactNotFoundError: There is none of that UUID.
        """
        self._cannot_repeat("why")
        id_ = task_run if isinstance(task_run, str) else task_run.id
        found = self.lineage.task_run(id_)
        if found is None:
            message = (
                f"the task run {id_!r} is not in {self.lineage.url}; was it forgotten, or is this another database?"
            )
            raise ArtifactNotFoundError(message)
        return explain(self.lineage, found.task_run)

    def plan(self, graph: TaskGraph) -> Plan:
        """Return what the cache would decide for each task of a DAG run, without running or recording anything."""
        from airflow_artifacts.client import planning  # noqa: PLC0415 - it is made of tasks, which are made of clients

        return planning.plan(self._whole, graph)

    def plan_task(self, node: TaskNode, returned: Mapping[str, Mapping[str, ArtifactRef]]) -> PlannedTask:
        """Return what the cache would decide for a task, given what those before it return, by task and output."""
        from airflow_artifacts.client import planning  # noqa: PLC0415 - as plan does

        return planning.plan_task(self._whole, node, returned)

    def record_reuse(self, node: TaskNode, returned: Mapping[str, Mapping[str, ArtifactRef]]) -> RecordedReuse:
        """Record on behalf of a task that it returns again what a plan found.

        It is recorded as skipped for it, unless it must run to tell Airflow of a new version.

        Args:
            node: The task.
            returned: What the tasks before it return, by task and output.

        Raises:
            ArtifactNotFoundError: It is gone by now.
            VersionTakenError: A declared version exists with other content.
        """
        from airflow_artifacts.client import planning  # noqa: PLC0415 - as plan does

        return planning.record_reuse(self._whole, node, returned)

    def was_reused(self, dag_id: str, run_id: str, task_id: str) -> bool:
        """Whether a cache check was the last to record something of a task in a DAG run, and skipped it."""
        found = self.lineage.find_task_run(dag_id, run_id, task_id)
        return found is not None and found.task_run.try_number == 0 and found.task_run.state is TaskRunState.SKIPPED

    @property
    def _whole(self) -> ArtifactClient:
        """This client as what it is: with all its verbs."""
        return cast("ArtifactClient", self)

    def invalidate(
        self,
        dag_id: str | None = None,
        task_id: str | None = None,
        *,
        downstream_of: str | ArtifactRef | VersionSummary | None = None,
    ) -> int:
        """Let what a task made or reused be no hit again; also any task of a DAG, or all downstream of a version.

        Entries of other tasks that share their keys go with them. What runs at this moment will be no hit either.

        Returns:
            How many cache keys are meant.

        Raises:
            ArtifactNotFoundError: There is no such version.
            TypeError: Neither a DAG nor a version is given, or both are.
        """
        if (dag_id is None) == (downstream_of is None):
            message = "invalidate a DAG or a task of it (dag_id, task_id), or what is downstream_of a version"
            raise TypeError(message)
        if downstream_of is not None:
            return self.lineage.cache.invalidate_downstream(self._version(downstream_of).id)
        return self.lineage.cache.invalidate(dag_id=str(dag_id), task_id=task_id)
