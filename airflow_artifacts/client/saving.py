"""Saving values and registering data that is there."""

from __future__ import annotations

import contextlib
import dataclasses
import logging
from typing import TYPE_CHECKING, Any, Literal

from airflow_artifacts.artifact import Artifact, literal
from airflow_artifacts.client.base import BaseClient
from airflow_artifacts.client.drafts import Destination, materialize, publish, upload
from airflow_artifacts.client.registering import register
from airflow_artifacts.entries import EntryOutput
from airflow_artifacts.exceptions import DeclarationError
from airflow_artifacts.model import MetadataSource, Metadatum, SaveKind

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Mapping

    from airflow_artifacts.client.context import TaskContext
    from airflow_artifacts.client.drafts import Draft
    from airflow_artifacts.materializers import Materializer
    from airflow_artifacts.model import ArtifactRef, ArtifactVersion, VersionSummary

__all__ = ["PendingVersion", "SavingClient"]

_log = logging.getLogger(__name__)


@dataclasses.dataclass(frozen=True, slots=True)
class PendingVersion:
    """What a task's function saved: stored, and published as a version when the task succeeds."""

    id: str
    artifact: str
    type: str
    size: int

    def __str__(self) -> str:
        return f"{self.artifact} (published when the task succeeds)"


class SavingClient(BaseClient):
    """The verbs that make versions."""

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
        publish: Literal["with task", "now"] = "with task",
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
            publish: Inside a task: ``"with task"`` publishes it with the task's outputs, ``"now"`` at once, whatever
                becomes of the task, as for a checkpoint; its producer is then a task run that has not ended.

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
        draft = materialize(
            self.store,
            value,
            destination,
            save_kind=SaveKind.SAVED_OUTSIDE if context is None else SaveKind.SAVED_IN_TASK,
            materializer=materializer,
            allow_pickle=self.allow_pickle,
            preview_rows=self.preview_rows,
        )
        return self._publish(draft, context, publish)

    def register(
        self,
        uri: str | os.PathLike[str],
        name: str,
        *,
        version: str | int | None = None,
        type: str = "data",  # noqa: A002 - the word that Artifact(type=…) uses
        tags: Iterable[str] = (),
        aliases: Iterable[str] = (),
        metadata: Mapping[str, Any] | None = None,
        copy: bool = False,
        publish: Literal["with task", "now"] = "with task",
    ) -> ArtifactVersion | PendingVersion:
        """Make a version of data that lies somewhere already: a file, a folder, or any URI that fsspec knows.

        Its files are listed with their sizes and digests, for which each is read once; it loads as a
        :class:`pathlib.Path`, the very files where they are local. Bytes that were changed since, or are gone, are an
        error when it is loaded. It is never pruned, and its bytes are never deleted. Where the artifact's newest
        version is of the same place with the same bytes, that one is published again and returned, and the log says so.

        Args:
            uri: Where it lies.
            name: The artifact.
            version: An explicit version, as :meth:`save` takes it.
            type: What it is for people, such as ``"model"``.
            tags: Labels.
            aliases: Movable names.
            metadata: JSON by key.
            copy: Whether its bytes are copied into the store; it then loads from there, as a copy.
            publish: As :meth:`save` takes it.

        Raises:
            ArtifactNotFoundError: Nothing is there, or a folder without files.
            InvalidNameError: A name that is not allowed, or a place in the store.
            VersionTakenError: The explicit version exists with other content.
            StoreError: The place or the store refused, failed, or is out of reach.
        """
        word = None if version is None else literal(str(version))
        declared = Artifact(literal(name), word, type, tags, aliases, metadata or {})
        draft = register(self.store, uri, Destination.of(declared, {}), copy=copy)
        return self._publish(draft, self._context(), publish)

    def log_metadata(self, reference: str | ArtifactRef | VersionSummary, metadata: Mapping[str, Any]) -> None:
        """Add metadata to a version; each value is kept with its time, and of one key the newest counts.

        Inside an artifact task the reference may mean what the task saved and has not published yet.

        Args:
            reference: What :meth:`load` takes.
            metadata: JSON by key, of any size.

        Raises:
            ArtifactNotFoundError: There is no such version.
            InputError: A value is not JSON.
            InvalidNameError: A key is not allowed.
        """
        logged = tuple(Metadatum(key, value, MetadataSource.LOGGED) for key, value in metadata.items())
        context = self._context()
        run = None if context is None else context.task_run
        if context is not None and isinstance(reference, str) and context.describe_staged(reference, logged):
            return
        version = self._version(reference)
        if run is None or version.producer is None or version.producer.id != run.id:
            self._acts("log_metadata")
        self.lineage.labels.add_metadata(version.id, logged, None if run is None else run.id)

    def _publish(
        self, draft: Draft, context: TaskContext | None, when: Literal["with task", "now"]
    ) -> ArtifactVersion | PendingVersion:
        """Store a draft's bytes, and publish it now or with the task that runs."""
        if when not in {"with task", "now"}:
            draft.close()
            message = f"publish={when!r} must be 'with task' or 'now'"
            raise DeclarationError(message)
        with contextlib.ExitStack() as stack:
            stack.callback(draft.close)
            upload(self.store, self.lineage, [draft])
            if context is not None and when != "now":
                # A function may catch what an upload raises: only what was uploaded is published with the task.
                context.drafts.append(draft)
                stack.pop_all()
                return PendingVersion(draft.version.id, draft.version.artifact, draft.version.type, draft.manifest.size)
            run = None if context is None else context.task_run
            effective = None if run is None else run.effective_at
            published = publish(self.store, self.lineage, [draft], task_run=run, effective_at=effective)[0]
            if published.save_kind is SaveKind.REGISTERED and published.id != draft.version.id:
                _log.info("%s is of this data already, and unchanged: nothing new was registered", published)
            if context is not None:
                context.published.append(EntryOutput(None, published, draft.version.tags, draft.version.aliases))
            return published
