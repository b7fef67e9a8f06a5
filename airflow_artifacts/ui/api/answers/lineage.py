"""Answers about how versions and task runs hang together."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from airflow_artifacts.ui.api.answers.base import Answer
from airflow_artifacts.ui.api.answers.task_runs import TaskRunAnswer, VersionAnswer
from airflow_artifacts.ui.api.answers.versions import ColumnAnswer

__all__ = [
    "BlastRadiusAnswer",
    "ChangeAnswer",
    "DiffAnswer",
    "EdgeAnswer",
    "GraphAnswer",
    "NodeAnswer",
    "SectionAnswer",
]


class NodeAnswer(Answer):
    """A version or a task run; one that this user may not see has neither, and an id that says nothing."""

    id: str
    kind: Literal["version", "task_run"]
    version: VersionAnswer | None = None
    task_run: TaskRunAnswer | None = None


class EdgeAnswer(Answer):
    """An arrow in the direction in which data flows."""

    source: str
    target: str
    name: str = Field(description="The parameter or output.")
    kind: Literal["argument", "read", "produced", "reused", "copy"]


class GraphAnswer(Answer):
    """What versions were made from, what was made from them, or both."""

    root: str
    nodes: list[NodeAnswer]
    edges: list[EdgeAnswer]
    truncated: bool = Field(description="Whether depth or size cut it off.")


class BlastRadiusAnswer(Answer):
    """What replacing a version would concern, however far."""

    versions: int
    artifacts: list[str]
    dags: list[str]
    task_runs: int
    aliases: list[str]
    hidden: int = Field(description="Versions among them that this user may not see.")
    truncated: bool


class ChangeAnswer(Answer):
    """One thing that two versions do not share; nothing stands for the version that lacks it."""

    name: str
    before: Any
    now: Any
    lines: list[str]


class SectionAnswer(Answer):
    """What differs of one kind: code, inputs, parameters, packages, environment, schema, statistics or metadata."""

    name: str
    changes: list[ChangeAnswer]


class DiffAnswer(Answer):
    """What differs between two versions."""

    before: VersionAnswer
    now: VersionAnswer
    same_value: bool
    sections: list[SectionAnswer]
    before_columns: list[ColumnAnswer]
    now_columns: list[ColumnAnswer]
