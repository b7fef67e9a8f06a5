"""A task whose first try saves, writes bytes of its output and then waits for the death of its worker."""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path
from typing import Annotated

from airflow.sdk import dag, get_current_context, task

from airflow_artifacts import artifact_context, save_artifact

SIZE = 20 << 20


@dag(schedule=None)
def dying():
    @task.artifact(retries=1, retry_delay=timedelta(seconds=1), cache=False)
    def make() -> tuple[Annotated[Path, "dying/file"], Annotated[int, "dying/number"]]:
        try_number = get_current_context()["ti"].try_number
        save_artifact([try_number] * 1000, "dying/saved")
        with artifact_context().open("data.bin", output="dying/file") as file:
            file.write(bytes([try_number]) * SIZE)
            if try_number == 1:
                print("half way")
                time.sleep(600)
        return None, try_number

    @task.artifact
    def read(number: int) -> Annotated[int, "dying/read"]:
        return number

    _, number = make()
    read(number)


dying()
