"""The page of artifacts in a real Airflow, by a real browser: on what the examples made."""

from __future__ import annotations

import base64
import dataclasses
import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pandas as pd
import pytest
from blake3 import blake3
from playwright.sync_api import expect

from airflow_artifacts import visualizers
from tests.browser import NARROW, WIDE, Visit, chromium, log_in, pictures_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser

    from airflow_artifacts.cli.local_airflow import LocalAirflow
    from airflow_artifacts.client import ArtifactClient
    from airflow_artifacts.model import ArtifactVersion

    Visitor = Callable[..., Visit]

HOME = "/plugin/artifacts"


def quoted(run_id: str) -> str:
    """Return a run's id as it stands in the addresses of Airflow's page."""
    return quote(run_id, safe=":+")


# A busy machine draws slowly.
expect.set_options(timeout=60_000)


@pytest.fixture(scope="module")
def browser(web_tools: None) -> Iterator[Browser]:
    """Debian's Chromium; axe comes with the page's own tools."""
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def login(browser: Browser, airflow: LocalAirflow, runs: dict[str, str]) -> dict[str, Any]:
    """What makes a window that of Airflow's administrator."""
    home = airflow.home
    return log_in(browser, home.url, home.user, home.password)


@pytest.fixture
def visit(browser: Browser, airflow: LocalAirflow, login: dict[str, Any]) -> Iterator[Visitor]:
    """Open windows; whatever went wrong in one of them fails the test."""
    visits = []

    def start() -> Visit:
        context = browser.new_context(storage_state=login, viewport=WIDE, accept_downloads=True)
        visits.append(Visit(context, airflow.home.url))
        return visits[-1]

    yield start
    faults = [fault for one in visits for fault in one.faults]
    for one in visits:
        one.page.context.close()
    assert faults == []


@pytest.fixture(scope="module")
def losses(connect: Callable[[], ArtifactClient]) -> list[ArtifactVersion]:
    """Three versions of one artifact, saved by hand, whose metadata has a number that falls."""
    with connect() as client:
        for step, loss in enumerate((0.9, 0.5, 0.3)):
            frame = pd.DataFrame({"step": range(step + 1), "loss": [loss] * (step + 1), "kind": ["a"] * (step + 1)})
            client.save(frame, "page/losses", tags=["curve"])
            client.log_metadata(f"page/losses@{step + 1}", {"loss": loss, "note": f"step {step}"})
        return sorted(client.versions("page/losses"), key=lambda version: version.created_at)


@pytest.fixture
def places(client: ArtifactClient, runs: dict[str, str], losses: list[ArtifactVersion]) -> dict[str, str]:
    """Every page and tab with something on it, by a name for its picture."""
    scores = client.get("wine/scores")
    training, checked = quoted(runs["wine_training"]), quoted(runs["cache_check"])
    return {
        "list": HOME,
        "overview": f"{HOME}/overview",
        "artifact": f"{HOME}/artifact/page/losses",
        "version": f"{HOME}/version/{scores.id}",
        "compare": f"{HOME}/compare?before={losses[0].id}&now={losses[-1].id}",
        "lineage": f"{HOME}/lineage/{scores.id}?depth=6",
        "dag": "/dags/wine_training/plugin/dag-artifacts",
        "run": f"/dags/cache_check/runs/{checked}/plugin/run-artifacts",
        "task": "/dags/wine_training/tasks/ingest/plugin/task-artifacts",
        "task-instance": f"/dags/wine_training/runs/{training}/tasks/split/plugin/task-instance-artifacts",
    }


def test_each_page_is_drawn(visit: Visitor, places: dict[str, str]) -> None:
    """Light, dark and in a narrow window; axe has nothing to report, and nothing overflows."""
    window = visit()
    found = {}
    for name, path in places.items():
        window.open(path)
        window.look()
        window.picture(f"{name}-light")
        faults = window.accessibility_faults()
        window.look(dark=True)
        window.picture(f"{name}-dark")
        faults += window.accessibility_faults()
        window.look(size=NARROW)
        window.picture(f"{name}-narrow")
        faults += [f"overflows by {over}"] if (over := window.overflow()) > 0 else []
        found |= {name: faults} if faults else {}
    assert found == {}


def test_each_part_of_a_version_is_drawn(visit: Visitor, client: ArtifactClient) -> None:
    """Preview, statistics, metadata, files, producer, consumers, snippets: each has an address of its own."""
    window = visit()
    scores = client.get("wine/scores")
    shown = {
        "Preview": "rows",
        "Statistics": "predicted",
        "Metadata": "materializer",
        "Files": "Download",
        "Produced by": "wine_scoring.score",
        "Used by": "wine_scoring.summarise",
        "Lineage": "models/wine@",
        "Load it": "ArtifactHook",
    }
    page = window.open(f"{HOME}/version/{scores.id}")
    for part, words in shown.items():
        page.get_by_role("tab", name=part).click()
        expect(page.get_by_role("tabpanel", name=part)).to_contain_text(words)
        window.settle()
        window.picture(f"version-{part.lower().replace(' ', '-')}")
        assert window.accessibility_faults() == [], part
    page.reload()
    expect(page.get_by_role("tabpanel", name="Load it")).to_contain_text("ArtifactHook")


def test_pictures_of_the_documentation(visit: Visitor, places: dict[str, str]) -> None:
    """What README and docs show, taken where that was asked for."""
    window = visit()
    for name, path in {**places, "lineage": places["lineage"].replace("depth=6", "depth=2")}.items():
        if name in {"list", "version", "lineage"}:
            window.open(path)
            window.picture(name, pictures_folder())


def test_the_list_is_searched_as_one_types(visit: Visitor, losses: list[ArtifactVersion]) -> None:
    """What is typed is in the address, which opens the same list again; a name leads to its page."""
    window = visit()
    page = window.open(HOME)
    page.get_by_role("searchbox").press_sequentially("wine/sc", delay=20)
    rows = page.get_by_role("table").get_by_role("row")
    expect(rows.filter(has_text="wine/scores")).to_be_visible()
    expect(rows.filter(has_text="wine/raw")).to_have_count(0)
    assert "wine" in page.url
    page.reload()
    window.settle()
    expect(rows.filter(has_text="wine/raw")).to_have_count(0)
    page.get_by_role("link", name="wine/scores").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("wine/scores")


def test_the_list_is_narrowed_and_ordered(visit: Visitor, losses: list[ArtifactVersion]) -> None:
    """By tag, then by size; unnamed outputs are there when asked for; what fits nothing says so."""
    window = visit()
    page = window.open(HOME)
    rows = page.get_by_role("table").get_by_role("row")
    expect(rows.filter(has_text="::")).to_have_count(0)
    page.get_by_text("Unnamed outputs").click()
    expect(rows.filter(has_text="::").first).to_be_visible()
    page.get_by_text("Unnamed outputs").click()
    expect(rows.filter(has_text="::")).to_have_count(0)
    page.get_by_role("button", name="Filters").click()
    page.get_by_label("DAG", exact=True).fill("wine_training")
    page.get_by_label("DAG", exact=True).press("Enter")
    expect(rows.filter(has_text="wine/raw")).to_be_visible()
    expect(rows.filter(has_text="wine/scores")).to_have_count(0)
    page.get_by_role("button", name="Size").click()
    window.settle()
    window.picture("list-narrowed")
    page.get_by_role("searchbox").fill("no such thing")
    expect(page.get_by_role("heading", name="Nothing fits these filters")).to_be_visible()
    window.picture("list-nothing")


def test_two_versions_are_picked_and_compared(visit: Visitor, losses: list[ArtifactVersion]) -> None:
    """From the artifact's page to what differs; the metadata's curve is drawn above."""
    window = visit()
    page = window.open(f"{HOME}/artifact/page/losses")
    expect(page.get_by_text("loss").first).to_be_visible()
    page.get_by_role("checkbox", name="Pick @1 to compare").check(force=True)
    page.get_by_role("checkbox", name="Pick @3 to compare").check(force=True)
    page.get_by_role("link", name=re.compile("Compare")).click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    window.settle()
    said = page.locator("[data-artifacts]")
    for words in ("0.9", "0.3", "step 0", "step 2", "rows"):
        expect(said).to_contain_text(words)


def test_a_tag_and_an_alias_are_set(visit: Visitor, client: ArtifactClient, airflow: LocalAirflow) -> None:
    """The page shows them, the client finds them, and Airflow's audit log says who set them."""
    window = visit()
    version = client.get("wine/features")
    page = window.open(f"{HOME}/version/{version.id}")
    for button, label, word in (("Add a tag", "Tag", "reviewed"), ("Set an alias", "Alias", "champion")):
        page.get_by_role("button", name=button).click()
        page.get_by_role("dialog").get_by_label(label).fill(word)
        page.get_by_role("dialog").get_by_role("button", name=button).click()
        expect(page.get_by_role("status").filter(has_text=word)).to_be_visible()
    assert window.accessibility_faults() == []
    assert client.get("wine/features@champion").id == version.id
    assert "reviewed" in client.get(version.id).tags
    logged = airflow.api._get("/eventLogs", dag_id="wine_training", limit=100)["event_logs"]
    events = {entry["event"]: entry for entry in logged}
    assert {"artifacts.tag", "artifacts.alias"} <= events.keys()
    assert events["artifacts.alias"]["owner"] == airflow.home.user
    assert "champion" in events["artifacts.alias"]["extra"]


def test_a_taken_alias_is_refused_in_its_place(visit: Visitor, client: ArtifactClient, browser: Browser) -> None:
    """The API's sentence stands in the dialog, and nothing is lost."""
    window = visit()
    page = window.open(f"{HOME}/version/{client.get('wine/raw').id}")
    page.get_by_role("button", name="Set an alias").click()
    page.get_by_role("dialog").get_by_label("Alias").fill("2026-01-01")
    page.get_by_role("dialog").get_by_role("button", name="Set an alias").click()
    expect(page.get_by_role("dialog").get_by_role("alert")).to_contain_text("2026-01-01")
    assert window.accessibility_faults() == []
    # The refusal is what the browser notes.
    assert {fault.split(" ")[0] for fault in window.faults} == {"refused:", "console:"}
    window.faults.clear()


def test_a_file_is_downloaded(visit: Visitor, client: ArtifactClient) -> None:
    """Its bytes are those that a task wrote."""
    window = visit()
    scores = client.get("wine/scores")
    page = window.open(f"{HOME}/version/{scores.id}?part=files")
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("Download")).first.click()
    path = download.value.path()
    assert f"blake3:{blake3(path.read_bytes()).hexdigest()}" == scores.manifest.files[0].digest


def test_lineage_is_expanded_collapsed_and_read(visit: Visitor, client: ArtifactClient) -> None:
    """Deeper shows the other DAG, which folds into one node; by keyboard as well; and as text."""
    window = visit()
    scores = client.get("wine/scores")
    page = window.open(f"{HOME}/lineage/{scores.id}?depth=1")
    graph = page.locator(".react-flow")
    expect(graph).to_contain_text(str(scores))
    expect(graph).not_to_contain_text("wine/raw@")
    for _ in range(5):
        page.get_by_role("button", name="Further").click()
        window.settle()
    expect(graph).to_contain_text("wine/raw@")
    assert "depth=6" in page.url
    page.get_by_role("group", name="DAGs").get_by_role("button", name="wine_training").click()
    expect(graph).not_to_contain_text("wine/raw@")
    window.picture("lineage-collapsed")
    page.get_by_text("As text").click()
    expect(page.locator("[data-artifacts]")).to_contain_text(str(scores))
    assert window.accessibility_faults() == []


def test_a_run_says_what_was_cached_and_why(visit: Visitor, runs: dict[str, str], later: dict[str, str]) -> None:
    """A second run of a checked DAG is cached; its tab says so, and what would be saved."""
    window = visit()
    page = window.open(f"/dags/cache_check/runs/{quoted(later['cache_check'])}/plugin/run-artifacts")
    own = page.locator("[data-artifacts]")
    expect(own).to_contain_text("cached")
    window.picture("run", pictures_folder())
    page = window.open(
        f"/dags/cache_check/runs/{quoted(runs['cache_check'])}/tasks/clean/plugin/task-instance-artifacts"
    )
    expect(page.locator("[data-artifacts]")).to_contain_text("miss")
    expect(page.locator("[data-artifacts]")).to_contain_text("lab/measured@1")


def test_a_dag_is_planned(visit: Visitor, runs: dict[str, str]) -> None:
    """What would run now, task by task, without running any."""
    window = visit()
    page = window.open("/dags/cache_check/plugin/dag-artifacts")
    page.get_by_role("button", name=re.compile("Plan")).click()
    expect(page.get_by_role("table", name="What would run now")).to_contain_text("clean", timeout=180_000)
    window.picture("dag-planned")
    assert window.accessibility_faults() == []


HOSTILE = "<img src=x onerror=\"document.title='ran'\"><script>document.title='ran'</script>"


@dataclasses.dataclass
class Page:
    """A value that is shown as what an attacker would like to be shown."""

    text: str


class HostileDrawer:
    """Shows every kind with code in it."""

    def visualize(self, value: Page, rows: int) -> list[visualizers.Visualization]:
        script = "parent.document.title='ran'"
        svg = f"<svg xmlns='http://www.w3.org/2000/svg' onload=\"{script}\"><script>{script}</script></svg>"
        encoded = base64.b64encode(svg.encode()).decode()
        link = "[click](javascript:document.title='ran') ![gone](https://127.0.0.2/pixel.png)"
        framed = HOSTILE + "<script>parent.document.title='ran';fetch('/api/v2/dags')</script><form action='/'></form>"
        return [
            visualizers.Visualization("html", framed, HOSTILE),
            visualizers.Visualization("markdown", f"{HOSTILE}\n\n{link}", HOSTILE),
            visualizers.Visualization("image", {"media_type": "image/svg+xml", "base64": encoded}, HOSTILE),
            visualizers.Visualization("text", HOSTILE, HOSTILE),
            visualizers.Visualization("json", json.dumps({HOSTILE: HOSTILE}), HOSTILE),
            visualizers.Visualization("csv", f"{HOSTILE},b\n1,{HOSTILE}", HOSTILE),
            visualizers.Visualization(
                "table", {"columns": [HOSTILE], "types": [HOSTILE], "rows": [[HOSTILE]], "total_rows": 1}, HOSTILE
            ),
            visualizers.Visualization("unknown", HOSTILE, HOSTILE),  # type: ignore[arg-type]
        ]


def test_hostile_content_never_runs(visit: Visitor, client: ArtifactClient) -> None:
    """Scripts in tags, metadata, previews, links and pictures are shown as what they are, or not at all."""
    visualizers.register(Page, HostileDrawer())
    saved = client.save(Page(HOSTILE), "page/hostile", tags=[HOSTILE])
    client.log_metadata(saved, {HOSTILE: HOSTILE, "nested": {HOSTILE: [HOSTILE]}})
    window = visit()
    for part in ("preview", "statistics", "metadata", "load"):
        page = window.open(f"{HOME}/version/{saved.id}?part={part}")
        page.wait_for_timeout(300)
        assert page.title() != "ran"
        assert page.locator("[data-artifacts] img[onerror], [data-artifacts] script").count() == 0
    window.open(f"{HOME}/artifact/page/hostile")
    window.open(f"{HOME}?text=hostile")
    window.picture("hostile")
    assert window.page.title() != "ran"
    # The browser says what it kept the frame from doing: its scripts, and a picture from elsewhere.
    kept = [fault for fault in window.faults if "sandboxed" in fault or "Content Security Policy" in fault]
    assert {"Blocked script execution" in fault for fault in kept} == {True, False}
    window.faults = [fault for fault in window.faults if fault not in kept]
