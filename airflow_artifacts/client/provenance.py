"""Where a version comes from: the code, parameters, packages and circumstances it was made with."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from airflow_artifacts.entries import PartKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from airflow_artifacts.entries import CacheKey
    from airflow_artifacts.lineage import Lineage
    from airflow_artifacts.model import ArtifactVersion, TaskRun, VersionSummary

__all__ = ["PACKAGE", "PACKAGES", "Provenance", "provenance"]

PACKAGES = "packages"
"""Under which a task run's environment has the packages, where its cache key does not."""
PACKAGE = "package "
"""What stands before the name of a package of another Python, among the parts of a key that are about that one."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """What made a version.

    Attributes:
        task_run: Which made it, with its times; None where it was saved outside of a task, or that was forgotten.
        source: The function's source text.
        parameters: Its literal arguments, masked where they are secret.
        inputs: The versions it read, by the names it read them by.
        packages: The versions of the packages that its code reaches, by package; where it ran in another Python, of all
            that this one had.
        environment: Python, the other Python in which the function ran, Airflow, this package, the host, the DAG bundle
            with its version, and the git commit of the DAG's file, as far as there are such.
        key: Its cache key with the source of all it reaches; None where it was not cached.
    """

    version: ArtifactVersion
    task_run: TaskRun | None = None
    source: str | None = None
    parameters: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    inputs: Mapping[str, VersionSummary] = dataclasses.field(default_factory=dict)
    packages: Mapping[str, str] = dataclasses.field(default_factory=dict)
    environment: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    key: CacheKey | None = None

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON."""
        run = self.task_run
        return {
            "version": str(self.version),
            "id": self.version.id,
            "made": self.version.created_at.isoformat(),
            "task_run": None if run is None else str(run),
            "started": None if run is None else run.started_at.isoformat(),
            "ended": None if run is None or run.ended_at is None else run.ended_at.isoformat(),
            "source": self.source,
            "parameters": dict(self.parameters),
            "inputs": {name: str(version) for name, version in self.inputs.items()},
            "packages": dict(self.packages),
            "environment": dict(self.environment),
        }


def provenance(lineage: Lineage, version: ArtifactVersion) -> Provenance:
    """Return what made a version; of a copy, what made that which it is a copy of."""
    origin = None if version.origin is None else lineage.get(version.origin)
    producer = version.producer if origin is None else origin.producer
    found = None if producer is None else lineage.task_run(producer.id)
    if found is None:
        return Provenance(version=version)
    run = found.task_run
    remembered = lineage.cache.remembered_key(run)
    key = None if remembered is None else remembered.key
    packages = dict(run.environment.get(PACKAGES) or {})
    parts = key.parts if key else ()
    packages |= {part.name: part.shown or "" for part in parts if part.kind is PartKind.PACKAGE}
    there = {part.name: part.shown for part in parts if part.kind is PartKind.INTERPRETER and part.shown is not None}
    packages |= {name.removeprefix(PACKAGE): version for name, version in there.items() if name.startswith(PACKAGE)}
    environment = {name: value for name, value in run.environment.items() if name != PACKAGES and value is not None}
    environment |= {f"interpreter's {name}": fact for name, fact in there.items() if not name.startswith(PACKAGE)}
    return Provenance(
        version=version,
        task_run=run,
        source=run.source,
        parameters=run.parameters,
        inputs=found.inputs,
        packages=dict(sorted(packages.items())),
        environment=environment,
        key=key,
    )
