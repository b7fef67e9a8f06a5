"""The bundle that Airflow's page loads: built from ``web/`` when this package is, and never part of its sources."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

__all__ = ["BUNDLE", "MISSING", "stamp", "text"]

BUNDLE = Path(__file__).with_name("web") / "dist" / "artifacts.js"

MISSING = (
    "The page of airflow_artifacts was not built: this install has its sources only. Install the wheel, or install "
    "from a checkout by 'pip install .', which builds it with npm; then restart the API server."
)


def stamp() -> str:
    """Return what changes with the bundle's content, so that browsers may keep it for as long as it does not."""
    return hashlib.sha256(text().encode()).hexdigest()[:16]


def text() -> str:
    """Return the bundle; where it was not built, one that says so in each of its places."""
    if BUNDLE.exists():
        return BUNDLE.read_text(encoding="utf-8")
    return f"globalThis.AirflowPlugin = () => React.createElement('p', {{ role: 'alert' }}, {json.dumps(MISSING)});\n"
