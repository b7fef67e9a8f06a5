"""A value goes from one worker to the other, and a sensor of another DAG waits for it in the triggerer meanwhile."""

from __future__ import annotations

from typing import Annotated

from airflow.sdk import dag, task

from airflow_artifacts import ArtifactSensor


@dag(schedule=None)
def waiting():
    ArtifactSensor(task_id="wait", reference="cluster/taken", deferrable=True, poke_interval=1, timeout=600)


@dag(schedule=None)
def crossing():
    @task.artifact(queue="w1")
    def make() -> Annotated[list[int], "cluster/made"]:
        return list(range(100))

    @task.artifact(queue="w2")
    def take(made: list[int]) -> Annotated[int, "cluster/taken"]:
        return sum(made)

    take(make())


waiting()
crossing()
