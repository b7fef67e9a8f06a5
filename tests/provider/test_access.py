"""Airflow's real simple auth manager, login and audit log behind the API."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from starlette.testclient import TestClient

from airflow_artifacts.ui.api import create_app
from tests.lineage.making import Maker
from tests.ui.conftest import PLAN
from tests.ui.world import Plans

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from airflow_artifacts.client import ArtifactClient
    from airflow_artifacts.model import ArtifactVersion


@pytest.fixture
def manager(airflow_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Airflow's auth manager of this process."""
    from airflow.api_fastapi import app

    monkeypatch.setenv("AIRFLOW__API_AUTH__JWT_SECRET", "a key of the length that is asked for" * 2)
    before = app._AuthManagerState.instance
    app._AuthManagerState.instance = None
    yield app.create_auth_manager()
    app._AuthManagerState.instance = before


@pytest.fixture
def token(manager: Any) -> Callable[[str], str]:
    """Makes tokens of someone with a role."""
    from airflow.api_fastapi.auth.managers.simple.user import SimpleAuthManagerUser

    def make(role: str) -> str:
        return str(manager.generate_jwt(SimpleAuthManagerUser(username=f"a {role}", role=role)))

    return make


@pytest.fixture
def versions(artifact_client: ArtifactClient) -> tuple[ArtifactVersion, ArtifactVersion]:
    """One that the DAG churn made, which Airflow does not have, and one that nobody did."""
    maker = Maker(artifact_client.lineage)
    return maker.version("raw/events", by=maker.run()), maker.version("by/hand", "other")


@pytest.fixture
def site(manager: Any, artifact_client: ArtifactClient) -> TestClient:
    """The API as Airflow has it, without whoever asks."""
    from airflow_artifacts.provider.access import AirflowAccess

    app = create_app(AirflowAccess(), lambda: artifact_client, embedded=lambda: True, planner=Plans(PLAN))
    return TestClient(app)


def test_nobody_is_let_in_without_a_token_that_airflow_signed(site: TestClient, token: Callable[[str], str]) -> None:
    assert site.get("/api/about").status_code == 401
    assert site.get("/api/about", headers={"Authorization": "Bearer nonsense"}).status_code == 403
    changed = token("ADMIN")[:-4] + "AAAA"
    assert site.get("/api/about", headers={"Authorization": f"Bearer {changed}"}).status_code == 403
    assert site.get("/api/about", headers={"Authorization": "Basic YTpi"}).status_code == 401


def test_a_token_and_the_cookie_of_the_page_both_count(site: TestClient, token: Callable[[str], str]) -> None:
    by_token = site.get("/api/about", headers={"Authorization": f"Bearer {token('VIEWER')}"})
    assert (by_token.status_code, by_token.json()["user"]) == (200, "a VIEWER")
    site.cookies.set("_token", token("OP"))
    assert site.get("/api/about").json()["user"] == "a OP"
    both = site.get("/api/about", headers={"Authorization": f"Bearer {token('VIEWER')}"})
    assert both.json()["user"] == "a VIEWER"


@pytest.mark.parametrize(
    ("role", "edits_dag", "edits_others", "runs"),
    [
        ("VIEWER", False, False, False),
        ("USER", True, False, True),
        ("OP", True, True, True),
        ("ADMIN", True, True, True),
    ],
)
def test_a_role_may_what_airflow_says(  # noqa: PLR0917 - fixtures
    site: TestClient,
    token: Callable[[str], str],
    versions: tuple[ArtifactVersion, ArtifactVersion],
    role: str,
    edits_dag: bool,
    edits_others: bool,
    runs: bool,
) -> None:
    site.headers["Authorization"] = f"Bearer {token(role)}"
    made, by_hand = versions
    for version, may_edit in ((made, edits_dag), (by_hand, edits_others)):
        assert site.get(f"/api/versions/{version.id}").json()["may_edit"] is may_edit
        pinned = site.put(f"/api/versions/{version.id}/pin", json={"pinned": True})
        assert pinned.status_code == (200 if may_edit else 403)
    assert site.get("/api/about").json()["may_edit_others"] is edits_others
    assert site.get("/api/dags/churn/plan").json()["may_plan"] is runs


def test_someone_without_a_role_sees_nothing(
    site: TestClient, token: Callable[[str], str], versions: tuple[ArtifactVersion, ArtifactVersion]
) -> None:
    site.headers["Authorization"] = f"Bearer {token('')}"
    assert [site.get(f"/api/versions/{version.id}").status_code for version in versions] == [404, 404]
    assert site.get("/api/artifacts").json()["total"] == 0


def test_a_change_is_written_to_the_audit_log(
    site: TestClient, token: Callable[[str], str], versions: tuple[ArtifactVersion, ArtifactVersion]
) -> None:
    from airflow.models.log import Log
    from airflow.utils.session import create_session

    site.headers["Authorization"] = f"Bearer {token('OP')}"
    for version in versions:
        assert site.post(f"/api/versions/{version.id}/tags", json={"tag": "gold"}).status_code == 200
    with create_session() as session:
        rows = session.query(Log).filter(Log.event == "artifacts.tag").order_by(Log.id).all()
        written = [(row.dag_id, row.owner, json.loads(row.extra)) for row in rows[-2:]]
    assert written == [
        ("churn", "a OP", {"version": "raw/events@1", "id": versions[0].id, "tag": "gold"}),
        (None, "a OP", {"version": "by/hand@1", "id": versions[1].id, "tag": "gold"}),
    ]


@pytest.fixture
def teams(airflow_home: Path) -> Iterator[None]:
    """Two teams, with a DAG each."""
    from airflow.models.dag import DagModel
    from airflow.models.dagbundle import DagBundleModel
    from airflow.models.team import Team
    from airflow.utils.session import create_session

    with create_session() as session:
        for name in ("reds", "blues"):
            bundle = DagBundleModel(name=f"bundle-{name}")
            bundle.teams = [Team(name=name)]
            session.add(bundle)
            session.flush()
            session.add(DagModel(dag_id=f"dag-{name}", bundle_name=bundle.name, fileloc="x"))
    yield
    with create_session() as session:
        for name in ("reds", "blues"):
            session.delete(session.get(DagModel, f"dag-{name}"))
            bundle = session.get(DagBundleModel, f"bundle-{name}")
            bundle.teams = []
            session.flush()
            session.delete(bundle)
            session.delete(session.get(Team, name))


def test_with_teams_a_dag_is_its_teams_and_one_without_a_known_team_nobodys(
    manager: Any, teams: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    from airflow.api_fastapi.auth.managers.simple.user import SimpleAuthManagerUser

    from airflow_artifacts.provider.access import AirflowUser

    monkeypatch.setenv("AIRFLOW__CORE__MULTI_TEAM", "True")
    dags = frozenset({"dag-reds", "dag-blues", "deleted"})
    red = AirflowUser(SimpleAuthManagerUser(username="red", role="USER", teams=["reds"]))
    assert red.readable(dags) == {"dag-reds"}
    assert [red.may_edit(dag) for dag in sorted(dags)] == [False, True, False]
    assert [red.may_run(dag) for dag in sorted(dags)] == [False, True, False]
    monkeypatch.setenv("AIRFLOW__CORE__MULTI_TEAM", "False")
    assert AirflowUser(SimpleAuthManagerUser(username="user", role="USER", teams=[])).readable(dags) == dags
