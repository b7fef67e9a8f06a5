"""Answers about task runs, and the versions as they are named beside them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import Field

from airflow_artifacts.ui.api.answers.base import Answer

__all__ = [
    "DecidedRunAnswer",
    "DecisionAnswer",
    "DifferenceAnswer",
    "ExplanationAnswer",
    "NamedVersion",
    "PlanAnswer",
    "PlannedTaskAnswer",
    "PlanningAnswer",
    "RunAnswer",
    "RunSummaryAnswer",
    "TaskRunAnswer",
    "TaskRunDetail",
    "TaskRunPageAnswer",
    "VersionAnswer",
]


class TaskRunAnswer(Answer):
    """One try of one task instance."""

    id: str
    dag_id: str
    run_id: str
    task_id: str
    map_index: int
    try_number: int
    state: str
    started_at: datetime
    ended_at: datetime | None


class VersionAnswer(Answer):
    """A version, as a row of a table shows it."""

    id: str
    artifact: str
    named: bool
    version: str
    kind: str
    type: str
    size: int
    save_kind: str
    created_at: datetime
    effective_at: datetime
    tags: list[str]
    aliases: list[str]
    pinned: bool
    bytes_deleted_at: datetime | None
    output: str | None
    length: int | None = Field(description="Of a list or a tuple.")
    producer: TaskRunAnswer | None


class NamedVersion(Answer):
    """A version by the name of the parameter or output; without the version where this user may not see it."""

    name: str
    kind: str = Field(description="argument, read, produced or reused")
    version: VersionAnswer | None
    reference: str | None = Field(description="The text by which a function asked for it.")


class DecisionAnswer(Answer):
    """What the cache decided for a task run."""

    outcome: str = Field(description="hit, miss, or the words of another outcome")
    reasons: list[str]
    seconds: float | None = Field(description="What the computation took that was saved.")
    origin: TaskRunAnswer | None = Field(description="What computed what was reused, where this user may see it.")


class DecidedRunAnswer(Answer):
    """A task run with what it read and wrote and what the cache decided."""

    task_run: TaskRunAnswer
    decision: DecisionAnswer | None
    inputs: list[NamedVersion]
    outputs: list[NamedVersion]


class TaskRunPageAnswer(Answer):
    """A page of task runs, newest first."""

    task_runs: list[DecidedRunAnswer]
    next: str | None


class DifferenceAnswer(Answer):
    """A part that two cache keys do not share."""

    kind: str
    name: str
    place: str | None
    before: str | None
    now: str | None
    sentence: str
    lines: list[str] = Field(description="Of source: the lines that differ, as `diff -u` shows them.")


class ExplanationAnswer(Answer):
    """Why a task run was a hit or a miss."""

    lines: list[str] = Field(description="As the task's log said it.")
    compared: TaskRunAnswer | None = Field(description="The earlier task run with the nearest key.")
    differences: list[DifferenceAnswer]


class TaskRunDetail(Answer):
    """A task run with all that its tab shows."""

    run: DecidedRunAnswer
    explanation: ExplanationAnswer
    parameters: dict[str, Any]
    source: str | None
    environment: dict[str, Any]
    pending: list[str] = Field(description="Outputs that it declares and has not made yet.")


class RunAnswer(Answer):
    """A DAG run: its artifact tasks in the order in which they began, each with its newest try."""

    dag_id: str
    run_id: str
    task_runs: list[DecidedRunAnswer]
    hits: int
    misses: int
    uncached: int
    seconds_saved: float


class RunSummaryAnswer(Answer):
    """A DAG run in numbers."""

    run_id: str
    started_at: datetime
    hits: int
    misses: int
    uncached: int
    seconds_saved: float


class PlannedTaskAnswer(Answer):
    """What the cache would decide for a task."""

    task_id: str
    outcome: str | None = Field(description="Nothing where it cannot be known yet.")
    reason: str
    outputs: list[str] = Field(description="Of a hit: the references that it would return.")


class PlanAnswer(Answer):
    """What the cache would decide for each artifact task, if the DAG ran now."""

    run_id: str
    tasks: list[PlannedTaskAnswer]
    mapped: list[str] = Field(description="Mapped tasks, which decide when they run.")
    seconds: float = Field(description="What the computations took that would be saved.")


class PlanningAnswer(Answer):
    """Whether this server may plan, which runs the DAG's file."""

    may_plan: bool
    reason: str | None = Field(description="Why not.")
    command: str = Field(description="What plans on a machine that has the DAG's file.")
