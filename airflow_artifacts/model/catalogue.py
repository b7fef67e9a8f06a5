"""What a catalogue is asked, and what it answers: pages of artifacts, facets, series, and an overview of all."""

from __future__ import annotations

import dataclasses
import enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from airflow_artifacts.model.versions import ArtifactSummary, VersionSummary

__all__ = [
    "ArtifactBytes",
    "ArtifactCriteria",
    "ArtifactPage",
    "ArtifactSort",
    "DayOfDecisions",
    "Facets",
    "MetadataPoint",
    "MetadataSeries",
    "Overview",
    "Reclaimable",
    "RunSummary",
    "VersionPage",
    "Visibility",
]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Visibility:
    """Which versions one may see; a copy goes by its own producer.

    Attributes:
        dags: Those that task runs of these DAGs made.
        others: Also those without a producer: saved or registered outside of tasks, or by a task run that was
            forgotten.
    """

    dags: frozenset[str]
    others: bool


class ArtifactSort(str, enum.Enum):
    """What a list of artifacts is sorted by; artifacts that are equal in it are sorted by name."""

    NAME = "name"
    """By code point."""
    UPDATED = "updated"
    """When the latest version was made."""
    SIZE = "size"
    """Of the latest version, in bytes."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ArtifactCriteria:
    """What an artifact must be to be listed; what is left away does not matter.

    Attributes:
        text: A part of its name, or with ``*`` for any characters and ``?`` for one the whole name; upper and lower
            case are one in the letters of ASCII.
        type: What its latest version is for people, such as ``model``.
        value_type: The public name of the type of its latest version.
        tags: All of which it has, or its latest version.
        dag_id: Of the task run that made its latest version.
        alias: One that it has.
        after: Its latest version was made at this moment or later.
        before: Its latest version was made before this moment.
        min_size: Of its latest version, in bytes, as is the next.
        named: Whether to leave out those that users gave no name.
        visible: Which versions count; the latest is the latest of these.
    """

    text: str | None = None
    type: str | None = None
    value_type: str | None = None
    tags: frozenset[str] = frozenset()
    dag_id: str | None = None
    alias: str | None = None
    after: datetime | None = None
    before: datetime | None = None
    min_size: int | None = None
    max_size: int | None = None
    named: bool = True
    visible: Visibility | None = None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ArtifactPage:
    """A page of artifacts, each with the latest of its visible versions and their number.

    Attributes:
        next: The text that asks for the next page; None where there is none.
        total: How many artifacts fit, on all pages.
        total_is_bound: Whether there are more than ``total``, up to which they were counted.
    """

    artifacts: tuple[ArtifactSummary, ...]
    next: str | None
    total: int
    total_is_bound: bool


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class VersionPage:
    """A page of an artifact's versions, the newest publication first.

    Attributes:
        next: The text that asks for the next page; None where there is none.
    """

    versions: tuple[VersionSummary, ...]
    next: str | None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Facets:
    """The words that artifacts can be filtered by, each with the number of artifacts that have it.

    Of each kind the hundred most frequent ones, the most frequent first, equal ones by the word.
    """

    types: tuple[tuple[str, int], ...] = ()
    value_types: tuple[tuple[str, int], ...] = ()
    tags: tuple[tuple[str, int], ...] = ()
    dags: tuple[tuple[str, int], ...] = ()
    aliases: tuple[tuple[str, int], ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class MetadataPoint:
    """A number that a version's metadata holds.

    Attributes:
        id: The version's UUID.
        version: Its word.
        effective_at: The moment it stands for.
    """

    id: str
    version: str
    effective_at: datetime
    value: float


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class MetadataSeries:
    """How the numbers in the metadata of an artifact go, over its newest versions.

    Attributes:
        points: By key, oldest publication first; a number within a mapping has the keys that lead to it joined by
            points, as in ``scores.f1``.
        truncated: Whether there are older versions, or further keys, that were left out.
    """

    points: Mapping[str, tuple[MetadataPoint, ...]]
    truncated: bool = False


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class RunSummary:
    """A DAG run in numbers.

    Attributes:
        started_at: When the first of the tries that count began.
        uncached: Of task runs that neither read nor write entries.
        seconds_saved: What the computations took whose results were hits.
    """

    run_id: str
    started_at: datetime
    hits: int = 0
    misses: int = 0
    uncached: int = 0
    seconds_saved: float = 0.0


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class DayOfDecisions:
    """What the cache decided for the task runs that began on a day, in UTC.

    Attributes:
        uncached: Of task runs that neither read nor write entries.
        seconds_saved: What the computations took whose results were hits.
    """

    day: date
    hits: int = 0
    misses: int = 0
    uncached: int = 0
    seconds_saved: float = 0.0


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ArtifactBytes:
    """An artifact, and the bytes of the distinct objects that its versions name."""

    artifact: str
    bytes: int


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """What there is, what it takes, and what the cache saved; of what is visible only.

    Attributes:
        artifacts: That have a version, with those that users gave no name.
        versions: Of them.
        bytes_named: The sizes of all versions that have their bytes in the store, together.
        bytes_stored: Of the distinct objects that these name.
        bytes_registered: The sizes of the versions of registered data that lies elsewhere, together.
        days: One for each of the last days, oldest first, today included.
        largest: The ten artifacts that take most, largest first.
        as_of: When this was found; no part of what was.
    """

    artifacts: int
    versions: int
    bytes_named: int
    bytes_stored: int
    bytes_registered: int
    days: tuple[DayOfDecisions, ...]
    largest: tuple[ArtifactBytes, ...]
    as_of: datetime | None = dataclasses.field(default=None, compare=False)

    @property
    def dedup_ratio(self) -> float:
        """How many times as many bytes versions name as are stored; 1 where nothing is."""
        return self.bytes_named / self.bytes_stored if self.bytes_stored else 1.0

    @property
    def hits(self) -> int:
        """Of all the days."""
        return sum(day.hits for day in self.days)

    @property
    def misses(self) -> int:
        """Of all the days."""
        return sum(day.misses for day in self.days)

    @property
    def uncached(self) -> int:
        """Of all the days."""
        return sum(day.uncached for day in self.days)

    @property
    def seconds_saved(self) -> float:
        """Of all the days."""
        return sum(day.seconds_saved for day in self.days)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Reclaimable:
    """What ``prune`` and ``gc`` would delete now if they were told nothing.

    Attributes:
        versions: That ``prune`` would delete.
        pruned_objects: That no version would name any more then.
        pruned_bytes: In them.
        collected_objects: That no version names, and nobody used lately: ``gc`` would delete them.
        collected_bytes: In them.
        waiting_objects: That no version names, and that were used within the grace period.
        waiting_bytes: In them.
        is_bound: Whether there is more than was counted.
        as_of: When this was found; no part of what was.
    """

    versions: int = 0
    pruned_objects: int = 0
    pruned_bytes: int = 0
    collected_objects: int = 0
    collected_bytes: int = 0
    waiting_objects: int = 0
    waiting_bytes: int = 0
    is_bound: bool = False
    as_of: datetime | None = dataclasses.field(default=None, compare=False)

    @property
    def objects(self) -> int:
        """That both would delete, once the grace period is over."""
        return self.pruned_objects + self.collected_objects

    @property
    def bytes(self) -> int:
        """In the objects that both would delete."""
        return self.pruned_bytes + self.collected_bytes
