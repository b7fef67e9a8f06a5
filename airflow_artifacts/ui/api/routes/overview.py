"""Routes about the deployment."""

from __future__ import annotations

import importlib.metadata
from datetime import datetime, timezone
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query
from starlette.requests import Request

from airflow_artifacts.model import Overview
from airflow_artifacts.ui.api.answers.overview import (
    AboutAnswer,
    DayAnswer,
    LargeArtifactAnswer,
    OverviewAnswer,
    ReclaimableAnswer,
)
from airflow_artifacts.ui.api.failures import RESPONSES
from airflow_artifacts.ui.api.viewer import Asked

router = APIRouter(prefix="/api", tags=["overview"], responses=RESPONSES)


@router.get("/about", summary="This deployment")
def about(request: Request, asked: Asked) -> AboutAnswer:
    """Return where artifacts are kept, and what this user may do."""
    return AboutAnswer(
        release=importlib.metadata.version("airflow-artifacts"),
        store=asked.client.store.uri,
        database=asked.client.lineage.url,
        embedded=request.app.state.embedded(),
        user=asked.user.name,
        may_edit_others=asked.user.may_edit_others(),
    )


@router.get("/overview", summary="What there is, and what the cache saved")
def overview(asked: Asked, days: Annotated[int, Query(ge=1, le=366)] = 30) -> OverviewAnswer:
    """Return what there is of what this user may see, and what the cache saved."""
    found = asked.client.catalogue.overview(days, asked.sight.visible)
    return OverviewAnswer(
        artifacts=found.artifacts,
        versions=found.versions,
        bytes_named=found.bytes_named,
        bytes_stored=found.bytes_stored,
        bytes_registered=found.bytes_registered,
        days=[
            DayAnswer(
                day=one.day,
                hits=one.hits,
                misses=one.misses,
                uncached=one.uncached,
                seconds_saved=one.seconds_saved,
            )
            for one in found.days
        ],
        largest=_largest(asked, found),
        as_of=found.as_of or datetime.now(timezone.utc),
    )


@router.get("/reclaimable", summary="What could be deleted")
def reclaimable(asked: Asked) -> ReclaimableAnswer:
    """Return what prune and gc would remove now, over all DAGs: for those who may read all of them."""
    if not asked.sight.is_whole:
        raise HTTPException(403, "what could be deleted is counted over all DAGs, some of which you may not read")
    found = asked.client.catalogue.reclaimable()
    return ReclaimableAnswer(
        versions=found.versions,
        objects=found.objects,
        bytes=found.bytes,
        waiting_bytes=found.waiting_bytes,
        as_of=found.as_of or datetime.now(timezone.utc),
    )


def _largest(asked: Asked, found: Overview) -> list[LargeArtifactAnswer]:
    named = asked.client.catalogue.named([one.artifact for one in found.largest], asked.sight.visible)
    return [
        LargeArtifactAnswer(name=one.artifact, bytes=one.bytes, versions=named[one.artifact].versions)
        for one in found.largest
        if one.artifact in named
    ]
