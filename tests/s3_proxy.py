"""An HTTP proxy in front of an S3 server: it counts, and does to requests what networks and servers do at times."""

from __future__ import annotations

import contextlib
import dataclasses
import enum
import http.client
import re
import socket
import struct
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.servers import S3

OBJECT = r"/objects/[^?]*$"
"""The path of an object, which is asked for or written whole or by a range."""

_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "date", "server"}


class Fault(enum.Enum):
    """What is done to a request."""

    REFUSE = "the connection is reset before anything is answered"
    STALL = "nothing is answered"
    STALL_IN_BODY = "the answer stops in the middle of its body"
    HOLD = "the answer stops in the middle of its body, and goes on when the gate is opened"
    CUT = "the connection is closed in the middle of the answer's body"
    SHORT = "the answer has half of its body, and says that this is all"
    FLIP = "a bit of the answer's body is turned"
    FLIP_SENT = "a bit of the request's body is turned before the server has it"
    LOSE_ANSWER = "the server does what it was asked for, and the connection is reset instead of its answer"
    ERROR = "500 InternalError"
    SLOW_DOWN = "503 SlowDown"
    FORBID = "403 AccessDenied"
    WRONG_KEY = "403 InvalidAccessKeyId"
    NO_UPLOAD = "404 NoSuchUpload"


_ANSWERS = {Fault.ERROR, Fault.SLOW_DOWN, Fault.FORBID, Fault.WRONG_KEY, Fault.NO_UPLOAD}
_BEFORE = {Fault.REFUSE, Fault.STALL, *_ANSWERS}
_HALVES = {Fault.STALL_IN_BODY, Fault.HOLD, Fault.CUT, Fault.SHORT}


class Request(NamedTuple):
    """What was asked for.

    Attributes:
        method: As HTTP has it.
        path: With what is asked of it, behind a "?".
        key: The access key that signed it; None where nobody did.
    """

    method: str
    path: str
    key: str | None


@dataclasses.dataclass
class Rule:
    """Which requests a fault is done to.

    Attributes:
        fault: What is done.
        method: Only to requests of this method; None for all.
        path: Only where this regular expression is found in the path.
        after: So many that fit are passed on first.
        times: So many; None for all that follow.
    """

    fault: Fault
    method: str | None = None
    path: str = ""
    after: int = 0
    times: int | None = 1

    def takes(self, request: Request) -> bool:
        """Say whether a request is one of them, and count it."""
        if self.method not in {None, request.method} or not re.search(self.path, request.path) or self.times == 0:
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
        server: The server behind it.
        rules: The first that takes a request counts.
        requests: Those so far, in the order in which they came.
        given: How many bytes of objects were handed over, or begun to be.
        gate: Closed, it stops what is held.
        halfway: Set when something is held.
    """

    server: S3
    rules: list[Rule] = dataclasses.field(default_factory=list)
    requests: list[Request] = dataclasses.field(default_factory=list)
    given: int = 0
    gate: threading.Event = dataclasses.field(default_factory=threading.Event)
    halfway: threading.Event = dataclasses.field(default_factory=threading.Event)
    endpoint: str = ""
    over: threading.Event = dataclasses.field(default_factory=threading.Event)
    _lock: Any = dataclasses.field(default_factory=threading.Lock)

    @contextlib.contextmanager
    def running(self) -> Iterator[S3Proxy]:
        """Listen while the block lasts."""
        listening = _Listening(("127.0.0.1", 0), _Handler)
        listening.proxy = self
        thread = threading.Thread(target=listening.serve_forever, args=(0.05,))
        thread.start()
        self.endpoint = f"http://127.0.0.1:{listening.server_port}"
        try:
            yield self
        finally:
            self.over.set()
            self.gate.set()
            listening.shutdown()
            thread.join()
            listening.server_close()

    @property
    def storage_options(self) -> dict[str, Any]:
        """What fsspec needs to reach the server through it."""
        return {**self.server.storage_options, "endpoint_url": self.endpoint}

    @property
    def methods(self) -> list[str]:
        """Those of the requests so far."""
        return [request.method for request in self.requests]

    def fault_of(self, request: Request) -> Fault | None:
        """Note a request, and return what is done to it, or None."""
        with self._lock:
            self.requests.append(request)
            return next((rule.fault for rule in self.rules if rule.takes(request)), None)

    def count(self, size: int) -> None:
        """Note that bytes of an object are handed over."""
        with self._lock:
            self.given += size

    def fail(self, *rules: Rule) -> None:
        """Let these be the rules from here on."""
        with self._lock:
            self.rules = list(rules)

    def heal(self) -> None:
        """Pass everything on from here, and let go what is held."""
        self.fail()
        self.gate.set()

    def hold(self) -> None:
        """Hand over no object beyond its first half, until it is healed."""
        self.gate.clear()
        self.halfway.clear()
        self.fail(Rule(Fault.HOLD, "GET", OBJECT, times=None))

    def die(self) -> None:
        """Reset every connection from here on."""
        self.fail(Rule(Fault.REFUSE, times=None))


class _Listening(ThreadingHTTPServer):
    daemon_threads = True
    proxy: S3Proxy

    def handle_error(self, *_: object) -> None:
        """Say nothing of clients that went away."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"  # answers "Expect: 100-continue", for which the client waits
    server: _Listening

    def _serve(self) -> None:
        proxy = self.server.proxy
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        signed = re.search("Credential=([^/]+)/", self.headers.get("authorization") or "")
        request = Request(self.command, self.path, signed.group(1) if signed else None)
        fault = proxy.fault_of(request)
        if fault in _BEFORE:
            self._answer_instead(fault)
            return
        status, headers, data = self._asked(_flipped(body) if fault is Fault.FLIP_SENT else body)
        if fault is Fault.LOSE_ANSWER:
            self._reset()
            return
        if self.command == "GET" and re.search(OBJECT, self.path):
            proxy.count(len(data))
        self._answer(status, headers, _flipped(data) if fault is Fault.FLIP else data, fault)

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = _serve  # noqa: N815 - the names that http.server asks for

    def _answer_instead(self, fault: Fault) -> None:
        if fault is Fault.STALL:
            self.server.proxy.over.wait()
        if fault not in _ANSWERS:
            self._reset()
            return
        status, code = fault.value.split()
        text = f"<Error><Code>{code}</Code><Message>as told</Message></Error>".encode()
        self._begin(int(status), {}, len(text))
        if self.command != "HEAD":
            self.wfile.write(text)

    def _answer(self, status: int, headers: dict[str, str], data: bytes, fault: Fault | None) -> None:
        proxy = self.server.proxy
        half = data[: len(data) // 2] if fault in _HALVES else data
        length = int(headers.get("content-length") or len(data))
        self._begin(status, headers, len(half) if fault is Fault.SHORT else length)
        self.wfile.write(half)
        self.wfile.flush()
        if fault is Fault.HOLD:
            proxy.halfway.set()
            proxy.gate.wait(60)
            self.wfile.write(data[len(half) :])
        if fault is Fault.STALL_IN_BODY:
            proxy.over.wait()
        if fault in {Fault.CUT, Fault.STALL_IN_BODY}:
            self._reset()

    def _begin(self, status: int, headers: dict[str, str], length: int) -> None:
        self.send_response(status)
        for name, value in headers.items():
            if name not in _HOP:
                self.send_header(name, value)
        self.send_header("content-length", str(length))
        self.end_headers()

    def _asked(self, body: bytes) -> tuple[int, dict[str, str], bytes]:
        """Ask the server, and return status, headers by their lower names, and body of its answer."""
        behind = urlsplit(self.server.proxy.server.endpoint).netloc
        with contextlib.closing(http.client.HTTPConnection(behind, timeout=60)) as connection:
            headers = {
                name: value for name, value in self.headers.items() if name.lower() not in {"connection", "expect"}
            }
            connection.request(self.command, self.path, body or None, headers)
            answer = connection.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()

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
