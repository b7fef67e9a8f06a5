"""Functions that run in another Python: one that has what the worker lacks, and what it has in another version."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

from airflow.sdk import dag, task

from airflow_artifacts import INPUTS, SOURCE, CacheCheckOperator

CACHED = {"cache": INPUTS + SOURCE, "retries": 0}
PYTHON = {"python": "{{ params.python }}", "expect_airflow": False}
PARAMS = {"python": sys.executable, "tiny": "1.0"}


@dag(schedule=None, default_args={**CACHED, **PYTHON}, params=PARAMS)
def crossing():  # noqa: C901 - one task for each kind of value
    @task.artifact
    def numbers() -> list[int]:
        return [1, 2, 3]

    @task.artifact
    def notes() -> Path:
        from airflow_artifacts import artifact_context

        folder = Path(artifact_context().task_run.run_id.replace(":", "_")).absolute()
        folder.mkdir()
        (folder / "note.txt").write_text("hello")
        return folder

    @task.artifact_external_python
    def versions(numbers: list[int], ds: str, factor: int = 2) -> Annotated[dict[str, Any], "there/versions"]:
        import sys
        from importlib.metadata import version

        import tiny

        return {
            "prefix": sys.prefix,
            "tiny": tiny.VERSION,
            "iniconfig": version("iniconfig"),
            "numbers": [factor * number for number in numbers],
            "ds": ds[:2],
            "texts": virtualenv_string_args,  # noqa: F821 - Airflow's own
        }

    @task.artifact_external_python
    def split(numbers: list[int]) -> tuple[Annotated[int, "first"], Annotated[list[int], "rest"]]:
        return numbers[0], numbers[1:]

    @task.artifact_external_python(multiple_outputs=True)
    def named(number: int) -> dict[str, int]:
        return {"a": number, "b": -number}

    @task.artifact_external_python
    def double(number: int) -> int:
        return 2 * number

    @task.artifact_external_python
    def shout(notes: Path) -> Path:
        import tempfile
        from pathlib import Path

        file = Path(tempfile.mkdtemp()) / "loud.txt"
        file.write_text((notes / "note.txt").read_text().upper())
        return file

    @task.artifact_external_python
    def total(doubled: list[int]) -> int:
        return sum(doubled)

    made = numbers()
    versions.override(string_args=["a", "b"])(made)
    first, rest = split(made)
    named(first)
    total(double.expand(number=[1, 2]))
    total.override(task_id="sum_rest")(rest)
    shout(notes())


crossing()
