"""The client that a process keeps: connected when it is first needed, and anew after it failed."""

from __future__ import annotations

import os
import threading
import time
from typing import TYPE_CHECKING

from airflow_artifacts.exceptions import ArtifactError

if TYPE_CHECKING:
    from collections.abc import Callable

    from airflow_artifacts.client import ArtifactClient

__all__ = ["Opened"]

# Each attempt may hold one of the server's threads for as long as a connection takes to fail.
_REST_SECONDS = 3.0


class Opened:
    """Gives the one client of this process. Safe between threads; a fork connects for itself.

    Args:
        connect: Connects a client.
    """

    def __init__(self, connect: Callable[[], ArtifactClient]) -> None:
        self._connect = connect
        self._lock = threading.Lock()
        self._client: ArtifactClient | None = None
        self._process = os.getpid()
        self._failed: tuple[float, ArtifactError] | None = None

    def client(self) -> ArtifactClient:
        """Return the client; where it could not connect a moment ago, raise that again.

        Raises:
            ConfigurationError: A setting cannot be meant.
            LineageError: The lineage database is out of reach.
        """
        with self._lock:
            if self._process != os.getpid():
                # Its connections are the parent's, who still uses them.
                self._client, self._process, self._failed = None, os.getpid(), None
            if self._client is None:
                self._client = self._connected()
            return self._client

    def doubt(self) -> None:
        """Say that the client failed, so that the next one who asks connects anew."""
        with self._lock:
            client, self._client = self._client, None
        if client is not None and self._process == os.getpid():
            client.close()

    def _connected(self) -> ArtifactClient:
        if self._failed is not None and time.monotonic() < self._failed[0]:
            raise self._failed[1].with_traceback(None)
        try:
            client = self._connect()
        except ArtifactError as error:
            self._failed = time.monotonic() + _REST_SECONDS, error
            raise
        self._failed = None
        return client
