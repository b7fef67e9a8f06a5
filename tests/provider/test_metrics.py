"""What is counted while tasks run reaches Airflow's metrics, under the names that the documentation lists."""

from __future__ import annotations

import pickle
import re
import socket
import threading
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import pytest

from airflow_artifacts import measures
from airflow_artifacts.cache.lease import LEASE_SECONDS
from airflow_artifacts.provider import metrics
from tests.docs.pages import ROOT
from tests.lineage.making import a_run
from tests.provider.conftest import load_dags

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import ModuleType

    from airflow_artifacts.client import ArtifactClient
    from tests.provider.conftest import DagRunResult

    RunDag = Callable[..., DagRunResult]

# What the server is sent before this datagram has been sent by Airflow already: all of it comes from this machine.
LAST = b"last:1|c"


class Server:
    """Takes what StatsD clients send."""

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._socket.settimeout(10)
        self.port: int = self._socket.getsockname()[1]

    def taken(self) -> dict[str, list[tuple[float, str, dict[str, str]]]]:
        """Return what arrived since the last call: by name, the values with their kinds and tags."""
        self._socket.sendto(LAST, ("127.0.0.1", self.port))
        found = defaultdict(list)
        while (datagram := self._socket.recv(65536)) != LAST:
            for line in datagram.decode().splitlines():
                name, _, rest = line.rpartition(":")
                value, kind = rest.split("|")[:2]
                name, *tags = name.split(",")
                found[name].append((float(value), kind, dict(tag.split("=") for tag in tags)))
        return found

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def server(airflow_home: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A StatsD server that Airflow is told of, as in a process that has just begun."""
    from airflow.sdk._shared.observability.metrics import stats
    from airflow.sdk.configuration import conf
    from airflow.sdk.observability.metrics import stats_utils

    del airflow_home
    server = Server()
    for name, value in {
        "ON": "True",
        "HOST": "127.0.0.1",
        "PORT": str(server.port),
        "INFLUXDB_ENABLED": "True",
    }.items():
        monkeypatch.setenv(f"AIRFLOW__METRICS__STATSD_{name}", value)

    def begin() -> None:
        stats.initialize(
            factory=stats_utils.get_stats_factory(), export_legacy_names=conf.getboolean("metrics", "legacy_names_on")
        )
        metrics._started.close()
        metrics.start.cache_clear()

    begin()
    yield server
    server.close()
    client: Any = stats._get_backend()
    client.statsd.close()
    monkeypatch.undo()
    begin()


@pytest.fixture(scope="module")
def dags(airflow_home: Any) -> ModuleType:
    """The DAGs that are counted."""
    del airflow_home
    return load_dags("measured")


def test_a_task_that_computes_and_one_that_reuses(server: Server, run_dag: RunDag, dags: ModuleType) -> None:
    """A miss counts what was published and written, a hit the seconds that it saved, both tagged as Airflow's own."""
    run_dag(dags.measured_dag)
    first = {name: found for name, found in server.taken().items() if name.startswith("airflow.artifacts.")}
    tags = {"dag_id": "measured", "task_id": "measured"}
    assert first["airflow.artifacts.cache.misses"] == [(1, "c", tags)]
    assert first["airflow.artifacts.versions.published"] == [(1, "c", tags)]
    assert first["airflow.artifacts.store.bytes_written"] == [(1000, "c", tags)]
    assert "airflow.artifacts.cache.hits" not in first
    run_dag(dags.measured_dag)
    second = server.taken()
    assert second["airflow.artifacts.cache.hits"] == [(1, "c", tags)]
    ((saved, kind, _),) = second["airflow.artifacts.cache.seconds_saved"]
    assert kind == "ms"
    assert saved > 0
    assert "airflow.artifacts.versions.published" not in second
    assert second["airflow.ti.start"][0][2] == tags


def test_a_wait_for_another_that_computes_the_same(
    server: Server, run_dag: RunDag, dags: ModuleType, embedded: ArtifactClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The task waits for who holds the lease of its key, then computes; that counts as one wait of so many seconds."""
    ledger, keys = embedded.lineage.cache, []
    other = embedded.lineage.begin(a_run("other", "metrics"))
    take = type(ledger).take_lease

    def taken_already(self: Any, key: str, holder: str, seconds: float) -> Any:
        if not keys:
            keys.append(key)
            take(self, key, other.id, LEASE_SECONDS)
            threading.Timer(0.3, lambda: ledger.release_lease(take(ledger, key, other.id, LEASE_SECONDS))).start()
        return take(self, key, holder, seconds)

    monkeypatch.setattr(type(ledger), "take_lease", taken_already)
    run_dag(dags.waiting_dag)
    found = server.taken()
    assert found["airflow.artifacts.lease.waits"] == [(1, "c", {"dag_id": "waiting", "task_id": "waited"})]
    ((waited, kind, _),) = found["airflow.artifacts.lease.wait_seconds"]
    assert kind == "ms"
    assert waited >= 250


def test_a_server_that_is_not_there_fails_nothing(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever Airflow's metrics raise, who counts does not see it."""

    def refuse(*_: object, **__: object) -> None:
        message = "no route"
        raise OSError(message)

    monkeypatch.setattr("airflow.sdk.observability.stats.incr", refuse)
    metrics.start()
    measures.add(measures.CACHE_HITS)
    assert not any("artifacts" in name for name in server.taken())


def test_what_is_kept_is_sent_by_another(server: Server) -> None:
    """A process that ends at once sends nothing: it keeps what it counts for the one that asked it."""
    metrics.start()
    with metrics.keeping() as kept:
        measures.add(measures.CACHE_HITS, outcome="hit")
    assert "airflow.artifacts.cache.hits" not in server.taken()
    for counted in pickle.loads(pickle.dumps(kept)):  # noqa: S301 - as they travel from one to the other
        metrics.send(counted)
    assert server.taken()["airflow.artifacts.cache.hits"] == [(1, "c", {"outcome": "hit"})]


def test_nothing_listens_where_metrics_are_off(airflow_home: Any) -> None:
    """Where Airflow sends no metrics, counting costs nothing."""
    del airflow_home
    metrics.start.cache_clear()
    metrics.start()
    assert measures._listeners == ()


def test_every_measure_is_documented() -> None:
    """The page of metrics has exactly the measures that there are, each with its unit."""
    page = (ROOT / "docs" / "operations" / "metrics.md").read_text(encoding="utf-8")
    shown = set(re.findall(r"^\| `artifacts\.([a-z_.]+)` \| (\w[\w ]*) \|", page, re.MULTILINE))
    assert shown == {(measure.name, measure.unit) for measure in measures.MEASURES}
