"""Artifact tasks under what Airflow offers to every task."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Annotated

from airflow.sdk import DAG, PokeReturnValue, setup, task, teardown

from airflow_artifacts import save_artifact

CALLED: list[str] = []


def noted(name):
    def call(context):
        CALLED.append(f"{name} {context['ti'].task_id}")

    return call


@task.artifact
def doubled(x: int) -> int:
    return 2 * x


with DAG("features", schedule=None) as features:

    @task.sensor(poke_interval=0.1, timeout=10, mode="poke")
    def sensed():
        return PokeReturnValue(is_done=True, xcom_value=4)

    @task.artifact(
        retries=2, retry_delay=timedelta(0), on_retry_callback=noted("retry"), on_success_callback=noted("ok")
    )
    def succeeds_later(x: int, ti=None) -> Annotated[int, "features/later"]:
        save_artifact(x, "features/of_a_try")
        if ti.try_number == 1:
            raise ValueError
        return x

    @task.artifact(execution_timeout=timedelta(seconds=0.2), on_failure_callback=noted("failed"))
    def takes_too_long() -> Annotated[int, "features/too_long"]:
        save_artifact(1, "features/before_the_end")
        time.sleep(20)
        return 1

    @task.artifact
    def never() -> Annotated[int, "features/never"]:
        return 1

    @setup
    @task.artifact
    def prepared() -> Annotated[int, "features/prepared"]:
        return 7

    @teardown
    @task.artifact
    def cleaned(x: int) -> Annotated[int, "features/cleaned"]:
        return x

    doubled(succeeds_later(sensed()))
    takes_too_long()
    task.run_if(lambda context: False)(never)()
    task.skip_if(lambda context: False)(doubled.override(task_id="not_skipped"))(2)
    made = prepared()
    made >> doubled.override(task_id="between")(made) >> cleaned(made)
