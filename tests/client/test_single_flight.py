"""Several that need one key at once, and task runs that die: one computes, and nobody gets a wrong or a lost value."""

from __future__ import annotations

import os
import signal
import time
import uuid
from typing import TYPE_CHECKING, Any

import pytest

from airflow_artifacts.cache.policy import INPUTS, SOURCE
from airflow_artifacts.client import ArtifactClient
from airflow_artifacts.client import task as tasks
from tests.client.calling import Ran, a_call, execute
from tests.forks import in_child
from tests.lineage.making import a_run
from tests.servers import LONG_ON_BOTH

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import FrameType

pytestmark = pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")

PROCESSES = 8
POLICY = INPUTS + SOURCE


def slowly(folder: str, seconds: float) -> str:
    """Say in a folder that it ran, wait, and return a text that no other call returns."""
    name = uuid.uuid4().hex
    with open(os.path.join(folder, name), "x"):  # noqa: PTH118, PTH123 - no first-party name but these
        pass
    time.sleep(seconds)
    return name


@pytest.fixture
def connect(database_url: str, tmp_path: Path) -> Callable[[], ArtifactClient]:
    """Return what connects to one store and one database."""
    return lambda: ArtifactClient.connect(store=str(tmp_path / "store"), database=database_url)


@pytest.fixture
def ran(tmp_path: Path) -> Path:
    """The folder in which the function says that it ran."""
    folder = tmp_path / "ran"
    folder.mkdir()
    return folder


def _at_once(
    connect: Callable[[], ArtifactClient], count: int, arguments: dict[str, Any], tmp_path: Path, **options: Any
) -> list[str]:
    """Run the function in so many processes at once; return the UUIDs that they returned."""
    connect().close()
    out = tmp_path / f"out-{uuid.uuid4().hex}"
    out.mkdir()
    read, write = os.pipe()
    fields = {name: options.pop(name) for name in ("refresh",) if name in options}

    def work(number: int) -> None:
        with connect() as client:
            os.read(read, 1)
            call = a_call(slowly, arguments, run=a_run("slowly", f"run {number}"), cache=POLICY, **fields)
            (out / str(number)).write_text(execute(client, call, **options).ref.id)

    children = [in_child(lambda number=number: work(number)) for number in range(count)]  # type: ignore[misc]
    os.write(write, b"x" * count)
    assert [os.waitpid(child, 0)[1] for child in children] == [0] * count
    return [file.read_text() for file in out.iterdir()]


def test_one_of_many_computes_and_the_others_reuse(
    connect: Callable[[], ArtifactClient], ran: Path, tmp_path: Path
) -> None:
    """They wait for it; all return the same version."""
    ids = _at_once(connect, PROCESSES, {"folder": str(ran), "seconds": 1.0}, tmp_path)
    assert len(list(ran.iterdir())) == 1
    assert len(set(ids)) == 1


def test_whoever_does_not_wait_adopts_what_was_published_first(
    connect: Callable[[], ArtifactClient], ran: Path, tmp_path: Path
) -> None:
    """Leases only save work: without them all compute, and all return one version, of which there is one alone."""
    ids = _at_once(connect, PROCESSES, {"folder": str(ran), "seconds": 0.5}, tmp_path, longest_wait=0)
    assert len(list(ran.iterdir())) > 1
    assert len(set(ids)) == 1
    with connect() as client:
        assert len(list(client.versions("churn::slowly::output"))) == 1


def test_runs_that_are_to_compute_everything_compute_once_together(
    connect: Callable[[], ArtifactClient], ran: Path, tmp_path: Path
) -> None:
    """They refuse the entry that was there, not the one that is made meanwhile."""
    arguments = {"folder": str(ran), "seconds": 0.5}
    first = _at_once(connect, 1, arguments, tmp_path)
    ids = _at_once(connect, 4, arguments, tmp_path, refresh=True)
    assert len(set(ids)) == 1
    assert set(ids).isdisjoint(first)
    assert len(list(ran.iterdir())) == 2


def test_a_lease_ends_with_its_holder(
    connect: Callable[[], ArtifactClient], ran: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A task that is killed while it computes keeps nobody waiting for long."""
    monkeypatch.setattr(tasks, "LEASE_SECONDS", 1.0)
    arguments = {"folder": str(ran), "seconds": 60.0}
    connect().close()

    def work() -> None:
        with connect() as client:
            execute(client, a_call(slowly, arguments, run=a_run("slowly", "killed"), cache=POLICY))

    child = in_child(work)
    while not list(ran.iterdir()):
        time.sleep(0.05)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    began = time.monotonic()
    with connect() as client:
        call = a_call(slowly, arguments, run=a_run("slowly", "next"), cache=POLICY)
        lease = client.lineage.cache.take_lease(_key(client, call), str(uuid.uuid4()), 1.0)
        while lease.held_by is not None and time.monotonic() - began < 10:
            time.sleep(0.1)
            lease = client.lineage.cache.take_lease(_key(client, call), str(uuid.uuid4()), 1.0)
    assert lease.held_by is None
    assert lease.fence == 2


def _key(client: ArtifactClient, call: Any) -> Any:
    from airflow_artifacts.client.inputs import Inputs
    from airflow_artifacts.client.keys import key_of_call

    inputs = Inputs(client, call)
    inputs.resolve(None)
    return key_of_call(call, inputs).digest


def test_what_was_invalidated_while_it_was_computed_is_no_hit(connect: Callable[[], ArtifactClient], ran: Path) -> None:
    """Its result is published, and computed anew by the next one."""
    with connect() as client:

        def invalidating(folder: str) -> int:
            return len(list(os.scandir(folder)))

        call = a_call(invalidating, {"folder": str(ran)}, run=a_run("invalidating", "one"), cache=POLICY)
        execution = tasks.TaskExecution(client, call, is_skip=lambda _: False)
        with execution.running():
            assert execution.recall() is None
            assert client.invalidate("churn") == 1
            execution.publish(0)
        again = execute(
            client, a_call(invalidating, {"folder": str(ran)}, run=a_run("invalidating", "two"), cache=POLICY)
        )
        third = execute(
            client, a_call(invalidating, {"folder": str(ran)}, run=a_run("invalidating", "three"), cache=POLICY)
        )
    assert (again.executed, third.executed) == (True, False)


def number(n: int) -> int:
    """Return a number; the task that is killed."""
    return n


def _until(connect: Callable[[], ArtifactClient], run: str, stop: int) -> int:
    """Run the task; be killed at the given call of a function of ours. Return how many there were."""
    calls = 0

    def count(frame: FrameType, event: str, _: object) -> None:
        nonlocal calls
        if event == "call" and "airflow_artifacts" in frame.f_code.co_filename:
            calls += 1
            if calls == stop:
                os.kill(os.getpid(), signal.SIGKILL)

    import sys

    with connect() as client:
        call = a_call(number, {"n": 7}, run=a_run("number", run), cache=POLICY.extra(run))
        sys.setprofile(count)
        try:
            execute(client, call)
        finally:
            sys.setprofile(None)
    return calls


@LONG_ON_BOTH
@pytest.mark.parametrize("kills", [10, pytest.param(40, marks=pytest.mark.slow)])
def test_a_task_that_is_killed_anywhere_is_done_again(
    connect: Callable[[], ArtifactClient], monkeypatch: pytest.MonkeyPatch, kills: int
) -> None:
    """The next try returns the value; whatever entry there is has its versions and their bytes."""
    monkeypatch.setattr(tasks, "LEASE_SECONDS", 0.2)
    total = _until(connect, "whole", 10**9)
    assert total > 100
    for stop in range(1, total, max(total // kills, 1)):
        run = f"stop {stop}"
        os.waitpid(in_child(lambda run=run, stop=stop: _until(connect, run, stop)), 0)  # type: ignore[misc]
        with connect() as client:
            retry = a_run("number", run, try_number=2)
            second: Ran = execute(client, a_call(number, {"n": 7}, run=retry, cache=POLICY.extra(run)))
            assert client.load(second.ref) == 7
            third = execute(
                client, a_call(number, {"n": 7}, run=a_run("number", f"{run} again"), cache=POLICY.extra(run))
            )
            assert not third.executed
            assert client.load(third.ref) == 7
