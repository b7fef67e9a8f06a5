"""The API on a lineage database in which two DAGs have worked, and who asks it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import pytest
from starlette.testclient import TestClient

from airflow_artifacts.client import ArtifactClient
from airflow_artifacts.ui.api import create_app
from tests.ui.world import OPEN, SHUT, Door, Person, Plans, World, build

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from fastapi import FastAPI

VIEWER = Person(reads=frozenset({OPEN}))
EDITOR = Person(reads=frozenset({OPEN}), edits=frozenset({OPEN}))
EVERYBODY = Person(reads=frozenset({OPEN, SHUT}), edits=frozenset({OPEN, SHUT}), others="rw")

PLAN: dict[str, Any] = {"dag_id": OPEN, "run_id": "next", "saved_seconds": 0.0, "tasks": [], "mapped": []}


@dataclasses.dataclass
class Site:
    """The API, with a door that lets in whoever a test says."""

    app: FastAPI
    door: Door
    plans: Plans
    world: World

    def asked_by(self, person: Person | None) -> TestClient:
        """Return what asks for someone."""
        self.door.person = person
        return TestClient(self.app)


@pytest.fixture
def make_site() -> Callable[[ArtifactClient], Site]:
    """Make a site on a client, in which both DAGs have worked."""

    def make(client: ArtifactClient) -> Site:
        door, plans = Door(), Plans(PLAN)
        return Site(create_app(door, lambda: client, embedded=lambda: True, planner=plans), door, plans, build(client))

    return make


@pytest.fixture
def site(make_site: Callable[[ArtifactClient], Site], artifact_client: ArtifactClient) -> Site:
    """A site on SQLite that a test may change."""
    return make_site(artifact_client)


@pytest.fixture(scope="module")
def still(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site on SQLite that no test changes."""
    folder: Path = tmp_path_factory.mktemp("still")
    with ArtifactClient.connect(store=str(folder / "store"), database=f"sqlite:///{folder / 'lineage.db'}") as client:
        door, plans = Door(), Plans(PLAN)
        app = create_app(door, lambda: client, embedded=lambda: True, planner=plans)
        yield Site(app, door, plans, build(client))
