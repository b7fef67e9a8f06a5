"""What a fully cached DAG costs under a real scheduler: beside caching off, and beside one task alone.

``python -m benchmarks.whole_dag`` starts an Airflow of its own with LocalExecutor, and prints for a DAG of chains of
trivial tasks how long its runs took by Airflow's own account: the first, and the median of later ones, in which a cache
has every result. The rounds of the variants are interleaved.
"""

from __future__ import annotations

import argparse
import collections
import dataclasses
import statistics
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from airflow_artifacts.cli.local_airflow import COMPONENTS, LocalAirflow
from airflow_artifacts.exceptions import LocalAirflowError
from airflow_artifacts.provider.declaring import OPTIONS

DAGS = """
from airflow.sdk import DAG, task

from airflow_artifacts import INPUTS, SOURCE, CacheCheckOperator

@task.artifact
def begin(x: int) -> int:
    return x

@task.artifact
def add_one(x: int) -> int:
    return x + 1

def build(dag_id, own, *, chains, length, cached=True, check=False, **options):
    options["cache"] = INPUTS + SOURCE if cached else False
    with DAG(dag_id, schedule=None, default_args=options) as made:
        first = CacheCheckOperator(task_id="check") if check else None
        for chain in range(chains):
            # No two chains compute the same, nor do two DAGs.
            x = begin.override(task_id=f"task_{{chain}}_0")(own * 1_000_000 + chain * 1_000)
            if check:
                first >> x.operator
            for place in range(1, length):
                x = add_one.override(task_id=f"task_{{chain}}_{{place}}")(x)
    return made

for own, (dag_id, options) in enumerate({variants!r}.items()):
    globals()[dag_id] = build(dag_id, own, **options)
"""
NAMES = {
    "one_task": "one task alone, caching off",
    "off": "caching off",
    "in_task": "hits in the tasks",
    "triggerer": "hits in the triggerer",
    "check": "a cache check",
}
TIMEOUT = 1800.0


@dataclasses.dataclass(frozen=True, slots=True)
class Run:
    """A run of a DAG.

    Attributes:
        seconds: From its start to its end.
        in_tasks: The sum of what its tasks took, those that nothing ran for left out.
        processes: How many task instances a process ran for.
    """

    seconds: float
    in_tasks: float
    processes: int


def _variants(chains: int, length: int) -> dict[str, dict[str, Any]]:
    whole = {"chains": chains, "length": length}
    found: dict[str, dict[str, Any]] = {
        "one_task": {"chains": 1, "length": 1, "cached": False},
        "off": {**whole, "cached": False},
        "in_task": whole,
        "check": {**whole, "check": True},
    }
    if "hits" in OPTIONS:
        found["triggerer"] = {**whole, "hits": "triggerer"}
    return found


def _run(airflow: LocalAirflow, dag_id: str) -> Run:
    run_id = airflow.trigger(dag_id)
    if (state := airflow.wait(dag_id, run_id, timeout=TIMEOUT)) != "success":
        message = f"a run of {dag_id!r} ended as {state}; Airflow's logs are in {airflow.home.folder / 'logs'}"
        raise LocalAirflowError(message)
    run = airflow.api.run(dag_id, run_id)
    ran = [task for task in airflow.api.task_instances(dag_id, run_id) if task["pid"] is not None]
    began, ended = (datetime.fromisoformat(run[name]) for name in ("start_date", "end_date"))
    return Run((ended - began).total_seconds(), sum(task["duration"] for task in ran), len(ran))


def _table(runs: dict[str, list[Run]], tasks: int) -> Table:
    warm = {dag_id: statistics.median(run.seconds for run in found[1:]) for dag_id, found in runs.items()}
    table = Table("variant", "first, s", "later, s", "to one task", "to caching off", "s per task", "processes")
    for dag_id, name in NAMES.items():
        if dag_id in runs:
            table.add_row(
                name,
                f"{runs[dag_id][0].seconds:.1f}",
                f"{warm[dag_id]:.1f}",
                f"{warm[dag_id] / warm['one_task']:.2f}",
                f"{warm[dag_id] / warm['off']:.2f}",
                f"{warm[dag_id] / (1 if dag_id == 'one_task' else tasks):.2f}",
                f"{runs[dag_id][-1].processes} ({runs[dag_id][-1].in_tasks:.1f} s)",
            )
    return table


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.whole_dag", description=__doc__)
    parser.add_argument("--chains", type=int, default=3)
    parser.add_argument("--length", type=int, default=10, help="tasks of each chain")
    parser.add_argument("--rounds", type=int, default=3, help="of each variant, after its first run")
    arguments = parser.parse_args()
    variants = _variants(arguments.chains, arguments.length)
    components = (*COMPONENTS, "triggerer") if "triggerer" in variants else COMPONENTS
    runs: dict[str, list[Run]] = collections.defaultdict(list)
    console = Console()
    with tempfile.TemporaryDirectory() as name:
        dags = Path(name, "dags")
        dags.mkdir()
        (dags / "whole.py").write_text(DAGS.format(variants=variants), encoding="utf-8")
        with LocalAirflow(Path(name, "home"), dags, components=components, on_progress=console.log) as airflow:
            for round_ in range(arguments.rounds + 1):
                for dag_id in variants:
                    runs[dag_id].append(_run(airflow, dag_id))
                    console.log(f"{dag_id}, run {round_ + 1}: {runs[dag_id][-1].seconds:.1f} s")
    console.print(_table(runs, arguments.chains * arguments.length))


if __name__ == "__main__":
    main()
