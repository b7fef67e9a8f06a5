"""PostgreSQL behind PgBouncer in transaction mode: each transaction may be on another connection of the server."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest

from airflow_artifacts.client import ArtifactClient
from tests.client.calling import execute
from tests.faults.worlds import call, check_outcome, check_sound, given
from tests.servers import free_port, require_program

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [pytest.mark.slow, pytest.mark.parametrize("create_empty", ["postgresql"], indirect=True)]

TASKS = 12


@pytest.fixture
def pooled(database_url: str) -> Iterator[str]:
    """The URL of the database behind a pooler that has two connections to it."""
    program = require_program("pgbouncer", "pgbouncer")
    parts = urlsplit(database_url)
    name, server = parts.path.strip("/"), parse_qs(parts.query)["host"][0]
    port = free_port()
    folder = Path(tempfile.mkdtemp(prefix="artifacts-pooler-"))
    folder.chmod(0o755)
    settings = folder / "pgbouncer.ini"
    settings.write_text(
        f"[databases]\n{name} = host={server} port=5432 dbname={name} user=postgres\n"
        f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nauth_type = any\nunix_socket_dir =\n"
        "pool_mode = transaction\ndefault_pool_size = 2\nmax_client_conn = 200\n"
    )
    # It refuses to run as root, and the server's socket is open to the server's user alone.
    user = Path(server).owner() if os.geteuid() == 0 else None
    process = subprocess.Popen([program, str(settings)], user=user, stderr=subprocess.DEVNULL)
    try:
        for _ in range(100):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                break
            time.sleep(0.1)
        yield f"postgresql://postgres@127.0.0.1:{port}/{name}"
    finally:
        process.terminate()
        process.wait()
        shutil.rmtree(folder)


def test_many_tasks_share_two_connections(pooled: str, tmp_path: Path) -> None:
    """More than once each, so that any statement would have been prepared: all publish, and nothing is mixed up."""
    with ArtifactClient.connect(store=str(tmp_path / "store"), database=pooled) as client:
        data = given(client)

    def run(number: int) -> None:
        with ArtifactClient.connect(store=str(tmp_path / "store"), database=pooled) as client:
            for seed in (number, number + TASKS):
                ran = execute(client, call(data, seed))
                assert client.load(ran.refs["output_1"]) == seed

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(run, range(TASKS)))
    with ArtifactClient.connect(store=str(tmp_path / "store"), database=pooled) as client:
        check_sound(client)
        assert len(list(client.versions("faults/model"))) == 2 * TASKS
        check_outcome(client, execute(client, call(data, 99)), 99)
