"""Which artifact tasks begin in the triggerer, where a hit ends them without a worker, and what it leaves to a worker.

Whether a task may is known only when the DAG is whole, so that it is decided when the DAG is serialised. All others run
on a worker as ever: where a hit must do more than record itself and write XComs, or where a triggerer is not told what
the decision needs.
"""

from __future__ import annotations

import contextlib
import inspect
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from airflow.sdk.bases.operator import TRIGGER_FAIL_REPR
from airflow.sdk.definitions.context import KNOWN_CONTEXT_KEYS
from airflow.sdk.definitions.xcom_arg import XComArg
from airflow.sdk.exceptions import AirflowRuntimeError

from airflow_artifacts.cache.policy import policy_of
from airflow_artifacts.exceptions import DeclarationError
from airflow_artifacts.provider.assets import users_outlets

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from airflow.triggers.base import StartTriggerArgs

__all__ = ["IN_TRIGGERER", "Late", "check_hits", "forget_results", "is_left_to_worker", "reason_for_worker", "started"]

IN_TRIGGERER = "triggerer"

# A triggerer that is not there, or that has too much to do, delays a task by no more than this.
_LONGEST = timedelta(minutes=2)
_NEXT_METHOD = "execute"
_CALLBACKS = ("on_success_callback", "on_execute_callback")
# What belongs to the run and is the same wherever the task is looked at. All else of the context is either no part of
# a cache key, so that there is no hit, or is not told to a triggerer.
_OF_RUN = frozenset(
    {
        "data_interval_end",
        "data_interval_start",
        "ds",
        "ds_nodash",
        "logical_date",
        "params",
        "partition_date",
        "partition_key",
        "run_id",
        "ts",
        "ts_nodash",
        "ts_nodash_with_tz",
    }
)

T = TypeVar("T")


class Late(Generic[T]):
    """An attribute of a task that follows from the finished graph.

    Args:
        found: Returns it.
        otherwise: Its value on the class, which is what mapped tasks are made with.
    """

    def __init__(self, found: Callable[[Any], T], otherwise: T) -> None:
        self._found, self._otherwise = found, otherwise

    def __get__(self, task: Any, owner: type | None = None) -> T:
        return self._otherwise if task is None else self._found(task)


def check_hits(function: str, hits: object) -> None:
    """Refuse what is no place to find a hit.

    Raises:
        DeclarationError: It is none.
    """
    if hits not in {"worker", IN_TRIGGERER}:
        message = f"hits={hits!r} of {function!r} must be 'worker' or 'triggerer'"
        raise DeclarationError(message)


def started(task: Any) -> StartTriggerArgs | None:
    """Return how a task begins in the triggerer, in the graph as it is now; None where it begins on a worker."""
    if getattr(task, "hits", None) != IN_TRIGGERER or reason_for_worker(task) is not None:
        return None
    from airflow.triggers.base import StartTriggerArgs  # noqa: PLC0415 - of Airflow's core, and for few tasks only

    return StartTriggerArgs(
        trigger_cls="airflow_artifacts.provider.trigger.CacheTrigger",
        next_method=_NEXT_METHOD,
        trigger_kwargs={},
        next_kwargs={},
        timeout=_LONGEST,
    )


def is_left_to_worker(next_method: str) -> bool:
    """Whether a task resumes because the triggerer left it to a worker, or failed, or was not there in time."""
    return next_method in {_NEXT_METHOD, TRIGGER_FAIL_REPR}


def forget_results(task: Any, instance: Any) -> None:
    """Delete the XComs of an earlier try, as Airflow does where a task begins on a worker."""
    if instance.try_number == 1:
        return
    from airflow.sdk.execution_time.xcom import XCom  # noqa: PLC0415 - its module needs a task that runs

    several = [output.name for output in task.signature.outputs] if task.signature.several else []
    for key in ("return_value", *several):
        with contextlib.suppress(AirflowRuntimeError):
            XCom.delete(key, instance.task_id, instance.dag_id, instance.run_id, instance.map_index)


def reason_for_worker(task: Any) -> str | None:
    """Return why an artifact task begins on a worker, in words that follow "because"; None where it need not."""
    return next(_reasons(task), None)


def _reasons(task: Any) -> Iterator[str]:
    if getattr(task, "_dag", None) is None or not hasattr(task, "python_callable"):
        yield "it is not whole yet"
        return
    policy = policy_of(task.cache)
    if (policy is not None and not policy.enabled) or not (task.signature.outputs or task.signature.keyed):
        yield "it is not cached"
    if taken := _taken_context(task):
        yield f"its function takes {taken}"
    yield from _reasons_of_graph(task)
    if any(getattr(task, name, None) for name in _CALLBACKS):
        yield "it has a callback"
    if getattr(task, "_pre_execute_hook", None) or getattr(task, "_post_execute_hook", None):
        yield "something runs before or after it (pre_execute, run_if, skip_if, post_execute)"
    if task.inlets or users_outlets(task):
        yield "it has inlets or outlets"
    if task.interpreter_fields:
        yield "its function runs in another Python"
    if task.run_as_user:
        yield "it runs as another user"
    if task.returns_dag_result:
        yield "its result is that of the DAG"


def _reasons_of_graph(task: Any) -> Iterator[str]:
    if getattr(task.dag.timetable, "asset_condition", None) is not None:
        yield "a triggerer is not told which asset events its run consumed"
    if task.is_setup or task.is_teardown:
        yield "it is a setup or a teardown"
    if any(one.is_setup for one in task.upstream_list):
        yield "it stands behind a setup"
    if _is_mapped(task):
        yield "it is in a mapped group"
    # Airflow walks the whole DAG for the second, which few tasks need.
    if any(map(_is_mapped, task.downstream_list)) and next(task.iter_mapped_dependants(), None) is not None:
        yield "another task is expanded over it, and Airflow learns the length from a worker alone"
    arguments = {"args": task.op_args, "kwargs": task.op_kwargs, "substitutions": task.substitutions}
    if any(_is_mapped(operator) for operator, _ in XComArg.iter_xcom_references(arguments)):
        yield "it takes what a mapped task returns"


def _is_mapped(task: Any) -> bool:
    return task.is_mapped or next(task.iter_mapped_task_groups(), None) is not None


def _taken_context(task: Any) -> str | None:
    """Return what a function takes of the context that only a worker can give, if anything."""
    parameters: Mapping[str, inspect.Parameter] = inspect.signature(task.python_callable).parameters
    if any(one.kind is one.VAR_KEYWORD for one in parameters.values()):
        return "the whole context"
    given = {*list(parameters)[: len(task.op_args)], *task.op_kwargs}
    own = sorted(set(parameters) & KNOWN_CONTEXT_KEYS - _OF_RUN - given)
    return repr(own[0]) if own else None
