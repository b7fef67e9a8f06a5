"""The values that pass between the layers: frozen, without I/O, free of every library.

An :class:`ArtifactVersion` is one immutable value of an artifact; its :class:`Manifest` lists its files, each an
object in the store under its :data:`Digest`. A :class:`TaskRun` is one try of one task instance; a
:class:`LineageEdge` says that it read or wrote a version. An :class:`ArtifactRef` is the name of a version that
XCom carries.
"""

from __future__ import annotations

import dataclasses
import enum
import html
import json
import re
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, NewType

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from typing_extensions import Self

__all__ = [
    "BLOCK_BYTES",
    "ArtifactRef",
    "ArtifactSummary",
    "ArtifactVersion",
    "Digest",
    "Direction",
    "EdgeKind",
    "LineageEdge",
    "LineageGraph",
    "Manifest",
    "ManifestFile",
    "MetadataSource",
    "Metadatum",
    "NewVersion",
    "RunLineage",
    "SaveKind",
    "StoredObject",
    "TaskRun",
    "TaskRunState",
    "TaskRunWithEdges",
    "suffix_of",
]

Digest = NewType("Digest", str)
"""BLAKE3 of bytes, 256 bits, as text: ``blake3:`` and 64 hexadecimal digits."""

BLOCK_BYTES = 8 << 20
"""A file of which parts are read without the rest has a digest for each so many bytes."""

_SUFFIX = re.compile(r"(\.(?:tar|csv|json|txt))?\.[A-Za-z0-9_]{1,16}$")


class TaskRunState(str, enum.Enum):
    """Where a task run stands."""

    RUNNING = "running"
    SUCCESS = "success"
    FAILED = "failed"
    SKIPPED = "skipped"


class SaveKind(str, enum.Enum):
    """How a version came to be."""

    TASK_OUTPUT = "task output"
    SAVED_IN_TASK = "saved in a task"
    SAVED_OUTSIDE = "saved outside"
    REGISTERED = "registered"


class Direction(str, enum.Enum):
    """Which way a lineage edge points, as the task run sees it."""

    INPUT = "input"
    OUTPUT = "output"


class EdgeKind(str, enum.Enum):
    """Why a lineage edge exists."""

    ARGUMENT = "argument"
    """An input that the task received as an argument."""
    READ = "read"
    """An input that the task's function loaded or asked about itself."""
    PRODUCED = "produced"
    """An output that the task run made."""
    REUSED = "reused"
    """An output that an earlier task run made and this one returned again."""


class MetadataSource(str, enum.Enum):
    """Who gave a metadata value; where two name one key, the later of this order counts."""

    MATERIALIZER = "materializer"
    LOGGED = "logged"
    DECLARED = "declared"


@dataclasses.dataclass(frozen=True, slots=True)
class StoredObject:
    """Bytes in the store: their digest, the suffix they are kept under, and their size in bytes."""

    digest: Digest
    suffix: str
    size: int


def suffix_of(path: str) -> str:
    """Return the part of a path by which tools know the format, with its point; empty where there is none."""
    match = _SUFFIX.search(PurePosixPath(path).name)
    return match.group() if match else ""


@dataclasses.dataclass(frozen=True, slots=True)
class ManifestFile:
    """One file of a version.

    Attributes:
        path: Relative, with ``/`` between its segments, as the materializer named it.
        digest: Of the file's bytes.
        size: In bytes.
        blocks: The digests of its blocks of 8 MiB, as hexadecimal digits, where parts of it are read alone.
    """

    path: str
    digest: Digest
    size: int
    blocks: tuple[str, ...] = ()

    @property
    def object(self) -> StoredObject:
        """The object that holds the bytes; its suffix is the path's own, so that other tools know the format."""
        return StoredObject(self.digest, suffix_of(self.path), self.size)


@dataclasses.dataclass(frozen=True, slots=True)
class Manifest:
    """What a version consists of.

    Attributes:
        files: Sorted by their paths.
        details: What the materializer needs besides the files to restore the value; JSON, small.
    """

    files: tuple[ManifestFile, ...]
    details: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    @property
    def size(self) -> int:
        """Bytes of all files together."""
        return sum(file.size for file in self.files)

    def to_json(self) -> str:
        """Return the canonical text: equal manifests give equal text."""
        document = {
            "version": 2 if any(file.blocks for file in self.files) else 1,
            "files": [
                [file.path, file.digest, file.size, *([file.blocks] if file.blocks else [])] for file in self.files
            ],
            "details": dict(self.details),
        }
        return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what :meth:`to_json` wrote.

        Raises:
            ValueError: The text is not a manifest of a version that this package knows.
        """
        document = json.loads(text)
        if not isinstance(document, dict) or document.get("version") not in {1, 2}:
            message = f"not a manifest of version 1 or 2: {text[:80]!r}"
            raise ValueError(message)
        files = tuple(
            ManifestFile(path, Digest(digest), size, tuple(*blocks))
            for path, digest, size, *blocks in document["files"]
        )
        return cls(files, MappingProxyType(document["details"]))


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ArtifactRef:
    """The name of one version, small enough for XCom; a task that receives it receives the value.

    Attributes:
        id: The version's UUID, as text.
        artifact: The artifact's name.
        version: The version's word: a number or an explicit text.
        type: The public name of the stored value's type.
        size: In bytes.
        path: Keys that lead to a part of the value, outermost first; empty for the whole value.
    """

    __version__: ClassVar[int] = 1

    id: str
    artifact: str
    version: str
    type: str
    size: int
    path: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.artifact}@{self.version}" + "".join(f"[{key!r}]" for key in self.path)

    def __getitem__(self, key: str) -> ArtifactRef:
        """Name one item of a dict artifact."""
        return dataclasses.replace(self, path=(*self.path, key))

    def __iter__(self) -> Any:
        message = f"a reference to {str(self)!r} is not iterable; load it first"
        raise TypeError(message)

    def serialize(self) -> dict[str, Any]:
        """Return the JSON that XCom stores."""
        data: dict[str, Any] = {
            "id": self.id,
            "artifact": self.artifact,
            "version": self.version,
            "type": self.type,
            "size": self.size,
        }
        return {**data, "path": list(self.path)} if self.path else data

    @classmethod
    def deserialize(cls, data: Mapping[str, Any], version: int) -> Self:
        """Read what :meth:`serialize` wrote.

        Raises:
            TypeError: A later release of this package wrote it.
        """
        if version > cls.__version__:
            message = f"the reference has version {version}; this airflow_artifacts knows {cls.__version__}: upgrade it"
            raise TypeError(message)
        return cls(**{**data, "path": tuple(data.get("path", ()))})


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class TaskRun:
    """One try of one task instance.

    Attributes:
        id: UUID, as text.
        map_index: -1 where the task is not mapped.
        instance_id: Airflow's id of this try of the task instance.
        clear_number: How often the DAG run had been cleared when this try began.
        interval_start: Of the run's data interval, as are the other times UTC; None where the run has none.
        parameters: The bound literal arguments by name, masked where they are secret.
        source: The function's source text.
        environment: Versions, host and bundle that the try ran with.
    """

    id: str
    dag_id: str
    run_id: str
    task_id: str
    map_index: int = -1
    try_number: int = 1
    instance_id: str
    clear_number: int = 0
    state: TaskRunState = TaskRunState.RUNNING
    started_at: datetime
    ended_at: datetime | None = None
    logical_date: datetime | None = None
    interval_start: datetime | None = None
    interval_end: datetime | None = None
    run_after: datetime | None = None
    partition_key: str | None = None
    parameters: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    source: str | None = None
    environment: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    def __str__(self) -> str:
        index = f"[{self.map_index}]" if self.map_index >= 0 else ""
        return f"{self.dag_id}.{self.task_id}{index} in {self.run_id}, try {self.try_number}"

    @property
    def effective_at(self) -> datetime:
        """The moment its outputs stand for: the data interval's end, else ``run_after``, else its start."""
        return self.interval_end or self.run_after or self.started_at


@dataclasses.dataclass(frozen=True, slots=True)
class Metadatum:
    """One metadata value of a version, with who gave it."""

    key: str
    value: Any
    source: MetadataSource


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
        columns: Of a table: the fingerprints of its columns and its index, and the number of its rows.
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
    columns: Mapping[str, Any] | None = None
    tags: frozenset[str] = frozenset()
    aliases: frozenset[str] = frozenset()
    metadata: tuple[Metadatum, ...] = ()
    preview: str | None = None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ArtifactVersion:
    """One immutable value of an artifact, described.

    Attributes:
        id: UUID, as text.
        version: Its word: ``"3"``, or an explicit text.
        number: Its number where the word is one.
        kind: What it is for people, such as ``data`` or ``model``.
        type: The public name of the value's type.
        size: In bytes.
        effective_at: The moment it stands for (UTC), which orders ``latest``.
        producer: The task run that made it; None where it was saved outside of a task.
        output: The name of that task's output; None for what the task's function saved itself.
        fingerprint: Of the value; None where the type has none.
        columns: Of a table: the fingerprints of its columns and its index, and the number of its rows.
        origin: The UUID of the version that this one was published from elsewhere.
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
    manifest: Manifest
    save_kind: SaveKind
    created_at: datetime
    effective_at: datetime
    interval_start: datetime | None = None
    interval_end: datetime | None = None
    producer: TaskRun | None = None
    output: str | None = None
    fingerprint: str | None = None
    columns: Mapping[str, Any] | None = None
    origin: str | None = None
    tags: frozenset[str] = frozenset()
    aliases: frozenset[str] = frozenset()
    metadata: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.artifact}@{self.version}"

    def _repr_html_(self) -> str:
        """Return its description as HTML, as notebooks show it."""
        made = "" if self.producer is None else str(self.producer)
        lines = {
            "type": self.type,
            "bytes": f"{self.size:,}",
            "tags": ", ".join(sorted(self.tags)),
            "aliases": ", ".join(sorted(self.aliases)),
            "made by": made,
            "at": self.created_at.isoformat(sep=" ", timespec="seconds"),
        }
        rows = "".join(f"<tr><th>{key}</th><td>{html.escape(text)}</td></tr>" for key, text in lines.items() if text)
        return f"<h3>{html.escape(str(self))}</h3><table>{rows}</table>"

    @property
    def ref(self) -> ArtifactRef:
        """Its reference."""
        return ArtifactRef(id=self.id, artifact=self.artifact, version=self.version, type=self.type, size=self.size)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ArtifactSummary:
    """An artifact, with the version that ``latest`` names."""

    name: str
    named: bool
    versions: int
    created_at: datetime
    latest: ArtifactVersion | None
    tags: frozenset[str] = frozenset()


@dataclasses.dataclass(frozen=True, slots=True)
class LineageEdge:
    """A task run read or wrote a version.

    Attributes:
        name: The parameter or output; ``xs[0]`` for an item of a list.
        reference: The text by which a function asked for it; None where it was given.
    """

    task_run: str
    version: str
    direction: Direction
    kind: EdgeKind
    name: str
    reference: str | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class LineageGraph:
    """What a version was made from, or what was made from it.

    Attributes:
        root: The UUID of the version it starts at.
        versions: By UUID, the root included.
        task_runs: By UUID.
        truncated: Whether depth or size cut it off.
    """

    root: str
    versions: Mapping[str, ArtifactVersion]
    task_runs: Mapping[str, TaskRun]
    edges: Sequence[LineageEdge]
    truncated: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class TaskRunWithEdges:
    """A task run, with the versions it read and wrote by name."""

    task_run: TaskRun
    inputs: Mapping[str, ArtifactVersion]
    outputs: Mapping[str, ArtifactVersion]


@dataclasses.dataclass(frozen=True, slots=True)
class RunLineage:
    """All that one DAG run read and wrote: its task runs in the order in which they began."""

    dag_id: str
    run_id: str
    task_runs: Sequence[TaskRunWithEdges]
