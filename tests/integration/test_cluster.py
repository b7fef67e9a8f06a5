"""The cluster of docker-compose.yml: two workers that have nothing in common but the store and the lineage."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

from airflow_artifacts.entries import Outcome
from tests.integration import compose
from tests.integration.cluster import VARIABLES, WORKERS

if TYPE_CHECKING:
    from airflow_artifacts.client import ArtifactClient
    from tests.integration.cluster import Cluster

# What Airflow has of its own in each process, beside its settings.
SETTINGS = re.compile(r"AIRFLOW__|AIRFLOW_CONN_|DUMB_INIT")
# Of docker-compose.yml; none may be left in a setting.
PLACES = re.compile(r"@(postgres|lineage)/|@redis:|://(s3|api-server|localhost):|/opt/airflow|\$")


def hosts(airflow: Cluster, dag_id: str, run_id: str) -> dict[str, str]:
    """Return where each task of a run ran, without those that were skipped."""
    tasks = airflow.api.task_instances(dag_id, run_id)
    return {task["task_id"]: task["hostname"] for task in tasks if task["state"] == "success"}


def test_its_settings_are_those_of_the_compose_file(airflow: Cluster) -> None:
    """Each process has all of them, with the places of this machine, and differs only where one machine must."""
    assert set(airflow.processes) == {*compose.COMPONENTS, *WORKERS} - {"worker"}
    assert set(airflow.settings) == set(compose.environment("worker"))
    assert [name for name, value in airflow.settings.items() if PLACES.search(value)] == []
    assert set(VARIABLES) | {"ADMIN_PASSWORD"} == {name for name, _ in compose.VARIABLE.findall(compose.TEXT)}
    assert set(airflow.settings) & set(airflow.one_machine) == set()
    for host in airflow.processes:
        found = {key: value for key, value in airflow.variables(host).items() if SETTINGS.match(key)}
        assert found == airflow.settings | airflow.one_machine


def test_each_process_has_a_home_of_its_own(airflow: Cluster) -> None:
    """In which it wrote its configuration, and a folder for temporary files."""
    homes = [Path(airflow.variables(host)["AIRFLOW_HOME"]) for host in airflow.processes]
    assert all((home / "airflow.cfg").exists() for home in homes)
    folders = {*homes, *(Path(airflow.variables(host)["TMPDIR"]) for host in airflow.processes)}
    assert len(folders) == 2 * (len(compose.COMPONENTS) + 1)


def test_both_workers_run_tasks(airflow: Cluster, runs: dict[str, str], later: dict[str, str]) -> None:
    """And nothing else does."""
    ran = [name for run in (*runs.items(), *later.items()) for name in hosts(airflow, *run).values()]
    assert set(ran) == set(WORKERS)


def test_what_one_worker_makes_the_other_loads(airflow: Cluster, client: ArtifactClient, later: dict[str, str]) -> None:
    """The value, whole, with the edge between the two tasks."""
    ran_on = hosts(airflow, "crossing", later["crossing"])
    assert (ran_on["make"], ran_on["take"]) == WORKERS
    taken = client.task_run("crossing", later["crossing"], "take")
    assert client.load(taken.outputs["cluster/taken"]) == sum(range(100))
    assert str(taken.inputs["made"]) == "cluster/made@1"


def test_a_wait_goes_through_the_triggerer(airflow: Cluster, later: dict[str, str]) -> None:
    """The sensor leaves its worker, waits there, and comes back with what it waited for."""
    log = airflow.api.task_log("waiting", later["waiting"], "wait")
    assert "Trigger fired event" in log
    assert "cluster/taken" in json.dumps(airflow.api.xcom("waiting", later["waiting"], "wait"))


def test_a_check_skips_a_whole_dag(airflow: Cluster, later: dict[str, str]) -> None:
    """The second run of it is one task."""
    tasks = airflow.api.task_instances("cache_check", later["cache_check"])
    states = {task["task_id"]: task["state"] for task in tasks}
    assert states == {"check": "success", "measure": "skipped", "clean": "skipped", "summarize": "skipped"}


def test_a_second_run_is_all_hits(client: ArtifactClient, later: dict[str, str]) -> None:
    """Wherever the first one ran; but for the task without inputs, which each run computes."""
    found = client.run("wine_training", later["wine_training"]).task_runs
    outcomes = {each.task_run.task_id: client.why(each.task_run).decision for each in found}
    missed = {name for name, decision in outcomes.items() if decision is None or decision.outcome is not Outcome.HIT}
    assert missed == {"ingest"}
    assert len(outcomes) == 6


def test_workers_keep_nothing(airflow: Cluster, later: dict[str, str]) -> None:
    """No store, no lineage and no temporary file is on a worker's disk when all has run."""
    for worker in WORKERS:
        disk = airflow.host(worker)
        kept = {path.relative_to(disk) for path in disk.rglob("*") if path.is_file()}
        assert {str(path) for path in kept} == {"airflow/airflow.cfg"}
