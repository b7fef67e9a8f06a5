"""A DAG under a real scheduler, with several tasks at once: on the embedded default, and on S3 and PostgreSQL."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from airflow_artifacts.cli.local_airflow import COMPONENTS, LocalAirflow
from airflow_artifacts.client import ArtifactClient
from airflow_artifacts.exceptions import LocalAirflowError
from airflow_artifacts.model import EdgeKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.servers import S3

DAGS = Path(__file__).parent / "dags"


class Place:
    """A home for Airflow, its settings, and a client on what they name."""

    def __init__(self, home: Path, environment: dict[str, str], connect: Callable[[], ArtifactClient]) -> None:
        self.home, self.environment, self.connect = home, environment, connect


# The examples run on S3 and PostgreSQL by default.
PLACES = ["embedded", pytest.param("s3 and postgresql", marks=pytest.mark.slow)]


@pytest.fixture(scope="module", params=PLACES)
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """Where the artifacts are kept."""
    home = tmp_path_factory.mktemp("end-to-end") / "home"
    if request.param == "embedded":
        folder = home / "artifacts"
        yield Place(
            home,
            {},
            lambda: ArtifactClient.connect(store=str(folder / "store"), database=f"sqlite:///{folder / 'lineage.db'}"),
        )
        return
    s3: S3 = request.getfixturevalue("s3")
    create: Callable[[], str] = request.getfixturevalue("postgresql")
    bucket, database = s3.create_bucket(), create()
    connection = {
        "conn_type": "aws",
        "login": "testing",
        "password": "testing",
        "extra": {"endpoint_url": s3.endpoint, "region_name": "us-east-1"},
    }
    environment = {
        "AIRFLOW__ARTIFACTS__STORE_URI": f"s3://artifacts_s3@{bucket}/deep/prefix",
        "AIRFLOW__ARTIFACTS__DATABASE_URL": database,
        "AIRFLOW_CONN_ARTIFACTS_S3": json.dumps(connection),
    }
    command = Path(sys.executable).with_name("airflow-artifacts")
    subprocess.run([command, "db", "upgrade"], env=os.environ | environment, check=True)
    yield Place(
        home,
        environment,
        lambda: ArtifactClient.connect(
            store=f"s3://{bucket}/deep/prefix", database=database, storage_options=s3.storage_options
        ),
    )


@pytest.fixture(scope="module")
def airflow(place: Place) -> Iterator[LocalAirflow]:
    """An Airflow of its own, whose artifacts are kept there."""
    components = (*COMPONENTS, "triggerer")
    with LocalAirflow(place.home, DAGS, environment=place.environment, components=components) as running:
        yield running


@pytest.fixture(scope="module")
def client(place: Place, airflow: LocalAirflow) -> Iterator[ArtifactClient]:
    """A client on the same artifacts."""
    (place.home / "artifacts").mkdir(exist_ok=True)
    with place.connect() as connected:
        yield connected


def test_a_dag_runs_with_several_tasks_at_once(place: Place, airflow: LocalAirflow, client: ArtifactClient) -> None:
    """Values, lineage and references are right, tasks overlapped, and XCom stayed small."""
    run_id = airflow.trigger("fan")
    state = airflow.wait("fan", run_id)
    logs = {task: airflow.api.task_log("fan", run_id, task) for task in ("extract", "check")}
    assert state == "success", logs
    reference = airflow.api.xcom("fan", run_id, "extract")
    assert len(json.dumps(reference)) < 1024
    tasks = client.run("fan", run_id).task_runs
    parts = [found.task_run for found in tasks if found.task_run.task_id == "part"]
    assert max(run.started_at for run in parts) < min(run.ended_at for run in parts if run.ended_at)
    assert sorted(int(version.version) for version in client.versions("fan/part")) == [1, 2, 3, 4]
    assert sorted(client.load(version) for version in client.versions("fan/{seen}")) == [0, 1, 2, 3]
    checked = client.task_run("fan", run_id, "check")
    assert client.load(checked.outputs["output"]) is True
    graph = client.upstream(checked.outputs["output"])
    assert {"fan/eu/raw", "fan/part", "fan/low", "fan/high"} <= {v.artifact for v in graph.versions.values()}
    assert {edge.kind for edge in graph.edges} == {EdgeKind.ARGUMENT, EdgeKind.READ, EdgeKind.PRODUCED}
    raw = client.get("fan/eu/raw")
    assert raw.size > 1_000_000
    assert client.locations(raw)[0].startswith("s3://bucket" if place.environment else "file://")
    assert "output 'fan/{region}/raw': fan/eu/raw@1" in logs["extract"]


@pytest.mark.parametrize("place", ["embedded"], indirect=True)
def test_dags_meet_through_artifacts(place: Place, airflow: LocalAirflow, client: ArtifactClient) -> None:
    """One waits in the triggerer, one is started by each new version and reads just that, whatever is newer."""
    waiting = airflow.trigger("waits")
    airflow._until(
        lambda: _states(airflow, "waits", waiting) == {"wait": "deferred", "take": None} or None,
        60,
        "the sensor to defer",
    )
    airflow.api._send("PATCH", "/dags/reads_what_triggered_it", json={"is_paused": False})
    published = []
    for _ in range(2):
        published.append(airflow.trigger("publishes"))
        assert airflow.wait("publishes", published[-1]) == "success"
        # Airflow joins events that come at once to one run, and may leave the later one out.
        newest = client.get("between/eu").id
        started = airflow._until(lambda: _started_by(airflow, newest), 90, "a run that the new version started")  # noqa: B023
        assert airflow.wait("reads_what_triggered_it", started) == "success"
        found = client.task_run("reads_what_triggered_it", started, "read")
        assert found.inputs["given"].id == newest
        assert client.load(found.outputs["output"])[:2] == [published[-1], published[-1]]
    assert airflow.wait("waits", waiting) == "success"
    assert client.load(client.task_run("waits", waiting, "take").outputs["output"]) in published


@pytest.mark.parametrize("place", ["embedded"], indirect=True)
def test_a_run_for_a_partition_tells_of_its_own(place: Place, airflow: LocalAirflow) -> None:
    """Also where its version is a hit that ``latest`` names already."""
    airflow.api._send("PATCH", "/dags/reads_parts", json={"is_paused": False})
    keys = ["2026-01-01T00:00:00", "2026-02-01T00:00:00"]
    for key in keys:
        body = {"logical_date": None, "partition_key": key}
        run_id = airflow.api._send("POST", "/dags/publishes_parts/dagRuns", json=body).json()["dag_run_id"]
        assert airflow.wait("publishes_parts", run_id) == "success"
    events = _events(airflow, "artifact://between/part")
    assert [(event["partition_key"], event["extra"]["version"]) for event in events] == [(key, "1") for key in keys]


def _started_by(airflow: LocalAirflow, id_: str) -> str | None:
    """Return the run that the event of a version started, if it has begun."""
    for event in _events(airflow, "artifact://between/eu"):
        if event["extra"]["id"] == id_ and event["created_dagruns"]:
            return str(event["created_dagruns"][0]["run_id"])
    return None


def _states(airflow: LocalAirflow, dag_id: str, run_id: str) -> dict[str, str | None]:
    return {task["task_id"]: task["state"] for task in airflow.api.task_instances(dag_id, run_id)}


def _events(airflow: LocalAirflow, uri: str) -> list[dict[str, Any]]:
    """Return an asset's events, the oldest first."""

    def found() -> list[dict[str, Any]] | None:
        # Airflow 3.3 answers with an error while a run that an event started has not begun.
        with contextlib.suppress(LocalAirflowError):
            return list(airflow.api._get("/assets/events", limit=100)["asset_events"])
        return None

    events = airflow._until(found, 60, "the runs that events started to begin")
    return sorted((event for event in events if event["uri"] == uri), key=lambda event: str(event["timestamp"]))
