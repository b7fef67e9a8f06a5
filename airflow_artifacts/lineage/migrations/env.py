"""How alembic runs our migrations: on a connection it is given, in the transaction that has begun there."""

from __future__ import annotations

from alembic import context

from airflow_artifacts.lineage.schema import VERSION_TABLE
from airflow_artifacts.lineage.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    version_table=VERSION_TABLE,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
