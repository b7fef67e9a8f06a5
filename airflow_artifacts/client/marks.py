"""Whose bytes a store holds: each lineage database leaves its mark, and collects only where there is no other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow_artifacts.exceptions import ConfigurationError

if TYPE_CHECKING:
    from airflow_artifacts.lineage import Lineage
    from airflow_artifacts.store import ObjectStore

__all__ = ["mark", "refuse_shared"]


def mark(store: ObjectStore, lineage: Lineage) -> None:
    """Leave the mark of a lineage database in a store, unless it is remembered that it is there.

    Raises:
        StoreError: The store refuses or is out of reach.
    """
    upkeep = lineage.upkeep
    if not upkeep.is_marked(store.uri):
        store.sweep.mark(upkeep.identity(), lineage.url)
        upkeep.note_mark(store.uri)


def refuse_shared(store: ObjectStore, lineage: Lineage) -> None:
    """See that all objects of a store are one lineage database's: it does not know what others name.

    Raises:
        ConfigurationError: Another database has left its mark there.
        StoreError: The store refuses or is out of reach.
    """
    mark(store, lineage)
    others = {id_: shown for id_, shown in store.sweep.marks().items() if id_ != lineage.upkeep.identity()}
    for id_, shown in others.items():
        message = (
            f"the store {store.uri} also holds objects of the lineage database {shown} ({id_}), which {lineage.url} "
            "knows nothing of; give each database a store of its own, or, if that one is gone for good, delete "
            f"{store.uri}/databases/{id_}"
        )
        raise ConfigurationError(message)
