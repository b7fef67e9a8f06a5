"""Sequences whose items load when they are asked for."""

from __future__ import annotations

import pickle

from airflow_artifacts.client.lazy import LazyValues


def test_they_cross_to_another_process_as_a_list() -> None:
    """It has nothing to load the items with."""
    crossed = pickle.loads(pickle.dumps(LazyValues([1, 2], lambda item: 10 * item)))  # noqa: S301 - what it made itself
    assert type(crossed) is list
    assert crossed == [10, 20]


def test_a_slice_loads_no_more_than_is_asked_of_it() -> None:
    """It is lazy as well."""
    loaded: list[int] = []

    def load(item: int) -> int:
        loaded.append(item)
        return item

    part = LazyValues([1, 2, 3], load)[1:]
    assert (len(part), loaded) == (2, [])
    assert (part[0], loaded) == (2, [2])
