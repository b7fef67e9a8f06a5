"""Waiting for another task run that computes the same key: visibly, and not for ever."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from airflow_artifacts.entries import Lease

__all__ = ["Wait"]

_log = logging.getLogger(__name__)

_POLL_SECONDS = 0.25
_LONGEST_POLL_SECONDS = 5.0
_SAY_EVERY_SECONDS = 30.0


class Wait:
    """A wait that says what it waits for.

    Args:
        longest: In seconds; after that the task computes itself.
    """

    def __init__(self, longest: float) -> None:
        self._longest = longest
        self._begun: float | None = None
        self._said = 0.0
        self._poll = _POLL_SECONDS

    def pause(self, lease: Lease) -> bool:
        """Wait a little for the holder of a lease; return whether to go on waiting."""
        now = time.monotonic()
        holder = f"task run {lease.holder}" if lease.held_by is None else str(lease.held_by)
        if self._begun is None:
            self._begun = self._said = now
            _log.info("waiting for %s, which computes the same since %s UTC", holder, f"{lease.since:%H:%M:%S}")
        waited = now - self._begun
        if waited > self._longest:
            _log.warning("waited %.0f s for %s, which computes the same; computing it here, too", waited, holder)
            return False
        if now - self._said > _SAY_EVERY_SECONDS:
            self._said = now
            _log.info("still waiting for %s, for %.0f s now", holder, waited)
        time.sleep(min(self._poll, self._longest))
        self._poll = min(self._poll * 1.5, _LONGEST_POLL_SECONDS)
        return True
