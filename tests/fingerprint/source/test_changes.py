"""The fingerprint of code: changes on disk that alter a result alter it, changes that alter nothing do not."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.fingerprint.source.changes import ALTER, COSMETIC, Change
from tests.fingerprint.source.more_changes import MORE_ALTER, MORE_COSMETIC

if TYPE_CHECKING:
    from collections.abc import Mapping

PROGRAM = """
import importlib, json, sys
from airflow_artifacts import fingerprint
from airflow_artifacts.exceptions import FingerprintError
sys.path.insert(0, sys.argv[1])
found = {}
for name, package in json.load(sys.stdin).items():
    try:
        found[name] = fingerprint.code(importlib.import_module(f"{package}.main").task)
    except FingerprintError as error:
        found[name] = f"refused: {error}"
json.dump(found, sys.stdout)
"""


def packages(changes: Mapping[str, Change]) -> dict[str, str]:
    """Return the names of the packages of changes."""
    return {name: f"package_{number}" for number, name in enumerate(changes)}


def write(folder: Path, changes: Mapping[str, Change], *, after: bool) -> None:
    """Write the packages, before or after their changes."""
    for name, package in packages(changes).items():
        files = changes[name].after() if after else changes[name].before()
        for file, text in {"__init__.py": "", **files}.items():
            (folder / package / file).parent.mkdir(parents=True, exist_ok=True)
            (folder / package / file).write_text(text.replace("PKG", package))


def fingerprints(folder: Path, changes: Mapping[str, Change], *, seed: str) -> dict[str, str]:
    """Return the fingerprint of each package's task, in a process of its own."""
    root = Path(__file__).parents[3]
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(root), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-W", "ignore", "-c", PROGRAM, str(folder)]
    given = json.dumps(packages(changes))
    found = subprocess.run(command, input=given, env=environment, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stderr
    return json.loads(found.stdout.splitlines()[-1])  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def sides(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    """The fingerprints before, before in another process with another hash seed, and after."""
    cosmetic = {f"cosmetic {name}": change for name, change in {**COSMETIC, **MORE_COSMETIC}.items()}
    changes = {**ALTER, **MORE_ALTER, **cosmetic}
    folder = tmp_path_factory.mktemp("changes")
    write(folder / "before", changes, after=False)
    write(folder / "after", changes, after=True)
    return (
        fingerprints(folder / "before", changes, seed="1"),
        fingerprints(folder / "before", changes, seed="77"),
        fingerprints(folder / "after", changes, seed="2"),
    )


@pytest.mark.parametrize("name", [*ALTER, *MORE_ALTER])
def test_a_change_that_alters_the_result_is_another_fingerprint(
    sides: tuple[dict[str, str], dict[str, str], dict[str, str]], name: str
) -> None:
    """Wherever it is, as long as the function reaches it."""
    before, again, after = sides
    assert before[name].startswith("blake3:"), before[name]
    assert again[name] == before[name]
    assert after[name].startswith("blake3:"), after[name]
    assert after[name] != before[name]


@pytest.mark.parametrize("name", [*COSMETIC, *MORE_COSMETIC])
def test_a_change_that_alters_nothing_is_the_same_fingerprint(
    sides: tuple[dict[str, str], dict[str, str], dict[str, str]], name: str
) -> None:
    """Comments, formatting, annotations, positions, and all that the function does not reach."""
    before, again, after = (side[f"cosmetic {name}"] for side in sides)
    assert before.startswith("blake3:"), before
    assert again == before
    assert after == before
