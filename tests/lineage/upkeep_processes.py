"""Writers, and what deletes beside them, in processes of their own until a time is over."""

from __future__ import annotations

import random
import time
import uuid
from datetime import datetime, timedelta, timezone
from pathlib import Path

from airflow_artifacts.client import ArtifactClient
from airflow_artifacts.client.drafts import Destination, materialize, publish, upload
from airflow_artifacts.exceptions import ArtifactNotFoundError
from airflow_artifacts.model import ArtifactVersion, Direction, EdgeKind, LineageEdge, SaveKind, TaskRun, TaskRunState

SHARED = "shared"


def write(url: str, store: str, seconds: float, seed: int) -> dict[str, list[str]]:
    """Run tasks that read what others published and publish; return the words they got, by artifact."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    words: dict[str, list[str]] = {}
    until = time.monotonic() + seconds
    with ArtifactClient.connect(store=store, database=url, preview_rows=0) as client:
        while time.monotonic() < until:
            name = SHARED if chance.random() < 0.5 else f"own/{seed}"
            version = _run(client, name, chance)
            words.setdefault(name, []).append(version.version)
    return words


def _run(client: ArtifactClient, name: str, chance: random.Random) -> ArtifactVersion:
    id_, now = str(uuid.uuid4()), datetime.now(timezone.utc)
    run = client.lineage.begin(
        TaskRun(id=id_, dag_id="stress", run_id=id_, task_id=id_, instance_id=id_, started_at=now)
    )
    # An input that is deleted at this moment was never held by a run; a task that needs one would be told.
    source = client.find(SHARED)
    if source is not None:
        try:
            client.lineage.record_inputs([LineageEdge(id_, source.id, Direction.INPUT, EdgeKind.ARGUMENT, "x", None)])
        except ArtifactNotFoundError:
            source = None
    if source is not None:
        client.load_version(source, bytes)
    # Few values, so that objects are shared, pruned and stored anew all the time.
    value = bytes([chance.randrange(20)]) * 1000
    drafts = [
        materialize(client.store, value, Destination(artifact=name), save_kind=SaveKind.TASK_OUTPUT, output="output")
    ]
    try:
        upload(client.store, client.lineage, drafts)
        (version,) = publish(client.store, client.lineage, drafts, task_run=run, effective_at=now)
    finally:
        drafts[0].close()
    client.lineage.finish(id_, TaskRunState.SUCCESS, datetime.now(timezone.utc))
    return version


def clean(url: str, store: str, seconds: float, seed: int) -> int:
    """Forget, prune and collect without any grace, over and over; return how many versions were pruned."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    until = time.monotonic() + seconds
    pruned = 0
    with ArtifactClient.connect(store=store, database=url) as client:
        client.run_states = lambda dag_id, runs: {run: _state(client, dag_id, run) for run in runs}
        while time.monotonic() < until:
            client.forget(older_than=timedelta(seconds=chance.random() * 2))
            pruned += len(client.prune(latest=chance.random() < 0.3, grace=timedelta(0)).versions)
            client.gc(grace=timedelta(0))
    return pruned


def _state(client: ArtifactClient, dag_id: str, run_id: str) -> str:
    """Return what Airflow would say of a run: it ends with its only task."""
    found = client.run(dag_id, run_id).task_runs
    return "running" if any(one.task_run.state is TaskRunState.RUNNING for one in found) else "success"


def faults(url: str, store: str) -> list[str]:
    """Return what is wrong: versions without their bytes, objects without a row."""
    with ArtifactClient.connect(store=store, database=url) as client:
        wrong = [f"{fault.place}: {fault.reason}" for fault in client.verify().faults]
        on_disk = {path.name for path in Path(store).glob("objects/*/*")}
        client.gc(grace=timedelta(0))
        named = {Path(place).name for version in client.search(named=False) for place in client.locations(version)}
        left = {path.name for path in Path(store).glob("objects/*/*")}
        wrong += [f"{name} is gone" for name in named - on_disk]
        wrong += [f"{name} is nobody's" for name in left - named]
    return wrong
