"""A real Airflow, started and stopped."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest

from airflow_artifacts.cli.local_airflow import LocalAirflow
from airflow_artifacts.exceptions import LocalAirflowError

if TYPE_CHECKING:
    from collections.abc import Iterator

DAGS = Path(__file__).parent / "dags"


def processes_of(home: Path) -> list[psutil.Process]:
    """Return what runs with this home."""

    def is_of_home(process: psutil.Process) -> bool:
        try:
            return process.environ().get("AIRFLOW_HOME") == str(home)
        except psutil.Error:
            return False

    return [process for process in psutil.process_iter() if is_of_home(process)]


@pytest.fixture(scope="module")
def airflow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalAirflow]:
    """An Airflow with the DAGs of this folder, which leaves no process behind."""
    home = tmp_path_factory.mktemp("local") / "home"
    with LocalAirflow(home, DAGS) as running:
        yield running
    assert processes_of(home) == []


def test_runs_a_dag(airflow: LocalAirflow) -> None:
    """A run is started, watched to its end, and its XComs and logs can be read."""
    states: list[tuple[str, int, str]] = []
    run_id = airflow.trigger("plain")
    ended = airflow.wait(
        "plain", run_id, on_task=lambda task: states.append((task["task_id"], task["map_index"], task["state"]))
    )
    assert ended == "success"
    assert {state for state in states if state[2] == "success"} == {
        *(("double", index, "success") for index in range(4)),
        ("total", -1, "success"),
    }
    assert airflow.api.xcom("plain", run_id, "total") == 20
    assert "doubling 3" in airflow.api.task_log("plain", run_id, "double", map_index=2)


def test_only_its_owner_can_log_in(airflow: LocalAirflow) -> None:
    """The API is closed without the password of the home."""
    airflow.api._http.headers.pop("authorization", None)
    airflow.api._login["password"] = "guess"
    with pytest.raises(LocalAirflowError, match="401"):
        airflow.api.import_errors()
    airflow.api._login["password"] = airflow.home.password
    assert airflow.api.import_errors() == {}


def test_a_dag_that_is_not_there_is_named(airflow: LocalAirflow) -> None:
    """Waiting for a DAG ends with its name and the place of the logs."""
    with pytest.raises(LocalAirflowError, match=r"waited 0 seconds for Airflow to read the DAG 'missing'.*logs"):
        airflow.trigger("missing", timeout=0.0)


def test_a_component_that_ends_shows_its_log(tmp_path: Path) -> None:
    """A start that fails says which command ended and why, and leaves no process."""
    home = tmp_path / "home"
    broken = LocalAirflow(home, DAGS, environment={"AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": "sqlite:///relative.db"})
    with pytest.raises(LocalAirflowError, match=r"'airflow db migrate' ended with code 1") as error, broken:
        pass
    assert "relative" in str(error.value)
    assert processes_of(home) == []
