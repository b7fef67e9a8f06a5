"""The page's places in Airflow, and what they cost those processes that have no page."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path


def in_process(code: str, **environment: str) -> str:
    """Run code in a Python of its own, and return what it prints last."""
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        check=True, capture_output=True, text=True, env={**os.environ, **environment},
    )  # fmt: skip
    return done.stdout.strip().splitlines()[-1]


def test_a_task_process_imports_nothing_of_the_page() -> None:
    code = """
        import sys
        import airflow_artifacts.provider.plugin
        unwanted = ("fastapi", "starlette", "airflow_artifacts.ui", "airflow_artifacts.lineage", "sqlalchemy.orm")
        known = {"fastapi", "airflow_artifacts.ui", "airflow_artifacts.ui.api", "airflow_artifacts.provider.pages"}
        print(sorted(known & set(sys.modules)))
    """
    assert in_process(code) == "[]"


def test_the_api_server_starts_without_the_lineage_database(airflow_home: Path) -> None:
    code = """
        from starlette.testclient import TestClient
        from airflow.api_fastapi.app import create_auth_manager
        from airflow.api_fastapi.auth.managers.simple.user import SimpleAuthManagerUser
        from airflow_artifacts.provider.plugin import ArtifactsPlugin
        token = create_auth_manager().generate_jwt(SimpleAuthManagerUser(username="someone", role="ADMIN"))
        (mounted,) = ArtifactsPlugin.fastapi_apps
        answer = TestClient(mounted["app"]).get("/api/artifacts", headers={"Authorization": f"Bearer {token}"})
        print(mounted["url_prefix"], answer.status_code, answer.json()["setting"], "hunter2" in answer.text)
    """
    url = "postgresql://someone:hunter2@127.0.0.1:1/artifacts?connect_timeout=2"
    store = str(airflow_home / "no store")
    said = in_process(code, AIRFLOW__ARTIFACTS__DATABASE_URL=url, AIRFLOW__ARTIFACTS__STORE_URI=store)
    assert said == "/artifacts 503 [artifacts] database_url False"


def test_the_embedded_default_is_refused_where_each_worker_would_keep_its_own(
    airflow_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from airflow_artifacts.exceptions import ConfigurationError
    from airflow_artifacts.provider import pages

    monkeypatch.setenv("AIRFLOW__CORE__EXECUTOR", "CeleryExecutor")
    with pytest.raises(ConfigurationError, match=r"\[artifacts\] store_uri"):
        pages._connect()


def test_the_page_has_its_places(airflow_home: Path) -> None:
    from airflow_artifacts.provider import pages

    places: list[dict[str, Any]] = pages.react_apps()
    assert {one["destination"] for one in places} == {"nav", "dag", "dag_run", "task", "task_instance"}
    assert len({one["bundle_url"] for one in places}) == 1
