"""``register``, ``log-metadata``, ``tag``, ``alias``, ``pin`` and their opposites."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from airflow_artifacts.cli.output import document_of, lines, version_lines
from airflow_artifacts.cli.settings import connect
from airflow_artifacts.exceptions import ConfigurationError
from airflow_artifacts.model import ArtifactVersion

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable

__all__ = ["alias", "aliases", "log_metadata", "pin", "register", "tag", "unalias", "unpin"]


def register(arguments: argparse.Namespace) -> int:
    """Make a version of data that lies somewhere already; what the newest version is of already is said to be so.

    Raises:
        ArtifactNotFoundError: Nothing is there.
    """
    with connect(arguments) as client:
        before = client.find(arguments.name)
        version = client.register(
            arguments.uri,
            arguments.name,
            version=arguments.version,
            type=arguments.type,
            tags=arguments.tag or (),
            aliases=arguments.alias or (),
            metadata=_pairs(arguments.metadata),
            copy=arguments.copy,
        )
        if not isinstance(version, ArtifactVersion):  # pragma: no cover - only a task's function waits to publish
            return 1
        unchanged = before is not None and before.id == version.id
        note = ["unchanged: it is of this data already, and nothing new was registered"] if unchanged else []
        lines(arguments, {**document_of(version), "unchanged": unchanged}, [*version_lines(version), *note])
    return 0


def log_metadata(arguments: argparse.Namespace) -> int:
    """Add metadata to a version.

    Raises:
        ArtifactNotFoundError: There is no such version.
        ConfigurationError: A value is not given as key=value.
    """
    with connect(arguments) as client:
        version = client.get(arguments.reference)
        client.log_metadata(version, _pairs(arguments.values))
        return _shown(arguments, client.get(version.id))


def tag(arguments: argparse.Namespace) -> int:
    """Add tags to a version, or to an artifact, and take others away.

    Raises:
        ArtifactNotFoundError: There is no such version, or artifact.
    """
    with connect(arguments) as client:
        if arguments.artifact:
            client.tag_artifact(arguments.reference, *arguments.tags, remove=arguments.remove or ())
            lines(arguments, {"artifact": arguments.reference}, [f"{arguments.reference} is tagged"])
            return 0
        return _shown(arguments, client.tag(arguments.reference, *arguments.tags, remove=arguments.remove or ()))


def alias(arguments: argparse.Namespace) -> int:
    """Let an alias name a version.

    Raises:
        ArtifactNotFoundError: There is no such version.
    """
    with connect(arguments) as client:
        return _shown(arguments, client.alias(arguments.reference, arguments.alias))


def unalias(arguments: argparse.Namespace) -> int:
    """Take an alias of an artifact away.

    Raises:
        ArtifactNotFoundError: The artifact has no such alias.
    """
    with connect(arguments) as client:
        client.unalias(arguments.name, arguments.alias)
    sys.stdout.write(f"{arguments.name} has no alias {arguments.alias} any more\n")
    return 0


def aliases(arguments: argparse.Namespace) -> int:
    """Print where the aliases of an artifact stood, the newest move first."""
    with connect(arguments) as client:
        moves = client.alias_history(arguments.name, arguments.alias)
    document = [{"alias": one.alias, "version": one.version, "id": one.id, "at": one.at.isoformat()} for one in moves]
    text = [f"{one.at:%Y-%m-%d %H:%M:%S}  {one.alias}  {one.version or '(taken away)'}" for one in moves]
    lines(arguments, document, text)
    return 0


def pin(arguments: argparse.Namespace) -> int:
    """Keep a version, whatever is pruned.

    Raises:
        ArtifactNotFoundError: There is no such version.
    """
    with connect(arguments) as client:
        return _shown(arguments, client.pin(arguments.reference))


def unpin(arguments: argparse.Namespace) -> int:
    """Let a version be pruned as others are.

    Raises:
        ArtifactNotFoundError: There is no such version.
    """
    with connect(arguments) as client:
        return _shown(arguments, client.unpin(arguments.reference))


def _shown(arguments: argparse.Namespace, version: ArtifactVersion) -> int:
    lines(arguments, document_of(version), version_lines(version))
    return 0


def _pairs(texts: Iterable[str] | None) -> dict[str, Any]:
    """Return metadata of texts such as ``accuracy=0.9``; a value that is no JSON is text."""
    pairs: dict[str, Any] = {}
    for text in texts or ():
        key, equals, value = text.partition("=")
        if not equals or not key:
            message = f"{text!r} is no metadata; write key=value, such as accuracy=0.9"
            raise ConfigurationError(message)
        try:
            pairs[key] = json.loads(value)
        except ValueError:
            pairs[key] = value
    return pairs
