"""What is counted reaches whoever listens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow_artifacts import measures

if TYPE_CHECKING:
    from collections.abc import Mapping


def test_listeners_are_told_while_they_listen() -> None:
    """An amount reaches every listener with its labels, and none after its context ended."""
    told: list[tuple[str, float, Mapping[str, str]]] = []

    def note(measure: measures.Measure, amount: float, labels: Mapping[str, str]) -> None:
        told.append((measure.name, amount, labels))

    measures.add(measures.CACHE_HITS)
    with measures.listening(note):
        measures.add(measures.BYTES_READ, 7, dag_id="d")
        measures.add(measures.CACHE_HITS)
    measures.add(measures.CACHE_HITS)
    assert told == [("store.bytes_read", 7, {"dag_id": "d"}), ("cache.hits", 1, {})]


def test_every_measure_is_listed_once() -> None:
    """The list names each measure of the module, under a name of its own."""
    found = [value for value in vars(measures).values() if isinstance(value, measures.Measure)]
    assert found == list(measures.MEASURES)
    assert len({measure.name for measure in found}) == len(found)
