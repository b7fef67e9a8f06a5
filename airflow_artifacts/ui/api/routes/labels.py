"""Routes that change something; each is written to Airflow's audit log."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, HTTPException, Query
from pydantic import BaseModel, Field

from airflow_artifacts.artifact import check_alias
from airflow_artifacts.exceptions import ArtifactNotFoundError, VersionTakenError
from airflow_artifacts.model import ArtifactVersion
from airflow_artifacts.ui.api.answers.task_runs import VersionAnswer
from airflow_artifacts.ui.api.failures import RESPONSES
from airflow_artifacts.ui.api.telling.task_runs import version_answer
from airflow_artifacts.ui.api.viewer import Asked, absent

router = APIRouter(prefix="/api", tags=["labels"], responses=RESPONSES)

_Word = Annotated[str, Field(min_length=1, max_length=255)]


class Tag(BaseModel):
    """A tag to set."""

    tag: _Word


class Alias(BaseModel):
    """An alias to move."""

    alias: _Word


class Pin(BaseModel):
    """Whether to keep a version."""

    pinned: bool


class Invalidated(BaseModel):
    """What was invalidated."""

    entries: int


@router.post("/versions/{id}/tags", summary="Tag a version")
def tag(id: str, body: Tag, asked: Asked) -> VersionAnswer:
    """Set a tag on a version."""
    version = asked.editable(id)
    asked.log("tag", version, tag=body.tag)
    return version_answer(asked.client.tag(version, body.tag))


@router.delete("/versions/{id}/tags", summary="Untag a version")
def untag(id: str, tag: str, asked: Asked) -> VersionAnswer:
    """Take a tag from a version."""
    version = asked.editable(id)
    asked.log("untag", version, tag=tag)
    return version_answer(asked.client.tag(version, remove=[tag]))


@router.put("/versions/{id}/alias", summary="Move an alias")
def alias(id: str, body: Alias, asked: Asked) -> VersionAnswer:
    """Let an alias name a version; it takes the right to change the version that it named before, too."""
    check_alias(body.alias)
    version = asked.editable(id)
    holder = _named(asked, version.artifact, body.alias)
    if holder is not None and not asked.may_edit(holder):
        message = f"{body.alias!r} names a version of {version.artifact!r} that you may not change, so it stays there"
        raise HTTPException(403, message)
    asked.log("alias", version, alias=body.alias)
    try:
        return version_answer(asked.client.alias(version, body.alias))
    except VersionTakenError as error:
        if asked.sight.is_whole:
            raise
        message = f"{body.alias!r} is a version of {version.artifact!r}; choose another alias"
        raise VersionTakenError(message) from error


@router.delete("/artifact/alias", summary="Take an alias away")
def unalias(
    name: Annotated[str, Query(min_length=1)], alias: Annotated[str, Query(min_length=1)], asked: Asked
) -> None:
    """Take an alias from an artifact."""
    holder = _named(asked, name, alias)
    if holder is None or not asked.sight.version(holder):
        raise ArtifactNotFoundError(absent(f"{name}@{alias}"))
    version = asked.editable(holder.id)
    asked.log("unalias", version, alias=alias)
    asked.client.unalias(name, alias)


@router.put("/versions/{id}/pin", summary="Pin or unpin a version")
def pin(id: str, body: Pin, asked: Asked) -> VersionAnswer:
    """Keep a version until it is unpinned, or no longer."""
    version = asked.editable(id)
    asked.log("pin" if body.pinned else "unpin", version)
    return version_answer(asked.client.pin(version) if body.pinned else asked.client.unpin(version))


@router.post("/versions/{id}/invalidate", summary="Let a task compute again")
def invalidate(id: str, asked: Asked) -> Invalidated:
    """Let no later run reuse what the task made that made a version; of a version without a task nothing is reused."""
    version = asked.editable(id)
    asked.log("invalidate", version)
    made = version.producer
    return Invalidated(entries=0 if made is None else asked.client.invalidate(made.dag_id, made.task_id))


def _named(asked: Asked, artifact: str, alias: str) -> ArtifactVersion | None:
    """Return the version that an alias names, seen or not."""
    version = asked.client.lineage.resolve(artifact, alias)
    return version if version is not None and alias in version.aliases else None
