"""Functions that run in another Python: one that has what the worker lacks, and what it has in another version.

Which one is said by the run, so that the tests can change it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

from airflow.sdk import dag, task

from airflow_artifacts import INPUTS, SOURCE, CacheCheckOperator

PYTHON = {"python": "{{ params.python }}", "expect_airflow": False, "cache": INPUTS + SOURCE, "retries": 0}
PARAMS = {"python": sys.executable, "tiny": "1.0"}


@dag(schedule=None, default_args=PYTHON, params=PARAMS)
def crossing():
    @task.artifact
    def numbers() -> list[int]:
        return [1, 2, 3]

    @task.artifact
    def notes() -> Path:
        file = Path(os.environ["AIRFLOW_HOME"], "note.txt")
        file.write_text("hello")
        return file

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
            "ds": len(ds),
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
    def shout(note: Path) -> Path:
        import tempfile
        from pathlib import Path

        file = Path(tempfile.mkdtemp()) / "loud.txt"
        file.write_text(note.read_text().upper())
        return file

    @task.artifact_external_python
    def total(numbers: Sequence[int]) -> int:
        return sum(numbers)

    made = numbers()
    versions.override(string_args=["a", "b"])(made)
    first, _rest = split(made)
    named(first)
    total(double.expand(number=[1, 2]))
    shout(notes())


@dag(schedule=None, default_args=PYTHON, params=PARAMS)
def governed():
    @task.artifact_external_python
    def look() -> Annotated[list[Any], "there/seen"]:
        import ours
        import tiny

        return [tiny.VERSION, ours.named()]

    CacheCheckOperator(task_id="check") >> look().operator


@dag(schedule=None, default_args=PYTHON, params=PARAMS)
def failing_there():
    @task.artifact_external_python
    def fails() -> Annotated[int, "there/failed"]:
        return 1 // 0

    fails()


@dag(schedule=None, default_args=PYTHON, params=PARAMS)
def own_environment():
    @task.artifact_virtualenv(requirements=["tiny=={{ params.tiny }}"], system_site_packages=False)
    def versions(number: int) -> dict[str, Any]:
        from importlib.metadata import distributions

        import tiny

        packages = {one.metadata["Name"] for one in distributions()}
        return {"tiny": tiny.VERSION, "number": number, "others": sorted(packages - {"pip", "setuptools", "tiny"})}

    @task.artifact
    def number() -> int:
        return 7

    versions(number())


crossing_dag = crossing()
governed_dag = governed()
failing_dag = failing_there()
own_dag = own_environment()
