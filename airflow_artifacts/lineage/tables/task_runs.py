"""Task runs, the edges between them and versions, and what a DAG run keeps."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from airflow_artifacts.lineage.tables.base import (
    AirflowId,
    Base,
    DigestText,
    Document,
    Key,
    Label,
    OptionalDocument,
    Serial,
    Word,
    enum_type,
    json_type,
)
from airflow_artifacts.model import Direction, EdgeKind, TaskRunState

_IS_DECIDED = sa.text("outcome IS NOT NULL")


class DagRun(Base):
    """A DAG run, with the first moment any of its tasks began: kept over clears, so that names stay the same."""

    __tablename__ = "dag_run"

    dag_id: Mapped[AirflowId] = mapped_column(primary_key=True)
    run_id: Mapped[AirflowId] = mapped_column(primary_key=True)
    first_started_at: Mapped[datetime]


class Resolution(Base):
    """What ``latest`` or an alias meant when a DAG run first asked; it means that for the whole run."""

    __tablename__ = "resolution"

    dag_id: Mapped[AirflowId] = mapped_column(primary_key=True)
    run_id: Mapped[AirflowId] = mapped_column(primary_key=True)
    artifact_id: Mapped[Serial] = mapped_column(sa.ForeignKey("artifact.id"), primary_key=True, index=True)
    word: Mapped[Word] = mapped_column(primary_key=True)
    version_id: Mapped[Key] = mapped_column(sa.ForeignKey("version.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime]


class TaskRun(Base):
    """One try of one task instance."""

    __tablename__ = "task_run"
    __table_args__ = (
        sa.ForeignKeyConstraint(["dag_id", "run_id"], ["dag_run.dag_id", "dag_run.run_id"]),
        sa.Index(None, "dag_id", "run_id", "task_id", "map_index", "try_number"),
        sa.Index(None, "dag_id", "task_id", "recorded_at"),
        sa.Index(None, "dag_id", "recorded_at", "id"),
        # Holds all that decisions are counted by, so that the rows, which are long, are not read for it.
        sa.Index(
            None,
            "started_at",
            "outcome",
            "dag_id",
            "saved_seconds",
            sqlite_where=_IS_DECIDED,
            postgresql_where=_IS_DECIDED,
        ),
    )

    id: Mapped[Key] = mapped_column(primary_key=True)
    dag_id: Mapped[AirflowId]
    run_id: Mapped[AirflowId]
    task_id: Mapped[AirflowId]
    map_index: Mapped[int]
    try_number: Mapped[int]
    instance_id: Mapped[AirflowId] = mapped_column(unique=True)
    clear_number: Mapped[int]
    state: Mapped[TaskRunState] = mapped_column(enum_type(TaskRunState))
    started_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    """On the database's clock: the order of tries that holds when a deleted DAG run is created again."""
    ended_at: Mapped[datetime | None]
    logical_date: Mapped[datetime | None]
    interval_start: Mapped[datetime | None]
    interval_end: Mapped[datetime | None]
    run_after: Mapped[datetime | None]
    partition_key: Mapped[str | None]
    parameters: Mapped[Document]
    source: Mapped[str | None]
    environment: Mapped[Document]
    outputs: Mapped[Any] = mapped_column(json_type(), nullable=False, server_default="[]")
    """The names of the outputs that it declares."""
    decision: Mapped[OptionalDocument]
    """What the cache decided, with its reasons."""
    outcome: Mapped[str | None]
    """That of the decision, to count by."""
    saved_seconds: Mapped[float | None]
    """What the computation took whose result was a hit."""
    cache_key: Mapped[DigestText | None] = mapped_column(sa.ForeignKey("cache_key.key"), index=True)


class Edge(Base):
    """A task run read or wrote a version. It holds the version: a version with an edge is not deleted alone."""

    __tablename__ = "edge"
    __table_args__ = (
        sa.UniqueConstraint("task_run_id", "direction", "version_id", "name"),
        sa.Index(None, "version_id", "direction"),
    )

    id: Mapped[Serial] = mapped_column(primary_key=True)
    task_run_id: Mapped[Key] = mapped_column(sa.ForeignKey("task_run.id", ondelete="CASCADE"))
    version_id: Mapped[Key] = mapped_column(sa.ForeignKey("version.id"))
    direction: Mapped[Direction] = mapped_column(enum_type(Direction))
    kind: Mapped[EdgeKind] = mapped_column(enum_type(EdgeKind))
    name: Mapped[Label]
    reference: Mapped[str | None]
    created_at: Mapped[datetime]
