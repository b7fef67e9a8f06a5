"""The values of the cache that pass between the layers: keys with their parts, entries, reads, decisions, leases.

Like those of :mod:`airflow_artifacts.model` they are frozen, without I/O and free of every library.
"""

from __future__ import annotations

import dataclasses
import enum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, timedelta

    from typing_extensions import Self

    from airflow_artifacts.model import ArtifactVersion, Digest, LineageEdge, Metadatum, TaskRun, VersionSummary

__all__ = [
    "CacheEntry",
    "CacheKey",
    "DecidedRun",
    "DecidedRunPage",
    "Decision",
    "EarlierTry",
    "EntryOutput",
    "KeyPart",
    "Lease",
    "Lookup",
    "NewEntry",
    "Outcome",
    "PartKind",
    "Read",
    "ReadKind",
    "RememberedKey",
    "ReusedOutput",
]


class PartKind(str, enum.Enum):
    """What a part of a cache key stands for."""

    INPUT = "input"
    PARAMETER = "parameter"
    CONTEXT = "context value"
    FUNCTION = "function"
    CLASS = "class"
    CONSTANT = "constant"
    PACKAGE = "package"
    INTERPRETER = "interpreter"
    """The Python in which the function runs, where that is not the worker's."""
    ENVIRONMENT = "environment variable"
    VARIABLE = "Airflow Variable"
    CODE = "code"
    """The whole of the code; its functions, classes, constants and packages stand beside it to explain it."""
    FILE = "file"
    INTERVAL = "interval"
    TASK = "task"
    OUTPUT = "output"
    EXTRA = "extra"
    SCOPE = "scope"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class KeyPart:
    """One named part of a cache key.

    Attributes:
        name: Unique within its kind: the parameter, the function with its module, the package.
        digest: What counts.
        shown: What a person is shown of it, such as ``raw/events@3`` or ``0.2``; None where that is a secret or
            would be too long.
        text: The source of a function or class, by which a miss is explained as a diff of lines.
        place: Where it stands, such as ``helpers.py:12``.
        counts: Whether it is in the key itself; the others explain a part that is.
    """

    kind: PartKind
    name: str
    digest: str
    shown: str | None = None
    text: str | None = None
    place: str | None = None
    counts: bool = True


@dataclasses.dataclass(frozen=True, slots=True)
class CacheKey:
    """A digest over all that may alter a task's outputs, with the named parts that it was made of."""

    digest: Digest
    parts: tuple[KeyPart, ...]


class ReadKind(str, enum.Enum):
    """What a function asked for itself."""

    LOAD = "load"
    """A value; it saw the fingerprint."""
    DESCRIBE = "describe"
    """A description, or whether there is one; it saw the UUID, or nothing."""
    SEARCH = "search"
    """Several descriptions; it saw their UUIDs, in their order."""


@dataclasses.dataclass(frozen=True, slots=True)
class Read:
    """What a task's function asked for itself, and what it was shown, so that a hit can ask again.

    Attributes:
        reference: What it asked by: the text of a reference, or the search as text.
        seen: A loaded value's fingerprint and type, or the UUIDs of descriptions.
        versions: The UUIDs of the versions it was given.
    """

    kind: ReadKind
    reference: str
    seen: tuple[str, ...]
    versions: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {
            "kind": self.kind.value,
            "reference": self.reference,
            "seen": list(self.seen),
            "versions": list(self.versions),
        }

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Self:
        """Read what :meth:`to_json` gave."""
        return cls(
            ReadKind(document["kind"]), document["reference"], tuple(document["seen"]), tuple(document["versions"])
        )


class Outcome(str, enum.Enum):
    """What the cache decided for a task run."""

    HIT = "hit"
    MISS = "miss"
    UNCACHED = "uncached"
    """It neither reads nor writes entries: the policy says so, or a part of its key cannot be known."""
    EARLIER_TRY = "earlier try"
    """An earlier try of the same task instance had published already."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What the cache decided for a task run, and why.

    Attributes:
        reasons: Whole sentences for people, without a full stop.
        origin: The UUID of the task run that computed what was reused.
        seconds: What that one's computation took.
        generation: At which its entry stands, or is to be written.
    """

    outcome: Outcome
    reasons: tuple[str, ...] = ()
    origin: str | None = None
    seconds: float | None = None
    generation: int | None = None

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {
            "outcome": self.outcome.value,
            "reasons": list(self.reasons),
            "origin": self.origin,
            "seconds": self.seconds,
            "generation": self.generation,
        }

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Self:
        """Read what :meth:`to_json` gave."""
        return cls(
            outcome=Outcome(document["outcome"]),
            reasons=tuple(document["reasons"]),
            origin=document["origin"],
            seconds=document["seconds"],
            generation=document["generation"],
        )


@dataclasses.dataclass(frozen=True, slots=True)
class EntryOutput:
    """A version that an entry returns.

    Attributes:
        output: The declared output; None for what the task's function saved itself.
        tags: What the function itself gave it when it saved it, as are the aliases; a declaration gives its own.
    """

    output: str | None
    version: ArtifactVersion
    tags: frozenset[str] = frozenset()
    aliases: frozenset[str] = frozenset()


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class CacheEntry:
    """The outputs of one computation under a key.

    Attributes:
        age: Since it was published, on the database's clock.
        producer: The task run that computed it; None where that was forgotten.
        seconds: What the computation took, from the beginning of its task run to its publication.
        intact: Whether the lineage database knows all objects of its outputs to be live.
    """

    key: Digest
    generation: int
    age: timedelta
    outputs: tuple[EntryOutput, ...]
    reads: tuple[Read, ...]
    producer: TaskRun | None
    seconds: float
    intact: bool


@dataclasses.dataclass(frozen=True, slots=True)
class Lookup:
    """What the cache holds under a key.

    Attributes:
        entry: The newest one that was not invalidated, or None.
        generation: At which a result of now is to be published, if ``entry`` is None.
    """

    entry: CacheEntry | None
    generation: int

    @property
    def next_generation(self) -> int:
        """At which a result is to be published whose decision rejected the entry."""
        return self.generation if self.entry is None else self.entry.generation + 1


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class NewEntry:
    """An entry that is published with its versions.

    Attributes:
        scope: Who shares it, for people: ``all``, ``dag`` or ``task``; the key holds it as a part.
        published: What the task's function saved and published at once, before the task ended.
    """

    key: CacheKey
    generation: int
    scope: str = "all"
    reads: tuple[Read, ...] = ()
    published: tuple[EntryOutput, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class EarlierTry:
    """An earlier try of a task instance that published or reused.

    Attributes:
        cleared: Whether the DAG run was cleared since, so that the task is to compute again.
    """

    task_run: TaskRun
    outputs: tuple[EntryOutput, ...]
    cleared: bool


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ReusedOutput:
    """A version that a task run returns again, and what it is declared to be a version of now.

    Where artifact and explicit version are the version's own, it is published again as it is; elsewhere a version
    with the same manifest is made, whose origin it is.

    Attributes:
        artifact: The artifact's name.
        word: The explicit version; None where it may be any.
    """

    version: ArtifactVersion
    output: str | None
    artifact: str
    named: bool
    word: str | None = None
    kind: str = "data"
    tags: frozenset[str] = frozenset()
    aliases: frozenset[str] = frozenset()
    metadata: tuple[Metadatum, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """Who computes a key now.

    Attributes:
        holder: The UUID of the task run.
        held_by: That task run, where it is recorded.
        fence: Rises each time the lease changes hands.
        since: When the holder took it.
    """

    key: Digest
    holder: str
    held_by: TaskRun | None
    fence: int
    since: datetime


@dataclasses.dataclass(frozen=True, slots=True)
class RememberedKey:
    """A key that a task run had, with its parts, and that task run."""

    task_run: TaskRun
    key: CacheKey
    decision: Decision | None = None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class DecidedRun:
    """A task run with what the cache decided for it, and what it read and wrote by name.

    Attributes:
        decision: None where the cache was not asked: the task failed before.
    """

    task_run: TaskRun
    decision: Decision | None
    inputs: Mapping[str, VersionSummary]
    outputs: Mapping[str, VersionSummary]
    edges: tuple[LineageEdge, ...]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class DecidedRunPage:
    """A page of task runs, newest first.

    Attributes:
        next: The text that asks for the next page; None where there is none.
    """

    task_runs: tuple[DecidedRun, ...]
    next: str | None
