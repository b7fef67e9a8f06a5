"""Save and load values through a client, and by hand beside it; print the ratios, the files and the memory.

By hand means what one would write without this package, in the same format. Through the client everything is done
that a task pays for: files, digests, fingerprints, statistics, preview, and the transactions in SQLite.
"""

from __future__ import annotations

import argparse
import datetime as dt
import pickle
import shutil
import statistics
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
from blake3 import blake3
from rich.console import Console
from rich.table import Table

from airflow_artifacts import ArtifactClient
from benchmarks.memory import peak_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class Case(NamedTuple):
    """A kind of value, and how one would write and read it by hand in the same format.

    ``make(scale, seed)`` gives another value for each seed: one that is stored already would not be written again.
    """

    name: str
    make: Callable[[float, int], Any]
    write: Callable[[Any, Path], object]
    read: Callable[[Path], object]
    format: str | None = None


def frame(scale: float, seed: int) -> pd.DataFrame:
    """Return a frame of mixed columns; a million rows at scale 1."""
    rows = int(1_000_000 * scale)
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


def _floats(scale: float, seed: int) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    return pd.DataFrame(random.random((int(5_000_000 * scale), 10)), columns=[f"x{i}" for i in range(10)])


def _numbers(scale: float, seed: int) -> dict[str, float]:
    return {f"key-{i}": i * 1.1 + seed for i in range(int(100_000 * scale))}


def _mixed(scale: float, seed: int) -> list[Any]:
    first = dt.datetime(2026, 1, 1, tzinfo=dt.timezone.utc)
    groups = ((i + seed, f"text {i}", first + dt.timedelta(seconds=i + seed), np.arange(20) + i) for i in range(2500))
    return [one for group in list(groups)[: int(2500 * scale)] for one in group]


def _folder(scale: float, seed: int) -> Path:
    random = np.random.default_rng(seed)
    folder = Path(tempfile.mkdtemp(prefix="benchmark-"), "folder")
    folder.mkdir()
    for number in range(int(1000 * scale)):
        (folder / f"{number}.bin").write_bytes(random.bytes(1 << 20))
    return folder


def _write_array(array: np.ndarray[Any, Any], path: Path) -> None:
    with path.open("wb") as file:
        np.save(file, array)


def _read_array(path: Path) -> object:
    return np.load(path, mmap_mode="c")


def _write_arrow(value: pd.DataFrame, path: Path) -> None:
    table = pa.Table.from_pandas(value)
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_file(file, table.schema) as writer:
        writer.write_table(table)


def _read_arrow(path: Path) -> pd.DataFrame:
    with pa.memory_map(str(path)) as source:
        return pa.ipc.open_file(source).read_all().to_pandas()


def _pickle(value: object, path: Path) -> None:
    path.write_bytes(pickle.dumps(value, protocol=5))


def _unpickle(path: Path) -> object:
    return pickle.loads(path.read_bytes())  # noqa: S301 - its own


def _copy(folder: Path, path: Path) -> None:
    path.mkdir()
    for source in folder.iterdir():
        blake3(max_threads=1).update_mmap(source)
        shutil.copyfile(source, path / source.name)


def _copy_back(path: Path) -> None:
    target = Path(tempfile.mkdtemp(prefix="benchmark-"))
    for source in path.iterdir():
        shutil.copyfile(source, target / source.name)
    shutil.rmtree(target)


def _to_parquet(value: pd.DataFrame, path: Path) -> None:
    value.to_parquet(path, compression="zstd")


CASES = [
    Case("frame 1e6 x 10 mixed, Parquet", frame, _to_parquet, pd.read_parquet),
    Case("the same, Arrow", frame, _write_arrow, _read_arrow, "arrow"),
    Case("frame 5e6 x 10 floats, Parquet", _floats, _to_parquet, pd.read_parquet),
    Case(
        "array 800 MB",
        lambda scale, seed: np.random.default_rng(seed).random(int(100_000_000 * scale)),
        _write_array,
        _read_array,
    ),
    Case("dict of 1e5 numbers", _numbers, _pickle, _unpickle),
    Case("list of 1e4 mixed objects", _mixed, _pickle, _unpickle),
    Case("folder of 1,000 files, 1 GB", _folder, _copy, _copy_back),
]


class Times(NamedTuple):
    """Seconds, of the same things done by hand and through a client."""

    by_hand: list[float]
    client: list[float]

    def ratio(self) -> str:
        """Return the median ratio, then the least and the greatest."""
        ratios = [ours / theirs for ours, theirs in zip(self.client, self.by_hand, strict=True)]
        return f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"

    def milliseconds(self) -> str:
        """Return the medians, by hand and through the client."""
        return " / ".join(f"{statistics.median(times) * 1000:.0f}" for times in self)


class Measured(NamedTuple):
    """What a case came to: times, files, and the bytes of memory beyond the value, by hand and through the client."""

    saving: Times
    loading: Times
    files: int
    peaks: tuple[int, int]


def _seconds(action: Callable[[], object]) -> float:
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


def measure(case: Case, client: ArtifactClient, folder: Path, scale: float, rounds: int) -> Measured:
    """Return what a case costs; the first round warms up and does not count."""
    saving, loading = Times([], []), Times([], [])
    peaks: list[int] = []
    for seed in range(rounds + 1):
        value, path = case.make(scale, seed), folder / f"raw-{seed}"
        save = {"format": case.format} if case.format else {}
        pairs: tuple[tuple[list[float], Callable[[], object]], ...] = (
            (saving.by_hand, lambda value=value, path=path: case.write(value, path)),
            (saving.client, lambda value=value, save=save: client.save(value, "benchmarks/value", **save)),
            (loading.by_hand, lambda path=path: case.read(path)),
            (loading.client, lambda: client.load("benchmarks/value")),
        )
        for times, action in pairs:
            if seed > 0:
                times.append(_seconds(action))
            else:
                peaks.append(peak_of(action))
        if isinstance(value, Path):
            shutil.rmtree(value.parent)
        shutil.rmtree(path) if path.is_dir() else path.unlink()
        # Else the system would be writing what earlier rounds left while a later one is measured.
        shutil.rmtree(folder / "store" / "objects")
    files = len(client.get("benchmarks/value").manifest.files)
    return Measured(saving, loading, files, (peaks[0], peaks[1]))


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure all cases and print a table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--scale", type=float, default=1.0, help="how large the values are, of what their names say")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default="", help="a part of the names of the cases to measure")
    given = parser.parse_args(arguments)

    table = Table("value", "save, ms: by hand / client", "ratio", "load, ms", "ratio", "files", "memory to save, MB")
    for case in CASES:
        if given.only not in case.name:
            continue
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            database = f"sqlite:///{folder / 'lineage.db'}"
            with ArtifactClient.connect(store=str(folder / "store"), database=database) as client:
                found = measure(case, client, folder, given.scale, given.rounds)
        memory = " / ".join(f"{peak / 1e6:.0f}" for peak in found.peaks)
        saving, loading = found.saving, found.loading
        row = (saving.milliseconds(), saving.ratio(), loading.milliseconds(), loading.ratio())
        table.add_row(case.name, *row, str(found.files), memory)
    Console(width=160).print(table)


if __name__ == "__main__":
    main()
