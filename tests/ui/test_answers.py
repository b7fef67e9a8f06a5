"""What the API answers to whoever may see everything."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from airflow_artifacts.visualizers import Preview, Visualization
from tests.ui.conftest import EDITOR, EVERYBODY, Site
from tests.ui.world import OPEN, SHUT

if TYPE_CHECKING:
    from starlette.testclient import TestClient


@pytest.fixture(scope="module")
def client(still: Site) -> TestClient:
    """Asks for someone who may do everything."""
    return still.asked_by(EVERYBODY)


def test_a_version_has_what_its_page_shows(still: Site, client: TestClient) -> None:
    found = client.get(f"/api/versions/{still.world.versions['table'].id}").json()
    assert found["version"]["artifact"] == "zwd/table"
    assert found["version"]["tags"] == ["zwd-tag"]
    (column,) = found["columns"]
    assert (column["name"], column["type"]) == ("zwd_column", "int64")
    assert (column["statistics"]["min"], column["statistics"]["max"]) == (0, 2)
    assert found["metadata"]["rows"] == 3
    assert {one["source"] for one in found["said"]} == {"materializer"}
    assert [file["downloadable"] for file in found["files"]] == [True]
    assert found["provenance"]["parameters"] == {"zwd_rows": 3}
    assert found["provenance"]["source"].startswith("def zwd_make")
    assert (found["previous"], found["has_preview"], found["may_edit"]) == (None, True, True)


def test_the_version_before_is_the_one_published_before(still: Site, client: TestClient) -> None:
    found = client.get(f"/api/versions/{still.world.versions['scores'].id}").json()
    assert found["previous"]["id"] == still.world.versions["first scores"].id


def test_a_reference_means_what_it_means_to_the_client(still: Site, client: TestClient) -> None:
    model = still.world.versions["shut model"].id
    for reference in (
        "shared/model",
        "shared/model@latest",
        "shared/model@production",
        "shared/model@2",
        model,
        model[:8],
    ):
        assert client.get("/api/resolve", params={"reference": reference}).json()["id"] == model, reference
    assert client.get("/api/resolve", params={"reference": "shared/model@9"}).status_code == 404
    refused = client.get("/api/resolve", params={"reference": "a::b@@c"})
    assert (refused.status_code, refused.json()["kind"]) == (422, "InvalidNameError")


def test_artifacts_are_filtered_sorted_and_paged(client: TestClient) -> None:
    def names(**params: Any) -> list[str]:
        return [one["name"] for one in client.get("/api/artifacts", params=params).json()["artifacts"]]

    everything = names(sort="name", descending=False)
    assert everything == sorted(everything)
    assert len(everything) == 6
    assert names(text="shared") == names(text="shared/*") == ["shared/result", "shared/model"]
    assert names(tag="gold") == ["open/scores"]
    assert names(type="model") == ["shared/model"]
    assert names(alias="production") == ["shared/model"]
    assert names(dag_id=OPEN) == ["open/scores"]
    assert names(after="2100-01-01T00:00:00") == []
    first = client.get("/api/artifacts", params={"limit": 4, "sort": "name"}).json()
    rest = client.get("/api/artifacts", params={"limit": 4, "sort": "name", "page": first["next"]}).json()
    assert (first["total"], len(first["artifacts"]), len(rest["artifacts"]), rest["next"]) == (6, 4, 2, None)
    assert client.get("/api/artifacts", params={"page": "nonsense"}).status_code == 422
    assert client.get("/api/artifacts", params={"limit": 0}).json()["kind"] == "RequestValidationError"


def test_facets_series_versions_and_an_artifact_agree(still: Site, client: TestClient) -> None:
    facets = client.get("/api/facets").json()
    assert {"word": "model", "count": 1} in facets["types"]
    assert {"word": SHUT, "count": 4} in facets["dags"]
    found = client.get("/api/artifact", params={"name": "shared/model"}).json()
    assert found["alias_ids"]["production"] == still.world.versions["shut model"].id
    assert found["artifact"]["aliases"] == {"production": "2", "staging": "1", "zwd-champion": "2"}
    versions = client.get("/api/artifact/versions", params={"name": "zwd/table"}).json()
    assert [one["version"] for one in versions["versions"]] == ["2", "1"]
    keys = {
        one["key"]: [point["value"] for point in one["points"]]
        for one in client.get("/api/artifact/series", params={"name": "zwd/table"}).json()["keys"]
    }
    assert keys["rows"] == [3.0, 4.0]


def test_consumers_are_the_task_runs_that_read_a_version(still: Site, client: TestClient) -> None:
    found = client.get(f"/api/versions/{still.world.versions['scores'].id}/consumers").json()
    (consumer,) = found["task_runs"]
    assert (consumer["task_run"]["dag_id"], consumer["inputs"][0]["name"]) == (SHUT, "scores")
    assert consumer["outputs"][0]["version"]["artifact"] == "zwd/final"


def test_a_run_and_its_task_runs_are_counted(client: TestClient) -> None:
    runs = {one["run_id"]: one for one in client.get(f"/api/dags/{OPEN}/runs").json()}
    assert [runs["shared"]["hits"], runs["model"]["misses"], len(runs)] == [1, 1, 5]
    run = client.get(f"/api/dags/{OPEN}/runs/shared/task-runs").json()
    assert [run["hits"], run["misses"], run["seconds_saved"] > 0] == [1, 0, True]
    assert [one["task_run"]["task_id"] for one in run["task_runs"]] == ["shared"]
    page = client.get(f"/api/dags/{OPEN}/tasks/use/task-runs", params={"limit": 1}).json()
    assert [one["task_run"]["run_id"] for one in page["task_runs"]] == ["run 1"]
    page = client.get(f"/api/dags/{OPEN}/tasks/use/task-runs", params={"page": page["next"]}).json()
    assert [one["task_run"]["run_id"] for one in page["task_runs"]] == ["run 0"]


def test_a_task_run_says_why(client: TestClient) -> None:
    found = client.get(f"/api/dags/{OPEN}/runs/run 1/task-run", params={"task_id": "use"}).json()
    assert found["explanation"]["compared"]["run_id"] == "run 0"
    assert found["explanation"]["lines"][0] == "miss: there is no earlier result under its key"
    assert found["parameters"] == {"rate": 0.5}
    assert found["environment"]["bundle"] == OPEN
    one = client.get(f"/api/dags/{OPEN}/runs/run 1/task-run", params={"task_id": "use", "try_number": 7})
    assert one.status_code == 404


def test_two_versions_are_compared(still: Site, client: TestClient) -> None:
    tables = client.get("/api/artifact/versions", params={"name": "zwd/table"}).json()["versions"]
    found = client.get("/api/compare", params={"before": tables[1]["id"], "now": tables[0]["id"]}).json()
    sections = {one["name"]: {change["name"]: change["now"] for change in one["changes"]} for one in found["sections"]}
    assert sections["parameters"] == {"zwd_rows": 4}
    assert sections["schema"]["rows"] == 4
    assert found["same_value"] is False


def test_lineage_goes_where_it_is_asked_to(still: Site, client: TestClient) -> None:
    path = f"/api/versions/{still.world.versions['scores'].id}/lineage"

    def artifacts(**params: Any) -> set[str]:
        nodes = client.get(path, params=params).json()["nodes"]
        return {node["version"]["artifact"] for node in nodes if node["version"]}

    assert artifacts(direction="upstream") == {"open/scores", "zwd/table", "zwd/other"}
    assert artifacts(direction="downstream") == {"open/scores", "zwd/final"}
    assert artifacts() == {"open/scores", "zwd/table", "zwd/other", "zwd/final"}
    copy = client.get(f"/api/versions/{still.world.versions['copy'].id}/lineage").json()
    assert [edge["kind"] for edge in copy["edges"] if edge["target"] == copy["root"]].count("copy") == 1


def test_the_overview_counts_everything(client: TestClient) -> None:
    found = client.get("/api/overview", params={"days": 7}).json()
    assert len(found["days"]) == 7
    assert found["versions"] == 11
    assert {one["name"]: one["versions"] for one in found["largest"]}["zwd/table"] == 2
    assert client.get("/api/reclaimable").json()["waiting_bytes"] >= 0


def test_a_preview_leaves_its_pages_to_their_own_address(site: Site) -> None:
    client = site.asked_by(EVERYBODY)
    page = "<h1>hello</h1><script>alert(1)</script>"
    shown = Preview((Visualization("text", "plain"), Visualization("html", page, "a page"))).to_json()
    site.world.client.lineage.preview = lambda id_: shown  # type: ignore[method-assign, assignment]
    id_ = site.world.versions["scores"].id
    found = client.get(f"/api/versions/{id_}/preview").json()["visualizations"]
    assert found == [
        {"kind": "text", "title": None, "data": "plain"},
        {"kind": "html", "title": "a page", "data": None},
    ]
    answer = client.get(f"/api/versions/{id_}/preview/1")
    assert answer.text == page
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'; font-src data:")
    assert "allow-" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "private"
    assert client.get(f"/api/versions/{id_}/preview/0").status_code == 404
    assert client.get(f"/api/versions/{id_}/preview/2").status_code == 404


def test_planning_takes_the_right_to_run_and_a_server_that_may(site: Site) -> None:
    assert site.asked_by(EDITOR).get(f"/api/dags/{OPEN}/plan").json() == {
        "may_plan": True,
        "reason": None,
        "command": "airflow artifacts plan open",
    }
    site.plans.reason = "not here"
    assert site.asked_by(EDITOR).get(f"/api/dags/{OPEN}/plan").json()["reason"] == "not here"
    refused = site.asked_by(EDITOR).post(f"/api/dags/{OPEN}/plan")
    assert (refused.status_code, refused.json()["detail"]) == (403, "not here")
    other = site.asked_by(EDITOR).get(f"/api/dags/{SHUT}/plan").json()
    assert (other["may_plan"], "the right to run it" in other["reason"]) == (False, True)


def test_the_page_of_the_api_loads_nothing_from_elsewhere(client: TestClient) -> None:
    answer = client.get("/docs")
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert not re.search(r"<script|<link|<img|https?://|url\(|@import", answer.text)
    for path in client.get("/openapi.json").json()["paths"]:
        assert path in answer.text


def test_every_route_says_what_it_is_for(client: TestClient) -> None:
    for path, verbs in client.get("/openapi.json").json()["paths"].items():
        for verb, operation in verbs.items():
            assert operation["summary"], (verb, path)
            assert operation["description"], (verb, path)


def test_the_bundle_is_kept_by_its_stamp(client: TestClient) -> None:
    from airflow_artifacts.ui import bundle

    kept = client.get("/bundle.js", params={"v": bundle.stamp()})
    assert kept.headers["cache-control"] == "private, max-age=31536000, immutable"
    assert kept.headers["content-encoding"] == "gzip"
    assert kept.text == bundle.text()
    assert client.get("/bundle.js", params={"v": "older"}).headers["cache-control"] == "private, no-cache"
    again = client.get("/bundle.js", headers={"if-none-match": kept.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get("/bundle.js", headers={"accept-encoding": "identity"}).text == bundle.text()


def test_tables_of_pandas_have_columns_with_statistics() -> None:
    from airflow_artifacts import visualizers
    from airflow_artifacts.ui.api.telling.versions import columns

    made = visualizers.draw(pd.DataFrame({"a": [1, 2], "b": [0.5, None]}), 5).metadata
    assert [(one.name, one.type, one.statistics["nulls"]) for one in columns(made)] == [
        ("a", "int64", 0),
        ("b", "float64", 1),
    ]
    assert columns({"schema": "nonsense", "statistics": [["a", 1], "b", [1, 2, 3]]})[0].statistics == {}
