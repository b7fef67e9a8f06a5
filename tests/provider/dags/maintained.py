"""A DAG whose artifacts are maintained, in a store of their own."""

from __future__ import annotations

import os
from typing import Annotated

from airflow.sdk import dag, task

from airflow_artifacts import maintenance

CONNECTION = "maintained"


@dag(schedule=None, dag_id="maintained")
def maintained():
    """A task that makes another value each time."""

    @task.artifact(artifacts_conn_id=CONNECTION)
    def make() -> Annotated[bytes, "maintained/value"]:
        return os.urandom(1000)

    make()


maintained_dag = maintained()
by_count = maintenance(
    "by_count", schedule=None, artifacts_conn_id=CONNECTION, forget_older_than=None, forget_keep_last=1
)
by_size = maintenance("by_size", schedule=None, artifacts_conn_id=CONNECTION, sample="10GB")
