"""Fingerprints: digests of what a value is and of what a function does, the same in every process.

No two different values share one by construction, and equal values agree, whatever file format or memory layout they
have. What has no fingerprint is refused, never guessed.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from airflow_artifacts.fingerprint.source import code
    from airflow_artifacts.fingerprint.values import ValueFingerprint, describe, register, value

__all__ = ["ValueFingerprint", "code", "describe", "register", "value"]

_MODULES = {
    "ValueFingerprint": "airflow_artifacts.fingerprint.values",
    "code": "airflow_artifacts.fingerprint.source",
    "describe": "airflow_artifacts.fingerprint.values",
    "register": "airflow_artifacts.fingerprint.values",
    "value": "airflow_artifacts.fingerprint.values",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    found = getattr(importlib.import_module(_MODULES[name]), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted(__all__)
