"""What a generator of an artifact task gives: its values are the output, the Metadata of assets go to their events."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from airflow.sdk import Metadata

if TYPE_CHECKING:
    from collections.abc import Generator

    from airflow.sdk.types import OutletEventAccessorsProtocol

__all__ = ["output_of"]


def output_of(given: Generator[Any, None, Any], events: OutletEventAccessorsProtocol) -> Any:
    """Return what a task whose function is a generator returns.

    Args:
        given: What calling the function gave; it is run up to its first value, and on as the output is used up.
        events: Take what it yields as Metadata, as of any task.

    Returns:
        A generator of the values. Where there are none among its Metadata, what the function returns, as for ``@task``.
    """
    emitted = False

    def values() -> Generator[Any, None, Any]:
        nonlocal emitted
        with contextlib.closing(given):
            while True:
                try:
                    value = next(given)
                except StopIteration as end:
                    return end.value
                if not isinstance(value, Metadata):
                    yield value
                    continue
                emitted = True
                events[value.asset].extra.update(value.extra)
                if value.alias:
                    events[value.alias].add(value.asset, extra=dict(value.extra))

    rest = values()
    try:
        first = next(rest)
    except StopIteration as end:
        return end.value if emitted else rest
    return _joined(first, rest)


def _joined(first: Any, rest: Generator[Any, None, Any]) -> Generator[Any, None, None]:
    yield first
    yield from rest
