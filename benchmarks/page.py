"""What a person waits for in the page, in a real browser on a real Airflow with a million versions.

``python -m benchmarks.page --versions 1000000`` prints milliseconds, medians of the rounds: from the click, or from the
last key, until what was asked for is drawn. The page itself is open by then.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

from airflow_artifacts.cli.local_airflow import LocalAirflow
from airflow_artifacts.lineage import schema
from airflow_artifacts.lineage.database import Database
from benchmarks.generator import chain_end, fill
from tests.browser import WIDE, Visit, chromium, log_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Page

_HOME = "/plugin/artifacts"
_LIST = "[data-artifacts] table[aria-rowcount] tbody tr"
_GRAPH = "[data-artifacts] .react-flow__node"

# By the page's own clock: from what a person does until a frame in which it is drawn and nothing loads any more.
_WATCH = """([selector, text]) => {
  window.waited = new Promise(done => {
    let began;
    const begin = event => { began ??= event.timeStamp; };
    addEventListener("click", begin, { capture: true, once: true });
    addEventListener("input", begin, { capture: true, once: true });
    const look = () => {
      const drawn = [...document.querySelectorAll(selector)].some(one => one.textContent.includes(text));
      const loads = document.querySelector("[data-artifacts] [aria-label=Loading]");
      if (began === undefined || !drawn || loads) requestAnimationFrame(look);
      else setTimeout(() => done(performance.now() - began));
    };
    look();
  });
}"""


def _until(page: Page, act: Callable[[], object], selector: str, text: str = "") -> float:
    """Return the milliseconds from an act until something with a text is drawn and the page answers."""
    page.evaluate(_WATCH, [selector, text])
    act()
    return float(page.evaluate("window.waited"))


def _questions(window: Visit, versions: int) -> Iterator[tuple[str, Callable[[], float]]]:
    page = window.page
    overview = page.get_by_role("link", name="Overview")
    listed = page.get_by_role("navigation", name="Artifacts").get_by_role("link", name="Artifacts")

    def to_list() -> float:
        overview.click()
        page.locator("[data-artifacts] h1", has_text="Overview").wait_for()
        window.settle()
        _forget(page)
        return _until(page, listed.click, _LIST)

    def typed() -> float:
        listed.click()
        window.settle()
        box = page.get_by_role("searchbox")
        box.fill("")
        window.settle()
        return _until(page, lambda: box.fill("set/00004"), _LIST, "set/00004")

    def lineage() -> float:
        window.open(f"{_HOME}/version/{chain_end(versions)}?part=files")
        link = page.get_by_role("link", name="Lineage", exact=True).or_(page.get_by_role("button", name="Lineage"))
        return _until(page, link.first.click, _GRAPH)

    yield "the list, from another section", to_list
    yield "the list, after the last key of a search", typed
    yield "lineage of depth 3", lineage


def _forget(page: Page) -> None:
    """Let answers be asked for anew, as the page keeps them for some seconds."""
    page.wait_for_timeout(10_500)


def measure(versions: int, rounds: int) -> dict[str, list[float]]:
    """Return the milliseconds of each round, by what was asked."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        (home / "artifacts").mkdir(parents=True)
        (home / "dags").mkdir()
        url = f"sqlite:///{home / 'artifacts' / 'lineage.db'}"
        database = Database(url)
        schema.ensure(database)
        database.close()
        fill(url, versions)
        with LocalAirflow(home, home / "dags", components=("api-server", "scheduler", "dag-processor")) as airflow:
            return _browse(airflow.home, versions, rounds)


def _browse(home: Any, versions: int, rounds: int) -> dict[str, list[float]]:
    with chromium() as browser:
        state = log_in(browser, home.url, home.user, home.password)
        window = Visit(browser.new_context(storage_state=state, viewport=WIDE), home.url)
        window.open(_HOME)
        found: dict[str, list[float]] = {}
        for name, ask in _questions(window, versions):
            ask()
            found[name] = [ask() for _ in range(rounds)]
        return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--versions", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    table = Table("what is drawn", "median ms", "least ms", title=f"{arguments.versions:,} versions")
    for name, found in measure(arguments.versions, arguments.rounds).items():
        table.add_row(name, f"{statistics.median(found):.0f}", f"{min(found):.0f}")
    Console().print(table)


if __name__ == "__main__":
    main()
