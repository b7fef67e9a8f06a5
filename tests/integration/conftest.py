"""What tests of a real Airflow share: one that runs all examples, with the store on S3 and lineage on PostgreSQL."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
import pytest
from moto.server import ThreadedMotoServer

from airflow_artifacts.cli import main
from airflow_artifacts.cli.local_airflow import STANDALONE, LocalAirflow
from airflow_artifacts.client import ArtifactClient

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

EXAMPLES = Path(__file__).parents[2] / "dags_examples"
DAGS = [
    "first_artifacts",
    "wine_training",
    "wine_scoring",
    "cache_check",
    "every_type",
    "every_preview",
    "mapped",
    "between_dags",
]
KEYS = {"key": "testing", "secret": "testing"}


@pytest.fixture(scope="package")
def endpoint() -> Iterator[str]:
    """An S3 server with the bucket ``artifacts``."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    url = f"http://{host}:{port}"
    s3 = boto3.client(
        "s3",
        endpoint_url=url,
        region_name="us-east-1",
        aws_access_key_id=KEYS["key"],
        aws_secret_access_key=KEYS["secret"],
    )
    s3.create_bucket(Bucket="artifacts")
    s3.close()
    yield url
    server.stop()


@pytest.fixture(scope="package")
def database(postgresql: Callable[..., str]) -> str:
    """A PostgreSQL database that the command has upgraded."""
    url = postgresql()
    assert main(["db", "upgrade", "--database-url", url]) == 0
    return url


@pytest.fixture(scope="package")
def airflow(tmp_path_factory: pytest.TempPathFactory, endpoint: str, database: str) -> Iterator[LocalAirflow]:
    """An ``airflow standalone`` whose settings name both, the bucket through a connection."""
    connection = {
        "conn_type": "aws",
        "login": KEYS["key"],
        "password": KEYS["secret"],
        "extra": {"endpoint_url": endpoint, "region_name": "us-east-1"},
    }
    environment = {
        "AIRFLOW__ARTIFACTS__STORE_URI": "s3://artifacts_s3@artifacts/examples",
        "AIRFLOW__ARTIFACTS__DATABASE_URL": database,
        "AIRFLOW_CONN_ARTIFACTS_S3": json.dumps(connection),
    }
    home = tmp_path_factory.mktemp("examples") / "home"
    with LocalAirflow(home, EXAMPLES, environment=environment, components=STANDALONE) as running:
        yield running


@pytest.fixture(scope="package")
def runs(airflow: LocalAirflow) -> dict[str, str]:
    """One run of each DAG, by DAG, each ended well."""
    started = {}
    for dag_id in DAGS:
        started[dag_id] = run_id = airflow.trigger(dag_id)
        state = airflow.wait(dag_id, run_id)
        tasks = airflow.api.task_instances(dag_id, run_id)
        failed = [airflow.api.task_log(dag_id, run_id, task["task_id"]) for task in tasks if task["state"] == "failed"]
        assert state == "success", "\n".join(failed)
    return started


@pytest.fixture(scope="package")
def connect(endpoint: str, database: str, runs: dict[str, str]) -> Callable[[], ArtifactClient]:
    """Connect clients that know nothing of Airflow."""
    options = {**KEYS, "endpoint_url": endpoint}
    return lambda: ArtifactClient.connect(store="s3://artifacts/examples", database=database, storage_options=options)


@pytest.fixture
def client(connect: Callable[[], ArtifactClient]) -> Iterator[ArtifactClient]:
    """A client that knows nothing of Airflow."""
    with connect() as connected:
        yield connected
