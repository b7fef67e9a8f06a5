"""Tags: what stands in JSON for a value of a type that JSON lacks, such as ``{"$": ["Decimal", "0.10"]}``.

A tag says what plainer value stands for a value, and gives it back. Those of libraries are found by the library's name,
and imported when a value of theirs, or a tag, first appears.
"""

from __future__ import annotations

import dataclasses
import functools
import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["Tag", "find", "named"]


@dataclasses.dataclass(frozen=True, slots=True)
class Tag:
    """How the values of one type are written and read.

    Attributes:
        name: Stands in the file; that of a library's type begins with the library's name and a point.
        take: Returns the plainer value that stands for a value; raises ValueError where there is none.
        give: Returns the value.
    """

    name: str
    take: Callable[[Any], Any]
    give: Callable[[Any], Any]


_HERE = "airflow_artifacts.materializers.tags"
_LIBRARIES = ("numpy", "pandas", "pendulum", "pytz")

_loaded: dict[str, Mapping[type, Tag]] = {}


@functools.lru_cache(maxsize=1024)
def find(kind: type) -> Tag | None:
    """Return the tag of a type, or None."""
    found = _of("builtin").get(kind)
    if found is not None:
        return found
    library = kind.__module__.partition(".")[0]
    if library not in _LIBRARIES:
        return None
    tags = _of(library)
    # The dtypes of numpy's scalars are many classes behind one tag.
    return next((tags[base] for base in kind.__mro__ if base in tags), None)


def named(name: str) -> Tag | None:
    """Return the tag of a name, or None."""
    library, point, _ = name.partition(".")
    if point and library not in _LIBRARIES:
        return None
    tags = _of(library if point else "builtin").values()
    return next((tag for tag in tags if tag.name == name), None)


def _of(library: str) -> Mapping[type, Tag]:
    if library not in _loaded:
        _loaded[library] = importlib.import_module(f"{_HERE}.{library}").TAGS
    return _loaded[library]
