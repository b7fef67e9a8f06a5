"""Distributions count by their versions, those from a direct URL and what first_party names by their source."""

from __future__ import annotations

import importlib.metadata
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airflow_artifacts.fingerprint.source import origin

if TYPE_CHECKING:
    import pytest

PROGRAM = """
import json, sys
sys.path[:0] = sys.argv[1:3]
import own
from airflow_artifacts.fingerprint.source import analyse
found = analyse(own.task, first_party=tuple(sys.argv[3:]))
parts = [part.text for part in found.parts if part.kind == "package" and part.name == "Third-Party"]
json.dump([found.digest, parts], sys.stdout)
"""


def install(folder: Path, *, version: str = "1.0", body: str = "return 1", direct: bool = False) -> Path:
    """Lay a distribution into a folder as pip does; its name is not that of its package."""
    site = folder / "site-packages"
    (site / "thirdlib").mkdir(parents=True)
    (site / "thirdlib" / "__init__.py").write_text(f"def f():\n    {body}\n")
    info = site / f"third_party-{version}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: Third-Party\nVersion: {version}\n")
    (info / "RECORD").write_text("thirdlib/__init__.py,,\n")
    if direct:
        (info / "direct_url.json").write_text(json.dumps({"url": "file:///somewhere", "dir_info": {}}))
    (folder / "own.py").write_text("import thirdlib\ndef task():\n    return thirdlib.f()\n")
    return folder


def fingerprint(folder: Path, *first_party: str) -> tuple[str, list[str]]:
    """Return the fingerprint of a task that calls the package, in a process of its own, and the version that counts."""
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
    command = [sys.executable, "-W", "ignore", "-c", PROGRAM, str(folder), str(folder / "site-packages"), *first_party]
    found = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    digest, versions = json.loads(found.stdout)
    return digest, versions


def test_a_distribution_counts_by_its_version(tmp_path: Path) -> None:
    """Another version is another fingerprint; what stands in its files does not count."""
    first = fingerprint(install(tmp_path / "first"))
    assert first[1] == ["1.0"]
    assert fingerprint(install(tmp_path / "edited", body="return 2")) == first
    second = fingerprint(install(tmp_path / "second", version="2.0"))
    assert second[1] == ["2.0"]
    assert second[0] != first[0]


def test_a_distribution_from_a_direct_url_counts_by_its_source(tmp_path: Path) -> None:
    """It may change without another version."""
    first, versions = fingerprint(install(tmp_path / "first", direct=True))
    assert versions == []
    assert fingerprint(install(tmp_path / "edited", body="return 2", direct=True))[0] != first
    assert fingerprint(install(tmp_path / "comment", body="return 1  # one", direct=True))[0] == first


def test_what_first_party_names_counts_by_its_source(tmp_path: Path) -> None:
    """Though it is installed from an index."""
    first, versions = fingerprint(install(tmp_path / "first"), "thirdlib")
    assert versions == []
    assert fingerprint(install(tmp_path / "edited", body="return 2"), "thirdlib")[0] != first


def test_the_metadata_of_a_distribution_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many files it has: there are tens of thousands where libraries of machine learning are."""
    site = install(tmp_path) / "site-packages"
    record = site / "third_party-1.0.dist-info" / "RECORD"
    record.write_text("".join(f"thirdlib/part_{number}.py,,\n" for number in range(100)))
    looks = []
    # Once anything imports the backport of importlib.metadata, distributions are of its class.
    kind: Any = type(next(iter(importlib.metadata.distributions(path=[str(site)]))))
    whole = kind.read_text

    def read_text(distribution: Any, name: str) -> Any:
        looks.append(name)
        return whole(distribution, name)

    monkeypatch.setattr(kind, "read_text", read_text)
    assert origin._by_files(str(site)) == {"thirdlib": "Third-Party"}
    assert looks.count("METADATA") == 1
