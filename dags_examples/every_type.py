"""What tasks may return, and how the next one receives it: columns, another library, a stream, files, a dataclass."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import numpy as np
import pandas as pd
import pyarrow as pa
from airflow.sdk import dag, task

from airflow_artifacts import Artifact, Columns, artifact_context
from airflow_artifacts.texts import Markdown


@dataclasses.dataclass
class Scaling:
    """What was learned: the means, and the same by sensor."""

    mean: np.ndarray
    by: dict[str, float]


@dag(schedule=None, tags=["artifacts"])
def every_type():
    @task.artifact
    def readings(rows: int = 1000) -> Annotated[pd.DataFrame, Artifact("examples/readings", format="arrow")]:
        random = np.random.default_rng(0)
        return pd.DataFrame({"sensor": random.choice(["a", "b"], rows), "value": random.random(rows), "note": "ok"})

    @task.artifact
    def scaling(table: Annotated[pd.DataFrame, Columns("sensor", "value")]) -> Scaling:
        """Reads two columns of the three, and computes nothing anew while these stay as they are."""
        means = table.groupby("sensor")["value"].mean()
        return Scaling(means.to_numpy(), means.to_dict())

    @task.artifact
    def batches(table: pa.Table) -> Iterator[pa.RecordBatch]:
        """Gives a table piece by piece; each is written before the next is made."""
        for start in range(0, table.num_rows, 100):
            yield from table.slice(start, 100).to_batches()

    @task.artifact
    def files(scale: Scaling) -> Path:
        """Writes files straight into the output."""
        for sensor, mean in scale.by.items():
            with artifact_context().open(f"{sensor}/mean.txt") as file:
                file.write(f"{mean:.6f}".encode())

    @task.artifact
    def report(table: pd.DataFrame, folder: Path) -> Annotated[Markdown, "examples/report"]:
        lines = [f"- {path.parent.name}: {path.read_text()}" for path in sorted(folder.rglob("mean.txt"))]
        return Markdown("\n".join([f"# {len(table):,} readings", "", *lines]))

    table = readings()
    report(batches(table), files(scaling(table)))


every_type()
