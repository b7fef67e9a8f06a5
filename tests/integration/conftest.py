"""What tests of a real Airflow share: a cluster that runs all examples."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.integration.cluster import VARIABLES, Cluster, Servers
from tests.servers import redis_server, s3_server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from contextlib import AbstractContextManager

    from airflow_artifacts.cli.local_airflow import LocalAirflow
    from airflow_artifacts.client import ArtifactClient

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
NEEDS = {"wine_scoring": "wine_training"}
"""What reads another DAG's artifacts, and that DAG."""


@pytest.fixture(scope="package")
def start_cluster(
    tmp_path_factory: pytest.TempPathFactory, postgresql: Callable[..., str]
) -> Callable[..., AbstractContextManager[Cluster]]:
    """Start clusters on the examples, with databases, Redis and an S3 server that are empty."""

    @contextlib.contextmanager
    def start(environment: Mapping[str, str] | None = None) -> Iterator[Cluster]:
        with redis_server(VARIABLES["REDIS_PASSWORD"]) as redis, s3_server() as s3:
            servers = Servers(postgresql(), postgresql(), redis, s3)
            with Cluster(tmp_path_factory.mktemp("cluster") / "home", EXAMPLES, servers, environment) as running:
                yield running

    return start


@pytest.fixture(scope="package")
def airflow(start_cluster: Callable[..., AbstractContextManager[Cluster]]) -> Iterator[Cluster]:
    """A cluster of two Celery workers on S3, PostgreSQL and Redis, as docker-compose.yml has it."""
    with start_cluster() as running:
        yield running


@pytest.fixture(scope="package")
def runs(airflow: Cluster) -> dict[str, str]:
    """One run of each DAG, by DAG, each ended well."""
    started = {dag_id: airflow.trigger(dag_id) for dag_id in DAGS if dag_id not in NEEDS}
    for dag_id, needed in NEEDS.items():
        ended_well(airflow, needed, started[needed])
        started[dag_id] = airflow.trigger(dag_id)
    for dag_id, run_id in started.items():
        ended_well(airflow, dag_id, run_id)
    return started


@pytest.fixture(scope="package")
def later(airflow: Cluster, runs: dict[str, str]) -> dict[str, str]:
    """What ran when all that was done: two of the examples again, and what needs both workers and the triggerer."""
    started = {dag_id: airflow.trigger(dag_id) for dag_id in ("waiting", "cache_check", "wine_training")}

    def deferred() -> bool | None:
        (wait,) = airflow.api.task_instances("waiting", started["waiting"])
        return wait["state"] == "deferred" or None

    # What it waits for is made only now.
    airflow._until(deferred, 120, "the sensor to defer")
    started["crossing"] = airflow.trigger("crossing")
    for dag_id, run_id in started.items():
        ended_well(airflow, dag_id, run_id)
    return started


def ended_well(airflow: LocalAirflow, dag_id: str, run_id: str) -> None:
    """Wait for a run to end; show the logs of the tasks that failed."""
    state = airflow.wait(dag_id, run_id)
    tasks = airflow.api.task_instances(dag_id, run_id)
    failed = [airflow.api.task_log(dag_id, run_id, task["task_id"]) for task in tasks if task["state"] == "failed"]
    assert state == "success", "\n".join(failed)


@pytest.fixture(scope="package")
def connect(airflow: Cluster, runs: dict[str, str]) -> Callable[[], ArtifactClient]:
    """Connect clients that know nothing of Airflow."""
    return airflow.servers.connect


@pytest.fixture
def client(connect: Callable[[], ArtifactClient]) -> Iterator[ArtifactClient]:
    """A client that knows nothing of Airflow."""
    with connect() as connected:
        yield connected
