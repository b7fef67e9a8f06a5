"""Where the page of artifacts stands in Airflow's own, and the API behind it: asked for by the API server only."""

from __future__ import annotations

from typing import Any

from airflow_artifacts.ui import bundle

__all__ = ["PREFIX", "fastapi_apps", "react_apps"]

PREFIX = "/artifacts"

# By what Airflow gives to the component, which is one for all places, it knows where it stands.
_PLACES = {
    "nav": "artifacts",
    "dag": "dag-artifacts",
    "dag_run": "run-artifacts",
    "task": "task-artifacts",
    "task_instance": "task-instance-artifacts",
}


def react_apps() -> list[dict[str, Any]]:
    """Return the places of the page, as Airflow's plugins announce them."""
    url = f"{PREFIX.strip('/')}/bundle.js?v={bundle.stamp()}"
    return [
        {"name": "Artifacts", "url_route": route, "bundle_url": url, "destination": destination}
        for destination, route in _PLACES.items()
    ]


def fastapi_apps() -> list[dict[str, Any]]:
    """Return the API, as Airflow's plugins announce it."""
    from airflow_artifacts.ui.api import create_app  # noqa: PLC0415 - only the API server has it open

    return [{"app": create_app(), "url_prefix": PREFIX, "name": "Artifacts"}]
