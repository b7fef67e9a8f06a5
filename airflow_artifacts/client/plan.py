"""What the cache would decide for each task of a DAG, before any of them runs."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from airflow_artifacts.client.call import TaskCall
    from airflow_artifacts.entries import Decision
    from airflow_artifacts.model import ArtifactRef, TaskRun

__all__ = ["Plan", "PlannedTask", "RecordedReuse", "TaskGraph", "TaskNode"]


@dataclasses.dataclass(frozen=True, slots=True)
class TaskNode:
    """A task of a graph.

    Attributes:
        call: How it would be called; None where that cannot be known before it runs.
        reason: Why there is no call, in words that follow "because".
    """

    task_id: str
    call: TaskCall | None
    reason: str | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class TaskGraph:
    """The artifact tasks of one DAG run, each after all that it depends on."""

    dag_id: str
    run_id: str
    tasks: tuple[TaskNode, ...]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class PlannedTask:
    """What the cache would decide for a task.

    Attributes:
        decision: None where it cannot be known yet.
        reason: Why, as a whole sentence without a full stop.
        outputs: Of a hit: the references that the task would return, by output.
    """

    task_id: str
    decision: Decision | None
    reason: str
    outputs: Mapping[str, ArtifactRef] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True, slots=True)
class RecordedReuse:
    """What was recorded on behalf of a task.

    Attributes:
        outputs: The references that it returns, by output.
        earlier_run: What computed them; None where that was forgotten.
        tells: Whether Airflow is to be told of a new version, which only the task itself can do: it must run.
    """

    outputs: Mapping[str, ArtifactRef]
    earlier_run: TaskRun | None
    tells: bool


@dataclasses.dataclass(frozen=True, slots=True)
class Plan:
    """What the cache would decide for each artifact task of a DAG run, in an order in which they may run."""

    dag_id: str
    run_id: str
    tasks: tuple[PlannedTask, ...]

    @property
    def seconds(self) -> float:
        """What the computations took that would be saved."""
        return sum(task.decision.seconds or 0 for task in self.tasks if task.decision is not None)
