"""Routes about lineage."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query

from airflow_artifacts.ui.api.answers.lineage import BlastRadiusAnswer, GraphAnswer

router = APIRouter(tags=["lineage"])


@router.get("/versions/{id}/lineage")
def lineage(
    id: str,
    direction: Literal["upstream", "downstream", "both"] = "both",
    depth: Annotated[int, Query(ge=1, le=20)] = 3,
) -> GraphAnswer:
    """Return what a version was made from and what was made from it, nodes of other people's DAGs redacted."""
    raise NotImplementedError


@router.get("/versions/{id}/blast-radius")
def blast_radius(id: str) -> BlastRadiusAnswer:
    """Return what replacing a version would concern."""
    raise NotImplementedError
