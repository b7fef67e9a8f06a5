"""The client: what people and programs do with artifacts, on a store and a lineage database joined."""

from __future__ import annotations

from airflow_artifacts.client.base import PREVIEW_ROWS
from airflow_artifacts.client.browsing import BrowsingClient
from airflow_artifacts.client.caching import CachingClient
from airflow_artifacts.client.context import TaskContext, artifact_context, current_context
from airflow_artifacts.client.keeping import KeepingClient
from airflow_artifacts.client.labelling import LabellingClient
from airflow_artifacts.client.loading import LoadingClient
from airflow_artifacts.client.saving import PendingVersion, SavingClient
from airflow_artifacts.client.verifying import VerifyingClient

__all__ = [
    "PREVIEW_ROWS",
    "VERBS",
    "ArtifactClient",
    "PendingVersion",
    "TaskContext",
    "artifact_context",
    "current_context",
]


class ArtifactClient(
    SavingClient, LoadingClient, LabellingClient, CachingClient, BrowsingClient, KeepingClient, VerifyingClient
):
    """Saves, loads and asks about artifacts, labels them, and deletes what is not needed any more.

    Safe between threads. Not for use across a fork: connect in the child. Every verb raises
    :class:`~airflow_artifacts.exceptions.LineageError` where the lineage database refuses, fails or is out of reach,
    and :class:`~airflow_artifacts.exceptions.StoreError` where the store does.
    """


_OTHERS = frozenset(
    {
        "catalogue",
        "close",
        "connect",
        "load_version",
        "plan_task",
        "record_reuse",
        "reference",
        "resolve",
        "scratch",
        "store",
        "stream",
        "was_reused",
    }
)
VERBS = frozenset(name for name in dir(ArtifactClient) if not name.startswith("_")) - _OTHERS
"""What people do with a client, by name; the hook has the same."""
