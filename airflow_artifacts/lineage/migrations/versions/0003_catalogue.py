"""The catalogue: indexes that searches follow, declared outputs of task runs, and whose store it is."""

from __future__ import annotations

import uuid

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(sa.Text(), "sqlite")
ORDERS = (
    ("created_at", "id"),
    ("artifact_id", "created_at", "id"),
    ("kind", "created_at", "id"),
    ("type", "created_at", "id"),
)


def upgrade() -> None:
    """Add indexes, a column and two tables; no row is rewritten."""
    for columns in ORDERS:
        op.create_index(op.f(f"ix_version_{'_'.join(columns)}"), "version", list(columns))
    op.drop_index(op.f("ix_version_origin_id"), "version")
    op.create_index(
        op.f("ix_version_origin_id"),
        "version",
        ["origin_id"],
        sqlite_where=sa.text("origin_id IS NOT NULL"),
        postgresql_where=sa.text("origin_id IS NOT NULL"),
    )
    op.add_column("task_run", sa.Column("outputs", JSON, nullable=False, server_default="[]"))
    text = sa.String(36).with_variant(sa.String(36, collation="C"), "postgresql")
    identity = op.create_table(
        "identity", sa.Column("id", text, nullable=False), sa.PrimaryKeyConstraint("id", name=op.f("pk_identity"))
    )
    op.bulk_insert(identity, [{"id": str(uuid.uuid4())}])
    op.create_table(
        "marked_store",
        sa.Column("uri", sa.Text(), nullable=False),
        sa.Column("marked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("uri", name=op.f("pk_marked_store")),
    )


def downgrade() -> None:
    """Go back; which outputs a running task declares is lost, and which stores were marked."""
    for table in ("marked_store", "identity"):
        op.drop_table(table)
    op.drop_column("task_run", "outputs")
    op.drop_index(op.f("ix_version_origin_id"), "version")
    op.create_index(op.f("ix_version_origin_id"), "version", ["origin_id"])
    for columns in ORDERS:
        op.drop_index(op.f(f"ix_version_{'_'.join(columns)}"), "version")
