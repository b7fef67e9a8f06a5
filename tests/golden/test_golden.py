"""What was written by other releases of this package, of Python and of pandas is read."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from airflow_artifacts.model import Manifest
from airflow_artifacts.testing import load
from tests.golden.make import write
from tests.golden.values import VALUES
from tests.materializers.test_pandas import same_frames
from tests.materializers.things import same

HERE = Path(__file__).parent
WRITERS = sorted(path.name for path in HERE.iterdir() if (path / "values.json").exists())


def _listed(folder: Path) -> dict[str, tuple[str, Manifest]]:
    found = json.loads((folder / "values.json").read_text())
    return {
        name: (materializer, Manifest.from_json(json.dumps(manifest)))
        for name, (materializer, manifest) in found.items()
    }


def _is_same(loaded: Any, value: Any) -> bool:  # noqa: PLR0911 - one for each way of being equal
    if type(loaded) is not type(value):
        return False
    if isinstance(value, pd.DataFrame):
        return same_frames(loaded, value)
    if isinstance(value, pd.Index):
        pd.testing.assert_index_equal(loaded, value, exact=True)
        return True
    if isinstance(value, pa.Table):
        return bool(loaded.equals(value))
    if hasattr(value, "toarray"):
        return bool((loaded.toarray() == value.toarray()).all())
    if hasattr(value, "filled"):
        return bool(repr(loaded) == repr(value))
    return same(loaded, value)


def test_there_are_files_of_two_generations() -> None:
    """Of the oldest Python with pandas 2, and of a newer one with pandas 3."""
    assert WRITERS == ["python-3.10-pandas-2", "python-3.13-pandas-3"]


@pytest.mark.parametrize("name", [*VALUES, "frame as arrow"])
@pytest.mark.parametrize("writer", WRITERS)
def test_what_others_wrote_is_read(writer: str, name: str, tmp_path: Path) -> None:
    """Equal, and of the same types."""
    shutil.copytree(HERE / writer, tmp_path, dirs_exist_ok=True)
    materializer, manifest = _listed(tmp_path)[name]
    assert _is_same(load(materializer, manifest, tmp_path), VALUES["frame" if name == "frame as arrow" else name]())


@pytest.mark.slow
@pytest.mark.parametrize("minor", [10, 11, 12, 13, 14])
def test_another_python_reads_and_writes_the_same(minor: int, tmp_path: Path) -> None:
    """Whichever is installed here with the libraries."""
    python = os.environ.get(f"ARTIFACTS_PYTHON_3_{minor}") or shutil.which(f"python3.{minor}")
    program = "import airflow_artifacts.testing, scipy, attrs, pendulum"
    environment = {**os.environ, "PYTHONPATH": str(HERE.parents[1])}
    if sys.version_info[1] == minor or python is None:
        pytest.skip(f"no other python3.{minor} is installed")
    if subprocess.run([python, "-c", program], env=environment, capture_output=True, check=False).returncode:
        pytest.skip(f"{python} lacks the libraries; ARTIFACTS_PYTHON_3_{minor} may name one that has them")
    subprocess.run([python, "-W", "ignore", "-m", "tests.golden.make", str(tmp_path)], env=environment, check=True)
    for name, (materializer, manifest) in _listed(tmp_path).items():
        value = VALUES["frame" if name == "frame as arrow" else name]()
        assert _is_same(load(materializer, manifest, tmp_path), value), name


def test_what_is_written_now_is_read(tmp_path: Path) -> None:
    """By the same rule, so that the golden files can be made anew."""
    write(tmp_path)
    assert set(_listed(tmp_path)) == {*VALUES, "frame as arrow"}
