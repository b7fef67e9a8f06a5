"""Routes about DAGs, their runs and tasks."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from airflow_artifacts.ui.api.answers.task_runs import (
    PlanAnswer,
    PlanningAnswer,
    RunAnswer,
    RunSummaryAnswer,
    TaskRunDetail,
    TaskRunPageAnswer,
)

router = APIRouter(tags=["task runs"])


@router.get("/dags/{dag_id}/runs")
def runs(dag_id: str, limit: Annotated[int, Query(ge=1, le=100)] = 25) -> list[RunSummaryAnswer]:
    """Return the newest runs of a DAG in numbers, newest first."""
    raise NotImplementedError


@router.get("/dags/{dag_id}/runs/{run_id:path}/task-run")
def task_run(
    dag_id: str, run_id: str, task_id: str, map_index: int = -1, try_number: int | None = None
) -> TaskRunDetail:
    """Return a task run with why it ran or did not; the newest try unless one is named."""
    raise NotImplementedError


@router.get("/dags/{dag_id}/runs/{run_id:path}/task-runs")
def run(dag_id: str, run_id: str) -> RunAnswer:
    """Return what a DAG run read and wrote, and what the cache decided."""
    raise NotImplementedError


@router.get("/dags/{dag_id}/tasks/{task_id}/task-runs")
def task_runs(
    dag_id: str, task_id: str, page: str | None = None, limit: Annotated[int, Query(ge=1, le=200)] = 50
) -> TaskRunPageAnswer:
    """Return the task runs of a task over the DAG's runs, newest first."""
    raise NotImplementedError


@router.get("/dags/{dag_id}/plan")
def planning(dag_id: str) -> PlanningAnswer:
    """Return whether this server may plan."""
    raise NotImplementedError


@router.post("/dags/{dag_id}/plan")
def plan(dag_id: str) -> PlanAnswer:
    """Return what the cache would decide for each artifact task, if the DAG ran now."""
    raise NotImplementedError
