"""Labels: tags, aliases and pins, and the history of what a version was called and said to be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow_artifacts.artifact import parse_reference
from airflow_artifacts.client.base import BaseClient
from airflow_artifacts.exceptions import ArtifactNotFoundError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from airflow_artifacts.model import AliasMove, ArtifactRef, ArtifactVersion, Metadatum, VersionSummary

__all__ = ["LabellingClient"]


class LabellingClient(BaseClient):
    """The verbs that label."""

    def tag(
        self, reference: str | ArtifactRef | VersionSummary, *tags: str, remove: Iterable[str] = ()
    ) -> ArtifactVersion:
        """Add tags to a version, and take others away; return it as it is now.

        Args:
            reference: ``name@version``, ``name@alias``, a UUID or its beginning, a reference, or a version.
            tags: Those to add; those that it has stay.
            remove: Those to take away, as far as it has them.

        Raises:
            ArtifactNotFoundError: There is no such version.
            InvalidNameError: A tag is empty, over 255 characters, or holds control characters.
        """
        self._acts("tag")
        id_ = self._version(reference).id
        self.lineage.labels.tag(id_, tags, [remove] if isinstance(remove, str) else remove)
        return self._again(id_)

    def tag_artifact(self, name: str, *tags: str, remove: Iterable[str] = ()) -> None:
        """Add tags to an artifact, which count for all its versions in a search, and take others away.

        Raises:
            ArtifactNotFoundError: There is no such artifact.
            InvalidNameError: A tag is empty, over 255 characters, or holds control characters.
        """
        self._acts("tag_artifact")
        self.lineage.labels.tag_artifact(name, tags, [remove] if isinstance(remove, str) else remove)

    def alias(self, reference: str | ArtifactRef | VersionSummary, alias: str) -> ArtifactVersion:
        """Let an alias name a version, wherever it stood before; return the version as it is now.

        Raises:
            ArtifactNotFoundError: There is no such version.
            InvalidNameError: It is ``latest``, a number, a date, or breaks the rules for words.
            VersionTakenError: The word is a version of this artifact.
        """
        self._acts("alias")
        id_ = self._version(reference).id
        self.lineage.labels.move_alias(id_, alias)
        return self._again(id_)

    def unalias(self, name: str, alias: str) -> None:
        """Take an alias of an artifact away; its history stays.

        Args:
            name: The artifact.
            alias: The alias.

        Raises:
            ArtifactNotFoundError: The artifact has no such alias.
        """
        self._acts("unalias")
        if not self.lineage.labels.remove_alias(name, alias):
            message = f"{name!r} has no alias {alias!r}; 'versions {name}' shows those it has"
            raise ArtifactNotFoundError(message)

    def alias_history(self, name: str, alias: str | None = None) -> list[AliasMove]:
        """Return the moves of an alias, or of all aliases of an artifact, newest first."""
        self._cannot_repeat("alias_history")
        parse_reference(name)
        return self.lineage.labels.alias_history(name, alias)

    def pin(self, reference: str | ArtifactRef | VersionSummary) -> ArtifactVersion:
        """Keep a version, whatever is pruned or deleted, until it is unpinned; return it as it is now.

        Raises:
            ArtifactNotFoundError: There is no such version.
        """
        return self._pin(reference, pinned=True)

    def unpin(self, reference: str | ArtifactRef | VersionSummary) -> ArtifactVersion:
        """Let a version be pruned and deleted as others are; return it as it is now.

        Raises:
            ArtifactNotFoundError: There is no such version.
        """
        return self._pin(reference, pinned=False)

    def metadata(self, reference: str | ArtifactRef | VersionSummary) -> list[Metadatum]:
        """Return all metadata that a version was ever given, oldest first: each value with who gave it, and when.

        What counts of one key, the strongest source's newest value, stands in ``version.metadata``.

        Raises:
            ArtifactNotFoundError: There is no such version.
        """
        self._cannot_repeat("metadata")
        return self.lineage.labels.metadata(self._version(reference).id)

    def _pin(self, reference: str | ArtifactRef | VersionSummary, *, pinned: bool) -> ArtifactVersion:
        self._acts("pin" if pinned else "unpin")
        id_ = self._version(reference).id
        self.lineage.labels.pin(id_, pinned=pinned)
        return self._again(id_)
