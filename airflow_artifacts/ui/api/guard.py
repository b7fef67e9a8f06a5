"""What stands before every route: the login, a check of what other sites let a browser send, and a last resort."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.requests import Request

from airflow_artifacts.ui.api.failures import failed, unexpected

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from airflow_artifacts.ui.api.access import Access

__all__ = ["USER", "Guard"]

USER = "airflow_artifacts.user"
"""Under which the scope of a request has the user; ``request.state`` is Airflow's own."""

_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_OWN_SITE = frozenset({"same-origin", "none"})

_log = logging.getLogger(__name__)


class Guard:
    """Middleware without which nothing of the application is reached, known route or not.

    Args:
        app: What it stands before.
        access: Airflow's login.
    """

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self._app = app
        self._access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through if its user may ask at all, and answer for what goes wrong behind."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            return  # no route of this application is anything else
        begun = False

        async def sending(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            request = Request(scope, receive)
            scope[USER] = await self._access.user(request)
            _check_site(request)
            _check_text(scope)
            await self._app(scope, receive, sending)
        except HTTPException as error:
            await failed(error.status_code, str(error.detail), "HTTPException")(scope, receive, send)
        except Exception as error:
            if begun:
                raise  # so that the connection ends, and nobody takes the half for the whole
            _log.exception("%s %s failed", scope["method"], scope["path"])
            await unexpected(error)(scope, receive, send)


def _check_site(request: Request) -> None:
    """Refuse what another site lets a browser send with the user's cookie.

    Raises:
        HTTPException: 403 or 415.
    """
    if request.method in _READING:
        return
    if not _is_own_site(request):
        raise HTTPException(403, "another site may not change artifacts; do it from Airflow's own page")
    kind = request.headers.get("content-type")
    if kind is not None and kind.partition(";")[0].strip().lower() != "application/json":
        raise HTTPException(415, f"the body is of type {kind!r}; send JSON, as application/json")


def _is_own_site(request: Request) -> bool:
    """Whether the page that lets a browser send this is Airflow's own; what is no browser says of none.

    Browsers tell sites apart only where they trust the connection: of a server that is reached by plain HTTP they send
    the page's origin, and no more.
    """
    site, origin = (request.headers.get(name) for name in ("sec-fetch-site", "origin"))
    if site is not None or origin is None:
        return site is None or site in _OWN_SITE
    hosts = {request.headers.get(name, "").partition(",")[0].strip() for name in ("host", "x-forwarded-host")}
    return origin.partition("://")[2] in hosts - {""}


def _check_text(scope: Scope) -> None:
    """Refuse a character that no database holds, and that no name can have.

    Raises:
        HTTPException: 422.
    """
    if "\0" in scope["path"] or b"%00" in scope["query_string"]:
        raise HTTPException(422, "the address holds the character U+0000; leave it away")
