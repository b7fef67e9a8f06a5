"""What task runs read and wrote."""

from __future__ import annotations

import dataclasses
import enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from airflow_artifacts.model.task_runs import TaskRun
    from airflow_artifacts.model.versions import ArtifactVersion

__all__ = ["Direction", "EdgeKind", "LineageEdge", "LineageGraph", "RunLineage", "TaskRunWithEdges"]


class Direction(str, enum.Enum):
    """Which way a lineage edge points, as the task run sees it."""

    INPUT = "input"
    OUTPUT = "output"


class EdgeKind(str, enum.Enum):
    """Why a lineage edge exists."""

    ARGUMENT = "argument"
    """An input that the task received as an argument."""
    READ = "read"
    """An input that the task's function loaded or asked about itself."""
    PRODUCED = "produced"
    """An output that the task run made."""
    REUSED = "reused"
    """An output that an earlier task run made and this one returned again."""


@dataclasses.dataclass(frozen=True, slots=True)
class LineageEdge:
    """A task run read or wrote a version.

    Attributes:
        name: The parameter or output; ``xs[0]`` for an item of a list.
        reference: The text by which a function asked for it; None where it was given.
    """

    task_run: str
    version: str
    direction: Direction
    kind: EdgeKind
    name: str
    reference: str | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class LineageGraph:
    """What a version was made from, or what was made from it.

    Attributes:
        root: The UUID of the version it starts at.
        versions: By UUID, the root included.
        task_runs: By UUID.
        truncated: Whether depth or size cut it off.
    """

    root: str
    versions: Mapping[str, ArtifactVersion]
    task_runs: Mapping[str, TaskRun]
    edges: Sequence[LineageEdge]
    truncated: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class TaskRunWithEdges:
    """A task run, with the versions it read and wrote by name."""

    task_run: TaskRun
    inputs: Mapping[str, ArtifactVersion]
    outputs: Mapping[str, ArtifactVersion]


@dataclasses.dataclass(frozen=True, slots=True)
class RunLineage:
    """All that one DAG run read and wrote: its task runs in the order in which they began."""

    dag_id: str
    run_id: str
    task_runs: Sequence[TaskRunWithEdges]
