"""The DAG that keeps the store small: what it deletes, what it finds, and what it refuses."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from airflow_artifacts import maintenance
from airflow_artifacts.client import ArtifactClient
from airflow_artifacts.exceptions import ConfigurationError
from tests.lineage.making import a_run
from tests.provider.conftest import load_dags

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import ModuleType

    from airflow.sdk import DAG


@pytest.fixture(scope="module")
def dags(airflow_home: Path) -> ModuleType:
    """The DAG that is maintained."""
    del airflow_home
    return load_dags("maintained")


@pytest.fixture
def client(dags: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ArtifactClient]:
    """A client on a store of its own, which Airflow knows by a connection, and in which the DAG ran twice."""
    places = {"store_uri": str(tmp_path / "store"), "database_url": f"sqlite:///{tmp_path / 'lineage.db'}"}
    connection = {"conn_type": "artifacts", "extra": places}
    monkeypatch.setenv(f"AIRFLOW_CONN_{dags.CONNECTION.upper()}", json.dumps(connection))
    for _ in range(2):
        dags.maintained_dag.test()
    with ArtifactClient.connect(store=places["store_uri"], database=places["database_url"]) as client:
        yield client


def _run(dag: DAG, **conf: Any) -> tuple[dict[str, str], dict[str, Any]]:
    """Run it; return the states of its tasks, and what they returned."""
    run = dag.test(run_conf=conf)
    instances = run.get_task_instances()
    returned = {ti.task_id: ti.xcom_pull(task_ids=ti.task_id, run_id=run.run_id) for ti in instances}
    return {ti.task_id: str(ti.state) for ti in instances}, returned


def _used_long_ago(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "lineage.db")) as database, database:
        database.execute("update object set last_used_at = '2026-01-01 00:00:00.000000'")


def test_what_nobody_needs_goes(client: ArtifactClient, dags: ModuleType, tmp_path: Path) -> None:
    """A dry run says what would go; then older runs are forgotten, their versions deleted, and the bytes with them."""
    dag = dags.by_count
    _used_long_ago(tmp_path)
    states, returned = _run(dag, dry_run=True)
    assert set(states.values()) == {"success"}
    assert returned["forget"] == {"runs": 1, "task_runs": 1, "not_ended": 0, "unknown": 0}
    assert len(list(client.versions("maintained/value"))) == 2
    states, returned = _run(dag, dry_run=False)
    assert set(states.values()) == {"success"}
    assert returned["forget"]["runs"] == 1
    assert returned["prune"] == {
        "versions": 1,
        "objects": 1,
        "bytes": 1000,
        "waiting_bytes": 0,
        "first": ["maintained/value@1"],
    }
    assert returned["gc"] == {"objects": 0, "bytes": 0, "waiting_objects": 0, "leftovers": 0}
    assert returned["verify"]["files"] in {1, 2}  # it runs beside the others
    assert [str(version) for version in client.versions("maintained/value")] == ["maintained/value@2"]
    client.lineage.begin(a_run("make", "a run that Airflow never had"))
    states, returned = _run(dag, dry_run=False, forget_gone=True)
    assert returned["forget"] | {"not_ended": 0} == {
        "runs": 0,
        "task_runs": 0,
        "not_ended": 0,
        "unknown": 0,
        "gone_runs": 1,
        "gone_task_runs": 1,
    }


def test_wrong_bytes_fail_the_task(client: ArtifactClient, dags: ModuleType, caplog: pytest.LogCaptureFixture) -> None:
    """All objects of the sample are looked at, then the task fails with those that are wrong; the others succeed."""
    for version in client.versions("maintained/value"):
        place = client.store.local(client.get(version).manifest.objects[0])
        assert place is not None
        place.chmod(0o644)
        place.write_bytes(b"other" * 200)
    states, _ = _run(dags.by_size)
    assert states == {"forget": "success", "prune": "success", "gc": "success", "verify": "failed"}
    assert "2 files with 2.0 kB looked at, 2 gone or wrong" in caplog.text
    wrong = [vars(record)["artifacts"] for record in caplog.records if "artifacts" in vars(record)]
    wrong = [fields for fields in wrong if fields["event"] == "verify failed"]
    assert sorted(fields["versions"] for fields in wrong) == [["maintained/value@1"], ["maintained/value@2"]]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"grace": "5min"}, "is less than an hour"),
        ({"forget_older_than": "1h", "forget_keep_last": 0}, "forget what was recorded today"),
        ({"forget_older_than": None, "forget_keep_last": 0}, "keep 1 run of each DAG or more"),
        ({"sample": "some"}, "is no sample"),
        ({"forget_older_than": "soon"}, "is no duration"),
    ],
)
def test_what_would_delete_too_much_is_refused(options: dict[str, Any], message: str) -> None:
    """Values that cannot be meant are errors when the DAG file is read."""
    with pytest.raises((ConfigurationError, ValueError), match=message):
        maintenance(**options)


def test_a_run_cannot_be_told_to_do_so_either(client: ArtifactClient, dags: ModuleType) -> None:
    """The same holds for the parameters of a run: nothing is deleted, and the tasks fail."""
    states, _ = _run(dags.by_size, forget_older_than="0d", forget_keep_last=0)
    assert states["forget"] == "failed"
    assert len(list(client.versions("maintained/value"))) == 2


def test_it_never_runs_twice_at_once() -> None:
    """A run waits for the one before it, and missed ones are not caught up with."""
    dag = maintenance()
    assert (dag.max_active_runs, dag.catchup, dag.schedule) == (1, False, "@daily")
