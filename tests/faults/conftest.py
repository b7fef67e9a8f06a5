"""The worlds that faults are injected into."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.faults.worlds import World

if TYPE_CHECKING:
    from pathlib import Path

    from tests.servers import S3


@pytest.fixture
def world(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> World:
    """SQLite with a folder, and PostgreSQL with S3."""
    if database_url.startswith("sqlite"):
        return World(str(tmp_path / "store"), database_url)
    s3: S3 = request.getfixturevalue("s3")
    return World(f"s3://{s3.create_bucket()}/prefix", database_url, s3.storage_options)
