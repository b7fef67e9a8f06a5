"""Sensors that wait in a triggerer: how their looks reach the lineage database."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from airflow_artifacts.client import ArtifactClient
from airflow_artifacts.lineage import TRIGGERER, schema
from airflow_artifacts.lineage.database import Database
from airflow_artifacts.model import ArtifactVersion
from airflow_artifacts.provider.arrival import ArrivalTrigger
from airflow_artifacts.provider.settings import Settings
from tests.lineage.watching import Watch

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TRIGGERS = 200
THREADS = 16


def test_triggers_share_few_connections(postgresql: Callable[[], str], tmp_path: Path) -> None:
    """However many triggers look at once, they have as many connections as one process may, and keep one open."""
    url = postgresql()
    database = Database(url)
    schema.upgrade(database)
    database.close()
    settings = Settings(str(tmp_path / "store"), url)
    with ArtifactClient.connect(store=settings.store_uri, database=url) as client:
        version = client.save({"n": 1}, "raw/events")
        assert isinstance(version, ArtifactVersion)
    triggers = [ArrivalTrigger("raw/events", ["waits", f"run {n}"], "artifacts_default", 60) for n in range(TRIGGERS)]
    with Watch(url) as watch, ThreadPoolExecutor(THREADS) as pool:
        assert set(pool.map(lambda trigger: trigger._find(settings), triggers)) == {version.id}
        assert watch.count() == {TRIGGERER.application: TRIGGERER.kept}
    # One that was closed is still shown for a moment.
    assert watch.most[TRIGGERER.application] <= TRIGGERER.most + 1
