"""Requests and records that are odd are answered with what is wrong with them, or as well as may be; never with 500."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from airflow_artifacts.lineage import tables, tokens
from airflow_artifacts.ui.api import create_app
from tests.client.calling import Caller
from tests.lineage.making import a_run
from tests.ui.conftest import EVERYBODY, PLAN, Site
from tests.ui.world import OPEN, Door, Plans

if TYPE_CHECKING:
    from collections.abc import Callable

    from airflow_artifacts.client import ArtifactClient

HUGE = 1 << 63
RUN = f"/api/dags/{OPEN}/runs/run 0/task-run?task_id=use"


@pytest.mark.parametrize(
    "path",
    [
        f"/api/artifacts?min_size={HUGE}",
        f"/api/artifacts?max_size={HUGE}",
        "/api/artifacts?after=0001-01-01T00:00:00%2B14:00",
        "/api/artifacts?before=9999-12-31T23:59:59-14:00",
        f"/api/artifacts?sort=size&page={tokens.token('size down', HUGE, 'a')}",
        f"/api/artifacts?sort=name&page={tokens.token('name down', chr(0))}",
        f"/api/artifact/versions?name=open/scores&page={tokens.token('versions', HUGE)}",
        f"{RUN}&map_index={HUGE}",
        f"{RUN}&map_index=-2",
        f"{RUN}&try_number={HUGE}",
    ],
)
def test_what_no_database_holds_is_refused(still: Site, path: str) -> None:
    assert still.asked_by(EVERYBODY).get(path).status_code == 422


def test_an_alias_with_a_nul_is_refused_before_a_database_is_asked(
    make_site: Callable[[ArtifactClient], Site], artifact_client: ArtifactClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = make_site(artifact_client)
    monkeypatch.setattr(artifact_client.lineage, "resolve", None)
    path = f"/api/versions/{site.world.versions['scores'].id}/alias"
    answer = site.asked_by(EVERYBODY).put(path, json={"alias": "a\0b"})
    assert (answer.status_code, answer.json()["kind"]) == (422, "InvalidNameError")


def test_texts_that_are_no_utf_8_are_shown_as_python_writes_them(artifact_client: ArtifactClient) -> None:
    def task(path: str) -> str:
        return path

    run = a_run("task", dag_id=OPEN, environment={"host": "\udc80"})
    version = artifact_client.get(Caller(artifact_client)(task, run=run, path="\ud800").ref)
    artifact_client.log_metadata(version, {"file": "\udc80", "counts": {"ä\udc80": 1}})
    app = create_app(Door(EVERYBODY), lambda: artifact_client, embedded=lambda: True, planner=Plans(PLAN))
    client = TestClient(app)
    shown = client.get(f"/api/versions/{version.id}").json()
    assert shown["metadata"]["file"] == "\\udc80"
    assert shown["provenance"]["parameters"] == {"path": "\\ud800"}
    assert shown["provenance"]["environment"]["host"] == "\\udc80"
    numbers = client.get("/api/artifact/series", params={"name": version.artifact}).json()
    assert [one["key"] for one in numbers["keys"]] == ["counts.ä\\udc80", "length"]
    ran = client.get(f"/api/dags/{OPEN}/runs/monday/task-run", params={"task_id": "task"})
    assert ran.json()["parameters"] == {"path": "\\ud800"}


@pytest.mark.parametrize(
    "text",
    ["", "nothing", "[]", "{}", '{"visualizations":[{}]}', '{"visualizations":[{"kind":5,"data":1,"title":null}]}',
     "[" * 100_000],
)  # fmt: skip
def test_a_preview_that_cannot_be_read_says_so(site: Site, text: str) -> None:
    id_ = site.world.versions["scores"].id
    with site.world.client.lineage._database.writing() as session:
        session.execute(sa.update(tables.Version).where(tables.Version.id == id_).values(preview=text))
    client = site.asked_by(EVERYBODY)
    (shown,) = client.get(f"/api/versions/{id_}/preview").json()["visualizations"]
    assert "cannot be read" in shown["data"]
    assert client.get(f"/api/versions/{id_}/preview/0").status_code == 404


def test_half_of_a_character_in_a_page(site: Site) -> None:
    id_ = site.world.versions["scores"].id
    text = '{"visualizations":[{"kind":"html","data":"<p>\\udc80","title":null}]}'
    with site.world.client.lineage._database.writing() as session:
        session.execute(sa.update(tables.Version).where(tables.Version.id == id_).values(preview=text))
    assert site.asked_by(EVERYBODY).get(f"/api/versions/{id_}/preview/0").text == "<p>\\udc80"


def test_an_integer_that_no_float_holds_is_in_no_series(site: Site) -> None:
    numbers: dict[str, Any] = {"large": 10**400, "small": 10**300, "negative": {"too": -(10**400)}}
    site.world.client.log_metadata(site.world.versions["scores"], numbers)
    answer = site.asked_by(EVERYBODY).get("/api/artifact/series", params={"name": "open/scores"})
    assert {one["key"] for one in answer.json()["keys"]} == {"length", "small"}


@pytest.mark.parametrize(
    ("dag_id", "said"), [("open", "open"), ("--help", "-- --help"), ("a;b $(c)", "'a;b $(c)'"), ("é", "'é'")]
)
def test_the_command_that_plans_is_one_for_a_shell(still: Site, dag_id: str, said: str) -> None:
    answer = still.asked_by(EVERYBODY).get(f"/api/dags/{dag_id}/plan")
    assert answer.json()["command"] == f"airflow artifacts plan {said}"
