"""Deciding for a task that has not begun: by the rules, the code and the arguments by which its worker would.

This runs in a process of its own for each decision, as a worker does: the DAG file and all it imports are loaded fresh
from disk. Whatever is unclear is left to a worker, which finds the same hit or says what is wrong.
"""

from __future__ import annotations

import contextlib
import dataclasses
import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airflow.dag_processing.bundles.manager import DagBundlesManager
from airflow.dag_processing.dagbag import BundleDagBag
from airflow.sdk.api.datamodels._generated import DagRun, TIRunContext
from airflow.sdk.exceptions import AirflowSkipException
from airflow.sdk.execution_time import task_runner
from airflow.sdk.execution_time.context import set_current_context
from airflow.sdk.execution_time.task_runner import RuntimeTaskInstance

from airflow_artifacts.client.plan import TaskNode
from airflow_artifacts.client.task import TaskExecution
from airflow_artifacts.logs import FIELDS
from airflow_artifacts.provider.calls import task_call
from airflow_artifacts.provider.deciders import Question, Verdict
from airflow_artifacts.provider.declaring import by_parameter
from airflow_artifacts.provider.links import EarlierRunLink, page_of
from airflow_artifacts.provider.metrics import keeping
from airflow_artifacts.provider.operator import ArtifactDecoratedOperator
from airflow_artifacts.provider.settings import Settings, connect

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from airflow.dag_processing.bundles.base import BaseDagBundle

    from airflow_artifacts.client import ArtifactClient
    from airflow_artifacts.client.call import TaskCall
    from airflow_artifacts.model import ArtifactRef

__all__ = ["decide"]


class _UnclearError(Exception):
    """A worker is to decide; the text says why."""


class _ToldRun:
    """A DAG run as far as Airflow tells a triggerer of it: asking for more ends the decision."""

    def __init__(self, run: DagRun, told: Mapping[str, Any]) -> None:
        self._run, self._told = run, told

    def __getattr__(self, name: str) -> Any:
        if name in DagRun.model_fields and name not in self._told:
            message = f"it asks for dag_run.{name}, which a triggerer is not told"
            raise _UnclearError(message)
        return getattr(self._run, name)


def decide(question: Question) -> Verdict:
    """Decide for a task, and record the reuse where it is a hit."""
    lines: list[tuple[str, Mapping[str, Any]]] = []
    with _logged(lines), keeping() as counted:
        try:
            verdict = _decided(question, lines)
        except _UnclearError as unclear:
            verdict = Verdict(str(unclear), tuple(lines))
        except Exception as error:  # noqa: BLE001 - whatever it is, the worker meets it too, and says so as it always does
            verdict = Verdict(f"{type(error).__name__}: {error}", tuple(lines))
    return dataclasses.replace(verdict, counted=tuple(counted))


def _decided(question: Question, lines: list[tuple[str, Mapping[str, Any]]]) -> Verdict:
    task, bundle = _load(question)
    run = DagRun.model_validate({**question.run, "clear_number": 0})
    instance: Any = RuntimeTaskInstance.model_construct(
        **question.instance,
        task=task,
        bundle_instance=bundle,
        _ti_context_from_server=TIRunContext.model_construct(
            dag_run=_ToldRun(run, question.run),
            max_tries=task.retries,
        ),
        max_tries=task.retries,
    )
    context: Any = instance.get_template_context()
    with set_current_context(context):
        context["task"] = instance.task = task = task.prepare_for_execution()
        instance.render_templates(context, task.dag.get_template_env())
        arguments = by_parameter(task.python_callable, tuple(task.op_args), dict(task.op_kwargs))
        settings = Settings.read(task.artifacts_conn_id)
        settings.check_executor(task.executor)
        with connect(settings) as client:
            context["dag_run"] = run
            call = task_call(task, context, arguments)
            _refuse_later_try(client, call)
            execution = TaskExecution(client, call, is_skip=lambda _: False)
            _refuse_skip(execution, task, context)
            planned = client.plan_task(TaskNode(task.task_id, call), {})
            if not planned.outputs:
                return Verdict(planned.reason, tuple(lines))
            with execution.running():
                _push(task, instance, _reused(execution))
                _push_link(instance, execution)
    return Verdict(planned.reason, tuple(lines), is_hit=True)


def _reused(execution: TaskExecution) -> dict[str, ArtifactRef]:
    """Record that the task returns again what was found for it.

    Raises:
        _UnclearError: It is gone by now, or Airflow is to be told of it, which is a worker's to do.
    """
    refs = execution.reuse()
    if refs is None:
        message = "what was found for it is gone by now"
        raise _UnclearError(message)
    if owed := execution.owed():
        message = f"{owed[0]} is the latest by now, and only a worker sends the asset event"
        raise _UnclearError(message)
    return refs


def _load(question: Question) -> tuple[ArtifactDecoratedOperator, BaseDagBundle]:
    """Load the task from its DAG file, as a worker would.

    Raises:
        _UnclearError: It cannot be told from where a worker would, or it is not there, or is to begin on a worker now.
    """
    bundle = _bundle(question)
    bag = BundleDagBag(
        dag_folder=question.fileloc,
        safe_mode=False,
        load_op_links=False,
        bundle_path=bundle.path,
        bundle_name=bundle.name,
    )
    dag = bag.dags.get(question.dag_id)
    task: Any = None if dag is None else dag.task_dict.get(question.task_id)
    if not isinstance(task, ArtifactDecoratedOperator) or not task.start_from_trigger:
        errors = "; ".join(bag.import_errors.values())
        message = f"{question.fileloc} has no such task any more, or cannot be loaded{errors and ': '}{errors}"
        raise _UnclearError(message)
    return task, bundle


def _bundle(question: Question) -> BaseDagBundle:
    """Return the DAG bundle that the file belongs to, brought up to date.

    Raises:
        _UnclearError: There is none here, or its versions differ from run to run and nobody tells which one counts.
    """
    manager: Any = DagBundlesManager
    for bundle in manager().get_all_dag_bundles():
        if question.relative_fileloc and Path(bundle.path, question.relative_fileloc) == Path(question.fileloc):
            if bundle.supports_versioning and not question.disable_bundle_versioning:
                message = f"a triggerer is not told which version of the DAG bundle {bundle.name!r} its run has"
                raise _UnclearError(message)
            bundle.initialize()
            if os.access(question.fileloc, os.R_OK):
                found: BaseDagBundle = bundle
                return found
    message = f"{question.fileloc} is in no DAG bundle of this triggerer"
    raise _UnclearError(message)


def _refuse_later_try(client: ArtifactClient, call: TaskCall) -> None:
    """Leave a task instance of which something is recorded to a worker: it may have been cleared since.

    A triggerer is not told how often a run was cleared, and a cleared task computes.

    Raises:
        _UnclearError: Something is recorded.
    """
    run = call.task_run
    found = client.lineage.find_task_run(run.dag_id, run.run_id, run.task_id)
    if found is not None and found.task_run.instance_id != run.instance_id:
        message = (
            f"something is recorded of it in this run, by try {found.task_run.try_number}: it may be cleared since"
        )
        raise _UnclearError(message)


def _refuse_skip(execution: TaskExecution, task: ArtifactDecoratedOperator, context: Any) -> None:
    """Leave it to a worker to skip the task as its upstream was.

    Raises:
        _UnclearError: It is to be skipped.
    """
    try:
        task._skip_as_its_upstream(execution, context)  # noqa: SLF001 - what it would do itself
    except AirflowSkipException as skip:
        raise _UnclearError(str(skip)) from skip


def _push(task: ArtifactDecoratedOperator, instance: Any, refs: Mapping[str, ArtifactRef]) -> None:
    """Push the XComs that a worker would push: the event that ends a task takes no references."""
    if not task.do_xcom_push:
        return
    if not task.signature.multiple:
        instance.xcom_push("return_value", next(iter(refs.values())))
        return
    for output, ref in refs.items():
        instance.xcom_push(output, ref)
    instance.xcom_push("return_value", dict(refs))


def _push_link(instance: Any, execution: TaskExecution) -> None:
    """Keep the link to the task run that computed the result, as Airflow does when a worker has ended."""
    if (earlier := execution.earlier_run()) is not None:
        key, page = EarlierRunLink().xcom_key, page_of(earlier)
        task_runner._xcom_push_to_db(instance, key=key, value=page)  # noqa: SLF001 - links are no XComs of users


@contextlib.contextmanager
def _logged(lines: list[tuple[str, Mapping[str, Any]]]) -> Iterator[None]:
    """Keep what this package logs while the block lasts."""

    class Kept(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append((record.getMessage(), getattr(record, FIELDS, {})))

    logger, kept = logging.getLogger("airflow_artifacts"), Kept(logging.INFO)
    level = logger.level
    logger.addHandler(kept)
    logger.setLevel(logging.INFO)
    try:
        yield
    finally:
        logger.removeHandler(kept)
        logger.setLevel(level)
