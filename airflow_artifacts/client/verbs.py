"""The client's verbs as functions: for the task that runs, else for what Airflow's settings say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, cast, overload

from airflow_artifacts.client.context import artifact_context, current_context
from airflow_artifacts.exceptions import DeclarationError
from airflow_artifacts.registry import import_name

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping

    from airflow_artifacts.client import ArtifactClient, PendingVersion
    from airflow_artifacts.model import ArtifactRef, ArtifactVersion, VersionSummary

__all__ = ["load_artifact", "log_metadata", "register_artifact", "save_artifact"]

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
def load_artifact(reference: str | ArtifactRef | VersionSummary, as_type: type[T]) -> T: ...


@overload
def load_artifact(reference: str | ArtifactRef | VersionSummary) -> Any: ...


def load_artifact(reference: str | ArtifactRef | VersionSummary, as_type: Any = Any) -> Any:
    """Load a value; inside an artifact task it is recorded as an input of the task.

    Args:
        reference: What :meth:`ArtifactClient.load` takes.
        as_type: The type, or any annotation, to load it as.
    """
    return _client().load(reference, as_type)


def register_artifact(uri: str | os.PathLike[str], name: str, **options: Any) -> ArtifactVersion | PendingVersion:
    """Make a version of data that lies somewhere already; inside an artifact task it is published with its outputs.

    Args:
        uri: A file, a folder, or any URI that fsspec knows.
        name: The artifact.
        options: As :meth:`ArtifactClient.register` takes them.
    """
    return _client().register(uri, name, **options)


def log_metadata(
    metadata: Mapping[str, Any],
    reference: str | ArtifactRef | VersionSummary | None = None,
    *,
    output: str | None = None,
) -> None:
    """Add metadata to a version, or to an output of the artifact task that runs.

    Args:
        metadata: JSON by key.
        reference: The version, as :meth:`ArtifactClient.load` takes it; left away inside of a task, its output is
            meant.
        output: The name of the task's output; may be left away where the task has one.

    Raises:
        DeclarationError: Outside of an artifact task, without a reference; both are given; or a value is not JSON.
        OutputError: The task has no such output, or several and none was named.
        ArtifactNotFoundError: There is no such version.
    """
    if reference is None:
        artifact_context().add_metadata(metadata, output=output)
        return
    if output is not None:
        message = f"log_metadata is given a reference, {str(reference)!r}, and the output {output!r}; give one of them"
        raise DeclarationError(message)
    _client().log_metadata(reference, metadata)


def _client() -> ArtifactClient:
    context = current_context()
    if context is not None:
        return context.client
    # The provider is the layer above and the only one that knows Airflow's settings.
    hook: Any = import_name("airflow_artifacts.provider.hook:ArtifactHook")
    return cast("ArtifactClient", hook().get_conn())
