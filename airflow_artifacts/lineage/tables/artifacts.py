"""Artifacts and their versions, publications, aliases, tags and metadata."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from airflow_artifacts.lineage.tables.base import (
    AirflowId,
    Base,
    DigestText,
    Document,
    Key,
    Name,
    OptionalDocument,
    Serial,
    Word,
    enum_type,
)
from airflow_artifacts.model import MetadataSource, SaveKind

_IS_COPY = sa.text("origin_id IS NOT NULL")


class Artifact(Base):
    """A named series of versions. Whoever publishes to it holds its row's lock until the transaction ends."""

    __tablename__ = "artifact"

    id: Mapped[Serial] = mapped_column(primary_key=True)
    name: Mapped[Name] = mapped_column(unique=True)
    named: Mapped[bool]
    next_number: Mapped[int]
    """Never goes back, so that a deleted number is not given again."""
    latest_publication_id: Mapped[Serial | None] = mapped_column(
        sa.ForeignKey("publication.id", ondelete="SET NULL", use_alter=True), index=True
    )
    """What ``latest`` names: the greatest (effective, id) of its publications."""
    created_at: Mapped[datetime]


class Version(Base):
    """One immutable value of an artifact. Its rows never change but for ``pinned`` and ``bytes_deleted_at``."""

    __tablename__ = "version"
    __table_args__ = (
        sa.UniqueConstraint("artifact_id", "word"),
        # Searches give the newest first: of all, of one artifact, or of one type.
        sa.Index(None, "created_at", "id"),
        sa.Index(None, "artifact_id", "created_at", "id"),
        sa.Index(None, "kind", "created_at", "id"),
        sa.Index(None, "type", "created_at", "id"),
        # Few are copies: SQLite, which counts the others as one large group, would not follow an index of all.
        sa.Index(None, "origin_id", sqlite_where=_IS_COPY, postgresql_where=_IS_COPY),
    )

    id: Mapped[Key] = mapped_column(primary_key=True)
    artifact_id: Mapped[Serial] = mapped_column(sa.ForeignKey("artifact.id"))
    word: Mapped[Word]
    number: Mapped[int | None]
    kind: Mapped[str]
    type: Mapped[str]
    materializer: Mapped[str]
    manifest_digest: Mapped[DigestText] = mapped_column(sa.ForeignKey("manifest.digest"), index=True)
    size: Mapped[int]
    file_count: Mapped[int] = mapped_column(server_default="0")
    """As its manifest lists them, which lists of versions do not read: it may be megabytes."""
    length: Mapped[int | None]
    """Of a list or a tuple, as its materializer noted in the manifest."""
    fingerprint: Mapped[str | None]
    column_fingerprints: Mapped[OptionalDocument]
    save_kind: Mapped[SaveKind] = mapped_column(enum_type(SaveKind))
    output: Mapped[str | None]
    origin_id: Mapped[Key | None] = mapped_column(sa.ForeignKey("version.id", ondelete="SET NULL"))
    effective_at: Mapped[datetime]
    interval_start: Mapped[datetime | None]
    interval_end: Mapped[datetime | None]
    created_at: Mapped[datetime]
    producer_id: Mapped[Key | None] = mapped_column(sa.ForeignKey("task_run.id", ondelete="SET NULL"), index=True)
    pinned: Mapped[bool]
    bytes_deleted_at: Mapped[datetime | None]
    preview: Mapped[str | None] = mapped_column(deferred=True)
    """Up to 64 KB, read only where it is shown."""


class Publication(Base):
    """A version was published or reused. Ids order the publications of one artifact, whose row's lock they need.

    The interval is that of the DAG run, else the effective moment alone, so that dates are found by one rule.
    """

    __tablename__ = "publication"
    __table_args__ = (
        sa.Index(None, "artifact_id", "reused", "id"),
        sa.Index(None, "artifact_id", "interval_end", "interval_start"),
        # What one DAG made of an artifact, where others made most of it.
        sa.Index(None, "artifact_id", "dag_id", "id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Serial] = mapped_column(primary_key=True)
    artifact_id: Mapped[Serial] = mapped_column(sa.ForeignKey("artifact.id"))
    version_id: Mapped[Key] = mapped_column(sa.ForeignKey("version.id", ondelete="CASCADE"), index=True)
    task_run_id: Mapped[Key | None] = mapped_column(sa.ForeignKey("task_run.id", ondelete="SET NULL"), index=True)
    effective_at: Mapped[datetime]
    interval_start: Mapped[datetime]
    interval_end: Mapped[datetime]
    published_at: Mapped[datetime]
    reused: Mapped[bool]
    moved_latest: Mapped[bool]
    """Whether ``latest`` came to name another version by it, which asks for an asset event."""
    dag_id: Mapped[AirflowId] = mapped_column(server_default="")
    """Of the task run that made the version, whoever publishes it; empty where none did, or it was forgotten."""


class ArtifactDag(Base):
    """What task runs of one DAG have made of an artifact; what has no producer is under an empty DAG id.

    Written under the lock of the artifact's row, so that what one may see of an artifact with any number of versions
    is a matter of a few rows.
    """

    __tablename__ = "artifact_dag"

    artifact_id: Mapped[Serial] = mapped_column(sa.ForeignKey("artifact.id"), primary_key=True)
    dag_id: Mapped[AirflowId] = mapped_column(primary_key=True)
    versions: Mapped[int]
    bytes: Mapped[int]
    """Of those versions that have their bytes in the store, each counted by itself."""
    registered: Mapped[int]
    """Bytes of those versions whose data lies elsewhere."""
    newest: Mapped[int]
    """The greatest id of the publications by which these versions were made."""


class Alias(Base):
    """A movable name for one version, with the publication by which a declared alias moves forward only."""

    __tablename__ = "alias"

    artifact_id: Mapped[Serial] = mapped_column(sa.ForeignKey("artifact.id"), primary_key=True)
    name: Mapped[Word] = mapped_column(primary_key=True)
    version_id: Mapped[Key] = mapped_column(sa.ForeignKey("version.id", ondelete="CASCADE"), index=True)
    publication_id: Mapped[Serial] = mapped_column(sa.ForeignKey("publication.id", ondelete="CASCADE"), index=True)
    effective_at: Mapped[datetime]


class AliasHistory(Base):
    """An alias came to name a version, or none where it was taken away."""

    __tablename__ = "alias_history"
    __table_args__ = (sa.Index(None, "artifact_id", "name", "id"),)

    id: Mapped[Serial] = mapped_column(primary_key=True)
    artifact_id: Mapped[Serial] = mapped_column(sa.ForeignKey("artifact.id"))
    name: Mapped[Word]
    version_id: Mapped[Key | None] = mapped_column(sa.ForeignKey("version.id", ondelete="CASCADE"), index=True)
    moved_at: Mapped[datetime]


class ArtifactTag(Base):
    """A label on an artifact."""

    __tablename__ = "artifact_tag"

    artifact_id: Mapped[Serial] = mapped_column(sa.ForeignKey("artifact.id"), primary_key=True)
    tag: Mapped[Word] = mapped_column(primary_key=True, index=True)


class VersionTag(Base):
    """A label on a version."""

    __tablename__ = "version_tag"

    version_id: Mapped[Key] = mapped_column(sa.ForeignKey("version.id", ondelete="CASCADE"), primary_key=True)
    tag: Mapped[Word] = mapped_column(primary_key=True, index=True)


class VersionMetadata(Base):
    """A value of a version's metadata, and who gave it. Later rows add to earlier ones; none is overwritten."""

    __tablename__ = "version_metadata"
    __table_args__ = (sa.Index(None, "key", "number"),)

    id: Mapped[Serial] = mapped_column(primary_key=True)
    version_id: Mapped[Key] = mapped_column(sa.ForeignKey("version.id", ondelete="CASCADE"), index=True)
    key: Mapped[Word]
    source: Mapped[MetadataSource] = mapped_column(enum_type(MetadataSource))
    value: Mapped[Document]
    number: Mapped[float | None]
    """The value where it is a number, to compare by."""
    created_at: Mapped[datetime]
    task_run_id: Mapped[Key | None] = mapped_column(sa.ForeignKey("task_run.id", ondelete="SET NULL"), index=True)
