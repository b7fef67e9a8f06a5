"""The artifact tasks of a DAG run as the cache sees them: their calls, with what other tasks return left open.

Arguments are rendered as each task itself would render them; what only the task can know, the check leaves to it.
"""

from __future__ import annotations

import dataclasses
import inspect
import uuid
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import jinja2.meta
from airflow.sdk.definitions.context import KNOWN_CONTEXT_KEYS
from airflow.sdk.definitions.param import DagParam
from airflow.sdk.definitions.xcom_arg import PlainXComArg, XComArg

from airflow_artifacts.client.call import Awaited, Unknown
from airflow_artifacts.client.plan import TaskGraph, TaskNode
from airflow_artifacts.model import MetadataRef
from airflow_artifacts.provider.calls import task_call
from airflow_artifacts.provider.declaring import by_parameter
from airflow_artifacts.provider.operator import ArtifactDecoratedOperator
from airflow_artifacts.provider.xcom import ArtifactItem, ArtifactMetadata, ArtifactUri

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from airflow.sdk.definitions.context import Context

__all__ = ["artifact_tasks", "task_graph"]

# What belongs to one task instance: a check has its own.
_INSTANCE = frozenset(
    {
        "expanded_ti_count",
        "inlet_events",
        "inlets",
        "map_index_template",
        "outlet_events",
        "outlets",
        "task",
        "task_instance",
        "task_instance_key_str",
        "task_reschedule_count",
        "task_state_store",
        "asset_state_store",
        "templates_dict",
        "ti",
        "try_number",
        "xcom_pull",
    }
)


class _NotKnownError(Exception):
    """An argument cannot be known before its task runs; the text says why."""


def artifact_tasks(dag: Any) -> list[ArtifactDecoratedOperator]:
    """Return the artifact tasks of a DAG that are not mapped."""
    return [task for task in dag.tasks if isinstance(task, ArtifactDecoratedOperator)]


def task_graph(
    tasks: Iterable[ArtifactDecoratedOperator], context: Context, pull: Callable[[str, str], Any]
) -> TaskGraph:
    """Return artifact tasks as the cache sees them.

    Args:
        tasks: Each after all that it depends on.
        context: Of the DAG run; of its task instance nothing counts.
        pull: Returns what a task of the run has returned already, by its id and the XCom's key, or None.
    """
    tasks = list(tasks)
    known = {task.task_id for task in tasks}
    run = context["dag_run"]
    nodes = [_node(task, context, known, pull) for task in tasks]
    return TaskGraph(run.dag_id, run.run_id, tuple(nodes))


def _node(
    task: ArtifactDecoratedOperator, context: Context, known: set[str], pull: Callable[[str, str], Any]
) -> TaskNode:
    names = by_parameter(task.python_callable, tuple(task.op_args), dict(task.op_kwargs))
    taken = set(inspect.signature(task.python_callable).parameters) & KNOWN_CONTEXT_KEYS - set(names)
    if own := sorted(taken & _INSTANCE):
        return TaskNode(task.task_id, None, f"its function takes {own[0]!r}, which belongs to its task instance")
    reader = _Reader(task, context, known, pull)
    try:
        substitutions = reader.whole(task.substitutions)
    except _NotKnownError as error:
        return TaskNode(task.task_id, None, str(error))
    fields = {name: reader.read(getattr(task, name)) for name in task.interpreter_fields}
    if any(isinstance(value, (Awaited, Unknown)) for value in _flat(fields)):
        return TaskNode(task.task_id, None, "the Python in which it runs depends on what is not known before")
    arguments = {name: reader.read(value) for name, value in names.items()}
    call = task_call(task, context, arguments, _instance(task, context), fields)
    return TaskNode(task.task_id, dataclasses.replace(call, substitutions=substitutions))


def _flat(value: Any) -> Iterator[Any]:
    """Give what stands in dicts and lists."""
    if isinstance(value, (dict, list, tuple)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _flat(item)
    else:
        yield value


class _Reader:
    """Reads the arguments of one task."""

    def __init__(
        self,
        task: ArtifactDecoratedOperator,
        context: Context,
        known: set[str],
        pull: Callable[[str, str], Any],
    ) -> None:
        self._task = task
        self._context: Any = {**context, "task": task}
        self._known = known
        self._pull = pull
        self._environment = task.get_template_env()

    def read(self, value: Any) -> Any:
        """Return an argument as far as it is known."""
        if isinstance(value, dict):
            return {key: self.read(item) for key, item in value.items()}
        if isinstance(value, (list, tuple)):
            return type(value)(self.read(item) for item in value)
        try:
            return self._one(value)
        except _NotKnownError as error:
            return Unknown(str(error))

    def whole(self, value: Mapping[str, Any]) -> dict[str, Any]:
        """Return templated values, all of which must be known."""
        return {key: self._one(item) for key, item in value.items()}

    def _one(self, value: Any) -> Any:
        if isinstance(value, str):
            return self._render(value)
        if isinstance(value, PlainXComArg):
            return self._xcom(value)
        if isinstance(value, XComArg):
            names = ", ".join(sorted({repr(operator.task_id) for operator, _ in value.iter_references()}))
            message = f"it takes what is made of the results of {names}"
            raise _NotKnownError(message)
        if isinstance(value, DagParam):
            return value.resolve(self._context)
        return value

    def _render(self, text: str) -> str:
        """Render a template, unless it asks for what belongs to the task instance."""
        if "{" not in text:
            return text
        named = jinja2.meta.find_undeclared_variables(self._environment.parse(text))
        if own := sorted(named & _INSTANCE):
            message = f"the template {text!r} asks for {own[0]!r}, which belongs to its task instance"
            raise _NotKnownError(message)
        rendered: str = self._task.render_template(text, self._context, self._environment)
        return rendered

    def _xcom(self, value: PlainXComArg) -> Any:
        path = value.path if isinstance(value, ArtifactItem) else ()
        keys = value.keys if isinstance(value, ArtifactMetadata) else ()
        output = getattr(value, "output", None) or value.key
        task_id = value.operator.task_id
        if isinstance(value, ArtifactUri):
            message = f"it takes the URI of what {task_id!r} returns"
            raise _NotKnownError(message)
        if task_id in self._known:
            return Awaited(task_id, output, path, keys)
        if next(value.operator.iter_mapped_task_groups(), None) is None and not value.operator.is_mapped:
            found = self._pull(task_id, output)
            if found is not None:
                found = found.item(*path) if path else found
                return MetadataRef(found, keys) if keys else found
        message = f"it takes what {task_id!r} is going to return"
        raise _NotKnownError(message)


def _instance(task: ArtifactDecoratedOperator, context: Context) -> Any:
    """Return what stands for a task instance that has not begun; its try has the number 0."""
    check = context["ti"]
    return SimpleNamespace(
        id=f"{check.id}/{uuid.uuid4()}",
        dag_id=check.dag_id,
        run_id=check.run_id,
        task_id=task.task_id,
        map_index=-1,
        try_number=0,
        bundle_instance=getattr(check, "bundle_instance", None),
    )
