"""The hook: the client, for an Airflow connection of type ``artifacts``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, overload

from airflow.sdk import BaseHook

from airflow_artifacts.exceptions import ArtifactError
from airflow_artifacts.provider import DEFAULT_CONNECTION
from airflow_artifacts.provider.settings import Settings, connect

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from airflow_artifacts.client import ArtifactClient, PendingVersion
    from airflow_artifacts.model import (
        ArtifactRef,
        ArtifactSummary,
        ArtifactVersion,
        LineageGraph,
        RunLineage,
        TaskRunWithEdges,
    )

__all__ = ["ArtifactHook"]

T = TypeVar("T")


class ArtifactHook(BaseHook):
    """Saves, loads and asks about artifacts, from any task.

    Inside an artifact task that uses the same settings, what it reads and saves is recorded as that task's.

    Args:
        artifacts_conn_id: A connection of type ``artifacts``. Where the default one does not exist, the
            ``[artifacts]`` section counts, then the embedded default.
    """

    conn_name_attr = "artifacts_conn_id"
    default_conn_name = DEFAULT_CONNECTION
    conn_type = "artifacts"
    hook_name = "Artifacts"

    def __init__(self, artifacts_conn_id: str = DEFAULT_CONNECTION, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.artifacts_conn_id = artifacts_conn_id
        self._client: ArtifactClient | None = None

    def get_conn(self) -> ArtifactClient:
        """Return the client, connected on first use and kept.

        Raises:
            ConfigurationError: A setting cannot be meant, or the connection does not exist.
            LineageError: The lineage database is out of reach.
        """
        if self._client is None:
            settings = Settings.read(self.artifacts_conn_id)
            settings.check_executor(None)
            self._client = connect(settings)
        return self._client

    def test_connection(self) -> tuple[bool, str]:
        """Say whether store and lineage database answer."""
        try:
            client = self.get_conn()
            next(iter(client.list()), None)
            client.store.check()
        except ArtifactError as error:
            return False, str(error)
        return True, f"store {client.store.uri} and lineage database {client.lineage.url} answer"

    def save(self, value: object, name: str, **options: Any) -> ArtifactVersion | PendingVersion:
        """Save a value as a new version; see :meth:`ArtifactClient.save`."""
        return self.get_conn().save(value, name, **options)

    @overload
    def load(self, reference: str | ArtifactRef | ArtifactVersion, as_type: type[T]) -> T: ...

    @overload
    def load(self, reference: str | ArtifactRef | ArtifactVersion) -> Any: ...

    def load(self, reference: str | ArtifactRef | ArtifactVersion, as_type: Any = Any) -> Any:
        """Load a value; see :meth:`ArtifactClient.load`."""
        return self.get_conn().load(reference, as_type)

    def open(self, reference: str | ArtifactRef | ArtifactVersion, path: str | None = None) -> BinaryIO:
        """Open one file of a version for reading; see :meth:`ArtifactClient.open`."""
        return self.get_conn().open(reference, path)

    def get(self, reference: str | ArtifactRef | ArtifactVersion) -> ArtifactVersion:
        """Return the description of a version; see :meth:`ArtifactClient.get`."""
        return self.get_conn().get(reference)

    def find(self, reference: str | ArtifactRef | ArtifactVersion) -> ArtifactVersion | None:
        """Return the description of a version, or None; see :meth:`ArtifactClient.find`."""
        return self.get_conn().find(reference)

    def list(self, *, named: bool = True) -> Iterator[ArtifactSummary]:
        """Yield the artifacts by name; see :meth:`ArtifactClient.list`."""
        return self.get_conn().list(named=named)

    def versions(self, name: str) -> Iterator[ArtifactVersion]:
        """Yield all versions of an artifact; see :meth:`ArtifactClient.versions`."""
        return self.get_conn().versions(name)

    def upstream(self, reference: str | ArtifactRef | ArtifactVersion, *, depth: int = 10) -> LineageGraph:
        """Return what a version was made from; see :meth:`ArtifactClient.upstream`."""
        return self.get_conn().upstream(reference, depth=depth)

    def downstream(self, reference: str | ArtifactRef | ArtifactVersion, *, depth: int = 10) -> LineageGraph:
        """Return what was made from a version; see :meth:`ArtifactClient.downstream`."""
        return self.get_conn().downstream(reference, depth=depth)

    def task_run(
        self, dag_id: str, run_id: str, task_id: str, *, map_index: int = -1, try_number: int | None = None
    ) -> TaskRunWithEdges:
        """Return a task run with what it read and wrote; see :meth:`ArtifactClient.task_run`."""
        return self.get_conn().task_run(dag_id, run_id, task_id, map_index=map_index, try_number=try_number)

    def run(self, dag_id: str, run_id: str) -> RunLineage:
        """Return what a DAG run read and wrote; see :meth:`ArtifactClient.run`."""
        return self.get_conn().run(dag_id, run_id)
