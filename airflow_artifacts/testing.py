"""For the tests of those who use artifacts: a pytest fixture with a client of its own.

Put ``pytest_plugins = ["airflow_artifacts.testing"]`` into the topmost ``conftest.py``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from airflow_artifacts.client import ArtifactClient

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["artifact_client"]


@pytest.fixture
def artifact_client(tmp_path: Path) -> Iterator[ArtifactClient]:
    """A client on an empty store and an empty SQLite database, both gone with the test's folder."""
    folder = tmp_path / "artifacts"
    folder.mkdir()
    with ArtifactClient.connect(store=str(folder / "store"), database=f"sqlite:///{folder / 'lineage.db'}") as client:
        yield client
