"""The home of an Airflow: its settings, secrets and environment."""

from __future__ import annotations

import configparser
import stat
from typing import TYPE_CHECKING

from airflow_artifacts.cli.home import AirflowHome

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def config_of(home: AirflowHome) -> configparser.ConfigParser:
    """Read its settings."""
    config = configparser.ConfigParser(interpolation=None)
    config.read(home.folder / "airflow.cfg", encoding="utf-8")
    return config


def test_secrets_are_private(tmp_path: Path) -> None:
    """Only the owner can read the files that hold secrets."""
    home = AirflowHome.create(tmp_path / "home", tmp_path / "dags")
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in home.folder.iterdir()}
    assert modes == {"airflow.cfg": 0o600, "passwords.json": 0o600}
    assert stat.S_IMODE(home.folder.stat().st_mode) == 0o700


def test_a_home_keeps_its_secrets(tmp_path: Path) -> None:
    """Made again, a home has the login and keys it had, and ports that are free now."""
    first = AirflowHome.create(tmp_path / "home", tmp_path / "dags")
    keys = config_of(first)["core"]["fernet_key"], config_of(first)["api_auth"]["jwt_secret"]
    second = AirflowHome.create(tmp_path / "home", tmp_path / "dags")
    assert second.password == first.password
    assert (config_of(second)["core"]["fernet_key"], config_of(second)["api_auth"]["jwt_secret"]) == keys


def test_two_homes_share_nothing(tmp_path: Path) -> None:
    """Two homes have different passwords, keys and ports."""
    one, other = (AirflowHome.create(tmp_path / name, tmp_path / "dags") for name in ("one", "other"))
    assert one.password != other.password
    assert config_of(one)["api_auth"]["jwt_secret"] != config_of(other)["api_auth"]["jwt_secret"]


def test_another_airflows_settings_stay_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings of the calling process do not reach this Airflow; its path and what it is given do."""
    monkeypatch.setenv("AIRFLOW__CORE__EXECUTOR", "CeleryExecutor")
    monkeypatch.setenv("AIRFLOW_CONN_WAREHOUSE", "postgresql://elsewhere")
    monkeypatch.setenv("LANGUAGE", "eo")
    home = AirflowHome.create(tmp_path / "home", tmp_path / "dags", environment={"AIRFLOW__CORE__PARALLELISM": "3"})
    variables = home.variables()
    assert {name: value for name, value in variables.items() if name.startswith("AIRFLOW")} == {
        "AIRFLOW_HOME": str(tmp_path / "home"),
        "AIRFLOW__CORE__PARALLELISM": "3",
    }
    assert variables["LANGUAGE"] == "eo"


def test_a_percent_sign_is_only_a_percent_sign(tmp_path: Path) -> None:
    """A path with a placeholder's sign reaches Airflow, which reads two of them as one, as it is."""
    home = AirflowHome.create(tmp_path / "50%", tmp_path / "dags%s")
    assert config_of(home)["core"]["dags_folder"] == str(tmp_path / "dags%%s")
