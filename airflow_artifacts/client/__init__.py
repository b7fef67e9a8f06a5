"""The client: what people and programs do with artifacts, on a store and a lineage database joined."""

from __future__ import annotations

import atexit
import contextlib
import dataclasses
import os
import shutil
import tempfile
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar, overload

from airflow_artifacts.artifact import Artifact, literal
from airflow_artifacts.client.context import TaskContext, artifact_context, current_context
from airflow_artifacts.client.drafts import Destination, Draft, materialize, publish, upload
from airflow_artifacts.client.explaining import explain
from airflow_artifacts.client.reads import described, loaded, search
from airflow_artifacts.client.references import absence, resolve
from airflow_artifacts.client.showing import Shown
from airflow_artifacts.client.values import load_value, open_file
from airflow_artifacts.entries import EntryOutput
from airflow_artifacts.exceptions import ArtifactNotFoundError, FingerprintError
from airflow_artifacts.lineage import Lineage
from airflow_artifacts.model import ArtifactRef, ArtifactVersion, EdgeKind, SaveKind
from airflow_artifacts.store import ObjectStore
from airflow_artifacts.visualizers import Preview

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from types import TracebackType
    from typing import BinaryIO

    from typing_extensions import Self

    from airflow_artifacts.cache.why import Explanation
    from airflow_artifacts.client.plan import Plan, PlannedTask, TaskGraph, TaskNode
    from airflow_artifacts.materializers import Materializer
    from airflow_artifacts.model import ArtifactSummary, LineageGraph, RunLineage, TaskRun, TaskRunWithEdges

__all__ = ["ArtifactClient", "PendingVersion", "TaskContext", "artifact_context", "current_context"]

T = TypeVar("T")

PREVIEW_ROWS = 20


@dataclasses.dataclass(frozen=True, slots=True)
class PendingVersion:
    """What a task's function saved: stored, and published as a version when the task succeeds."""

    id: str
    artifact: str
    type: str
    size: int

    def __str__(self) -> str:
        return f"{self.artifact} (published when the task succeeds)"


class ArtifactClient:
    """Saves, loads and asks about artifacts.

    Safe between threads. Not for use across a fork: connect in the child.

    Args:
        store: Where the bytes lie.
        lineage: What names them.
        allow_pickle: Whether values that nothing else writes are pickled, and pickled ones are loaded.
        preview_rows: How many rows of a table its preview shows; 0 makes neither previews nor statistics.
    """

    def __init__(
        self, store: ObjectStore, lineage: Lineage, *, allow_pickle: bool = False, preview_rows: int = PREVIEW_ROWS
    ) -> None:
        self.store = store
        self.lineage = lineage
        self.allow_pickle = allow_pickle
        self.preview_rows = preview_rows
        self._scratch: Path | None = None

    @classmethod
    def connect(
        cls,
        *,
        store: str,
        database: str,
        storage_options: Mapping[str, Any] | None = None,
        allow_pickle: bool = False,
        preview_rows: int = PREVIEW_ROWS,
        verify: Literal["once", "always"] = "once",
    ) -> Self:
        """Open a store and a lineage database; needs no Airflow.

        Args:
            store: A folder or a URL such as ``s3://bucket/prefix``.
            database: A database URL, ``sqlite:///…`` or ``postgresql://…``. SQLite is created on first use.
            storage_options: For the store's fsspec filesystem.
            allow_pickle: Whether values that nothing else writes are pickled, and pickled ones are loaded: only where
                you trust all who can write to the store and the database.
            preview_rows: How many rows of a table its preview shows; 0 makes neither previews nor statistics.
            verify: Whether a local file that is mapped into memory is checked once after it was written, and then
                trusted until it changes, or ``"always"``. What is read is always checked.

        Raises:
            ConfigurationError: One of them cannot be meant.
            SchemaError: The database's schema is not that of this release.
            LineageError: The database is out of reach.
        """
        opened = ObjectStore.open(store, storage_options=storage_options)
        opened.verify_always = verify == "always"
        return cls(opened, Lineage.connect(database), allow_pickle=allow_pickle, preview_rows=preview_rows)

    def close(self) -> None:
        """Close connections and remove the local files of paths that were loaded."""
        self.lineage.close()
        if self._scratch is not None:
            shutil.rmtree(self._scratch, ignore_errors=True)
            self._scratch = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # Saving and loading

    def save(
        self,
        value: object,
        name: str,
        *,
        version: str | int | None = None,
        type: str = "data",  # noqa: A002 - the word that Artifact(type=…) uses
        tags: Iterable[str] = (),
        aliases: Iterable[str] = (),
        metadata: Mapping[str, Any] | None = None,
        format: str | None = None,  # noqa: A002 - the word that Artifact(format=…) uses
        materializer: Materializer[Any] | str | None = None,
        publish_now: bool = False,
    ) -> ArtifactVersion | PendingVersion:
        """Save a value as a new version.

        Inside an artifact task the bytes are stored at once and the version is published with the task's outputs,
        so that a task that fails publishes nothing.

        Args:
            value: The value.
            name: The artifact.
            version: An explicit version. One that exists with equal content is published again as it is, and gets
                these tags, aliases and metadata, too.
            type: What it is for people, such as ``"model"``.
            tags: Labels.
            aliases: Movable names.
            metadata: JSON by key.
            format: How it is written, of what its materializer offers, such as ``"arrow"`` for a table.
            materializer: What writes it, or its dotted name, instead of the one that is registered for its type.
            publish_now: Whether to publish at once even inside a task.

        Raises:
            InvalidNameError: A name that is not allowed.
            UnsupportedTypeError: No materializer writes values of its type.
            VersionTakenError: The explicit version exists with other content.
            StoreError: The store refused, failed, or is out of reach.
            LineageError: The lineage database refused, failed, or is out of reach.
        """
        word = None if version is None else literal(str(version))
        declared = Artifact(literal(name), word, type, tags, aliases, metadata or {}, format)
        destination = Destination.of(declared, {})
        context = self._context()
        kind = SaveKind.SAVED_OUTSIDE if context is None else SaveKind.SAVED_IN_TASK
        draft = materialize(
            self.store,
            value,
            destination,
            save_kind=kind,
            materializer=materializer,
            allow_pickle=self.allow_pickle,
            preview_rows=self.preview_rows,
        )
        with contextlib.ExitStack() as stack:
            stack.callback(draft.close)
            upload(self.store, self.lineage, [draft])
            if context is not None and not publish_now:
                # A function may catch what an upload raises: only what was uploaded is published with the task.
                context.drafts.append(draft)
                stack.pop_all()
                return PendingVersion(draft.version.id, name, draft.version.type, draft.manifest.size)
            run = None if context is None else context.task_run
            effective = datetime.now(timezone.utc) if run is None else run.effective_at
            published = publish(self.store, self.lineage, [draft], task_run=run, effective_at=effective)[0]
            if context is not None:
                context.published.append(EntryOutput(None, published, draft.version.tags, draft.version.aliases))
            return published

    @overload
    def load(self, reference: str | ArtifactRef | ArtifactVersion, as_type: type[T]) -> T: ...

    @overload
    def load(self, reference: str | ArtifactRef | ArtifactVersion) -> Any: ...

    def load(self, reference: str | ArtifactRef | ArtifactVersion, as_type: Any = Any) -> Any:
        """Load a value; every byte is checked against its digest.

        Inside an artifact task the read is recorded as an input of the task. Files that are loaded as a
        ``pathlib.Path`` stay until the client is closed.

        Args:
            reference: ``name``, ``name@version``, ``name@alias``, a UUID or its beginning, a reference, or a version.
            as_type: The type, or any annotation, to load it as; without it, the type it was saved as.

        Raises:
            ArtifactNotFoundError: There is no such version; the message names those there are.
            ConversionError: It cannot be loaded exactly as that type.
            MissingObjectError: Its bytes are gone.
            CorruptObjectError: Its bytes are not those that were written.
        """
        context = self._context()
        if context is not None and isinstance(reference, str):
            draft = context.staged(reference)
            if draft is not None:
                return self._load_draft(draft, context, as_type)
        version = self.resolve(reference)
        if version is None:
            self._note(reference, None)
            raise ArtifactNotFoundError(absence(self.lineage, reference))
        self._note(reference, version, as_type)
        path = reference.path if isinstance(reference, ArtifactRef) else ()
        return self.load_version(version, as_type, path)

    def open(self, reference: str | ArtifactRef | ArtifactVersion, path: str | None = None) -> BinaryIO:
        """Open one file of a version for reading; its bytes are checked before they are given.

        Of a large file in a store that is far away, only what is read is fetched. Inside an artifact task the read is
        recorded as an input of the task.

        Args:
            reference: What :meth:`load` takes.
            path: The file's path within the version; may be left away where it has one.

        Raises:
            ArtifactNotFoundError: There is no such version, or no such file in it.
            MissingObjectError: Its bytes are gone.
            CorruptObjectError: Its bytes are not those that were written; also raised by the file while it is read.
        """
        version = self.resolve(reference)
        self._note(reference, version, Path)
        if version is None:
            raise ArtifactNotFoundError(absence(self.lineage, reference))
        names = [file.path for file in version.manifest.files]
        if path is None and len(names) == 1:
            path = names[0]
        if path not in names:
            shown = ", ".join(map(repr, names[:10])) + (", …" if len(names) > 10 else "")  # noqa: PLR2004 - what a line bears
            what = "has not exactly one file" if path is None else f"has no file {path!r}"
            message = f"{version} {what}; its files are {shown or 'none'}"
            raise ArtifactNotFoundError(message)
        return open_file(self.store, self.lineage, version, path, scratch=self.scratch)

    def preview(self, reference: str | ArtifactRef | ArtifactVersion) -> Preview:
        """Return what is shown of a version: made when it was written, and rendered by notebooks.

        Raises:
            ArtifactNotFoundError: There is no such version.
        """
        return Preview.from_json(self.lineage.preview(self.get(reference).id))

    def show(self, reference: str | ArtifactRef | ArtifactVersion) -> Shown:
        """Return a version with its preview, as a notebook renders it.

        Raises:
            ArtifactNotFoundError: There is no such version.
        """
        version = self.get(reference)
        return Shown(version, Preview.from_json(self.lineage.preview(version.id)))

    def load_version(self, version: ArtifactVersion, as_type: Any, path: Sequence[str] = ()) -> Any:
        """Load a version, or the item of it that ``path`` leads to, without recording it; raises as :meth:`load`."""
        return load_value(
            self.store,
            self.lineage,
            version,
            as_type,
            scratch=self.scratch,
            path=path,
            allow_pickle=self.allow_pickle,
        )

    def locations(self, version: ArtifactVersion) -> list[str]:
        """Return the URLs of a version's objects, which other tools can read as they are."""
        return [self.store.url(file.object) for file in version.manifest.files]

    # Asking

    def get(self, reference: str | ArtifactRef | ArtifactVersion) -> ArtifactVersion:
        """Return the description of a version.

        Raises:
            ArtifactNotFoundError: There is none; the message names those there are.
            InvalidNameError: The text cannot be a reference.
        """
        version = self.find(reference)
        if version is not None:
            return version
        raise ArtifactNotFoundError(absence(self.lineage, reference))

    def find(self, reference: str | ArtifactRef | ArtifactVersion) -> ArtifactVersion | None:
        """Return the description of a version, or None where there is none.

        Raises:
            InvalidNameError: The text cannot be a reference.
            ArtifactNotFoundError: The beginning of a UUID fits several versions.
        """
        version = self.resolve(reference)
        self._note(reference, version)
        return version

    def list(self, *, named: bool = True) -> Iterator[ArtifactSummary]:
        """Yield the artifacts by name, each with its latest version.

        Args:
            named: Whether to leave out those that users gave no name.
        """
        return self._search("list", named)

    def versions(self, name: str) -> Iterator[ArtifactVersion]:
        """Yield all versions of an artifact, the newest publication first."""
        return self._search("versions", name)

    def upstream(self, reference: str | ArtifactRef | ArtifactVersion, *, depth: int = 10) -> LineageGraph:
        """Return what a version was made from, over at most ``depth`` task runs."""
        self._cannot_repeat("upstream")
        return self.lineage.upstream(self._version(reference).id, depth)

    def downstream(self, reference: str | ArtifactRef | ArtifactVersion, *, depth: int = 10) -> LineageGraph:
        """Return what was made from a version, over at most ``depth`` task runs."""
        self._cannot_repeat("downstream")
        return self.lineage.downstream(self._version(reference).id, depth)

    def task_run(
        self, dag_id: str, run_id: str, task_id: str, *, map_index: int = -1, try_number: int | None = None
    ) -> TaskRunWithEdges:
        """Return a task run with what it read and wrote; the newest try unless one is named.

        Raises:
            ArtifactNotFoundError: No artifact task ran under these names.
        """
        self._cannot_repeat("task_run")
        found = self.lineage.find_task_run(dag_id, run_id, task_id, map_index=map_index, try_number=try_number)
        if found is None:
            index = f"[{map_index}]" if map_index >= 0 else ""
            message = (
                f"no artifact task run of '{dag_id}.{task_id}{index}' in {run_id!r} is recorded; "
                "check the names, and that the task has begun"
            )
            raise ArtifactNotFoundError(message)
        return found

    def run(self, dag_id: str, run_id: str) -> RunLineage:
        """Return the task runs of a DAG run with what they read and wrote; empty where none is recorded."""
        self._cannot_repeat("run")
        return self.lineage.run(dag_id, run_id)

    # The cache

    def why(self, task_run: TaskRun | str) -> Explanation:
        """Return what the cache decided for a task run, and why: for a miss, what differs from the nearest key before.

        Args:
            task_run: The task run, or its UUID.

        Raises:
            ArtifactNotFoundError: There is none of that UUID.
        """
        self._cannot_repeat("why")
        id_ = task_run if isinstance(task_run, str) else task_run.id
        found = self.lineage.task_run(id_)
        if found is None:
            message = (
                f"the task run {id_!r} is not in {self.lineage.url}; was it forgotten, or is this another database?"
            )
            raise ArtifactNotFoundError(message)
        return explain(self.lineage, found.task_run)

    def plan(self, graph: TaskGraph) -> Plan:
        """Return what the cache would decide for each task of a DAG run, without running or recording anything."""
        from airflow_artifacts.client import planning  # noqa: PLC0415 - it is made of tasks, which are made of clients

        return planning.plan(self, graph)

    def plan_task(self, node: TaskNode, returned: Mapping[str, Mapping[str, ArtifactRef]]) -> PlannedTask:
        """Return what the cache would decide for a task, given what those before it return, by task and output."""
        from airflow_artifacts.client import planning  # noqa: PLC0415 - as plan does

        return planning.plan_task(self, node, returned)

    def record_reuse(
        self, node: TaskNode, returned: Mapping[str, Mapping[str, ArtifactRef]], *, skipped: bool
    ) -> dict[str, ArtifactRef]:
        """Record on behalf of a task that it returns again what a plan found, and return references by output.

        Args:
            node: The task.
            returned: What the tasks before it return, by task and output.
            skipped: Whether the task is skipped for it, or runs and finds it itself.

        Raises:
            ArtifactNotFoundError: It is gone by now.
            VersionTakenError: A declared version exists with other content.
        """
        from airflow_artifacts.client import planning  # noqa: PLC0415 - as plan does

        return planning.record_reuse(self, node, returned, skipped=skipped)

    def invalidate(
        self,
        dag_id: str | None = None,
        task_id: str | None = None,
        *,
        downstream_of: str | ArtifactRef | ArtifactVersion | None = None,
    ) -> int:
        """Let what a task made or reused be no hit again; also any task of a DAG, or all downstream of a version.

        Entries of other tasks that share their keys go with them. What runs at this moment will be no hit either.

        Returns:
            How many cache keys are meant.

        Raises:
            ArtifactNotFoundError: There is no such version.
            TypeError: Neither a DAG nor a version is given, or both are.
        """
        if (dag_id is None) == (downstream_of is None):
            message = "invalidate a DAG or a task of it (dag_id, task_id), or what is downstream_of a version"
            raise TypeError(message)
        if downstream_of is not None:
            return self.lineage.cache.invalidate_downstream(self._version(downstream_of).id)
        return self.lineage.cache.invalidate(dag_id=str(dag_id), task_id=task_id)

    # Inside

    @property
    def scratch(self) -> Path:
        """A folder for files that must be local; removed when the client is closed, or else the process ends."""
        if self._scratch is None:
            self._scratch = Path(tempfile.mkdtemp(prefix="airflow-artifacts-"))
            atexit.register(_remove, self._scratch, os.getpid())
        return self._scratch

    def resolve(
        self,
        reference: str | ArtifactRef | ArtifactVersion,
        *,
        run: tuple[str, str] | None = None,
        settle: bool = True,
    ) -> ArtifactVersion | None:
        """Return the version that a reference means, or None, without recording that it was asked for.

        Args:
            reference: What :meth:`load` takes.
            run: DAG id and run id, within which ``latest`` and aliases mean one version each; without it those of
                the task that runs, if any.
            settle: Whether such a word means the same from now on within that run.

        Raises:
            InvalidNameError: The text cannot be a reference.
            ArtifactNotFoundError: The beginning of a UUID fits several versions.
        """
        context = self._context()
        if run is None and context is not None:
            run = context.task_run.dag_id, context.task_run.run_id
        return resolve(self.lineage, reference, run, settle=settle)

    def _context(self) -> TaskContext | None:
        context = current_context()
        if context is None or context.client.lineage.url == self.lineage.url:
            return context
        context.unrepeatable = f"its function asked another lineage database, {self.lineage.url}"
        return None

    def _note(
        self, reference: str | ArtifactRef | ArtifactVersion, version: ArtifactVersion | None, as_type: Any = None
    ) -> None:
        """Record what the function of the task that runs was given, so that a hit can ask for it again.

        Args:
            reference: What it asked by.
            version: What it means; None where there is none.
            as_type: What it loads as; None where only the description was asked for.
        """
        context = self._context()
        if context is None:
            return
        text = reference if isinstance(reference, str) else reference.id
        own = version is not None and version.producer is not None and version.producer.id == context.task_run.id
        if version is None or (not own and as_type is None):
            context.note(described(text, version))
        elif not own:
            try:
                context.note(loaded(text, version, as_type, context.first_party))
            except FingerprintError as error:
                context.unrepeatable = str(error)
        if version is not None:
            context.asked.add(version.id)
            shown = str(reference)
            self.lineage.record_input(context.task_run.id, version.id, version.artifact, EdgeKind.READ, shown)

    def _search(self, verb: str, argument: Any) -> Iterator[Any]:
        context = self._context()
        found = search(self.lineage, verb, argument)
        if context is not None:
            context.note(found)
        return found

    def _cannot_repeat(self, verb: str) -> None:
        """Let no later run reuse the result of a task that asks for what changes with every task run."""
        context = self._context()
        if context is not None:
            context.unrepeatable = f"its function asked for {verb}(), which is answered otherwise after every task run"

    def _version(self, reference: str | ArtifactRef | ArtifactVersion) -> ArtifactVersion:
        version = self.resolve(reference)
        if version is None:
            raise ArtifactNotFoundError(absence(self.lineage, reference))
        return version

    def _load_draft(self, draft: Draft, context: TaskContext, as_type: Any) -> Any:
        made, run = draft.version, context.task_run
        shown = ArtifactVersion(
            id=made.id,
            artifact=made.artifact,
            named=made.named,
            version="(not published yet)",
            number=None,
            kind=made.kind,
            type=made.type,
            materializer=made.materializer,
            size=made.manifest.size,
            manifest=made.manifest,
            save_kind=made.save_kind,
            created_at=run.started_at,
            effective_at=run.effective_at,
        )
        return self.load_version(shown, as_type)


def _remove(folder: Path, owner: int) -> None:
    """Remove a folder, unless this is a fork of the process that made it."""
    if os.getpid() == owner:
        shutil.rmtree(folder, ignore_errors=True)
