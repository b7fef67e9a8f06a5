"""What the page costs Airflow's API server when it starts, beside what the server imports anyway.

``python -m benchmarks.ui`` prints the processor's seconds of a fresh process: for what the server itself imports, and
for the page's places and its API behind that.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile

from rich.console import Console
from rich.table import Table

_CODE = """
import time

import airflow.api_fastapi.app
import airflow.api_fastapi.core_api.security
import airflow.models
import airflow.plugins_manager
import airflow_artifacts.provider.plugin

airflow.models.import_all_models()
own = time.process_time()
airflow_artifacts.provider.plugin.ArtifactsPlugin.fastapi_apps
airflow_artifacts.provider.plugin.ArtifactsPlugin.react_apps
print(own, time.process_time() - own)
"""


def measure(rounds: int) -> list[tuple[float, float]]:
    """Return the seconds of the server's own imports and of the page's, of each round."""
    found = []
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "AIRFLOW_HOME": home, "AIRFLOW__CORE__LOAD_EXAMPLES": "False"}
        for _ in range(rounds):
            done = subprocess.run(  # noqa: S603 - this Python
                [sys.executable, "-c", _CODE], check=True, capture_output=True, text=True, env=environment
            )
            own, page = map(float, done.stdout.splitlines()[-1].split())
            found.append((own, page))
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    measured = measure(arguments.rounds)
    table = Table(
        "process", "median s", "least s", title="importing, in seconds of the processor", title_justify="left"
    )
    for name, seconds in zip(
        ("the API server itself", "the page and its API"), zip(*measured, strict=True), strict=True
    ):
        table.add_row(name, f"{statistics.median(seconds):.2f}", f"{min(seconds):.2f}")
    Console().print(table)


if __name__ == "__main__":
    main()
