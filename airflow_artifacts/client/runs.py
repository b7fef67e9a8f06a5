"""What forgetting asks Airflow: which DAG runs it has, and which of them have ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["ENDED", "RunStates"]

ENDED = frozenset({"success", "failed"})
"""The states of a DAG run in which none of its tasks will begin any more, unless it is cleared."""


class RunStates(Protocol):
    """Asks Airflow about DAG runs."""

    def __call__(self, dag_id: str, run_ids: Sequence[str]) -> Mapping[str, str]:
        """Return the states of those runs of a DAG that Airflow has, by run id.

        Raises:
            ConfigurationError: Airflow cannot be asked here.
        """
        ...  # pragma: no cover
