"""What the cache remembers: keys with their parts, entries by generation, and leases."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from airflow_artifacts.lineage.tables.base import AirflowId, Base, DigestText, Document, Key, Serial


class CacheKey(Base):
    """A cache key, with the named parts that explain a miss and the generation that entries are made at."""

    __tablename__ = "cache_key"

    key: Mapped[DigestText] = mapped_column(primary_key=True)
    parts: Mapped[Document]
    generation: Mapped[int]
    created_at: Mapped[datetime]


class KeyText(Base):
    """The source of a part of keys, once however many keys hold it."""

    __tablename__ = "key_text"

    digest: Mapped[DigestText] = mapped_column(primary_key=True)
    content: Mapped[str]


class CacheEntry(Base):
    """The outputs under a key, one entry per generation: whoever comes second adopts the first one's.

    Its reads stand here, as the task run may be forgotten before the entry is.
    """

    __tablename__ = "cache_entry"
    __table_args__ = (
        sa.UniqueConstraint("key", "generation"),
        sa.Index(None, "dag_id", "task_id"),
    )

    id: Mapped[Serial] = mapped_column(primary_key=True)
    key: Mapped[DigestText] = mapped_column(sa.ForeignKey("cache_key.key"))
    generation: Mapped[int]
    scope: Mapped[str]
    dag_id: Mapped[AirflowId]
    task_id: Mapped[AirflowId]
    task_run_id: Mapped[Key | None] = mapped_column(sa.ForeignKey("task_run.id", ondelete="SET NULL"), index=True)
    reads: Mapped[Document]
    created_at: Mapped[datetime]


class CacheEntryOutput(Base):
    """A version that an entry returns. The entry goes with any of its outputs, hence the version waits for that."""

    __tablename__ = "cache_entry_output"

    entry_id: Mapped[Serial] = mapped_column(sa.ForeignKey("cache_entry.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    output: Mapped[str | None]
    """The declared output; None for what the function saved itself."""
    version_id: Mapped[Key] = mapped_column(sa.ForeignKey("version.id"), index=True)
    tags: Mapped[Document]
    """What the function itself gave the version when it saved it, as are the aliases."""
    aliases: Mapped[Document]


class CacheLease(Base):
    """Who computes a key now. Rows stay after release, so that the fence only rises."""

    __tablename__ = "cache_lease"
    __table_args__ = (sa.Index(None, "expires_at"),)

    key: Mapped[DigestText] = mapped_column(primary_key=True)
    holder: Mapped[Key]
    fence: Mapped[int]
    acquired_at: Mapped[datetime]
    heartbeat_at: Mapped[datetime]
    expires_at: Mapped[datetime]
