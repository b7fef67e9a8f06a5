"""The fingerprint of a value: by its exact type, and for tables per column."""

from __future__ import annotations

import dataclasses
import functools
import sys
from typing import TYPE_CHECKING, Any, TypeVar, overload

from airflow_artifacts.fingerprint import python
from airflow_artifacts.fingerprint.encoding import Encoder, refusal
from airflow_artifacts.registry import TypeRegistry, import_name, public_name

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

E = TypeVar("E", bound="Callable[[Any], object]")

__all__ = ["ValueFingerprint", "describe", "register", "value"]


@dataclasses.dataclass(frozen=True, slots=True)
class ValueFingerprint:
    """What a value is, told apart from every other.

    Attributes:
        digest: Of the whole: ``blake3:`` and 64 hexadecimal digits.
        parts: As JSON. Of a table: the number of ``rows``, the digest of the ``index`` and of the ``frame`` around
            the columns, and ``columns`` as pairs of a label and a digest, in their order; a label that is no text is
            a dict with its fingerprint. Of a list or a tuple: the digests of its ``items``, in their order, unless
            they are more than a task is mapped over.
    """

    digest: str
    parts: Mapping[str, Any] | None = None


_registered: TypeRegistry[Callable[[Any], object]] = TypeRegistry()

_HERE = "airflow_artifacts.fingerprint"
# Airflow maps a task over no more, unless it is told to; the digests of more would be a burden to the database.
_MOST_ITEMS = 1024
# By the public names of types; what encodes them is imported when a value of theirs appears.
_LIBRARIES: Mapping[str, str] = {
    "numpy": f"{_HERE}.arrays:encode",
    "pandas": f"{_HERE}.frames:encode",
    "pyarrow": f"{_HERE}.arrow:encode",
    "polars": f"{_HERE}.polars:encode",
    "pydantic": f"{_HERE}.models:encode",
    "attrs": f"{_HERE}.models:encode",
}
# Their fingerprints are kept per column.
_TABLES = {
    "pandas.DataFrame": "pandas",
    "pandas.core.frame.DataFrame": "pandas",
    "polars.dataframe.frame.DataFrame": "polars",
    "pyarrow.Table": "pyarrow",
    "pyarrow.lib.Table": "pyarrow",
}


def digest_at(value: object, path: str) -> str:
    """Return the fingerprint of a part of a value; messages begin with the path to it.

    Raises:
        FingerprintError: It has none.
    """
    encoder = Encoder(_encode)
    encoder.child(value, path)
    return f"blake3:{encoder.digest().hex()}"


def value(value: object) -> str:
    """Return the fingerprint of a value.

    Raises:
        FingerprintError: It, or something in it, has none; the message names the path to it and the ways out.
    """
    return _describe(value).digest


def describe(value: object) -> ValueFingerprint:
    """Return the fingerprint of a value; of a table with those of its columns, of a list with those of its items.

    Raises:
        FingerprintError: It, or something in it, has none; the message names the path to it and the ways out.
    """
    found = _describe(value)
    if type(value) not in {list, tuple}:
        return found
    items: Any = value
    if not 0 < len(items) <= _MOST_ITEMS:
        return found
    return dataclasses.replace(found, parts={"items": [digest_at(item, "item") for item in items]})


def _describe(value: object) -> ValueFingerprint:
    encoder = Encoder(_encode)
    parts: Mapping[str, Any] | None = None
    if (kind := _TABLES.get(public_name(type(value)))) is not None and kind in sys.modules:
        table: Any = import_name(_LIBRARIES[kind].replace(":encode", ":describe"))
        parts = table(encoder, value)
    else:
        encoder.child(value, "value")
    return ValueFingerprint(f"blake3:{encoder.digest().hex()}", parts)


@overload
def register(type_: type | str) -> Callable[[E], E]: ...


@overload
def register(type_: type | str, encoder: Callable[[Any], object]) -> None: ...


def register(type_: type | str, encoder: Callable[[Any], object] | None = None) -> Any:
    """Give the values of a type a fingerprint; also a decorator of the encoder.

    Only of exactly this type: a subclass may differ in what its base does not know of.

    Args:
        type_: The type, or its dotted public name such as ``"sklearn.linear_model.Ridge"``.
        encoder: Returns plain data that stands for a value: two values may share it only if no function can tell
            them apart.
    """
    if encoder is None:

        def decorate(given: E) -> E:
            register(type_, given)
            return given

        return decorate
    # A handler by name is what the registry imports; an encoder is one itself.
    _registered.register(type_, encoder)
    return None


def is_registered(type_: type) -> bool:
    """Say whether a type was given a fingerprint by :func:`register`."""
    return _registered.find(type_) is not None


def _encode(encoder: Encoder, value: Any, path: str) -> None:
    kind = type(value)
    plain = python.ENCODERS.get(kind)
    if plain is not None:
        plain(encoder, value, path)
        return
    registration = _registered.find(kind)
    if registration is not None:
        encoder.node("registered", registration.name.encode())
        encoder.child(registration.handler(value), path)
        return
    if python.encode_class(encoder, value, path):
        return
    for library in _libraries(kind):
        if _library(library)(encoder, value, path):
            return
    raise refusal(path, f"is of type {public_name(kind)}")


def _libraries(kind: type) -> list[str]:
    """Return the libraries that may know a type, those that are imported alone: no value can be of another's."""
    roots: set[str] = {base.__module__.partition(".")[0] for base in kind.__mro__}
    known = ("numpy", "pandas", "polars", "pyarrow", "pydantic")
    found = [name for name in known if name in roots and name in sys.modules]
    return [*found, "attrs"] if hasattr(kind, "__attrs_attrs__") else found


@functools.cache
def _library(name: str) -> Callable[[Encoder, Any, str], bool]:
    found: Any = import_name(_LIBRARIES[name])
    return found  # type: ignore[no-any-return]


def _late(name: str) -> Callable[[Any], object]:
    """Return an encoder that is imported when it is first called."""

    def encode(value: Any) -> object:
        encoder: Any = import_name(name)
        return encoder(value)

    return encode


def _place(path: Any) -> object:
    """Return where a path in object storage leads: its URL with its connection, and what else it was given."""
    return str(path), dict(path.storage_options)


for _name in ("HTML", "Markdown", "CSV", "JSON"):
    register(f"airflow_artifacts.texts.{_name}", str)
register("PIL.Image.Image", _late(f"{_HERE}.media:image"))
for _name in ("torch.Tensor", "torch.nn.Parameter"):
    register(_name, _late(f"{_HERE}.media:tensor"))
register("airflow.sdk.io.path.ObjectStoragePath", _place)
