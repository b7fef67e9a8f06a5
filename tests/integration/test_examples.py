"""Every example DAG under a real scheduler, with the store on S3 and lineage on PostgreSQL."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import boto3
import pytest
from moto.server import ThreadedMotoServer

from airflow_artifacts.cli import main
from airflow_artifacts.cli.local_airflow import LocalAirflow
from airflow_artifacts.client import ArtifactClient
from airflow_artifacts.visualizers.model import Kind
from tests.docs.pages import PAGES, blocks

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


@pytest.fixture(scope="module")
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


@pytest.fixture(scope="module")
def database(postgresql: Callable[..., str]) -> str:
    """A PostgreSQL database that the command has upgraded."""
    url = postgresql()
    assert main(["db", "upgrade", "--database-url", url]) == 0
    return url


@pytest.fixture(scope="module")
def airflow(tmp_path_factory: pytest.TempPathFactory, endpoint: str, database: str) -> Iterator[LocalAirflow]:
    """An Airflow whose settings name both, the bucket through a connection."""
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
    with LocalAirflow(home, EXAMPLES, environment=environment) as running:
        yield running


@pytest.fixture(scope="module")
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


@pytest.fixture
def client(endpoint: str, database: str, runs: dict[str, str]) -> Iterator[ArtifactClient]:
    """A client that knows nothing of Airflow."""
    options = {**KEYS, "endpoint_url": endpoint}
    store = "s3://artifacts/examples"
    with ArtifactClient.connect(store=store, database=database, storage_options=options) as connected:
        yield connected


def test_every_example_is_run() -> None:
    """No DAG of the folder is left out here."""
    assert {path.stem for path in EXAMPLES.glob("*.py") if "@dag" in path.read_text(encoding="utf-8")} == set(DAGS)


def test_one_dag_reads_what_another_made(client: ArtifactClient) -> None:
    """The scores descend from the raw data through the model, over two DAGs."""
    graph = client.upstream("wine/scores")
    assert {run.dag_id for run in graph.task_runs.values()} == {"wine_training", "wine_scoring"}
    assert {"models/wine", "wine/raw", "wine/test"} <= {version.artifact for version in graph.versions.values()}
    scores = client.load("wine/scores")
    assert (scores["target"] == scores["predicted"]).mean() > 0.9


def test_a_new_version_starts_a_dag(client: ArtifactClient) -> None:
    """Nobody triggered the report; it descends from the run that published the events."""
    deadline = time.monotonic() + 120
    while (made := client.find("examples/clicks")) is None and time.monotonic() < deadline:
        time.sleep(0.5)
    assert made is not None
    assert client.load(made) == {"rows": 100, "clicks": 4950}
    graph = client.upstream(made)
    assert {run.dag_id for run in graph.task_runs.values()} == {"between_dags", "between_dags_report"}


def test_each_kind_of_visualization_is_shown(client: ArtifactClient) -> None:
    """One task of an example or another gives it, among them a visualizer of the user's own."""
    summaries = [one for one in client.list(named=False) if one.name.startswith("every_preview::")]
    shown = [one for each in summaries if each.latest for one in client.preview(each.latest).visualizations]
    assert {one.kind for one in shown} == set(get_args(Kind))
    assert "confusion: true labels by row" in {one.title for one in shown}


def test_xcom_holds_references_only(airflow: LocalAirflow, runs: dict[str, str]) -> None:
    """Each XCom is under 1 KB."""
    for dag_id, run_id in runs.items():
        for task in airflow.api.task_instances(dag_id, run_id):
            keys = ["wine/train", "wine/test"] if task["task_id"] == "split" else ["return_value"]
            for key in keys:
                value = airflow.api.xcom(dag_id, run_id, task["task_id"], key, task["map_index"])
                assert len(json.dumps(value)) < 1024


def test_the_bytes_are_on_s3(client: ArtifactClient) -> None:
    """Each object lies in the bucket under its digest."""
    for summary in client.list(named=False):
        assert summary.latest is not None
        for url in client.locations(summary.latest):
            assert url.startswith("s3://artifacts/examples/objects/")


def test_the_tutorial_is_true(client: ArtifactClient, capsys: pytest.CaptureFixture[str]) -> None:
    """The blocks of the pages that follow a DAG run, and print what the tutorial says."""
    namespace: dict[str, Any] = {"client": client}
    for block in (block for page in PAGES for block in blocks(page) if block.mark == "after"):
        exec(block.text, namespace)  # noqa: S102 - the page's own code
    tutorial = next(page for page in PAGES if page.name == "first-artifacts.md").read_text(encoding="utf-8")
    expected = tutorial.partition("```text\n")[2].partition("```")[0]
    assert expected in capsys.readouterr().out
