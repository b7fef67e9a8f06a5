"""What people say of artifacts and versions, as one object: every verb is a transaction of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow_artifacts.artifact import check_alias, check_tag
from airflow_artifacts.exceptions import ArtifactNotFoundError
from airflow_artifacts.lineage import aliases, labels
from airflow_artifacts.lineage.patience import patient
from airflow_artifacts.lineage.statements import clock

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from airflow_artifacts.lineage.database import Database
    from airflow_artifacts.model import AliasMove, Metadatum


@patient
class Labels:
    """Tags, aliases, pins and metadata. Versions are named by their UUIDs.

    Every verb about a version raises :class:`~airflow_artifacts.exceptions.ArtifactNotFoundError` where there is none.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def add_metadata(self, version_id: str, metadata: Sequence[Metadatum], task_run_id: str | None = None) -> None:
        """Add metadata to a version; of one key the strongest source's newest value counts.

        Raises:
            InvalidNameError: A key is not allowed.
            InputError: A value is not JSON, or holds a NUL character.
        """
        labels.check_metadata(metadata)
        with self._database.writing() as session:
            labels.require(session, [version_id])
            labels.add_metadata(session, version_id, metadata, task_run_id, clock(session))

    def metadata(self, version_id: str) -> list[Metadatum]:
        """Return all metadata a version was ever given, with who gave it and when, oldest first."""
        with self._database.reading() as session:
            return labels.metadata(session, version_id)

    def tag(self, version_id: str, add: Iterable[str], remove: Iterable[str] = ()) -> None:
        """Add tags to a version, and take others away.

        Raises:
            InvalidNameError: A tag is not allowed.
        """
        added = [check_tag(tag) for tag in add]
        with self._database.writing() as session:
            labels.require(session, [version_id])
            labels.add_tags(session, version_id, added)
            labels.remove_tags(session, version_id, remove)

    def tag_artifact(self, artifact: str, add: Iterable[str], remove: Iterable[str] = ()) -> None:
        """Add tags to an artifact, and take others away.

        Raises:
            ArtifactNotFoundError: There is no such artifact.
            InvalidNameError: A tag is not allowed.
        """
        added = [check_tag(tag) for tag in add]
        with self._database.writing() as session:
            if not labels.tag_artifact(session, artifact, added, remove):
                message = f"{artifact!r} does not exist; nothing was saved under this name"
                raise ArtifactNotFoundError(message)

    def pin(self, version_id: str, *, pinned: bool) -> None:
        """Keep a version from being pruned or deleted, or let it be."""
        with self._database.writing() as session:
            labels.require(session, [version_id])
            labels.pin(session, version_id, pinned=pinned)

    def move_alias(self, version_id: str, alias: str) -> None:
        """Let an alias name a version, wherever it stands now.

        Raises:
            InvalidNameError: It is not allowed as an alias.
            VersionTakenError: The word is a version of this artifact.
        """
        check_alias(alias)
        with self._database.writing() as session:
            aliases.move(session, version_id, alias)

    def remove_alias(self, artifact: str, alias: str) -> bool:
        """Take an alias away; return whether there was one."""
        with self._database.writing() as session:
            return aliases.remove(session, artifact, alias)

    def alias_history(self, artifact: str, alias: str | None = None) -> list[AliasMove]:
        """Return the moves of an alias, or of all aliases of an artifact, newest first."""
        with self._database.reading() as session:
            return aliases.history(session, artifact, alias)
