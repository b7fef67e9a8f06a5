"""Tasks that are no artifact tasks and take artifacts: a Python task receives the object, every other the reference.

The objects are loaded behind what Airflow has recorded of the arguments by then, which are the references: it would
turn a table into text. What is loaded is recorded as an input of the task.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from airflow.providers.standard.operators.python import PythonOperator
from airflow.sdk.bases.decorator import DecoratedOperator
from airflow.sdk.definitions.mappedoperator import MappedOperator

from airflow_artifacts.artifact import json_fault
from airflow_artifacts.exceptions import InputError
from airflow_artifacts.model import ArtifactRef, MetadataRef
from airflow_artifacts.provider.operator import ArtifactDecoratedOperator
from airflow_artifacts.provider.settings import flag

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from airflow.sdk.definitions.context import Context

__all__ = ["arrange_loading", "keys_of", "received"]

# By name: importing it is the business of a DAG that has such a sensor.
_SENSORS = "airflow.providers.standard.sensors.python"
_SETTING = "load_in_plain_tasks"
# Types whose values may be JSON, and how much of it is small: XCom is not meant for more.
_JSON = frozenset({"NoneType", "bool", "dict", "float", "int", "list", "str", "tuple"})
_MOST_BYTES = 65_536


def arrange_loading(context: Mapping[str, Any]) -> None:
    """Let the running task, if it is a Python task, receive the objects of the references that its arguments hold.

    Called while Airflow resolves the arguments, of which it records the references.
    """
    task: Any = context["task"]
    is_mapped = isinstance(task, MappedOperator)
    kind = _kind(task)
    if issubclass(kind, ArtifactDecoratedOperator) or not _takes_objects(kind) or not flag(_SETTING, default=True):
        return
    before = task.partial_kwargs.get("pre_execute") if is_mapped else task._pre_execute_hook  # noqa: SLF001 - has no public name
    if isinstance(before, _Loading):
        return
    if is_mapped:
        task.partial_kwargs["pre_execute"] = _Loading(before)
    else:
        task._pre_execute_hook = _Loading(before)  # noqa: SLF001 - as above


def received(ref: ArtifactRef | MetadataRef, context: Mapping[str, Any]) -> Any:
    """Return what a task receives for a reference when Airflow resolves its arguments.

    A classic operator makes text of its arguments: it receives small JSON as it is, as from any task, and of all else
    the reference. Other tasks receive the reference, and what is behind it when they run.
    """
    kind = _kind(context["task"])
    if issubclass(kind, ArtifactDecoratedOperator) or _takes_objects(kind) or not flag(_SETTING, default=True):
        return ref
    if isinstance(ref, ArtifactRef) and not ref.path and (ref.type not in _JSON or ref.size > _MOST_BYTES):
        return ref
    from airflow_artifacts.provider.loading import load_one  # noqa: PLC0415 - not while a DAG file is read

    value = load_one(ref, context)
    return ref if json_fault(value) is not None else value


def keys_of(ref: ArtifactRef, conn_id: str) -> list[str]:
    """Return the keys of a dict that is an item of a list artifact.

    Raises:
        InputError: It is no dict, or one whose keys are not text.
    """
    from airflow_artifacts.provider.settings import Settings, connect  # noqa: PLC0415 - not while a DAG file is read

    with connect(Settings.read(conn_id)) as client:
        value = client.load(ref)
    if not isinstance(value, dict) or not all(isinstance(key, str) for key in value):
        message = f"{str(ref)!r} is to be the keyword arguments of a task, and is no dict with text as its keys"
        raise InputError(message)
    return list(value)


def _kind(task: Any) -> type:
    kind: type = task.operator_class if isinstance(task, MappedOperator) else type(task)
    return kind


def _takes_objects(kind: type) -> bool:
    """Whether operators of a class call a function of Python's."""
    sensor = getattr(sys.modules.get(_SENSORS), "PythonSensor", PythonOperator)
    return issubclass(kind, (PythonOperator, DecoratedOperator, sensor))


class _Loading:
    """Loads what the arguments of a Python task name, before it runs.

    Args:
        before: What the task was to run before itself, such as ``run_if`` has it; it may skip the task.
    """

    def __init__(self, before: Callable[[Context], Any] | None) -> None:
        self._before = before

    def __call__(self, context: Context) -> None:
        if self._before is not None:
            self._before(context)
        # Reading a DAG file must not cost what only running a task needs.
        from airflow_artifacts.provider.loading import load_arguments  # noqa: PLC0415

        load_arguments(context)
