"""Who asks: the client to ask for them, and what of its answers they may see and change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Depends, HTTPException
from starlette.requests import Request

from airflow_artifacts.exceptions import ArtifactNotFoundError
from airflow_artifacts.ui.api.guard import USER
from airflow_artifacts.ui.api.sight import Sight

if TYPE_CHECKING:
    from airflow_artifacts.client import ArtifactClient
    from airflow_artifacts.model import ArtifactVersion, TaskRun, VersionSummary
    from airflow_artifacts.ui.api.access import Access, User

__all__ = ["Asked", "Viewer"]


class Viewer:
    """A user who asks, for the time of one request.

    Attributes:
        user: Who it is.
        client: Whom to ask for them.
        sight: What of its answers they may see.
    """

    def __init__(self, user: User, client: ArtifactClient, access: Access) -> None:
        self.user = user
        self.client = client
        self.sight = Sight(user, client.lineage.catalogue.dag_ids)
        self._access = access
        self._runs: dict[str, TaskRun | None] = {}

    def version(self, id_: str) -> VersionSummary:
        """Return a version by its UUID.

        Raises:
            ArtifactNotFoundError: There is none, or the user may not see it: nobody can tell which.
        """
        version = self.client.lineage.summary(id_)
        if version is None or not self.sight.version(version):
            raise ArtifactNotFoundError(absent(id_))
        return version

    def with_files(self, id_: str) -> ArtifactVersion:
        """Return a version by its UUID with the list of its files, which may be long; raises as :meth:`version`."""
        return self.client.get(self.version(id_))

    def find(self, id_: str | None) -> VersionSummary | None:
        """Return a version by its UUID, or None where there is none that the user may see."""
        version = None if id_ is None else self.client.lineage.summary(id_)
        return version if version is not None and self.sight.version(version) else None

    def task_run(self, id_: str | None) -> TaskRun | None:
        """Return a task run by its UUID, or None where there is none that the user may see."""
        if id_ is None:
            return None
        if id_ not in self._runs:
            found = self.client.lineage.task_run(id_)
            self._runs[id_] = None if found is None else found.task_run
        run = self._runs[id_]
        return run if run is not None and self.sight.task_run(run) else None

    def may_edit(self, version: VersionSummary) -> bool:
        """Whether the user may change a version."""
        producer = version.producer
        return self.user.may_edit_others() if producer is None else self.user.may_edit(producer.dag_id)

    def editable(self, id_: str) -> VersionSummary:
        """Return a version that the user may change.

        Raises:
            ArtifactNotFoundError: There is none that the user may see.
            HTTPException: 403, the user may see but not change it.
        """
        version = self.version(id_)
        if self.may_edit(version):
            return version
        if version.producer is None:
            needed = "no DAG made it, so it takes the right to edit the view 'Artifacts' and assets"
        else:
            needed = f"that takes the right to edit the DAG {version.producer.dag_id!r}, which made it"
        raise HTTPException(403, f"you may see {str(version)!r} but not change it: {needed}")

    def log(self, event: str, version: VersionSummary, **extra: Any) -> None:
        """Write to the audit log that the user changes a version."""
        dag = None if version.producer is None else version.producer.dag_id
        told = {"version": str(version), "id": version.id, **extra}
        self._access.log(self.user, f"artifacts.{event}", dag, told)


def absent(reference: str) -> str:
    """Return what is said of a version that is not there, and just so of one that may not be seen."""
    return f"there is no version {reference!r} that you may see; it may have been deleted, or be of another's DAG"


def _viewer(request: Request) -> Viewer:
    state = request.app.state
    return Viewer(request.scope[USER], state.opened.client(), state.access)


Asked = Annotated[Viewer, Depends(_viewer)]
