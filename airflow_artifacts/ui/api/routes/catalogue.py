"""Routes about artifacts."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Annotated, Literal

from fastapi import APIRouter, HTTPException, Query

from airflow_artifacts.exceptions import ArtifactNotFoundError
from airflow_artifacts.model import ArtifactCriteria, ArtifactSort
from airflow_artifacts.ui.api.answers.versions import (
    ArtifactDetail,
    ArtifactPageAnswer,
    FacetsAnswer,
    SeriesAnswer,
    VersionPageAnswer,
)
from airflow_artifacts.ui.api.failures import RESPONSES
from airflow_artifacts.ui.api.telling.catalogue import artifact_answers, artifact_detail, facets_answer, series_answer
from airflow_artifacts.ui.api.telling.task_runs import version_answer
from airflow_artifacts.ui.api.viewer import Asked

router = APIRouter(prefix="/api", tags=["artifacts"], responses=RESPONSES)


@router.get("/artifacts", summary="Artifacts")
def artifacts(
    asked: Asked,
    text: str | None = None,
    type: str | None = None,
    value_type: str | None = None,
    tag: Annotated[list[str], Query()] = [],
    dag_id: str | None = None,
    alias: str | None = None,
    after: datetime | None = None,
    before: datetime | None = None,
    min_size: Annotated[int | None, Query(ge=0, lt=1 << 63)] = None,
    max_size: Annotated[int | None, Query(ge=0, lt=1 << 63)] = None,
    named: bool = True,
    sort: Literal["name", "updated", "size"] = "updated",
    descending: bool = True,
    page: str | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> ArtifactPageAnswer:
    """Return a page of artifacts, each with its latest version; filters look at that version."""
    criteria = ArtifactCriteria(
        text=text or None,
        type=type,
        value_type=value_type,
        tags=frozenset(tag),
        dag_id=dag_id,
        alias=alias,
        after=_utc(after),
        before=_utc(before),
        min_size=min_size,
        max_size=max_size,
        named=named,
        visible=asked.sight.visible,
    )
    found = asked.client.catalogue.artifacts(
        criteria, sort=ArtifactSort(sort), descending=descending, after=page, limit=limit
    )
    return ArtifactPageAnswer(
        artifacts=artifact_answers(asked, found.artifacts),
        next=found.next,
        total=found.total,
        total_is_bound=found.total_is_bound,
    )


@router.get("/facets", summary="What artifacts can be filtered by")
def facets(asked: Asked, named: bool = True) -> FacetsAnswer:
    """Return what artifacts can be filtered by."""
    return facets_answer(asked.client.catalogue.facets(asked.sight.visible, named=named))


@router.get("/artifact", summary="An artifact")
def artifact(name: str, asked: Asked) -> ArtifactDetail:
    """Return an artifact."""
    found = asked.client.catalogue.named([name], asked.sight.visible).get(name)
    detail = None if found is None else artifact_detail(asked, found)
    if detail is None:
        message = f"there is no artifact {name!r} of which you may see a version"
        raise ArtifactNotFoundError(message)
    return detail


@router.get("/artifact/versions", summary="The versions of an artifact")
def versions(
    name: str, asked: Asked, page: str | None = None, limit: Annotated[int, Query(ge=1, le=200)] = 50
) -> VersionPageAnswer:
    """Return a page of an artifact's versions."""
    found = asked.client.catalogue.versions(name, asked.sight.visible, after=page, limit=limit)
    seen = [version_answer(one) for one in found.versions if asked.sight.version(one)]
    return VersionPageAnswer(versions=seen, next=found.next)


@router.get("/artifact/series", summary="The numbers of an artifact")
def series(name: str, asked: Asked) -> SeriesAnswer:
    """Return the numeric metadata of an artifact's newest versions."""
    return series_answer(asked.client.catalogue.series(name, asked.sight.visible))


def _utc(moment: datetime | None) -> datetime | None:
    """Return a moment in UTC, which one without a time zone is in.

    Raises:
        HTTPException: 422, UTC has no such moment: the calendar begins and ends with the years 1 and 9999.
    """
    if moment is None or moment.tzinfo is None:
        return None if moment is None else moment.replace(tzinfo=timezone.utc)
    try:
        return moment.astimezone(timezone.utc)
    except OverflowError:
        raise HTTPException(422, f"{moment.isoformat()!r} is outside of the years 1 to 9999 in UTC") from None
