"""Cache keys: named parts, each with a digest of its own, and one digest over those that count.

A key is a fingerprint of typed, length-prefixed parts behind a format version, so that no two calls that differ share
one by construction. What a secret goes into is told apart by a keyed hash, and never shown.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airflow_artifacts import fingerprint
from airflow_artifacts.annotations import columns_of, describe, members
from airflow_artifacts.entries import CacheKey, KeyPart, PartKind
from airflow_artifacts.exceptions import FingerprintError
from airflow_artifacts.model import ArtifactRef, ArtifactVersion, Digest
from airflow_artifacts.store.digests import digest_of_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from airflow_artifacts.annotations import Columns
    from airflow_artifacts.signature import Output

__all__ = [
    "Secrets",
    "context_part",
    "file_part",
    "input_part",
    "key_of",
    "masked_part",
    "occasion_part",
    "output_part",
    "secret_part",
    "value_part",
    "view",
]

_FORMAT = 1
# A parameter longer than this is shown by its beginning.
_SHOWN = 200


class Secrets:
    """Tells secrets apart without storing them.

    Args:
        key: The deployment's own; None where it has none.
    """

    def __init__(self, key: bytes | None) -> None:
        self._key = key

    def digest(self, text: str, place: str) -> str:
        """Return what stands for a secret.

        Raises:
            FingerprintError: There is no key.
        """
        if not self._key:
            message = (
                f"{place} may be secret, and without a key of the deployment it cannot be told apart safely; "
                "set [core] fernet_key (AIRFLOW__CORE__FERNET_KEY)"
            )
            raise FingerprintError(message)
        return f"hmac:{hmac.new(self._key, text.encode('utf-8', 'surrogatepass'), hashlib.sha256).hexdigest()}"


def key_of(parts: Iterable[KeyPart]) -> CacheKey:
    """Return the key of some parts, in whatever order they were found."""
    ordered = sorted(parts, key=lambda part: (part.kind.value, part.name, part.digest))
    counted = tuple((part.kind.value, part.name, part.digest) for part in ordered if part.counts)
    return CacheKey(Digest(fingerprint.value(("cache key", _FORMAT, counted))), tuple(ordered))


def view(version: ArtifactVersion, annotation: Any, path: Sequence[str | int] = ()) -> tuple[str, ...]:
    """Return what a function can see of a version that it takes as an annotation says.

    A loaded value is seen by its fingerprint and the type that it loads as, files by the manifest, a description by
    the version itself.
    """
    wanted = members(annotation)
    if ArtifactVersion in wanted and not path:
        return ("description", version.id)
    if ArtifactRef in wanted:
        return ("reference", version.id, *map(repr, path))
    manifest = fingerprint.value(version.manifest.to_json())
    if not path and Path in wanted and version.materializer != "pathlib.Path":
        return ("files", manifest)
    as_stored = (
        Any in wanted or version.type in {describe(member) for member in wanted} or version.type in _classes(wanted)
    )
    loads_as = version.type if as_stored else describe(annotation)
    if path and (item := _seen_item(version, path)) is not None:
        return ("item", item, loads_as, *map(repr, path[1:]))
    columns = columns_of(annotation)
    if columns is not None and not path and (seen := _seen_columns(version, columns)) is not None:
        return ("columns", *seen, version.type, loads_as)
    return ("value", version.fingerprint or manifest, version.type, loads_as, *map(repr, path))


def _seen_item(version: ArtifactVersion, path: Sequence[str | int]) -> str | None:
    """Return the fingerprint of that item of a list which a path leads into; None where it is not known."""
    items = (version.parts or {}).get("items", ())
    first = path[0]
    return items[first] if isinstance(first, int) and first < len(items) else None


def _seen_columns(version: ArtifactVersion, columns: Columns) -> list[str] | None:
    """Return what stands for some columns of a table; None where they cannot be told apart, or are not there."""
    known = version.parts
    if known is None or "columns" not in known:
        return None
    seen = [str(known["rows"]), str(known["index"]), str(known["frame"])]
    for label in columns.labels:
        name = label if type(label) is str else {"fingerprint": fingerprint.value(label)}
        found = [digest for each, digest in known["columns"] if each == name]
        if len(found) != 1:
            return None
        seen += [fingerprint.value(label), found[0]]
    return seen


def input_part(name: str, version: ArtifactVersion, annotation: Any, path: Sequence[str | int] = ()) -> KeyPart:
    """Return the part of an artifact that a function takes."""
    shown = f"{version}" + "".join(f"[{key!r}]" for key in path)
    digest = fingerprint.value(view(version, annotation, path))
    return KeyPart(kind=PartKind.INPUT, name=name, digest=digest, shown=shown)


def masked_part(  # noqa: PLR0917 - what a part is made of
    kind: PartKind, name: str, value: object, recorded: object, mask: Callable[[str, Any], Any], secrets: Secrets
) -> KeyPart:
    """Return the part of a value that may hold secrets, such as a literal argument.

    Args:
        kind: What it stands for.
        name: The parameter.
        value: As the function takes it.
        recorded: As JSON.
        mask: Hides what is secret in a value, given its name and JSON.
        secrets: Tells apart what is hidden.

    Raises:
        FingerprintError: The value has no fingerprint, or is secret and cannot be told apart.
    """
    digest = fingerprint.value(value)
    if mask(name, recorded) != recorded:
        return secret_part(kind, name, digest, secrets)
    return KeyPart(kind=kind, name=name, digest=digest, shown=_short(recorded))


def secret_part(kind: PartKind, name: str, text: str, secrets: Secrets) -> KeyPart:
    """Return the part of a value that is not to be stored.

    Raises:
        FingerprintError: There is no key by which to tell it apart.
    """
    return KeyPart(kind=kind, name=name, digest=secrets.digest(text, f"the {kind.value} {name!r}"))


def value_part(kind: PartKind, name: str, value: object) -> KeyPart:
    """Return the part of a value that holds no secret.

    Raises:
        FingerprintError: It has no fingerprint.
    """
    return KeyPart(kind=kind, name=name, digest=fingerprint.value(value), shown=_short(value))


def context_part(name: str, value: object) -> KeyPart:
    """Return the part of a value that Airflow fills.

    Raises:
        FingerprintError: It is neither JSON, a date, nor a list or dict of these.
    """
    return value_part(PartKind.CONTEXT, name, _context_value(name, value))


def occasion_part(occasion: Sequence[str]) -> KeyPart:
    """Return the part of what a run stands for."""
    kind, *values = occasion
    return KeyPart(
        kind=PartKind.INTERVAL,
        name="run",
        digest=fingerprint.value(tuple(occasion)),
        shown=f"{kind} {', '.join(values)}",
    )


def output_part(output: Output, materializer: str | None) -> KeyPart:
    """Return the part of a declared output: its name, its type, and what writes it where the task says so."""
    annotation = describe(output.annotation)
    shown = annotation if materializer is None else f"{annotation} by {materializer}"
    form = None if output.artifact is None else output.artifact.format
    if form is not None:
        shown = f"{shown} as {form}"
    return KeyPart(
        kind=PartKind.OUTPUT,
        name=output.name,
        digest=fingerprint.value(("output", annotation, materializer, form)),
        shown=shown,
    )


def file_part(path: Path, name: str) -> list[KeyPart]:
    """Return the parts of a file, or of all files of a folder, by their bytes.

    Raises:
        FingerprintError: It does not exist or cannot be read.
    """
    try:
        if path.is_dir():
            found = {f"{name}/{file.relative_to(path).as_posix()}": file for file in path.rglob("*") if file.is_file()}
        else:
            found = {name: path}
        return [
            KeyPart(kind=PartKind.FILE, name=key, digest=digest_of_file(file), place=str(file))
            for key, file in sorted(found.items())
        ]
    except OSError as error:
        message = f"the file {name!r} of .include(files=…) cannot be read: {error}; name one beside the DAG file"
        raise FingerprintError(message) from error


def _classes(wanted: Sequence[Any]) -> set[str]:
    origins = (getattr(member, "__origin__", member) for member in wanted)
    return {describe(origin) for origin in origins if isinstance(origin, type)}


def _short(value: object) -> str:
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


def _context_value(name: str, value: object) -> object:
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, datetime):
        return ("datetime", value.isoformat(), str(value.tzinfo))
    if isinstance(value, date):
        return ("date", value.isoformat())
    if isinstance(value, Mapping):
        return {key: _context_value(f"{name}[{key!r}]", item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_context_value(f"{name}[{index}]", item) for index, item in enumerate(value)]
    message = (
        f"the context value {name!r} is a {type(value).__name__}, which belongs to one task instance; take what the "
        "function needs of it instead, such as ds or data_interval_start"
    )
    raise FingerprintError(message)
