"""Hand a value from task to task: as an artifact, by plain XCom, and by the object-storage XCom backend of Airflow.

XCom is measured without Airflow's API server, which adds an HTTP request to each: the value is serialised as Airflow
does it, and written to and read from a table in SQLite, or a file in a folder.
"""

from __future__ import annotations

import argparse
import json
import os
import sqlite3
import statistics
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Callable

    from airflow_artifacts import ArtifactClient

_HOME = Path(tempfile.mkdtemp(prefix="benchmark-"))
os.environ.update(
    {
        "AIRFLOW_HOME": str(_HOME),
        "AIRFLOW__COMMON_IO__XCOM_OBJECTSTORAGE_PATH": f"file://{_HOME / 'xcom'}",
        "AIRFLOW__COMMON_IO__XCOM_OBJECTSTORAGE_THRESHOLD": "0",
    }
)


class _Plain:
    """XCom's own way: JSON in a table."""

    def __init__(self) -> None:
        self._database = sqlite3.connect(_HOME / "xcom.db")
        self._database.execute("create table xcom (value json)")

    def hand_over(self, value: Any) -> Any:
        """Write a value and read it again."""
        from airflow.sdk.serde import deserialize, serialize  # noqa: PLC0415 - after the environment is set

        with self._database:
            self._database.execute("delete from xcom")
            self._database.execute("insert into xcom values (?)", (json.dumps(serialize(value)),))
        [text] = self._database.execute("select value from xcom").fetchone()
        return deserialize(json.loads(text))


class _Backend:
    """The backend of Airflow's common.io provider: JSON in a file."""

    def __init__(self) -> None:
        (_HOME / "xcom").mkdir()

    def hand_over(self, value: Any) -> Any:
        """Write a value and read it again."""
        from airflow.providers.common.io.xcom.backend import XComObjectStorageBackend  # noqa: PLC0415 - as above

        names = {"key": "return_value", "dag_id": "dag", "task_id": "task", "run_id": "run", "map_index": -1}
        stored = XComObjectStorageBackend.serialize_value(value, **names)

        class Row:
            value = stored
            key = "return_value"

        return XComObjectStorageBackend.deserialize_value(Row)


def _artifacts(client: ArtifactClient) -> Callable[[Any], Any]:
    def hand_over(value: Any) -> Any:
        client.save(value, "benchmarks/value")
        return client.load("benchmarks/value")

    return hand_over


def _seconds(action: Callable[[Any], Any], values: list[Any]) -> float | str:
    found = []
    for value in values:
        began = time.perf_counter()
        try:
            action(value)
        except Exception as error:  # noqa: BLE001 - what cannot be handed over is a result, too
            return f"{type(error).__name__}"
        found.append(time.perf_counter() - began)
    return statistics.median(found)


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.xcom", description=__doc__)
    parser.add_argument("--scale", type=float, default=0.1, help="how large the values are, of what their names say")
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()

    from airflow_artifacts import ArtifactClient  # noqa: PLC0415 - after the environment is set
    from benchmarks.__main__ import CASES  # noqa: PLC0415 - as above

    table = Table("value", "artifact, s", "plain XCom ÷ artifact", "XCom backend ÷ artifact")
    plain, backend = _Plain(), _Backend()
    database = f"sqlite:///{_HOME / 'lineage.db'}"
    with ArtifactClient.connect(store=str(_HOME / "store"), database=database) as client:
        ours = _artifacts(client)
        for case in CASES:
            if case.format is not None or "folder" in case.name:
                continue
            values = [case.make(given.scale, seed) for seed in range(given.rounds)]
            mine = _seconds(ours, values)
            others = [_seconds(one.hand_over, values) for one in (plain, backend)]
            cells = [one if isinstance(one, str) else f"{one / float(mine):.1f}" for one in others]
            table.add_row(case.name, f"{mine:.3f}", *cells)
    Console(width=140).print(table)


if __name__ == "__main__":
    main()
