"""Calls functions as artifact tasks without Airflow, as the operator does."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from airflow_artifacts.cache.policy import policy_of
from airflow_artifacts.client.call import TaskCall
from airflow_artifacts.client.task import TaskExecution
from airflow_artifacts.signature import read_signature
from tests.lineage.making import a_run

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from airflow_artifacts.client import ArtifactClient
    from airflow_artifacts.model import ArtifactRef, TaskRun

SECRET = b"the deployment's key"
CONTEXT_KEYS = frozenset({"ds", "run_id", "ti", "params"})


class Skipped(Exception):  # noqa: N818 - as Airflow's
    """The task skips itself."""


@dataclasses.dataclass(frozen=True)
class Ran:
    """What a call came to."""

    refs: Mapping[str, ArtifactRef]
    executed: bool
    task_run: TaskRun

    @property
    def ref(self) -> ArtifactRef:
        """The only output."""
        (ref,) = self.refs.values()
        return ref


def a_call(
    function: Callable[..., Any],
    arguments: Mapping[str, Any] | None = None,
    *,
    run: TaskRun | None = None,
    cache: object = None,
    context: Mapping[str, Any] | None = None,
    multiple_outputs: bool = False,
    **fields: Any,
) -> TaskCall:
    """Describe a call; a run of its own where none is given."""
    run = run or a_run(function.__name__)
    defaults: dict[str, Any] = {"secret": SECRET, "occasion": ("run", run.run_id), "upstream": {}}
    return TaskCall(
        task_run=run,
        function=function,
        signature=read_signature(function, multiple_outputs=multiple_outputs, context_keys=CONTEXT_KEYS),
        arguments=arguments or {},
        context=context or {},
        policy=policy_of(cache),
        **{**defaults, **fields},
    )


def execute(client: ArtifactClient, call: TaskCall, **options: Any) -> Ran:
    """Run a call as the operator does."""
    execution = TaskExecution(client, call, is_skip=lambda error: isinstance(error, Skipped), **options)
    executed = False
    with execution.running():
        refs = execution.recall()
        if refs is None:
            executed = True
            refs = execution.publish(call.function(**execution.bind(), **call.context))
    found = client.lineage.find_task_run(
        call.task_run.dag_id, call.task_run.run_id, call.task_run.task_id, map_index=call.task_run.map_index
    )
    assert found is not None
    return Ran(refs, executed, found.task_run)


@dataclasses.dataclass
class Caller:
    """Runs functions as tasks of one client; each call is a DAG run of its own, unless it says which."""

    client: ArtifactClient
    runs: int = 0

    def __call__(self, function: Callable[..., Any], /, *, run: str | TaskRun | None = None, **fields: Any) -> Ran:
        """Run a function; what is no field of a call is an argument."""
        names = {field.name for field in dataclasses.fields(TaskCall)} | {"cache", "context", "multiple_outputs"}
        options = {name: fields.pop(name) for name in list(fields) if name in names}
        arguments = {**options.pop("arguments", {}), **fields}
        self.runs += 1
        if run is None or isinstance(run, str):
            run = a_run(function.__name__, run or f"run {self.runs}")
        return execute(self.client, a_call(function, arguments, run=run, **options))
