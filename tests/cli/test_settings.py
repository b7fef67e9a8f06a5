"""Where a command works, read without Airflow."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

import pytest

from airflow_artifacts.cli.settings import connect
from airflow_artifacts.exceptions import ConfigurationError
from airflow_artifacts.store import Writing

if TYPE_CHECKING:
    from pathlib import Path


def test_what_a_command_writes_is_kept_as_the_settings_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """S3 encrypts, keeps and tags it as what tasks write; the store is asked for seconds, as someone waits."""
    arguments = argparse.Namespace(store_uri="s3://bucket/p", database_url=f"sqlite:///{tmp_path / 'lineage.db'}")
    monkeypatch.setenv("AIRFLOW__ARTIFACTS__S3_ENCRYPTION", "AES256")
    monkeypatch.setenv("AIRFLOW__ARTIFACTS__S3_TAGS", "team=data")
    with connect(arguments) as client:
        assert client.store._writing == Writing("AES256", None, None, {"team": "data"})
        assert client.store._transfer._patience.seconds == 5  # type: ignore[attr-defined]
    monkeypatch.setenv("AIRFLOW__ARTIFACTS__S3_ENCRYPTION", "yes")
    with connect(arguments) as client, pytest.raises(ConfigurationError, match="s3_encryption is 'yes'"):
        _ = client.store


def test_the_environment_says_what_a_command_may(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pickle counts as in tasks, and patience is no longer than the setting."""
    arguments = argparse.Namespace(store_uri=str(tmp_path), database_url=f"sqlite:///{tmp_path / 'lineage.db'}")
    monkeypatch.setenv("AIRFLOW__ARTIFACTS__ALLOW_PICKLE", "True")
    monkeypatch.setenv("AIRFLOW__ARTIFACTS__PATIENCE", "2")
    with connect(arguments) as client:
        assert client.allow_pickle
        assert client.lineage._database.patience._seconds == 2
