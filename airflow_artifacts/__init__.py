"""Artifacts for Apache Airflow: versioned, typed, content-addressed values with lineage.

The public names are imported on first use, because Airflow imports the package in every task process.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from airflow_artifacts import exceptions, fingerprint, materializers, texts, visualizers
    from airflow_artifacts.annotations import Columns
    from airflow_artifacts.artifact import Artifact
    from airflow_artifacts.cache.policy import INPUTS, INTERVAL, NEVER, SOURCE, CachePolicy
    from airflow_artifacts.client import ArtifactClient
    from airflow_artifacts.client.context import artifact_context
    from airflow_artifacts.client.verbs import load_artifact, log_metadata, register_artifact, save_artifact
    from airflow_artifacts.model import ArtifactRef, ArtifactVersion, VersionSummary
    from airflow_artifacts.provider.cache_check import CacheCheckOperator
    from airflow_artifacts.provider.decorator import artifact_task
    from airflow_artifacts.provider.hook import ArtifactHook
    from airflow_artifacts.provider.interpreters import artifact_external_python_task, artifact_virtualenv_task
    from airflow_artifacts.provider.maintenance import maintenance
    from airflow_artifacts.provider.sensor import ArtifactSensor

__all__ = [
    "INPUTS",
    "INTERVAL",
    "NEVER",
    "SOURCE",
    "Artifact",
    "ArtifactClient",
    "ArtifactHook",
    "ArtifactRef",
    "ArtifactSensor",
    "ArtifactVersion",
    "CacheCheckOperator",
    "CachePolicy",
    "Columns",
    "VersionSummary",
    "artifact_context",
    "artifact_external_python_task",
    "artifact_task",
    "artifact_virtualenv_task",
    "exceptions",
    "fingerprint",
    "load_artifact",
    "log_metadata",
    "maintenance",
    "materializers",
    "register_artifact",
    "save_artifact",
    "texts",
    "visualizers",
]

_MODULES = {
    **dict.fromkeys(("INPUTS", "INTERVAL", "NEVER", "SOURCE", "CachePolicy"), "airflow_artifacts.cache.policy"),
    "Artifact": "airflow_artifacts.artifact",
    "ArtifactClient": "airflow_artifacts.client",
    "ArtifactHook": "airflow_artifacts.provider.hook",
    "ArtifactRef": "airflow_artifacts.model",
    "ArtifactSensor": "airflow_artifacts.provider.sensor",
    "ArtifactVersion": "airflow_artifacts.model",
    "Columns": "airflow_artifacts.annotations",
    "VersionSummary": "airflow_artifacts.model",
    "artifact_context": "airflow_artifacts.client.context",
    "CacheCheckOperator": "airflow_artifacts.provider.cache_check",
    "artifact_external_python_task": "airflow_artifacts.provider.interpreters",
    "artifact_task": "airflow_artifacts.provider.decorator",
    "artifact_virtualenv_task": "airflow_artifacts.provider.interpreters",
    "load_artifact": "airflow_artifacts.client.verbs",
    "log_metadata": "airflow_artifacts.client.verbs",
    "maintenance": "airflow_artifacts.provider.maintenance",
    "register_artifact": "airflow_artifacts.client.verbs",
    "save_artifact": "airflow_artifacts.client.verbs",
}


def __getattr__(name: str) -> object:
    if name in _MODULES:
        value = getattr(importlib.import_module(_MODULES[name]), name)
    elif name in __all__:
        value = importlib.import_module(f"airflow_artifacts.{name}")
    else:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
