"""The processes that decide for a triggerer: forked from a warm server, one for each decision, never its own.

A process asks the triggerer for what its task needs of Airflow, as a task asks its supervisor.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import dataclasses
import functools
import multiprocessing
import threading
import time
from typing import TYPE_CHECKING, Any

from airflow.sdk.exceptions import AirflowRuntimeError
from airflow.sdk.execution_time import comms, task_runner

if TYPE_CHECKING:
    from collections.abc import Mapping
    from multiprocessing.connection import Connection

    from airflow_artifacts.provider.metrics import Counted

__all__ = ["Question", "Verdict", "ask_process"]

# Each holds some hundred megabytes, most of them shared, and waits for database and store most of the time.
_PROCESSES = 4
# A decision takes tenths of a second. One that hangs holds a process up.
_LONGEST_SECONDS = 60.0
# Loaded by the server once; all that changes with the DAG files is loaded by each process.
_PRELOADED = ["airflow_artifacts.provider.warm"]
# What a decision may ask of those messages that a triggerer's supervisor answers; others it leaves without an answer.
_ANSWERED = (
    comms.GetConnection,
    comms.GetDagRunState,
    comms.GetDRCount,
    comms.GetPreviousTI,
    comms.GetTaskStates,
    comms.GetTICount,
    comms.GetVariable,
    comms.GetVariableKeys,
    comms.GetXCom,
    comms.MaskSecret,
    comms.SetXCom,
)


@dataclasses.dataclass(frozen=True, slots=True)
class Question:
    """For which task to decide, as Airflow tells a triggerer of it.

    Attributes:
        dag_id: Its DAG.
        task_id: The task.
        fileloc: The DAG file.
        relative_fileloc: The same within its bundle.
        disable_bundle_versioning: Whether runs of the DAG always take the newest version of its bundle.
        instance: The fields of the task instance.
        run: The fields of the DAG run that are told; no others are known.
    """

    dag_id: str
    task_id: str
    fileloc: str
    relative_fileloc: str | None
    disable_bundle_versioning: bool
    instance: Mapping[str, Any]
    run: Mapping[str, Any]


@dataclasses.dataclass(frozen=True, slots=True)
class Verdict:
    """What was decided for a task.

    Attributes:
        reason: Why, in words.
        lines: What was logged meanwhile, each with its fields for programs.
        counted: What was counted meanwhile, which the triggerer hands to the metrics.
        is_hit: Whether the task has ended with it, its reuse recorded and its XComs pushed; else a worker is to run.
    """

    reason: str
    lines: tuple[tuple[str, Mapping[str, Any]], ...] = ()
    is_hit: bool = False
    counted: tuple[Counted, ...] = ()


async def ask_process(question: Question) -> Verdict:
    """Let a process of its own decide, which is killed where nobody waits for it any more.

    Raises:
        TimeoutError: It took too long.
        EOFError: It died.
    """
    decider = _Decider(question)
    try:
        return await asyncio.get_running_loop().run_in_executor(_threads(), decider.run)
    finally:
        decider.stop()


@functools.cache
def _threads() -> concurrent.futures.ThreadPoolExecutor:
    return concurrent.futures.ThreadPoolExecutor(_PROCESSES, thread_name_prefix="artifacts-decider")


@functools.cache
def _processes() -> multiprocessing.context.ForkServerContext:
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload(_PRELOADED)
    return processes


class _Decider:
    """One process that decides once. It is run in a thread, and may be stopped from another."""

    def __init__(self, question: Question) -> None:
        self._question = question
        self._stopped = False
        self._process: Any = None

    def run(self) -> Verdict:
        ours, theirs = _processes().Pipe()
        with ours:
            with theirs:
                process = _processes().Process(target=_decide, args=(theirs, self._question), daemon=True)
                process.start()
            self._process = process
            try:
                if self._stopped:
                    process.kill()
                return _conversation(ours)
            except EOFError as error:
                message = "the process that decides ended without a word; the triggerer's log may say why"
                raise EOFError(message) from error
            finally:
                process.kill()
                process.join()

    def stop(self) -> None:
        self._stopped = True
        if self._process is not None:
            self._process.kill()


def _conversation(process: Connection) -> Verdict:
    """Answer what a process asks until it has decided."""
    deadline = time.monotonic() + _LONGEST_SECONDS
    while process.poll(deadline - time.monotonic()):
        kind, content = process.recv()
        if kind == "decided":
            verdict: Verdict = content
            return verdict
        process.send(_answer(content))
    message = f"the decision took longer than {_LONGEST_SECONDS:.0f} seconds"
    raise TimeoutError(message)


def _answer(asked: Any) -> tuple[str, Any]:
    """Ask the triggerer's supervisor on behalf of a process."""
    if not isinstance(asked, _ANSWERED):
        return "refused", f"it asks Airflow for what a triggerer cannot ask ({type(asked).__name__})"
    try:
        return "answer", task_runner.SUPERVISOR_COMMS.send(asked)
    except AirflowRuntimeError as error:
        return "error", error.error


def _decide(triggerer: Connection, question: Question) -> None:
    """Decide, in the process."""
    from airflow_artifacts.provider.deciding import decide  # noqa: PLC0415 - what the server has loaded already

    task_runner.SUPERVISOR_COMMS = _Asking(triggerer)  # type: ignore[assignment]
    triggerer.send(("decided", decide(question)))


class _Asking:
    """Stands where a task finds its supervisor: what it asks goes to the triggerer."""

    def __init__(self, triggerer: Connection) -> None:
        self._triggerer = triggerer
        self._lock = threading.Lock()

    def send(self, asked: Any) -> Any:
        with self._lock:
            self._triggerer.send(("asked", asked))
            kind, content = self._triggerer.recv()
        if kind == "refused":
            raise NotImplementedError(content)
        if kind == "error":
            raise AirflowRuntimeError(content)
        return content

    async def asend(self, asked: Any) -> Any:
        return self.send(asked)
