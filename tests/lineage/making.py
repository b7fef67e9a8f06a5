"""Makes versions and task runs for tests, with few words."""

from __future__ import annotations

import dataclasses
import hashlib
import uuid
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

from airflow_artifacts.model import (
    ArtifactVersion,
    Digest,
    Direction,
    EdgeKind,
    LineageEdge,
    Manifest,
    ManifestFile,
    NewVersion,
    SaveKind,
    StoredObject,
    TaskRun,
)

if TYPE_CHECKING:
    from airflow_artifacts.lineage import Lineage

MIDNIGHT = datetime(2026, 11, 23, tzinfo=timezone.utc)
DAY = timedelta(days=1)


def a_file(content: str = "content", path: str = "data.parquet") -> ManifestFile:
    """Return a file whose digest goes with its content, though by another function than the store's."""
    return ManifestFile(path, Digest(f"blake3:{hashlib.sha256(content.encode()).hexdigest()}"), len(content))


def an_object(content: str = "content") -> StoredObject:
    """Return the object of a file."""
    return a_file(content).object


def a_version(artifact: str = "raw/events", content: str = "content", **fields: Any) -> NewVersion:
    """Return a version of one file that is ready to be published."""
    defaults: dict[str, Any] = {
        "id": str(uuid.uuid4()),
        "named": True,
        "type": "pandas.DataFrame",
        "materializer": "pandas.DataFrame",
        "manifest": Manifest((a_file(content),)),
        "save_kind": SaveKind.SAVED_OUTSIDE,
    }
    return NewVersion(artifact=artifact, **{**defaults, **fields})


def a_run(task: str = "extract", run: str = "monday", **fields: Any) -> TaskRun:
    """Return a task run of the DAG churn."""
    defaults: dict[str, Any] = {
        "id": str(uuid.uuid4()),
        "dag_id": "churn",
        "instance_id": str(uuid.uuid4()),
        "started_at": MIDNIGHT,
    }
    return TaskRun(task_id=task, run_id=run, **{**defaults, **fields})


def uploaded(lineage: Lineage, *objects: StoredObject) -> None:
    """Claim objects and say that they were uploaded."""
    lineage.confirm_objects(lineage.claim_objects(objects))


@dataclasses.dataclass(frozen=True)
class Maker:
    """Publishes and begins in one lineage database."""

    lineage: Lineage

    def version(
        self,
        artifact: str = "raw/events",
        content: str = "content",
        *,
        by: TaskRun | None = None,
        at: datetime = MIDNIGHT,
        **fields: Any,
    ) -> ArtifactVersion:
        """Publish one version, by a task run or outside of one."""
        if by is not None:
            fields = {"save_kind": SaveKind.TASK_OUTPUT, "output": "output", **fields}
            at = by.effective_at
        uploaded(self.lineage, an_object(content))
        return self.lineage.publish([a_version(artifact, content, **fields)], task_run=by, effective_at=at)[0]

    def run(self, task: str = "extract", run: str = "monday", **fields: Any) -> TaskRun:
        """Begin a task run."""
        return self.lineage.begin(a_run(task, run, **fields))

    def step(self, task: str, inputs: list[ArtifactVersion], *outputs: str) -> list[ArtifactVersion]:
        """Let a task read some versions and produce one of each artifact."""
        run = self.run(task)
        for number, version in enumerate(inputs):
            self.lineage.record_inputs(
                [LineageEdge(run.id, version.id, Direction.INPUT, EdgeKind.ARGUMENT, f"argument_{number}", None)]
            )
        return [self.version(artifact, by=run, output=artifact) for artifact in outputs]
