"""Stored values that someone else changed, digests and all: an error of this package or a value, and no harm.

For each materializer a process loads real saved values with their bytes and details changed, under an audit hook and
limits of memory and time. A native library that ends its process over such bytes is named here, and in
``docs/operations/security.md``: no check of ours stands before it.
"""

from __future__ import annotations

import collections
import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from airflow_artifacts import materializers, texts
from airflow_artifacts.store import ObjectStore
from tests.security.prey import HARM

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[2]


def _path(folder: Path) -> Path:
    (folder / "value" / "sub").mkdir(parents=True)
    (folder / "value" / "sub" / "a.txt").write_text("a")
    return folder / "value"


def _image(_: Path) -> Any:
    import PIL.Image

    return PIL.Image.fromarray(np.arange(300, dtype="u1").reshape(10, 10, 3))


def _estimator(_: Path) -> Any:
    from sklearn.ensemble import RandomForestClassifier

    return RandomForestClassifier(n_estimators=2, random_state=0).fit([[0.0], [1.0], [2.0]], [0, 1, 0])


def _xgboost(_: Path) -> Any:
    import xgboost

    data = xgboost.DMatrix(np.arange(12.0).reshape(6, 2), label=[0, 1] * 3)
    return xgboost.train({"max_depth": 2}, data, 2)


def _lightgbm(_: Path) -> Any:
    import lightgbm

    data = lightgbm.Dataset(np.arange(200.0).reshape(100, 2), label=[0, 1] * 50, params={"verbose": -1})
    return lightgbm.train({"verbose": -1, "objective": "binary"}, data, 2)


def _datasets(_: Path) -> Any:
    import datasets

    return datasets.Dataset.from_dict({"a": [1, 2], "t": ["x", "y"]})


def _polars(_: Path) -> Any:
    import polars as pl

    return pl.DataFrame({"a": [1, None], "t": ["x", "y"], "l": [[1], [2, 3]]})


def _sparse(_: Path) -> Any:
    import scipy.sparse

    return scipy.sparse.csr_array(np.eye(4))


FRAME = pd.DataFrame(
    {"a": [1.5, None], "t": ["x", "y"], "c": pd.Categorical(["u", "v"])}, index=pd.Index([3, 4], name="k")
)
TABLE = pa.table({"a": [1, None], "t": ["x", "yy"], "l": [[1], [2, 3]], "d": pa.array(["u", "u"]).dictionary_encode()})
NESTED = {
    "plain": [1, 2.5, None, True, "text", b"bytes", {"x": (1, {2, 3})}],
    "array": np.arange(6).reshape(2, 3),
    "frame": FRAME,
    "times": [pd.Timestamp("2026-01-01", tz="UTC"), collections.Counter("aab"), complex(1, 2)],
}

VALUES: dict[str, Callable[[Path], Any]] = {
    "nested": lambda _: NESTED,
    "text": lambda _: "größe",
    "html": lambda _: texts.HTML("<p>x</p>"),
    "array": lambda _: np.arange(6.0).reshape(2, 3),
    "structured": lambda _: np.zeros(2, [("a", "i4"), ("b", "U3")]),
    "objects": lambda _: np.array([None, (1,)], dtype=object),
    "masked": lambda _: np.ma.array([1, 2], mask=[True, False], fill_value=7),
    "sparse": _sparse,
    "frame": lambda _: FRAME,
    "series": lambda _: pd.Series([1.5, 2], name=("a", 1)),
    "index": lambda _: pd.date_range("2026", periods=3, freq="D"),
    "table": lambda _: TABLE,
    "polars": _polars,
    "path": _path,
    "image": _image,
    "estimator": _estimator,
    "xgboost": _xgboost,
    "lightgbm": _lightgbm,
    "datasets": _datasets,
}

# Libraries of C++ that read past what is there where the bytes lie about themselves; nothing is bounded before them.
NATIVE = frozenset({"lightgbm", "xgboost"})


def write(value: Any, folder: Path) -> str:
    """Save a value where :mod:`tests.security.prey` finds it, and return its materializer's name."""
    store = ObjectStore.open(str(folder / "store"))
    name, handler = materializers.writing(value, allow_pickle=False)
    (folder / "files").mkdir()
    with store.spool() as spool:
        manifest = spool.manifest(handler.save(value, spool) or {})
        for number, file in enumerate(manifest.files):
            (folder / "files" / str(number)).write_bytes(spool.find(file.object).read_bytes())
    document = {"names": [file.path for file in manifest.files], "details": dict(manifest.details)}
    (folder / "details.json").write_text(json.dumps(document), encoding="utf-8")
    return name


def hunt(folder: Path, name: str, seed: int, count: int) -> collections.Counter[str]:
    """Load a value in many changed forms; return how many came to what, and fail where one did harm."""
    came: collections.Counter[str] = collections.Counter()
    until = seed + count
    while seed < until:
        command = [sys.executable, "-m", "tests.security.prey", str(folder), name, str(seed), str(until - seed)]
        ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=3600)
        lines = ran.stdout.splitlines()
        came.update(line.split(" ")[2] for line in lines if line.startswith("ended"))
        assert ran.returncode != HARM, lines[-1]
        begun = [int(line.split(" ")[1]) for line in lines if line.startswith("begun")]
        if ran.returncode == 0:
            break
        assert begun, ran.stderr[-2000:]
        assert ran.returncode < 0, f"{name} {begun[-1]}: {ran.stderr[-3000:]}"
        came[f"signal {-ran.returncode} by {begun[-1]}"] += 1
        seed = begun[-1] + 1
    return came


def check(value: str, folder: Path, seed: int, count: int) -> None:
    name = write(VALUES[value](folder), folder)
    came = hunt(folder, name, seed, count)
    ended = [what for what in came if what.startswith("signal")]
    assert value in NATIVE or not ended, came
    assert sum(came.values()) == count


def test_changed_values_do_no_harm(tmp_path: Path) -> None:
    """A value that holds most kinds of values is an error of this package or a value, however it was changed."""
    check("nested", tmp_path, 0, 40)


def test_the_page_names_what_ends_the_process() -> None:
    """Whoever reads the page knows which libraries believe what stands in their files."""
    page = (ROOT / "docs" / "operations" / "security.md").read_text(encoding="utf-8").lower()
    named = page.partition("<!-- native -->")[2].partition("\n\n")[0]
    assert [name for name in NATIVE if name not in named] == []


@pytest.mark.slow
@pytest.mark.usefixtures("skops")
@pytest.mark.parametrize("value", VALUES)
def test_values_changed_in_many_ways_do_no_harm(tmp_path: Path, value: str) -> None:
    """Nothing is run, started or written elsewhere, and neither time nor memory are without bound."""
    check(value, tmp_path, 1000, 400)
