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
