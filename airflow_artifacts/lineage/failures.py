"""What databases and their drivers say when they fail, as errors of this package: with the way out of each case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow_artifacts.exceptions import LineageError
from airflow_artifacts.lineage.urls import SETTING, masked, without_secrets

if TYPE_CHECKING:
    import sqlalchemy as sa
    from sqlalchemy import exc

# As https://www.postgresql.org/docs/current/errcodes-appendix.html names them.
_DEADLOCK = "40P01"
_PASSING_STATES = frozenset({"08000", "08001", "08003", "08006", "25P03", "53300", "57P01", "57P02", "57P03", "57P05"})
# Where a connection cannot be made, libpq hands over the server's text alone. These stay as they are.
_FINAL = (
    "authentication failed",
    "does not exist",
    "no pg_hba.conf entry",
    "is not permitted to log in",
    "certificate",
)

_OTHERWISE = f"check {SETTING} and that it can be reached"
_FULL = (
    f"too many connections: raise its max_connections or the limit of the role or database in {SETTING}, run fewer "
    "tasks at once, or let it name a pooler such as PgBouncer"
)
_NO_WRITES = (
    f"it takes no writes: let {SETTING} name the primary rather than a standby (with several hosts add "
    "target_session_attrs=read-write), and see that default_transaction_read_only is off"
)
_NO_ROOM = f"the disk is full: make room where the database lies that {SETTING} names; nothing was written"
_HELD = (
    "another session holds what it needs: look for one that hangs in pg_stat_activity and end it; how long to wait "
    f"is lock_timeout of the role in {SETTING}"
)
_WAYS_OUT = {
    "25006": _NO_WRITES,
    "28000": f"check user and password in {SETTING}",
    "28P01": f"check user and password in {SETTING}",
    "42501": f"the role of {SETTING} may not do this: use another one, or grant it",
    "53100": _NO_ROOM,
    "53300": _FULL,
    "55P03": _HELD,
    "57014": f"it took longer than statement_timeout of the role in {SETTING} allows: raise that",
}
_TEXTS = {
    "too many connections": _FULL,
    "too many clients": _FULL,
    "remaining connection slots": _FULL,
    "session is read-only": _NO_WRITES,
    "server is in hot standby mode": _NO_WRITES,
    "mode during recovery": _NO_WRITES,
    "authentication failed": f"check user and password in {SETTING}",
    # SQLite's.
    "database or disk is full": _NO_ROOM,
    "database is locked": f"another process writes for too long; for many tasks let {SETTING} name PostgreSQL",
    "attempt to write a readonly database": f"see that the file in {SETTING} and its folder can be written",
    "unable to open database file": f"see that the file in {SETTING} and its folder can be written, and have room",
    "disk I/O error": f"see to the disk that the file in {SETTING} lies on, and that it has room",
}


class DeadlockError(LineageError):
    """The database ended one of two transactions that waited for each other; nothing was written; try again."""


class PassingError(LineageError):
    """The database was out of reach for a moment, and nothing was written; it may be back soon."""


class UnsureError(LineageError):
    """The database went out of reach at the end of a transaction: whether that was written is not known."""


def failure(error: exc.DBAPIError, url: sa.URL, *, is_committing: bool) -> LineageError:
    """Return what a driver raised as an error of this package, without parameters and secrets.

    Args:
        error: What it raised.
        url: The database.
        is_committing: Whether the end of a transaction that wrote was being asked for: a connection that is lost then
            leaves unknown whether it was written.
    """
    said = without_secrets(" ".join(str(error.orig).split()), url)
    state: str | None = getattr(error.orig, "sqlstate", None)
    message = f"the lineage database {masked(url)!r} failed: {said}; {_way_out(state, said)}"
    if state == _DEADLOCK:
        return DeadlockError(message)
    if not _passes(error, url, state, said):
        return LineageError(message)
    if is_committing:
        return UnsureError(
            f"the lineage database {masked(url)!r} failed at the end of a transaction, and whether that was written is "
            f"not known: {said}; run it again, which finds what was published and publishes nothing twice; {_OTHERWISE}"
        )
    return PassingError(message)


def _passes(error: exc.DBAPIError, url: sa.URL, state: str | None, said: str) -> bool:
    """Whether a server is out of reach rather than that it refuses; of a file, nothing passes."""
    if url.get_backend_name() == "sqlite":
        return False
    if state is not None:
        return state in _PASSING_STATES
    is_connecting = error.statement is None
    return (error.connection_invalidated or is_connecting) and not any(text in said for text in _FINAL)


def _way_out(state: str | None, said: str) -> str:
    if state in _WAYS_OUT:
        return _WAYS_OUT[state]
    return next((way_out for text, way_out in _TEXTS.items() if text in said), _OTHERWISE)
