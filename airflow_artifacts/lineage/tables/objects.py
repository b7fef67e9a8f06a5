"""Bytes in the store, and the manifests that name them."""

import enum
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from airflow_artifacts.lineage.tables.base import Base, DigestText, Suffix, enum_type


class ObjectState(str, enum.Enum):
    """What is known of an object's bytes."""

    LIVE = "live"
    """Some writer holds or held them; they are there once its upload has ended."""
    CONDEMNED = "condemned"
    """Collection is about to delete them."""
    MISSING = "missing"
    """They were not written yet, or were found gone or wrong."""
    KEPT = "kept"
    """They are there, but no version's: only the rows that named them were deleted."""


class Object(Base):
    """An object. Writers and collection take its row's lock, several of them in the order of (digest, suffix)."""

    __tablename__ = "object"
    __table_args__ = (sa.Index(None, "state", "last_used_at"),)

    digest: Mapped[DigestText] = mapped_column(primary_key=True)
    suffix: Mapped[Suffix] = mapped_column(primary_key=True)
    size: Mapped[int]
    state: Mapped[ObjectState] = mapped_column(enum_type(ObjectState))
    last_used_at: Mapped[datetime]
    """On the database's clock."""


class Manifest(Base):
    """A manifest, addressed by the digest of its text: versions of one value share it."""

    __tablename__ = "manifest"

    digest: Mapped[DigestText] = mapped_column(primary_key=True)
    content: Mapped[str]
    size: Mapped[int]
    files: Mapped[int]


class ManifestObject(Base):
    """A manifest names an object, which is therefore in use."""

    __tablename__ = "manifest_object"
    __table_args__ = (
        sa.ForeignKeyConstraint(["object_digest", "object_suffix"], ["object.digest", "object.suffix"]),
        sa.Index(None, "object_digest", "object_suffix"),
    )

    manifest_digest: Mapped[DigestText] = mapped_column(
        sa.ForeignKey("manifest.digest", ondelete="CASCADE"), primary_key=True
    )
    object_digest: Mapped[DigestText] = mapped_column(primary_key=True)
    object_suffix: Mapped[Suffix] = mapped_column(primary_key=True)
