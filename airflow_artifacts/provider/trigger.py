"""The trigger with which an artifact task begins where its hits are found in the triggerer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow.triggers.base import BaseTrigger, TaskSuccessEvent, TriggerEvent

from airflow_artifacts.logs import bound
from airflow_artifacts.provider.deciders import Question, Verdict, ask_process
from airflow_artifacts.provider.metrics import send

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

__all__ = ["CacheTrigger"]

_INSTANCE = ("id", "dag_id", "task_id", "run_id", "map_index", "try_number", "dag_version_id")


class CacheTrigger(BaseTrigger):
    """Ends an artifact task that is a hit, with the references that it would return; all others go on to a worker.

    It never fails a task: whatever goes wrong here goes on to a worker as well. It waits for nobody: where another task
    run computes the same key at this moment, a worker waits.
    """

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Return how it is made anew; what it decides about is the task instance that it is attached to."""
        return f"{type(self).__module__}.{type(self).__qualname__}", {}

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Decide, once."""
        verdict = await self._verdict()
        for line, fields in verdict.lines:
            with bound(fields):
                self.log.info("%s", line)
        for counted in verdict.counted:
            send(counted)
        if not verdict.is_hit:
            self.log.info("left to a worker: %s", verdict.reason)
        left: Any = TriggerEvent
        yield TaskSuccessEvent() if verdict.is_hit else left(verdict.reason)

    async def _verdict(self) -> Verdict:
        try:
            question = _question(self.task_instance)
            return Verdict(question) if isinstance(question, str) else await ask_process(question)
        except Exception as error:  # a worker meets it too, or does without
            self.log.exception("the decision failed")
            return Verdict(f"{type(error).__name__}: {error}")


def _question(instance: Any) -> Question | str:
    """Return what to decide, or why that is left to a worker, as is known without looking."""
    task = getattr(instance, "task", None)
    if task is None:
        return "it does not begin in the triggerer any more"
    if instance.try_number > 1:
        return "only a first try is decided here, as a triggerer is not told whether a task was cleared"
    told = instance._ti_context_from_server.dag_run  # noqa: SLF001 - the only place where a trigger finds its DAG run
    if told.run_type == "asset_triggered":
        return "a triggerer is not told which asset events its run consumed"
    return Question(
        dag_id=instance.dag_id,
        task_id=instance.task_id,
        fileloc=task.dag.fileloc,
        relative_fileloc=task.dag.relative_fileloc,
        disable_bundle_versioning=task.dag.disable_bundle_versioning,
        instance={name: getattr(instance, name) for name in _INSTANCE},
        run=told.model_dump(mode="json", exclude_unset=True),
    )
