"""Load a large value from a store on S3 without a local cache, then into an empty one, then from it; print the ratios.

The server runs on this machine and keeps all in memory, so that a request costs less than it ever will elsewhere: what
the cache saves is more where there is a network. Each load is a client of its own, and every byte is looked at.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table

from airflow_artifacts import ArtifactClient
from tests.servers import S3, s3_server

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def _array(size: int, folder: Path) -> object:  # noqa: ARG001 - as each maker is called
    return np.random.default_rng(1).random(size // 8)


def _frame(size: int, folder: Path) -> object:  # noqa: ARG001 - as each maker is called
    values = np.random.default_rng(2).random((size // 80, 10))
    return pd.DataFrame(values, columns=[f"x{number}" for number in range(10)])


def _file(size: int, folder: Path) -> object:
    path = folder / "value.bin"
    path.write_bytes(np.random.default_rng(3).bytes(size))
    return path


def _sum(value: Any) -> object:
    return value.sum()


def _read(path: Path) -> object:
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            chunk.count(0)
    return None


CASES: dict[str, tuple[Callable[[int, Path], object], Callable[[Any], object]]] = {
    "array, mapped": (_array, _sum),
    "frame, Parquet": (_frame, _sum),
    "file, copied": (_file, _read),
}


def _load(s3: S3, bucket: str, folder: Path, look: Callable[[Any], object], cache: Path | None) -> float:
    """Return how many seconds a load takes."""
    with ArtifactClient.connect(
        store=f"s3://{bucket}/prefix",
        database=f"sqlite:///{folder / 'lineage.db'}",
        storage_options=s3.storage_options,
        local_cache=cache,
        local_cache_size="100 GB",
    ) as client:
        began = time.perf_counter()
        look(client.load("benchmarks/value"))
        return time.perf_counter() - began


def measure(s3: S3, name: str, size: int, rounds: int) -> tuple[str, ...]:
    """Return the row of a case: median milliseconds, and the ratios within each round."""
    make, look = CASES[name]
    bucket = s3.create_bucket()
    times: list[tuple[float, float, float]] = []
    with tempfile.TemporaryDirectory() as text:
        folder, cache = Path(text), Path(text, "cache")
        with ArtifactClient.connect(
            store=f"s3://{bucket}/prefix",
            database=f"sqlite:///{folder / 'lineage.db'}",
            storage_options=s3.storage_options,
        ) as client:
            client.save(make(size, folder), "benchmarks/value")
        for number in range(rounds + 1):
            shutil.rmtree(cache, ignore_errors=True)
            without = _load(s3, bucket, folder, look, None)
            found = (without, *(_load(s3, bucket, folder, look, cache) for _ in range(2)))
            if number:  # the first round warms up
                times.append(found)
    milliseconds = [f"{statistics.median(one) * 1000:.0f}" for one in zip(*times, strict=True)]
    filling = statistics.median(first / without for without, first, _ in times)
    saving = statistics.median(without / second for without, _, second in times)
    return name, *milliseconds, f"{filling:.2f}", f"{saving:.1f}"


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure all cases and print a table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.local_cache", description=__doc__)
    parser.add_argument("--megabytes", type=int, default=1000, help="how large the values are")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default="", help="a part of the names of the cases to measure")
    given = parser.parse_args(arguments)

    table = Table("value", "without, ms", "first, ms", "second, ms", "first / without", "without / second")
    for name in CASES:
        if given.only in name:
            with s3_server() as s3:
                table.add_row(*measure(s3, name, given.megabytes * 10**6, given.rounds))
    Console(width=120).print(table)


if __name__ == "__main__":
    main()
