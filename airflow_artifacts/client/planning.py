"""Deciding for a whole DAG run before its tasks run, by the rules by which each of them would decide."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from airflow_artifacts.client.call import Awaited, Unknown
from airflow_artifacts.client.inputs import Inputs
from airflow_artifacts.client.plan import Plan, PlannedTask, RecordedReuse
from airflow_artifacts.client.recall import recall, recall_earlier_try
from airflow_artifacts.client.task import TaskExecution
from airflow_artifacts.exceptions import ArtifactError, ArtifactNotFoundError
from airflow_artifacts.model import MetadataRef, TaskRunState

if TYPE_CHECKING:
    from collections.abc import Mapping

    from airflow_artifacts.client import ArtifactClient
    from airflow_artifacts.client.call import TaskCall
    from airflow_artifacts.client.plan import TaskGraph, TaskNode
    from airflow_artifacts.client.recall import Recall
    from airflow_artifacts.model import ArtifactRef

    Returned = Mapping[str, Mapping[str, ArtifactRef]]

__all__ = ["plan", "plan_task", "record_reuse"]

_WHOLE = "return_value"


class _NotKnownError(Exception):
    """An argument cannot be known before the task runs; the text says why."""


def plan(client: ArtifactClient, graph: TaskGraph) -> Plan:
    """Return what the cache would decide for each task of a DAG run, without running or recording anything."""
    planned: dict[str, PlannedTask] = {}
    for node in graph.tasks:
        returned = {task_id: task.outputs for task_id, task in planned.items()}
        planned[node.task_id] = plan_task(client, node, returned)
    return Plan(graph.dag_id, graph.run_id, tuple(planned.values()))


def record_reuse(client: ArtifactClient, node: TaskNode, returned: Returned) -> RecordedReuse:
    """Record on behalf of a task that it returns again what was found for it.

    It is recorded as skipped for it, unless it must run to tell Airflow of a new version.

    Args:
        client: Where it is recorded.
        node: The task.
        returned: What the tasks before it return, by task and output.

    Raises:
        ArtifactNotFoundError: There is nothing to return by now.
        VersionTakenError: A declared version exists with other content.
    """
    if node.call is None:
        message = f"{node.task_id!r} cannot be known before it runs, because {node.reason}"
        raise ArtifactNotFoundError(message)
    try:
        call = _known(node.call, returned)
    except _NotKnownError as error:
        message = f"{node.task_id!r}: {error}"
        raise ArtifactNotFoundError(message) from error
    with TaskExecution(client, call, is_skip=lambda _: False).running(TaskRunState.SKIPPED) as execution:
        refs = execution.reuse()
        if refs is None:
            message = f"what was found for {node.task_id!r} is gone by now"
            raise ArtifactNotFoundError(message)
        tells = bool(execution.owed())
        if tells:
            execution.ends_as(TaskRunState.SUCCESS)
        return RecordedReuse(refs, execution.earlier_run(), tells)


def plan_task(client: ArtifactClient, node: TaskNode, returned: Returned) -> PlannedTask:
    """Return what the cache would decide for one task, given what the tasks before it return."""
    if node.call is None:
        return PlannedTask(task_id=node.task_id, decision=None, reason=f"not known yet, because {node.reason}")
    try:
        found = _recall(client, _known(node.call, returned))
    except _NotKnownError as error:
        return PlannedTask(task_id=node.task_id, decision=None, reason=f"not known yet, because {error}")
    except ArtifactError as error:
        return PlannedTask(task_id=node.task_id, decision=None, reason=f"not known, because {error}")
    outputs = {one.output: one.version.ref for one in found.outputs if one.output is not None}
    reason = "; ".join(found.decision.reasons)
    return PlannedTask(task_id=node.task_id, decision=found.decision, reason=reason, outputs=outputs)


def _recall(client: ArtifactClient, call: TaskCall) -> Recall:
    ledger = client.lineage.cache
    inputs = Inputs(client, call)
    inputs.resolve(None)
    earlier = ledger.earlier_try(call.task_run)
    found = recall_earlier_try(client, call, earlier)
    return found or recall(client, ledger, call, inputs, earlier=earlier, settle=False)


def _known(call: TaskCall, returned: Returned) -> TaskCall:
    """Return a call in which references stand for what other tasks return."""
    arguments = {name: _replaced(value, returned) for name, value in call.arguments.items()}
    return dataclasses.replace(call, arguments=arguments)


def _replaced(value: Any, returned: Returned) -> Any:
    if isinstance(value, dict):
        return {key: _replaced(item, returned) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(_replaced(item, returned) for item in value)
    if isinstance(value, Unknown):
        raise _NotKnownError(value.reason)
    if not isinstance(value, Awaited):
        return value
    outputs = returned.get(value.task_id, {})
    ref = next(iter(outputs.values()), None) if value.key == _WHOLE else outputs.get(value.key)
    if ref is None:
        message = f"it takes what {value.task_id!r} is going to return"
        raise _NotKnownError(message)
    ref = dataclasses.replace(ref, path=(*ref.path, *value.path))
    return MetadataRef(ref, value.metadata) if value.metadata else ref
