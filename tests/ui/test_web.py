"""The page's sources: their own tests, and what may be committed of them."""

from __future__ import annotations

import gzip
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WEB = ROOT / "airflow_artifacts" / "ui" / "web"
BIN = Path(sys.executable).parent

# Of the bundle, compressed as servers send it.
MOST_BYTES = 400_000


def npm(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", "NO_COLOR": "1"}
    return subprocess.run(
        ["npm", *arguments], cwd=WEB, env=environment, capture_output=True, text=True, check=False, timeout=600
    )


def test_its_own_tests_pass(web_tools: None) -> None:
    """Vitest runs them in a browser's stand-in."""
    ended = npm("test")
    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_the_bundle_is_small(web_tools: None, tmp_path: Path) -> None:
    """It stays under 400 kB as it travels, and holds neither React nor Chakra, which Airflow has."""
    ended = npm("run", "build", "--", "--outDir", str(tmp_path))
    assert ended.returncode == 0, ended.stdout + ended.stderr
    bundle = (tmp_path / "artifacts.js").read_bytes()
    assert len(gzip.compress(bundle)) < MOST_BYTES
    assert b"react.production" not in bundle
    assert b"createRoot" not in bundle
    assert not re.search(rb"\brequire\(", bundle)


def test_versions_are_exact() -> None:
    """Each package that is asked for has one version, which the lock file has too."""
    wanted = json.loads((WEB / "package.json").read_text(encoding="utf-8"))
    locked = json.loads((WEB / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    for name, version in {**wanted["dependencies"], **wanted["devDependencies"]}.items():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version), name
        assert locked[f"node_modules/{name}"]["version"] == version, name


def test_the_lock_file_has_no_addresses() -> None:
    """It names packages and versions, and not where they were downloaded."""
    lock = json.loads((WEB / "package-lock.json").read_text(encoding="utf-8"))
    assert [name for name, package in lock["packages"].items() if "resolved" in package] == []
    assert "omit-lockfile-registry-resolved=true" in (WEB / ".npmrc").read_text(encoding="utf-8")


def test_nothing_built_is_committed() -> None:
    """The bundle comes from the build, and the packages from the lock file."""
    listed = subprocess.run(["git", "ls-files", str(WEB)], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("needs a checkout")
    assert [path for path in listed.stdout.split() if "/dist/" in path or "/node_modules/" in path] == []
