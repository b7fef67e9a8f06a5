"""A real browser on a real Airflow: what goes wrong in a page is a fault of the test that opened it."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from playwright.sync_api import sync_playwright

from tests.servers import require_program

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response, ViewportSize

ROOT = Path(__file__).parents[1]
AXE = ROOT / "airflow_artifacts" / "ui" / "web" / "node_modules" / "axe-core" / "axe.min.js"
PICTURES = ROOT / "build" / "screenshots"
WIDE: ViewportSize = {"width": 1400, "height": 900}
NARROW: ViewportSize = {"width": 375, "height": 800}

# A busy machine starts Airflow's page slowly.
_PATIENCE_MS = 60_000


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """Give Debian's Chromium, for as long as the block lasts."""
    path = require_program("chromium", "chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


def log_in(browser: Browser, url: str, user: str, password: str) -> dict[str, Any]:
    """Log in by Airflow's own form, and return what makes other pages logged in."""
    context = browser.new_context()
    page = context.new_page()
    page.set_default_timeout(_PATIENCE_MS)
    page.goto(url)
    page.locator("input[name=username]").fill(user)
    page.locator("input[name=password]").fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="Dags", exact=True).wait_for()
    state: Any = context.storage_state()
    context.close()
    return dict(state)


class Visit:
    """One person's window: pages of one Airflow, and all that went wrong in them.

    Attributes:
        page: The tab that is open.
        faults: Console errors, errors of scripts, refused requests, and requests to other hosts.
    """

    def __init__(self, context: BrowserContext, url: str) -> None:
        self.page: Page = context.new_page()
        self.page.set_default_timeout(_PATIENCE_MS)
        self.faults: list[str] = []
        self._url = url
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        self.page.on("response", self._answered)
        self.page.on("request", self._asked)
        self.page.on("dialog", lambda dialog: self.faults.append(f"dialog: {dialog.message}"))

    def open(self, path: str, heading: str | None = None) -> Page:
        """Open a page of Airflow, and wait until it is drawn.

        Args:
            path: Behind Airflow's address.
            heading: One that the page has when it is there; any where it is left away.
        """
        self.page.goto(f"{self._url}{path}")
        own = self.page.locator("[data-artifacts]")
        headings = own.get_by_role("heading", name=heading) if heading else own.get_by_role("heading")
        headings.first.wait_for()
        self.settle()
        return self.page

    def settle(self) -> None:
        """Wait until nothing is being fetched and nothing says that it loads."""
        self.page.wait_for_load_state("networkidle")
        self.page.wait_for_function("!document.querySelector('[data-artifacts] [aria-busy=true]')")

    def look(self, *, dark: bool = False, size: ViewportSize = WIDE) -> None:
        """Change the theme, as Airflow's other windows do, and the size of the window."""
        self.page.set_viewport_size(size)
        self.page.evaluate(
            "theme => { localStorage.setItem('theme', theme);"
            " window.dispatchEvent(new StorageEvent('storage', {key: 'theme', newValue: theme})); }",
            "dark" if dark else "light",
        )
        self.page.locator(f"html.{'dark' if dark else 'light'}").wait_for()
        # Until what moves with it has come to rest.
        self.page.wait_for_timeout(400)

    def picture(self, name: str, folder: Path | None = None) -> None:
        """Keep what is seen."""
        folder = folder or PICTURES
        folder.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=folder / f"{name}.png", animations="disabled")

    def accessibility_faults(self) -> list[str]:
        """Return what axe has to report of what is ours."""
        if not self.page.evaluate("'axe' in window"):
            self.page.add_script_tag(path=AXE)
        parts = [[part] for part in ("[data-artifacts]", "[role=dialog]") if self.page.locator(part).count()]
        found: dict[str, Any] = self.page.evaluate("parts => axe.run({include: parts})", parts)
        return [f"{fault['id']}: {node['html'][:200]}" for fault in found["violations"] for node in fault["nodes"]]

    def overflow(self) -> int:
        """Return by how many pixels what is ours is wider than the room that Airflow gives it."""
        return int(
            self.page.evaluate(
                "() => { const own = document.querySelector('[data-artifacts]');"
                " const room = own.parentElement.getBoundingClientRect().right;"
                " return Math.max(0, ...[...own.children].map(one => one.getBoundingClientRect().right - room)); }"
            )
        )

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.faults.append(f"console: {message.text}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400:
            self.faults.append(f"refused: {response.status} {response.url}")

    def _asked(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in {"http", "https"} and address.netloc != urlsplit(self._url).netloc:
            self.faults.append(f"foreign: {request.url}")


def pictures_folder() -> Path:
    """Return where the pictures of the documentation go: into it where that was asked for."""
    return Path(os.environ.get("AIRFLOW_ARTIFACTS_PICTURES", PICTURES))
