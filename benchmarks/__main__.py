"""Save and load values through a client, and by hand beside it; print the ratios."""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
from rich.console import Console
from rich.table import Table

from airflow_artifacts import ArtifactClient

if TYPE_CHECKING:
    from collections.abc import Callable


class Case(NamedTuple):
    """A kind of value, and how one would write and read it by hand in the same format.

    ``make(size, seed)`` gives another value for each seed: one that is stored already would not be written again.
    """

    name: str
    make: Callable[[int, int], Any]
    write: Callable[[Any, Path], object]
    read: Callable[[Path], object]


def _frame(rows: int, seed: int) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            **{f"float {i}": random.random(rows) for i in range(5)},
            "small": random.integers(0, 1000, rows),
            "large": random.integers(0, 10**12, rows),
            "time": pd.date_range("2026", periods=rows, freq="s"),
            "kind": random.choice(["a", "b", "c"], rows),
            "id": [f"{number:x}" for number in random.integers(0, 2**60, rows)],
        }
    )


def _file(size: int, seed: int) -> Path:
    path = Path(tempfile.mkdtemp(), "file.bin")
    path.write_bytes(np.random.default_rng(seed).bytes(size * 80))
    return path


def _write_table(table: pa.Table, path: Path) -> None:
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_file(file, table.schema) as writer:
        writer.write_table(table)


def _read_table(path: Path) -> pa.Table:
    with pa.memory_map(str(path)) as source:
        return pa.ipc.open_file(source).read_all()


def _write_array(array: np.ndarray[Any, Any], path: Path) -> None:
    with path.open("wb") as file:
        np.save(file, array)


CASES = [
    Case(
        "dict (json)",
        lambda size, seed: {str(i): i * 1.1 + seed for i in range(size // 10)},
        lambda value, path: path.write_text(json.dumps(value)),
        lambda path: json.loads(path.read_text()),
    ),
    Case("array (npy)", lambda size, seed: np.random.default_rng(seed).random(size * 10), _write_array, np.load),
    Case("frame (parquet)", _frame, lambda value, path: value.to_parquet(path, compression="zstd"), pd.read_parquet),
    Case("table (arrow)", lambda size, seed: pa.Table.from_pandas(_frame(size, seed)), _write_table, _read_table),
    Case("file (copy)", _file, shutil.copyfile, Path.read_bytes),
]


class Times(NamedTuple):
    """Seconds, of the same things done by hand and through a client."""

    by_hand: list[float]
    client: list[float]

    def ratio(self) -> str:
        """Return the median ratio, then the least and the greatest."""
        ratios = [ours / theirs for ours, theirs in zip(self.client, self.by_hand, strict=True)]
        return f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"


def _seconds(action: Callable[[], object]) -> float:
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


def measure(case: Case, client: ArtifactClient, folder: Path, size: int, rounds: int) -> tuple[Times, Times]:
    """Return the times of saving and of loading; the first round warms up and does not count."""
    saving, loading = Times([], []), Times([], [])
    for seed in range(rounds + 1):
        value, path = case.make(size, seed), folder / f"raw-{seed}"
        pairs = (
            (saving.by_hand, lambda value=value, path=path: case.write(value, path)),
            (saving.client, lambda value=value: client.save(value, "benchmarks/value")),
            (loading.by_hand, lambda path=path: case.read(path)),
            (loading.client, lambda: client.load("benchmarks/value")),
        )
        for times, action in pairs:
            seconds = _seconds(action)
            if seed > 0:
                times.append(seconds)
    return saving, loading


def main() -> None:
    """Measure all cases and print a table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--size", type=int, default=1_000_000, help="rows of a frame; other values by this")
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()

    table = Table("value", "by hand, s", "save: client ÷ by hand", "by hand, s", "load: client ÷ by hand")
    for case in CASES:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            database = f"sqlite:///{folder / 'lineage.db'}"
            with ArtifactClient.connect(store=str(folder / "store"), database=database) as client:
                saving, loading = measure(case, client, folder, arguments.size, arguments.rounds)
        seconds = [f"{statistics.median(times.by_hand):.3f}" for times in (saving, loading)]
        table.add_row(case.name, seconds[0], saving.ratio(), seconds[1], loading.ratio())
    Console().print(table)


if __name__ == "__main__":
    main()
