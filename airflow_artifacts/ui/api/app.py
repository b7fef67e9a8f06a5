"""The application that Airflow mounts."""

from __future__ import annotations

from fastapi import FastAPI, Response

from airflow_artifacts.ui import bundle
from airflow_artifacts.ui.api.routes import catalogue, labels, lineage, overview, task_runs, versions

__all__ = ["create_app"]


def create_app() -> FastAPI:
    """Return the API."""
    app = FastAPI(title="Artifacts")
    for module in (catalogue, versions, lineage, task_runs, labels, overview):
        app.include_router(module.router, prefix="/api")

    @app.get("/bundle.js", include_in_schema=False)
    def script() -> Response:
        return Response(bundle.text(), media_type="text/javascript")

    return app
