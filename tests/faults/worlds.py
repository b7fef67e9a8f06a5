"""A store and a lineage database that faults are injected into, and what holds in them whatever happened."""

from __future__ import annotations

import dataclasses
import os
import time
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import sqlalchemy as sa

from airflow_artifacts import Artifact, save_artifact
from airflow_artifacts.cache.policy import INPUTS
from airflow_artifacts.client import ArtifactClient
from airflow_artifacts.lineage import tables
from tests.client.calling import a_call, execute
from tests.lineage.making import a_run

if TYPE_CHECKING:
    from collections.abc import Mapping

    from airflow_artifacts.client.call import TaskCall
    from airflow_artifacts.model import ArtifactRef
    from tests.client.calling import Ran

DAYS = 2 * 86_400.0


@dataclasses.dataclass(frozen=True)
class World:
    """Where artifacts are kept.

    Attributes:
        store: Its address.
        database: Its URL.
        storage_options: What the store needs.
    """

    store: str
    database: str
    storage_options: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    def connect(self) -> ArtifactClient:
        """Return a client, to be closed."""
        return ArtifactClient.connect(store=self.store, database=self.database, storage_options=self.storage_options)


def train(data: bytes, seed: int) -> tuple[Annotated[bytes, Artifact("faults/model", aliases=["newest"])], int]:
    """Keep a checkpoint at once and a report with the task, and return a model and a number; a task's function."""
    save_artifact({"seed": seed}, "faults/checkpoint", publish="now")
    save_artifact(["report", seed], "faults/report")
    return data * (seed + 1), seed


def given(client: ArtifactClient) -> ArtifactRef:
    """Publish what the tasks read, as an earlier task does."""

    def extract() -> Annotated[bytes, Artifact("faults/input")]:
        return b"input"

    return execute(client, a_call(extract, run=a_run("extract", "before"))).ref


def call(data: ArtifactRef, seed: int, try_number: int = 1, **fields: Any) -> TaskCall:
    """Describe a try of the task; each seed is a run of its own, unless it is said which."""
    run = a_run("train", fields.pop("run", f"run {seed}"), try_number=try_number)
    return a_call(train, {"data": data, "seed": seed}, run=run, cache=INPUTS, **fields)


def check_outcome(client: ArtifactClient, ran: Ran, seed: int) -> None:
    """See that a try returned what its function makes."""
    assert client.load(ran.refs["faults/model"]) == b"input" * (seed + 1)
    assert client.load(ran.refs["output_1"]) == seed
    assert client.load("faults/report") == ["report", seed]


def check_sound(client: ArtifactClient) -> None:
    """See that nothing is half published: every version has its bytes, every entry and pointer its versions."""
    assert client.verify(quick=True).faults == ()
    numbers: dict[int, list[int]] = defaultdict(list)
    with client.lineage._database.reading() as session:
        for artifact, number in session.execute(sa.select(tables.Version.artifact_id, tables.Version.number)):
            numbers[artifact].append(number)
        for one in session.scalars(sa.select(tables.Artifact)):
            found = sorted(numbers[one.id])
            assert found == list(range(1, len(found) + 1)), one.name
            assert found, one.name
            assert one.next_number == len(found) + 1, one.name
            latest = session.get(tables.Publication, one.latest_publication_id)
            assert latest is not None, one.name
            assert session.get(tables.Version, latest.version_id) is not None, one.name
        outputs = sa.select(tables.CacheEntryOutput.entry_id, sa.func.count()).group_by("entry_id")
        counted = dict(session.execute(outputs).all())
        entries = session.scalars(sa.select(tables.CacheEntry)).all()
        assert all(counted.get(entry.id) for entry in entries)
        for alias in session.scalars(sa.select(tables.Alias)):
            assert session.get(tables.Version, alias.version_id) is not None


def check_clean(client: ArtifactClient) -> None:
    """See that collecting leaves the objects of versions and nothing else, once all that is left lying is old."""
    root = Path(client.store.uri)
    if root.is_dir():
        before = time.time() - DAYS
        for place in [*root.rglob("*"), root]:
            os.utime(place, (before, before))
    with client.lineage._database.writing() as session:
        session.execute(sa.update(tables.Object).values(last_used_at=sa.text("'2020-01-01 00:00:00.000000'")))
    client.gc()
    assert client.verify().faults == ()
    needed = {client.store.url(stored).rpartition("/")[2] for stored in client.lineage.upkeep.named()}
    filesystem = client.store._filesystem
    filesystem.invalidate_cache()
    there = {place.rpartition("/")[2] for place in filesystem.find(f"{client.store._root}/objects")}
    assert there == needed
    if root.is_dir():
        assert not list((root / "spool").iterdir())
