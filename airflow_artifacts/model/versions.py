"""Artifacts and their versions, described."""

from __future__ import annotations

import dataclasses
import enum
import html
from typing import TYPE_CHECKING, Any

from airflow_artifacts.model.references import ArtifactListRef, ArtifactRef

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from airflow_artifacts.model.objects import Manifest
    from airflow_artifacts.model.task_runs import TaskRun

__all__ = ["AliasMove", "ArtifactSummary", "ArtifactVersion", "MetadataSource", "Metadatum", "NewVersion", "SaveKind",
           "VersionSummary"]  # fmt: skip


class SaveKind(str, enum.Enum):
    """How a version came to be."""

    TASK_OUTPUT = "task output"
    SAVED_IN_TASK = "saved in a task"
    SAVED_OUTSIDE = "saved outside"
    REGISTERED = "registered"


class MetadataSource(str, enum.Enum):
    """Who gave a metadata value; where two name one key, the later of this order counts."""

    MATERIALIZER = "materializer"
    LOGGED = "logged"
    DECLARED = "declared"


@dataclasses.dataclass(frozen=True, slots=True)
class Metadatum:
    """One metadata value of a version, with who gave it.

    Attributes:
        at: When, on the database's clock; None before it is recorded.
        task_run: The UUID of the task run that gave it; None outside of one, and where that was forgotten.
    """

    key: str
    value: Any
    source: MetadataSource
    at: datetime | None = None
    task_run: str | None = None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class NewVersion:
    """A version whose bytes are in the store and that is about to be published.

    Attributes:
        id: The UUID it will have.
        named: Whether users gave the artifact its name; the others are left out of default lists.
        version: An explicit version; None gives it the next number.
        kind: What it is for people, such as ``data`` or ``model``.
        type: The public name of the value's type.
        materializer: The name under which the handler that wrote it is registered.
        output: The name of the task's output; None for what was saved otherwise.
        fingerprint: Of the value; None where the type has none.
        parts: Of a table: the fingerprints of its columns and its index, and the number of its rows; of a list or a
            tuple those of its items.
        preview: What is shown of the value, as JSON of at most 64 KB.
    """

    id: str
    artifact: str
    named: bool
    version: str | None = None
    kind: str = "data"
    type: str
    materializer: str
    manifest: Manifest
    save_kind: SaveKind
    output: str | None = None
    fingerprint: str | None = None
    parts: Mapping[str, Any] | None = None
    tags: frozenset[str] = frozenset()
    aliases: frozenset[str] = frozenset()
    metadata: tuple[Metadatum, ...] = ()
    preview: str | None = None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class VersionSummary:
    """One immutable value of an artifact, as lists give it: without the list of its files, which may be long.

    Every verb that takes a reference takes it, and ``client.get`` adds the files. It equals whatever else describes the
    same version and says the same of it, the files or not.

    Attributes:
        id: UUID, as text.
        version: Its word: ``"3"``, or an explicit text.
        number: Its number where the word is one.
        kind: What it is for people, such as ``data`` or ``model``.
        type: The public name of the value's type.
        size: In bytes.
        file_count: How many files it has.
        length: Of a list or a tuple; None of all else.
        effective_at: The moment it stands for (UTC), which orders ``latest``.
        producer: The task run that made it; None where it was saved outside of a task.
        output: The name of that task's output; None for what the task's function saved itself.
        fingerprint: Of the value; None where the type has none.
        parts: Of a table: the fingerprints of its columns and its index, and the number of its rows; of a list or a
            tuple those of its items.
        origin: The UUID of the version that this one was published from elsewhere.
        pinned: Whether it is kept until it is unpinned.
        bytes_deleted_at: When its bytes were deleted and its description kept; None where they were not.
        metadata: By key; where several sources gave a key, the strongest source's newest value.
    """

    id: str
    artifact: str
    named: bool
    version: str
    number: int | None
    kind: str
    type: str
    materializer: str
    size: int
    file_count: int
    length: int | None = None
    save_kind: SaveKind
    created_at: datetime
    effective_at: datetime
    interval_start: datetime | None = None
    interval_end: datetime | None = None
    producer: TaskRun | None = None
    output: str | None = None
    fingerprint: str | None = None
    parts: Mapping[str, Any] | None = None
    origin: str | None = None
    pinned: bool = False
    bytes_deleted_at: datetime | None = None
    tags: frozenset[str] = frozenset()
    aliases: frozenset[str] = frozenset()
    metadata: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.artifact}@{self.version}"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, VersionSummary):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in _SAID)

    def __hash__(self) -> int:
        return hash(self.id)

    if not TYPE_CHECKING:  # to a type checker it has no such attribute

        def __getattr__(self, name: str) -> Any:
            way_out = f"; lists leave the files away, client.get({str(self)!r}) adds them" if name == "manifest" else ""
            message = f"{type(self).__name__!r} object has no attribute {name!r}{way_out}"
            raise AttributeError(message)

    def _repr_html_(self) -> str:
        """Return its description as HTML, as notebooks show it."""
        made = "" if self.producer is None else str(self.producer)
        lines = {
            "type": self.type,
            "bytes": f"{self.size:,}",
            "tags": ", ".join(sorted(self.tags)),
            "aliases": ", ".join(sorted(self.aliases)),
            "pinned": "yes" if self.pinned else "",
            "bytes deleted": "" if self.bytes_deleted_at is None else self.bytes_deleted_at.isoformat(sep=" "),
            "made by": made,
            "at": self.created_at.isoformat(sep=" ", timespec="seconds"),
        }
        rows = "".join(f"<tr><th>{key}</th><td>{html.escape(text)}</td></tr>" for key, text in lines.items() if text)
        return f"<h3>{html.escape(str(self))}</h3><table>{rows}</table>"

    @property
    def ref(self) -> ArtifactRef:
        """Its reference; of a list or a tuple one that has the references of its items."""
        common: dict[str, Any] = {
            "id": self.id,
            "artifact": self.artifact,
            "version": self.version,
            "type": self.type,
            "size": self.size,
        }
        return ArtifactRef(**common) if self.length is None else ArtifactListRef(**common, length=self.length)


_SAID = tuple(field.name for field in dataclasses.fields(VersionSummary))


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ArtifactVersion(VersionSummary):
    """One immutable value of an artifact, with the list of its files."""

    manifest: Manifest


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class AliasMove:
    """An alias came to name a version.

    Attributes:
        version: Which one, such as ``models/churn@3``; None where the alias was taken away.
        id: Its UUID.
        at: When, on the database's clock.
    """

    alias: str
    version: str | None
    id: str | None
    at: datetime


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ArtifactSummary:
    """An artifact, with the version that ``latest`` names.

    Attributes:
        aliases: The words of the versions that they name, by alias; empty where they were not asked for.
    """

    name: str
    named: bool
    versions: int
    created_at: datetime
    latest: VersionSummary | None
    tags: frozenset[str] = frozenset()
    aliases: Mapping[str, str] = dataclasses.field(default_factory=dict)
