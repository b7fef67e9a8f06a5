"""The link from a task whose result was there already to the task run that computed it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from airflow.sdk import BaseOperatorLink
from airflow.sdk.configuration import conf

from airflow_artifacts.provider import PLACES

if TYPE_CHECKING:
    from airflow_artifacts.model import TaskRun

__all__ = ["EarlierRunLink", "page_of"]


class EarlierRunLink(BaseOperatorLink):
    """Leads to what computed the result that a task returned again; of a cache check, to the run most came from."""

    name = "Earlier run"

    def get_link(self, operator: Any, *, ti_key: Any) -> str:  # noqa: ARG002 - Airflow gives both
        """Return the page, which the operator found when it ran."""
        return operator.earlier_page or ""


def page_of(run: TaskRun, *, whole: bool = False) -> str:
    """Return the address of the tab with the artifacts of a task run in Airflow, or of the whole DAG run."""
    parts = ["dags", run.dag_id, "runs", run.run_id]
    if not whole:
        parts += ["tasks", run.task_id] + (["mapped", str(run.map_index)] if run.map_index >= 0 else [])
    parts += ["plugin", PLACES["dag_run" if whole else "task_instance"]]
    base = conf.get("api", "base_url", fallback="/").rstrip("/")
    return f"{base}/{'/'.join(quote(part, safe=':+') for part in parts)}"
