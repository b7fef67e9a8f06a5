"""What the cache would decide for a DAG, as the command says it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow_artifacts.ui.api.answers.task_runs import PlanAnswer, PlannedTaskAnswer
from airflow_artifacts.ui.api.hiding import HIDDEN, sentence

if TYPE_CHECKING:
    from collections.abc import Mapping

    from airflow_artifacts.ui.api.viewer import Viewer

__all__ = ["plan_answer"]

_UNKNOWN = "unknown"


def plan_answer(viewer: Viewer, document: Mapping[str, Any]) -> PlanAnswer:
    """Return a plan; of versions that may not be seen neither the names nor what is said of them."""
    return PlanAnswer(
        run_id=document["run_id"],
        tasks=[_task(viewer, task) for task in document["tasks"]],
        mapped=list(document.get("mapped", ())),
        seconds=document["saved_seconds"],
    )


def _task(viewer: Viewer, task: Mapping[str, Any]) -> PlannedTaskAnswer:
    reason = str(task["reason"])
    return PlannedTaskAnswer(
        task_id=task["task"],
        outcome=None if task["decision"] == _UNKNOWN else task["decision"],
        reason=reason if viewer.sight.is_whole else sentence(reason),
        outputs=[_output(viewer, name) for name in task["outputs"].values()],
    )


def _output(viewer: Viewer, name: str) -> str:
    version = viewer.client.resolve(name)
    return name if version is not None and viewer.sight.version(version) else HIDDEN
