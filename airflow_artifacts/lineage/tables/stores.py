"""Which database this is, and which stores it has left its mark in: bytes are collected only where no other has."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from airflow_artifacts.lineage.tables.base import Base, Key


class Identity(Base):
    """The UUID of this lineage database, in one row; a copy of the database keeps it."""

    __tablename__ = "identity"

    id: Mapped[Key] = mapped_column(primary_key=True)


class MarkedStore(Base):
    """A store in which a file says that this database has objects there."""

    __tablename__ = "marked_store"

    uri: Mapped[str] = mapped_column(primary_key=True)
    marked_at: Mapped[datetime]
