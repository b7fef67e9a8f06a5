"""The program ``airflow-artifacts``, but for its demo."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from airflow_artifacts.cli import main
from airflow_artifacts.cli.command import Command
from airflow_artifacts.cli.commands import COMMANDS
from airflow_artifacts.registry import import_name

if TYPE_CHECKING:
    from pathlib import Path

ALL = [command for entry in COMMANDS for command in ([entry] if isinstance(entry, Command) else entry.commands)]


@pytest.fixture
def url(tmp_path: Path) -> str:
    """The URL of a SQLite file that does not exist yet."""
    return f"sqlite:///{tmp_path / 'lineage.db'}"


@pytest.fixture(autouse=True)
def _bare_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AIRFLOW__ARTIFACTS__DATABASE_URL", "AIRFLOW_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AIRFLOW_HOME", str(tmp_path))


@pytest.mark.parametrize("command", ALL, ids=lambda command: command.name)
def test_each_command_exists(command: Command) -> None:
    """Each command names a function that can be imported."""
    assert callable(import_name(command.function))


def test_help_names_all_commands(capsys: pytest.CaptureFixture[str]) -> None:
    """The help shows each command with its line."""
    with pytest.raises(SystemExit) as exit_:
        main(["--help"])
    assert exit_.value.code == 0
    shown = capsys.readouterr().out
    assert all(entry.name in shown for entry in COMMANDS)


def test_upgrade_then_check(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A database has no schema, is given it, and has it from then on."""
    assert main(["db", "check", "--database-url", url]) == 1
    assert "has no schema yet" in (shown := capsys.readouterr().err)
    assert "run 'airflow-artifacts db upgrade'" in shown
    assert main(["db", "upgrade", "--database-url", url]) == 0
    assert f"{url} now has the schema" in capsys.readouterr().out
    assert main(["db", "upgrade", "--database-url", url]) == 0
    assert "has already" in capsys.readouterr().out
    assert main(["db", "check", "--database-url", url]) == 0
    assert f"{url} answers" in capsys.readouterr().out


def test_the_environment_names_the_database(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the option the environment counts."""
    monkeypatch.setenv("AIRFLOW__ARTIFACTS__DATABASE_URL", url)
    assert main(["db", "upgrade"]) == 0


def test_airflow_cfg_names_the_database(tmp_path: Path) -> None:
    """Without option and environment ``airflow.cfg`` counts, where two percent signs are one."""
    text = f"[artifacts]\ndatabase_url = sqlite:///{tmp_path}/50%%.db\n"
    (tmp_path / "airflow.cfg").write_text(text, encoding="utf-8")
    assert main(["db", "upgrade"]) == 0
    assert (tmp_path / "50%.db").is_file()


def test_a_broken_airflow_cfg_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file that is no configuration is named, and the code is 2."""
    (tmp_path / "airflow.cfg").write_text("database_url\n", encoding="utf-8")
    assert main(["db", "check"]) == 2
    assert f"'{tmp_path / 'airflow.cfg'}' cannot be read" in capsys.readouterr().err


def test_a_password_is_not_shown(capsys: pytest.CaptureFixture[str]) -> None:
    """A database that does not answer is named without its password."""
    assert main(["db", "check", "--database-url", "postgresql://me:hidden@127.0.0.1:1/none"]) == 1
    shown = capsys.readouterr().err
    assert "127.0.0.1" in shown
    assert "hidden" not in shown


def test_help_is_quick() -> None:
    """Neither Airflow nor SQLAlchemy nor pandas is imported before a command needs it."""
    heavy = {"airflow", "fsspec", "pandas", "sqlalchemy"}
    code = f"import sys, airflow_artifacts.cli; print({heavy} & set(sys.modules))"
    shown = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert shown.stdout.strip() == "set()"
