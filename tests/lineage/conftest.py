"""Fixtures of the lineage tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from airflow_artifacts.lineage import Lineage, remembered
from tests.lineage.making import Maker

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def _find_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing takes so long that it is remembered, however busy the machine is."""
    monkeypatch.setattr(remembered, "_QUICK_SECONDS", 3600.0)


@pytest.fixture
def lineage(database_url: str) -> Iterator[Lineage]:
    """A lineage database without rows."""
    with Lineage.connect(database_url) as lineage:
        yield lineage


@pytest.fixture
def make(lineage: Lineage) -> Maker:
    """Makes versions and task runs in it."""
    return Maker(lineage)
