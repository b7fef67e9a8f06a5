"""A DAG that is planned before it runs."""

from __future__ import annotations

from airflow.sdk import dag, task

from airflow_artifacts import INPUTS, SOURCE


@dag(schedule=None, params={"n": 1}, default_args={"cache": INPUTS + SOURCE})
def planned():
    @task.artifact
    def count(n: str) -> int:
        return int(n)

    @task.artifact
    def double(n: int) -> int:
        return 2 * n

    double(count("{{ params.n }}"))


planned()
