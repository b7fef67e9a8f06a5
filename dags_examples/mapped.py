"""One task for each item of a list that another task returned, and one that takes what they all made.

Each mapped task loads its own month. Where one month changes, that one is computed, and the others are hits.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import numpy as np
import pandas as pd
from airflow.sdk import dag, task


@dag(schedule=None, tags=["artifacts"])
def mapped():
    @task.artifact
    def months(seeds: list[int]) -> list[pd.DataFrame]:
        return [pd.DataFrame({"clicks": np.random.default_rng(seed).integers(0, 100, 30)}) for seed in seeds]

    @task.artifact
    def count(month: pd.DataFrame) -> int:
        return int(month["clicks"].sum())

    @task.artifact
    def best(counts: Sequence[int]) -> Annotated[int, "examples/best_month"]:
        return max(counts)

    best(count.expand(month=months([1, 2, 3])))


mapped()
