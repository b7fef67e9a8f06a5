"""The values that pass between the layers: frozen, without I/O, free of every library.

An :class:`ArtifactVersion` is one immutable value of an artifact; its :class:`Manifest` lists its files, each an
object in the store under its :data:`Digest`. A :class:`TaskRun` is one try of one task instance; a
:class:`LineageEdge` says that it read or wrote a version. An :class:`ArtifactRef` is the name of a version that
XCom carries.
"""

from airflow_artifacts.model.catalogue import (
    ArtifactBytes,
    ArtifactCriteria,
    ArtifactPage,
    ArtifactSort,
    DayOfDecisions,
    Facets,
    MetadataPoint,
    MetadataSeries,
    Overview,
    Reclaimable,
    RunSummary,
    VersionPage,
    Visibility,
)
from airflow_artifacts.model.lineage import (
    BlastRadius,
    Direction,
    EdgeKind,
    LineageEdge,
    LineageGraph,
    PendingOutput,
    RunLineage,
    TaskRunWithEdges,
)
from airflow_artifacts.model.objects import (
    BLOCK_BYTES,
    Digest,
    Manifest,
    ManifestFile,
    StoredObject,
    is_inside,
    suffix_of,
)
from airflow_artifacts.model.references import ArtifactListRef, ArtifactRef, MetadataRef
from airflow_artifacts.model.task_runs import TaskRun, TaskRunState
from airflow_artifacts.model.upkeep import (
    GRACE,
    CollectSummary,
    CopySummary,
    Fault,
    ForgetSummary,
    Part,
    PruneRules,
    PruneSummary,
    VerifySummary,
)
from airflow_artifacts.model.versions import (
    AliasMove,
    ArtifactSummary,
    ArtifactVersion,
    MetadataSource,
    Metadatum,
    NewVersion,
    SaveKind,
    VersionSummary,
)

__all__ = [
    "BLOCK_BYTES",
    "GRACE",
    "AliasMove",
    "ArtifactBytes",
    "ArtifactCriteria",
    "ArtifactListRef",
    "ArtifactPage",
    "ArtifactRef",
    "ArtifactSort",
    "ArtifactSummary",
    "ArtifactVersion",
    "BlastRadius",
    "CollectSummary",
    "CopySummary",
    "DayOfDecisions",
    "Digest",
    "Direction",
    "EdgeKind",
    "Facets",
    "Fault",
    "ForgetSummary",
    "LineageEdge",
    "LineageGraph",
    "Manifest",
    "ManifestFile",
    "MetadataPoint",
    "MetadataRef",
    "MetadataSeries",
    "MetadataSource",
    "Metadatum",
    "NewVersion",
    "Overview",
    "Part",
    "PendingOutput",
    "PruneRules",
    "PruneSummary",
    "Reclaimable",
    "RunLineage",
    "RunSummary",
    "SaveKind",
    "StoredObject",
    "TaskRun",
    "TaskRunState",
    "TaskRunWithEdges",
    "VerifySummary",
    "VersionPage",
    "VersionSummary",
    "Visibility",
    "is_inside",
    "suffix_of",
]
