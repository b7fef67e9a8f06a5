"""What task runs read and wrote."""

from __future__ import annotations

import dataclasses
import enum
from typing import TYPE_CHECKING

from airflow_artifacts.model.task_runs import TaskRunState

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from typing_extensions import Self

    from airflow_artifacts.model.task_runs import TaskRun
    from airflow_artifacts.model.versions import VersionSummary

__all__ = [
    "BlastRadius",
    "Direction",
    "EdgeKind",
    "LineageEdge",
    "LineageGraph",
    "PendingOutput",
    "RunLineage",
    "TaskRunWithEdges",
]


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
    """What versions were made from, or what was made from them.

    Attributes:
        roots: The UUIDs of the versions it starts at.
        versions: By UUID, the roots included.
        task_runs: By UUID.
        truncated: Whether depth or size cut it off.
    """

    roots: tuple[str, ...]
    versions: Mapping[str, VersionSummary]
    task_runs: Mapping[str, TaskRun]
    edges: Sequence[LineageEdge]
    truncated: bool = False

    @property
    def root(self) -> str:
        """The UUID of the version it starts at, where that is one."""
        return self.roots[0]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class BlastRadius:
    """What replacing a version would concern: all that was made from it, however far.

    Attributes:
        version: Which one.
        versions: What was made from it, oldest first.
        task_runs: What read it, or what was made from it, in the order in which they began.
        aliases: Those that name one of these versions, such as ``models/churn@production``.
        truncated: Whether there is more than could be followed.
    """

    version: VersionSummary
    versions: tuple[VersionSummary, ...]
    task_runs: tuple[TaskRun, ...]
    aliases: tuple[str, ...]
    truncated: bool = False

    @classmethod
    def of(cls, graph: LineageGraph) -> Self:
        """Return that of a graph of what was made from a version."""
        versions = sorted(
            (one for one in graph.versions.values() if one.id != graph.root), key=lambda one: (one.created_at, one.id)
        )
        named = (one for one in (graph.versions[graph.root], *versions) if one.aliases)
        return cls(
            version=graph.versions[graph.root],
            versions=tuple(versions),
            task_runs=tuple(sorted(graph.task_runs.values(), key=lambda run: (run.started_at, run.id))),
            aliases=tuple(f"{one.artifact}@{alias}" for one in named for alias in sorted(one.aliases)),
            truncated=graph.truncated,
        )

    @property
    def artifacts(self) -> tuple[str, ...]:
        """The artifacts that the versions are of, sorted."""
        return tuple(sorted({version.artifact for version in self.versions}))

    @property
    def dags(self) -> tuple[str, ...]:
        """The DAGs whose tasks read them, sorted."""
        return tuple(sorted({run.dag_id for run in self.task_runs}))

    def __str__(self) -> str:
        more = " and more" if self.truncated else ""
        return (
            f"{self.version}: {len(self.versions)} versions of {len(self.artifacts)} artifacts{more} were made from "
            f"it, by {len(self.task_runs)} task runs of {len(self.dags)} DAGs"
        )


@dataclasses.dataclass(frozen=True, slots=True)
class PendingOutput:
    """An output that a task declares and has not made yet.

    Attributes:
        artifact: The artifact that it will be a version of; None where that is known only when it is made.
    """

    task_id: str
    output: str
    map_index: int = -1
    artifact: str | None = None

    def __str__(self) -> str:
        index = f"[{self.map_index}]" if self.map_index >= 0 else ""
        return f"{self.artifact or f'{self.task_id}{index}.{self.output}'} (not made yet)"


@dataclasses.dataclass(frozen=True, slots=True)
class TaskRunWithEdges:
    """A task run, with the versions it read and wrote by name, and the edges between them."""

    task_run: TaskRun
    inputs: Mapping[str, VersionSummary]
    outputs: Mapping[str, VersionSummary]
    edges: tuple[LineageEdge, ...] = ()

    @property
    def pending(self) -> tuple[PendingOutput, ...]:
        """The outputs that it declares and has not made yet; none once it has ended."""
        run = self.task_run
        if run.state is not TaskRunState.RUNNING:
            return ()
        return tuple(
            PendingOutput(run.task_id, name, run.map_index) for name in run.outputs if name not in self.outputs
        )

    @property
    def graph(self) -> LineageGraph:
        """It and what it read and wrote, as a graph."""
        return _graph([self])


@dataclasses.dataclass(frozen=True, slots=True)
class RunLineage:
    """All that one DAG run read and wrote: its task runs in the order in which they began.

    Attributes:
        pending: Outputs not made yet, as far as they are known: of tasks that run, and of those that have not begun
            where the DAG was given.
    """

    dag_id: str
    run_id: str
    task_runs: Sequence[TaskRunWithEdges]
    pending: tuple[PendingOutput, ...] = ()

    def __getitem__(self, task: str | tuple[str, int]) -> TaskRunWithEdges:
        """Return the newest try of a task, or of one index of a mapped one: ``run["fit"]``, ``run["fit", 3]``.

        Raises:
            KeyError: It has not begun, or is no artifact task.
        """
        name, index = (task, -1) if isinstance(task, str) else task
        for one in reversed(self.task_runs):
            if (one.task_run.task_id, one.task_run.map_index) == (name, index):
                return one
        known = ", ".join(dict.fromkeys(one.task_run.task_id for one in self.task_runs))
        message = f"no artifact task {task!r} is recorded in {self.run_id!r}, only {known or 'none'}"
        raise KeyError(message)

    @property
    def graph(self) -> LineageGraph:
        """All its task runs with what they read and wrote, as a graph."""
        return _graph(self.task_runs)


def _graph(task_runs: Sequence[TaskRunWithEdges]) -> LineageGraph:
    versions = {version.id: version for one in task_runs for version in (*one.inputs.values(), *one.outputs.values())}
    written = {edge.version for one in task_runs for edge in one.edges if edge.direction is Direction.OUTPUT}
    return LineageGraph(
        tuple(sorted(written)),
        versions,
        {one.task_run.id: one.task_run for one in task_runs},
        tuple(edge for one in task_runs for edge in one.edges),
    )
