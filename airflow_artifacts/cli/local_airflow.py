"""An Airflow of its own on this machine: started, watched and stopped."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import psutil

from airflow_artifacts.cli.airflow_api import AirflowApi
from airflow_artifacts.cli.home import AirflowHome
from airflow_artifacts.exceptions import LocalAirflowError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path
    from types import TracebackType

    from typing_extensions import Self

__all__ = ["COMPONENTS", "STANDALONE", "LocalAirflow"]

T = TypeVar("T")

COMPONENTS = ("api-server", "scheduler", "dag-processor")
"""What runs DAGs; a triggerer serves deferred tasks only."""
STANDALONE = ("standalone",)
"""Airflow's own command for all components at once."""

_WATCHED = ("metadatabase", "scheduler", "dag_processor")
_ENDED = frozenset({"success", "failed"})
_POLL_SECONDS = 0.5
# Long enough for two busy cores to import Airflow four times.
_START_SECONDS = 180.0
# Airflow waits for the processes of tasks that are long done; nothing is lost with them.
_STOP_SECONDS = 4.0


def _ignore(*_: object) -> None:
    """Watch nothing."""


class LocalAirflow:
    """A real Airflow with LocalExecutor and a home of its own, for as long as the ``with`` block lasts.

    Its processes are children of this one and are gone after the block, however it ends. Not safe between threads.

    Args:
        folder: The home; made where it does not exist, and left as it is at the end.
        dags_folder: With the DAGs to run.
        environment: Settings and connections for Airflow's processes, as ``AIRFLOW__…`` and ``AIRFLOW_CONN_…``.
            Those of the calling process do not reach them.
        components: The commands of ``airflow`` to run: :data:`COMPONENTS`, or :data:`STANDALONE`.
        port: For the API server; a free one unless given.
        on_progress: Called with a line whenever the start has come a step further.
    """

    def __init__(
        self,
        folder: Path,
        dags_folder: Path,
        *,
        environment: Mapping[str, str] | None = None,
        components: Sequence[str] = COMPONENTS,
        port: int | None = None,
        on_progress: Callable[[str], None] = _ignore,
    ) -> None:
        self.home = AirflowHome.create(folder, dags_folder, port=port, environment=environment)
        self.api = AirflowApi(self.home.url, self.home.user, self.home.password)
        self._components = tuple(components)
        self._on_progress = on_progress
        self._processes: dict[str, psutil.Popen] = {}

    def __enter__(self) -> Self:
        try:
            self._start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def trigger(self, dag_id: str, conf: Mapping[str, Any] | None = None, *, timeout: float = 60.0) -> str:
        """Start a run of a DAG and return its run id.

        Args:
            dag_id: Waited for until Airflow has read it.
            conf: The run's configuration.
            timeout: In seconds, for Airflow to read the DAG.

        Raises:
            LocalAirflowError: Airflow cannot read the DAG, which the message shows, or does not have it in time.
        """

        def read() -> dict[str, Any] | None:
            dag = self.api.find_dag(dag_id)
            if dag is None and (errors := self.api.import_errors()):
                message = "Airflow cannot read " + "; ".join(f"{file}:\n{text}" for file, text in errors.items())
                raise LocalAirflowError(message)
            return dag

        self._until(read, timeout, f"Airflow to read the DAG {dag_id!r}")
        return self.api.trigger(dag_id, conf)

    def wait(
        self,
        dag_id: str,
        run_id: str,
        *,
        timeout: float = 300.0,
        on_task: Callable[[dict[str, Any]], None] = _ignore,
    ) -> str:
        """Wait for a run to end and return its state, ``success`` or ``failed``.

        Args:
            dag_id: The DAG.
            run_id: What :meth:`trigger` returned.
            timeout: In seconds.
            on_task: Called with a task instance, as Airflow's API describes it, whenever its state has changed.

        Raises:
            LocalAirflowError: It has not ended in time, or Airflow stopped.
        """
        seen: dict[tuple[str, int], str | None] = {}

        def ended() -> str | None:
            # The state first: what the tasks did until then is then seen, too.
            state = self.api.run_state(dag_id, run_id)
            for task in self.api.task_instances(dag_id, run_id):
                key = task["task_id"], task["map_index"]
                if seen.get(key) != task["state"]:
                    seen[key] = task["state"]
                    on_task(task)
            return state if state in _ENDED else None

        return self._until(ended, timeout, f"the run {run_id!r} of {dag_id!r} to end")

    def join(self) -> NoReturn:
        """Return never, as long as all processes live.

        Raises:
            LocalAirflowError: One ended.
        """
        while True:
            self._check_alive()
            time.sleep(_POLL_SECONDS)

    def stop(self) -> None:
        """Stop all processes and wait until they are gone; those that do not heed are killed."""
        self.api.close()
        started = list(self._processes.values())
        # The children first: once its parent is gone nobody knows a process as its child.
        family = [child for parent in started for child in _descendants(parent)] + started
        self._processes.clear()
        for process in family:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.terminate()
        _, alive = psutil.wait_procs(family, timeout=_STOP_SECONDS)
        for process in [descendant for each in alive for descendant in _descendants(each)] + alive:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(alive, timeout=_STOP_SECONDS)
        for process in started:
            # What was forked since it was counted.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)

    def _start(self) -> None:
        if self._components != STANDALONE:
            self._on_progress("creating Airflow's database")
            self._run("db", "migrate")
        self._on_progress(f"starting Airflow ({', '.join(self._components)})")
        self._spawn_components()
        self._wait_until_healthy()
        self._on_progress(f"Airflow is up at {self.home.url}")

    def _run(self, *command: str) -> None:
        """Run a command of ``airflow`` to its end, stopped with all else if this process must stop."""
        name = " ".join(command)
        process = self._processes[name] = self._spawn(command[0], command, self.home.variables())
        code = process.wait()
        del self._processes[name]
        if code != 0:
            raise LocalAirflowError(self._failure(name, code))

    def _spawn_components(self) -> None:
        for component in self._components:
            self._processes[component] = self._spawn(component, (component,), self.home.variables())

    def _spawn(self, name: str, command: Sequence[str], environment: Mapping[str, str]) -> psutil.Popen:
        """Start a command of ``airflow``, whose log has the name."""
        log = self._log_file(name)
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as output:
            # In a session of its own, so that Ctrl-C in a terminal reaches this process only, which then stops it.
            return psutil.Popen(
                [sys.executable, "-m", "airflow", *command],
                cwd=self.home.folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def _wait_until_healthy(self) -> None:
        announced: list[str] = []

        def healthy() -> bool | None:
            health = self.api.health()
            missing = [name for name in _WATCHED if health.get(name) != "healthy"]
            if health and missing and missing != announced:
                announced[:] = missing
                self._on_progress(f"waiting for {', '.join(missing)}")
            return None if missing else True

        self._until(healthy, _START_SECONDS, "Airflow to start")

    def _until(self, check: Callable[[], T | None], timeout: float, what: str) -> T:
        """Return what a check returns once that is not None, as long as all processes live and time is left."""
        deadline = time.monotonic() + timeout
        while True:
            if (result := check()) is not None:
                return result
            self._check_alive()
            if time.monotonic() > deadline:
                message = f"waited {timeout:.0f} seconds for {what}; Airflow's logs are in {self.home.folder / 'logs'}"
                raise LocalAirflowError(message)
            time.sleep(_POLL_SECONDS)

    def _check_alive(self) -> None:
        for name, process in self._processes.items():
            if (code := process.poll()) is not None:
                raise LocalAirflowError(self._failure(name, code))

    def _failure(self, name: str, code: int) -> str:
        log = self._log_file(name.split(maxsplit=1)[0])
        tail = "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-20:])
        return f"'airflow {name}' ended with code {code}; the end of its log, {log}:\n{tail}"

    def _log_file(self, component: str) -> Path:
        return self.home.folder / "logs" / f"{component}.log"


def _descendants(process: psutil.Process) -> list[psutil.Process]:
    try:
        return list(reversed(process.children(recursive=True)))
    except psutil.NoSuchProcess:
        return []
