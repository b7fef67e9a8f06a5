"""Reading values: from a version to what its reader wants."""

from __future__ import annotations

import shutil
import typing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airflow_artifacts import materializers
from airflow_artifacts.annotations import describe, members, mismatch
from airflow_artifacts.exceptions import ArtifactNotFoundError, ConversionError, CorruptObjectError, MissingObjectError
from airflow_artifacts.materializers.conversions import convert

if TYPE_CHECKING:
    from collections.abc import Sequence

    from airflow_artifacts.lineage import Lineage
    from airflow_artifacts.materializers import FilesReader
    from airflow_artifacts.model import ArtifactVersion
    from airflow_artifacts.store import ObjectStore

__all__ = ["load_value"]


def load_value(
    store: ObjectStore,
    lineage: Lineage,
    version: ArtifactVersion,
    annotation: Any,
    *,
    scratch: Path,
    path: Sequence[str] = (),
) -> Any:
    """Load a version, or the item of it that ``path`` leads to, as an annotation wants it.

    Args:
        store: Holds its bytes.
        lineage: Is told where bytes are gone or wrong, so that the next writer of the same bytes stores them again.
        version: Which one.
        annotation: A type, a union, or ``Any`` for the type it was stored as. ``pathlib.Path`` is its file, or a
            folder with its files where there are several.
        scratch: Where files that must be local are put; the caller removes it.
        path: Keys of dicts, outermost first.

    Raises:
        MissingObjectError: Its bytes are gone.
        CorruptObjectError: Its bytes are not those that were written.
        UnsupportedTypeError: The materializer that wrote it is not known here.
        ConversionError: It is not what the annotation wants and cannot be converted exactly.
        ArtifactNotFoundError: It has no such item.
    """
    reader = store.reader(version.manifest, label=str(version), scratch=scratch)
    wanted = members(annotation)
    try:
        if not path and Path in wanted and version.materializer != "pathlib.Path":
            return _as_path(reader)
        value = materializers.named(version.materializer).handler.load(reader)
    except (MissingObjectError, CorruptObjectError) as error:
        if error.object is not None:
            lineage.mark_missing(error.object)
        raise
    for key in path:
        value = _item(value, key, version, path)
    return _fit(value, annotation, wanted, version)


def _as_path(reader: FilesReader) -> Path:
    folder = reader.folder()
    names = reader.names()
    for name in names:
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(reader.path(name), target)
    return folder / names[0] if len(names) == 1 else folder


def _item(value: Any, key: str, version: ArtifactVersion, path: Sequence[str]) -> Any:
    place = f"{version}" + "".join(f"[{part!r}]" for part in path)
    if not isinstance(value, dict):
        message = f"{place!r} cannot be read: the value is a {type(value).__name__}, and only dicts have such items"
        raise ConversionError(message)
    if key not in value:
        keys = ", ".join(sorted(map(repr, value))[:10])
        message = f"{place!r} does not exist: the dict has no key {key!r}, only {keys or 'none'}"
        raise ArtifactNotFoundError(message)
    return value[key]


def _fit(value: Any, annotation: Any, wanted: Sequence[Any], version: ArtifactVersion) -> Any:
    if Any in wanted:
        return value
    fault = mismatch(value, annotation)
    classes = [kind for kind in (typing.get_origin(member) or member for member in wanted) if isinstance(kind, type)]
    if fault is None and (not classes or isinstance(value, tuple(classes)) or object in classes):
        return value
    reasons = [] if fault is None else [fault]
    for kind in classes:
        try:
            converted = convert(value, kind)
        except ConversionError as error:
            reasons.append(str(error))
            continue
        if mismatch(converted, annotation) is None:
            return converted
    message = (
        f"{version} holds a {materializers.type_name(type(value))} and is wanted as {describe(annotation)}: "
        f"{'; '.join(reasons)}; change the annotation, or convert it in a task"
    )
    raise ConversionError(message)
