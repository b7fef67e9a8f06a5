"""One large artifact in a process with little memory, whatever way it is written and read."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.servers import s3_on_disk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.servers import S3

MOST = 1 << 30
"""What the process may hold. Pages of files, which the system takes away when it likes, are not among it (RssAnon)."""

SMALL = 64 << 20
LARGE = int(os.environ.get("AIRFLOW_ARTIFACTS_LOAD_BYTES", "10000000000"))
WAYS = ("spool", "path", "batches")


@dataclasses.dataclass(frozen=True)
class Place:
    """A store and a lineage database."""

    store: str
    options: dict[str, Any]
    database: str
    scratch: Path


def on_disk(folder: Path) -> Place:
    """Return an empty store on this machine."""
    return Place(str(folder / "store"), {}, f"sqlite:///{folder / 'lineage.db'}", folder)


def on_s3(folder: Path, server: S3) -> Place:
    """Return an empty store on an S3 server."""
    return Place(
        f"s3://{server.create_bucket()}/a", server.storage_options, f"sqlite:///{folder / 'lineage.db'}", folder
    )


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that is gone after the test, as pytest would keep it."""
    with tempfile.TemporaryDirectory(prefix="airflow-artifacts-load-") as name:
        yield Path(name)


@pytest.fixture
def local(folder: Path) -> Place:
    """A store on this machine."""
    return on_disk(folder)


@pytest.fixture
def streaming(folder: Path) -> Iterator[Place]:
    """A store on an S3 server that keeps nothing in memory."""
    with s3_on_disk(folder / "server") as server:
        yield on_s3(folder, server)


def run(place: Place, verb: str, way: str, size: int) -> tuple[str, int]:
    """Let a process write or read a large artifact; return what it says, and the most memory it held in bytes."""
    scratch = place.scratch / "scratch"
    scratch.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "tests.load.large", verb, way, str(size)]
    command += [place.store, json.dumps(place.options), place.database]
    environment = {**os.environ, "TMPDIR": str(scratch)}
    began, most = time.monotonic(), 0
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        while process.poll() is None:
            most = max(most, anonymous(process.pid))
            time.sleep(0.02)
        assert process.stdout is not None
        said = process.stdout.read().strip()
    assert process.returncode == 0
    seconds = time.monotonic() - began
    sys.stdout.write(
        f"{verb} {way} of {size:,} bytes: {most >> 20} MB, {seconds:.0f} s, {size / seconds / 1e6:.0f} MB/s\n"
    )
    return said, most


def anonymous(pid: int) -> int:
    """Return how many bytes of a process's memory are no pages of files."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    found = [line.split()[1] for line in status.splitlines() if line.startswith("RssAnon")]
    return int(found[0]) << 10 if found else 0


def check(place: Place, way: str, size: int) -> None:
    """Write and read a large artifact, each in a process of its own."""
    _, most_to_write = run(place, "write", way, size)
    for left in (place.scratch / "scratch").rglob("large.bin"):
        left.unlink()
    said, most_to_read = run(place, "read", way, size)
    assert int(said) >= size - (128 << 20)
    assert max(most_to_write, most_to_read) < MOST


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS)
def test_ten_gigabytes_on_this_machine(local: Place, way: str) -> None:
    """A task writes an artifact of ten times what it may hold, and another reads it."""
    check(local, way, LARGE)


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS)
def test_ten_gigabytes_on_s3(streaming: Place, way: str) -> None:
    """So it is with a store that is far away, through a spool on this machine."""
    check(streaming, way, LARGE)


def test_what_streams_to_s3_is_read_again(streaming: Place) -> None:
    """The S3 server of the large tests gives back what it was given, in parts and in ranges."""
    check(streaming, "spool", SMALL)
