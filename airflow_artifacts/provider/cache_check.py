"""The cache check: one task that decides for the artifact tasks behind it, and skips those that need not run."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator
from airflow.sdk.exceptions import DownstreamTasksSkipped
from airflow.sdk.execution_time.xcom import XCom

from airflow_artifacts.exceptions import ArtifactError, DeclarationError
from airflow_artifacts.logs import bound
from airflow_artifacts.provider import DEFAULT_CONNECTION
from airflow_artifacts.provider.governing import governed_tasks, mapped_tasks, reason_to_run
from airflow_artifacts.provider.links import EarlierRunLink, page_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from airflow.sdk import BaseOperatorLink
    from airflow.sdk.definitions.context import Context

    from airflow_artifacts.client import ArtifactClient
    from airflow_artifacts.client.plan import PlannedTask, TaskNode
    from airflow_artifacts.model import ArtifactRef, TaskRun
    from airflow_artifacts.provider.operator import ArtifactDecoratedOperator

__all__ = ["CacheCheckOperator"]


class CacheCheckOperator(BaseOperator):
    """Decides for the artifact tasks downstream of it, and skips those whose results are there already.

    It skips a task with a hit where nobody can see the difference between that and a success; it records the reuse and
    writes the task's XComs on its behalf. The others run and find their hit themselves, if they come to run at all. Its
    plan is its log and its result: a row for each task that has still to run. Several checks may stand in one DAG, one
    before each branch that is worth it.

    Args:
        tasks: The ids of the tasks that it decides for; without it, every artifact task downstream. Mapped ones decide
            for themselves.
        artifacts_conn_id: The connection of type ``artifacts``.
    """

    ui_color = "#e8f4ea"
    checks_cache = True
    operator_extra_links: Collection[BaseOperatorLink] = (EarlierRunLink(),)
    earlier_page: str | None = None
    """The page of the DAG run from which most time was saved."""

    def __init__(
        self, *, tasks: Iterable[str] | None = None, artifacts_conn_id: str = DEFAULT_CONNECTION, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.tasks = None if tasks is None else sorted(tasks)
        self.artifacts_conn_id = artifacts_conn_id

    def execute(self, context: Context) -> list[dict[str, Any]]:
        """Decide, record and write what was found, and skip what need not run."""
        # Reading a DAG file must not cost what only running a task needs.
        from airflow_artifacts.provider.assets import triggers_of  # noqa: PLC0415
        from airflow_artifacts.provider.graph import artifact_tasks, task_graph  # noqa: PLC0415
        from airflow_artifacts.provider.settings import Settings, connect  # noqa: PLC0415

        check: Any = context["task"]
        instance: Any = context["ti"]
        tasks = {task.task_id: task for task in governed_tasks(check, artifact_tasks(check.get_dag()))}
        states = instance.get_task_states(dag_id=instance.dag_id, run_ids=[instance.run_id])
        states = {task_id: str(state) for task_id, state in states.get(instance.run_id, {}).items() if state}
        # Cleared in part, a run has tasks that stand as they are.
        tasks = {task_id: task for task_id, task in self._chosen(tasks).items() if task_id not in states}
        graph = task_graph(tasks.values(), context, lambda id_, key: instance.xcom_pull(task_ids=id_, key=key))
        settings = Settings.read(self.artifacts_conn_id)
        settings.check_executor(self.executor)
        with connect(settings) as client:
            client.lineage.settle(
                triggers_of(context["dag_run"].consumed_asset_events or ()), run=(instance.dag_id, instance.run_id)
            )
            plan = _Decisions(check, client, instance.run_id, states)
            for node in graph.tasks:
                plan.decide(node, tasks[node.task_id])
        rows = plan.rows + self._rows_of_mapped(check, states)
        for task_id in plan.skipped:
            self._write(tasks[task_id], plan, instance)
        self._log(rows)
        self._link(plan)
        if not plan.skipped:
            return rows
        instance.xcom_push(key="return_value", value=rows)
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

    def _rows_of_mapped(self, check: Any, states: Mapping[str, str]) -> list[dict[str, Any]]:
        """Return the rows of mapped tasks, which nobody can decide for before Airflow has made their instances."""
        if self.tasks is not None:
            return []
        # Airflow names the states of instances by their indexes: task_0.
        begun = {task_id.rpartition("_")[0] for task_id in states if task_id.rpartition("_")[2].isdecimal()}
        mapped = [task for task in mapped_tasks(check) if task.task_id not in begun | states.keys()]
        reason = "it is mapped, and each of its instances decides when it runs"
        return [_row_of(task.task_id, "unknown", reason) for task in mapped]

    def _write(self, task: ArtifactDecoratedOperator, plan: _Decisions, instance: Any) -> None:
        """Write the XComs that a task would have pushed."""
        refs = plan.returned[task.task_id]
        place = {"dag_id": instance.dag_id, "task_id": task.task_id, "run_id": instance.run_id, "map_index": -1}
        if task.signature.multiple:
            for output, ref in refs.items():
                XCom.set(output, ref, **place)
            XCom.set("return_value", dict(refs), **place)
        else:
            XCom.set("return_value", next(iter(refs.values())), **place)
        if (earlier := plan.earlier_runs.get(task.task_id)) is not None:
            XCom.set(EarlierRunLink().xcom_key, page_of(earlier), **place)

    def _log(self, rows: Sequence[Mapping[str, Any]]) -> None:
        lines = [("task", "decision", "saves", "why")]
        for row in rows:
            saves = "" if row["saved_seconds"] is None else f"{row['saved_seconds']:.1f} s"
            what = f"{row['decision']}, skipped" if row["skipped"] else row["decision"]
            lines.append((row["task"], what, saves, row["reason"]))
        widths = [max(len(line[column]) for line in lines) for column in range(3)]
        for (task, what, saves, why), row in zip(lines, [{}, *rows], strict=True):
            with bound(_fields(row) if row else {}):
                self.log.info(
                    "%s  %s  %s  %s", task.ljust(widths[0]), what.ljust(widths[1]), saves.rjust(widths[2]), why
                )
        skipped = {row["task"]: row["saved_seconds"] or 0 for row in rows if row["skipped"]}
        with bound({"event": "skipped", "tasks": list(skipped), "seconds": sum(skipped.values())}):
            self.log.info("%d of %d tasks skipped · saved %.1f s", len(skipped), len(rows), sum(skipped.values()))

    def _link(self, plan: _Decisions) -> None:
        """Let the link of this task lead to the DAG run from which most time was saved."""
        saved: Counter[tuple[str, str]] = Counter()
        runs = {}
        for row in plan.rows:
            if (run := plan.earlier_runs.get(row["task"])) is not None:
                runs[run.dag_id, run.run_id] = run
                saved[run.dag_id, run.run_id] += row["saved_seconds"] or 0
        if saved:
            self.earlier_page = page_of(runs[max(saved, key=lambda run: saved[run])], whole=True)
        else:
            # Airflow would keep an empty one.
            self.operator_extra_links = ()


class _Decisions:
    """What was decided, task by task, in an order in which they might run."""

    def __init__(self, check: Any, client: ArtifactClient, run_id: str, states: Mapping[str, str]) -> None:
        self.rows: list[dict[str, Any]] = []
        self.returned: dict[str, Mapping[str, ArtifactRef]] = {}
        self.earlier_runs: dict[str, TaskRun] = {}
        self.skipped: list[str] = []
        self._client = client
        self._run = (check.dag_id, run_id)
        self._states = states
        self._done = {check.task_id, *check.get_flat_relative_ids(upstream=True)}

    def decide(self, node: TaskNode, task: ArtifactDecoratedOperator) -> None:
        """Decide for one task, after all that it depends on."""
        planned = self._client.plan_task(node, self.returned)
        why = reason_to_run(task) or self._may_end_otherwise(task)
        found = planned.outputs
        if found and why is None:
            found, why = self._record(node, task)
        skips = bool(found) and why is None
        if found:
            self.returned[task.task_id] = found
        if skips:
            self.skipped.append(task.task_id)
        self.rows.append(_row(planned, self._reason(planned, task, why), skipped=skips))

    def _record(self, node: TaskNode, task: ArtifactDecoratedOperator) -> tuple[Mapping[str, ArtifactRef], str | None]:
        """Record a hit on behalf of a task; return what it returns, and why it must run all the same, if it must."""
        try:
            recorded = self._client.record_reuse(node, self.returned)
        except ArtifactError as error:
            return {}, str(error)
        if recorded.tells:
            return recorded.outputs, "an event is to tell of a version that is new as the latest"
        if recorded.earlier_run is not None:
            self.earlier_runs[task.task_id] = recorded.earlier_run
        return recorded.outputs, None

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
        return next((why for why in map(self._waits_for, waits) if why is not None), None)

    def _waits_for(self, task_id: str) -> str | None:
        state = self._states.get(task_id)
        if state is None:
            return f"{task_id!r} before it runs, and may fail or skip it"
        # Another check may have skipped it for a hit.
        if state == "success" or (state == "skipped" and self._client.was_reused(*self._run, task_id)):
            return None
        return f"{task_id!r} before it is {state}"


def _row(planned: PlannedTask, reason: str, *, skipped: bool) -> dict[str, Any]:
    decision = planned.decision
    return {
        **_row_of(planned.task_id, "unknown" if decision is None else decision.outcome.value, reason),
        "skipped": skipped,
        "saved_seconds": None if decision is None else decision.seconds,
        "outputs": {output: str(ref) for output, ref in planned.outputs.items()},
    }


def _fields(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row as fields of its line in the log."""
    names = ("task", "decision", "reason", "skipped")
    return {"event": "planned", **{name: row[name] for name in names}, "seconds": row["saved_seconds"]}


def _row_of(task_id: str, decision: str, reason: str) -> dict[str, Any]:
    """Return the row of a task of which no more is known."""
    return {
        "task": task_id,
        "decision": decision,
        "reason": reason,
        "skipped": False,
        "saved_seconds": None,
        "outputs": {},
    }
