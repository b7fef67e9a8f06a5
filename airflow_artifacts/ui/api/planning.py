"""Planning a DAG, which runs its file: the API server leaves that to another process, and may leave it altogether."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Planner", "PlanningError"]


class PlanningError(Exception):
    """A DAG could not be planned.

    Attributes:
        is_busy: Whether it may be in a moment.
    """

    def __init__(self, message: str, *, is_busy: bool = False) -> None:
        super().__init__(message)
        self.is_busy = is_busy


class Planner(Protocol):
    """Says what the cache would decide for a DAG."""

    def refusal(self) -> str | None:
        """Return why this server may not plan, or None where it may."""
        ...

    def plan(self, dag_id: str) -> Mapping[str, Any]:
        """Return what ``airflow artifacts plan DAG_ID --output json`` says.

        Raises:
            PlanningError: It failed, took too long, or the DAG is being planned already.
        """
        ...
