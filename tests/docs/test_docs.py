"""The documentation is true: its Python runs, its links lead somewhere, and what it lists is all there is."""

from __future__ import annotations

import importlib
import inspect
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from airflow_artifacts import exceptions
from airflow_artifacts.cli.command import Command, Group
from airflow_artifacts.cli.commands import COMMANDS
from airflow_artifacts.client import VERBS, ArtifactClient
from airflow_artifacts.provider.info import get_provider_info
from tests.docs.pages import PAGES, ROOT, blocks, filled

if TYPE_CHECKING:
    from pathlib import Path

REFERENCE = ROOT / "docs" / "reference"

every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


@every_page
def test_files_are_shown_as_they_are(page: Path) -> None:
    """A block that shows a file of the repository holds its text; `just docs` writes it."""
    assert page.read_text(encoding="utf-8") == filled(page)


@every_page
def test_python_compiles(page: Path) -> None:
    """Each block of Python is Python."""
    for block in blocks(page):
        compile(block.text, page.name, "exec")


@every_page
def test_python_runs(page: Path, artifact_client: ArtifactClient) -> None:
    """The blocks that need no file and no DAG run one after the other."""
    namespace: dict[str, Any] = {"client": artifact_client}
    for block in blocks(page):
        if block.mark == "run":
            exec(compile(block.text, page.name, "exec"), namespace)  # noqa: S102 - the page's own code


@every_page
def test_files_run(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The files of a page can be imported together, and its tests pass."""
    files = {block.about: block.text for block in blocks(page) if block.mark == "file" and block.source is None}
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    for name in files:
        if not name.startswith(("test_", "conftest")):
            monkeypatch.delitem(sys.modules, name.removesuffix(".py"), raising=False)
            importlib.import_module(name.removesuffix(".py"))
    if any(name.startswith("test_") for name in files):
        ended = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", str(tmp_path)],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert ended.returncode == 0, ended.stdout + ended.stderr


@every_page
def test_links_lead_somewhere(page: Path) -> None:
    """Each link to a file names one that exists."""
    links = re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_every_how_to_says_when_it_fails() -> None:
    """Each how-to page has a part about its failures."""
    pages = (ROOT / "docs" / "how-to").glob("*.md")
    assert [page.name for page in pages if "\n## When it fails\n" not in page.read_text(encoding="utf-8")] == []


def test_every_command_is_documented() -> None:
    """The page of commands has exactly the commands and options that exist."""
    text = (REFERENCE / "cli.md").read_text(encoding="utf-8")
    shown = {
        name: set(re.findall(r"^- `([a-z_-]+)", part, re.MULTILINE))
        for name, part in re.findall(
            r"^## `airflow-artifacts ([a-z -]+)`\n(.*?)(?=^## )", text, re.MULTILINE | re.DOTALL
        )
    }
    assert shown == {name: {each.flag for each in command.arguments} for name, command in _commands().items()}


def test_every_verb_is_documented() -> None:
    """The page of the client has exactly the verbs that exist, each with the arguments it takes."""
    text = (REFERENCE / "client.md").read_text(encoding="utf-8")
    shown = dict(re.findall(r"^\| `(\w+)\(([^)]*)\)` \|", text, re.MULTILINE))
    assert set(shown) == VERBS
    for verb, arguments in shown.items():
        names = [argument.strip("*=") for argument in arguments.split(", ") if argument]
        assert names == list(inspect.signature(getattr(ArtifactClient, verb)).parameters)[1:], verb


def test_every_setting_is_documented() -> None:
    """The page of configuration has exactly the settings that exist."""
    config: Any = get_provider_info()["config"]
    text = (REFERENCE / "configuration.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `([a-z0-9_]+)` \|", text, re.MULTILINE)) == set(config["artifacts"]["options"])


def test_every_error_is_documented() -> None:
    """The page of errors has exactly the errors that exist, each with a built-in that it is."""
    text = (REFERENCE / "errors.md").read_text(encoding="utf-8")
    shown = dict(re.findall(r"^\| `(\w+)` \| `(\w+)` \|", text, re.MULTILINE))
    assert set(shown) == set(exceptions.__all__) - {"ArtifactError"}
    for name, base in shown.items():
        assert base in {each.__name__ for each in getattr(exceptions, name).__mro__}, name


def _commands() -> dict[str, Command]:
    named: dict[str, Command] = {}
    for entry in COMMANDS:
        if isinstance(entry, Group):
            named |= {f"{entry.name} {command.name}": command for command in entry.commands}
        else:
            named[entry.name] = entry
    return named
