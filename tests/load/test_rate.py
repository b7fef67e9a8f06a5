"""How many versions a minute processes publish that publish at once to one artifact."""

from __future__ import annotations

import contextlib
import statistics
import sys
from typing import TYPE_CHECKING, Any

import pytest

from airflow_artifacts import ArtifactClient
from tests.lineage.processes import at_once
from tests.lineage.watching import Watch
from tests.load.publishing import HOT, run_many, save_many
from tests.servers import LONG_ON_BOTH

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PROCESSES = 8
SECONDS = 30.0


def publish(work: Callable[..., Any], folder: Path, url: str, processes: int, seconds: float) -> list[float]:
    """Publish in processes at once; see that every number was given once, and return what each publication took."""
    watch = Watch(url) if url.startswith("postgresql") else None
    with watch or contextlib.nullcontext():
        found = at_once(processes, work, str(folder), url, seconds)
    taken = sorted(one for some, _ in found for one in some)
    processor = sum(used for _, used in found) / len(taken)
    with ArtifactClient.connect(store=f"{folder}/store", database=url) as client:
        assert [one.number for one in client.versions(HOT)] == list(range(len(taken) + processes, 0, -1))
        assert client.verify(quick=True).faults == ()
    median, most = statistics.median(taken), taken[int(len(taken) * 0.99)]
    waits = "" if watch is None else f", {watch.waiting / max(1, watch.looks):.1f} connections waiting for locks"
    rate = len(taken) / seconds * 60
    sys.stdout.write(
        f"{work.__name__} on {url.partition(':')[0]}: {rate:,.0f} a minute, "
        f"{median * 1000:.0f} ms, 99 % within {most * 1000:.0f} ms, at most {taken[-1] * 1000:.0f} ms, "
        f"{processor * 1000:.1f} ms of the processor each{waits}\n"
    )
    return taken


@pytest.mark.slow
@pytest.mark.parametrize("work", [save_many, run_many])
def test_versions_a_minute(work: Callable[..., Any], tmp_path: Path, database_url: str) -> None:
    """Eight processes publish to one artifact for half a minute, without a number twice or left out, or an error.

    What that comes to a minute is printed; docs/operations/load.md has the last figures, and the aim is a thousand.
    """
    assert len(publish(work, tmp_path, database_url, PROCESSES, SECONDS)) >= PROCESSES


@LONG_ON_BOTH
def test_processes_that_publish_at_once(tmp_path: Path, database_url: str) -> None:
    """Of tasks that end at the same moment each gets a number of its own, and none an error."""
    assert len(publish(run_many, tmp_path, database_url, 4, 1.0)) >= 1
