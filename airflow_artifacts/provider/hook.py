"""The hook: the client, for an Airflow connection of type ``artifacts``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseHook

from airflow_artifacts.client import VERBS, ArtifactClient
from airflow_artifacts.exceptions import ArtifactError
from airflow_artifacts.provider import DEFAULT_CONNECTION
from airflow_artifacts.provider.settings import Settings, connect

if TYPE_CHECKING:
    # To readers and to type checkers the hook has all verbs of the client; it asks its client for them when it runs.
    _Verbs = ArtifactClient
else:
    _Verbs = object

__all__ = ["ArtifactHook"]


class ArtifactHook(BaseHook, _Verbs):
    """Saves, loads and asks about artifacts, from any task: it has every verb of :class:`ArtifactClient`.

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
        BaseHook.__init__(self, **kwargs)
        self.artifacts_conn_id = artifacts_conn_id
        self._client: ArtifactClient | None = None

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            if name in VERBS:
                return getattr(self.get_conn(), name)
            message = f"{type(self).__name__!r} has no attribute {name!r}"
            raise AttributeError(message)

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *VERBS})

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
