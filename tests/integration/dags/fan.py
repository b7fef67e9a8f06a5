"""A DAG with tasks that run at once, and every way to make tasks of one function."""

from __future__ import annotations

import time
from typing import Annotated

import numpy as np
import pandas as pd
from airflow.sdk import dag, task

from airflow_artifacts import Artifact, ArtifactHook, artifact_context, save_artifact

ROWS = 500_000


@dag(schedule=None, default_args={"substitutions": {"region": "eu"}})
def fan():
    @task.artifact
    def extract() -> Annotated[pd.DataFrame, Artifact("fan/{region}/raw", tags=["bronze"])]:
        return pd.DataFrame({"x": np.random.default_rng(1).random(ROWS), "group": np.arange(ROWS) % 4})

    @task.artifact
    def part(frame: pd.DataFrame, group: int) -> Annotated[float, "fan/part"]:
        time.sleep(4)  # long enough for the others to begin
        artifact_context().add_metadata({"group": group})
        save_artifact(group, "fan/{seen}")
        return float(frame.loc[frame["group"] == group, "x"].sum())

    @task.artifact
    def bounds(parts: list[float]) -> tuple[Annotated[float, "fan/low"], Annotated[float, "fan/high"]]:
        return min(parts), max(parts)

    @task.artifact
    def check(low: float, high: float) -> bool:
        frame = ArtifactHook().load("fan/eu/raw", pd.DataFrame)
        sums = frame.groupby("group")["x"].sum()
        return bool(np.isclose(low, sums.min()) and np.isclose(high, sums.max()))

    low, high = bounds(part.partial(frame=extract()).expand(group=[0, 1, 2, 3]))
    check(low, high)


fan()
