"""Many runs of it at once: mapped tasks that all publish versions of one artifact, and one that reads them.

No value comes twice, so that nothing is a hit.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import Annotated

from airflow.sdk import dag, task


@dag(schedule=None, max_active_runs=100, default_args={"retries": 0})
def load():
    @task.artifact
    def split(run: str) -> Annotated[list[str], "load/parts"]:
        return [f"{run} {number}" for number in range(2)]

    @task.artifact
    def measure(part: str) -> Annotated[int, "load/measured"]:
        return zlib.crc32(part.encode())

    @task.artifact
    def total(measured: Sequence[int]) -> Annotated[int, "load/total"]:
        return sum(measured)

    total(measure.expand(part=split("{{ run_id }}")))


load()
