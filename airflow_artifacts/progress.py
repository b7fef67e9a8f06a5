"""Progress of what takes long, in the log."""

from __future__ import annotations

import logging
import threading
import time

__all__ = ["Progress"]

_log = logging.getLogger(__name__)

# What takes less than this leaves no line.
_SECONDS = 10.0


class Progress:
    """Says in the log, every ten seconds, how far something is. Safe between threads.

    Args:
        action: What is done, as in "writing 'raw/events'".
        total: How many bytes there are; None where nobody knows.
    """

    def __init__(self, action: str, total: int | None = None) -> None:
        self._action = action
        self._total = total
        self._done = 0
        self._began = self._said = time.monotonic()
        self._lock = threading.Lock()

    def add(self, size: int) -> None:
        """Say that more bytes are done."""
        with self._lock:
            self._done += size
            now = time.monotonic()
            if now - self._said < _SECONDS:
                return
            self._said = now
            done, seconds = self._done, now - self._began
        of = "" if not self._total else f" of {_shown(self._total)} ({done * 100 // self._total} %)"
        _log.info("%s: %s%s in %.0f s, %s/s", self._action, _shown(done), of, seconds, _shown(int(done / seconds)))


def _shown(size: int) -> str:
    from rich.filesize import decimal  # noqa: PLC0415 - only what takes long is shown

    return decimal(size)
