"""DAG runs and task runs, with what their pages show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow_artifacts.entries import Outcome
from airflow_artifacts.ui.api.answers.task_runs import DecidedRunAnswer, RunAnswer, RunSummaryAnswer, TaskRunDetail
from airflow_artifacts.ui.api.telling.task_runs import counts, decided_answer, explanation_answer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from airflow_artifacts.entries import DecidedRun
    from airflow_artifacts.model import RunSummary, TaskRunWithEdges
    from airflow_artifacts.ui.api.viewer import Viewer

__all__ = ["consumer_answers", "decided_runs", "run_lineage_answer", "summary_answer", "task_run_detail"]

_PAGE = 500


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
    found = list(_of_run(viewer, dag_id, run_id)) if viewer.sight.dag(dag_id) else []
    found.sort(key=lambda one: (one.task_run.started_at, one.task_run.id))
    outcomes, seconds = counts(one.decision for one in found)
    return RunAnswer(
        dag_id=dag_id,
        run_id=run_id,
        task_runs=decided_runs(viewer, found),
        hits=outcomes[Outcome.HIT],
        misses=outcomes[Outcome.MISS],
        uncached=outcomes[Outcome.UNCACHED],
        seconds_saved=seconds,
    )


def decided_runs(viewer: Viewer, found: Iterable[DecidedRun]) -> list[DecidedRunAnswer]:
    """Return task runs that may be seen."""
    return [decided_answer(viewer, one, one.decision) for one in found]


def summary_answer(found: RunSummary) -> RunSummaryAnswer:
    """Return a DAG run in numbers."""
    return RunSummaryAnswer(
        run_id=found.run_id,
        started_at=found.started_at,
        hits=found.hits,
        misses=found.misses,
        uncached=found.uncached,
        seconds_saved=found.seconds_saved,
    )


def consumer_answers(viewer: Viewer, found: Iterable[DecidedRun]) -> list[DecidedRunAnswer]:
    """Return those of the task runs that read a version which may be seen, with what they made of it."""
    return decided_runs(viewer, (one for one in found if viewer.sight.task_run(one.task_run)))


def _of_run(viewer: Viewer, dag_id: str, run_id: str) -> Iterator[DecidedRun]:
    after: str | None = None
    while True:
        page = viewer.client.catalogue.task_runs(dag_id, run_id=run_id, after=after, limit=_PAGE)
        yield from page.task_runs
        after = page.next
        if after is None:
            return
