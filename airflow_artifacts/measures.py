"""What this package counts while it works: bytes, hits, waits.

Nothing is kept here: whoever wants to know listens, such as what hands the figures to Airflow's metrics.
"""

from __future__ import annotations

import contextlib
import dataclasses
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = [
    "BYTES_READ",
    "BYTES_WRITTEN",
    "CACHE_HITS",
    "CACHE_MISSES",
    "LEASE_SECONDS",
    "LEASE_WAITS",
    "LINEAGE_RETRIES",
    "LOCAL_BYTES",
    "LOCAL_EVICTIONS",
    "LOCAL_HITS",
    "LOCAL_MISSES",
    "MEASURES",
    "SECONDS_SAVED",
    "STORE_RETRIES",
    "VERIFY_FAILURES",
    "VERSIONS_PUBLISHED",
    "Listener",
    "Measure",
    "add",
    "listening",
]


@dataclasses.dataclass(frozen=True, slots=True)
class Measure:
    """Something that is counted.

    Attributes:
        name: As it is published.
        unit: Of what is added.
        meaning: In words.
    """

    name: str
    unit: str
    meaning: str


BYTES_WRITTEN = Measure("store.bytes_written", "bytes", "placed in the store; what it had already does not count")
BYTES_READ = Measure("store.bytes_read", "bytes", "read from the store; what the local cache had does not count")
STORE_RETRIES = Measure("store.retries", "requests", "the store failed in passing, and was asked again")
VERIFY_FAILURES = Measure("store.verify_failures", "objects", "read with other bytes than those that were written")
LOCAL_HITS = Measure("local_cache.hits", "objects", "found in the worker's local cache")
LOCAL_MISSES = Measure("local_cache.misses", "objects", "not found there, and so fetched from the store")
LOCAL_BYTES = Measure("local_cache.bytes_saved", "bytes", "not fetched from the store, as the local cache had them")
LOCAL_EVICTIONS = Measure("local_cache.evictions", "objects", "removed from the local cache to make room")
LINEAGE_RETRIES = Measure("lineage.retries", "connections", "the lineage database failed in passing; asked again")
VERSIONS_PUBLISHED = Measure("versions.published", "versions", "made anew; reused ones do not count")
CACHE_HITS = Measure("cache.hits", "task runs", "given the outputs of an earlier one")
CACHE_MISSES = Measure("cache.misses", "task runs", "computed, as nothing could be reused")
SECONDS_SAVED = Measure("cache.seconds_saved", "seconds", "that the hits did not compute, by what the misses took")
LEASE_WAITS = Measure("lease.waits", "waits", "for another task run that computed the same")
LEASE_SECONDS = Measure("lease.wait_seconds", "seconds", "spent in such waits")

MEASURES = (
    BYTES_WRITTEN,
    BYTES_READ,
    STORE_RETRIES,
    VERIFY_FAILURES,
    LOCAL_HITS,
    LOCAL_MISSES,
    LOCAL_BYTES,
    LOCAL_EVICTIONS,
    LINEAGE_RETRIES,
    VERSIONS_PUBLISHED,
    CACHE_HITS,
    CACHE_MISSES,
    SECONDS_SAVED,
    LEASE_WAITS,
    LEASE_SECONDS,
)


class Listener(Protocol):
    """Takes what is counted, on any thread; it must be quick, and must not raise."""

    def __call__(self, measure: Measure, amount: float, labels: Mapping[str, str], /) -> None:
        """Take an amount of a measure."""


_listeners: tuple[Listener, ...] = ()


def add(measure: Measure, amount: float = 1, **labels: str) -> None:
    """Count an amount.

    Args:
        measure: Of what.
        amount: In the measure's unit.
        labels: What tells amounts of one measure apart; of few different values.
    """
    for listener in _listeners:
        listener(measure, amount, labels)


@contextlib.contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Hand a listener all that this process counts until the context ends."""
    global _listeners  # noqa: PLW0603 - replaced whole, so that whoever counts meanwhile needs no lock
    _listeners = (*_listeners, listener)
    try:
        yield
    finally:
        _listeners = tuple(other for other in _listeners if other is not listener)
