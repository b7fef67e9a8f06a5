"""What shows a value, and what describes it: two protocols of one method each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeVar, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from airflow_artifacts.visualizers.model import Visualization

__all__ = ["Describer", "Visualizer"]

T = TypeVar("T", contravariant=True)  # noqa: PLC0105 - named as all type variables here


@runtime_checkable
class Visualizer(Protocol[T]):
    """Shows values of a type, without changing them or using them up."""

    def visualize(self, value: T, rows: int) -> Visualization | Iterable[Visualization]:
        """Return what is shown of a value.

        Args:
            value: The value.
            rows: How many entries to show; asked for again with fewer where the result is too large.
        """
        ...


@runtime_checkable
class Describer(Protocol[T]):
    """Gives the statistics of a type's values, which become metadata of the version."""

    def describe(self, value: T) -> Mapping[str, Any]:
        """Return statistics by name, as JSON."""
        ...
