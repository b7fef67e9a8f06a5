"""Planning a DAG for the API server: in a process of its own, as the DAG's file is a user's code."""

from __future__ import annotations

import collections
import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Any

from airflow.sdk.configuration import conf

from airflow_artifacts.ui.api.planning import PlanningError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["AirflowPlanner"]

# Airflow alone takes seconds to start; a DAG's file that takes longer than this would not be scheduled either.
_SECONDS = 120
# Each plan holds one of the API server's threads, and about the memory of a task.
_AT_ONCE = 2
_MOST_SAID = 1000
_MOST_READ = 100_000
_COLOURS = re.compile(r"\x1b\[[\d;]*m")
_KEYS = frozenset({"run_id", "tasks", "saved_seconds"})
# The DAG's file may have connected to anything.
_PASSWORD = re.compile(r"(?<=://)[^\s/@]*:[^\s@]*(?=@)")
_NOT_HERE = (
    "planning runs the DAG's file, which an API server leaves to other machines; run the command where the file is, "
    "or set [artifacts] plan_on_api_server to true if this server has it and may run it"
)


class AirflowPlanner:
    """Runs ``airflow artifacts plan``, once at a time for each DAG. Safe between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._busy: collections.Counter[str] = collections.Counter()

    def refusal(self) -> str | None:
        """Return why this server may not plan, or None where it may.

        With SQLite as its metadata database all of Airflow is one machine and one user, so that nothing is kept apart.
        """
        from airflow_artifacts.provider.settings import flag  # noqa: PLC0415 - which imports the client

        whole = str(conf.get("database", "sql_alchemy_conn", fallback="")).startswith("sqlite")
        return None if whole or flag("plan_on_api_server") else _NOT_HERE

    def plan(self, dag_id: str) -> Mapping[str, Any]:
        """Return what the command says.

        Raises:
            PlanningError: It failed, took too long, or is running already.
        """
        with self._turn(dag_id):
            return _document(dag_id, _run(dag_id))

    @contextlib.contextmanager
    def _turn(self, dag_id: str) -> Iterator[None]:
        with self._lock:
            if self._busy[dag_id] or self._busy.total() >= _AT_ONCE:
                what = f"the DAG {dag_id!r} is" if self._busy[dag_id] else "other DAGs are"
                message = f"{what} being planned at this moment; try again in some seconds"
                raise PlanningError(message, is_busy=True)
            self._busy[dag_id] += 1
        try:
            yield
        finally:
            with self._lock:
                self._busy.subtract([dag_id])


def _run(dag_id: str) -> str:
    command = [sys.executable, "-m", "airflow", "artifacts", "plan", "--output", "json", "--", dag_id]
    with subprocess.Popen(  # noqa: S603 - the id is one argument, and no option
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
        errors="replace", start_new_session=True,
    ) as started:  # fmt: skip
        try:
            said, complained = started.communicate(timeout=_SECONDS)
        except subprocess.TimeoutExpired:
            message = f"planning {dag_id!r} took longer than {_SECONDS} seconds; run the command in a shell to see why"
            raise PlanningError(message) from None
        finally:
            # What the DAG's file started may outlive it.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(started.pid, signal.SIGKILL)
    if started.returncode:
        message = f"planning {dag_id!r} failed: {_last_line(complained) or f'exit code {started.returncode}'}"
        raise PlanningError(message)
    return said


def _last_line(text: str) -> str:
    """Return the last line that says something, for people: without colours and the passwords of URLs, cut short."""
    lines = [line for line in _COLOURS.sub("", text[-_MOST_READ:]).splitlines() if line.strip()]
    last = _PASSWORD.sub("***", lines[-1].strip()) if lines else ""
    return last if len(last) <= _MOST_SAID else f"{last[:_MOST_SAID]}…"


def _document(dag_id: str, said: str) -> Mapping[str, Any]:
    """Return the JSON at the end of what a command printed, before which a DAG's file may print, too."""
    start = 0 if said.startswith("{\n") else said.rfind("\n{\n") + 1
    with contextlib.suppress(ValueError, RecursionError):
        found = json.loads(said[start:])
        if isinstance(found, dict) and found.keys() >= _KEYS:
            return found
    message = f"planning {dag_id!r} printed no plan; run the command in a shell to see what it prints"
    raise PlanningError(message)
