"""What deleting is told, and what it says that it did."""

from __future__ import annotations

import dataclasses
import enum
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "GRACE",
    "CollectSummary",
    "CopySummary",
    "Fault",
    "ForgetSummary",
    "Part",
    "PruneRules",
    "PruneSummary",
    "VerifySummary",
]

GRACE = timedelta(days=1)
"""What was used within this time is not collected: longer than any task computes between its upload and its end."""


class Part(str, enum.Enum):
    """What of a version is deleted."""

    ALL = "all"
    BYTES = "only artifact"
    """Bytes that no other version names; its description stays, and says so."""
    ROWS = "only metadata"
    """Its description; the bytes are kept, as nobody's, until they are collected by name."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class PruneRules:
    """Which versions without a lineage edge are deleted; registered and pinned ones never are.

    Attributes:
        name: Of the artifacts, with ``*`` and ``?``; None for all.
        older_than: Since they were made.
        keep_last: So many of the newest versions of each artifact stay.
        saved: Also those that were saved by hand, outside of a task.
        aliased: Also those that an alias names.
        latest: Also those that are ``latest`` of an artifact with a name of its own.
        part: What of them is deleted.
    """

    name: str | None = None
    older_than: timedelta | None = None
    keep_last: int = 0
    saved: bool = False
    aliased: bool = False
    latest: bool = False
    part: Part = Part.ALL


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ForgetSummary:
    """What forgetting came to.

    Attributes:
        runs: DAG runs whose records were deleted.
        task_runs: Of them.
        not_ended: DAG runs that fit and were left, as Airflow does not report them as ended.
        unknown: DAG runs that fit and were left, as Airflow does not know them; ``--gone`` is for those.
        dry_run: Whether nothing was deleted, and the numbers say what would be.
    """

    runs: int = 0
    task_runs: int = 0
    not_ended: int = 0
    unknown: int = 0
    dry_run: bool = False


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class PruneSummary:
    """What pruning or deleting came to.

    Attributes:
        versions: By name, those that were deleted.
        objects: Objects whose bytes were deleted.
        bytes: In them.
        waiting: Bytes that no version names any more and that were used lately; a later collection takes them.
        kept: Bytes that no version names any more and that stay, as only descriptions were to be deleted.
        failed: What could not be deleted, by the name of its version or object, and why.
        dry_run: Whether nothing was deleted, and the numbers say what would be.
    """

    versions: tuple[str, ...] = ()
    objects: int = 0
    bytes: int = 0
    waiting: int = 0
    kept: int = 0
    failed: Mapping[str, str] = dataclasses.field(default_factory=dict)
    dry_run: bool = False


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class CollectSummary:
    """What a collection came to.

    Attributes:
        objects: Objects that no version named, deleted.
        bytes: In them.
        waiting: Objects that no version names and that were used within the grace period.
        leftovers: Files of writers that died, deleted.
        unknown: Objects in the store that the lineage database does not know, deleted.
        failed: What could not be deleted, and why.
        dry_run: Whether nothing was deleted, and the numbers say what would be.
    """

    objects: int = 0
    bytes: int = 0
    waiting: int = 0
    leftovers: int = 0
    unknown: int = 0
    failed: Mapping[str, str] = dataclasses.field(default_factory=dict)
    dry_run: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Fault:
    """Bytes that are gone or wrong.

    Attributes:
        place: The object's URL, or that of registered data.
        reason: ``gone``, or how it differs.
        versions: Those that name it, such as ``raw/events@3``; at most a hundred.
    """

    place: str
    reason: str
    versions: tuple[str, ...]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class VerifySummary:
    """What verifying found.

    Attributes:
        files: Objects and files of registered data that were looked at.
        bytes: In them.
        faults: Those that are gone or wrong.
        healed: Objects that were marked as gone or wrong, and are there again, as after they were restored.
    """

    files: int = 0
    bytes: int = 0
    faults: tuple[Fault, ...] = ()
    healed: int = 0


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class CopySummary:
    """What copying a store came to.

    Attributes:
        objects: Copied.
        bytes: In them.
        there: Objects that the other store had already.
        faults: Those that are gone or wrong in this one, and were not copied.
    """

    objects: int = 0
    bytes: int = 0
    there: int = 0
    faults: tuple[Fault, ...] = ()
