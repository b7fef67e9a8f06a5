"""What Airflow asks for the name of its host, where several stand for the hosts of a cluster on one machine."""

from __future__ import annotations

import os


def of_container() -> str:
    """Return the name, which containers have in their environment, too."""
    return os.environ["HOSTNAME"]
