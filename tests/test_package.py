"""The package itself: what it costs to import, and what it offers."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

import airflow_artifacts

HEAVY = {"airflow", "fsspec", "numpy", "pandas", "pyarrow", "pydantic", "s3fs", "sqlalchemy"}


def _imported(statement: str) -> set[str]:
    code = f"import sys, json; {statement}; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return {name.partition(".")[0] for name in json.loads(done.stdout)}


def test_importing_the_package_imports_no_library_that_is_heavy() -> None:
    """A fresh process that imports the package has none of the heavy libraries."""
    assert not _imported("import airflow_artifacts") & HEAVY


def test_declaring_artifacts_imports_no_library_that_is_heavy() -> None:
    """The names that a DAG file needs to declare outputs come without storage, database and data libraries."""
    assert not _imported("from airflow_artifacts import Artifact, ArtifactRef, ArtifactVersion") & HEAVY


def test_materializers_import_no_data_library_before_a_value_appears() -> None:
    """The registry of materializers knows pandas, numpy and pyarrow by name only."""
    assert not _imported("from airflow_artifacts import materializers") & {"numpy", "pandas", "pyarrow", "airflow"}


@pytest.mark.parametrize("name", airflow_artifacts.__all__)
def test_each_public_name_is_there(name: str) -> None:
    """Every name of ``__all__`` can be had from the package."""
    assert getattr(airflow_artifacts, name) is not None


def test_public_names_are_sorted_and_listed() -> None:
    """``dir()`` and ``__all__`` show the same names, in order."""
    assert dir(airflow_artifacts) == sorted(airflow_artifacts.__all__)


def test_an_unknown_name_is_an_attribute_error() -> None:
    """A name that is not public is refused as in any module."""
    with pytest.raises(AttributeError, match="'airflow_artifacts' has no attribute 'nothing'"):
        airflow_artifacts.nothing  # noqa: B018
