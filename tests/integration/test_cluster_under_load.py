"""What a cluster stands: a worker that dies in the middle of a task, and fifty DAG runs at once."""

from __future__ import annotations

import collections
import threading
import time
import zlib
from datetime import timedelta
from typing import TYPE_CHECKING

import boto3
import pytest

from airflow_artifacts.model import TaskRunState
from tests.integration.cluster import WORKERS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from airflow_artifacts.client import ArtifactClient
    from tests.integration.cluster import Cluster

pytestmark = pytest.mark.slow

RUNS = 50
SLOTS = 3
"""Tasks that a worker runs at once."""
CONNECTIONS = 3
"""To the lineage database, that a task's process has at most."""
SETTINGS = {
    "AIRFLOW__CELERY__WORKER_CONCURRENCY": str(SLOTS),
    # How soon the scheduler takes a task for dead whose worker is; tasks say twice as often that they live.
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "30",
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_SEC": "10",
}


@pytest.fixture(scope="module")
def cluster(start_cluster: Callable[..., AbstractContextManager[Cluster]]) -> Iterator[Cluster]:
    """A cluster that finds out soon that a worker is dead."""
    with start_cluster(SETTINGS) as running:
        yield running


@pytest.fixture
def client(cluster: Cluster) -> Iterator[ArtifactClient]:
    """A client that knows nothing of Airflow."""
    with cluster.servers.connect() as connected:
        yield connected


def task(cluster: Cluster, dag_id: str, run_id: str, task_id: str) -> dict[str, object]:
    """Return a task instance, as Airflow's API describes it."""
    return next(each for each in cluster.api.task_instances(dag_id, run_id) if each["task_id"] == task_id)


def stored(cluster: Cluster) -> set[str]:
    """Return the keys of all that lies in the store."""
    s3 = boto3.client(
        "s3",
        endpoint_url=cluster.servers.s3.endpoint,
        region_name="us-east-1",
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
    )
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket="artifacts", Prefix="airflow/objects/")
    return {each["Key"] for page in pages for each in page.get("Contents", ())}


def test_each_service_is_healthy(cluster: Cluster) -> None:
    """The checks of docker-compose.yml say so, each on the host of its service."""
    for name in cluster.processes:
        cluster.check_health("worker" if name in WORKERS else name, name)


def test_a_worker_dies_in_the_middle_of_a_task(cluster: Cluster, client: ArtifactClient) -> None:
    """The other one runs the task anew; of the first try nothing is published, and what it stored can be collected."""
    run_id = cluster.trigger("dying")
    log = cluster.home.folder / "logs" / "dag_id=dying" / f"run_id={run_id}" / "task_id=make" / "attempt=1.log"
    cluster._until(lambda: (log.exists() and "half way" in log.read_text()) or None, 120, "the task to be half way")
    dead = str(task(cluster, "dying", run_id, "make")["hostname"])
    before = stored(cluster)
    assert len(before) == 1
    assert list(client.list(named=False)) == []
    cluster.kill(dead)

    assert cluster.wait("dying", run_id) == "success"
    made = task(cluster, "dying", run_id, "make")
    (other,) = set(WORKERS) - {dead}
    assert (made["try_number"], made["hostname"]) == (2, other)
    first, second = (each for each in client.run("dying", run_id).task_runs if each.task_run.task_id == "make")
    assert (first.task_run.state, first.outputs, first.edges) == (TaskRunState.FAILED, {}, ())
    assert set(second.outputs) >= {"dying/file", "dying/number"}
    for name in ("dying/file", "dying/number", "dying/saved"):
        (version,) = client.versions(name)
        assert version.version == "1"
        assert version.producer == second.task_run
    assert client.load("dying/read") == client.load("dying/number") == 2
    assert client.verify().faults == ()

    versions = [each for summary in client.list(named=False) for each in client.versions(summary.name)]
    named = {url.removeprefix("s3://artifacts/") for version in versions for url in client.locations(version)}
    assert stored(cluster) - named == before
    assert client.gc(grace=timedelta(0)).objects == 1
    assert stored(cluster) == named
    cluster.start_worker(dead)


def test_fifty_runs_at_once(cluster: Cluster, client: ArtifactClient, capsys: pytest.CaptureFixture[str]) -> None:
    """All succeed, versions are exactly 1..n, and each task's process has few connections to the lineage database."""
    connections: collections.Counter[int] = collections.Counter()
    ended = threading.Event()

    def sample() -> None:
        while not ended.wait(0.2):
            connections[cluster.servers.lineage_connections()] += 1

    sampler = threading.Thread(target=sample)
    sampler.start()
    begun = time.monotonic()
    try:
        started = [cluster.trigger("load") for _ in range(RUNS)]
        states = {run_id: cluster.wait("load", run_id, timeout=1800) for run_id in started}
    finally:
        ended.set()
        sampler.join()
    seconds = time.monotonic() - begun
    with capsys.disabled():
        print(  # noqa: T201 - the figures that the documentation gives
            f"\n{RUNS} runs at once, {4 * RUNS} tasks, {SLOTS * len(WORKERS)} at once: {seconds:.0f} s, "
            f"{4 * RUNS / seconds:.1f} tasks a second; connections to the lineage database: at most "
            f"{max(connections)}, mostly {connections.most_common(1)[0][0]}, in {connections.total()} samples"
        )
    assert set(states.values()) == {"success"}
    for name, count in (("load/parts", RUNS), ("load/measured", 2 * RUNS), ("load/total", RUNS)):
        assert sorted(version.number or 0 for version in client.versions(name)) == list(range(1, count + 1))
    tasks = [each for run_id in started for each in client.run("load", run_id).task_runs]
    assert len(tasks) == 4 * RUNS
    assert {each.task_run.state for each in tasks} == {TaskRunState.SUCCESS}
    totals = [client.load(each.outputs["load/total"]) for each in tasks if each.task_run.task_id == "total"]
    assert totals == [sum(zlib.crc32(f"{run_id} {number}".encode()) for number in range(2)) for run_id in started]
    assert max(connections) <= CONNECTIONS * SLOTS * len(WORKERS)
