"""The values that pass between the layers: frozen, without I/O, free of every library.

An :class:`ArtifactVersion` is one immutable value of an artifact; its :class:`Manifest` lists its files, each an
object in the store under its :data:`Digest`. A :class:`TaskRun` is one try of one task instance; a
:class:`LineageEdge` says that it read or wrote a version. An :class:`ArtifactRef` is the name of a version that
XCom carries.
"""

from airflow_artifacts.model.lineage import Direction, EdgeKind, LineageEdge, LineageGraph, RunLineage, TaskRunWithEdges
from airflow_artifacts.model.objects import BLOCK_BYTES, Digest, Manifest, ManifestFile, StoredObject, suffix_of
from airflow_artifacts.model.references import ArtifactRef
from airflow_artifacts.model.task_runs import TaskRun, TaskRunState
from airflow_artifacts.model.versions import (
    ArtifactSummary,
    ArtifactVersion,
    MetadataSource,
    Metadatum,
    NewVersion,
    SaveKind,
)

__all__ = [
    "BLOCK_BYTES",
    "ArtifactRef",
    "ArtifactSummary",
    "ArtifactVersion",
    "Digest",
    "Direction",
    "EdgeKind",
    "LineageEdge",
    "LineageGraph",
    "Manifest",
    "ManifestFile",
    "MetadataSource",
    "Metadatum",
    "NewVersion",
    "RunLineage",
    "SaveKind",
    "StoredObject",
    "TaskRun",
    "TaskRunState",
    "TaskRunWithEdges",
    "suffix_of",
]
