"""One task decides for the whole DAG, and skips what need not run.

The first run computes everything. Each later one skips all three tasks, until their code or the seed changes.
"""

from __future__ import annotations

from typing import Annotated

import numpy as np
import pandas as pd
from airflow.sdk import dag, task

from airflow_artifacts import INPUTS, SOURCE, CacheCheckOperator

WIDEST = 2.0


@dag(schedule=None, default_args={"cache": INPUTS + SOURCE}, tags=["artifacts"])
def cache_check():
    @task.artifact
    def measure(seed: int = 1) -> Annotated[pd.DataFrame, "lab/measured"]:
        return pd.DataFrame({"x": np.random.default_rng(seed).normal(size=1000)})

    @task.artifact
    def clean(measured: pd.DataFrame) -> Annotated[pd.DataFrame, "lab/clean"]:
        return measured[measured["x"].abs() < WIDEST]

    @task.artifact
    def summarize(clean: pd.DataFrame) -> Annotated[dict[str, float], "lab/summary"]:
        return {"mean": float(clean["x"].mean()), "rows": float(len(clean))}

    measured = measure()
    CacheCheckOperator(task_id="check") >> measured.operator
    summarize(clean(measured))


cache_check()
