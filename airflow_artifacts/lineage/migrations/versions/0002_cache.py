"""The cache comes into use: texts of key parts, labels of outputs that functions saved; reads stand with entries."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    """Change what no earlier release wrote to."""
    digest = sa.String(71).with_variant(sa.String(71, collation="C"), "postgresql")
    op.create_table(
        "key_text",
        sa.Column("digest", digest, nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_key_text")),
    )
    op.drop_table("read")
    for name in ("tags", "aliases"):
        op.add_column("cache_entry_output", sa.Column(name, JSON, nullable=False))


def downgrade() -> None:
    """Go back; the texts of key parts are lost, and with them the diffs by which misses are explained."""
    for name in ("aliases", "tags"):
        op.drop_column("cache_entry_output", name)
    text = sa.String(36).with_variant(sa.String(36, collation="C"), "postgresql")
    serial = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "read",
        sa.Column("id", serial, nullable=False),
        sa.Column("task_run_id", text, nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("result", JSON, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_read")),
        sa.ForeignKeyConstraint(
            ["task_run_id"], ["task_run.id"], name=op.f("fk_read_task_run_id_task_run"), ondelete="CASCADE"
        ),
    )
    op.create_index(op.f("ix_read_task_run_id"), "read", ["task_run_id"])
    op.drop_table("key_text")
