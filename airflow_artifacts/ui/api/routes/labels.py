"""Routes that change something; each is written to Airflow's audit log."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel

from airflow_artifacts.ui.api.answers.task_runs import VersionAnswer

router = APIRouter(tags=["labels"])


class Tag(BaseModel):
    """A tag to set."""

    tag: str


class Alias(BaseModel):
    """An alias to move."""

    alias: str


class Pin(BaseModel):
    """Whether to keep a version."""

    pinned: bool


class Invalidated(BaseModel):
    """What was invalidated."""

    entries: int


@router.post("/versions/{id}/tags")
def tag(id: str, body: Tag) -> VersionAnswer:
    """Set a tag on a version."""
    raise NotImplementedError


@router.delete("/versions/{id}/tags")
def untag(id: str, tag: str) -> VersionAnswer:
    """Take a tag from a version."""
    raise NotImplementedError


@router.put("/versions/{id}/alias")
def alias(id: str, body: Alias) -> VersionAnswer:
    """Let an alias name a version."""
    raise NotImplementedError


@router.delete("/artifact/alias")
def unalias(name: str, alias: str) -> None:
    """Take an alias from an artifact."""
    raise NotImplementedError


@router.put("/versions/{id}/pin")
def pin(id: str, body: Pin) -> VersionAnswer:
    """Keep a version until it is unpinned, or no longer."""
    raise NotImplementedError


@router.post("/versions/{id}/invalidate")
def invalidate(id: str) -> Invalidated:
    """Let no later run reuse what computed a version."""
    raise NotImplementedError
