"""Two DAGs that meet in an artifact: whatever new version the first publishes starts the second.

The second reads the very version that started it, and its result can be traced to the run that made that one.
"""

from __future__ import annotations

from typing import Annotated

import pandas as pd
from airflow.sdk import dag, task

from airflow_artifacts import Artifact

EVENTS = Artifact("examples/events")


@dag(schedule=None, tags=["artifacts"])
def between_dags():
    @task.artifact
    def extract(rows: int = 100) -> Annotated[pd.DataFrame, EVENTS]:
        return pd.DataFrame({"clicks": range(rows)})

    extract()


@dag(schedule=[EVENTS.asset], tags=["artifacts"])
def between_dags_report():
    @task.artifact
    def report(events: pd.DataFrame) -> Annotated[dict[str, int], "examples/clicks"]:
        return {"rows": len(events), "clicks": int(events["clicks"].sum())}

    report(EVENTS)


between_dags()
between_dags_report()
