"""Loading the arguments of a Python task that is no artifact task, and recording what it read."""

from __future__ import annotations

import contextlib
import inspect
import logging
from collections.abc import Sequence
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from airflow.sdk.definitions.mappedoperator import MappedOperator

from airflow_artifacts.client.call import Made
from airflow_artifacts.client.inputs import Inputs
from airflow_artifacts.exceptions import ArtifactError
from airflow_artifacts.model import ArtifactRef, MetadataRef, TaskRunState
from airflow_artifacts.provider.calls import plain_call
from airflow_artifacts.provider.settings import Settings, connect
from airflow_artifacts.provider.xcom import LazyReferences, gathered

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from airflow.sdk.definitions.context import Context

    from airflow_artifacts.client import ArtifactClient

__all__ = ["load_arguments", "load_one"]

_log = logging.getLogger(__name__)

_CALLBACKS = {
    "on_failure_callback": TaskRunState.FAILED,
    "on_retry_callback": TaskRunState.FAILED,
    "on_skipped_callback": TaskRunState.SKIPPED,
}


def load_arguments(context: Context) -> None:
    """Put the objects in place of the references among a task's arguments, and record that the task reads them.

    Raises:
        ArtifactNotFoundError: A referenced version does not exist.
        MissingObjectError: The bytes of one are gone.
        CorruptObjectError: They are not those that were written.
        ConfigurationError: A setting cannot be meant, or the embedded default does not serve this executor.
        LineageError: The lineage database refuses, fails, or is out of reach.
    """
    task: Any = context["task"]
    args, kwargs = task.op_args or (), task.op_kwargs or {}
    # PythonOperator.partial(…).expand(op_args=…) gives one name of all of them.
    whole = {name: value for name, value in (("*op_args", args), ("**op_kwargs", kwargs)) if _is_name(value)}
    positional = {} if "*op_args" in whole else _positional(task.python_callable, args)
    keywords = {} if "**op_kwargs" in whole else dict(kwargs)
    templates = {
        f"templates_dict[{key!r}]": value for key, value in (getattr(task, "templates_dict", None) or {}).items()
    }
    given = {**positional, **keywords, **templates, **whole}
    found = {name: gathered(value, LazyReferences) for name, value in given.items()}
    arguments = {name: value for name, value in found.items() if _holds_reference(value)}
    if not arguments:
        return
    loaded = _loaded(task, context, arguments)
    task.op_args = loaded.get("*op_args") or [loaded.get(name, value) for name, value in positional.items()]
    task.op_kwargs = loaded.get("**op_kwargs") or {name: loaded.get(name, value) for name, value in keywords.items()}
    if templates:
        task.templates_dict = {
            key: loaded.get(f"templates_dict[{key!r}]", value) for key, value in task.templates_dict.items()
        }


def _positional(function: Callable[..., Any], args: Sequence[Any]) -> dict[str, Any]:
    """Return positional arguments by the parameter that each fills, those of ``*xs`` as ``xs[0]`` and so on."""
    parameters = inspect.signature(function).parameters.values()
    names = [one.name for one in parameters if one.kind in {one.POSITIONAL_ONLY, one.POSITIONAL_OR_KEYWORD}]
    rest = next((one.name for one in parameters if one.kind is one.VAR_POSITIONAL), "args")
    names += [f"{rest}[{index}]" for index in range(len(args) - len(names))]
    return dict(zip(names, args, strict=False))


def load_one(ref: ArtifactRef | MetadataRef | Made, context: Mapping[str, Any]) -> Any:
    """Return what a reference names or functions make of it, and record that a task reads it; raises as above."""
    given: Any = context
    named = ref.ref if isinstance(ref, MetadataRef) else ref
    name = named.artifact if isinstance(named, ArtifactRef) else str(named)
    return _loaded(context["task"], given, {name: ref})[name]


def _loaded(task: Any, context: Context, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """Load arguments, and record that a task reads them and how it ends."""
    settings = Settings.read()
    settings.check_executor(task.executor)
    client = connect(settings)
    call = plain_call(task, context, arguments)
    run = client.lineage.begin(call.task_run)
    inputs = Inputs(client, call)
    _follow(task, _End(client, run.id))
    inputs.resolve(run.id)
    return inputs.load()


class _End:
    """Records how a task run ended, once."""

    def __init__(self, client: ArtifactClient, run: str) -> None:
        self._client = client
        self._run = run
        self._ended = False

    def as_state(self, state: TaskRunState) -> Callable[..., None]:
        """Return what records that it ended so."""

        def end(*_: object) -> None:
            if self._ended:
                return
            self._ended = True
            with contextlib.closing(self._client):
                try:
                    self._client.lineage.finish(self._run, state, datetime.now(timezone.utc))
                except ArtifactError as error:
                    # The outcome of the task is what its function made it, and Airflow has that.
                    _log.warning("the end of the task could not be recorded as %s: %s", state.value, error)

        return end


def _follow(task: Any, end: _End) -> None:
    """Let the end of a task be recorded, whatever else follows it."""
    # Of a mapped task this is what its instance is about to be made with.
    options: dict[str, Any] = task.partial_kwargs if isinstance(task, MappedOperator) else vars(task)
    hook = "post_execute" if isinstance(task, MappedOperator) else "_post_execute_hook"
    after = options.get(hook)
    succeeded = end.as_state(TaskRunState.SUCCESS)

    def ended(context: Context, result: Any) -> None:
        if after is not None:
            after(context, result)
        succeeded()

    options[hook] = ended
    for name, state in _CALLBACKS.items():
        given = options.get(name) or ()
        given = list(given) if isinstance(given, Sequence) else [given]
        options[name] = [*given, end.as_state(state)]


def _holds_reference(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_holds_reference, value.values()))
    if isinstance(value, (list, tuple)):
        return any(map(_holds_reference, value))
    return _is_name(value)


def _is_name(value: Any) -> bool:
    return isinstance(value, (ArtifactRef, Made, MetadataRef))
