"""The right to compute a key, kept while its holder lives.

It only saves work: what is published is guarded by the transaction that publishes.
"""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from airflow_artifacts.exceptions import ArtifactError

if TYPE_CHECKING:
    from airflow_artifacts.cache.ledger import Ledger
    from airflow_artifacts.entries import Lease

__all__ = ["LEASE_SECONDS", "KeptLease"]

LEASE_SECONDS = 60.0
"""How long after its holder's last sign of life a lease can be taken by another."""

_log = logging.getLogger(__name__)


class KeptLease:
    """A lease that a thread renews until it is released.

    Args:
        ledger: Where it is held.
        lease: The lease, which this process holds.
        seconds: How long it is held without a sign of life.
    """

    def __init__(self, ledger: Ledger, lease: Lease, seconds: float = LEASE_SECONDS) -> None:
        self._ledger = ledger
        self._lease = lease
        self._seconds = seconds
        self._released = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="airflow-artifacts-lease", daemon=True)
        self._thread.start()

    def release(self) -> None:
        """Let the next one take it; a database that is out of reach lets it expire instead."""
        self._released.set()
        self._thread.join()
        try:
            self._ledger.release_lease(self._lease)
        except ArtifactError as error:
            _log.debug("the lease of %s could not be released and will expire: %s", self._lease.key, error)

    def _keep(self) -> None:
        while not self._released.wait(self._seconds / 3):
            try:
                held = self._ledger.renew_lease(self._lease, self._seconds)
            except ArtifactError as error:
                _log.debug("the lease of %s could not be renewed: %s", self._lease.key, error)
                continue
            if not held:
                _log.info(
                    "another task run computes the same key by now, as this one gave no sign of life for too long"
                )
                return
