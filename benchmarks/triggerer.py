"""What a hit costs in the triggerer beside one on a worker, under a real scheduler with LocalExecutor.

``python -m benchmarks.triggerer`` prints, for tasks one after the other and for tasks at once: the seconds from the
run's start to its end, those that a task takes from being scheduled to its end, and the processor's seconds for a task,
of all of Airflow's processes, less what these take when nothing runs.
"""

from __future__ import annotations

import argparse
import contextlib
import statistics
import tempfile
import time
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import psutil
from rich.console import Console
from rich.table import Table

from airflow_artifacts.cli.local_airflow import COMPONENTS, LocalAirflow

DAGS = """
import pandas as pd
from airflow.sdk import DAG, task

from airflow_artifacts import INPUTS, SOURCE

@task.artifact
def step(frame: pd.DataFrame, n: int) -> pd.DataFrame:
    return frame + n

@task.artifact
def start() -> pd.DataFrame:
    return pd.DataFrame({{"x": range(1000)}})

for hits in ("worker", "triggerer"):
    options = {{"cache": INPUTS + SOURCE, "hits": hits, "retries": 0}}
    with DAG("chain_" + hits, schedule=None, default_args=options):
        frame = start()
        for n in range({tasks} - 1):
            frame = step.override(task_id=f"step_{{n}}")(frame, n)
    with DAG("wide_" + hits, schedule=None, default_args=options):
        for n in range({tasks}):
            start.override(task_id=f"start_{{n}}")()
"""
_IDLE_SECONDS = 15


class Measured(NamedTuple):
    """Seconds of a run: from start to end, of a task, and of the processor for a task."""

    run: float
    task: float
    processor: float


def _processor(airflow: LocalAirflow) -> float:
    """Return the processor's seconds of all processes so far, also of those that have ended."""
    total = 0.0
    for parent in airflow._processes.values():  # noqa: SLF001 - nobody else has to know them
        for process in (parent, *parent.children(recursive=True)):
            with contextlib.suppress(psutil.NoSuchProcess):
                total += sum(process.cpu_times()[:4])
    return total


def _time(text: str) -> float:
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def _run(airflow: LocalAirflow, dag_id: str, idle: float) -> Measured:
    before, began = _processor(airflow), time.monotonic()
    run_id = airflow.trigger(dag_id)
    state = airflow.wait(dag_id, run_id)
    tasks: list[dict[str, Any]] = airflow.api.task_instances(dag_id, run_id)
    if state != "success":
        message = f"{dag_id} ended as {state}: {[(task['task_id'], task['state']) for task in tasks]}"
        raise RuntimeError(message)
    time.sleep(2)  # what is left to do when the run has ended, is part of what it takes
    used = _processor(airflow) - before - idle * (time.monotonic() - began)
    first = min(_time(task["scheduled_when"] or task["start_date"]) for task in tasks)
    run = max(_time(task["end_date"]) for task in tasks) - first
    of_task = statistics.median(
        _time(task["end_date"]) - _time(task["scheduled_when"] or task["start_date"]) for task in tasks
    )
    return Measured(run, of_task, used / len(tasks))


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.triggerer", description=__doc__)
    parser.add_argument("--tasks", type=int, default=12, help="in each DAG")
    parser.add_argument("--rounds", type=int, default=3, help="of hits; medians are shown")
    arguments = parser.parse_args()
    found: dict[str, list[Measured]] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name, "dags")
        folder.mkdir()
        (folder / "hits.py").write_text(DAGS.format(tasks=arguments.tasks), encoding="utf-8")
        with LocalAirflow(Path(name, "home"), folder, components=(*COMPONENTS, "triggerer")) as airflow:
            names = [f"{shape}_{hits}" for shape in ("chain", "wide") for hits in ("worker", "triggerer")]
            for dag_id in names:
                _run(airflow, dag_id, 0)
            before = _processor(airflow)
            time.sleep(_IDLE_SECONDS)
            idle = (_processor(airflow) - before) / _IDLE_SECONDS
            for _ in range(arguments.rounds):
                for dag_id in names:
                    found.setdefault(dag_id, []).append(_run(airflow, dag_id, idle))
    table = Table("tasks", "hits", "run, s", "task, s", "processor for a task, s")
    for dag_id, rounds in found.items():
        shape, hits = dag_id.split("_")
        medians = (statistics.median(values) for values in zip(*rounds, strict=True))
        how = f"{arguments.tasks} {'one after the other' if shape == 'chain' else 'at once'}"
        table.add_row(how, hits, *(f"{median:.2f}" for median in medians))
    Console().print(table)


if __name__ == "__main__":
    main()
