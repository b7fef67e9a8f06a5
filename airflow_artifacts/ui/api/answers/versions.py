"""Answers about artifacts and their versions."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from airflow_artifacts.ui.api.answers.base import Answer
from airflow_artifacts.ui.api.answers.task_runs import DecisionAnswer, NamedVersion, TaskRunAnswer, VersionAnswer

__all__ = [
    "AliasMoveAnswer",
    "ArtifactAnswer",
    "ArtifactDetail",
    "ArtifactPageAnswer",
    "ColumnAnswer",
    "FacetsAnswer",
    "FileAnswer",
    "MetadatumAnswer",
    "PreviewAnswer",
    "ProvenanceAnswer",
    "SeriesAnswer",
    "VersionDetail",
    "VersionPageAnswer",
]


class ArtifactAnswer(Answer):
    """An artifact, with its latest version that this user may see."""

    name: str
    named: bool
    versions: int = Field(description="How many versions this user may see.")
    created_at: datetime
    tags: list[str]
    aliases: dict[str, str] = Field(description="The version that each alias names.")
    latest: VersionAnswer


class ArtifactPageAnswer(Answer):
    """A page of artifacts."""

    artifacts: list[ArtifactAnswer]
    next: str | None = Field(description="What asks for the next page.")
    total: int
    total_is_bound: bool = Field(description="Whether there are more than `total`.")


class WordCount(Answer):
    """A word, and how many artifacts have it."""

    word: str
    count: int


class FacetsAnswer(Answer):
    """What artifacts can be filtered by; of each the most frequent."""

    types: list[WordCount]
    value_types: list[WordCount]
    tags: list[WordCount]
    dags: list[WordCount]
    aliases: list[WordCount]


class AliasMoveAnswer(Answer):
    """An alias came to name a version, or none."""

    alias: str
    version: str | None
    id: str | None
    at: datetime


class ArtifactDetail(Answer):
    """An artifact, with what its page shows beside its versions."""

    artifact: ArtifactAnswer
    alias_ids: dict[str, str] = Field(description="The UUID of the version that each alias names.")
    alias_moves: list[AliasMoveAnswer] = Field(description="Newest first.")
    may_edit: bool


class VersionPageAnswer(Answer):
    """A page of versions, the newest publication first."""

    versions: list[VersionAnswer]
    next: str | None


class SeriesPoint(Answer):
    """A numeric metadata value of one version."""

    id: str
    version: str
    at: datetime
    value: float


class SeriesOfKey(Answer):
    """The values of one metadata key over versions, oldest first."""

    key: str
    points: list[SeriesPoint]


class SeriesAnswer(Answer):
    """All numeric metadata of an artifact over its versions."""

    keys: list[SeriesOfKey]


class ColumnAnswer(Answer):
    """A column of a table: its type and what was measured of it."""

    name: str
    type: str | None
    statistics: dict[str, Any]


class FileAnswer(Answer):
    """A file of a version."""

    path: str
    size: int
    digest: str
    uri: str | None = Field(description="Where registered data lies, which is not in the store.")
    downloadable: bool


class MetadatumAnswer(Answer):
    """One metadata value, with who gave it."""

    key: str
    value: Any
    source: Literal["materializer", "logged", "declared"]
    at: datetime | None


class ProvenanceAnswer(Answer):
    """What made a version."""

    task_run: TaskRunAnswer
    source: str | None
    parameters: dict[str, Any]
    inputs: list[NamedVersion]
    packages: dict[str, str]
    environment: dict[str, Any]
    decision: DecisionAnswer | None


class VersionDetail(Answer):
    """A version, with all that its page shows but its preview and its consumers."""

    version: VersionAnswer
    materializer: str
    fingerprint: str | None
    interval_start: datetime | None
    interval_end: datetime | None
    origin: VersionAnswer | None = Field(description="What it is a copy of, where this user may see that.")
    metadata: dict[str, Any] = Field(description="What counts, by key.")
    said: list[MetadatumAnswer] = Field(description="All that was ever given, oldest first.")
    columns: list[ColumnAnswer] = Field(description="Of a table.")
    files: list[FileAnswer] = Field(description="At most 1000.")
    file_count: int
    provenance: ProvenanceAnswer | None
    previous: VersionAnswer | None = Field(description="The version published before it.")
    has_preview: bool
    may_edit: bool


class VisualizationAnswer(Answer):
    """One picture, table or text that a worker made."""

    kind: str = Field(
        description="table, image, heatmap, histogram, bars, properties, html, markdown, json, csv or text"
    )
    title: str | None
    data: Any = Field(
        description=(
            "As the package's reference has it for each kind; of html, which this API serves in a sandbox of its own, "
            "nothing."
        )
    )


class PreviewAnswer(Answer):
    """All that is shown of a value."""

    visualizations: list[VisualizationAnswer]
