"""What all parts of the client share: a store and a lineage database, and the task that runs, if any."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from airflow_artifacts.client.context import current_context
from airflow_artifacts.client.reads import described, loaded, search
from airflow_artifacts.client.references import absence, resolve
from airflow_artifacts.exceptions import ArtifactNotFoundError, FingerprintError
from airflow_artifacts.lineage import Lineage
from airflow_artifacts.model import Direction, EdgeKind, LineageEdge
from airflow_artifacts.store import LOCAL_CACHE_SIZE, PATIENCE, LocalCache, ObjectStore, Writing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from types import TracebackType

    from typing_extensions import Self

    from airflow_artifacts.client.context import TaskContext
    from airflow_artifacts.client.runs import RunStates
    from airflow_artifacts.model import ArtifactRef, ArtifactVersion, VersionSummary

__all__ = ["PREVIEW_ROWS", "BaseClient"]

PREVIEW_ROWS = 20


class BaseClient:
    """A store and a lineage database, joined; its children are the client's verbs.

    Args:
        store: Where the bytes lie; or what opens it, when it is first needed.
        lineage: What names them.
        allow_pickle: Whether values that nothing else writes are pickled, and pickled ones are loaded.
        preview_rows: How many rows of a table its preview shows; 0 makes neither previews nor statistics.
        run_states: Asks Airflow which DAG runs have ended; None where there is no Airflow to ask.
    """

    def __init__(
        self,
        store: ObjectStore | Callable[[], ObjectStore],
        lineage: Lineage,
        *,
        allow_pickle: bool = False,
        preview_rows: int = PREVIEW_ROWS,
        run_states: RunStates | None = None,
    ) -> None:
        self._store = store
        self.lineage = lineage
        self.allow_pickle = allow_pickle
        self.preview_rows = preview_rows
        self.run_states = run_states
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
        patience: float = PATIENCE,
        s3_encryption: str | None = None,
        s3_kms_key: str | None = None,
        s3_storage_class: str | None = None,
        s3_tags: Mapping[str, str] | None = None,
        local_cache: str | os.PathLike[str] | None = None,
        local_cache_size: str | int = LOCAL_CACHE_SIZE,
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
            patience: Seconds for which a store or database that fails in passing is asked again; 0 asks once.
            s3_encryption: How S3 encrypts what is written: ``AES256``, ``aws:kms`` or ``aws:kms:dsse``; as the bucket
                says without it.
            s3_kms_key: The id or ARN of the key, for the latter two; that of the bucket without it.
            s3_storage_class: How S3 keeps it, such as ``STANDARD_IA``.
            s3_tags: Tags that each object gets.
            local_cache: A folder in which objects of a store that is far away are kept for the next who needs them, in
                any process of this machine.
            local_cache_size: How much they may take together: bytes, or a text such as ``"20 GB"``.

        Raises:
            ConfigurationError: One of them cannot be meant.
            SchemaError: The database's schema is not that of this release.
            LineageError: The database is out of reach.
        """
        writing = Writing.of(encryption=s3_encryption, kms_key=s3_kms_key, storage_class=s3_storage_class, tags=s3_tags)
        opened = ObjectStore.open(store, storage_options=storage_options, patience=patience, writing=writing)
        opened.verify_always = verify == "always"
        opened.local_cache = LocalCache.named(local_cache or "", local_cache_size)
        lineage = Lineage.connect(database, patience=patience)
        return cls(opened, lineage, allow_pickle=allow_pickle, preview_rows=preview_rows)

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

    @property
    def store(self) -> ObjectStore:
        """Where the bytes lie."""
        if not isinstance(self._store, ObjectStore):
            self._store = self._store()
        return self._store

    @property
    def scratch(self) -> Path:
        """A folder for files that must be local; removed when the client is closed, or else the process ends."""
        if self._scratch is None:
            self._scratch = Path(tempfile.mkdtemp(prefix="airflow-artifacts-"))
            atexit.register(_remove, self._scratch, os.getpid())
        return self._scratch

    def resolve(
        self,
        reference: str | ArtifactRef | VersionSummary,
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
        self, reference: str | ArtifactRef | VersionSummary, version: ArtifactVersion | None, as_type: Any = None
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
            edge = LineageEdge(context.task_run.id, version.id, Direction.INPUT, EdgeKind.READ, version.artifact, shown)
            self.lineage.record_inputs([edge])

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

    def _acts(self, verb: str) -> None:
        """Let no later run reuse the result of a task whose function changes what is not its own."""
        context = self._context()
        if context is not None:
            context.unrepeatable = f"its function called {verb}(), which reusing its result would not do again"

    def _again(self, id_: str) -> ArtifactVersion:
        """Return a version as it is now."""
        version = self.lineage.get(id_)
        if version is None:
            raise ArtifactNotFoundError(absence(self.lineage, id_))
        return version

    def _version(self, reference: str | ArtifactRef | VersionSummary) -> ArtifactVersion:
        version = self.resolve(reference)
        if version is None:
            raise ArtifactNotFoundError(absence(self.lineage, reference))
        return version


def _remove(folder: Path, owner: int) -> None:
    """Remove a folder, unless this is a fork of the process that made it."""
    if os.getpid() == owner:
        shutil.rmtree(folder, ignore_errors=True)
