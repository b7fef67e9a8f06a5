"""The execution of one artifact task: its record, its inputs, its outputs.

Nothing here knows Airflow: the operator describes the try as a :class:`~airflow_artifacts.model.TaskRun` and hands
over what the function takes and gives.
"""

from __future__ import annotations

import contextlib
import dataclasses
import logging
import time
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from rich.filesize import decimal

from airflow_artifacts.artifact import unnamed
from airflow_artifacts.client.context import TaskContext
from airflow_artifacts.client.drafts import Destination, materialize, publish, upload
from airflow_artifacts.client.inputs import Inputs
from airflow_artifacts.exceptions import ArtifactError
from airflow_artifacts.model import SaveKind, TaskRunState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from airflow_artifacts.client import ArtifactClient
    from airflow_artifacts.client.drafts import Draft
    from airflow_artifacts.materializers import Materializer
    from airflow_artifacts.model import ArtifactRef, ArtifactVersion, TaskRun
    from airflow_artifacts.signature import Output, Signature

__all__ = ["TaskExecution"]

_log = logging.getLogger(__name__)


class TaskExecution:
    """One try of one artifact task.

    Args:
        client: Where it reads and saves.
        task_run: The try.
        signature: What its function takes and gives.
        materializers: What writes an output, by its name, where it is not what is registered for the type.
        substitutions: Values for the templates of names; they may override ``date``.
        mask: Hides what is secret in a parameter, given its name and JSON.
        is_skip: Whether an exception means that the task skips itself.
    """

    def __init__(
        self,
        client: ArtifactClient,
        task_run: TaskRun,
        signature: Signature,
        *,
        materializers: Mapping[str, Materializer[Any]],
        substitutions: Mapping[str, object],
        mask: Callable[[str, Any], Any],
        is_skip: Callable[[BaseException], bool],
    ) -> None:
        outputs = None if signature.keyed else tuple(output.name for output in signature.outputs)
        self._client = client
        self._run = task_run
        self._signature = signature
        self._materializers = materializers
        self._substitutions = substitutions
        self._mask = mask
        self._is_skip = is_skip
        self._context = TaskContext(client, task_run, outputs)
        self._destinations: dict[str, Destination] = {}

    @contextlib.contextmanager
    def running(self) -> Iterator[TaskExecution]:
        """Record the try as begun, be the current context, and record how it ended.

        Raises:
            LineageError: The lineage database refused, failed, or is out of reach.
        """
        lineage = self._client.lineage
        self._run = lineage.begin(self._run)
        state = TaskRunState.FAILED
        try:
            with self._context.activated():
                yield self
            state = TaskRunState.SUCCESS
        except BaseException as error:
            state = TaskRunState.SKIPPED if self._is_skip(error) else TaskRunState.FAILED
            raise
        finally:
            for draft in self._context.drafts:
                draft.close()
            self._end(state)

    def bind(self, arguments: Mapping[str, Any], upstream: Mapping[str, Sequence[str]]) -> dict[str, Any]:
        """Return the function's arguments, references loaded and literals validated, and record them.

        Explicit versions that are taken are refused here, before the function runs.

        Raises:
            InputError: An argument does not fit its annotation.
            VersionTakenError: A declared version exists already.
            InvalidNameError: A name's template lacks a key or makes a name that is not allowed.
        """
        self._destinations = {output.name: self._destination(output) for output in self._signature.outputs}
        for destination in self._destinations.values():
            if destination.version is not None:
                self._client.lineage.check_version(destination.artifact, destination.version, task_run=self._run)
        inputs = Inputs(self._client, self._run.id, self._signature)
        bound = inputs.bind(arguments, upstream)
        masked = {name: self._mask(name, value) for name, value in inputs.parameters.items()}
        self._client.lineage.update_parameters(self._run.id, masked)
        return bound

    def publish(self, returned: object) -> dict[str, ArtifactRef]:
        """Store what the function returned, publish it with what it saved itself, and return references by output.

        All outputs become files before any is published, and all versions are published in one transaction.

        Raises:
            OutputError: It does not fit the declaration.
            UnsupportedTypeError: No materializer writes values of a type.
            VersionTakenError: A declared version exists with other content.
            SupersededError: A later try of the task has begun.
            StoreError: The store refused, failed, or is out of reach.
        """
        started = time.monotonic()
        drafts = self._context.drafts
        saved = len(drafts)
        for output, value in self._signature.split(returned):
            draft = self._materialize(output, value)
            drafts.append(draft)
            drafts[-1] = dataclasses.replace(draft, version=self._context.enriched(draft.version))
        self._context.check_additions()
        if not drafts:
            return {}
        upload(self._client.store, self._client.lineage, drafts[saved:])
        versions = publish(
            self._client.store, self._client.lineage, drafts, task_run=self._run, effective_at=self._run.effective_at
        )
        for draft, version in zip(drafts, versions, strict=True):
            _report(draft, version, time.monotonic() - started)
        outputs = zip(drafts[saved:], versions[saved:], strict=True)
        return {str(draft.version.output): version.ref for draft, version in outputs}

    def _materialize(self, output: Output, value: object) -> Draft:
        try:
            return materialize(
                self._client.store,
                value,
                self._destinations.get(output.name) or self._destination(output),
                save_kind=SaveKind.TASK_OUTPUT,
                output=output.name,
                materializer=self._materializers.get(output.name),
            )
        except ArtifactError as error:
            error.args = (f"output {output.name!r} of {self._signature.name!r}: {error}", *error.args[1:])
            raise

    def _destination(self, output: Output) -> Destination:
        if output.artifact is not None:
            return Destination.of(output.artifact, self._values())
        run = self._run
        return Destination(artifact=unnamed(run.dag_id, run.task_id, output.name, run.map_index), named=False)

    def _values(self) -> dict[str, object]:
        run = self._run
        first = self._client.lineage.first_start(run.dag_id, run.run_id) or run.started_at
        stands_for = run.logical_date or run.run_after or first
        return {
            "date": first.strftime("%Y_%m_%d"),
            "time": first.strftime("%H_%M_%S_%f"),
            "ds": stands_for.strftime("%Y-%m-%d"),
            "dag_id": run.dag_id,
            "task_id": run.task_id,
            "run_id": run.run_id,
            "map_index": run.map_index,
            **self._substitutions,
        }

    def _end(self, state: TaskRunState) -> None:
        try:
            self._client.lineage.finish(self._run.id, state, datetime.now(timezone.utc))
        except ArtifactError as error:
            # The outcome of the task is what its function and its outputs made it, and Airflow has that.
            _log.warning("the end of the task could not be recorded as %s: %s", state.value, error)


def _report(draft: Draft, version: ArtifactVersion, seconds: float) -> None:
    files = len(draft.manifest.files)
    _log.info(
        "%s: %s · %s · %s in %d file%s · %.2f s",
        f"output {version.output!r}" if draft.version.output else "saved",
        version,
        version.type,
        decimal(version.size),
        files,
        "" if files == 1 else "s",
        seconds,
    )
