"""The code behind values: a function sees the methods of what it is given, whether or not it names the class."""

from __future__ import annotations

import sys
import typing
from typing import TYPE_CHECKING, Any

from airflow_artifacts import materializers
from airflow_artifacts.fingerprint.source import analyse
from airflow_artifacts.fingerprint.source.origin import origin_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from airflow_artifacts.fingerprint.source.origin import Origin

__all__ = ["class_named", "code_of_type", "first_party_classes", "origin_of_type"]


def first_party_classes(annotations: Iterable[Any], first_party: Collection[str]) -> Iterator[type]:
    """Give the classes of the user's own that annotations name, also inside of generics."""
    pending = list(annotations)
    seen: set[int] = set()
    while pending:
        one = pending.pop(0)
        if id(one) in seen:
            continue
        seen.add(id(one))
        pending += typing.get_args(one)
        if isinstance(one, type) and typing.get_origin(one) is None and _is_own(one.__module__, first_party):
            yield one


def origin_of_type(name: str, first_party: Collection[str]) -> Origin:
    """Return whose code the type of a stored value is, by the type's public name."""
    return origin_of(name.rpartition(".")[0], first_party)


def class_named(name: str) -> type | None:
    """Return the class of a public name, as far as it is known here: registered, or defined in an imported module."""
    if (registered := materializers.type_named(name)) is not None:
        return registered
    module, _, qualname = name.rpartition(".")
    found = getattr(sys.modules.get(module), qualname, None)
    return found if isinstance(found, type) else None


def code_of_type(name: str, first_party: Collection[str] = ()) -> str:
    """Return what stands for the code behind values of a type: a version, or the fingerprint of a class.

    Raises:
        FingerprintError: The class reaches something that cannot be told apart.
    """
    origin = origin_of_type(name, first_party)
    if not origin.is_first_party:
        return f"{origin.package} {origin.version}".strip()
    found = class_named(name)
    return name if found is None else analyse(found, first_party=first_party).digest


def _is_own(module: str, first_party: Collection[str]) -> bool:
    return origin_of(module, first_party).is_first_party
