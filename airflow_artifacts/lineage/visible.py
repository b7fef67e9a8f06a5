"""Which versions one may see, as conditions of queries."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from airflow_artifacts.lineage.made import NOBODY

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from airflow_artifacts.model import Visibility


def is_seen(session: Session, dag_id: Any, visible: Visibility | None) -> sa.ColumnElement[bool]:
    """Return that what a DAG made is seen, by a column that holds the DAG's id; empty stands for no producer.

    However many DAGs there are, they are one parameter of the query.
    """
    if visible is None:
        return sa.true()
    dags = sorted(visible.dags - {NOBODY}) + ([NOBODY] if visible.others else [])
    if session.get_bind().dialect.name == "postgresql":
        # Neither psycopg nor PostgreSQL takes a NUL in a text, which no DAG id holds.
        known = [dag for dag in dags if "\0" not in dag]
        return dag_id == sa.any_(sa.bindparam(None, known, postgresql.ARRAY(sa.Text)))  # type: ignore[no-any-return]
    listed = sa.func.json_each(json.dumps(dags)).table_valued("value")
    return dag_id.in_(sa.select(listed.c.value))  # type: ignore[no-any-return]
