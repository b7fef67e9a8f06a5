"""Answers about the deployment as a whole."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import Field

from airflow_artifacts.ui.api.answers.base import Answer

__all__ = ["AboutAnswer", "DayAnswer", "FailureAnswer", "LargeArtifactAnswer", "OverviewAnswer", "ReclaimableAnswer"]


class AboutAnswer(Answer):
    """What this deployment keeps artifacts in, and what this user may do."""

    release: str
    store: str = Field(description="Without secrets.")
    database: str = Field(description="Without secrets.")
    embedded: bool = Field(description="Whether one of the two is the embedded default.")
    user: str
    may_edit_others: bool = Field(description="Whether this user may edit artifacts that no DAG made.")


class DayAnswer(Answer):
    """What the cache decided on one day, UTC."""

    day: date
    hits: int
    misses: int
    uncached: int
    seconds_saved: float


class LargeArtifactAnswer(Answer):
    """An artifact among the largest."""

    name: str
    bytes: int
    versions: int


class OverviewAnswer(Answer):
    """What there is, what the cache saved, and what takes most room."""

    artifacts: int
    versions: int
    bytes_named: int = Field(description="The sizes of all versions together.")
    bytes_stored: int = Field(description="What their objects take in the store, each counted once.")
    bytes_registered: int = Field(description="Of registered data, which lies elsewhere.")
    days: list[DayAnswer] = Field(description="Oldest first, without gaps.")
    largest: list[LargeArtifactAnswer]
    as_of: datetime


class ReclaimableAnswer(Answer):
    """What pruning by the default rules and collecting would remove now."""

    versions: int
    objects: int
    bytes: int
    waiting_bytes: int = Field(description="Not named any more, and used within the grace period.")
    as_of: datetime


class FailureAnswer(Answer):
    """What went wrong, where, and the way out."""

    detail: str
    kind: str = Field(description="The name of the error's class.")
    setting: str | None = Field(default=None, description="Which setting concerns it.")
