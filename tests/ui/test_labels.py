"""Who may change what through the API, and what is written down of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.ui.conftest import EDITOR, EVERYBODY, VIEWER, Site
from tests.ui.test_leaks import ask, requests
from tests.ui.world import OPEN, SHUT, Person

if TYPE_CHECKING:
    from starlette.testclient import TestClient


def writes(client: TestClient, id_: str) -> list[Any]:
    """Try every change of a version."""
    base = f"/api/versions/{id_}"
    return [
        client.post(f"{base}/tags", json={"tag": "checked"}),
        client.delete(f"{base}/tags", params={"tag": "checked"}),
        client.put(f"{base}/alias", json={"alias": "blessed"}),
        client.put(f"{base}/pin", json={"pinned": True}),
        client.put(f"{base}/pin", json={"pinned": False}),
        client.post(f"{base}/invalidate"),
    ]


def test_whoever_may_only_read_changes_nothing(site: Site) -> None:
    id_ = site.world.versions["scores"].id
    before = site.asked_by(EVERYBODY).get(f"/api/versions/{id_}").json()
    answers = writes(site.asked_by(VIEWER), id_)
    assert [one.status_code for one in answers] == [403] * 6
    assert answers[0].json()["detail"] == (
        "you may see 'open/scores@2' but not change it: that takes the right to edit the DAG 'open', which made it"
    )
    assert site.asked_by(EVERYBODY).get(f"/api/versions/{id_}").json() == before
    assert not site.door.logged


def test_every_route_that_changes_something_is_refused_to_a_viewer(site: Site) -> None:
    client = site.asked_by(VIEWER)
    for method, path, body, _ in requests(site, shut=False):
        if method != "GET":
            assert ask(client, method, path, body).status_code in {403, 404}, path
    assert not site.door.logged


def test_an_editor_changes_versions_of_their_dag_and_each_change_is_logged(site: Site) -> None:
    version = site.world.versions["scores"]
    answers = writes(site.asked_by(EDITOR), version.id)
    assert [one.status_code for one in answers] == [200] * 6
    assert answers[0].json()["tags"] == ["checked", "gold"]
    assert answers[1].json()["tags"] == ["gold"]
    assert answers[2].json()["aliases"] == ["blessed"]
    assert [answers[3].json()["pinned"], answers[4].json()["pinned"]] == [True, False]
    told = {"version": "open/scores@2", "id": version.id}
    assert site.door.logged == [
        ("artifacts.tag", OPEN, {**told, "tag": "checked"}),
        ("artifacts.untag", OPEN, {**told, "tag": "checked"}),
        ("artifacts.alias", OPEN, {**told, "alias": "blessed"}),
        ("artifacts.pin", OPEN, told),
        ("artifacts.unpin", OPEN, told),
        ("artifacts.invalidate", OPEN, told),
    ]


def test_what_no_dag_made_takes_a_right_of_its_own(site: Site) -> None:
    id_ = site.world.versions["outside"].id
    refused = site.asked_by(Person(others="r")).put(f"/api/versions/{id_}/pin", json={"pinned": True})
    assert refused.status_code == 403
    assert "no DAG made it" in refused.json()["detail"]
    assert site.asked_by(Person(others="rw")).put(f"/api/versions/{id_}/pin", json={"pinned": True}).json()["pinned"]
    assert site.door.logged[-1][:2] == ("artifacts.pin", None)
    assert site.asked_by(Person(others="rw")).post(f"/api/versions/{id_}/invalidate").json() == {"entries": 0}


def test_an_alias_is_not_taken_from_a_version_that_one_may_not_change(site: Site) -> None:
    mine = site.world.versions["open model"]
    taken = site.asked_by(EDITOR).put(f"/api/versions/{mine.id}/alias", json={"alias": "production"})
    assert (taken.status_code, "production" in taken.json()["detail"]) == (403, True)
    assert SHUT not in taken.text
    moved = site.asked_by(EVERYBODY).put(f"/api/versions/{mine.id}/alias", json={"alias": "production"})
    assert moved.json()["aliases"] == ["production", "staging"]


def test_an_alias_is_taken_away_by_whoever_may_change_its_version(site: Site) -> None:
    where = {"name": "shared/model", "alias": "staging"}
    assert site.asked_by(VIEWER).delete("/api/artifact/alias", params=where).status_code == 403
    assert site.asked_by(EDITOR).delete("/api/artifact/alias", params=where).status_code == 200
    assert site.door.logged[-1] == (
        "artifacts.unalias",
        OPEN,
        {"version": "shared/model@1", "id": site.world.versions["open model"].id, "alias": "staging"},
    )
    assert site.asked_by(EDITOR).delete("/api/artifact/alias", params=where).status_code == 404
    hidden = {"name": "shared/model", "alias": "zwd-champion"}
    assert site.asked_by(EDITOR).delete("/api/artifact/alias", params=hidden).status_code == 404


@pytest.mark.parametrize(
    ("alias", "status"), [("latest", 422), ("2", 422), ("a\x07b", 422), ("", 422), ("x" * 256, 422), (5, 422)]
)
def test_an_alias_that_cannot_be_one_is_refused(site: Site, alias: object, status: int) -> None:
    id_ = site.world.versions["open model"].id
    answer = site.asked_by(EDITOR).put(f"/api/versions/{id_}/alias", json={"alias": alias})
    assert answer.status_code == status
    assert set(answer.json()) == {"detail", "kind", "setting"}


def test_a_word_that_is_a_version_is_refused_without_saying_whose(site: Site) -> None:
    site.world.client.save(1.0, "shared/model", version="v9")
    id_ = site.world.versions["open model"].id
    answer = site.asked_by(EDITOR).put(f"/api/versions/{id_}/alias", json={"alias": "v9"})
    assert answer.status_code in {403, 409}
    assert "zwd" not in answer.text


def test_what_another_site_sends_is_refused(site: Site) -> None:
    id_ = site.world.versions["scores"].id
    client = site.asked_by(EDITOR)
    path = f"/api/versions/{id_}/invalidate"
    assert client.post(path, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert client.post(path, headers={"Sec-Fetch-Site": "same-site"}).status_code == 403
    assert client.post(path, data={"a": "b"}).status_code == 415
    assert client.post(path, headers={"Sec-Fetch-Site": "same-origin"}).status_code == 200
    tagged = client.post(f"/api/versions/{id_}/tags", content='{"tag": "x"}', headers={"content-type": "text/plain"})
    assert tagged.status_code == 415
    assert client.get(f"/api/versions/{id_}", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200


def test_what_another_site_sends_over_plain_http_is_refused(site: Site) -> None:
    """Where a browser does not say what site the page is of, it says its origin."""
    client = site.asked_by(EDITOR)
    path = f"/api/versions/{site.world.versions['scores'].id}/invalidate"
    for origin in ("http://elsewhere", "http://testserver:8080", "null", "http://"):
        assert client.post(path, headers={"Origin": origin}).status_code == 403, origin
    assert not site.door.logged
    assert client.post(path, headers={"Origin": "http://testserver"}).status_code == 200
    forwarded = {"Origin": "http://airflow.example", "X-Forwarded-Host": "airflow.example, inner"}
    assert client.post(path, headers=forwarded).status_code == 200
