"""How many files a version has, and items a list, as columns: lists need not read manifests, which may be megabytes."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_PAGE = 500
# Each quotation mark within a name stands behind a backslash, so that no name can hold this.
_NOTED = '%"length":%'


def upgrade() -> None:
    """Add them, filled from the manifests: each is looked through once, and only those of lists are parsed."""
    op.add_column("version", sa.Column("file_count", sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column("version", sa.Column("length", sa.BigInteger(), nullable=True))
    op.execute(
        "UPDATE version SET file_count = "
        "(SELECT manifest.files FROM manifest WHERE manifest.digest = version.manifest_digest)"
    )
    connection = op.get_bind()
    page = sa.text(
        "SELECT digest, content FROM manifest WHERE digest > :after AND content LIKE :noted ORDER BY digest LIMIT :page"
    )
    update = sa.text("UPDATE version SET length = :length WHERE manifest_digest = :digest")
    after = ""
    while found := connection.execute(page, {"after": after, "noted": _NOTED, "page": _PAGE}).all():
        lengths = [{"digest": digest, "length": json.loads(text)["details"].get("length")} for digest, text in found]
        if noted := [one for one in lengths if isinstance(one["length"], int)]:
            connection.execute(update, noted)
        after = found[-1][0]


def downgrade() -> None:
    """Go back; nothing is lost, since manifests say the same."""
    for column in ("length", "file_count"):
        op.drop_column("version", column)
