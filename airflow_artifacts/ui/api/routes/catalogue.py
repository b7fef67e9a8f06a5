"""Routes about artifacts."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query

from airflow_artifacts.ui.api.answers.versions import (
    ArtifactDetail,
    ArtifactPageAnswer,
    FacetsAnswer,
    SeriesAnswer,
    VersionPageAnswer,
)

router = APIRouter(tags=["artifacts"])


@router.get("/artifacts")
def artifacts(
    text: str | None = None,
    type: str | None = None,
    value_type: str | None = None,
    tag: Annotated[list[str], Query()] = [],
    dag_id: str | None = None,
    alias: str | None = None,
    after: datetime | None = None,
    before: datetime | None = None,
    min_size: Annotated[int | None, Query(ge=0)] = None,
    max_size: Annotated[int | None, Query(ge=0)] = None,
    named: bool = True,
    sort: Literal["name", "updated", "size"] = "updated",
    descending: bool = True,
    page: str | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> ArtifactPageAnswer:
    """Return a page of artifacts, each with its latest version; filters look at that version."""
    raise NotImplementedError


@router.get("/facets")
def facets(named: bool = True) -> FacetsAnswer:
    """Return what artifacts can be filtered by."""
    raise NotImplementedError


@router.get("/artifact")
def artifact(name: str) -> ArtifactDetail:
    """Return an artifact."""
    raise NotImplementedError


@router.get("/artifact/versions")
def versions(name: str, page: str | None = None, limit: Annotated[int, Query(ge=1, le=200)] = 50) -> VersionPageAnswer:
    """Return a page of an artifact's versions."""
    raise NotImplementedError


@router.get("/artifact/series")
def series(name: str) -> SeriesAnswer:
    """Return the numeric metadata of an artifact's newest versions."""
    raise NotImplementedError
