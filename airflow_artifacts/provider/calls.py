"""The call of an artifact task, as Airflow describes it: the try, the occasion of its run, what the function takes."""

from __future__ import annotations

import inspect
import platform
import socket
import uuid
from datetime import datetime, timezone
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from airflow.sdk import Variable
from airflow.sdk._shared.secrets_masker import redact
from airflow.sdk.configuration import conf
from airflow.sdk.definitions.context import KNOWN_CONTEXT_KEYS
from airflow.sdk.exceptions import AirflowRuntimeError

from airflow_artifacts.cache.policy import NEVER, policy_of
from airflow_artifacts.client.call import TaskCall
from airflow_artifacts.model import TaskRun
from airflow_artifacts.provider.assets import triggers_of
from airflow_artifacts.provider.commits import commit_of
from airflow_artifacts.provider.settings import SECTION
from airflow_artifacts.signature import Signature, source_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from airflow.sdk.definitions.context import Context

    from airflow_artifacts.cache.policy import CachePolicy
    from airflow_artifacts.provider.operator import ArtifactDecoratedOperator

__all__ = ["plain_call", "task_call"]

# A function longer than this is recorded by its beginning.
_SOURCE_LENGTH = 65_536
# Deeper than any parameter that people write; the masker's own default is 5.
_MASK_DEPTH = 64


def task_call(
    operator: ArtifactDecoratedOperator,
    context: Context,
    arguments: Mapping[str, Any],
    instance: Any = None,
    rendered: Mapping[str, Any] | None = None,
) -> TaskCall:
    """Return the call that an operator is about to make.

    Args:
        operator: With its templates rendered.
        context: Of the try.
        arguments: By parameter: references and literals.
        instance: The task instance, where it is not the one that runs.
        rendered: The fields that name the interpreter, where the operator's own are not rendered.
    """
    function, run = operator.python_callable, context["dag_run"]
    values, takes_context = _context_values(function, context, arguments)
    asked = (run.conf or {}).get(SECTION)
    return TaskCall(
        task_run=_task_run(
            instance or context["ti"],
            run,
            function,
            tuple(output.name for output in operator.signature.outputs),
            None if rendered else operator.interpreter_name,
        ),
        function=function,
        signature=operator.signature,
        arguments=arguments,
        upstream=operator.upstream_of,
        context={**values, **operator.fixed_context},
        takes_context=takes_context,
        occasion=_occasion(run),
        triggers=triggers_of(run.consumed_asset_events or ()),
        policy=_policy(operator.cache),
        refresh=isinstance(asked, dict) and asked.get("cache") == "refresh",
        on_clear=operator.on_clear,
        preview=operator.preview,
        materializers=operator.materializers,
        substitutions=operator.substitutions,
        mask=_mask,
        variable=_variable,
        secret=(conf.get("core", "fernet_key", fallback="") or "").encode() or None,
        interpreter=operator.interpreter(context, rendered or {}),
        first_party=tuple(name.strip() for name in _setting("first_party").split(",") if name.strip()),
    )


def plain_call(
    operator: Any,
    context: Context,
    arguments: Mapping[str, Any],
    substitutions: Mapping[str, object] | None = None,
) -> TaskCall:
    """Return the call that a task which is no artifact task is about to make, as far as it concerns artifacts.

    Args:
        operator: With its templates rendered.
        context: Of the try.
        arguments: By parameter, those that hold references.
        substitutions: Values for the templates of references.
    """
    instance = context["ti"]
    function = getattr(operator, "python_callable", None) or getattr(operator, "operator_class", type(operator)).execute
    return TaskCall(
        task_run=_task_run(instance, context["dag_run"], function, ()),
        function=function,
        signature=Signature(operator.task_id, {}, ()),
        arguments=arguments,
        upstream={},
        substitutions=substitutions or {},
        triggers=triggers_of(context["dag_run"].consumed_asset_events or ()),
        mask=_mask,
    )


def _policy(cache: object) -> CachePolicy | None:
    """Return a task's policy: its own, else what the deployment says."""
    if cache is None and _setting("cache").lower() in {"false", "f", "0", "no", "off"}:
        return NEVER
    return policy_of(cache)


def _setting(name: str) -> str:
    return str(conf.get(SECTION, name, fallback="") or "")


def _context_values(
    function: Callable[..., Any], context: Context, arguments: Mapping[str, Any]
) -> tuple[dict[str, Any], bool]:
    """Return what Airflow fills of a function's parameters, and whether it hands over the whole context."""
    parameters = inspect.signature(function).parameters.values()
    names = [one.name for one in parameters if one.name in KNOWN_CONTEXT_KEYS and one.name not in arguments]
    values: Mapping[str, Any] = context
    given = {name: values[name] for name in names if name in values}
    return given, any(one.kind is one.VAR_KEYWORD for one in parameters)


def _occasion(run: Any) -> tuple[str, ...]:
    """Return what a DAG run stands for, by which results of a source belong to it."""
    kind = str(getattr(run.run_type, "value", run.run_type))
    if kind == "manual":
        return ("run", run.run_id)
    if run.partition_key:
        return ("partition", str(run.partition_key))
    if kind == "asset_triggered":
        events = run.consumed_asset_events or ()
        return ("events", *sorted(f"{event.asset.uri} at {event.timestamp.isoformat()}" for event in events))
    if kind in {"scheduled", "backfill"} and run.data_interval_start is not None:
        return ("interval", run.data_interval_start.isoformat(), run.data_interval_end.isoformat())
    if kind in {"scheduled", "backfill"} and run.logical_date is not None:
        return ("interval", run.logical_date.isoformat())
    return ("run", run.run_id)


def _variable(name: str) -> str | None:
    try:
        found = Variable.get(name, default=None)
    except AirflowRuntimeError:
        return None
    return None if found is None else str(found)


def _mask(name: str, value: Any) -> Any:
    return redact(value, name, max_depth=_MASK_DEPTH)


def _task_run(
    instance: Any, run: Any, function: Callable[..., Any], outputs: tuple[str, ...], interpreter: str | None = None
) -> TaskRun:
    source = source_of(function)
    return TaskRun(
        id=str(uuid.uuid4()),
        dag_id=instance.dag_id,
        run_id=instance.run_id,
        task_id=instance.task_id,
        map_index=-1 if instance.map_index is None else instance.map_index,
        try_number=instance.try_number,
        instance_id=str(instance.id),
        clear_number=run.clear_number or 0,
        started_at=datetime.now(timezone.utc),
        logical_date=run.logical_date,
        interval_start=run.data_interval_start,
        interval_end=run.data_interval_end,
        run_after=run.run_after,
        partition_key=run.partition_key,
        source=None if source is None else source[:_SOURCE_LENGTH].encode(errors="replace").decode(),
        environment={
            **_bundle(instance),
            "python": platform.python_version(),
            "interpreter": interpreter,
            "airflow": version("apache-airflow"),
            "airflow_artifacts": version("airflow-artifacts"),
            "host": socket.gethostname(),
            "commit": commit_of(function),
        },
        outputs=outputs,
    )


def _bundle(instance: Any) -> dict[str, str | None]:
    """Return the DAG bundle that the file came from; ``dag.test()`` knows none."""
    bundle = getattr(instance, "bundle_instance", None)
    return {} if bundle is None else {"bundle": bundle.name, "bundle_version": bundle.version}
