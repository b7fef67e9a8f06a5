"""What processes do that publish at once, and how long each publication took."""

import time
from collections.abc import Callable
from typing import Annotated

from airflow_artifacts import ArtifactClient
from tests.client.calling import Caller
from tests.lineage.making import a_run

HOT = "load/hot"


def computed(process: int, number: int) -> Annotated[dict[str, int], "load/hot"]:
    """Return a value that no other task returns."""
    return {"process": process, "number": number}


def save_many(folder: str, url: str, seconds: float) -> tuple[list[float], float]:
    """Save small values for so many seconds; return what each took, and all the processor."""
    with ArtifactClient.connect(store=f"{folder}/store", database=url) as client:
        mine = time.monotonic_ns()
        return _repeat(lambda number: client.save({"process": mine, "number": number}, HOT), seconds)


def run_many(folder: str, url: str, seconds: float) -> tuple[list[float], float]:
    """Run small tasks for so many seconds, each with all that is recorded of it; return what save_many does."""
    with ArtifactClient.connect(store=f"{folder}/store", database=url) as client:
        mine = time.monotonic_ns()
        caller = Caller(client)
        return _repeat(
            lambda number: caller(computed, run=a_run("computed", f"{mine} {number}"), process=mine, number=number),
            seconds,
        )


def _repeat(act: Callable[[int], object], seconds: float) -> tuple[list[float], float]:
    # The first imports what all others need.
    act(-1)
    taken: list[float] = []
    processor = time.process_time()
    until = time.monotonic() + seconds
    while (began := time.monotonic()) < until:
        act(len(taken))
        taken.append(time.monotonic() - began)
    return taken, time.process_time() - processor
