"""Where the page of artifacts stands in Airflow's own, and the API behind it: asked for by the API server only."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from airflow_artifacts.provider import PLACES
from airflow_artifacts.ui import bundle

if TYPE_CHECKING:
    from airflow_artifacts.client import ArtifactClient

__all__ = ["PREFIX", "fastapi_apps", "react_apps"]

PREFIX = "/artifacts"

# Seconds: someone looks at the page.
_PATIENCE = 5


def react_apps() -> list[dict[str, Any]]:
    """Return the places of the page, as Airflow's plugins announce them."""
    url = f"{PREFIX.strip('/')}/bundle.js?v={bundle.stamp()}"
    return [
        {"name": "Artifacts", "url_route": route, "bundle_url": url, "destination": destination}
        for destination, route in PLACES.items()
    ]


def fastapi_apps() -> list[dict[str, Any]]:
    """Return the API, as Airflow's plugins announce it; it connects when it is first asked something."""
    from airflow_artifacts.provider.access import AirflowAccess  # noqa: PLC0415 - only the API server has it open
    from airflow_artifacts.provider.planner import AirflowPlanner  # noqa: PLC0415
    from airflow_artifacts.ui.api import create_app  # noqa: PLC0415

    app = create_app(AirflowAccess(), _connect, embedded=_is_embedded, planner=AirflowPlanner())
    return [{"app": app, "url_prefix": PREFIX, "name": "Artifacts"}]


def _connect() -> ArtifactClient:
    # Only when something is first asked: these take as long to import as all else of the page.
    from airflow_artifacts.provider.settings import Settings, connect  # noqa: PLC0415

    settings = Settings.read()
    settings.check_executor(None)
    return connect(dataclasses.replace(settings, patience=min(settings.patience, _PATIENCE)))


def _is_embedded() -> bool:
    from airflow_artifacts.provider.settings import Settings  # noqa: PLC0415 - as for the client

    return bool(Settings.read().embedded)
