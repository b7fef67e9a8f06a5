"""Running an artifact task: where it connects to, and what ends it."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from airflow.sdk.exceptions import AirflowSkipException

from airflow_artifacts.client.task import TaskExecution
from airflow_artifacts.provider.calls import task_call
from airflow_artifacts.provider.settings import Settings, connect

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from airflow.sdk.definitions.context import Context

    from airflow_artifacts.provider.operator import ArtifactDecoratedOperator

__all__ = ["executing"]


@contextlib.contextmanager
def executing(
    operator: ArtifactDecoratedOperator, context: Context, arguments: Mapping[str, Any]
) -> Iterator[TaskExecution]:
    """Record a try as running while the block lasts, and how it ended.

    Args:
        operator: With its templates rendered.
        context: Of the try.
        arguments: By parameter: references and literals.

    Raises:
        ConfigurationError: A setting cannot be meant, or the embedded default does not serve this executor.
        LineageError: The lineage database refuses, fails, or is out of reach.
    """
    settings = Settings.read(operator.artifacts_conn_id)
    settings.check_executor(operator.executor)
    with connect(settings) as client:
        call = task_call(operator, context, arguments)
        execution = TaskExecution(client, call, is_skip=lambda error: isinstance(error, AirflowSkipException))
        with execution.running():
            yield execution
