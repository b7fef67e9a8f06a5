"""A proxy in front of a PostgreSQL server, which loses connections when it is told to."""

from __future__ import annotations

import contextlib
import dataclasses
import select
import socket
import struct
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_COMMIT = b"Q" + struct.pack("!i", 11) + b"COMMIT\0"
_BUFFER = 1 << 16
# What a client asks for before it says who it is; "no" lets it go on without.
_ENCRYPTIONS = {80877103, 80877104}


@dataclasses.dataclass
class TcpProxy:
    """Passes on what client and server say.

    Attributes:
        target: The server's socket.
        is_down: Whether connections are refused, as those of a server that is not there.
        refusal: With what code and text the server refuses new connections; None where it does not.
        at_commit: Is told the number of each commit, from 1 on, and says whether the connection is lost then:
            ``"before"`` the server learns of it, ``"after"`` it has done it, or None.
        commits: How many were asked for.
        delay: Seconds for which what the client says is held back.
    """

    target: str
    port: int = 0
    is_down: bool = False
    refusal: tuple[str, str] | None = None
    at_commit: Callable[[int], str | None] = lambda _: None
    commits: int = 0
    delay: float = 0.0
    refused: int = 0
    _open: set[socket.socket] = dataclasses.field(default_factory=set)
    _over: threading.Event = dataclasses.field(default_factory=threading.Event)

    def drop(self) -> None:
        """Lose all connections."""
        for one in list(self._open):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    @contextlib.contextmanager
    def running(self) -> Iterator[TcpProxy]:
        """Listen while the block lasts."""
        with socket.create_server(("127.0.0.1", 0)) as listener:
            self.port = listener.getsockname()[1]
            listener.settimeout(0.1)
            accepting = threading.Thread(target=self._accept, args=(listener,))
            accepting.start()
            try:
                yield self
            finally:
                self._over.set()
                self.drop()
                accepting.join()

    def _accept(self, listener: socket.socket) -> None:
        threads: list[threading.Thread] = []
        while not self._over.is_set():
            try:
                client = listener.accept()[0]
            except TimeoutError:
                continue
            threads.append(threading.Thread(target=self._serve, args=(client,)))
            threads[-1].start()
        for thread in threads:
            thread.join()

    def _serve(self, client: socket.socket) -> None:
        with client, socket.socket(socket.AF_UNIX) as server, contextlib.suppress(OSError):
            if self.is_down or self.refusal is not None:
                self.refused += 1
                if self.refusal is not None:
                    _refuse(client, *self.refusal)
                return
            server.connect(self.target)
            self._open |= {client, server}
            try:
                self._pass_on(client, server)
            finally:
                self._open -= {client, server}

    def _pass_on(self, client: socket.socket, server: socket.socket) -> None:
        loses = None
        while not self._over.is_set():
            for one in select.select([client, server], [], [], 0.1)[0]:
                data = one.recv(_BUFFER)
                if not data:
                    return
                if one is client and _COMMIT in data:
                    self.commits += 1
                    loses = self.at_commit(self.commits)
                    if loses == "before":
                        return
                if one is server and loses == "after":
                    return
                if one is client:
                    self._over.wait(self.delay)
                (server if one is client else client).sendall(data)


def _refuse(client: socket.socket, code: str, text: str) -> None:
    """Say what a server says that takes no connection."""
    client.settimeout(5)
    while (data := client.recv(_BUFFER)) and struct.unpack("!i", data[4:8])[0] in _ENCRYPTIONS:
        client.sendall(b"N")
    fields = b"".join(f"{key}{value}\0".encode() for key, value in (("S", "FATAL"), ("C", code), ("M", text))) + b"\0"
    client.sendall(b"E" + struct.pack("!i", len(fields) + 4) + fields)
