"""A DAG under a real scheduler, with several tasks at once: on the embedded default, and on S3 and PostgreSQL."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from airflow_artifacts.cli.local_airflow import LocalAirflow
from airflow_artifacts.client import ArtifactClient
from airflow_artifacts.model import EdgeKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.servers import S3

DAGS = Path(__file__).parent / "dags"


class Place:
    """A home for Airflow, its settings, and a client on what they name."""

    def __init__(self, home: Path, environment: dict[str, str], connect: Callable[[], ArtifactClient]) -> None:
        self.home, self.environment, self.connect = home, environment, connect


@pytest.fixture(scope="module", params=["embedded", "s3 and postgresql"])
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


def test_a_dag_runs_with_several_tasks_at_once(place: Place) -> None:
    """Values, lineage and references are right, tasks overlapped, and XCom stayed small."""
    with contextlib.ExitStack() as stack:
        airflow = stack.enter_context(LocalAirflow(place.home, DAGS, environment=place.environment))
        run_id = airflow.trigger("fan")
        state = airflow.wait("fan", run_id)
        logs = {task: airflow.api.task_log("fan", run_id, task) for task in ("extract", "check")}
        assert state == "success", logs
        reference = airflow.api.xcom("fan", run_id, "extract")
        assert len(json.dumps(reference)) < 1024
        client = stack.enter_context(place.connect())
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
