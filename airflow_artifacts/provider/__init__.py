"""What Airflow sees of this package. The only folder that imports Airflow."""

from __future__ import annotations

DEFAULT_CONNECTION = "artifacts_default"
"""The connection of type ``artifacts`` that is asked unless another is named; it need not exist."""
