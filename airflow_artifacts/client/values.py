"""Reading values: from a version to what its reader wants."""

from __future__ import annotations

import contextlib
import logging
import typing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airflow_artifacts import materializers
from airflow_artifacts.annotations import columns_of, describe, members, mismatch
from airflow_artifacts.exceptions import (
    ArtifactError,
    ArtifactNotFoundError,
    ConversionError,
    CorruptObjectError,
    LineageError,
    MissingObjectError,
    UnsupportedTypeError,
)
from airflow_artifacts.logs import tell
from airflow_artifacts.materializers.conversions import convert
from airflow_artifacts.materializers.files import FILES_AT_ONCE, copy_all, within
from airflow_artifacts.threads import each

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import BinaryIO

    from airflow_artifacts.annotations import Columns
    from airflow_artifacts.lineage import Lineage
    from airflow_artifacts.materializers import FilesReader
    from airflow_artifacts.model import ArtifactVersion
    from airflow_artifacts.store import ObjectStore, Reader

__all__ = ["load_value", "open_file", "stream_file"]

_log = logging.getLogger(__name__)


def load_value(
    store: ObjectStore,
    lineage: Lineage,
    version: ArtifactVersion,
    annotation: Any,
    *,
    scratch: Path,
    path: Sequence[str | int] = (),
    allow_pickle: bool = False,
) -> Any:
    """Load a version, or the item of it that ``path`` leads to, as an annotation wants it.

    Args:
        store: Holds its bytes.
        lineage: Is told where bytes are gone or wrong, so that the next writer of the same bytes stores them again.
        version: Which one.
        annotation: A type, a union, or ``Any`` for the type it was stored as. ``pathlib.Path`` is its file, or a
            folder with its files where there are several. ``Columns`` in it choose those of a table.
        scratch: Where files that must be local are put; the caller removes it.
        path: Keys of dicts, outermost first.
        allow_pickle: Whether what it reads may be unpickled.

    Raises:
        MissingObjectError: Its bytes are gone.
        CorruptObjectError: Its bytes are not those that were written.
        UnsupportedTypeError: The materializer that wrote it is not known here, or cannot read what was stored.
        ConversionError: It is not what the annotation wants and cannot be converted exactly.
        ArtifactNotFoundError: It has no such item.
    """
    reader = _reader(store, version, scratch, allow_pickle=allow_pickle)
    wanted = members(annotation)
    with _faults(lineage, reader, version):
        if version.manifest.registered and not path:
            return _fit(_registered(reader), annotation, wanted, version)
        if not path and Path in wanted and version.materializer != "pathlib.Path":
            return _as_path(reader)
        with _reading(reader, version):
            value = _load(reader, version, columns_of(annotation), path)
    return _fit(value, annotation, wanted, version)


def open_file(store: ObjectStore, lineage: Lineage, version: ArtifactVersion, name: str, *, scratch: Path) -> BinaryIO:
    """Open one file of a version for reading; its bytes are checked before they are given.

    Args:
        store: Holds its bytes.
        lineage: Is told where bytes are gone or wrong.
        version: Which one.
        name: The file's path within it.
        scratch: Where files that must be local are put; the caller removes it.

    Raises:
        MissingObjectError: Its bytes are gone.
        CorruptObjectError: Its bytes are not those that were written.
    """
    reader = _reader(store, version, scratch)
    with _faults(lineage, reader, version):
        return reader.open(name)


def stream_file(
    store: ObjectStore, lineage: Lineage, version: ArtifactVersion, name: str, *, scratch: Path
) -> Iterator[bytes]:
    """Yield the bytes of one file of a version in pieces, the last one when all are checked; see :func:`open_file`."""
    reader = _reader(store, version, scratch)
    with _faults(lineage, reader, version):
        yield from reader.chunks(name)


def _reader(store: ObjectStore, version: ArtifactVersion, scratch: Path, *, allow_pickle: bool = False) -> Reader:
    return store.reader(
        version.manifest,
        label=str(version),
        scratch=scratch,
        allow_pickle=allow_pickle,
        # What was deleted is gone for everybody, whatever lies about on this machine.
        cached=version.bytes_deleted_at is None,
    )


@contextlib.contextmanager
def _faults(lineage: Lineage, reader: Reader, version: ArtifactVersion) -> Iterator[None]:
    """Tell the lineage database of bytes that are gone or wrong, also where a library met them."""
    try:
        yield
    except Exception as error:
        fault = error if isinstance(error, ArtifactError) else reader.fault
        if isinstance(fault, (MissingObjectError, CorruptObjectError)) and fault.object is not None:
            with contextlib.suppress(LineageError):  # as of a role that may only read
                lineage.mark_missing(fault.object)
            tell(
                _log,
                logging.ERROR,
                "verify failed",
                "the object %s of %s is marked: the next save of the same value stores it anew",
                fault.object.digest,
                version,
                artifact=version.artifact,
                version=version.version,
                digest=fault.object.digest,
                reason="gone" if isinstance(fault, MissingObjectError) else "wrong bytes",
            )
        if isinstance(fault, MissingObjectError) and version.bytes_deleted_at is not None:
            message = (
                f"the bytes of {version} were deleted on {version.bytes_deleted_at:%Y-%m-%d %H:%M} UTC, and its "
                "description kept; make the value again, which stores it anew"
            )
            raise MissingObjectError(message, fault.object) from error
        if fault is None or fault is error:
            raise
        raise fault from error


@contextlib.contextmanager
def _reading(reader: Reader, version: ArtifactVersion) -> Iterator[None]:
    """Turn what libraries raise of bytes that they cannot read into an error that says whose they are."""
    try:
        yield
    except ArtifactError:
        raise
    except BaseException as error:
        # A panic of a library in Rust is no Exception; a number is what the system gives, as where a disk is full.
        is_panic = type(error).__name__ == "PanicException"
        if reader.fault is not None or not (isinstance(error, Exception) or is_panic) or getattr(error, "errno", None):
            raise
        said = " ".join(str(error).split())[:300]
        message = (
            f"{version}, a {version.type}, cannot be read: {type(error).__name__}: {said}; its bytes are those that "
            "were recorded: install the libraries that wrote it in their versions, or make it again"
        )
        raise UnsupportedTypeError(message) from error


def _load(reader: Reader, version: ArtifactVersion, columns: Columns | None, path: Sequence[str | int]) -> Any:
    handler: Any = materializers.named(version.materializer).handler
    if columns is not None:
        if path or not hasattr(handler, "load_columns"):
            what = "an item of it" if path else f"a {version.type}"
            message = f"{version} is wanted by {columns}, and {what} cannot be read by columns; leave Columns away"
            raise ConversionError(message)
        return handler.load_columns(reader, columns.labels)
    if path and hasattr(handler, "load_item"):
        with contextlib.suppress(KeyError):  # else the error says what there is
            return handler.load_item(reader, path)
    value = handler.load(reader)
    for key in path:
        value = _item(value, key, version, path)
    return value


def _registered(reader: Reader) -> Path:
    """Return the checked files of registered data: where they lie, if that is this machine, else a copy of them."""
    names = reader.names()
    if not reader.details["folder"]:
        return reader.path(names[0])
    if (folder := reader.place()) is None:
        folder = reader.folder() / within(reader.details["name"])
        folder.mkdir()
        copy_all(reader, folder)
    else:
        each(reader.path, names, FILES_AT_ONCE, "files")
    return folder


def _as_path(reader: FilesReader) -> Path:
    folder = reader.folder()
    copy_all(reader, folder)
    names = reader.names()
    return folder / names[0] if len(names) == 1 else folder


def _item(value: Any, key: str | int, version: ArtifactVersion, path: Sequence[str | int]) -> Any:
    place = f"{version}" + "".join(f"[{part!r}]" for part in path)
    if isinstance(value, (list, tuple)) and isinstance(key, int) and key < len(value):
        return value[key]
    if not isinstance(value, dict):
        message = (
            f"{place!r} cannot be read: the value is a {type(value).__name__}, and only dicts, and lists by number, "
            "have such items"
        )
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
    classes = [kind for kind in (typing.get_origin(member) or member for member in wanted) if _has_instances(kind)]
    if fault is None and (len(classes) < len(wanted) or isinstance(value, tuple(classes)) or object in classes):
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


def _has_instances(kind: Any) -> bool:
    """Whether a value can be asked if it is one: a TypedDict, most protocols and what is no class cannot say."""
    try:
        isinstance(None, kind)
    except TypeError:
        return False
    return isinstance(kind, type)
