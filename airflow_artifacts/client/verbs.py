"""The client's verbs as functions: for the task that runs, else for what Airflow's settings say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, cast, overload

from airflow_artifacts.client.context import current_context
from airflow_artifacts.registry import import_name

if TYPE_CHECKING:
    from airflow_artifacts.client import ArtifactClient, PendingVersion
    from airflow_artifacts.model import ArtifactRef, ArtifactVersion

__all__ = ["load_artifact", "save_artifact"]

T = TypeVar("T")


def save_artifact(value: object, name: str, **options: Any) -> ArtifactVersion | PendingVersion:
    """Save a value as a new version; inside an artifact task it is published with the task's outputs.

    Args:
        value: The value.
        name: The artifact.
        options: As :meth:`ArtifactClient.save` takes them.
    """
    return _client().save(value, name, **options)


@overload
def load_artifact(reference: str | ArtifactRef | ArtifactVersion, as_type: type[T]) -> T: ...


@overload
def load_artifact(reference: str | ArtifactRef | ArtifactVersion) -> Any: ...


def load_artifact(reference: str | ArtifactRef | ArtifactVersion, as_type: Any = Any) -> Any:
    """Load a value; inside an artifact task it is recorded as an input of the task.

    Args:
        reference: What :meth:`ArtifactClient.load` takes.
        as_type: The type, or any annotation, to load it as.
    """
    return _client().load(reference, as_type)


def _client() -> ArtifactClient:
    context = current_context()
    if context is not None:
        return context.client
    # The provider is the layer above and the only one that knows Airflow's settings.
    hook: Any = import_name("airflow_artifacts.provider.hook:ArtifactHook")
    return cast("ArtifactClient", hook().get_conn())
