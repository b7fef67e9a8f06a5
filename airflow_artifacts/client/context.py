"""The task that runs: what its function may ask of it and add to its outputs.

One context is current while a task's function runs: in its thread, in the coroutines that it starts, and, as long as
no other task runs in the process, in the threads that it starts. Reads and saves through any client of the same lineage
database find it and are recorded as that task's inputs and outputs.
"""

from __future__ import annotations

import contextlib
import contextvars
import dataclasses
import threading
from typing import TYPE_CHECKING, Any

from airflow_artifacts.artifact import JSON_RULE, LATEST, check_tag, json_fault, parse_reference
from airflow_artifacts.entries import Read
from airflow_artifacts.exceptions import DeclarationError, OutputError
from airflow_artifacts.model import MetadataSource, Metadatum

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import BinaryIO

    from airflow_artifacts.client import ArtifactClient
    from airflow_artifacts.client.drafts import Draft
    from airflow_artifacts.client.reads import Search
    from airflow_artifacts.entries import EntryOutput
    from airflow_artifacts.model import NewVersion, TaskRun
    from airflow_artifacts.store import Spool

__all__ = ["TaskContext", "artifact_context", "current_context"]

_CURRENT: contextvars.ContextVar[TaskContext | None] = contextvars.ContextVar("airflow_artifacts_task", default=None)
# A thread that a function starts has none of its own; the only one that is active in the process is meant then.
_ACTIVE: list[TaskContext] = []


@dataclasses.dataclass(slots=True)
class _Additions:
    metadata: dict[str, Any] = dataclasses.field(default_factory=dict)
    tags: set[str] = dataclasses.field(default_factory=set)


class TaskContext:
    """The current task run, and what its function adds to its outputs.

    Attributes:
        task_run: The try that runs.
        client: The client it reads and saves through.
        drafts: What its function saved and is published with its outputs.
        published: What its function saved and published at once.
        written: The files that its function writes straight into its outputs, by output.
        asked: The UUIDs of the versions that its function asked for in this process.
        first_party: Packages whose source counts although they are installed.
        unrepeatable: Why no later run may reuse what its function made; None where one may.
    """

    def __init__(
        self,
        client: ArtifactClient,
        task_run: TaskRun,
        outputs: tuple[str, ...] | None,
        first_party: tuple[str, ...] = (),
    ) -> None:
        self.client = client
        self.task_run = task_run
        self.drafts: list[Draft] = []
        self.published: list[EntryOutput] = []
        self.written: dict[str, Spool] = {}
        self.asked: set[str] = set()
        self.unrepeatable: str | None = None
        self.first_party = first_party
        self._reads: list[Read | Search[Any]] = []
        self._outputs = outputs
        self._additions: dict[str, _Additions] = {}
        self._lock = threading.Lock()

    def add_metadata(self, metadata: Mapping[str, Any], *, output: str | None = None) -> None:
        """Add metadata to an output; it is published with it.

        Args:
            metadata: JSON by key; a key given twice keeps the later value.
            output: Its name; may be left away where the task has one.

        Raises:
            OutputError: The task has no such output, or several and none was named.
            DeclarationError: A value is not JSON.
        """
        if fault := json_fault(dict(metadata)):
            message = f"metadata{fault} is not JSON; use {JSON_RULE}"
            raise DeclarationError(message)
        self._of(output).metadata.update(metadata)

    def add_tags(self, *tags: str, output: str | None = None) -> None:
        """Add tags to an output; they are published with it.

        Args:
            tags: Labels.
            output: Its name; may be left away where the task has one.

        Raises:
            OutputError: The task has no such output, or several and none was named.
            InvalidNameError: A tag is empty, too long, or holds control characters.
        """
        self._of(output).tags.update(check_tag(tag) for tag in tags)

    def open(self, path: str, *, output: str | None = None) -> BinaryIO:
        """Make a file of an output and return it for writing; what is so written is the output, a folder of files.

        The function then returns None for it, and is annotated with :class:`pathlib.Path`. Nothing is copied: the file
        is hashed while it is written, and published with the task's other outputs. Several threads may write files.

        Args:
            path: Relative, with ``/`` between its segments.
            output: Its name; may be left away where the task has one.

        Raises:
            OutputError: The task has no such output, or several and none was named.
            StoreError: The path leads elsewhere or was written already, or the disk refuses.
        """
        name = self._name(output)
        with self._lock:
            if name not in self.written:
                self.written[name] = self.client.store.spool()
        return self.written[name].open(path, ranged=True)

    @property
    def reads(self) -> tuple[Read, ...]:
        """What its function asked for until now, which a cache hit asks again; each question once."""
        reads = (one if isinstance(one, Read) else one.read for one in list(self._reads))
        return tuple(dict.fromkeys(reads))

    def note(self, read: Read | Search[Any]) -> None:
        """Remember what its function asked for."""
        self._reads.append(read)

    def staged(self, reference: str) -> Draft | None:
        """Return what a reference means of that which this task saved and has not published yet, the newest first."""
        parsed = parse_reference(reference)

        def is_meant(draft: Draft) -> bool:
            made = draft.version
            names = {LATEST, made.version, *made.aliases}
            return made.id == parsed.id or (made.artifact == parsed.artifact and parsed.word in names)

        return next((draft for draft in reversed(self.drafts) if is_meant(draft)), None)

    def describe_staged(self, reference: str, metadata: tuple[Metadatum, ...]) -> bool:
        """Add metadata to what this task saved and has not published yet; return whether the reference means that."""
        draft = self.staged(reference)
        if draft is None:
            return False
        described = dataclasses.replace(draft.version, metadata=draft.version.metadata + metadata)
        self.drafts[self.drafts.index(draft)] = dataclasses.replace(draft, version=described)
        return True

    def enriched(self, version: NewVersion) -> NewVersion:
        """Return an output with what the function added to it.

        Raises:
            OutputError: Something was added to an output that the function did not return.
        """
        added = self._additions.pop(str(version.output), None)
        if added is None:
            return version
        logged = tuple(Metadatum(key, value, MetadataSource.LOGGED) for key, value in added.metadata.items())
        return dataclasses.replace(version, tags=version.tags | added.tags, metadata=version.metadata + logged)

    def check_additions(self) -> None:
        """Refuse what was added to an output that the function did not return.

        Raises:
            OutputError: There is such an addition.
        """
        if self._additions:
            message = (
                f"metadata or tags were added to the output {next(iter(self._additions))!r}, "
                f"which {self.task_run.task_id!r} did not return; name one that it returns"
            )
            raise OutputError(message)

    def _of(self, output: str | None) -> _Additions:
        return self._additions.setdefault(self._name(output), _Additions())

    def _name(self, output: str | None) -> str:
        names = self._outputs
        if output is None and names is not None and len(names) == 1:
            output = names[0]
        if output is None or (names is not None and output not in names):
            known = "the keys of its dict" if names is None else ", ".join(names) or "none"
            which = f"has no output {output!r}" if output is not None else "has not exactly one output"
            message = f"{self.task_run.task_id!r} {which}; say output=…, one of: {known}"
            raise OutputError(message)
        return output

    @contextlib.contextmanager
    def activated(self) -> Iterator[TaskContext]:
        """Be the current context."""
        token = _CURRENT.set(self)
        _ACTIVE.append(self)
        try:
            yield self
        finally:
            _ACTIVE.remove(self)
            _CURRENT.reset(token)


def current_context() -> TaskContext | None:
    """Return the context of the task that runs, or None outside of one."""
    return _CURRENT.get() or (_ACTIVE[0] if len(_ACTIVE) == 1 else None)


def artifact_context() -> TaskContext:
    """Return the context of the artifact task that runs.

    Raises:
        DeclarationError: No artifact task runs here.
    """
    context = current_context()
    if context is None:
        message = (
            "artifact_context() was called outside of an artifact task; call it inside a function under "
            "@task.artifact, or use an ArtifactClient"
        )
        raise DeclarationError(message)
    return context
