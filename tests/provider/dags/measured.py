"""DAGs whose runs are counted."""

from __future__ import annotations

import os

from airflow.sdk import dag, task

from airflow_artifacts import INPUTS, SOURCE


@dag(schedule=None)
def measured():
    """A task that computes a thousand bytes once."""

    @task.artifact(cache=INPUTS + SOURCE)
    def measured(size: int = 1000) -> bytes:
        return os.urandom(size)

    measured()


@dag(schedule=None)
def waiting():
    """A task that finds another at work on the same."""

    @task.artifact(cache=INPUTS + SOURCE)
    def waited(word: str = "waited") -> str:
        return word

    waited()


@dag(schedule=None)
def told():
    """A task whose log is read."""

    @task.artifact(cache=INPUTS + SOURCE)
    def told(size: int = 1001) -> bytes:
        return os.urandom(size)

    told()


measured_dag = measured()
told_dag = told()
waiting_dag = waiting()
