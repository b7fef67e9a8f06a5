"""DAGs in pairs under one real scheduler, one of each pair with the cache: what is done to them, and what became."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import re
import shutil
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg

from airflow_artifacts.cli.local_airflow import LocalAirflow
from airflow_artifacts.client import ArtifactClient
from airflow_artifacts.exceptions import LocalAirflowError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from typing_extensions import LiteralString

    from airflow_artifacts.entries import Outcome

__all__ = ["KINDS", "Ended", "Runs", "Task", "Twins"]

KINDS = ("cached", "plain")
Runs = dict[str, str]
"""The ids of two runs that were done the same to, by kind."""
Task = tuple[str, int]
"""A task's id and its map index."""

_SHAPES = Path(__file__).parent
_REFERENCE = "airflow_artifacts.model."
_FACTOR = re.compile(r"^FACTOR = (\d+)$", re.MULTILINE)


@dataclasses.dataclass(frozen=True, slots=True)
class Ended:
    """What became of a run.

    Attributes:
        state: The run's own.
        states: Of each task instance.
        values: Of each XCom, by task instance and key; artifacts are loaded.
    """

    state: str
    states: dict[Task, str | None]
    values: dict[tuple[Task, str], Any]


class Twins:
    """Does the same to both DAGs of a shape, and reads what became of them."""

    def __init__(self, airflow: LocalAirflow, client: ArtifactClient, folder: Path, database: str) -> None:
        self.airflow, self.client = airflow, client
        self._url = database.replace("postgresql+psycopg", "postgresql")
        self._helpers = folder / "dags" / "shape_helpers.py"
        self._folder = folder
        self._processes = folder / "processes"
        self._read = 0

    @classmethod
    @contextlib.contextmanager
    def start(cls, folder: Path, database: str) -> Iterator[Twins]:
        """Start an Airflow with all shapes, for as long as the block lasts.

        Args:
            folder: Empty; for all that it keeps.
            database: Airflow's own, on PostgreSQL: Airflow cannot be asked for a backfill on SQLite while it works.
        """
        home = folder / "home"
        shutil.copytree(_SHAPES / "dags", folder / "dags", ignore=shutil.ignore_patterns("__pycache__"))
        (folder / "processes").touch()
        environment = {
            "SHAPES_FOLDER": str(folder),
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": database,
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_ASYNC": database,  # psycopg serves both; Airflow's own guess does not
        }
        airflow = LocalAirflow(home, folder / "dags", environment=environment)
        (home / "plugins").mkdir()
        shutil.copy(_SHAPES / "process_log.py", home / "plugins")
        artifacts = home / "artifacts"
        artifacts.mkdir()
        lineage = f"sqlite:///{artifacts / 'lineage.db'}"
        with airflow, ArtifactClient.connect(store=str(artifacts / "store"), database=lineage) as client:
            yield cls(airflow, client, folder, database)

    @property
    def factor(self) -> int:
        """The constant of the helpers as it is now."""
        found = _FACTOR.search(self._helpers.read_text())
        assert found is not None
        return int(found[1])

    def edit(self, factor: int) -> None:
        """Let the helpers multiply by another number."""
        self._helpers.write_text(_FACTOR.sub(f"FACTOR = {factor}", self._helpers.read_text()))

    def run(self, shape: str, conf: dict[str, Any] | None = None) -> Runs:
        """Begin a run of both."""
        return {kind: self.airflow.trigger(f"{kind}_{shape}", conf) for kind in KINDS}

    def stumble(self, shape: str, task: Task, *, times: int = 1) -> None:
        """Tell a task of both to fail that often when it computes."""
        for kind in KINDS:
            told = self._folder / f"{kind}_{shape}.{task[0]}.{task[1]}" / "stumbles"
            told.mkdir(parents=True, exist_ok=True)
            for number in range(times):
                (told / str(number)).touch()

    def heal(self) -> None:
        """Tell all tasks to fail no more."""
        for told in self._folder.glob("*/stumbles/*"):
            told.unlink()

    def clear(
        self, shape: str, runs: Runs, tasks: Sequence[str | Task] | None = None, *, only_failed: bool = False
    ) -> set[Task]:
        """Clear tasks with all behind them, or a whole run; return those of both that were cleared."""
        body = {"dry_run": False, "only_failed": only_failed, "include_downstream": True, "task_ids": tasks}
        cleared = set()
        for kind in KINDS:
            url = f"/dags/{kind}_{shape}/clearTaskInstances"
            answer = self._send("POST", url, {**body, "dag_run_id": runs[kind]})
            cleared |= {(one["task_id"], one["map_index"]) for one in answer["task_instances"]}
        return cleared

    def backfill(self, shape: str, first: int, last: int) -> list[Runs]:
        """Backfill days of January, one after another."""
        days = {"from_date": f"2026-01-{first:02}T00:00:00Z", "to_date": f"2026-01-{last:02}T00:00:00Z"}
        for kind in KINDS:
            body = {"dag_id": f"{kind}_{shape}", **days, "max_active_runs": 1}
            self._send("POST", "/backfills", body)
        ids = [f"backfill__2026-01-{day:02}T00:00:00+00:00" for day in range(first, last + 1)]
        return [dict.fromkeys(KINDS, run_id) for run_id in ids]

    def mark_success(self, shape: str, runs: Runs, task: str) -> None:
        """Mark a task of both runs a success by hand; Airflow lets what failed for it run then."""
        for kind in KINDS:
            url = f"/dags/{kind}_{shape}/dagRuns/{runs[kind]}/taskInstances/{task}"
            self._send("PATCH", url, {"new_state": "success"})

    def settle(self, timeout: float = 600.0) -> None:
        """Wait until every run has ended."""
        deadline = time.monotonic() + timeout
        while True:
            active = self.airflow.api._get("/dags/~/dagRuns", state=["queued", "running"], limit=100)
            if active["total_entries"] == 0:
                return
            if time.monotonic() > deadline:
                names = [f"{run['dag_id']} {run['dag_run_id']} {run['state']}" for run in active["dag_runs"]]
                message = f"after {timeout:.0f} seconds these have not ended: {', '.join(names)}"
                raise LocalAirflowError(message)
            time.sleep(1)

    def processes(self) -> Counter[tuple[str, str, Task]]:
        """Return how many processes began since this was last asked, by DAG, run and task instance.

        Airflow's own record of the last process of each task instance must be among them.
        """
        text = self._processes.read_text()
        lines = [json.loads(line) for line in text[self._read :].splitlines()]
        self._read = len(text)
        every = {json.loads(line)["pid"] for line in text.splitlines()}
        with psycopg.connect(self._url) as database:
            known = {pid for (pid,) in database.execute("select pid from task_instance where pid is not null")}
        assert known <= every
        return Counter((one["dag_id"], one["run_id"], (one["task_id"], one["map_index"])) for one in lines)

    def ended(self, kind: str, shape: str, run_id: str) -> Ended:
        """Return what became of a run."""
        dag_id = f"{kind}_{shape}"
        with psycopg.connect(self._url) as database:

            def rows(query: LiteralString) -> list[Any]:
                return database.execute(query + " where dag_id = %s and run_id = %s", [dag_id, run_id]).fetchall()

            ((state,),) = rows("select state from dag_run")
            tasks = rows("select task_id, map_index, state from task_instance")
            xcoms = rows("select task_id, map_index, key, value from xcom")
            # Where a link of a task's page leads is no value.
            xcoms = [row for row in xcoms if not row[2].startswith("_link_")]
        return Ended(
            state,
            {(task_id, index): state for task_id, index, state in tasks},
            {((task_id, index), key): self._loaded(value) for task_id, index, key, value in xcoms},
        )

    def dates(self, shape: str, run_id: str) -> tuple[str, str]:
        """Return when a cached run began and ended."""
        run = self.airflow.api.run(f"cached_{shape}", run_id)
        return run["start_date"], run["end_date"]

    def outcome(self, shape: str, run_id: str, task: Task) -> Outcome | None:
        """Return what the cache decided for the newest try of a task; None where it was not asked."""
        found = self.client.run(f"cached_{shape}", run_id).task_runs
        tries = [one.task_run for one in found if (one.task_run.task_id, one.task_run.map_index) == task]
        decision = self.client.why(tries[-1]).decision if tries else None
        return None if decision is None else decision.outcome

    def _send(self, method: str, url: str, body: dict[str, Any]) -> Any:
        return self.airflow.api._send(method, url, json=body).json()

    def _loaded(self, value: Any) -> Any:
        if isinstance(value, dict):
            if str(value.get("__classname__", "")).startswith(_REFERENCE):
                return self.client.load(value["__data__"]["id"])
            return {key: self._loaded(item) for key, item in value.items()}
        return [self._loaded(item) for item in value] if isinstance(value, list) else value
