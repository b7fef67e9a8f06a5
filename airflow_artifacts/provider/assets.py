"""Artifacts as Airflow's assets: what a DAG is scheduled by, and the events that publishing sends.

An event says that ``latest`` came to name another version, and which. Airflow sends one for each asset among a task's
outlets when the task succeeds: so the assets of its outputs, which stand there for all who look at the DAG, are no
outlets of the task that runs, until there is something to tell.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote, urlsplit

from airflow.sdk import Asset, AssetAlias

from airflow_artifacts.artifact import LATEST, Artifact, literal, render
from airflow_artifacts.exceptions import DeclarationError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from airflow_artifacts.client import ArtifactClient
    from airflow_artifacts.model import ArtifactVersion
    from airflow_artifacts.signature import Signature

__all__ = ["SCHEME", "asset_of", "dataset_of", "send_events", "triggers_of", "users_outlets", "with_outlets"]

SCHEME = "artifact"
# What carries the events of names that are known only when a task runs.
_ALIAS = "artifacts"
# The most that Airflow keeps of a URI.
_LENGTH = 1500


def asset_of(artifact: Artifact) -> Asset:
    """Return the asset of an artifact: of all its versions.

    Raises:
        DeclarationError: It names one version, its name is a template, or the name is too long for Airflow.
    """
    if artifact.word not in {None, LATEST} or (artifact.is_reference and artifact.word is None):
        message = (
            f"Artifact({artifact.reference!r}) names one version, and an asset is of all of them: "
            f"Artifact({artifact.name!r}).asset"
        )
        raise DeclarationError(message)
    if artifact.templates:
        message = (
            f"the name {artifact.name!r} is a template, filled when a task runs; write the name that comes out of it"
        )
        raise DeclarationError(message)
    uri = _uri(render(artifact.name, {}))
    if len(uri) > _LENGTH:
        message = (
            f"the URI of {artifact.name!r} has {len(uri)} characters, and Airflow keeps {_LENGTH}; use a shorter name"
        )
        raise DeclarationError(message)
    # Airflow refuses two assets of one name, and users have theirs: the URI alone is the name.
    return Asset(name=uri, uri=uri, group=SCHEME)


def dataset_of(asset: Asset, lineage_context: Any) -> Any:  # noqa: ARG001 - Airflow gives both
    """Return the dataset of OpenLineage that the asset of an artifact is."""
    # Every process that has an asset imports this module, and only OpenLineage's provider calls this.
    from openlineage.client.event_v2 import Dataset  # noqa: PLC0415

    parts = urlsplit(asset.uri)
    return Dataset(namespace=SCHEME, name=unquote(f"{parts.netloc}{parts.path}".rstrip("/")))


def _outlets_of(signature: Signature) -> list[Asset]:
    """Return the assets of a task's outputs whose names are known when the DAG file is read."""
    names = {output.artifact.name for output in signature.outputs if output.artifact is not None}
    known = [one for one in map(Artifact, sorted(names)) if not one.templates]
    return [asset_of(one) for one in known if len(_uri(render(one.name, {}))) <= _LENGTH]


def with_outlets(signature: Signature, given: Any) -> list[Any]:
    """Return the outlets of a task with the assets of its outputs, where they are not among them."""
    outlets = [] if given is None else list(given) if isinstance(given, (list, tuple)) else [given]
    known = {getattr(one, "uri", None) for one in outlets}
    return outlets + [one for one in _outlets_of(signature) if one.uri not in known]


def users_outlets(task: Any) -> list[Any]:
    """Return the outlets of an artifact task that users gave it."""
    own = _own(task.signature)
    return [one for one in task.outlets if getattr(one, "uri", None) not in own]


def send_events(task: Any, context: Any, owed: Sequence[ArtifactVersion], client: ArtifactClient) -> None:
    """Let Airflow send the events that a task owes when it has succeeded.

    Args:
        task: The running task; its outlets grow.
        context: Of the try.
        owed: What ``latest`` came to name, the oldest first.
        client: Gives the references.
    """
    own = _own(task.signature)
    outlets = list(task.outlets)
    newest = {version.artifact: version for version in owed}
    for name, version in newest.items():
        if len(_uri(name)) > _LENGTH:
            continue
        asset = asset_of(Artifact(literal(name)))
        extra = {
            "artifact": name,
            "version": version.version,
            "id": version.id,
            "reference": client.reference(version).serialize(),
        }
        if asset.uri in own or asset in outlets:
            outlets += [] if asset in outlets else [asset]
            context["outlet_events"][asset].extra.update(extra)
            continue
        alias = AssetAlias(_ALIAS)
        if alias not in outlets:
            outlets.append(alias)
        context["outlet_events"][alias].add(asset, extra=extra)
    task.outlets = outlets


def triggers_of(events: Iterable[Any]) -> Mapping[str, str]:
    """Return the versions that triggered a DAG run, as UUIDs by artifact: of several events the newest one's."""
    found: dict[str, str] = {}
    for event in sorted(events, key=lambda one: one.timestamp):
        extra = event.extra or {}
        if str(event.asset.uri).startswith(f"{SCHEME}:") and "artifact" in extra and "id" in extra:
            found[str(extra["artifact"])] = str(extra["id"])
    return found


def _own(signature: Signature) -> set[str]:
    return {asset.uri for asset in _outlets_of(signature)}


def _uri(name: str) -> str:
    return f"{SCHEME}://{quote(name, safe='/')}"
