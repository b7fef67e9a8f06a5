"""What pruning and collecting would delete if they were told nothing: counted, up to a bound, without deleting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow_artifacts.lineage import collecting, pruning
from airflow_artifacts.model import Part, PruneRules, Reclaimable

if TYPE_CHECKING:
    from datetime import timedelta

    from sqlalchemy.orm import Session

    from airflow_artifacts.lineage.collecting import Place

_MOST_VERSIONS = 10_000
_MOST_PAGES = 25


def reclaimable(session: Session, grace: timedelta) -> Reclaimable:
    """Count what could go now."""
    rules = PruneRules()
    candidates = pruning.some_candidates(session, rules, _MOST_VERSIONS + 1)
    freed = pruning.freed(session, candidates[:_MOST_VERSIONS], Part.ALL)
    old, young = [], []
    after: Place | None = None
    for _ in range(_MOST_PAGES):
        some_old, some_young, after = collecting.unnamed(session, grace, collecting.COLLECTED, after)
        old += some_old
        young += some_young
        if after is None:
            break
    return Reclaimable(
        versions=min(len(candidates), _MOST_VERSIONS),
        pruned_objects=len(freed),
        pruned_bytes=sum(stored.size for stored in freed),
        collected_objects=len(old),
        collected_bytes=sum(stored.size for stored in old),
        waiting_objects=len(young),
        waiting_bytes=sum(stored.size for stored in young),
        is_bound=len(candidates) > _MOST_VERSIONS or after is not None,
    )
