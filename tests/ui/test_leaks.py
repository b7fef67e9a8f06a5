"""What a user may not see is in no answer, by name or by id, and answers as what does not exist."""

from __future__ import annotations

import itertools
import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from fastapi.routing import APIRoute

from airflow_artifacts.client import ArtifactClient
from airflow_artifacts.ui.api.hiding import HIDDEN, sentence
from tests.ui.conftest import EDITOR, EVERYBODY, VIEWER, Site
from tests.ui.world import OPEN, SHUT, WORD

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from starlette.testclient import TestClient

NOBODYS = "00000000-0000-4000-8000-000000000000"

# The bodies of routes that have one, by their last part.
BODIES = {"tags": {"tag": "new"}, "alias": {"alias": "new"}, "pin": {"pinned": True}}


def requests(site: Site, *, shut: bool | None) -> Iterator[tuple[str, str, Any, dict[str, str]]]:
    """Give a request for every route and for every thing it may be about: method, path, body, and what was filled in.

    A route whose parameters are not known here fails the tests, so that none is forgotten.
    """
    fills = _fills(site, shut=shut)
    for route in site.app.routes:
        assert isinstance(route, APIRoute)
        (method,) = route.methods
        needed = [field.alias for field in route.dependant.path_params]
        asked = [field.alias for field in route.dependant.query_params if field.field_info.is_required()]
        for values in itertools.product(*(fills[name] for name in [*needed, *asked])):
            filled = dict(zip([*needed, *asked], values, strict=True))
            path = re.sub(r"\{(\w+)(:path)?\}", lambda found, filled=filled: filled[found[1]], route.path)
            query = "&".join(f"{name}={filled[name]}" for name in asked)
            body = BODIES[path.rpartition("/")[2]] if route.body_field is not None else None
            yield method, f"{path}?{query}" if query else path, body, filled


def _fills(site: Site, *, shut: bool | None) -> dict[str, list[str]]:
    versions = [one for one in site.world.versions.values() if shut is None or (one.id in site.world.shut) is shut]
    runs = [one.producer for one in versions if one.producer is not None]
    ids = [one.id for one in versions]
    return {
        "id": ids,
        "before": ids[:3],
        "now": ids,
        "number": ["0", "1"],
        "path": [versions[0].manifest.files[0].path, "no such file"],
        "name": sorted({one.artifact for one in versions}),
        "reference": [*ids, *map(str, versions), *(one.artifact for one in versions)],
        "alias": ["production", "zwd-champion", "nothing"],
        "tag": ["gold"],
        "dag_id": [SHUT if shut else OPEN],
        "run_id": sorted({run.run_id for run in runs}),
        "task_id": sorted({run.task_id for run in runs}),
    }


def ask(client: TestClient, method: str, path: str, body: Any) -> Any:
    """Send a request."""
    return client.request(method, path, json=body)


def test_nobody_is_answered_without_a_login(still: Site) -> None:
    client = still.asked_by(None)
    count = 0
    for method, path, body, _ in requests(still, shut=None):
        answer = ask(client, method, path, body)
        assert (answer.status_code, answer.json()["detail"]) == (401, "Not authenticated"), path
        count += 1
    assert count > 100
    for path in ("/docs", "/openapi.json", "/bundle.js", "/api/nothing", "/"):
        assert client.get(path).status_code == 401, path
    assert (
        client.post("/api/versions/x/tags", content=b"{", headers={"content-type": "application/json"}).status_code
        == 401
    )


def test_no_answer_about_what_may_be_seen_names_what_may_not(still: Site) -> None:
    client = still.asked_by(VIEWER)
    answered = 0
    for method, path, body, filled in requests(still, shut=False):
        if method != "GET" and not path.endswith("/plan"):
            continue
        answer = ask(client, method, path, body)
        text = answer.text
        for value in filled.values():
            text = text.replace(value, "").replace(json.dumps(value)[1:-1], "")
        assert WORD not in text, (path, _around(text))
        assert not [id_ for id_ in still.world.shut if id_ in text], path
        answered += answer.status_code == 200
    assert answered > 60


def test_what_may_not_be_seen_answers_as_what_is_not_there(still: Site) -> None:
    client = still.asked_by(VIEWER)
    count = 0
    for method, path, body, filled in requests(still, shut=True):
        if "/artifact" in path and any(name in path for name in ("shared/", "open/")):
            continue  # artifacts of both
        named = [value for name, value in filled.items() if name in _NAMING]
        if not named:
            continue
        answer = ask(client, method, path, body)
        other = path
        for value in named:
            other = other.replace(value, NOBODYS if len(value) == len(NOBODYS) else "nobody")
        absent = ask(client, method, other, body)
        texts = [_without(answer.text, named), _without(absent.text, [NOBODYS, "nobody"])]
        assert texts[0] == texts[1], (method, path)
        assert answer.status_code == absent.status_code
        count += 1
    assert count > 50


_NAMING = frozenset({"id", "before", "now", "name", "reference", "dag_id", "run_id", "task_id", "alias"})


def _without(text: str, values: list[str]) -> str:
    for value in sorted(values, key=len, reverse=True):
        text = text.replace(value, "…")
    return text


def _around(text: str) -> str:
    at = text.index(WORD)
    return text[max(0, at - 200) : at + 100]


@pytest.mark.parametrize("database", ["postgresql"])
def test_leaks_on_another_database(
    database: str,
    make_site: Callable[[ArtifactClient], Site],
    postgresql: Callable[..., str],
    tmp_path: Any,
) -> None:
    from airflow_artifacts.lineage import schema
    from airflow_artifacts.lineage.database import Database

    url = postgresql()
    made = Database(url)
    schema.upgrade(made)
    made.close()
    with ArtifactClient.connect(store=str(tmp_path / "store"), database=url) as client:
        site = make_site(client)
        test_no_answer_about_what_may_be_seen_names_what_may_not(site)
        test_what_may_not_be_seen_answers_as_what_is_not_there(site)


def test_the_shape_of_a_graph_is_seen_and_its_names_are_not(still: Site) -> None:
    id_ = still.world.versions["scores"].id
    whole = still.asked_by(EVERYBODY).get(f"/api/versions/{id_}/lineage").json()
    part = still.asked_by(VIEWER).get(f"/api/versions/{id_}/lineage").json()
    assert [len(part["nodes"]), len(part["edges"])] == [len(whole["nodes"]), len(whole["edges"])]
    assert not any(node["id"].startswith(HIDDEN) for node in whole["nodes"])
    hidden = [node for node in part["nodes"] if node["id"].startswith(HIDDEN)]
    # The table with what made it and what else that read, the other input, and the task that consumes with its output.
    assert [node["id"] for node in hidden] == [f"hidden:{number}" for number in range(1, len(hidden) + 1)]
    assert len(hidden) >= 5
    assert all(node["version"] is None and node["task_run"] is None for node in hidden)
    names = {edge["name"] for edge in part["edges"] if edge["source"].startswith(HIDDEN)}
    assert "table" in names


def test_inputs_that_may_not_be_seen_keep_the_name_of_their_parameter(still: Site) -> None:
    id_ = still.world.versions["scores"].id
    made = still.asked_by(VIEWER).get(f"/api/versions/{id_}").json()["provenance"]
    inputs = [(one["name"], one["kind"], one["version"], one["reference"]) for one in made["inputs"]]
    assert sorted(inputs) == [("hidden", "read", None, None), ("table", "argument", None, None)]
    assert made["parameters"] == {"rate": 0.5}


def test_a_copy_says_nothing_of_what_it_is_a_copy_of(still: Site) -> None:
    id_ = still.world.versions["copy"].id
    assert still.world.versions["copy"].origin == still.world.versions["nameless"].id
    part = still.asked_by(VIEWER).get(f"/api/versions/{id_}").json()
    assert (part["origin"], part["provenance"]) == (None, None)
    whole = still.asked_by(EVERYBODY).get(f"/api/versions/{id_}").json()
    assert whole["provenance"]["task_run"]["dag_id"] == SHUT
    assert whole["origin"]["id"] == still.world.versions["nameless"].id


def test_a_hit_says_what_was_saved_and_not_whose_result_it_is(still: Site) -> None:
    params = {"task_id": "shared"}
    path = f"/api/dags/{OPEN}/runs/shared/task-run"
    part = still.asked_by(VIEWER).get(path, params=params).json()
    decision = part["run"]["decision"]
    assert decision["outcome"] == "hit"
    assert decision["origin"] is None
    assert re.fullmatch(r"hidden computed it [\d.]+ s ago", decision["reasons"][0])
    assert part["explanation"]["lines"][0].startswith("hit: hidden computed it")
    assert part["run"]["outputs"] == [{"name": "shared/result", "kind": "reused", "version": None, "reference": None}]
    whole = still.asked_by(EVERYBODY).get(path, params=params).json()
    assert whole["run"]["decision"]["origin"]["dag_id"] == SHUT
    assert whole["run"]["outputs"][0]["version"]["id"] == still.world.versions["shared"].id


def test_a_miss_says_which_input_differs_and_not_what_it_is(still: Site) -> None:
    path = f"/api/dags/{OPEN}/runs/run 1/task-run"
    part = still.asked_by(VIEWER).get(path, params={"task_id": "use"}).json()["explanation"]
    differing = {one["name"]: (one["before"], one["now"]) for one in part["differences"]}
    assert differing["table"] == ("hidden", "hidden")
    whole = still.asked_by(EVERYBODY).get(path, params={"task_id": "use"}).json()["explanation"]
    differing = {one["name"]: (one["before"], one["now"]) for one in whole["differences"]}
    assert differing["table"] == ("zwd/table@1", "zwd/table@2")


def test_an_artifact_of_several_dags_shows_those_versions_and_aliases_that_may_be_seen(still: Site) -> None:
    client = still.asked_by(VIEWER)
    found = client.get("/api/artifact", params={"name": "shared/model"}).json()
    assert (found["artifact"]["versions"], found["artifact"]["latest"]["version"]) == (1, "1")
    assert found["artifact"]["aliases"] == {"staging": "1"}
    assert {(move["alias"], move["version"]) for move in found["alias_moves"]} == {
        ("production", "shared/model@1"),
        ("staging", "shared/model@1"),
    }
    assert client.get("/api/resolve", params={"reference": "shared/model@production"}).status_code == 404
    versions = client.get("/api/artifact/versions", params={"name": "shared/model"}).json()["versions"]
    assert [one["version"] for one in versions] == ["1"]


def test_when_an_alias_was_taken_from_a_hidden_version_is_hidden(site: Site) -> None:
    client = site.world.client
    for alias in ("production", "staging"):
        client.unalias("shared/model", alias)
    moves = site.asked_by(VIEWER).get("/api/artifact", params={"name": "shared/model"}).json()["alias_moves"]
    assert [(move["alias"], move["version"]) for move in moves] == [
        ("staging", None),
        ("staging", "shared/model@1"),
        ("production", "shared/model@1"),
    ]


def test_what_no_dag_made_goes_by_a_permission_of_its_own(still: Site) -> None:
    outside = still.world.versions["outside"].id
    reader = still.asked_by(type(VIEWER)(others="r"))
    assert reader.get(f"/api/versions/{outside}").json()["may_edit"] is False
    assert reader.get("/api/artifacts").json()["total"] == 1
    assert reader.put(f"/api/versions/{outside}/pin", json={"pinned": True}).status_code == 403


def test_numbers_over_all_dags_are_for_those_who_read_all(still: Site) -> None:
    assert still.asked_by(EDITOR).get("/api/reclaimable").status_code == 403
    assert still.asked_by(EVERYBODY).get("/api/reclaimable").status_code == 200
    part = still.asked_by(VIEWER).get("/api/overview").json()
    whole = still.asked_by(EVERYBODY).get("/api/overview").json()
    assert part["versions"] < whole["versions"]
    assert part["bytes_stored"] < whole["bytes_stored"]


def test_a_blast_radius_counts_what_it_does_not_name(still: Site) -> None:
    found = still.asked_by(VIEWER).get(f"/api/versions/{still.world.versions['scores'].id}/blast-radius").json()
    assert (found["versions"], found["hidden"], found["artifacts"], found["dags"]) == (1, 1, [], [])


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("zwd.t in r, try 1 computed it 3 d ago", "hidden computed it 3 d ago"),
        (
            "the cache check found that zwd.t in r, try 1 computed it 3.0 s ago",
            "the cache check found that hidden computed it 3.0 s ago",
        ),
        (
            "the result of zwd.t in r, try 1 is 9 d old and counts for 7 d only",
            "the result of hidden is 9 d old and counts for 7 d only",
        ),
        ("the bytes of zwd@1 are gone from s3://bucket", "the bytes of hidden are gone"),
        ("the bytes of zwd@1 are gone, or were found damaged", "the bytes of hidden are gone, or were found damaged"),
        (
            "its function asked for 'zwd' itself, which is answered otherwise now: zwd@2 instead of zwd@1",
            "its function asked for hidden itself, which is answered otherwise now",
        ),
        ("try 1 of this task had published already", "try 1 of this task had published already"),
        ("there is no earlier result under its key", "there is no earlier result under its key"),
        ("anything else that a later release may say of zwd", "hidden"),
    ],
)
def test_a_reason_keeps_what_it_says_and_loses_its_names(reason: str, said: str) -> None:
    assert sentence(reason) == said


def test_a_plan_names_only_what_may_be_seen(still: Site) -> None:
    outputs = {"a": "zwd/table@1", "b": "open/scores@1"}
    task = {"task": "use", "decision": "hit", "reason": "zwd.t in r, try 1 computed it 3 d ago", "outputs": outputs}
    late = {
        "task": "b",
        "decision": "unknown",
        "reason": "not known yet, because it takes what 'use' is going to return",
        "outputs": {},
    }
    still.plans.document = {**still.plans.document, "tasks": [task, late]}
    planned = still.asked_by(EDITOR).post(f"/api/dags/{OPEN}/plan").json()["tasks"]
    assert planned[0]["outputs"] == ["hidden", "open/scores@1"]
    assert planned[0]["reason"] == "hidden computed it 3 d ago"
    assert (planned[1]["outcome"], planned[1]["reason"]) == (None, late["reason"])
    still.plans.document = {**still.plans.document, "tasks": []}
