"""The whole schema of the first release."""

from __future__ import annotations

from typing import Any, Literal

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(sa.Text(), "sqlite")
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _text(length: int) -> sa.String:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def _column(
    name: str, type_: sa.types.TypeEngine[Any], *, autoincrement: bool | Literal["auto"] = "auto"
) -> sa.Column[Any]:
    return sa.Column(name, type_, nullable=False, autoincrement=autoincrement)


def _optional(name: str, type_: sa.types.TypeEngine[Any]) -> sa.Column[Any]:
    return sa.Column(name, type_, nullable=True)


def upgrade() -> None:
    """Create every table."""
    _create_objects()
    _create_task_runs()
    _create_versions()
    _create_lineage()
    _create_cache()


def _create_objects() -> None:
    """Objects and manifests."""
    op.create_table(
        "object",
        _column("digest", _text(71)),
        _column("suffix", _text(32)),
        _column("size", sa.BigInteger()),
        _column("state", _text(32)),
        _column("last_used_at", MOMENT),
        sa.PrimaryKeyConstraint("digest", "suffix", name=op.f("pk_object")),
    )
    op.create_index(op.f("ix_object_state_last_used_at"), "object", ["state", "last_used_at"])
    op.create_table(
        "manifest",
        _column("digest", _text(71)),
        _column("content", sa.Text()),
        _column("size", sa.BigInteger()),
        _column("files", sa.BigInteger()),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_manifest")),
    )
    op.create_table(
        "manifest_object",
        _column("manifest_digest", _text(71)),
        _column("object_digest", _text(71)),
        _column("object_suffix", _text(32)),
        sa.PrimaryKeyConstraint("manifest_digest", "object_digest", "object_suffix", name=op.f("pk_manifest_object")),
        sa.ForeignKeyConstraint(
            ["manifest_digest"],
            ["manifest.digest"],
            name=op.f("fk_manifest_object_manifest_digest_manifest"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["object_digest", "object_suffix"],
            ["object.digest", "object.suffix"],
            name=op.f("fk_manifest_object_object_digest_object"),
        ),
    )
    op.create_index(
        op.f("ix_manifest_object_object_digest_object_suffix"), "manifest_object", ["object_digest", "object_suffix"]
    )


def _create_task_runs() -> None:
    """DAG runs and task runs, with the cache keys they have."""
    op.create_table(
        "cache_key",
        _column("key", _text(71)),
        _column("parts", JSON),
        _column("generation", sa.BigInteger()),
        _column("created_at", MOMENT),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_cache_key")),
    )
    op.create_table(
        "dag_run",
        _column("dag_id", _text(250)),
        _column("run_id", _text(250)),
        _column("first_started_at", MOMENT),
        sa.PrimaryKeyConstraint("dag_id", "run_id", name=op.f("pk_dag_run")),
    )
    op.create_table(
        "task_run",
        _column("id", _text(36)),
        _column("dag_id", _text(250)),
        _column("run_id", _text(250)),
        _column("task_id", _text(250)),
        _column("map_index", sa.BigInteger()),
        _column("try_number", sa.BigInteger()),
        _column("instance_id", _text(250)),
        _column("clear_number", sa.BigInteger()),
        _column("state", _text(32)),
        _column("started_at", MOMENT),
        _column("recorded_at", MOMENT),
        _optional("ended_at", MOMENT),
        _optional("logical_date", MOMENT),
        _optional("interval_start", MOMENT),
        _optional("interval_end", MOMENT),
        _optional("run_after", MOMENT),
        _optional("partition_key", sa.Text()),
        _column("parameters", JSON),
        _optional("source", sa.Text()),
        _column("environment", JSON),
        _optional("decision", JSON),
        _optional("cache_key", _text(71)),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task_run")),
        sa.ForeignKeyConstraint(["cache_key"], ["cache_key.key"], name=op.f("fk_task_run_cache_key_cache_key")),
        sa.ForeignKeyConstraint(
            ["dag_id", "run_id"], ["dag_run.dag_id", "dag_run.run_id"], name=op.f("fk_task_run_dag_id_dag_run")
        ),
        sa.UniqueConstraint("instance_id", name=op.f("uq_task_run_instance_id")),
    )
    op.create_index(op.f("ix_task_run_cache_key"), "task_run", ["cache_key"])
    op.create_index(
        op.f("ix_task_run_dag_id_run_id_task_id_map_index_try_number"),
        "task_run",
        ["dag_id", "run_id", "task_id", "map_index", "try_number"],
    )
    op.create_index(op.f("ix_task_run_dag_id_task_id_recorded_at"), "task_run", ["dag_id", "task_id", "recorded_at"])
    op.create_table(
        "read",
        _column("id", SERIAL),
        _column("task_run_id", _text(36)),
        _column("reference", sa.Text()),
        _column("result", JSON),
        _column("created_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_read")),
        sa.ForeignKeyConstraint(
            ["task_run_id"], ["task_run.id"], name=op.f("fk_read_task_run_id_task_run"), ondelete="CASCADE"
        ),
    )
    op.create_index(op.f("ix_read_task_run_id"), "read", ["task_run_id"])


def _create_versions() -> None:
    """Artifacts, versions and what is said of them."""
    op.create_table(
        "artifact",
        _column("id", SERIAL),
        _column("name", _text(1024)),
        _column("named", sa.Boolean()),
        _column("next_number", sa.BigInteger()),
        _optional("latest_publication_id", SERIAL),
        _column("created_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_artifact")),
        sa.ForeignKeyConstraint(
            ["latest_publication_id"],
            ["publication.id"],
            name=op.f("fk_artifact_latest_publication_id_publication"),
            ondelete="SET NULL",
            use_alter=True,
        ),
        sa.UniqueConstraint("name", name=op.f("uq_artifact_name")),
    )
    op.create_index(op.f("ix_artifact_latest_publication_id"), "artifact", ["latest_publication_id"])
    op.create_table(
        "artifact_tag",
        _column("artifact_id", SERIAL),
        _column("tag", _text(255)),
        sa.PrimaryKeyConstraint("artifact_id", "tag", name=op.f("pk_artifact_tag")),
        sa.ForeignKeyConstraint(["artifact_id"], ["artifact.id"], name=op.f("fk_artifact_tag_artifact_id_artifact")),
    )
    op.create_index(op.f("ix_artifact_tag_tag"), "artifact_tag", ["tag"])
    op.create_table(
        "version",
        _column("id", _text(36)),
        _column("artifact_id", SERIAL),
        _column("word", _text(255)),
        _optional("number", sa.BigInteger()),
        _column("kind", sa.Text()),
        _column("type", sa.Text()),
        _column("materializer", sa.Text()),
        _column("manifest_digest", _text(71)),
        _column("size", sa.BigInteger()),
        _optional("fingerprint", sa.Text()),
        _optional("column_fingerprints", JSON),
        _column("save_kind", _text(32)),
        _optional("output", sa.Text()),
        _optional("origin_id", _text(36)),
        _column("effective_at", MOMENT),
        _optional("interval_start", MOMENT),
        _optional("interval_end", MOMENT),
        _column("created_at", MOMENT),
        _optional("producer_id", _text(36)),
        _column("pinned", sa.Boolean()),
        _optional("bytes_deleted_at", MOMENT),
        _optional("preview", sa.Text()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_version")),
        sa.ForeignKeyConstraint(["artifact_id"], ["artifact.id"], name=op.f("fk_version_artifact_id_artifact")),
        sa.ForeignKeyConstraint(
            ["manifest_digest"], ["manifest.digest"], name=op.f("fk_version_manifest_digest_manifest")
        ),
        sa.ForeignKeyConstraint(
            ["origin_id"], ["version.id"], name=op.f("fk_version_origin_id_version"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["producer_id"], ["task_run.id"], name=op.f("fk_version_producer_id_task_run"), ondelete="SET NULL"
        ),
        sa.UniqueConstraint("artifact_id", "word", name=op.f("uq_version_artifact_id_word")),
    )
    op.create_index(op.f("ix_version_manifest_digest"), "version", ["manifest_digest"])
    op.create_index(op.f("ix_version_origin_id"), "version", ["origin_id"])
    op.create_index(op.f("ix_version_producer_id"), "version", ["producer_id"])
    op.create_table(
        "publication",
        _column("id", SERIAL),
        _column("artifact_id", SERIAL),
        _column("version_id", _text(36)),
        _optional("task_run_id", _text(36)),
        _column("effective_at", MOMENT),
        _column("interval_start", MOMENT),
        _column("interval_end", MOMENT),
        _column("published_at", MOMENT),
        _column("reused", sa.Boolean()),
        _column("moved_latest", sa.Boolean()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication")),
        sa.ForeignKeyConstraint(["artifact_id"], ["artifact.id"], name=op.f("fk_publication_artifact_id_artifact")),
        sa.ForeignKeyConstraint(
            ["task_run_id"], ["task_run.id"], name=op.f("fk_publication_task_run_id_task_run"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["version.id"], name=op.f("fk_publication_version_id_version"), ondelete="CASCADE"
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_publication_artifact_id_interval_end_interval_start"),
        "publication",
        ["artifact_id", "interval_end", "interval_start"],
    )
    op.create_index(op.f("ix_publication_artifact_id_reused_id"), "publication", ["artifact_id", "reused", "id"])
    op.create_index(op.f("ix_publication_task_run_id"), "publication", ["task_run_id"])
    op.create_index(op.f("ix_publication_version_id"), "publication", ["version_id"])
    op.create_table(
        "alias_history",
        _column("id", SERIAL),
        _column("artifact_id", SERIAL),
        _column("name", _text(255)),
        _optional("version_id", _text(36)),
        _column("moved_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alias_history")),
        sa.ForeignKeyConstraint(["artifact_id"], ["artifact.id"], name=op.f("fk_alias_history_artifact_id_artifact")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["version.id"], name=op.f("fk_alias_history_version_id_version"), ondelete="CASCADE"
        ),
    )
    op.create_index(op.f("ix_alias_history_artifact_id_name_id"), "alias_history", ["artifact_id", "name", "id"])
    op.create_index(op.f("ix_alias_history_version_id"), "alias_history", ["version_id"])
    op.create_table(
        "version_tag",
        _column("version_id", _text(36)),
        _column("tag", _text(255)),
        sa.PrimaryKeyConstraint("version_id", "tag", name=op.f("pk_version_tag")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["version.id"], name=op.f("fk_version_tag_version_id_version"), ondelete="CASCADE"
        ),
    )
    op.create_index(op.f("ix_version_tag_tag"), "version_tag", ["tag"])
    op.create_table(
        "version_metadata",
        _column("id", SERIAL),
        _column("version_id", _text(36)),
        _column("key", _text(255)),
        _column("source", _text(32)),
        _column("value", JSON),
        _optional("number", sa.Double()),
        _column("created_at", MOMENT),
        _optional("task_run_id", _text(36)),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_version_metadata")),
        sa.ForeignKeyConstraint(
            ["task_run_id"], ["task_run.id"], name=op.f("fk_version_metadata_task_run_id_task_run"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["version.id"], name=op.f("fk_version_metadata_version_id_version"), ondelete="CASCADE"
        ),
    )
    op.create_index(op.f("ix_version_metadata_key_number"), "version_metadata", ["key", "number"])
    op.create_index(op.f("ix_version_metadata_task_run_id"), "version_metadata", ["task_run_id"])
    op.create_index(op.f("ix_version_metadata_version_id"), "version_metadata", ["version_id"])
    op.create_table(
        "alias",
        _column("artifact_id", SERIAL),
        _column("name", _text(255)),
        _column("version_id", _text(36)),
        _column("publication_id", SERIAL),
        _column("effective_at", MOMENT),
        sa.PrimaryKeyConstraint("artifact_id", "name", name=op.f("pk_alias")),
        sa.ForeignKeyConstraint(["artifact_id"], ["artifact.id"], name=op.f("fk_alias_artifact_id_artifact")),
        sa.ForeignKeyConstraint(
            ["publication_id"], ["publication.id"], name=op.f("fk_alias_publication_id_publication"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["version.id"], name=op.f("fk_alias_version_id_version"), ondelete="CASCADE"
        ),
    )
    op.create_index(op.f("ix_alias_publication_id"), "alias", ["publication_id"])
    op.create_index(op.f("ix_alias_version_id"), "alias", ["version_id"])
    if op.get_bind().dialect.name != "sqlite":  # which has it from its CREATE TABLE, and cannot add one
        op.create_foreign_key(
            op.f("fk_artifact_latest_publication_id_publication"),
            "artifact",
            "publication",
            ["latest_publication_id"],
            ["id"],
            ondelete="SET NULL",
        )


def _create_lineage() -> None:
    """What joins task runs and versions."""
    op.create_table(
        "resolution",
        _column("dag_id", _text(250)),
        _column("run_id", _text(250)),
        _column("artifact_id", SERIAL),
        _column("word", _text(255)),
        _column("version_id", _text(36)),
        _column("created_at", MOMENT),
        sa.PrimaryKeyConstraint("dag_id", "run_id", "artifact_id", "word", name=op.f("pk_resolution")),
        sa.ForeignKeyConstraint(["artifact_id"], ["artifact.id"], name=op.f("fk_resolution_artifact_id_artifact")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["version.id"], name=op.f("fk_resolution_version_id_version"), ondelete="CASCADE"
        ),
    )
    op.create_index(op.f("ix_resolution_artifact_id"), "resolution", ["artifact_id"])
    op.create_index(op.f("ix_resolution_version_id"), "resolution", ["version_id"])
    op.create_table(
        "edge",
        _column("id", SERIAL),
        _column("task_run_id", _text(36)),
        _column("version_id", _text(36)),
        _column("direction", _text(32)),
        _column("kind", _text(32)),
        _column("name", _text(512)),
        _optional("reference", sa.Text()),
        _column("created_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edge")),
        sa.ForeignKeyConstraint(
            ["task_run_id"], ["task_run.id"], name=op.f("fk_edge_task_run_id_task_run"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["version_id"], ["version.id"], name=op.f("fk_edge_version_id_version")),
        sa.UniqueConstraint(
            "task_run_id", "direction", "version_id", "name", name=op.f("uq_edge_task_run_id_direction_version_id_name")
        ),
    )
    op.create_index(op.f("ix_edge_version_id_direction"), "edge", ["version_id", "direction"])


def _create_cache() -> None:
    """Cache entries and leases."""
    op.create_table(
        "cache_lease",
        _column("key", _text(71)),
        _column("holder", _text(36)),
        _column("fence", sa.BigInteger()),
        _column("acquired_at", MOMENT),
        _column("heartbeat_at", MOMENT),
        _column("expires_at", MOMENT),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_cache_lease")),
    )
    op.create_index(op.f("ix_cache_lease_expires_at"), "cache_lease", ["expires_at"])
    op.create_table(
        "cache_entry",
        _column("id", SERIAL),
        _column("key", _text(71)),
        _column("generation", sa.BigInteger()),
        _column("scope", sa.Text()),
        _column("dag_id", _text(250)),
        _column("task_id", _text(250)),
        _optional("task_run_id", _text(36)),
        _column("reads", JSON),
        _column("created_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cache_entry")),
        sa.ForeignKeyConstraint(["key"], ["cache_key.key"], name=op.f("fk_cache_entry_key_cache_key")),
        sa.ForeignKeyConstraint(
            ["task_run_id"], ["task_run.id"], name=op.f("fk_cache_entry_task_run_id_task_run"), ondelete="SET NULL"
        ),
        sa.UniqueConstraint("key", "generation", name=op.f("uq_cache_entry_key_generation")),
    )
    op.create_index(op.f("ix_cache_entry_dag_id_task_id"), "cache_entry", ["dag_id", "task_id"])
    op.create_index(op.f("ix_cache_entry_task_run_id"), "cache_entry", ["task_run_id"])
    op.create_table(
        "cache_entry_output",
        _column("entry_id", SERIAL),
        _column("position", sa.BigInteger(), autoincrement=False),
        _optional("output", sa.Text()),
        _column("version_id", _text(36)),
        sa.PrimaryKeyConstraint("entry_id", "position", name=op.f("pk_cache_entry_output")),
        sa.ForeignKeyConstraint(
            ["entry_id"],
            ["cache_entry.id"],
            name=op.f("fk_cache_entry_output_entry_id_cache_entry"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["version_id"], ["version.id"], name=op.f("fk_cache_entry_output_version_id_version")),
    )
    op.create_index(op.f("ix_cache_entry_output_version_id"), "cache_entry_output", ["version_id"])


def downgrade() -> None:
    """Drop every table, and all that is in them."""
    op.drop_constraint(op.f("fk_artifact_latest_publication_id_publication"), "artifact") if _on_server() else None
    for table in (
        "cache_entry_output",
        "cache_entry",
        "cache_lease",
        "read",
        "edge",
        "version_metadata",
        "version_tag",
        "artifact_tag",
        "alias_history",
        "alias",
        "resolution",
        "publication",
        "version",
        "artifact",
        "task_run",
        "dag_run",
        "cache_key",
        "manifest_object",
        "manifest",
        "object",
    ):
        op.drop_table(table)


def _on_server() -> bool:
    return op.get_bind().dialect.name != "sqlite"
