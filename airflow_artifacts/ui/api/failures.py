"""Errors, as the API answers them: what, where, and the way out; never a secret, never a stack trace."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from airflow_artifacts.exceptions import (
    ArtifactError,
    ArtifactNotFoundError,
    ConfigurationError,
    CorruptObjectError,
    InputError,
    InvalidNameError,
    LineageError,
    MissingObjectError,
    StoreError,
    SupersededError,
    VersionInUseError,
    VersionTakenError,
)
from airflow_artifacts.ui.api.answers.overview import FailureAnswer

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.requests import Request

__all__ = ["RESPONSES", "answer_failures", "failed", "unexpected"]

# The first that fits counts.
_STATUS: tuple[tuple[type[ArtifactError], int], ...] = (
    (ArtifactNotFoundError, 404),
    (InvalidNameError, 422),
    (InputError, 422),
    (VersionTakenError, 409),
    (VersionInUseError, 409),
    (SupersededError, 409),
    (MissingObjectError, 410),
    (CorruptObjectError, 500),
    (StoreError, 503),
    (LineageError, 503),
    (ConfigurationError, 500),
)
_SETTING = re.compile(r"\[artifacts\] (\w+)")

RESPONSES: dict[int | str, dict[str, Any]] = {
    status: {"model": FailureAnswer, "description": description}
    for status, description in {
        401: "Nobody is logged in",
        403: "The user may not do that",
        404: "There is none, or none that the user may see",
        422: "What was asked cannot be read",
        503: "The lineage database or the store is out of reach",
    }.items()
}
"""What any route may answer besides."""


def answer_failures(app: FastAPI) -> None:
    """Let an application answer errors of this package, and those of requests, as what the page reads."""
    app.add_exception_handler(ArtifactError, _package)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)


def failed(status: int, detail: str, kind: str, setting: str | None = None) -> JSONResponse:
    """Return the answer of a failure."""
    answer = FailureAnswer(detail=detail, kind=kind, setting=setting)
    return JSONResponse(answer.model_dump(), status, headers={"Cache-Control": "no-store"})


def unexpected(error: Exception) -> JSONResponse:
    """Return the answer of an error that nobody foresaw, which says nothing of what it holds."""
    detail = "the API server failed in a way that was not foreseen; its log has the whole error"
    return failed(500, detail, type(error).__name__)


def _package(request: Request, error: Exception) -> JSONResponse:
    status = next((status for kind, status in _STATUS if isinstance(error, kind)), 500)
    if isinstance(error, LineageError):
        request.app.state.opened.doubt()
    return failed(status, str(error), type(error).__name__, _setting(error))


def _setting(error: Exception) -> str | None:
    if isinstance(error, LineageError):
        return "[artifacts] database_url"
    if isinstance(error, (MissingObjectError, CorruptObjectError)):
        return None
    if isinstance(error, StoreError):
        return "[artifacts] store_uri"
    named = _SETTING.search(str(error)) if isinstance(error, ConfigurationError) else None
    return None if named is None else named.group()


def _http(request: Request, error: Exception) -> JSONResponse:  # noqa: ARG001 - as every handler
    assert isinstance(error, HTTPException)  # noqa: S101 - it is registered for these
    return failed(error.status_code, str(error.detail), "HTTPException")


def _invalid(request: Request, error: Exception) -> JSONResponse:  # noqa: ARG001 - as every handler
    assert isinstance(error, RequestValidationError)  # noqa: S101 - it is registered for these
    said = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
    return failed(422, f"the request cannot be read: {said}", "RequestValidationError")
