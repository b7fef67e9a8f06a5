"""Registering data that lies somewhere already: by reference, or copied into the store."""

from __future__ import annotations

import dataclasses
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airflow_artifacts import fingerprint, materializers
from airflow_artifacts.client.drafts import Draft, draft_of_files, materialize
from airflow_artifacts.exceptions import CorruptObjectError, MissingObjectError
from airflow_artifacts.model import MetadataSource, Metadatum, NewVersion, SaveKind

if TYPE_CHECKING:
    import os

    from airflow_artifacts.client.drafts import Destination
    from airflow_artifacts.model import ArtifactVersion
    from airflow_artifacts.store import ObjectStore
    from airflow_artifacts.store.registered import Source

__all__ = ["fault_of", "register"]


def register(store: ObjectStore, uri: str | os.PathLike[str], destination: Destination, *, copy: bool) -> Draft:
    """Make a draft of what a path or URI names.

    Args:
        store: Reads it, and holds it where it is copied.
        uri: A file or a folder.
        destination: What it becomes a version of.
        copy: Whether its bytes go into the store; else they stay where they are, and are read from there.

    Raises:
        ArtifactNotFoundError: Nothing is there.
        InvalidNameError: It lies in the store, or is no file.
        StoreError: It cannot be read.
    """
    source = store.places.look(uri)
    draft = _copied(store, source, destination) if copy else _referenced(store, source, destination)
    where = Metadatum("uri", source.shown, MetadataSource.MATERIALIZER)
    return dataclasses.replace(
        draft, version=dataclasses.replace(draft.version, metadata=(where, *draft.version.metadata))
    )


def fault_of(store: ObjectStore, version: ArtifactVersion) -> str | None:
    """Return how registered data differs from what was registered, or None; what is no such data does not.

    Raises:
        StoreError: Its place refuses or is out of reach.
    """
    try:
        for file in version.manifest.registered:
            store.places.check(file, str(version))
    except (MissingObjectError, CorruptObjectError) as error:
        return str(error)
    return None


def _copied(store: ObjectStore, source: Source, destination: Destination) -> Draft:
    place = store.places.folder(source)
    if place is not None:
        return materialize(store, place, destination, save_kind=SaveKind.REGISTERED)
    spool = store.spool()
    try:
        for name, uri, _, _ in source.files:
            with spool.open(name, ranged=True) as file:
                for chunk in store.places.chunks(uri):
                    file.write(chunk)
        details = {"folder": source.is_folder, "name": source.name}
        return draft_of_files(spool, destination, save_kind=SaveKind.REGISTERED, details=details)
    except BaseException:
        spool.close()
        raise


def _referenced(store: ObjectStore, source: Source, destination: Destination) -> Draft:
    manifest = store.places.manifest(source)
    # Stamps do not count: touching a file changes nothing.
    seen = [(file.path, file.uri, file.digest) for file in manifest.files]
    version = NewVersion(
        id=str(uuid.uuid4()),
        artifact=destination.artifact,
        named=destination.named,
        version=destination.version,
        kind=destination.kind,
        type=materializers.type_name(type(Path())),
        materializer=materializers.serving(type(Path())).name,
        manifest=manifest,
        save_kind=SaveKind.REGISTERED,
        fingerprint=fingerprint.value(("registered data", seen)),
        tags=destination.tags,
        aliases=destination.aliases,
        metadata=_declared(destination.metadata),
    )
    return Draft(version, store.spool())


def _declared(metadata: Any) -> tuple[Metadatum, ...]:
    return tuple(Metadatum(key, value, MetadataSource.DECLARED) for key, value in metadata.items())
