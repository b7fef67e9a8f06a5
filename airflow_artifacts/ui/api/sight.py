"""What one user may see of what is recorded: by the DAG that made it, and by a permission of its own without one."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from airflow_artifacts.model import Visibility

if TYPE_CHECKING:
    from collections.abc import Callable

    from airflow_artifacts.model import TaskRun, VersionSummary
    from airflow_artifacts.ui.api.access import User

__all__ = ["Sight"]


class Sight:
    """What a user may see, worked out once for one request.

    Args:
        user: Who asks.
        recorded: Returns the DAGs of which something is recorded.
    """

    def __init__(self, user: User, recorded: Callable[[], frozenset[str]]) -> None:
        self._user = user
        self._recorded = recorded
        # Of DAGs of which nothing was recorded when this was worked out.
        self._further: dict[str, bool] = {}

    @functools.cached_property
    def recorded(self) -> frozenset[str]:
        """The DAGs of which something is recorded."""
        return self._recorded()

    @functools.cached_property
    def dags(self) -> frozenset[str]:
        """Those of them that the user may read."""
        return self._user.readable(self.recorded) & self.recorded

    @functools.cached_property
    def others(self) -> bool:
        """Whether the user may see what no DAG made."""
        return self._user.may_read_others()

    @functools.cached_property
    def is_whole(self) -> bool:
        """Whether nothing is hidden."""
        return self.others and self.dags == self.recorded

    @functools.cached_property
    def visible(self) -> Visibility | None:
        """What queries are to look at; None for everything."""
        return None if self.is_whole else Visibility(dags=self.dags, others=self.others)

    @functools.cached_property
    def hidden_dags(self) -> frozenset[str]:
        """The DAGs of which something is recorded that the user may not read."""
        return self.recorded - self.dags

    def dag(self, dag_id: str) -> bool:
        """Whether the user may read a DAG, whether or not there is one."""
        if dag_id in self.recorded:
            return dag_id in self.dags
        if dag_id not in self._further:
            self._further[dag_id] = dag_id in self._user.readable(frozenset({dag_id}))
        return self._further[dag_id]

    def task_run(self, run: TaskRun) -> bool:
        """Whether the user may see a task run."""
        return self.dag(run.dag_id)

    def version(self, version: VersionSummary) -> bool:
        """Whether the user may see a version."""
        return self.others if version.producer is None else self.task_run(version.producer)
