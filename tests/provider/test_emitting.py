"""Generators that yield the Metadata of assets beside, or instead of, values."""

from __future__ import annotations

import collections
import types
from typing import TYPE_CHECKING, Any

import pytest
from airflow.sdk import Asset, AssetAlias, Metadata

from airflow_artifacts.provider.emitting import output_of

if TYPE_CHECKING:
    from collections.abc import Iterator

ASSET = Asset("s3://bucket/emitted")


class Event:
    def __init__(self) -> None:
        self.extra: dict[str, Any] = {}
        self.added: list[tuple[Asset, Any]] = []

    def add(self, asset: Asset, extra: Any) -> None:
        self.added.append((asset, extra))


@pytest.fixture
def events() -> Any:
    """What a task collects of its asset events."""
    return collections.defaultdict(Event)


def test_values_are_the_output_and_metadata_go_to_their_events(events: Any) -> None:
    """In their order, and each Metadata when the values before it have been used up."""

    def function() -> Iterator[Any]:
        yield Metadata(ASSET, {"first": 1})
        yield "a"
        yield Metadata(ASSET, {"second": 2}, alias=AssetAlias("emitted"))
        yield "b"

    output = output_of(function(), events)
    assert isinstance(output, types.GeneratorType)
    assert events[ASSET].extra == {"first": 1}
    assert list(output) == ["a", "b"]
    assert events[ASSET].extra == {"first": 1, "second": 2}
    assert events[AssetAlias("emitted")].added == [(ASSET, {"second": 2})]


def test_where_only_metadata_come_the_output_is_what_the_function_returns(events: Any) -> None:
    """As for a plain task."""

    def function() -> Iterator[Any]:
        yield Metadata(ASSET, {"hi": "bye"})
        return "returned"

    assert output_of(function(), events) == "returned"
    assert events[ASSET].extra == {"hi": "bye"}


def test_a_generator_that_gives_nothing_is_an_empty_output(events: Any) -> None:
    """It stays a generator: an empty stream is a stream."""
    output = output_of((value for value in ()), events)
    assert isinstance(output, types.GeneratorType)
    assert list(output) == []


def test_a_generator_is_closed_with_its_output(events: Any) -> None:
    """Where the output is not used up, what the function cleans up at its end is cleaned up."""
    closed = []

    def function() -> Iterator[Any]:
        try:
            yield from "abc"
        finally:
            closed.append(True)

    output = output_of(function(), events)
    assert next(output) == "a"
    output.close()
    assert closed == [True]
