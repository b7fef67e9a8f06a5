"""One try of one task instance."""

from __future__ import annotations

import dataclasses
import enum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

__all__ = ["TaskRun", "TaskRunState"]


class TaskRunState(str, enum.Enum):
    """Where a task run stands."""

    RUNNING = "running"
    SUCCESS = "success"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class TaskRun:
    """One try of one task instance.

    Attributes:
        id: UUID, as text.
        map_index: -1 where the task is not mapped.
        instance_id: Airflow's id of this try of the task instance.
        clear_number: How often the DAG run had been cleared when this try began.
        interval_start: Of the run's data interval, as are the other times UTC; None where the run has none.
        parameters: The bound literal arguments by name, masked where they are secret.
        source: The function's source text.
        environment: Versions, packages, host, bundle and commit that the try ran with.
        outputs: The names of the outputs that it declares; empty where they are known only from what it returns.
    """

    id: str
    dag_id: str
    run_id: str
    task_id: str
    map_index: int = -1
    try_number: int = 1
    instance_id: str
    clear_number: int = 0
    state: TaskRunState = TaskRunState.RUNNING
    started_at: datetime
    ended_at: datetime | None = None
    logical_date: datetime | None = None
    interval_start: datetime | None = None
    interval_end: datetime | None = None
    run_after: datetime | None = None
    partition_key: str | None = None
    parameters: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    source: str | None = None
    environment: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    outputs: tuple[str, ...] = ()

    def __str__(self) -> str:
        index = f"[{self.map_index}]" if self.map_index >= 0 else ""
        return f"{self.dag_id}.{self.task_id}{index} in {self.run_id}, try {self.try_number}"

    @property
    def effective_at(self) -> datetime:
        """The moment its outputs stand for: the data interval's end, else ``run_after``, else its start."""
        return self.interval_end or self.run_after or self.started_at
