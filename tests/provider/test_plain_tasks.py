"""Plain tasks and classic operators that take artifacts."""

from __future__ import annotations

import contextlib
import gc
import json
import sqlite3
import warnings
from typing import TYPE_CHECKING

import pytest

from airflow_artifacts.exceptions import ArtifactNotFoundError
from airflow_artifacts.model import TaskRunState
from tests.provider.test_mapping import module

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import ModuleType

    from tests.provider.conftest import DagRunResult

    RunDag = Callable[..., DagRunResult]

__all__ = ["module"]


@pytest.fixture(scope="module")
def run(run_dag: RunDag, module: ModuleType) -> DagRunResult:
    """A run of the DAG with plain tasks; its last task succeeds, and one fails."""
    with warnings.catch_warnings():
        # Airflow leaves the pipes to Bash open, for whoever collects them.
        warnings.simplefilter("ignore", ResourceWarning)
        found = run_dag(module.plain_tasks)
        gc.collect()
    return found


def _xcom(airflow_home: Path, run: DagRunResult, task_id: str, map_index: int = -1) -> object:
    with contextlib.closing(sqlite3.connect(airflow_home / "airflow.db")) as database:
        statement = "select value from xcom where run_id = ? and task_id = ? and map_index = ? and key = 'return_value'"
        (value,) = database.execute(statement, [run.run_id, task_id, map_index]).fetchone()
    found = json.loads(value)
    return json.loads(found) if isinstance(found, str) and found.startswith(('"', "{")) else found


@pytest.mark.parametrize(
    ("task_id", "index", "seen"),
    [
        ("sees", -1, "DataFrame 2"),
        ("sees_key", -1, "int 0"),
        ("sees_each", 1, "int 0"),
        ("sees_all", -1, "[1, 2, 3] ([1, 2, 3], 4) [1, 2, 3]"),
        ("sees_within", -1, "[['1', '2', '3']] () {'k': [(1, 1), (2, 2), (3, 3)]}"),
        ("sees_total", -1, "LazyValues 12"),
        ("pulls", -1, "ArtifactRef"),
        ("bash", -1, "PAR1"),
        ("of_parts", -1, "hello world"),
        ("of_text", -1, "some text"),
        ("of_each", 1, "two"),
        ("of_each_made", 1, "two more"),
        ("of_keywords", 1, "two"),
        ("of_each_args", 1, "(2, 'more')"),
        ("of_each_keywords", 1, "0 2"),
        ("of_python", -1, "DataFrame world"),
    ],
)
def test_a_python_task_receives_the_object(
    run: DagRunResult, airflow_home: Path, task_id: str, index: int, seen: str
) -> None:
    """Among its arguments, also in lists and mapped; who pulls by himself has the reference.

    A classic operator has the value of small JSON, and of all else the reference, with its URI.
    """
    assert _xcom(airflow_home, run, task_id, index) == seen


def test_branches_decide_by_values(run: DagRunResult) -> None:
    """``@task.branch`` and ``@task.short_circuit`` receive the object, and ``run_if`` comes before any loading."""
    assert (run.states["taken"], run.states["left"]) == ("success", "skipped")
    assert (run.states["stops"], run.states["not_reached"]) == ("success", "skipped")
    assert run.states["skipped_before"] == "skipped"
    with pytest.raises(ArtifactNotFoundError):
        run.task("skipped_before")


def test_what_a_plain_task_reads_is_lineage(run: DagRunResult) -> None:
    """Its run has input edges and its end, as that of an artifact task has."""
    made = run.output("frame")
    found = run.task("sees")
    assert {version.id for version in found.inputs.values()} == {made.id}
    assert found.task_run.state is TaskRunState.SUCCESS
    assert run.task("fails").task_run.state is TaskRunState.FAILED
    assert run.states["fails"] == "failed"
    assert run.task("of_each", 0).task_run.state is TaskRunState.SUCCESS
    readers = {one.task_id for one in run.client.downstream(made, depth=1).task_runs.values()}
    assert {"sees", "branch", "stops", "fails", "taken"} <= readers


def test_rendered_fields_show_the_reference(run: DagRunResult, airflow_home: Path) -> None:
    """And not a table as text."""
    with contextlib.closing(sqlite3.connect(airflow_home / "airflow.db")) as database:
        statement = "select rendered_fields from rendered_task_instance_fields where run_id = ? and task_id = 'sees'"
        (fields,) = database.execute(statement, [run.run_id]).fetchone()
    assert '"artifact": "plain_tasks::frame::output"' in fields


def test_a_deployment_may_keep_the_references(
    run_dag: RunDag, module: ModuleType, airflow_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With ``load_in_plain_tasks = false`` every plain task receives the reference."""
    monkeypatch.setenv("AIRFLOW__ARTIFACTS__LOAD_IN_PLAIN_TASKS", "false")
    run = run_dag(module.keeps_references)
    assert _xcom(airflow_home, run, "sees") == "ArtifactRef 0"
