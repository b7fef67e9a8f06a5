"""Waiting for another task run that computes the same key: visibly, and not for ever."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from airflow_artifacts import measures
from airflow_artifacts.logs import tell

if TYPE_CHECKING:
    from typing_extensions import Self

    from airflow_artifacts.entries import Lease

__all__ = ["Wait"]

_log = logging.getLogger(__name__)

_POLL_SECONDS = 0.25
_LONGEST_POLL_SECONDS = 5.0
_SAY_EVERY_SECONDS = 30.0


class Wait:
    """A wait that says what it waits for, as a context: where it ends, it is counted.

    Args:
        longest: In seconds; after that the task computes itself.
    """

    def __init__(self, longest: float) -> None:
        self._longest = longest
        self._begun: float | None = None
        self._said = 0.0
        self._poll = _POLL_SECONDS

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._begun is None:
            return
        waited = time.monotonic() - self._begun
        tell(_log, logging.INFO, "waited", "waited %.1f s", waited, seconds=waited)
        measures.add(measures.LEASE_WAITS)
        measures.add(measures.LEASE_SECONDS, waited)

    def pause(self, lease: Lease) -> bool:
        """Wait a little for the holder of a lease; return whether to go on waiting."""
        now = time.monotonic()
        holder = f"task run {lease.holder}" if lease.held_by is None else str(lease.held_by)
        fields = {"key": lease.key, "holder": lease.holder}
        if self._begun is None:
            self._begun = self._said = now
            text = "waiting for %s, which computes the same since %s UTC"
            tell(_log, logging.INFO, "waiting", text, holder, f"{lease.since:%H:%M:%S}", **fields)
        waited = now - self._begun
        if waited > self._longest:
            text = "waited %.0f s for %s, which computes the same; computing it here, too"
            tell(_log, logging.WARNING, "waited too long", text, waited, holder, seconds=waited, **fields)
            return False
        if now - self._said > _SAY_EVERY_SECONDS:
            self._said = now
            tell(
                _log,
                logging.INFO,
                "waiting",
                "still waiting for %s, for %.0f s now",
                holder,
                waited,
                seconds=waited,
                **fields,
            )
        time.sleep(min(self._poll, self._longest))
        self._poll = min(self._poll * 1.5, _LONGEST_POLL_SECONDS)
        return True
