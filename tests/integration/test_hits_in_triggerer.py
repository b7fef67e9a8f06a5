"""Hits in the triggerer under a real scheduler: they end as successes without a worker, and never in place of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from airflow_artifacts.cli.local_airflow import COMPONENTS, LocalAirflow
from airflow_artifacts.client import ArtifactClient
from airflow_artifacts.entries import Outcome
from airflow_artifacts.exceptions import LocalAirflowError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FLOW = """
from datetime import timedelta

import flow_helpers
from airflow.sdk import DAG, task

from airflow_artifacts import INPUTS, SOURCE

options = {"cache": INPUTS + SOURCE, "hits": "triggerer", "retries": 0}

@task.artifact
def number(n: int) -> int:
    return n

@task.artifact
def scaled(x: int) -> int:
    return flow_helpers.scale(x)

@task.artifact
def both(x: int) -> tuple[int, int]:
    return x + 10, x + 20

@task.artifact(hits="worker", cache=False)
def total(x: int, y: int) -> int:
    return x + y

with DAG("flow", schedule=None, default_args=options):
    low, high = both(scaled(number(1)))
    total(low, high)

with DAG("timed", schedule=None, default_args={**options, "execution_timeout": timedelta(seconds=5)}):
    number(1)
"""
HELPERS = """
FACTOR = 2

def scale(x):
    return x * FACTOR
"""


class Flow:
    """The DAG, its helper on disk, and what became of its runs."""

    def __init__(self, airflow: LocalAirflow, client: ArtifactClient, folder: Path) -> None:
        self.airflow, self.client = airflow, client
        self.helpers = folder / "dags" / "flow_helpers.py"

    def edit(self, before: str, after: str) -> None:
        """Let the helper do something else."""
        text = self.helpers.read_text()
        assert before in text
        self.helpers.write_text(text.replace(before, after))

    def run(self) -> str:
        """Run the DAG to its end; return the run's id."""
        run_id = self.airflow.trigger("flow")
        assert self.airflow.wait("flow", run_id) == "success"
        return run_id

    def clear(self, run_id: str, task: str) -> str:
        """Clear one task of a run, wait until the run has ended again, and return the task's state."""
        body = {"dry_run": False, "dag_run_id": run_id, "only_failed": False, "task_ids": [task]}
        self.airflow.api._send("POST", "/dags/flow/clearTaskInstances", json=body)
        self.airflow.wait("flow", run_id)
        tasks = self.airflow.api.task_instances("flow", run_id)
        return next(str(each["state"]) for each in tasks if each["task_id"] == task)

    def without_worker(self, run_id: str) -> set[str]:
        """Return the tasks that ended as successes and were never queued, nor had a process on any host."""
        tasks = self.airflow.api.task_instances("flow", run_id)
        assert {task["state"] for task in tasks} == {"success"}
        alone = {task["task_id"] for task in tasks if task["queued_when"] is None}
        assert alone == {task["task_id"] for task in tasks if task["pid"] is None and not task["hostname"]}
        return alone

    def value(self, run_id: str, task: str, output: str = "output") -> int:
        """Return what a task of a run returned."""
        found: int = self.client.load(self.client.task_run("flow", run_id, task).outputs[output])
        return found

    def outcome(self, run_id: str, task: str) -> Outcome:
        """Return what the cache decided for the newest try of a task."""
        decision = self.client.why(self.client.task_run("flow", run_id, task).task_run).decision
        assert decision is not None
        return decision.outcome


@pytest.fixture(scope="module")
def flow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flow]:
    """The DAG in an Airflow of its own, with a triggerer."""
    folder = tmp_path_factory.mktemp("triggerer")
    (folder / "dags").mkdir()
    (folder / "dags" / "flow.py").write_text(FLOW)
    (folder / "dags" / "flow_helpers.py").write_text(HELPERS)
    home = folder / "home"
    environment = {"AIRFLOW__SCHEDULER__TRIGGER_TIMEOUT_CHECK_INTERVAL": "2"}
    components = (*COMPONENTS, "triggerer")
    with LocalAirflow(home, folder / "dags", components=components, environment=environment) as airflow:
        artifacts = home / "artifacts"
        artifacts.mkdir(exist_ok=True)
        database = f"sqlite:///{artifacts / 'lineage.db'}"
        with ArtifactClient.connect(store=str(artifacts / "store"), database=database) as client:
            yield Flow(airflow, client, folder)


@pytest.mark.slow
def test_a_hit_needs_no_worker_and_all_else_has_one(flow: Flow) -> None:
    """After each of: run again, edit a helper, clear a hit, fail after a clear, take the triggerer away."""
    xcom = flow.airflow.api.xcom
    first = flow.run()
    assert flow.without_worker(first) == set()
    assert (flow.value(first, "both", "output_0"), flow.value(first, "total")) == (12, 34)

    again = flow.run()
    assert flow.without_worker(again) == {"number", "scaled", "both"}
    assert flow.value(again, "total") == 34
    for task, key in [("number", "return_value"), ("both", "output_1"), ("both", "return_value")]:
        assert xcom("flow", again, task, key) == xcom("flow", first, task, key)
    assert "cache hit" in flow.airflow.api.task_log("flow", again, "scaled")

    flow.edit("FACTOR = 2", "FACTOR = 3")
    edited = flow.run()
    assert flow.without_worker(edited) == {"number"}
    assert (flow.outcome(edited, "scaled"), flow.value(edited, "total")) == (Outcome.MISS, 36)
    assert "left to a worker: there is no earlier result" in flow.airflow.api.task_log("flow", edited, "scaled")

    assert flow.clear(again, "number") == "success"
    assert flow.without_worker(again) == {"scaled", "both"}
    assert flow.outcome(again, "number") is Outcome.MISS
    assert flow.client.task_run("flow", again, "number").task_run.clear_number == 1

    flow.edit("return x * FACTOR", "raise ValueError")
    assert flow.clear(again, "scaled") == "failed"
    with pytest.raises(LocalAirflowError, match="404"):
        xcom("flow", again, "scaled")

    triggerer = flow.airflow._processes.pop("triggerer")
    triggerer.terminate()
    triggerer.wait()
    run_id = flow.airflow.trigger("timed")
    assert flow.airflow.wait("timed", run_id) == "success"
    assert "left the task to a worker" in flow.airflow.api.task_log("timed", run_id, "number")
