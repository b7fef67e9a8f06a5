"""Routes about lineage."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query

from airflow_artifacts.ui.api.answers.lineage import BlastRadiusAnswer, GraphAnswer
from airflow_artifacts.ui.api.failures import RESPONSES
from airflow_artifacts.ui.api.telling.lineage import blast_radius_answer, graph_answer, joined
from airflow_artifacts.ui.api.viewer import Asked

router = APIRouter(prefix="/api", tags=["lineage"], responses=RESPONSES)


@router.get("/versions/{id}/lineage", summary="Where a version comes from and goes to")
def lineage(
    id: str,
    asked: Asked,
    direction: Literal["upstream", "downstream", "both"] = "both",
    depth: Annotated[int, Query(ge=1, le=20)] = 3,
) -> GraphAnswer:
    """Return what a version was made from and what was made from it, nodes of other people's DAGs redacted."""
    version = asked.version(id)
    if direction == "upstream":
        graph = asked.client.upstream(version, depth=depth)
    else:
        graph = asked.client.downstream(version, depth=depth)
        if direction == "both":
            graph = joined(asked.client.upstream(version, depth=depth), graph)
    return graph_answer(asked, graph)


@router.get("/versions/{id}/blast-radius", summary="What replacing a version would concern")
def blast_radius(id: str, asked: Asked) -> BlastRadiusAnswer:
    """Return what replacing a version would concern."""
    return blast_radius_answer(asked, asked.client.blast_radius(asked.version(id)))
