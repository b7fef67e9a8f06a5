"""What Airflow sees of this package. The only folder that imports Airflow."""

from __future__ import annotations

DEFAULT_CONNECTION = "artifacts_default"
"""The connection of type ``artifacts`` that is asked unless another is named; it need not exist."""

PLACES = {
    "nav": "artifacts",
    "dag": "dag-artifacts",
    "dag_run": "run-artifacts",
    "task": "task-artifacts",
    "task_instance": "task-instance-artifacts",
}
"""Where the page of artifacts stands in Airflow's own, and how its address there ends.

By what Airflow gives to the component, which is one for all places, it knows where it stands.
"""
