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

from airflow_artifacts.exceptions import InputError
from airflow_artifacts.provider.operator import ArtifactDecoratedOperator
from airflow_artifacts.provider.settings import flag

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from airflow.sdk.definitions.context import Context

    from airflow_artifacts.model import ArtifactRef

__all__ = ["arrange_loading", "keys_of"]

# By name: importing it is the business of a DAG that has such a sensor.
_SENSORS = "airflow.providers.standard.sensors.python"
_SETTING = "load_in_plain_tasks"


def arrange_loading(context: Mapping[str, Any]) -> None:
    """Let the running task, if it is a Python task, receive the objects of the references that its arguments hold.

    Called while Airflow resolves the arguments, of which it records the references.
    """
    task: Any = context["task"]
    is_mapped = isinstance(task, MappedOperator)
    kind = task.operator_class if is_mapped else type(task)
    if issubclass(kind, ArtifactDecoratedOperator) or not _takes_objects(kind) or not flag(_SETTING, default=True):
        return
    before = task.partial_kwargs.get("pre_execute") if is_mapped else task._pre_execute_hook  # noqa: SLF001 - has no public name
    if isinstance(before, _Loading):
        return
    if is_mapped:
        task.partial_kwargs["pre_execute"] = _Loading(before)
    else:
        task._pre_execute_hook = _Loading(before)  # noqa: SLF001 - as above


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
