"""Loading values, and looking at them."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, overload

from airflow_artifacts.client.asking import AskingClient
from airflow_artifacts.client.references import absence
from airflow_artifacts.client.showing import Shown
from airflow_artifacts.client.values import load_value, open_file, stream_file
from airflow_artifacts.exceptions import ArtifactNotFoundError
from airflow_artifacts.model import ArtifactRef, ArtifactVersion, VersionSummary
from airflow_artifacts.visualizers import Preview

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import BinaryIO

    from airflow_artifacts.client.context import TaskContext
    from airflow_artifacts.client.drafts import Draft

__all__ = ["LoadingClient"]

T = TypeVar("T")


class LoadingClient(AskingClient):
    """The verbs that give values, files and previews."""

    @overload
    def load(self, reference: str | ArtifactRef | VersionSummary, as_type: type[T]) -> T: ...

    @overload
    def load(self, reference: str | ArtifactRef | VersionSummary) -> Any: ...

    def load(self, reference: str | ArtifactRef | VersionSummary, as_type: Any = Any) -> Any:
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

    def open(self, reference: str | ArtifactRef | VersionSummary, path: str | None = None) -> BinaryIO:
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

    def stream(self, version: ArtifactVersion, path: str) -> Iterator[bytes]:
        """Yield the bytes of one file in the store in pieces, the last one when all are checked, without recording it.

        However long the file is, two pieces of 4 MiB are held.

        Raises:
            MissingObjectError: Its bytes are gone.
            CorruptObjectError: Its bytes are not those that were written.
        """
        return stream_file(self.store, self.lineage, version, path, scratch=self.scratch)

    def preview(self, reference: str | ArtifactRef | VersionSummary) -> Preview:
        """Return what is shown of a version: made when it was written, and rendered by notebooks.

        Raises:
            ArtifactNotFoundError: There is no such version.
        """
        return Preview.from_json(self.lineage.preview(self.get(reference).id))

    def show(self, reference: str | ArtifactRef | VersionSummary) -> Shown:
        """Return a version with its preview, as a notebook renders it.

        Raises:
            ArtifactNotFoundError: There is no such version.
        """
        version = self.get(reference)
        return Shown(version, Preview.from_json(self.lineage.preview(version.id)))

    def load_version(self, version: ArtifactVersion, as_type: Any, path: Sequence[str | int] = ()) -> Any:
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

    def locations(self, version: VersionSummary) -> list[str]:
        """Return the URLs of a version's objects, or of registered data, which other tools can read as they are.

        Raises:
            ArtifactNotFoundError: It is gone.
        """
        return [file.uri or self.store.url(file.object) for file in self._version(version).manifest.files]

    def reference(self, version: VersionSummary) -> ArtifactRef:
        """Return a version's reference as XCom carries it: with the URI of its file, where it has one.

        Raises:
            ArtifactNotFoundError: It is gone.
        """
        if version.file_count != 1:
            return version.ref
        files = self._version(version).manifest.files
        return dataclasses.replace(version.ref, uri=files[0].uri or self.store.url(files[0].object))

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
            file_count=len(made.manifest.files),
            manifest=made.manifest,
            save_kind=made.save_kind,
            created_at=run.started_at,
            effective_at=run.effective_at,
        )
        return self.load_version(shown, as_type)
