"""Routes about the deployment."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from airflow_artifacts.ui.api.answers.overview import AboutAnswer, OverviewAnswer, ReclaimableAnswer

router = APIRouter(tags=["overview"])


@router.get("/about")
def about() -> AboutAnswer:
    """Return where artifacts are kept, and what this user may do."""
    raise NotImplementedError


@router.get("/overview")
def overview(days: Annotated[int, Query(ge=1, le=366)] = 30) -> OverviewAnswer:
    """Return what there is of what this user may see, and what the cache saved."""
    raise NotImplementedError


@router.get("/reclaimable")
def reclaimable() -> ReclaimableAnswer:
    """Return what prune and gc would remove now."""
    raise NotImplementedError
