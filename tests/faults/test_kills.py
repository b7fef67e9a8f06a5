"""Tasks that are killed at each step of what they write: nothing is half published, and nothing published is lost."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import pytest

from tests.client.calling import execute
from tests.faults.steps import Steps, stopping
from tests.faults.worlds import call, check_clean, check_outcome, check_sound, given
from tests.forks import in_child
from tests.servers import LONG_ON_BOTH

if TYPE_CHECKING:
    from airflow_artifacts.model import ArtifactRef
    from tests.faults.worlds import World

pytestmark = pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")

MOST = 500
STRIDE = 17


def _task(world: World, data: ArtifactRef, seed: int, steps: Steps) -> None:
    with world.connect() as client, steps.counted():
        execute(client, call(data, seed))


def _killed(world: World, data: ArtifactRef, seed: int, number: int) -> bool:
    """Run a task in a process that is killed at a step; return whether it came so far."""
    status = os.waitpid(in_child(lambda: _task(world, data, seed, stopping(number, signal.SIGKILL))), 0)[1]
    assert status in {0, signal.SIGKILL}
    return os.WTERMSIG(status) == signal.SIGKILL


@LONG_ON_BOTH
@pytest.mark.parametrize("stride", [STRIDE, pytest.param(1, marks=pytest.mark.slow)])
def test_a_task_that_is_killed_at_any_step_is_done_by_the_next_try(world: World, stride: int) -> None:
    """No version without its bytes, no pointer to nothing; the next try succeeds at once, and a third run reuses it."""
    with world.connect() as client:
        data = given(client)
    number, kills = 1, 0
    while _killed(world, data, number, number):
        kills += 1
        with world.connect() as client:
            check_sound(client)
            assert client.load(data) == b"input"
            second = execute(client, call(data, number, try_number=2), longest_wait=1)
            check_outcome(client, second, number)
            third = execute(client, call(data, number, run=f"run {number} again"))
            assert not third.executed
            assert set(third.refs.values()) == set(second.refs.values())
        number += stride
        assert number < MOST
    assert kills > 60 // stride
    with world.connect() as client:
        check_sound(client)
        check_clean(client)
        assert client.load(data) == b"input"
        assert client.load("faults/model@1") == b"input" * 2
