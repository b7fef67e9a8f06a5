"""Routes about one version, or two."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from airflow_artifacts.ui.api.answers.lineage import DiffAnswer
from airflow_artifacts.ui.api.answers.task_runs import TaskRunPageAnswer, VersionAnswer
from airflow_artifacts.ui.api.answers.versions import PreviewAnswer, VersionDetail

router = APIRouter(tags=["versions"])


@router.get("/resolve")
def resolve(reference: str) -> VersionAnswer:
    """Return the version that a reference means, such as `models/churn@production` or a UUID."""
    raise NotImplementedError


@router.get("/versions/{id}")
def version(id: str) -> VersionDetail:
    """Return a version with all that its page shows but preview and consumers."""
    raise NotImplementedError


@router.get("/versions/{id}/preview")
def preview(id: str) -> PreviewAnswer:
    """Return what a worker made to be shown of a version."""
    raise NotImplementedError


@router.get("/versions/{id}/preview/{number}", response_class=Response)
def page(id: str, number: int) -> Response:
    """Return one visualization that is HTML, in a sandbox without scripts, forms, and connections."""
    raise NotImplementedError


@router.get("/versions/{id}/consumers")
def consumers(id: str, page: str | None = None, limit: Annotated[int, Query(ge=1, le=200)] = 50) -> TaskRunPageAnswer:
    """Return the task runs that read a version, newest first."""
    raise NotImplementedError


@router.get("/versions/{id}/files/{path:path}", response_class=Response)
def download(id: str, path: str) -> Response:
    """Stream a file of a version from the store, checked against its digest; never data registered elsewhere."""
    raise NotImplementedError


@router.get("/compare")
def compare(before: str, now: str) -> DiffAnswer:
    """Return what differs between two versions, given by UUIDs."""
    raise NotImplementedError
