"""The application that Airflow mounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import FastAPI

from airflow_artifacts.ui.api import documents, script
from airflow_artifacts.ui.api.failures import answer_failures
from airflow_artifacts.ui.api.guard import Guard
from airflow_artifacts.ui.api.opened import Opened
from airflow_artifacts.ui.api.routes import catalogue, labels, lineage, overview, task_runs, versions

if TYPE_CHECKING:
    from collections.abc import Callable

    from airflow_artifacts.client import ArtifactClient
    from airflow_artifacts.ui.api.access import Access
    from airflow_artifacts.ui.api.planning import Planner

__all__ = ["create_app"]


def create_app(
    access: Access, connect: Callable[[], ArtifactClient], *, embedded: Callable[[], bool], planner: Planner
) -> FastAPI:
    """Return the API; nothing is connected before it is asked.

    Args:
        access: Airflow's login, permissions and audit log.
        connect: Connects a client by this deployment's settings.
        embedded: Returns whether one of these is the embedded default.
        planner: Plans a DAG, where this server may.
    """
    # The pages that FastAPI has for its document load scripts from other hosts.
    app = FastAPI(title="Artifacts", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.access = access
    app.state.opened = Opened(connect)
    app.state.embedded = embedded
    app.state.planner = planner
    app.add_middleware(Guard, access=access)
    answer_failures(app)
    for module in (catalogue, versions, lineage, task_runs, labels, overview, documents, script):
        # Including a router would make each of its routes a second time, which takes longer than all else here.
        app.routes.extend(module.router.routes)
    return app
