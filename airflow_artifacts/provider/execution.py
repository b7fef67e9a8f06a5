"""Running an artifact task: where it connects to, and how Airflow describes the try that runs."""

from __future__ import annotations

import contextlib
import platform
import socket
import uuid
from datetime import datetime, timezone
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from airflow.sdk._shared.secrets_masker import redact
from airflow.sdk.exceptions import AirflowSkipException

from airflow_artifacts.client.task import TaskExecution
from airflow_artifacts.model import TaskRun
from airflow_artifacts.provider.settings import Settings, connect
from airflow_artifacts.signature import source_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from airflow.sdk.definitions.context import Context

    from airflow_artifacts.provider.operator import ArtifactDecoratedOperator

__all__ = ["executing"]

# A function longer than this is recorded by its beginning.
_SOURCE_LENGTH = 65_536
# Deeper than any parameter that people write; the masker's own default is 5.
_MASK_DEPTH = 64


@contextlib.contextmanager
def executing(operator: ArtifactDecoratedOperator, context: Context) -> Iterator[TaskExecution]:
    """Record a try as running while the block lasts, and how it ended.

    Raises:
        ConfigurationError: A setting cannot be meant, or the embedded default does not serve this executor.
        LineageError: The lineage database refuses, fails, or is out of reach.
    """
    settings = Settings.read(operator.artifacts_conn_id)
    settings.check_executor(operator.executor)
    with connect(settings) as client:
        execution = TaskExecution(
            client,
            _task_run(context, operator.python_callable),
            operator.signature,
            materializers=operator.materializers,
            substitutions=operator.substitutions,
            mask=_mask,
            is_skip=lambda error: isinstance(error, AirflowSkipException),
        )
        with execution.running():
            yield execution


def _mask(name: str, value: Any) -> Any:
    return redact(value, name, max_depth=_MASK_DEPTH)


def _task_run(context: Context, function: Callable[..., Any]) -> TaskRun:
    instance, run = context["ti"], context["dag_run"]
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
            "airflow": version("apache-airflow"),
            "airflow_artifacts": version("airflow-artifacts"),
            "host": socket.gethostname(),
        },
    )


def _bundle(instance: Any) -> dict[str, str | None]:
    """Return the DAG bundle that the file came from; ``dag.test()`` knows none."""
    bundle = getattr(instance, "bundle_instance", None)
    return {} if bundle is None else {"bundle": bundle.name, "bundle_version": bundle.version}
