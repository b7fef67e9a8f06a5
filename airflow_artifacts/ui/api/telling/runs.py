"""DAG runs and task runs, with what their pages show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow_artifacts.entries import Outcome
from airflow_artifacts.ui.api.answers.task_runs import RunAnswer, TaskRunDetail
from airflow_artifacts.ui.api.telling.task_runs import counts, decided_answer, explanation_answer

if TYPE_CHECKING:
    from airflow_artifacts.model import TaskRunWithEdges
    from airflow_artifacts.ui.api.viewer import Viewer

__all__ = ["run_lineage_answer", "task_run_detail"]


def task_run_detail(viewer: Viewer, found: TaskRunWithEdges) -> TaskRunDetail:
    """Return a task run that may be seen, with all that its tab shows."""
    run = found.task_run
    return TaskRunDetail(
        run=decided_answer(viewer, found, viewer.client.lineage.cache.decision(run)),
        explanation=explanation_answer(viewer, found, viewer.client.why(run)),
        parameters=dict(run.parameters),
        source=run.source,
        environment=dict(run.environment),
        pending=[one.output for one in found.pending],
    )


def run_lineage_answer(viewer: Viewer, dag_id: str, run_id: str) -> RunAnswer:
    """Return the newest tries of a DAG run's tasks; none where the DAG may not be read, or nothing is recorded."""
    tries = viewer.client.lineage.run(dag_id, run_id).task_runs if viewer.sight.dag(dag_id) else ()
    newest = {(one.task_run.task_id, one.task_run.map_index): one for one in tries}
    decided = [(one, viewer.client.lineage.cache.decision(one.task_run)) for one in newest.values()]
    outcomes, seconds = counts(decision for _, decision in decided)
    return RunAnswer(
        dag_id=dag_id,
        run_id=run_id,
        task_runs=[decided_answer(viewer, one, decision) for one, decision in decided],
        hits=outcomes[Outcome.HIT],
        misses=outcomes[Outcome.MISS],
        uncached=outcomes[Outcome.UNCACHED],
        seconds_saved=seconds,
    )
