"""What the API says of itself: its OpenAPI document, and a page of it that loads nothing from anywhere."""

from __future__ import annotations

import html
from collections.abc import Iterator
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse

router = APIRouter(include_in_schema=False)

_STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;max-width:60em;margin:2em auto;padding:0 1em;color-scheme:light dark}"
    "code{font-size:.95em}summary{cursor:pointer}details{margin:.4em 0}b{display:inline-block;min-width:4.5em}"
    "td,th{text-align:left;vertical-align:top;padding:.1em 1em .1em 0}"
)
_HEADERS = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"}


@router.get("/openapi.json")
def document(request: Request) -> JSONResponse:
    """Return the OpenAPI document, with where Airflow has mounted this application."""
    return JSONResponse({**request.app.openapi(), "servers": [{"url": request.scope.get("root_path") or "/"}]})


@router.get("/docs")
def page(request: Request) -> HTMLResponse:
    """Return the OpenAPI document as a page."""
    found = request.app.openapi()
    parts = [part for path, verbs in found["paths"].items() for part in _operations(path, verbs)]
    head = f"<!doctype html><html lang=en><meta charset=utf-8><title>{_text(found['info']['title'])}</title>"
    intro = "<h1>Artifacts</h1><p>The API, as <a href=openapi.json>openapi.json</a> describes it.</p>"
    return HTMLResponse(f"{head}<style>{_STYLE}</style>{intro}{''.join(parts)}</html>", headers=_HEADERS)


def _operations(path: str, verbs: dict[str, Any]) -> Iterator[str]:
    for verb, operation in verbs.items():
        name = f"<b>{_text(verb.upper())}</b> <code>{_text(path)}</code> {_text(operation.get('summary', ''))}"
        rows = "".join(_parameter(one) for one in operation.get("parameters", ()))
        table = f"<table>{rows}</table>" if rows else ""
        answer = _schema(operation["responses"].get("200", {}).get("content", {}))
        body = _schema(operation.get("requestBody", {}).get("content", {}))
        sent = f"<p>Takes <code>{body}</code>.</p>" if body else ""
        given = f"<p>Answers <code>{answer}</code>.</p>" if answer else ""
        said = _text(operation.get("description", ""))
        yield f"<details><summary>{name}</summary><p>{said}</p>{table}{sent}{given}</details>"


def _parameter(parameter: dict[str, Any]) -> str:
    needed = "required" if parameter.get("required") else _text(parameter.get("schema", {}).get("default", ""))
    kind = _kind(parameter.get("schema", {}))
    return f"<tr><td><code>{_text(parameter['name'])}</code><td>{_text(kind)}<td>{needed}"


def _schema(content: dict[str, Any]) -> str:
    return _text(_kind(content.get("application/json", {}).get("schema", {})))


def _kind(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " or ".join(filter(None, map(_kind, schema["anyOf"])))
    kind = str(schema.get("type", ""))
    return f"{kind} of {_kind(schema['items'])}" if "items" in schema else kind


def _text(value: object) -> str:
    return html.escape(str(value))
