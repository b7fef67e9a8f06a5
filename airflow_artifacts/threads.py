"""Several threads for many like things, of which few wait at once."""

from __future__ import annotations

import itertools
import threading
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = ["abandoned", "each"]

T = TypeVar("T")

# So many wait for each thread, so that none is idle.
_WAITING = 2

_here = threading.local()


def abandoned() -> threading.Event | None:
    """Return what is set once nobody waits for what this thread does; None where that would not be said."""
    found: threading.Event | None = getattr(_here, "gone", None)
    return found


def each(act: Callable[[T], object], things: Iterable[T], threads: int, name: str) -> None:
    """Do something with each of some things; after an error, or Ctrl-C, no more are begun, and it is raised.

    Those that are under way end first; what they wait for, they can give up: see :func:`abandoned`.

    Args:
        act: What to do.
        things: With what; taken one by one as threads become free.
        threads: How many at once.
        name: What the threads are called.
    """
    iterator = iter(things)
    gone = threading.Event()

    def done_here(thing: T) -> None:
        _here.gone = gone
        act(thing)

    with ThreadPoolExecutor(threads, f"airflow-artifacts-{name}") as pool:
        running = {pool.submit(done_here, thing) for thing in itertools.islice(iterator, threads * _WAITING)}
        try:
            while running:
                done, running = wait(running, return_when=FIRST_COMPLETED)
                for one in done:
                    one.result()
                running |= {pool.submit(done_here, thing) for thing in itertools.islice(iterator, len(done))}
        except BaseException:
            gone.set()
            pool.shutdown(wait=False, cancel_futures=True)
            raise
