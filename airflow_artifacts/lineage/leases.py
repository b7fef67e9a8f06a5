"""Who computes a key now. Rows stay after release, so that the fence only rises."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

import sqlalchemy as sa

from airflow_artifacts.entries import Lease
from airflow_artifacts.lineage import describing, tables, task_runs
from airflow_artifacts.lineage.statements import clock, insert

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from airflow_artifacts.model import Digest


def take(session: Session, key: Digest, holder: str, seconds: float) -> Lease:
    """Take a lease that nobody holds, or return whose it is; a holder's own is renewed.

    Nobody waits for a try after which another has begun: it may not publish any more, whether or not it still lives.
    """
    row = tables.CacheLease
    now = clock(session)
    new = insert(session, row)
    mine = row.holder == new.excluded.holder
    statement = new.on_conflict_do_update(
        index_elements=["key"],
        set_={
            "holder": new.excluded.holder,
            "fence": sa.case((mine, row.fence), else_=row.fence + 1),
            "acquired_at": sa.case((mine, row.acquired_at), else_=new.excluded.acquired_at),
            "heartbeat_at": new.excluded.heartbeat_at,
            "expires_at": new.excluded.expires_at,
        },
        where=sa.or_(mine, row.expires_at <= now, task_runs.is_superseded(row.holder)),
    )
    times = {"acquired_at": now, "heartbeat_at": now, "expires_at": now + timedelta(seconds=seconds)}
    session.execute(statement, {"key": key, "holder": holder, "fence": 1, **times})
    held = session.scalars(sa.select(row).where(row.key == key).execution_options(populate_existing=True)).one()
    run = session.get(tables.TaskRun, held.holder)
    return Lease(
        key=key,
        holder=held.holder,
        held_by=None if run is None else describing.task_run(run),
        fence=held.fence,
        since=held.acquired_at,
    )


def renew(session: Session, lease: Lease, seconds: float) -> bool:
    """Hold a lease for so long from now; return whether it had not changed hands."""
    now = clock(session)
    values = {"heartbeat_at": now, "expires_at": now + timedelta(seconds=seconds)}
    return _update(session, lease, values)


def release(session: Session, lease: Lease) -> None:
    """Let the next one take a lease, unless it changed hands."""
    _update(session, lease, {"expires_at": clock(session)})


def _update(session: Session, lease: Lease, values: dict[str, Any]) -> bool:
    row = tables.CacheLease
    is_it = sa.and_(row.key == lease.key, row.holder == lease.holder, row.fence == lease.fence)
    result = session.execute(sa.update(row).where(is_it).values(**values))
    return bool(cast("sa.CursorResult[Any]", result).rowcount)
