"""The trigger that watches for a version to arrive."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Any

from airflow.triggers.base import BaseTrigger, TriggerEvent

from airflow_artifacts.exceptions import LineageError
from airflow_artifacts.lineage import TRIGGERER
from airflow_artifacts.provider.settings import Settings, connect

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from airflow_artifacts.client import ArtifactClient

__all__ = ["ArrivalTrigger"]

_lock = threading.Lock()
# Of those settings that a triggerer's sensors had last.
_CLIENTS = 4
_clients: list[tuple[Settings, ArtifactClient]] = []


class ArrivalTrigger(BaseTrigger):
    """Looks for a version again and again, until it is there.

    A lineage database that does not answer is asked again, as the sensor's timeout bounds the wait. Settings that
    cannot be meant end it, and the task fails with them.

    Args:
        reference: Which one, with its templates filled.
        run: DAG id and run id, within which ``latest`` and aliases mean one version each.
        conn_id: The connection of type ``artifacts``.
        interval: Seconds between two looks.
    """

    def __init__(self, reference: str, run: list[str], conn_id: str, interval: float) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.reference = reference
        self.run_of = run
        self.conn_id = conn_id
        self.interval = interval

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Return how it is made anew."""
        arguments = {
            "reference": self.reference,
            "run": self.run_of,
            "conn_id": self.conn_id,
            "interval": self.interval,
        }
        return f"{type(self).__module__}.{type(self).__qualname__}", arguments

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Look until it is there; the event is its UUID."""
        # Connections are asked for in a thread, where Airflow's client serves them.
        settings = await asyncio.to_thread(Settings.read, self.conn_id)
        while True:
            try:
                found = await asyncio.to_thread(self._find, settings)
            except LineageError as error:
                self.log.warning("%s", error)
                found = None
            if found is not None:
                yield TriggerEvent(found)  # type: ignore[no-untyped-call]
                return
            await asyncio.sleep(self.interval)

    def _find(self, settings: Settings) -> str | None:
        dag_id, run_id = self.run_of
        version = _client(settings).resolve(self.reference, run=(dag_id, run_id), settle=False)
        return None if version is None else version.id


def _client(settings: Settings) -> ArtifactClient:
    """Return the client that all triggers of this process share."""
    with _lock:
        for known, client in _clients:
            if known == settings:
                return client
        client = connect(settings, TRIGGERER)
        _clients.append((settings, client))
        del _clients[:-_CLIENTS]
        return client
