"""Many processes at once, and processes that are killed: numbers stay exact and every version has its bytes."""

from __future__ import annotations

import os
import signal
import sys
from typing import TYPE_CHECKING

import pytest

from airflow_artifacts.client import ArtifactClient
from tests.forks import in_child
from tests.servers import LONG_ON_BOTH

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import FrameType

PROCESSES = 32


@pytest.fixture
def connect(database_url: str, tmp_path: Path) -> Callable[[], ArtifactClient]:
    """Return what connects to one store and one database."""
    return lambda: ArtifactClient.connect(store=str(tmp_path / "store"), database=database_url)


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
@LONG_ON_BOTH
def test_processes_that_save_one_name_at_once_get_exactly_the_numbers(connect: Callable[[], ArtifactClient]) -> None:
    """Thirty-two processes saving one name at once give the versions 1 to 32, each with its own value."""
    connect().close()
    read, write = os.pipe()

    def save(index: int) -> None:
        with connect() as client:
            os.read(read, 1)
            client.save(index, "shared")

    children = [in_child(lambda index=index: save(index)) for index in range(PROCESSES)]  # type: ignore[misc]
    os.write(write, b"x" * PROCESSES)
    assert [os.waitpid(child, 0)[1] for child in children] == [0] * PROCESSES
    with connect() as client:
        versions = list(client.versions("shared"))
        assert sorted(int(version.version) for version in versions) == list(range(1, PROCESSES + 1))
        assert sorted(client.load(version) for version in versions) == list(range(PROCESSES))


def _save_until(connect: Callable[[], ArtifactClient], value: object, stop: int) -> int:
    """Save a value; be killed at the given call of a function. Return how many calls there were."""
    calls = 0

    def count(frame: FrameType, event: str, _: object) -> None:
        nonlocal calls
        if "airflow_artifacts" in frame.f_code.co_filename or event == "c_call":
            calls += 1
            if calls == stop:
                os.kill(os.getpid(), signal.SIGKILL)

    with connect() as client:
        sys.setprofile(count)
        try:
            client.save(value, "killed")
        finally:
            sys.setprofile(None)
    return calls


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
@LONG_ON_BOTH
@pytest.mark.parametrize("kills", [24, pytest.param(120, marks=pytest.mark.slow)])
def test_a_process_killed_at_any_point_leaves_no_version_without_its_bytes(
    connect: Callable[[], ArtifactClient], kills: int
) -> None:
    """A save that is killed at each of many points leaves a whole version or none, and the next save works."""
    _save_until(connect, ["warm"] * 10, 0)
    total = _save_until(connect, ["warm"] * 10, 0)
    assert total > kills
    outcomes = []
    for index, stop in enumerate(range(1, total, total // (kills + 10))):
        child = in_child(lambda index=index, stop=stop: _save_until(connect, [index] * 10, stop))  # type: ignore[misc]
        outcomes.append(os.WTERMSIG(os.waitpid(child, 0)[1]))
    assert outcomes.count(signal.SIGKILL) >= kills
    with connect() as client:
        saved = client.save("after", "killed")
        versions = list(client.versions("killed"))
        assert sorted(int(version.version) for version in versions) == list(range(1, len(versions) + 1))
        values = [client.load(version) for version in versions]
        assert client.load("killed") == "after"
        assert str(saved) == f"killed@{len(versions)}"
        assert all(value == "after" or len(value) == 10 for value in values)
