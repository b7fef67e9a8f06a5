"""The bundle of the page, for those who are logged in."""

from __future__ import annotations

import functools
import gzip

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from airflow_artifacts.ui import bundle

router = APIRouter(include_in_schema=False)


@router.get("/bundle.js", response_class=Response)
def script(request: Request, v: str | None = None) -> Response:
    """Return the bundle; browsers keep what they asked for by its stamp."""
    stamp = bundle.stamp()
    tag = f'"{stamp}"'
    headers = {
        "Cache-Control": "private, max-age=31536000, immutable" if v == stamp else "private, no-cache",
        "ETag": tag,
        "Vary": "Accept-Encoding",
        "X-Content-Type-Options": "nosniff",
    }
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
        return Response(_compressed(stamp), media_type="text/javascript", headers=headers)
    return Response(bundle.text(), media_type="text/javascript", headers=headers)


@functools.lru_cache(maxsize=1)
def _compressed(stamp: str) -> bytes:  # noqa: ARG001 - by which it is kept
    return gzip.compress(bundle.text().encode())
