"""Asking: which artifacts, versions and task runs there are, and how they hang together."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from airflow_artifacts.client.base import BaseClient
from airflow_artifacts.client.comparing import VersionDiff, compare
from airflow_artifacts.client.provenance import Provenance, provenance
from airflow_artifacts.client.references import absence
from airflow_artifacts.criteria import Criteria
from airflow_artifacts.exceptions import ArtifactNotFoundError
from airflow_artifacts.model import BlastRadius, PendingOutput

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from airflow_artifacts.client.plan import TaskGraph
    from airflow_artifacts.model import (
        ArtifactRef,
        ArtifactSummary,
        ArtifactVersion,
        LineageGraph,
        RunLineage,
        TaskRunWithEdges,
        VersionSummary,
    )

__all__ = ["AskingClient"]

# Deeper than any lineage that a person would follow; its size is bounded besides.
_FAR = 1000


class AskingClient(BaseClient):
    """The verbs that describe."""

    def get(self, reference: str | ArtifactRef | VersionSummary) -> ArtifactVersion:
        """Return the description of a version.

        Raises:
            ArtifactNotFoundError: There is none; the message names those there are.
            InvalidNameError: The text cannot be a reference.
        """
        version = self.find(reference)
        if version is not None:
            return version
        raise ArtifactNotFoundError(absence(self.lineage, reference))

    def find(self, reference: str | ArtifactRef | VersionSummary) -> ArtifactVersion | None:
        """Return the description of a version, or None where there is none.

        Raises:
            InvalidNameError: The text cannot be a reference.
            ArtifactNotFoundError: The beginning of a UUID fits several versions.
        """
        version = self.resolve(reference)
        self._note(reference, version)
        return version

    def list(self, *, named: bool = True) -> Iterator[ArtifactSummary]:
        """Yield the artifacts by name, each with its latest version.

        Args:
            named: Whether to leave out those that users gave no name.
        """
        return self._search("list", named)

    def versions(self, name: str) -> Iterator[VersionSummary]:
        """Yield all versions of an artifact, the newest publication first."""
        return self._search("versions", name)

    def search(
        self,
        name: str | None = None,
        *,
        tags: Iterable[str] = (),
        type: str | None = None,  # noqa: A002 - the word that Artifact(type=…) uses
        value_type: str | None = None,
        dag_id: str | None = None,
        task_id: str | None = None,
        run_id: str | None = None,
        metadata: Iterable[str] | str = (),
        after: datetime | str | None = None,
        before: datetime | str | None = None,
        min_size: int | None = None,
        max_size: int | None = None,
        named: bool = True,
    ) -> Iterator[VersionSummary]:
        """Yield all versions that fit, the newest first; what is published meanwhile is not among them.

        Args:
            name: The artifact's name, with ``*`` for any characters and ``?`` for one.
            tags: All of which the version has, or its artifact.
            type: What it is for people, such as ``"model"``.
            value_type: The public name of the value's type, such as ``"pandas.DataFrame"``.
            dag_id: Of the task run that made it.
            task_id: Of the task run that made it.
            run_id: Of the task run that made it.
            metadata: Comparisons, all of which hold, such as ``"accuracy > 0.9"`` or ``"stage = final"``.
            after: Made at this moment or later; a text without a time zone is UTC.
            before: Made before this moment.
            min_size: In bytes.
            max_size: In bytes.
            named: Whether to leave out artifacts that users gave no name.

        Raises:
            InvalidNameError: A comparison or a time cannot be read.
        """
        criteria = Criteria.of(
            name=name,
            tags=tags,
            type=type,
            value_type=value_type,
            dag_id=dag_id,
            task_id=task_id,
            run_id=run_id,
            metadata=metadata,
            after=after,
            before=before,
            min_size=min_size,
            max_size=max_size,
            named=named,
        )
        return self._search("search", criteria.to_json())

    def search_page(
        self, criteria: Criteria, *, after: str | None = None, limit: int = 50
    ) -> tuple[Sequence[VersionSummary], str | None]:
        """Return one page of a search, and the text that asks for the next one; None where there is none.

        Args:
            criteria: What the versions must be.
            after: What the page before gave; None for the first.
            limit: How many at most.

        Raises:
            InvalidNameError: ``after`` is no such text.
        """
        self._cannot_repeat("search_page")
        return self.lineage.search_page(criteria, after, limit)

    def upstream(self, reference: str | ArtifactRef | VersionSummary, *, depth: int = 10) -> LineageGraph:
        """Return what a version was made from, over at most ``depth`` task runs."""
        self._cannot_repeat("upstream")
        return self.lineage.upstream(self._version(reference).id, depth)

    def downstream(self, reference: str | ArtifactRef | VersionSummary, *, depth: int = 10) -> LineageGraph:
        """Return what was made from a version, over at most ``depth`` task runs."""
        self._cannot_repeat("downstream")
        return self.lineage.downstream(self._version(reference).id, depth)

    def blast_radius(self, reference: str | ArtifactRef | VersionSummary) -> BlastRadius:
        """Return what replacing a version would concern: all that was made from it, however far, across DAGs."""
        self._cannot_repeat("blast_radius")
        return BlastRadius.of(self.lineage.downstream(self._version(reference).id, _FAR))

    def provenance(self, reference: str | ArtifactRef | VersionSummary) -> Provenance:
        """Return what made a version: code, parameters, inputs, packages, and the circumstances.

        Raises:
            ArtifactNotFoundError: There is no such version.
        """
        self._cannot_repeat("provenance")
        return provenance(self.lineage, self._version(reference))

    def diff(self, before: str | ArtifactRef | VersionSummary, now: str | ArtifactRef | VersionSummary) -> VersionDiff:
        """Return what differs between two versions: code, inputs, parameters, packages, schema, statistics, metadata.

        Args:
            before: The earlier one.
            now: The later one; they need not be of one artifact.

        Raises:
            ArtifactNotFoundError: There is no such version.
        """
        self._cannot_repeat("diff")
        versions = self._version(before), self._version(now)
        said = tuple(self.lineage.labels.metadata(version.id) for version in versions)
        made = [provenance(self.lineage, version) for version in versions]
        return compare(made[0], made[1], (said[0], said[1]))

    def task_run(
        self, dag_id: str, run_id: str, task_id: str, *, map_index: int = -1, try_number: int | None = None
    ) -> TaskRunWithEdges:
        """Return a task run with what it read and wrote; the newest try unless one is named.

        Raises:
            ArtifactNotFoundError: No artifact task ran under these names.
        """
        self._cannot_repeat("task_run")
        found = self.lineage.find_task_run(dag_id, run_id, task_id, map_index=map_index, try_number=try_number)
        if found is None:
            index = f"[{map_index}]" if map_index >= 0 else ""
            message = (
                f"no artifact task run of '{dag_id}.{task_id}{index}' in {run_id!r} is recorded; "
                "check the names, and that the task has begun"
            )
            raise ArtifactNotFoundError(message)
        return found

    def run(self, dag_id: str, run_id: str, *, graph: TaskGraph | None = None) -> RunLineage:
        """Return the task runs of a DAG run with what they read and wrote; empty where none is recorded.

        Args:
            dag_id: The DAG.
            run_id: The run.
            graph: Its tasks, of which those that have not begun are among the pending outputs, too.
        """
        self._cannot_repeat("run")
        found = self.lineage.run(dag_id, run_id)
        newest = {(one.task_run.task_id, one.task_run.map_index): one for one in found.task_runs}
        pending = [output for one in newest.values() for output in one.pending]
        begun = {task_id for task_id, _ in newest}
        for node in () if graph is None else graph.tasks:
            if node.call is not None and node.task_id not in begun:
                for output in node.call.signature.outputs:
                    name = None if output.artifact is None else output.artifact.name
                    pending.append(PendingOutput(node.task_id, output.name, artifact=name))
        return dataclasses.replace(found, pending=tuple(pending))
