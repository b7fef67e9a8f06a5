"""What the cache costs: fingerprints beside a bare hash of the same bytes, keys, and decisions beside none.

``python -m benchmarks.cache`` prints milliseconds, medians of the rounds, and ratios within one run.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from blake3 import blake3
from rich.console import Console
from rich.table import Table

from airflow_artifacts import INPUTS, NEVER, SOURCE, ArtifactClient, fingerprint
from airflow_artifacts.client.call import TaskCall
from airflow_artifacts.client.task import TaskExecution
from airflow_artifacts.fingerprint.source import analyse
from airflow_artifacts.model import TaskRun
from airflow_artifacts.signature import read_signature
from benchmarks.__main__ import _frame

if TYPE_CHECKING:
    from collections.abc import Callable

    from airflow_artifacts import CachePolicy

HELPERS = """
import functools, json, logging, re
import numpy as np, pandas as pd
log = logging.getLogger(__name__)
LIMITS = {"low": 0.1, "high": 0.9}
WORD = re.compile("[a-z]+")
class Cleaner:
    limits = LIMITS
    def __init__(self, low): self.low = low
    def clean(self, frame): return frame[frame["x"] > self.low * self.limits["low"]]
def parse(text): return WORD.findall(text)
@functools.lru_cache
def scale(n): return np.sqrt(n) * LIMITS["high"]
def features(frame, n=3):
    log.info("%d rows", len(frame))
    return Cleaner(n).clean(frame).assign(y=lambda f: f["x"] * scale(n))
"""
TASK = """
import pandas as pd
from bench_helpers import features, parse
def task(x: int = 1) -> int:
    frame = features(pd.DataFrame({"x": range(x)}))
    return len(frame) + len(parse("a b"))
"""
COLD = """
import sys, time
sys.path.insert(0, sys.argv[1])
import bench_task
from airflow_artifacts.fingerprint.source import analyse
began = time.perf_counter()
analyse(bench_task.task)
print(time.perf_counter() - began)
"""


def _median(action: Callable[[], object], rounds: int) -> float:
    times = []
    for _ in range(rounds + 1):
        began = time.perf_counter()
        action()
        times.append(time.perf_counter() - began)
    return statistics.median(times[1:])


def _in_process(command: list[str]) -> float:
    found = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - this file's own program
    return float(found.stdout)


def double(x: int) -> int:
    """Return twice a number; the task of the decisions."""
    return 2 * x


def _task(client: ArtifactClient, x: int, policy: CachePolicy) -> None:
    run = TaskRun(
        id=str(uuid.uuid4()),
        dag_id="bench",
        run_id=str(uuid.uuid4()),
        task_id="double",
        instance_id=str(uuid.uuid4()),
        started_at=datetime.now(timezone.utc),
    )
    call = TaskCall(
        task_run=run,
        function=double,
        signature=read_signature(double),
        arguments={"x": x},
        upstream={},
        policy=policy,
        secret=b"key",
    )
    execution = TaskExecution(client, call, is_skip=lambda _: False)
    with execution.running():
        if execution.recall() is None:
            execution.publish(double(**execution.bind()))


def _rows(size: int, rounds: int) -> list[tuple[str, float, str, float]]:
    frame = _frame(size, 1)
    table = pa.Table.from_pandas(frame)
    flat = memoryview(np.random.default_rng(1).bytes(table.nbytes))
    array = np.random.default_rng(1).random(size * 100)
    rows = [
        (
            f"fingerprint of a frame, {size:,} rows of 10",
            _median(lambda: fingerprint.value(frame), rounds),
            "BLAKE3 of as many bytes",
            _median(lambda: blake3(flat, max_threads=blake3.AUTO).digest(), rounds),
        ),
        (
            f"fingerprint of an array, {array.nbytes // 10**6} MB",
            _median(lambda: fingerprint.value(array), rounds),
            "BLAKE3 of its bytes",
            _median(lambda: blake3(memoryview(array.view(np.uint8)), max_threads=blake3.AUTO).digest(), rounds),
        ),
    ]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "bench_helpers.py").write_text(HELPERS)
        (folder / "bench_task.py").write_text(TASK)
        command = [sys.executable, "-W", "ignore", "-c", COLD, name]
        cold = [_in_process(command) for _ in range(rounds)]
        sys.path.insert(0, name)
        import bench_task  # type: ignore[import-not-found]  # noqa: PLC0415 - written just now

        compiled: Callable[[], Any] = lambda: compile(HELPERS + TASK, "bench", "exec")  # noqa: E731
        parsing, compiles = _median(compiled, rounds), "compiling its files"
        rows += [
            ("fingerprint of code, first in a process", statistics.median(cold), compiles, parsing),
            ("fingerprint of code, again", _median(lambda: analyse(bench_task.task), rounds), compiles, parsing),
        ]
        with ArtifactClient.connect(store=f"{name}/store", database=f"sqlite:///{name}/lineage.db") as client:
            policy, fresh = INPUTS + SOURCE, iter(range(10**6))
            uncached = _median(lambda: _task(client, next(fresh), NEVER), rounds * 5)
            missed = _median(lambda: _task(client, next(fresh), policy), rounds * 5)
            hit = _median(lambda: _task(client, -1, policy), rounds * 5)
            rows += [
                ("a task that misses", missed, "the same, not cached", uncached),
                ("a task that hits", hit, "the same, not cached", uncached),
            ]
    return rows


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.cache", description=__doc__)
    parser.add_argument("--size", type=int, default=1_000_000, help="rows of the frame; the array by this")
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    table = Table("what", "ms", "beside", "ms", "ratio")
    for what, seconds, beside, other in _rows(arguments.size, arguments.rounds):
        table.add_row(what, f"{seconds * 1e3:.2f}", beside, f"{other * 1e3:.2f}", f"{seconds / other:.2f}")
    Console().print(table)


if __name__ == "__main__":
    main()
