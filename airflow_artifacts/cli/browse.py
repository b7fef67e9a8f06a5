"""``list``, ``versions``, ``search``, ``show``, ``diff`` and ``load``: what there is, and what is in it."""

from __future__ import annotations

import itertools
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airflow_artifacts.cli.output import document_of, lines, size, table, version_lines
from airflow_artifacts.cli.settings import connect
from airflow_artifacts.exceptions import ConfigurationError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from airflow_artifacts.model import VersionSummary

__all__ = ["diff", "list_artifacts", "load", "search", "show", "versions"]

_VERSION_COLUMNS = ("name", "type", "value_type", "size", "created_at", "aliases", "tags")


def list_artifacts(arguments: argparse.Namespace) -> int:
    """Print the artifacts, sorted by name, each with its latest version."""
    columns = ("artifact", "versions", "latest", "value_type", "size", "created_at", "tags")
    with connect(arguments) as client:
        rows = (
            {
                "artifact": one.name,
                "versions": one.versions,
                "latest": None if one.latest is None else one.latest.version,
                "value_type": None if one.latest is None else one.latest.type,
                "size": None if one.latest is None else one.latest.size,
                "created_at": None if one.latest is None else _time(one.latest),
                "tags": sorted(one.tags),
            }
            for one in client.list(named=not arguments.all)
        )
        table(arguments, columns, rows)
    return 0


def versions(arguments: argparse.Namespace) -> int:
    """Print the versions of an artifact, the newest first.

    Raises:
        ArtifactNotFoundError: There is no such artifact.
    """
    with connect(arguments) as client:
        found = client.versions(arguments.name)
        first = next(found, None)
        if first is None:
            client.get(arguments.name)  # which says what there is instead
        everything = itertools.chain([] if first is None else [first], found)
        table(arguments, _VERSION_COLUMNS, map(_row, itertools.islice(everything, arguments.limit)))
    return 0


def search(arguments: argparse.Namespace) -> int:
    """Print the versions that fit, the newest first.

    Raises:
        InvalidNameError: A comparison or a time cannot be read.
    """
    with connect(arguments) as client:
        found = client.search(
            arguments.name,
            tags=arguments.tag or (),
            type=arguments.type,
            value_type=arguments.value_type,
            dag_id=arguments.dag_id,
            task_id=arguments.task_id,
            run_id=arguments.run_id,
            metadata=arguments.metadata or (),
            after=arguments.after,
            before=arguments.before,
            min_size=arguments.min_size,
            max_size=arguments.max_size,
            named=not arguments.all,
        )
        table(arguments, _VERSION_COLUMNS, map(_row, itertools.islice(found, arguments.limit)))
    return 0


def show(arguments: argparse.Namespace) -> int:
    """Print what a version is: its description, metadata with sources and times, files, aliases, and what made it.

    Raises:
        ArtifactNotFoundError: There is no such version.
    """
    with connect(arguments) as client:
        version = client.get(arguments.reference)
        said = client.metadata(version)
        made = client.provenance(version)
        moves = [one for one in client.alias_history(version.artifact) if one.id == version.id]
        files = [(file.path, file.size, file.digest, file.uri) for file in version.manifest.files]
        document = {
            **document_of(version),
            "metadata": [
                {
                    "key": one.key,
                    "value": one.value,
                    "source": one.source.value,
                    "at": None if one.at is None else one.at.isoformat(),
                }
                for one in said
            ],
            "files": [
                {"path": path, "size": bytes_, "digest": digest, "uri": uri} for path, bytes_, digest, uri in files
            ],
            "provenance": made.to_json(),
            "alias_moves": [{"alias": one.alias, "at": one.at.isoformat()} for one in moves],
        }

        def shown() -> Iterator[str]:
            yield from version_lines(version)
            for move in moves:
                yield f"  alias {move.alias!r} moved here {move.at:%Y-%m-%d %H:%M:%S} UTC"
            if said:
                yield "metadata:"
            for one in said:
                yield f"  {one.key} = {_short(one.value)}  ({one.source.value}, {one.at:%Y-%m-%d %H:%M:%S})"
            yield "files:"
            for path, bytes_, digest, uri in files[:_FILES]:
                yield f"  {path}  {size(bytes_)}  {uri or digest}"
            if len(files) > _FILES:
                yield f"  … and {len(files) - _FILES} more; --output json names all"
            yield from _made(made.to_json())

        lines(arguments, document, shown())
    return 0


def diff(arguments: argparse.Namespace) -> int:
    """Print what differs between two versions.

    Raises:
        ArtifactNotFoundError: One of them does not exist.
    """
    with connect(arguments) as client:
        found = client.diff(arguments.before, arguments.now)
        lines(arguments, found.to_json(), found.lines())
    return 0


def load(arguments: argparse.Namespace) -> int:
    """Copy the files of a version into a folder that is made for them, and print where they are.

    Raises:
        ArtifactNotFoundError: There is no such version.
        ConfigurationError: The folder exists already.
    """
    target = Path(arguments.to)
    if target.exists():
        message = f"{str(target)!r} exists already; name a folder that is to be made"
        raise ConfigurationError(message)
    with connect(arguments) as client:
        version = client.get(arguments.reference)
        found = client.load(version, Path)
        target.mkdir(parents=True)
        # What is registered is the very file: it is copied, never moved.
        if found.is_dir():
            shutil.copytree(found, target, dirs_exist_ok=True)
        else:
            shutil.copy2(found, target / Path(version.manifest.files[0].path).name)
    files = sorted(str(file) for file in target.rglob("*") if file.is_file())
    lines(arguments, {"version": str(version), "files": files}, files)
    return 0


# Of a folder of thousands a person wants to see the beginning.
_FILES = 20


def _row(version: VersionSummary) -> dict[str, Any]:
    return {**document_of(version), "created_at": _time(version)}


def _time(version: VersionSummary) -> str:
    return version.created_at.isoformat(sep=" ", timespec="seconds")


def _short(value: Any) -> str:
    text = " ".join(str(value).split())
    return text if len(text) <= 100 else f"{text[:99]}…"  # noqa: PLR2004 - what a line bears


def _made(document: dict[str, Any]) -> Iterator[str]:
    if document["task_run"] is None:
        return
    yield f"made by {document['task_run']}"
    for name in ("parameters", "inputs", "packages", "environment"):
        if document[name]:
            yield f"  {name}:"
            yield from (f"    {key} = {_short(value)}" for key, value in document[name].items())
    if document["source"]:
        yield "  source:"
        yield from (f"    {line}" for line in document["source"].splitlines())
