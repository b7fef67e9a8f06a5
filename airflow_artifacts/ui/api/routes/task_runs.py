"""Routes about DAGs, their runs and tasks; of a DAG that may not be read nothing is recorded."""

from __future__ import annotations

import shlex
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query
from starlette.requests import Request

from airflow_artifacts.exceptions import ArtifactNotFoundError
from airflow_artifacts.ui.api.answers.task_runs import (
    PlanAnswer,
    PlanningAnswer,
    RunAnswer,
    RunSummaryAnswer,
    TaskRunDetail,
    TaskRunPageAnswer,
)
from airflow_artifacts.ui.api.failures import RESPONSES
from airflow_artifacts.ui.api.planning import PlanningError
from airflow_artifacts.ui.api.telling.plan import plan_answer
from airflow_artifacts.ui.api.telling.runs import decided_runs, run_lineage_answer, summary_answer, task_run_detail
from airflow_artifacts.ui.api.viewer import Asked

router = APIRouter(prefix="/api", tags=["task runs"], responses=RESPONSES)


@router.get("/dags/{dag_id}/runs", summary="The runs of a DAG")
def runs(dag_id: str, asked: Asked, limit: Annotated[int, Query(ge=1, le=100)] = 25) -> list[RunSummaryAnswer]:
    """Return the newest runs of a DAG in numbers, newest first."""
    found = asked.client.catalogue.runs(dag_id, limit=limit) if asked.sight.dag(dag_id) else []
    return [summary_answer(one) for one in found]


@router.get("/dags/{dag_id}/runs/{run_id:path}/task-run", summary="A task run")
def task_run(
    dag_id: str,
    run_id: str,
    task_id: str,
    asked: Asked,
    map_index: Annotated[int, Query(ge=-1, lt=1 << 31)] = -1,
    try_number: Annotated[int | None, Query(ge=0, lt=1 << 31)] = None,
) -> TaskRunDetail:
    """Return a task run with why it ran or did not; the newest try unless one is named."""
    found = None
    if asked.sight.dag(dag_id):
        lineage = asked.client.lineage
        found = lineage.find_task_run(dag_id, run_id, task_id, map_index=map_index, try_number=try_number)
    if found is None:
        index = f"[{map_index}]" if map_index >= 0 else ""
        message = f"no artifact task run of '{dag_id}.{task_id}{index}' in {run_id!r} is recorded that you may see"
        raise ArtifactNotFoundError(message)
    return task_run_detail(asked, found)


@router.get("/dags/{dag_id}/runs/{run_id:path}/task-runs", summary="The task runs of a DAG run")
def run(dag_id: str, run_id: str, asked: Asked) -> RunAnswer:
    """Return what a DAG run read and wrote, and what the cache decided."""
    return run_lineage_answer(asked, dag_id, run_id)


@router.get("/dags/{dag_id}/tasks/{task_id}/task-runs", summary="The task runs of a task")
def task_runs(
    dag_id: str,
    task_id: str,
    asked: Asked,
    page: str | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> TaskRunPageAnswer:
    """Return the task runs of a task over the DAG's runs, newest first."""
    if not asked.sight.dag(dag_id):
        return TaskRunPageAnswer(task_runs=[], next=None)
    found = asked.client.catalogue.task_runs(dag_id, task_id=task_id, after=page, limit=limit)
    return TaskRunPageAnswer(task_runs=decided_runs(asked, found.task_runs), next=found.next)


@router.get("/dags/{dag_id}/plan", summary="Whether this server plans")
def planning(dag_id: str, asked: Asked, request: Request) -> PlanningAnswer:
    """Return whether this server may plan, which runs the DAG's file."""
    reason = _not_yours(dag_id) if not _may_run(asked, dag_id) else request.app.state.planner.refusal()
    command = f"airflow artifacts plan {'-- ' if dag_id.startswith('-') else ''}{shlex.quote(dag_id)}"
    return PlanningAnswer(may_plan=reason is None, reason=reason, command=command)


@router.post("/dags/{dag_id}/plan", summary="What the cache would decide")
def plan(dag_id: str, asked: Asked, request: Request) -> PlanAnswer:
    """Return what the cache would decide for each artifact task, if the DAG ran now."""
    if not _may_run(asked, dag_id):
        raise HTTPException(403, _not_yours(dag_id))
    planner = request.app.state.planner
    if (refusal := planner.refusal()) is not None:
        raise HTTPException(403, refusal)
    try:
        document = planner.plan(dag_id)
    except PlanningError as error:
        raise HTTPException(409 if error.is_busy else 502, str(error)) from error
    return plan_answer(asked, document)


def _may_run(asked: Asked, dag_id: str) -> bool:
    return asked.sight.dag(dag_id) and asked.user.may_run(dag_id)


def _not_yours(dag_id: str) -> str:
    return f"planning {dag_id!r} takes the right to run it, or there is no such DAG"
