"""Tries that are frozen and wake after their successor has begun: they publish nothing, and say why."""

from __future__ import annotations

import contextlib
import os
import signal
from typing import TYPE_CHECKING

import pytest

from airflow_artifacts.client.task import TaskExecution
from airflow_artifacts.exceptions import SupersededError
from tests.client.calling import execute
from tests.faults.steps import stopping_at
from tests.faults.worlds import call, check_outcome, check_sound, given
from tests.forks import in_child
from tests.servers import LONG_ON_BOTH

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from airflow_artifacts.model import ArtifactRef
    from tests.faults.worlds import World

pytestmark = [
    LONG_ON_BOTH,
    pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning"),
    # The task publishes a checkpoint and uploads three objects before its outputs.
    pytest.mark.parametrize(("step", "time"), [("before an object", 3), ("before a publication", 2)]),
]

SEED = 1
SUPERSEDED = "churn.train in run 1, try 1 may not publish, since try 2 has begun; the outputs of that try count"


class Zombie:
    """A try in a process of its own that is frozen at a step."""

    def __init__(self, world: World, data: ArtifactRef, at: tuple[str, int], said: Path) -> None:
        self._said = said

        def run() -> None:
            with world.connect() as client, stopping_at(*at, signal.SIGSTOP).counted():
                try:
                    execute(client, call(data, SEED))
                except SupersededError as error:
                    said.write_text(str(error))

        self._process = in_child(run)
        assert os.WIFSTOPPED(os.waitpid(self._process, os.WUNTRACED)[1])

    def wake(self) -> str:
        """Let it go on, and return why it could not publish."""
        os.kill(self._process, signal.SIGCONT)
        assert os.waitpid(self._process, 0)[1] == 0
        self._process = 0
        return self._said.read_text()

    def close(self) -> None:
        """Kill it, where it was not woken."""
        if self._process:
            os.kill(self._process, signal.SIGKILL)
            os.waitpid(self._process, 0)


@pytest.fixture
def data(world: World) -> ArtifactRef:
    """What the task reads."""
    with world.connect() as client:
        return given(client)


@pytest.fixture
def zombie(world: World, data: ArtifactRef, step: str, time: int, tmp_path: Path) -> Iterator[Zombie]:
    """A first try that is frozen."""
    with contextlib.closing(Zombie(world, data, (step, time), tmp_path / "said")) as one:
        yield one


def test_a_try_that_wakes_after_its_successor_publishes_nothing(
    world: World, data: ArtifactRef, zombie: Zombie, caplog: pytest.LogCaptureFixture
) -> None:
    """The successor does not wait for it, and the successor's outputs stand."""
    with world.connect() as client, caplog.at_level("INFO"):
        second = execute(client, call(data, SEED, try_number=2))
        assert "waiting for" not in caplog.text
        assert zombie.wake() == SUPERSEDED
        check_sound(client)
        check_outcome(client, second, SEED)
        assert str(client.get("faults/model")) == "faults/model@1"
        assert client.get("faults/model").id == second.refs["faults/model"].id
        third = execute(client, call(data, SEED, try_number=3))
        assert (third.executed, third.refs) == (False, second.refs)


def test_a_try_that_wakes_while_its_successor_runs_publishes_nothing(
    world: World, data: ArtifactRef, zombie: Zombie
) -> None:
    """It has lost its turn though nothing is published yet; the successor goes on undisturbed."""
    with world.connect() as client:
        successor = call(data, SEED, try_number=2)
        execution = TaskExecution(client, successor, is_skip=lambda _: False)
        with execution.running():
            assert execution.recall() is None
            returned = successor.function(**execution.bind())
            assert zombie.wake() == SUPERSEDED
            assert "faults/model" not in {one.name for one in client.list()}
            refs = execution.publish(returned)
        check_sound(client)
        assert client.get("faults/model").id == refs["faults/model"].id
