"""What the API says when something is wrong, and how it comes back."""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING, Any

import pytest
from starlette.testclient import TestClient

from airflow_artifacts.client import ArtifactClient
from airflow_artifacts.exceptions import (
    ArtifactError,
    ArtifactNotFoundError,
    ConfigurationError,
    CorruptObjectError,
    InputError,
    InvalidNameError,
    LineageError,
    MissingObjectError,
    SchemaError,
    StoreError,
    VersionInUseError,
    VersionTakenError,
)
from airflow_artifacts.ui.api import create_app
from airflow_artifacts.ui.api.opened import Opened
from airflow_artifacts.ui.api.planning import PlanningError
from tests.ui.conftest import EDITOR, EVERYBODY, PLAN, Site
from tests.ui.world import OPEN, Door, Plans

if TYPE_CHECKING:
    from pathlib import Path


def failing(error: Exception) -> TestClient:
    """Return what asks an API whose client cannot be opened."""

    def connect() -> ArtifactClient:
        raise error

    return TestClient(create_app(Door(EVERYBODY), connect, embedded=lambda: True, planner=Plans(PLAN)))


@pytest.mark.parametrize(
    ("error", "status", "setting"),
    [
        (ArtifactNotFoundError("it"), 404, None),
        (InvalidNameError("it"), 422, None),
        (InputError("it"), 422, None),
        (VersionTakenError("it"), 409, None),
        (VersionInUseError("it"), 409, None),
        (MissingObjectError("it", None), 410, None),
        (CorruptObjectError("it", None), 500, None),
        (StoreError("it"), 503, "[artifacts] store_uri"),
        (LineageError("it"), 503, "[artifacts] database_url"),
        (SchemaError("it"), 503, "[artifacts] database_url"),
        (ConfigurationError("[artifacts] store_uri is not"), 500, "[artifacts] store_uri"),
        (ConfigurationError("it"), 500, None),
        (ArtifactError("it"), 500, None),
    ],
)
def test_an_error_of_this_package_says_what_and_where(error: Exception, status: int, setting: str | None) -> None:
    answer = failing(error).get("/api/artifacts")
    assert answer.status_code == status
    assert answer.json() == {"detail": str(error), "kind": type(error).__name__, "setting": setting}
    assert answer.headers["cache-control"] == "no-store"


def test_an_error_that_nobody_foresaw_says_nothing_and_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        answer = failing(RuntimeError("postgresql://user:secret@host")).get("/api/artifacts")
    assert (answer.status_code, answer.json()["kind"]) == (500, "RuntimeError")
    assert "secret" not in answer.text
    assert "RuntimeError" in caplog.text


def test_routes_and_verbs_that_are_not_there_are_said_so(site: Site) -> None:
    client = site.asked_by(EVERYBODY)
    for method, path, status in (("GET", "/api/nothing", 404), ("DELETE", "/api/artifacts", 405)):
        answer = client.request(method, path)
        assert (answer.status_code, set(answer.json())) == (status, {"detail", "kind", "setting"})


@pytest.mark.parametrize("path", ["/api/artifact?name=a%00b", "/api/versions/%00", "/api/dags/%00/runs"])
def test_a_character_that_no_database_holds_is_refused(site: Site, path: str) -> None:
    assert site.asked_by(EVERYBODY).get(path).status_code == 422


def test_a_secret_of_the_database_is_in_no_answer(tmp_path: Path) -> None:
    def connect() -> ArtifactClient:
        database = "postgresql://someone:hunter2@127.0.0.1:1/artifacts?connect_timeout=2"
        return ArtifactClient.connect(store=str(tmp_path), database=database, patience=0)

    client = TestClient(create_app(Door(EVERYBODY), connect, embedded=lambda: False, planner=Plans(PLAN)))
    answer = client.get("/api/overview")
    assert (answer.status_code, answer.json()["setting"]) == (503, "[artifacts] database_url")
    assert "hunter2" not in answer.text


class Connector:
    """Counts what it connects, and fails as long as a test says."""

    def __init__(self, url: str, store: str) -> None:
        self.url, self.store = url, store
        self.count = 0
        self.fails = False

    def __call__(self) -> ArtifactClient:
        """Connect."""
        self.count += 1
        if self.fails:
            message = "out of reach"
            raise LineageError(message)
        return ArtifactClient.connect(store=self.store, database=self.url)


@pytest.fixture
def connector(tmp_path: Path) -> Connector:
    """Connects to an SQLite database."""
    return Connector(f"sqlite:///{tmp_path / 'lineage.db'}", str(tmp_path / "store"))


def test_a_client_is_connected_when_it_is_first_asked_for_and_kept(connector: Connector) -> None:
    opened = Opened(connector)
    assert connector.count == 0
    assert opened.client() is opened.client()
    assert connector.count == 1


def test_an_outage_is_not_waited_for_by_everybody_and_ends(
    connector: Connector, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 100.0
    monkeypatch.setattr("airflow_artifacts.ui.api.opened.time.monotonic", lambda: now)
    connector.fails = True
    opened = Opened(connector)
    for _ in range(5):
        with pytest.raises(LineageError, match="out of reach"):
            opened.client()
    assert connector.count == 1
    connector.fails, now = False, 110.0
    assert opened.client().lineage.catalogue.dag_ids() == frozenset()


def test_a_client_that_failed_is_connected_anew(connector: Connector) -> None:
    app = create_app(Door(EVERYBODY), connector, embedded=lambda: True, planner=Plans(PLAN))
    client = TestClient(app)
    assert client.get("/api/artifacts").status_code == 200

    def broken(*_: Any) -> Any:
        message = "the connection was lost"
        raise LineageError(message)

    app.state.opened.client().lineage.catalogue.dag_ids = broken
    assert client.get("/api/artifacts").status_code == 503
    assert client.get("/api/artifacts").status_code == 200
    assert connector.count == 2


def test_a_fork_connects_for_itself(connector: Connector, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = Opened(connector)
    parents = opened.client()
    monkeypatch.setattr("airflow_artifacts.ui.api.opened.os.getpid", os.getppid)
    assert opened.client() is not parents
    assert parents.lineage.catalogue.dag_ids() == frozenset()


@pytest.mark.parametrize(
    ("error", "status"), [(PlanningError("in a moment", is_busy=True), 409), (PlanningError("it broke"), 502)]
)
def test_a_plan_that_fails_says_why(site: Site, error: Exception, status: int) -> None:
    site.plans.error = error
    answer = site.asked_by(EDITOR).post(f"/api/dags/{OPEN}/plan")
    assert (answer.status_code, answer.json()["detail"]) == (status, str(error))
