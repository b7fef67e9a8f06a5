"""The overview: what DAGs have made of artifacts, and decisions as columns that can be counted by."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DAG_ID = sa.String(250).with_variant(sa.String(250, collation="C"), "postgresql")
IS_DECIDED = sa.text("outcome IS NOT NULL")
DECISIONS = "ix_task_run_started_at_outcome_dag_id_saved_seconds"
MADE = "ix_publication_artifact_id_dag_id_id"
NEWEST = "ix_task_run_dag_id_recorded_at_id"


def upgrade() -> None:
    """Add them, filled from the rows that there are."""
    _add_decisions()
    op.add_column("publication", sa.Column("dag_id", DAG_ID, nullable=False, server_default=""))
    op.execute(
        "UPDATE publication SET dag_id = coalesce((SELECT task_run.dag_id FROM version JOIN task_run "
        "ON task_run.id = version.producer_id WHERE version.id = publication.version_id), '')"
    )
    op.create_index(op.f(MADE), "publication", ["artifact_id", "dag_id", "id"])
    op.create_table(
        "artifact_dag",
        sa.Column("artifact_id", SERIAL, nullable=False),
        sa.Column("dag_id", DAG_ID, nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("versions", "bytes", "registered", "newest")),
        sa.PrimaryKeyConstraint("artifact_id", "dag_id", name=op.f("pk_artifact_dag")),
        sa.ForeignKeyConstraint(["artifact_id"], ["artifact.id"], name=op.f("fk_artifact_dag_artifact_id_artifact")),
    )
    op.execute(
        "INSERT INTO artifact_dag (artifact_id, dag_id, versions, bytes, registered, newest) "
        "SELECT made.artifact_id, made.dag_id, count(*), "
        "sum(CASE WHEN made.is_stored AND made.bytes_deleted_at IS NULL THEN made.size ELSE 0 END), "
        "sum(CASE WHEN made.is_stored THEN 0 ELSE made.size END), max(made.id) FROM ("
        "SELECT publication.id, publication.artifact_id, publication.dag_id, version.size, version.bytes_deleted_at, "
        "EXISTS (SELECT 1 FROM manifest_object WHERE manifest_digest = version.manifest_digest) AS is_stored "
        "FROM publication JOIN version ON version.id = publication.version_id WHERE NOT publication.reused"
        ") AS made GROUP BY made.artifact_id, made.dag_id"
    )


def _add_decisions() -> None:
    op.add_column("task_run", sa.Column("outcome", sa.Text(), nullable=True))
    op.add_column("task_run", sa.Column("saved_seconds", sa.Double(), nullable=True))
    if op.get_bind().dialect.name == "sqlite":
        outcome, seconds = "json_extract(decision, '$.outcome')", "json_extract(decision, '$.seconds')"
    else:
        # PostgreSQL takes nothing out of a document that holds a NUL anywhere, or half of a character, as a reason may.
        document = r"CAST(regexp_replace(CAST(decision AS text), '\\u[0-9a-fA-F]{4}', '\\u0001', 'g') AS json)"
        outcome, seconds = f"{document} ->> 'outcome'", f"CAST({document} ->> 'seconds' AS double precision)"
    op.execute(f"UPDATE task_run SET outcome = {outcome} WHERE decision IS NOT NULL")  # noqa: S608 - above
    op.execute(f"UPDATE task_run SET saved_seconds = {seconds} WHERE outcome = 'hit'")  # noqa: S608 - above
    op.create_index(op.f(NEWEST), "task_run", ["dag_id", "recorded_at", "id"])
    op.create_index(
        op.f(DECISIONS),
        "task_run",
        ["started_at", "outcome", "dag_id", "saved_seconds"],
        sqlite_where=IS_DECIDED,
        postgresql_where=IS_DECIDED,
    )


def downgrade() -> None:
    """Go back; nothing is lost, since all of it follows from other rows."""
    op.drop_table("artifact_dag")
    op.drop_index(op.f(MADE), "publication")
    op.drop_column("publication", "dag_id")
    for index in (DECISIONS, NEWEST):
        op.drop_index(op.f(index), "task_run")
    for column in ("saved_seconds", "outcome"):
        op.drop_column("task_run", column)
