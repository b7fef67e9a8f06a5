"""Artifact tasks under retries, timeouts, callbacks, conditions, sensors, setup and teardown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from airflow_artifacts.model import TaskRunState
from tests.provider.conftest import DagRunResult, load_dags

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import ModuleType

# Of Airflow's own sensor.
pytestmark = pytest.mark.filterwarnings("ignore:The `airflow.utils.operator_helpers.determine_kwargs`")


@pytest.fixture(scope="module")
def module(airflow_home: Path) -> ModuleType:
    """The DAG, and what its callbacks noted."""
    return load_dags("features")


@pytest.fixture(scope="module")
def run(run_dag: Callable[..., DagRunResult], module: ModuleType) -> DagRunResult:
    """A run of it."""
    return run_dag(module.features)


def test_every_task_ends_as_any_other_would(run: DagRunResult) -> None:
    """With its retries, its time, its condition and its place among setups and teardowns."""
    assert run.states == {
        "sensed": "success",
        "succeeds_later": "success",
        "doubled": "success",
        "takes_too_long": "failed",
        "never": "skipped",
        "not_skipped": "success",
        "prepared": "success",
        "between": "success",
        "cleaned": "success",
    }
    assert [run.value(task) for task in ("doubled", "not_skipped", "between")] == [8, 4, 14]
    assert run.value("cleaned", "features/cleaned") == 7


def test_what_fails_publishes_nothing(run: DagRunResult) -> None:
    """Neither its outputs nor what it saved before; a later try publishes once."""
    for name in ("features/too_long", "features/before_the_end", "features/never"):
        assert run.client.find(name) is None
    assert [version.version for version in run.client.versions("features/of_a_try")] == ["1"]
    assert [version.version for version in run.client.versions("features/later")] == ["1"]
    tries = [one for one in run.lineage.task_runs if one.task_run.task_id == "succeeds_later"]
    assert [one.task_run.state for one in tries] == [TaskRunState.FAILED, TaskRunState.SUCCESS]
    assert [sorted(one.outputs) for one in tries] == [[], ["features/later", "features/of_a_try@1"]]


def test_callbacks_are_called(run: DagRunResult, module: ModuleType) -> None:
    """On retry, success and failure."""
    assert sorted(module.CALLED) == ["failed takes_too_long", "ok succeeds_later", "retry succeeds_later"]
