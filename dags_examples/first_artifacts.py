"""Two tasks that hand over a table: the smallest DAG with artifacts."""

from __future__ import annotations

from typing import Annotated

import pandas as pd
from airflow.sdk import dag, task

from airflow_artifacts import Artifact


@dag(schedule=None, tags=["artifacts"])
def first_artifacts():
    @task.artifact
    def measure(days: int = 3) -> Annotated[pd.DataFrame, Artifact("tutorial/measurements")]:
        """A table with a row a day."""
        return pd.DataFrame({"day": range(1, days + 1), "degrees": [10.0 + day for day in range(1, days + 1)]})

    @task.artifact
    def average(measurements: pd.DataFrame) -> Annotated[float, "tutorial/average"]:
        """The table arrives as the table it was."""
        return float(measurements["degrees"].mean())

    average(measure())


first_artifacts()
