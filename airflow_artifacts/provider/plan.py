"""``airflow artifacts plan``: what the cache would decide for a DAG, before any worker starts."""

from __future__ import annotations

import json
import sys
from datetime import datetime, timezone
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pendulum
from airflow.models.dag import DagModel
from airflow.models.dagrun import DagRun
from airflow.sdk.execution_time import macros
from airflow.sdk.execution_time.context import ConnectionAccessor, VariableAccessor
from airflow.serialization.serialized_objects import DagSerialization
from airflow.timetables.base import DataInterval
from airflow.utils.cli import get_bagged_dag
from airflow.utils.session import create_session
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from airflow_artifacts.exceptions import ConfigurationError
from airflow_artifacts.provider.graph import artifact_tasks, task_graph
from airflow_artifacts.provider.settings import Settings, connect

if TYPE_CHECKING:
    import argparse

    from airflow_artifacts.client.plan import Plan

__all__ = ["planning_context", "run"]


def run(arguments: argparse.Namespace) -> int:
    """Show what the cache would decide for each artifact task, and return the exit code.

    Raises:
        ConfigurationError: The DAG, the run, the date or the conf cannot be meant.
        LineageError: The lineage database is out of reach.
    """
    try:
        dag: Any = get_bagged_dag(None, arguments.dag_id)
    except Exception as error:
        message = f"the DAG {arguments.dag_id!r} cannot be loaded: {error}; check its name with 'airflow dags list'"
        raise ConfigurationError(message) from error
    context: Any = planning_context(dag, arguments.run_id, arguments.logical_date, arguments.conf)
    wanted = {task.task_id: task for task in artifact_tasks(dag)}
    ordered = [wanted[task.task_id] for task in dag.topological_sort() if task.task_id in wanted]
    graph = task_graph([task for task in ordered if _is_single(task)], context, lambda *_: None)
    with connect(Settings.read()) as client:
        plan = client.plan(graph)
    mapped = sorted(task.task_id for task in dag.tasks if getattr(task, "is_mapped", False))
    if arguments.output == "json":
        sys.stdout.write(json.dumps({**_document(plan), "mapped": mapped}, indent=2) + "\n")
        return 0
    console = Console(highlight=False)
    console.print(_table(plan))
    if mapped:
        console.print(f"mapped tasks decide when they run: {', '.join(mapped)}")
    console.print(f"{plan.seconds:.1f} s would be saved")
    return 0


def planning_context(
    dag: Any, run_id: str | None = None, logical_date: str | None = None, conf: str | None = None
) -> dict[str, Any]:
    """Return the context of a run that exists, or of one that might be: what templates and functions may ask of it.

    Args:
        dag: The DAG.
        run_id: A run that exists.
        logical_date: Of a manual run; without it and without ``run_id``, the next scheduled run is meant, or a manual
            run of now where none is scheduled.
        conf: JSON, of a manual run.

    Raises:
        ConfigurationError: There is no such run, or the date or the conf cannot be read.
    """
    run = _existing(dag.dag_id, run_id) if run_id else _next(dag, _date(logical_date), _conf(conf))
    date = run.logical_date or run.run_after
    return {
        "conn": ConnectionAccessor(),
        "dag": dag,
        "dag_run": run,
        "data_interval_end": run.data_interval_end,
        "data_interval_start": run.data_interval_start,
        "ds": date.strftime("%Y-%m-%d"),
        "ds_nodash": date.strftime("%Y%m%d"),
        "logical_date": run.logical_date,
        "macros": macros,
        "params": {**dag.params.dump(), **(run.conf or {})},
        "run_id": run.run_id,
        "ti": SimpleNamespace(id=f"plan of {dag.dag_id}", dag_id=dag.dag_id, run_id=run.run_id),
        "ts": date.isoformat(),
        "ts_nodash": date.strftime("%Y%m%dT%H%M%S"),
        "ts_nodash_with_tz": date.isoformat().replace("-", "").replace(":", ""),
        "var": {"json": VariableAccessor(deserialize_json=True), "value": VariableAccessor(deserialize_json=False)},
    }


def _existing(dag_id: str, run_id: str) -> Any:
    with create_session() as session:
        found = next(iter(DagRun.find(dag_id=dag_id, run_id=run_id, session=session)), None)
        if found is None:
            message = f"the DAG {dag_id!r} has no run {run_id!r}; see 'airflow dags list-runs {dag_id}'"
            raise ConfigurationError(message)
        events = found.consumed_asset_events if str(found.run_type) == "asset_triggered" else ()
        return _run(
            dag_id,
            run_id=run_id,
            run_type=str(getattr(found.run_type, "value", found.run_type)),
            conf=found.conf or {},
            logical_date=found.logical_date,
            data_interval_start=found.data_interval_start,
            data_interval_end=found.data_interval_end,
            run_after=found.run_after,
            partition_key=found.partition_key,
            clear_number=found.clear_number,
            consumed_asset_events=tuple(
                SimpleNamespace(
                    asset=SimpleNamespace(uri=event.asset.uri), timestamp=event.timestamp, extra=event.extra
                )
                for event in events
            ),
        )


def _next(dag: Any, date: datetime | None, conf: dict[str, Any]) -> Any:
    with create_session() as session:
        model = session.get(DagModel, dag.dag_id)
        following = None if model is None or date is not None or conf else model.next_dagrun
        interval = None if model is None or following is None else model.next_dagrun_data_interval
    if following is not None:
        start, end = (following, following) if interval is None else (interval.start, interval.end)
        run_id = f"scheduled__{end.isoformat()}"
        times = {"logical_date": following, "data_interval_start": start, "data_interval_end": end, "run_after": end}
        return _run(dag.dag_id, run_id=run_id, run_type="scheduled", conf=conf, **times)
    now = pendulum.instance(date or datetime.now(timezone.utc))
    scheduler_dag: Any = DagSerialization.deserialize_dag(DagSerialization.serialize_dag(dag))
    interval = scheduler_dag.timetable.infer_manual_data_interval(run_after=now) or DataInterval.exact(now)
    return _run(
        dag.dag_id,
        run_id=f"manual__{now.isoformat()}",
        run_type="manual",
        conf=conf,
        logical_date=now,
        data_interval_start=interval.start,
        data_interval_end=interval.end,
        run_after=now,
    )


def _run(dag_id: str, **fields: Any) -> Any:
    times = {name: None if one is None else pendulum.instance(one) for name, one in fields.items() if _is_time(one)}
    defaults: dict[str, Any] = {"partition_key": None, "clear_number": 0, "consumed_asset_events": ()}
    return SimpleNamespace(**{"dag_id": dag_id, **defaults, **fields, **times})


def _is_time(value: object) -> bool:
    return isinstance(value, datetime)


def _is_single(task: Any) -> bool:
    return next(task.iter_mapped_task_groups(), None) is None


def _date(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        found: Any = pendulum.parse(text)
    except ValueError as error:
        message = f"--logical-date {text!r} is no date: {error}; write it as 2026-11-24T00:00:00+00:00"
        raise ConfigurationError(message) from error
    return datetime.fromisoformat(found.isoformat())


def _conf(text: str | None) -> dict[str, Any]:
    try:
        found = json.loads(text or "{}")
    except ValueError as error:
        message = f"--conf {text!r} is no JSON: {error}"
        raise ConfigurationError(message) from error
    if not isinstance(found, dict):
        message = f'--conf {text!r} is no JSON object; write it as \'{{"key": "value"}}\''
        raise ConfigurationError(message)
    return found


def _table(plan: Plan) -> Table:
    table = Table("task", "decision", "why", "saves", title=f"{plan.dag_id} in {plan.run_id}", title_justify="left")
    table.columns[3].justify = "right"
    for task in plan.tasks:
        decision = task.decision
        saves = "" if decision is None or decision.seconds is None else f"{decision.seconds:.1f} s"
        what = "unknown" if decision is None else decision.outcome.value
        table.add_row(escape(task.task_id), what, escape(task.reason), saves)
    return table


def _document(plan: Plan) -> dict[str, Any]:
    return {
        "dag_id": plan.dag_id,
        "run_id": plan.run_id,
        "saved_seconds": plan.seconds,
        "tasks": [
            {
                "task": task.task_id,
                "decision": "unknown" if task.decision is None else task.decision.outcome.value,
                "reason": task.reason,
                "outputs": {output: str(ref) for output, ref in task.outputs.items()},
            }
            for task in plan.tasks
        ],
    }
