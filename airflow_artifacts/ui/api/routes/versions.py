"""Routes about one version, or two."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, HTTPException, Path, Query
from starlette.responses import Response, StreamingResponse

from airflow_artifacts.exceptions import ArtifactNotFoundError
from airflow_artifacts.ui.api.answers.base import writable
from airflow_artifacts.ui.api.answers.lineage import DiffAnswer
from airflow_artifacts.ui.api.answers.task_runs import TaskRunPageAnswer, VersionAnswer
from airflow_artifacts.ui.api.answers.versions import PreviewAnswer, VersionDetail
from airflow_artifacts.ui.api.failures import RESPONSES
from airflow_artifacts.ui.api.files import PAGE_HEADERS, file_headers, streamed
from airflow_artifacts.ui.api.telling.differences import diff_answer
from airflow_artifacts.ui.api.telling.runs import consumer_answers
from airflow_artifacts.ui.api.telling.task_runs import version_answer
from airflow_artifacts.ui.api.telling.versions import preview_answer, version_detail
from airflow_artifacts.ui.api.viewer import Asked, absent
from airflow_artifacts.visualizers import Preview, Visualization

router = APIRouter(prefix="/api", tags=["versions"], responses=RESPONSES)

_UNREADABLE = (
    "what the lineage database holds to be shown of this version cannot be read; its value can be loaded as ever"
)


@router.get("/resolve", summary="What a reference means")
def resolve(reference: Annotated[str, Query(min_length=1, max_length=1000)], asked: Asked) -> VersionAnswer:
    """Return the version that a reference means, such as `models/churn@production` or a UUID."""
    try:
        version = asked.client.resolve(reference)
    except ArtifactNotFoundError:
        version = None
    if version is None or not asked.sight.version(version):
        raise ArtifactNotFoundError(absent(reference))
    return version_answer(version)


@router.get("/versions/{id}", summary="A version")
def version(id: str, asked: Asked) -> VersionDetail:
    """Return a version with all that its page shows but preview and consumers."""
    return version_detail(asked, asked.with_files(id))


@router.get("/versions/{id}/preview", summary="What is shown of a version")
def preview(id: str, asked: Asked) -> PreviewAnswer:
    """Return what a worker made to be shown of a version."""
    return preview_answer(_preview(id, asked))


@router.get("/versions/{id}/preview/{number}", response_class=Response, summary="A page that is shown of a version")
def page(id: str, number: Annotated[int, Path(ge=0)], asked: Asked) -> Response:
    """Return one visualization that is HTML, in a sandbox without scripts, forms, and connections."""
    shown = _preview(id, asked).visualizations
    if number >= len(shown) or shown[number].kind != "html":
        raise HTTPException(404, f"the visualization {number} of the version {id!r} is no HTML, or there is none")
    return Response(writable(str(shown[number].data)), media_type="text/html", headers=PAGE_HEADERS)


@router.get("/versions/{id}/consumers", summary="Who read a version")
def consumers(
    id: str, asked: Asked, page: str | None = None, limit: Annotated[int, Query(ge=1, le=200)] = 50
) -> TaskRunPageAnswer:
    """Return the task runs that read a version, newest first; those of other people's DAGs are left out."""
    found = asked.client.catalogue.consumers(asked.version(id).id, after=page, limit=limit)
    return TaskRunPageAnswer(task_runs=consumer_answers(asked, found.task_runs), next=found.next)


@router.get("/versions/{id}/files/{path:path}", response_class=Response, summary="A file of a version")
def download(id: str, path: str, asked: Asked) -> Response:
    """Stream a file of a version from the store, checked against its digest; never data registered elsewhere."""
    version = asked.with_files(id)
    file = next((one for one in version.manifest.files if one.path == path), None)
    if file is None:
        raise HTTPException(404, f"the version {id!r} has no file {path!r}")
    if file.uri is not None:
        message = f"{path!r} was registered where it lies, and is not in the store; read it at {file.uri}"
        raise HTTPException(409, message)
    chunks = streamed(asked.client, version, file)
    return StreamingResponse(chunks, headers=file_headers(file), media_type="application/octet-stream")


@router.get("/compare", summary="What differs between two versions")
def compare(before: str, now: str, asked: Asked) -> DiffAnswer:
    """Return what differs between two versions, given by UUIDs."""
    return diff_answer(asked, asked.with_files(before), asked.with_files(now))


def _preview(id_: str, asked: Asked) -> Preview:
    try:
        return Preview.from_json(asked.client.lineage.preview(asked.version(id_).id))
    except (ValueError, RecursionError):
        return Preview((Visualization("text", _UNREADABLE),))
