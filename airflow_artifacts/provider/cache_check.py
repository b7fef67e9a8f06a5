"""The cache check: one task that decides for the artifact tasks behind it, and skips those that need not run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator
from airflow.sdk.exceptions import DownstreamTasksSkipped
from airflow.sdk.execution_time.xcom import XCom

from airflow_artifacts.exceptions import ArtifactError, DeclarationError
from airflow_artifacts.provider import DEFAULT_CONNECTION
from airflow_artifacts.provider.governing import governed_tasks, reason_to_run

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from airflow.sdk.definitions.context import Context

    from airflow_artifacts.client import ArtifactClient
    from airflow_artifacts.client.plan import PlannedTask, TaskNode
    from airflow_artifacts.model import ArtifactRef
    from airflow_artifacts.provider.operator import ArtifactDecoratedOperator

__all__ = ["CacheCheckOperator"]


class CacheCheckOperator(BaseOperator):
    """Decides for the artifact tasks downstream of it, and skips those whose results are there already.

    It skips a task with a hit where nobody can see the difference between that and a success; it records the reuse and
    writes the task's XComs on its behalf. The others run and find their hit themselves, if they come to run at all. Its
    plan is its log and its result.

    Args:
        tasks: The ids of the tasks that it decides for; without it, every artifact task downstream. Mapped ones decide
            for themselves.
        artifacts_conn_id: The connection of type ``artifacts``.
    """

    ui_color = "#e8f4ea"
    checks_cache = True

    def __init__(
        self, *, tasks: Iterable[str] | None = None, artifacts_conn_id: str = DEFAULT_CONNECTION, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.tasks = None if tasks is None else sorted(tasks)
        self.artifacts_conn_id = artifacts_conn_id

    def execute(self, context: Context) -> list[dict[str, Any]]:
        """Decide, record and write what was found, and skip what need not run."""
        # Reading a DAG file must not cost what only running a task needs.
        from airflow_artifacts.provider.graph import artifact_tasks, task_graph  # noqa: PLC0415
        from airflow_artifacts.provider.settings import Settings, connect  # noqa: PLC0415

        check: Any = context["task"]
        instance = context["ti"]
        tasks = {task.task_id: task for task in governed_tasks(check, artifact_tasks(check.get_dag()))}
        tasks = self._chosen(tasks)
        graph = task_graph(tasks.values(), context, lambda id_, key: instance.xcom_pull(task_ids=id_, key=key))
        settings = Settings.read(self.artifacts_conn_id)
        settings.check_executor(self.executor)
        with connect(settings) as client:
            plan = _Decisions(check, client)
            for node in graph.tasks:
                plan.decide(node, tasks[node.task_id])
        for task_id in plan.skipped:
            self._write(tasks[task_id], plan.returned[task_id], instance)
        self._log(plan)
        if not plan.skipped:
            return plan.rows
        instance.xcom_push(key="return_value", value=plan.rows)
        skipped: Any = [(task_id, -1) for task_id in plan.skipped]
        raise DownstreamTasksSkipped(tasks=skipped)  # type: ignore[no-untyped-call]

    def _chosen(self, governed: Mapping[str, ArtifactDecoratedOperator]) -> dict[str, ArtifactDecoratedOperator]:
        if self.tasks is None:
            return dict(governed)
        if unknown := sorted(set(self.tasks) - set(governed)):
            message = (
                f"the cache check {self.task_id!r} is to decide for {unknown[0]!r}, which is no artifact task behind "
                f"it, or is mapped; it can decide for {', '.join(governed) or 'none'}"
            )
            raise DeclarationError(message)
        return {task_id: task for task_id, task in governed.items() if task_id in self.tasks}

    def _write(self, task: ArtifactDecoratedOperator, refs: Mapping[str, ArtifactRef], instance: Any) -> None:
        """Write the XComs that a task would have pushed."""
        place = {"dag_id": instance.dag_id, "task_id": task.task_id, "run_id": instance.run_id, "map_index": -1}
        if not task.signature.multiple:
            XCom.set("return_value", next(iter(refs.values())), **place)
            return
        for output, ref in refs.items():
            XCom.set(output, ref, **place)
        XCom.set("return_value", dict(refs), **place)

    def _log(self, plan: _Decisions) -> None:
        saved = sum(row["saved_seconds"] or 0 for row in plan.rows if row["skipped"])
        width = max((len(row["task"]) for row in plan.rows), default=0)
        for row in plan.rows:
            what = "skipped" if row["skipped"] else row["decision"]
            self.log.info("%s  %-8s %s", row["task"].ljust(width), what, row["reason"])
        self.log.info("%d of %d tasks skipped · saved %.1f s", len(plan.skipped), len(plan.rows), saved)


class _Decisions:
    """What was decided, task by task, in an order in which they might run."""

    def __init__(self, check: Any, client: ArtifactClient) -> None:
        self.rows: list[dict[str, Any]] = []
        self.returned: dict[str, Mapping[str, ArtifactRef]] = {}
        self.skipped: list[str] = []
        self._client = client
        self._done = {check.task_id, *check.get_flat_relative_ids(upstream=True)}

    def decide(self, node: TaskNode, task: ArtifactDecoratedOperator) -> None:
        """Decide for one task, after all that it depends on."""
        planned = self._client.plan_task(node, self.returned)
        why = reason_to_run(task) or self._may_end_otherwise(task)
        skips = bool(planned.outputs) and why is None
        found = planned.outputs
        if skips:
            try:
                found = self._client.record_reuse(node, self.returned)
            except ArtifactError as error:
                skips, why, found = False, str(error), {}
        if found:
            self.returned[task.task_id] = found
        if skips:
            self.skipped.append(task.task_id)
        self.rows.append(_row(planned, self._reason(planned, task, why), skipped=skips))

    def _reason(self, planned: PlannedTask, task: ArtifactDecoratedOperator, why: str | None) -> str:
        if planned.outputs:
            return planned.reason if why is None else f"{planned.reason}; it runs and finds that itself, because {why}"
        # What a task with a hit is going to return is known only as long as it runs.
        assumed = sorted(task.upstream_task_ids & self.returned.keys() - set(self.skipped))
        if planned.decision is None or not assumed:
            return planned.reason
        return f"{planned.reason}, if {assumed[0]!r} before it is neither skipped nor fails"

    def _may_end_otherwise(self, task: ArtifactDecoratedOperator) -> str | None:
        """Return why a task might not come to run at all: a task before it may fail, or skip it."""
        waits = sorted(task.upstream_task_ids - self._done - set(self.skipped))
        return f"{waits[0]!r} before it runs, and may fail or skip it" if waits else None


def _row(planned: PlannedTask, reason: str, *, skipped: bool) -> dict[str, Any]:
    decision = planned.decision
    return {
        "task": planned.task_id,
        "decision": "unknown" if decision is None else decision.outcome.value,
        "reason": reason,
        "skipped": skipped,
        "saved_seconds": None if decision is None else decision.seconds,
        "outputs": {output: str(ref) for output, ref in planned.outputs.items()},
    }
