"""Fixtures of the lineage tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from airflow_artifacts.lineage import Lineage
from tests.lineage.making import Maker

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def lineage(database_url: str) -> Iterator[Lineage]:
    """A lineage database without rows."""
    with Lineage.connect(database_url) as lineage:
        yield lineage


@pytest.fixture
def make(lineage: Lineage) -> Maker:
    """Makes versions and task runs in it."""
    return Maker(lineage)
