"""``airflow artifacts``: the same commands, with Airflow's own settings."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from airflow.cli.cli_config import ActionCommand, GroupCommand

from airflow_artifacts.cli.command import Command
from airflow_artifacts.cli.commands import COMMANDS
from airflow_artifacts.client import ArtifactClient
from airflow_artifacts.provider.cli import get_artifacts_commands

if TYPE_CHECKING:
    from collections.abc import Callable


def test_both_entry_points_have_the_same_commands() -> None:
    """What is not for the second entry alone is there under ``airflow artifacts``, with the same arguments."""
    [group] = get_artifacts_commands()
    assert isinstance(group, GroupCommand)
    found = {command.name: command for command in group.subcommands}
    expected = {entry.name for entry in COMMANDS if not (isinstance(entry, Command) and entry.standalone)}
    assert set(found) == expected
    upgrade = next(command for command in found["db"].subcommands if command.name == "upgrade")
    assert isinstance(upgrade, ActionCommand)
    assert [argument.flags for argument in upgrade.args] == [("--database-url",)]


def test_plan_and_why_and_invalidate(airflow_home: Path) -> None:
    """A DAG is planned before its first run, and after it; a task run is explained; its entry is invalidated."""
    environment = os.environ | {"AIRFLOW__CORE__DAGS_FOLDER": str(Path(__file__).parent / "dags" / "planned")}

    def run(*words: str) -> str:
        command = [sys.executable, "-W", "ignore", "-m", "airflow", *words]
        found = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert found.returncode == 0, found.stderr + found.stdout
        return found.stdout

    def plan() -> dict[str, str]:
        text = run("artifacts", "plan", "planned", "--conf", '{"n": 3}', "--output", "json")
        return {task["task"]: task["decision"] for task in json.loads(text[text.index("{") :])["tasks"]}

    assert plan() == {"count": "miss", "double": "unknown"}
    run("dags", "test", "planned", "--conf", '{"n": 3}')
    assert plan() == {"count": "hit", "double": "hit"}
    assert "2 cache keys" in run("artifacts", "invalidate", "planned")
    assert plan() == {"count": "miss", "double": "unknown"}
    folder = airflow_home / "artifacts"
    with ArtifactClient.connect(store=str(folder / "store"), database=f"sqlite:///{folder / 'lineage.db'}") as client:
        version = client.get("planned::double::output")
    assert version.producer is not None
    said = run("artifacts", "why", "planned", version.producer.run_id, "double")
    assert "miss: there is no earlier result under its key" in said


def test_the_database_is_upgraded_where_airflow_says(airflow_home: Path, postgresql: Callable[..., str]) -> None:
    """``airflow artifacts db upgrade`` and ``db check`` work on the database of Airflow's settings."""
    environment = os.environ | {"AIRFLOW__ARTIFACTS__DATABASE_URL": postgresql()}

    def run(verb: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "airflow", "artifacts", "db", verb]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    missing = run("check")
    assert missing.returncode == 1
    assert "db upgrade" in missing.stderr
    assert run("upgrade").returncode == 0
    assert run("check").returncode == 0
