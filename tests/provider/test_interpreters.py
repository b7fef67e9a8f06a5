"""Functions in another Python: what crosses, what is recorded, and what a later run may reuse."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.provider.conftest import DAGS, DagRunResult

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    RunDag = Callable[..., DagRunResult]


def wheel(folder: Path, name: str, version: str) -> Path:
    """Make a wheel of one module that knows its version."""
    file = folder / f"{name}-{version}-py3-none-any.whl"
    about = f"{name}-{version}.dist-info"
    members = {
        f"{name}.py": f'VERSION = "{version}"\n',
        f"{about}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{about}/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{member},,\n" for member in (*members, f"{about}/RECORD"))
    with zipfile.ZipFile(file, "w") as archive:
        for member, text in {**members, f"{about}/RECORD": record}.items():
            archive.writestr(member, text)
    return file


class OtherPython:
    """A virtual environment without pip, into which wheels are unpacked."""

    def __init__(self, folder: Path) -> None:
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
        self.folder = folder
        self.python = str(folder / "bin" / "python")
        (self.packages,) = folder.glob("lib/python*/site-packages")

    def install(self, name: str, version: str) -> None:
        """Put a package in place of its former version."""
        for file in (*self.packages.glob(f"{name}-*/*"), *self.packages.glob(f"__pycache__/{name}.*")):
            file.unlink()
        for former in self.packages.glob(f"{name}-*"):
            former.rmdir()
        with zipfile.ZipFile(wheel(self.folder, name, version)) as archive:
            archive.extractall(self.packages)


@pytest.fixture
def other(tmp_path: Path) -> OtherPython:
    """A Python that has what the worker lacks, and what it has in another version."""
    made = OtherPython(tmp_path / "other")
    made.install("tiny", "1.0")
    made.install("iniconfig", "0.1")
    return made


@pytest.fixture(scope="module")
def dags(airflow_home: Path) -> ModuleType:
    """The module that makes the DAGs."""
    spec = importlib.util.spec_from_file_location("interpreters", DAGS / "interpreters.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["interpreters"] = module
    spec.loader.exec_module(module)
    return module


def decisions(result: DagRunResult) -> dict[str, str]:
    """Return what the cache decided for each task of a run."""
    return {
        one.task_run.task_id: result.client.why(one.task_run).decision.outcome.value for one in result.lineage.task_runs
    }


def test_values_cross_in_both_directions(run_dag: RunDag, dags: ModuleType, other: OtherPython) -> None:
    """Inputs arrive as values, and what the function returns there is stored by the worker."""
    conf = {"python": other.python}
    ran = run_dag(dags.crossing(), run_conf=conf)
    assert ran.state == "success", ran.states
    assert ran.value("versions") == {
        "prefix": str(other.folder),
        "tiny": "1.0",
        "iniconfig": "0.1",
        "numbers": [2, 4, 6],
        "ds": "20",
        "texts": ["a", "b"],
    }
    again = run_dag(dags.crossing(), run_conf=conf)
    assert set(decisions(again).values()) == {"hit"}
