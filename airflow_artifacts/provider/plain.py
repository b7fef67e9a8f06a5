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
from airflow_artifacts.provider import DEFAULT_CONNECTION
from airflow_artifacts.provider.operator import ArtifactDecoratedOperator
from airflow_artifacts.provider.settings import flag

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from airflow.sdk.definitions.context import Context

    from airflow_artifacts.client.call import Made

__all__ = ["arrange_loading", "keywords_of", "received"]

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


def received(ref: ArtifactRef | MetadataRef | Made, context: Mapping[str, Any]) -> Any:
    """Return what a task receives for a reference when Airflow resolves its arguments.

    A classic operator makes text of its arguments: it receives small JSON as it is, as from any task, what functions
    make of an item (``.map(f)``), and of all else the reference. Other tasks receive the reference, and what is behind
    it when they run.
    """
    from airflow_artifacts.client.call import Made  # noqa: PLC0415 - not while a DAG file is read

    kind = _kind(context["task"])
    if issubclass(kind, ArtifactDecoratedOperator):
        return ref
    if not flag(_SETTING, default=True):
        return ref.applied(ref.of) if isinstance(ref, Made) else ref
    if _takes_objects(kind):
        return ref
    if isinstance(ref, ArtifactRef) and not ref.path and (ref.type not in _JSON or ref.size > _MOST_BYTES):
        return ref
    from airflow_artifacts.provider.loading import load_one  # noqa: PLC0415 - not while a DAG file is read

    value = load_one(ref, context)
    return value if isinstance(ref, Made) or json_fault(value) is None else ref


def keywords_of(given: Any, context: Mapping[str, Any]) -> dict[str, Any]:
    """Return an item of what ``expand_kwargs`` is over as keyword arguments, each value by its name.

    Raises:
        InputError: It is no dict, or one whose keys are not text.
    """
    from airflow_artifacts.client.call import Made  # noqa: PLC0415 - not while a DAG file is read

    found = _behind(given, context)
    if not isinstance(found, dict) or not all(isinstance(key, str) for key in found):
        message = f"{str(given)!r} is to be the keyword arguments of a task, and is no dict with text as its keys"
        raise InputError(message)
    if isinstance(given, Made):
        return {key: Made(given.of, given.functions, (key,)) for key in found}
    return {key: received(given.item(key), context) for key in found} if isinstance(given, ArtifactRef) else found


def _behind(given: Any, context: Mapping[str, Any]) -> Any:
    """Return a value of which the arguments hold the name, or are to be made, without a record that it is read."""
    from airflow_artifacts.client.call import Made  # noqa: PLC0415 - not while a DAG file is read
    from airflow_artifacts.provider.settings import Settings, connect  # noqa: PLC0415 - as above

    if isinstance(given, Made):
        return given.applied(_behind(given.of, context))
    if isinstance(given, tuple):
        return tuple(_behind(one, context) for one in given)
    if not isinstance(given, ArtifactRef):
        return given
    options = getattr(context["task"], "partial_kwargs", {})
    with connect(Settings.read(options.get("artifacts_conn_id", DEFAULT_CONNECTION))) as client:
        return client.load(given)


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
