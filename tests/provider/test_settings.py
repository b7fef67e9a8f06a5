"""Where the provider connects to, and what it says when that cannot be."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from airflow_artifacts.exceptions import ConfigurationError, SchemaError
from airflow_artifacts.provider.hook import ArtifactHook
from airflow_artifacts.provider.settings import Settings, connect
from airflow_artifacts.store import Writing
from airflow_artifacts.store.s3_client import client_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

STORE = "AIRFLOW__ARTIFACTS__STORE_URI"
DATABASE = "AIRFLOW__ARTIFACTS__DATABASE_URL"


def _connection(monkeypatch: pytest.MonkeyPatch, conn_id: str, **extra: str) -> None:
    fields = {"conn_type": extra.pop("conn_type", "artifacts"), "extra": extra}
    monkeypatch.setenv(f"AIRFLOW_CONN_{conn_id.upper()}", json.dumps(fields))


def test_without_settings_all_is_embedded(airflow_home: Path) -> None:
    """A folder and an SQLite file under AIRFLOW_HOME serve who configures nothing."""
    settings = Settings.read()
    assert settings.embedded == ("store_uri", "database_url")
    assert settings.store_uri == str(airflow_home / "artifacts" / "store")
    assert settings.database_url == f"sqlite:///{airflow_home / 'artifacts' / 'lineage.db'}"


def test_the_section_counts_before_the_embedded_default(
    airflow_home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Each setting counts by itself."""
    monkeypatch.setenv(STORE, str(tmp_path))
    settings = Settings.read()
    assert (settings.store_uri, settings.embedded) == (str(tmp_path), ("database_url",))


def test_the_connection_counts_before_the_section(
    airflow_home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The default connection wins over ``[artifacts]``, and a named one over both."""
    monkeypatch.setenv(STORE, "section")
    _connection(monkeypatch, "artifacts_default", store_uri="default", database_url="sqlite:///default.db")
    _connection(monkeypatch, "other", store_uri="other")
    assert Settings.read().store_uri == "default"
    assert Settings.read("other").store_uri == "other"
    assert Settings.read().embedded == ()


def test_how_long_a_store_is_asked_and_how_it_keeps_objects_are_settings(
    airflow_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the section or of the connection, field by field; the client's store has them."""
    assert (Settings.read().patience, Settings.read().writing) == (120, Writing())
    monkeypatch.setenv("AIRFLOW__ARTIFACTS__PATIENCE", "7")
    monkeypatch.setenv("AIRFLOW__ARTIFACTS__S3_TAGS", "team=data, cost=42")
    monkeypatch.setenv("AIRFLOW__ARTIFACTS__S3_ENCRYPTION", "AES256")
    _connection(monkeypatch, "artifacts_default", store_uri="s3://bucket/p", s3_encryption="aws:kms", s3_kms_key="k")
    settings = Settings.read()
    assert settings.patience == 7
    assert settings.writing == Writing("aws:kms", "k", None, {"team": "data", "cost": "42"})
    with connect(settings) as client:
        assert client.store._writing == settings.writing
        assert client.store._transfer._patience.seconds == 7  # type: ignore[attr-defined]
    _connection(monkeypatch, "artifacts_default", patience="0")
    assert Settings.read().patience == 0
    _connection(monkeypatch, "artifacts_default", s3_storage_class="cold")
    with pytest.raises(ConfigurationError, match="s3_storage_class is 'cold'"):
        Settings.read()
    _connection(monkeypatch, "artifacts_default", patience="long")
    with pytest.raises(ConfigurationError, match="patience is 'long'; set it to a number"):
        Settings.read()


def test_the_certificates_of_a_connection_count(airflow_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What an AWS connection says of them holds for the store behind it."""
    extra = {"endpoint_url": "https://s3.example.com", "region_name": "eu-central-2", "verify": "/certificates.pem"}
    fields = {"conn_type": "aws", "login": "k", "password": "s", "extra": extra}
    monkeypatch.setenv("AIRFLOW_CONN_BUCKETS", json.dumps(fields))
    monkeypatch.setenv(STORE, "s3://buckets@bucket/p")
    with connect(Settings.read()) as client:
        there = client_of(client.store._filesystem)
    assert there._endpoint.http_session._verify == "/certificates.pem"
    assert (there.meta.endpoint_url, there.meta.region_name) == ("https://s3.example.com", "eu-central-2")
    assert there._request_signer._credentials.get_frozen_credentials().access_key == "k"


def test_a_named_connection_must_exist_and_be_of_the_type(airflow_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the default connection may be missing; any must be of type ``artifacts``."""
    with pytest.raises(ConfigurationError, match="'missing' does not exist; create it with 'airflow connections add"):
        Settings.read("missing")
    _connection(monkeypatch, "artifacts_default", conn_type="postgres")
    with pytest.raises(ConfigurationError, match="'artifacts_default' is of type 'postgres'; it must be 'artifacts'"):
        Settings.read()


@pytest.mark.parametrize("executor", ["CeleryExecutor", "KubernetesExecutor", "my.own.Executor"])
def test_the_embedded_default_is_refused_where_workers_are_elsewhere(
    airflow_home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, executor: str
) -> None:
    """Under executors with workers of their own the message names the settings that are missing, and no others."""
    monkeypatch.setenv("AIRFLOW__CORE__EXECUTOR", executor)
    with pytest.raises(ConfigurationError, match=rf"{executor} need \[artifacts\] store_uri .* and .*database_url"):
        Settings.read().check_executor(None)
    monkeypatch.setenv(STORE, str(tmp_path))
    with pytest.raises(
        ConfigurationError, match=r"need \[artifacts\] database_url \(AIRFLOW__ARTIFACTS__DATABASE_URL\)"
    ):
        Settings.read().check_executor(None)
    monkeypatch.setenv(DATABASE, "postgresql://db/artifacts")
    Settings.read().check_executor(None)


def test_the_embedded_default_serves_the_local_executor(airflow_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """LocalExecutor shares the machine; a task's own executor counts, and so does a pod that says LocalExecutor."""
    monkeypatch.setenv("AIRFLOW__CORE__EXECUTOR", "LocalExecutor,CeleryExecutor")
    Settings.read().check_executor(None)
    with pytest.raises(ConfigurationError, match="CeleryExecutor"):
        Settings.read().check_executor("CeleryExecutor")
    monkeypatch.setenv("AIRFLOW_IS_K8S_EXECUTOR_POD", "True")
    with pytest.raises(ConfigurationError, match="KubernetesExecutor"):
        Settings.read().check_executor(None)


def test_an_unknown_connection_in_the_store_is_refused(airflow_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection id that does not exist never leads to the real AWS without credentials."""
    monkeypatch.setenv(STORE, "s3://nowhere@bucket/prefix")
    with pytest.raises(ConfigurationError, match=r"'nowhere' in \[artifacts\] store_uri .* does not exist; create it"):
        connect(Settings.read())


def test_credentials_in_the_store_are_refused(airflow_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What stands before the bucket is a connection; a secret there is refused, and not shown."""
    monkeypatch.setenv(STORE, "s3://key:hunter2@bucket/prefix")
    with pytest.raises(ConfigurationError, match="no secret belongs into it") as error:
        connect(Settings.read())
    assert "hunter2" not in str(error.value)


def test_a_database_without_its_schema_names_the_command(
    airflow_home: Path, monkeypatch: pytest.MonkeyPatch, postgresql: Callable[..., str]
) -> None:
    """PostgreSQL is never changed by a task: the message names what upgrades it."""
    monkeypatch.setenv(DATABASE, postgresql())
    with pytest.raises(SchemaError, match="airflow-artifacts db upgrade"):
        connect(Settings.read())


def test_the_hook_says_whether_both_answer(airflow_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The connection test names what answers, or what is wrong."""
    works, message = ArtifactHook().test_connection()
    assert works
    assert "answer" in message
    monkeypatch.setenv(STORE, "/proc/nothing")
    works, message = ArtifactHook().test_connection()
    assert not works
    assert "/proc/nothing" in message


def test_the_hook_saves_and_loads(airflow_home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Outside of any task the hook is the client of the settings."""
    monkeypatch.setenv(STORE, str(tmp_path / "store"))
    monkeypatch.setenv(DATABASE, f"sqlite:///{tmp_path / 'lineage.db'}")
    hook = ArtifactHook()
    version = hook.save({"a": 1}, "hooked")
    assert hook.load("hooked", dict[str, int]) == {"a": 1}
    assert hook.get("hooked") == hook.find(version.id) == next(hook.versions("hooked"))
    assert [summary.name for summary in hook.list()] == ["hooked"]
    assert list(hook.upstream("hooked").versions) == list(hook.downstream("hooked").versions) == [version.id]


def test_pickle_and_previews_are_settings(airflow_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Off and 20 rows unless said; what cannot be meant is refused with the setting."""
    assert (Settings.read().allow_pickle, Settings.read().preview_rows) == (False, 20)
    monkeypatch.setenv("AIRFLOW__ARTIFACTS__ALLOW_PICKLE", "True")
    monkeypatch.setenv("AIRFLOW__ARTIFACTS__PREVIEW_ROWS", "0")
    with connect(Settings.read()) as client:
        assert (client.allow_pickle, client.preview_rows) == (True, 0)
    monkeypatch.setenv("AIRFLOW__ARTIFACTS__PREVIEW_ROWS", "many")
    with pytest.raises(ConfigurationError, match=r"\[artifacts\] preview_rows is 'many'; set it to a number, or 0"):
        Settings.read()
    monkeypatch.setenv("AIRFLOW__ARTIFACTS__ALLOW_PICKLE", "perhaps")
    with pytest.raises(ConfigurationError, match=r"\[artifacts\] allow_pickle is 'perhaps'; set it to true or false"):
        Settings.read()
