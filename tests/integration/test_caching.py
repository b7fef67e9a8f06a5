"""A chain, a diamond and a group behind a cache check under a real scheduler, whatever befalls them.

After each of: run again, edit a helper, clear one task, clear the run, kill a worker in mid-task, two runs at once.
Every task ends as it would without a cache, where one that the check skipped counts as a success; every value is right.
"""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from airflow_artifacts.cli.local_airflow import LocalAirflow
from airflow_artifacts.client import ArtifactClient
from airflow_artifacts.entries import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FLOW = """
from datetime import timedelta

import flow_helpers
from airflow.sdk import DAG, task, task_group

from airflow_artifacts import INPUTS, SOURCE, CacheCheckOperator

options = {"cache": INPUTS + SOURCE, "retries": 2, "retry_delay": timedelta(seconds=0)}

@task.artifact
def number(n: int) -> int:
    return n

@task.artifact
def scaled(x: int) -> int:
    return flow_helpers.scale(x)

@task.artifact
def both(x: int) -> tuple[int, int]:
    return x + 10, x + 20

@task.artifact
def add(x: int, y: int) -> int:
    return x + y

with DAG("flow", schedule=None, max_active_runs=2, default_args=options):
    a = number(1)
    CacheCheckOperator(task_id="check") >> a.operator
    scaled.override(task_id="chain_2")(scaled.override(task_id="chain_1")(a))
    low, high = both(a)
    add(scaled.override(task_id="left")(low), high)

    @task_group
    def group(x):
        return scaled.override(task_id="inner")(x)

    add.override(task_id="last")(group(high), a)
"""
HELPERS = """
import os
import time

FACTOR = 2
GATE = {gate!r}

def scale(x):
    wait()
    return x * FACTOR

def wait():
    if os.path.exists(GATE):
        with open(GATE + ".pid", "w") as file:
            file.write(str(os.getpid()))
        time.sleep(60)
"""


def expected(factor: int) -> dict[str, int]:
    """Return the values that the tasks return, worked out by hand."""
    return {
        "number": 1,
        "chain_1": factor,
        "chain_2": factor * factor,
        "left": 11 * factor,
        "add": 11 * factor + 21,
        "group.inner": 21 * factor,
        "last": 21 * factor + 1,
    }


class Flow:
    """The DAG, its helper on disk, and what became of its runs."""

    def __init__(self, airflow: LocalAirflow, client: ArtifactClient, folder: Path) -> None:
        self.airflow, self.client = airflow, client
        self.gate = folder / "gate"
        self.helpers = folder / "dags" / "flow_helpers.py"

    def edit(self, before: int, after: int) -> None:
        """Let the helper do something else."""
        text = self.helpers.read_text()
        assert f"FACTOR = {before}" in text
        self.helpers.write_text(text.replace(f"FACTOR = {before}", f"FACTOR = {after}"))

    def run(self) -> str:
        """Run the DAG to its end; return the run's id."""
        run_id = self.airflow.trigger("flow")
        assert self.airflow.wait("flow", run_id) == "success"
        return run_id

    def clear(self, run_id: str, tasks: list[str] | None = None) -> None:
        """Clear tasks of a run, or all, and wait until it has ended again."""
        body = {"dry_run": False, "dag_run_id": run_id, "only_failed": False, "task_ids": tasks}
        self.airflow.api._send("POST", "/dags/flow/clearTaskInstances", json=body)
        assert self.airflow.wait("flow", run_id) == "success"

    def states(self, run_id: str) -> dict[str, str]:
        """Return the state of each task."""
        return {task["task_id"]: task["state"] for task in self.airflow.api.task_instances("flow", run_id)}

    def check(self, run_id: str, factor: int) -> None:
        """See that every task ended as without a cache, and that every value is right."""
        reused = {
            one.task_run.task_id for one in self.client.run("flow", run_id).task_runs if one.task_run.try_number == 0
        }
        states = self.states(run_id)
        assert {
            task: "success" if task in reused and state == "skipped" else state for task, state in states.items()
        } == (dict.fromkeys(states, "success"))
        for task, value in expected(factor).items():
            reference = self.airflow.api.xcom("flow", run_id, task)
            assert (
                self.client.load(reference["__data__"]["id"] if "__data__" in reference else reference["id"]) == value
            )

    def outcomes(self, run_id: str) -> dict[str, Outcome]:
        """Return what the cache decided for the newest try of each task."""
        runs = self.client.run("flow", run_id).task_runs
        return {one.task_run.task_id: self.client.why(one.task_run).decision.outcome for one in runs}


@pytest.fixture(scope="module")
def flow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flow]:
    """The DAG in an Airflow of its own."""
    folder = tmp_path_factory.mktemp("caching")
    (folder / "dags").mkdir()
    (folder / "dags" / "flow.py").write_text(FLOW)
    (folder / "dags" / "flow_helpers.py").write_text(HELPERS.format(gate=str(folder / "gate")))
    home = folder / "home"
    with LocalAirflow(home, folder / "dags") as airflow:
        artifacts = home / "artifacts"
        artifacts.mkdir(exist_ok=True)
        database = f"sqlite:///{artifacts / 'lineage.db'}"
        with ArtifactClient.connect(store=str(artifacts / "store"), database=database) as client:
            yield Flow(airflow, client, folder)


@pytest.mark.slow
def test_whatever_befalls_a_dag_it_ends_as_without_a_cache(flow: Flow) -> None:
    """And computes no more than it must."""
    first = flow.run()
    flow.check(first, 2)
    assert set(flow.states(first).values()) == {"success"}

    again = flow.run()
    flow.check(again, 2)
    assert Counter(flow.states(again).values()) == {"success": 1, "skipped": 8}

    flow.edit(2, 3)
    edited = flow.run()
    flow.check(edited, 3)
    hits = {task for task, outcome in flow.outcomes(edited).items() if outcome is Outcome.HIT}
    assert hits == {"number", "both"}
    why = str(flow.client.why(flow.client.task_run("flow", edited, "chain_1").task_run))
    assert "constant flow_helpers:FACTOR: 2 → 3" in why

    flow.clear(again, ["chain_2"])
    assert flow.states(again)["chain_2"] == "success"
    assert flow.outcomes(again)["chain_2"] is Outcome.MISS

    flow.clear(edited)
    flow.check(edited, 3)
    assert set(flow.outcomes(edited).values()) == {Outcome.MISS}

    flow.edit(3, 5)
    flow.gate.touch()
    killed = flow.airflow.trigger("flow")
    pid = flow.gate.with_suffix(".pid")
    deadline = time.monotonic() + 60
    while not pid.exists() or not pid.read_text():
        assert time.monotonic() < deadline
        time.sleep(0.1)
    flow.gate.unlink()
    os.kill(int(pid.read_text()), signal.SIGKILL)
    assert flow.airflow.wait("flow", killed) == "success"
    flow.check(killed, 5)

    flow.edit(5, 7)
    both = [flow.airflow.trigger("flow") for _ in range(2)]
    assert [flow.airflow.wait("flow", run_id) for run_id in both] == ["success", "success"]
    for run_id in both:
        flow.check(run_id, 7)
    computed: Counter[str] = Counter()
    for run_id in both:
        for one in flow.client.run("flow", run_id).task_runs:
            if flow.client.why(one.task_run).decision.outcome is Outcome.MISS:
                computed[one.task_run.task_id] += 1
    assert set(computed) == {"chain_1", "chain_2", "left", "add", "group.inner", "last"}
