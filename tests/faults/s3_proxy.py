"""An HTTP proxy in front of an S3 server, which does to some requests what networks and servers do now and then."""

from __future__ import annotations

import contextlib
import dataclasses
import enum
import http.client
import socket
import struct
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length"}


class Fault(enum.Enum):
    """What is done to a request."""

    REFUSE = "the connection is reset before anything is answered"
    STALL = "nothing is answered"
    STALL_IN_BODY = "the answer stops in the middle of its body"
    CUT = "the connection is closed in the middle of the answer's body"
    SHORT = "the answer has half of its body, and says that this is all"
    FLIP = "a bit of the answer's body is turned"
    FLIP_SENT = "a bit of the request's body is turned before the server has it"
    LOSE_ANSWER = "the server does what it was asked for, and the connection is reset instead of its answer"
    ERROR = "500 InternalError"
    SLOW_DOWN = "503 SlowDown"
    FORBID = "403 AccessDenied"


_ANSWERS = {
    Fault.ERROR: (500, "InternalError"),
    Fault.SLOW_DOWN: (503, "SlowDown"),
    Fault.FORBID: (403, "AccessDenied"),
}
_BEFORE = {Fault.REFUSE, Fault.STALL, *_ANSWERS}


@dataclasses.dataclass
class Rule:
    """Which requests a fault is done to.

    Attributes:
        fault: What is done.
        method: Only to requests of this method; None for all.
        key: Only where the path holds this.
        after: So many that fit are passed on first.
        times: So many; None for all that follow.
    """

    fault: Fault
    method: str | None = None
    key: str = ""
    after: int = 0
    times: int | None = 1

    def takes(self, method: str, path: str) -> bool:
        """Say whether a request is one of them, and count it."""
        if (self.method is not None and self.method != method) or self.key not in path or self.times == 0:
            return False
        if self.after > 0:
            self.after -= 1
            return False
        if self.times is not None:
            self.times -= 1
        return True


@dataclasses.dataclass
class S3Proxy:
    """Passes requests on to a server, but for those that a rule takes.

    Attributes:
        target: The server's URL.
        rules: The first that takes a request counts.
        requests: The method and path of each request so far.
    """

    target: str
    rules: list[Rule] = dataclasses.field(default_factory=list)
    requests: list[tuple[str, str]] = dataclasses.field(default_factory=list)
    endpoint: str = ""
    over: threading.Event = dataclasses.field(default_factory=threading.Event)
    _lock: Any = dataclasses.field(default_factory=threading.Lock)

    @contextlib.contextmanager
    def running(self) -> Iterator[S3Proxy]:
        """Listen while the block lasts."""
        server = _Server(("127.0.0.1", 0), _Handler)
        server.proxy = self
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        self.endpoint = f"http://127.0.0.1:{server.server_port}"
        try:
            yield self
        finally:
            self.over.set()
            server.shutdown()
            thread.join()
            server.server_close()

    def fault_of(self, method: str, path: str) -> Fault | None:
        """Return what is done to a request, or None."""
        with self._lock:
            self.requests.append((method, path))
            return next((rule.fault for rule in self.rules if rule.takes(method, path)), None)

    def heal(self) -> None:
        """Pass everything on from here."""
        with self._lock:
            self.rules.clear()

    def die(self) -> None:
        """Reset every connection from here on."""
        self.rules.insert(0, Rule(Fault.REFUSE, times=None))


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    proxy: S3Proxy

    def handle_error(self, *_: object) -> None:
        """Say nothing of clients that went away."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def _serve(self) -> None:
        proxy = self.server.proxy
        fault = proxy.fault_of(self.command, self.path)
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        if fault in _BEFORE:
            self._answer_instead(fault)
            return
        if fault is Fault.FLIP_SENT:
            body = _flipped(body)
        status, headers, data = self._asked(body)
        if fault is Fault.LOSE_ANSWER:
            self._reset()
            return
        if fault is Fault.FLIP:
            data = _flipped(data)
        half = data[: len(data) // 2] if fault in {Fault.SHORT, Fault.CUT, Fault.STALL_IN_BODY} else data
        self.send_response(status)
        for name, value in headers:
            if name.lower() not in _HOP:
                self.send_header(name, value)
        length = {name.lower(): value for name, value in headers}.get("content-length", str(len(data)))
        self.send_header("content-length", str(len(half)) if fault is Fault.SHORT else length)
        self.end_headers()
        self.wfile.write(half)
        self.wfile.flush()
        if fault is Fault.STALL_IN_BODY:
            proxy.over.wait()
        if fault in {Fault.CUT, Fault.STALL_IN_BODY}:
            self._reset()

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = _serve  # noqa: N815 - the names that http.server asks for

    def _answer_instead(self, fault: Fault | None) -> None:
        if fault is Fault.STALL:
            self.server.proxy.over.wait()
        if fault not in _ANSWERS:
            self._reset()
            return
        status, code = _ANSWERS[fault]
        text = f"<Error><Code>{code}</Code><Message>as told</Message></Error>".encode()
        self.send_response(status)
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(text)

    def _asked(self, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        """Ask the server, and return status, headers and body of its answer."""
        parts = urlsplit(self.server.proxy.target)
        with contextlib.closing(http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=60)) as connection:
            headers = {
                name: value for name, value in self.headers.items() if name.lower() not in {"connection", "expect"}
            }
            connection.request(self.command, self.path, body or None, headers)
            answer = connection.getresponse()
            return answer.status, answer.getheaders(), answer.read()

    def _reset(self) -> None:
        """Close the connection as one that breaks is closed, without a word."""
        self.close_connection = True
        with contextlib.suppress(OSError):
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def _flipped(data: bytes) -> bytes:
    middle = len(data) // 2
    return data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :] if data else data
