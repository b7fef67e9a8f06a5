"""What a task's outputs become versions of: their declarations, with the templates filled for one DAG run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow_artifacts.artifact import unnamed
from airflow_artifacts.client.drafts import Destination
from airflow_artifacts.entries import ReusedOutput
from airflow_artifacts.model import MetadataSource, Metadatum

if TYPE_CHECKING:
    from airflow_artifacts.client import ArtifactClient
    from airflow_artifacts.client.call import TaskCall
    from airflow_artifacts.entries import EntryOutput
    from airflow_artifacts.model import TaskRun
    from airflow_artifacts.signature import Output

__all__ = ["Destinations", "template_values"]


class Destinations:
    """Where the outputs of one task run go.

    Args:
        client: Knows when the DAG run first began.
        call: What is called.

    Raises:
        InvalidNameError: A name's template lacks a key or makes a name that is not allowed.
    """

    def __init__(self, client: ArtifactClient, call: TaskCall) -> None:
        self._client = client
        self._run = call.task_run
        self._values = template_values(client, call)
        self._declared = {output.name: self._fill(output) for output in call.signature.outputs}

    def of(self, output: Output) -> Destination:
        """Return what an output becomes a version of."""
        return self._declared.get(output.name) or self._fill(output)

    def check(self, task_run: TaskRun) -> None:
        """Refuse explicit versions that are taken, before the function runs.

        Raises:
            VersionTakenError: A declared version exists already.
        """
        for destination in self._declared.values():
            if destination.version is not None:
                self._client.lineage.check_version(destination.artifact, destination.version, task_run=task_run)

    def reused(self, found: EntryOutput) -> ReusedOutput:
        """Return what a version that is returned again becomes a version of.

        What a function saved itself goes where it went; an output goes where it is declared to go now.
        """
        version = found.version
        if found.output is None:
            return ReusedOutput(
                version=version,
                output=None,
                artifact=version.artifact,
                named=version.named,
                kind=version.kind,
                tags=found.tags,
                aliases=found.aliases,
            )
        declared = self._declared.get(found.output) or self._unnamed(found.output)
        return ReusedOutput(
            version=version,
            output=found.output,
            artifact=declared.artifact,
            named=declared.named,
            word=declared.version,
            kind=declared.kind,
            tags=declared.tags,
            aliases=declared.aliases,
            metadata=tuple(Metadatum(key, value, MetadataSource.DECLARED) for key, value in declared.metadata.items()),
        )

    def _fill(self, output: Output) -> Destination:
        if output.artifact is None:
            return self._unnamed(output.name)
        return Destination.of(output.artifact, self._values)

    def _unnamed(self, output: str) -> Destination:
        run = self._run
        return Destination(artifact=unnamed(run.dag_id, run.task_id, output, run.map_index), named=False)


def template_values(client: ArtifactClient, call: TaskCall) -> dict[str, object]:
    """Return what the templates of names and references are filled with in a DAG run."""
    run = call.task_run
    first = client.lineage.first_start(run.dag_id, run.run_id) or run.started_at
    stands_for = run.logical_date or run.run_after or first
    return {
        "date": first.strftime("%Y_%m_%d"),
        "time": first.strftime("%H_%M_%S_%f"),
        "ds": stands_for.strftime("%Y-%m-%d"),
        "dag_id": run.dag_id,
        "task_id": run.task_id,
        "run_id": run.run_id,
        "map_index": run.map_index,
        **call.substitutions,
    }
