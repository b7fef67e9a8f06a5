"""The schema of the lineage database, as typed models: one module for each of its nouns."""

from airflow_artifacts.lineage.tables.artifacts import (
    Alias,
    AliasHistory,
    Artifact,
    ArtifactDag,
    ArtifactTag,
    Publication,
    Version,
    VersionMetadata,
    VersionTag,
)
from airflow_artifacts.lineage.tables.base import Base, Clock
from airflow_artifacts.lineage.tables.cache import CacheEntry, CacheEntryOutput, CacheKey, CacheLease, KeyText
from airflow_artifacts.lineage.tables.objects import Manifest, ManifestObject, Object, ObjectState
from airflow_artifacts.lineage.tables.stores import Identity, MarkedStore
from airflow_artifacts.lineage.tables.task_runs import DagRun, Edge, Resolution, TaskRun

__all__ = [
    "Alias",
    "AliasHistory",
    "Artifact",
    "ArtifactDag",
    "ArtifactTag",
    "Base",
    "CacheEntry",
    "CacheEntryOutput",
    "CacheKey",
    "CacheLease",
    "Clock",
    "DagRun",
    "Edge",
    "Identity",
    "KeyText",
    "Manifest",
    "ManifestObject",
    "MarkedStore",
    "Object",
    "ObjectState",
    "Publication",
    "Resolution",
    "TaskRun",
    "Version",
    "VersionMetadata",
    "VersionTag",
]
