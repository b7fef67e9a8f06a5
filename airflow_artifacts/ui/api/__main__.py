"""``python -m airflow_artifacts.ui.api`` prints the OpenAPI document, from which the page's types are made."""

from __future__ import annotations

import json
import sys
from typing import Any, cast

from airflow_artifacts.ui.api import create_app


def document() -> dict[str, Any]:
    """Return the OpenAPI document, which needs neither a login nor a database."""
    nothing = cast("Any", None)
    return create_app(nothing, nothing, embedded=nothing, planner=nothing).openapi()


if __name__ == "__main__":
    sys.stdout.write(json.dumps(document(), indent=1) + "\n")
