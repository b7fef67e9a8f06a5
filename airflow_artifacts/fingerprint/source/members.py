"""What a class holds that may do something: its methods, descriptors and values, without what Python makes itself."""

from __future__ import annotations

import enum
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["file_of_methods", "members"]

# What Python makes of a class by itself, or what its definition says already.
_MADE = frozenset(
    {
        "__abstractmethods__",
        "__annotate__",
        "__annotate_func__",
        "__annotations__",
        "__annotations_cache__",
        "__dataclass_params__",
        "__dict__",
        "__doc__",
        "__firstlineno__",
        "__match_args__",
        "__module__",
        "__orig_bases__",
        "__parameters__",
        "__qualname__",
        "__slots__",
        "__static_attributes__",
        "__type_params__",
        "__weakref__",
        "_abc_impl",
    }
)


def members(kind: type) -> Iterator[tuple[str, Any]]:
    """Give the names and values that a class defines itself, or was given from outside."""
    for name, value in vars(kind).items():
        if name in _MADE or type(value).__name__ in {"_tuplegetter", "getset_descriptor", "member_descriptor"}:
            continue
        code = getattr(getattr(value, "__func__", value), "__code__", None)
        if isinstance(code, CodeType) and code.co_filename.startswith("<") and "ipython" not in code.co_filename:
            continue
        if name.startswith("__pydantic_") and name != "__pydantic_fields__":
            continue
        if issubclass(kind, enum.Enum) and name.startswith("_") and not isinstance(value, FunctionType):
            continue
        yield name, value


def file_of_methods(kind: type) -> str | None:
    """Return the file of a class whose module has none, by that of its methods."""
    codes = (getattr(value, "__code__", None) for value in vars(kind).values())
    return next((code.co_filename for code in codes if isinstance(code, CodeType)), None)
