"""What a live object that is neither function, class nor module consists of.

Instances are their class with their attributes; only objects whose class is written in Python are taken apart so,
since nothing else says that their attributes are all they hold.
"""

from __future__ import annotations

import collections
import dataclasses
import enum
import functools
import logging
import operator
import struct
import types
import typing
from typing import Any

from airflow_artifacts.exceptions import FingerprintError
from airflow_artifacts.fingerprint import python, values
from airflow_artifacts.registry import public_module, public_name

__all__ = ["Pieces", "Plain", "Refused", "pieces_of", "token_of"]

_HEAP_TYPE = 1 << 9
_POINTER = struct.calcsize("P")
_LONGEST_TOKEN = 200
_C_FUNCTIONS = (
    types.BuiltinFunctionType,
    types.MethodDescriptorType,
    types.WrapperDescriptorType,
    types.MethodWrapperType,
    types.ClassMethodDescriptorType,
)
_LOCKS = frozenset({"_thread.lock", "_thread.RLock"})
_CONTAINERS: tuple[type, ...] = (
    list,
    tuple,
    dict,
    set,
    frozenset,
    collections.OrderedDict,
    collections.Counter,
    collections.deque,
    types.MappingProxyType,
)


class Refused(Exception):  # noqa: N818 - it becomes the error that names the path
    """An object cannot be told apart; the text says what it is."""


@dataclasses.dataclass(frozen=True)
class Plain:
    """A value that has a fingerprint."""

    digest: str


@dataclasses.dataclass(frozen=True)
class Pieces:
    """An object that consists of others.

    Attributes:
        texts: What is said of it besides.
        pieces: The others, each with the step that leads there.
        module: Of a function in C: where it is defined.
    """

    tag: str
    texts: tuple[str, ...] = ()
    pieces: tuple[tuple[str, Any], ...] = ()
    module: str | None = None


def token_of(value: Any) -> str | None:
    """Return a text that stands for a small plain value, and for no other."""
    kind = type(value)
    if value is None or kind in (bool, int, float, complex, str, bytes, type(Ellipsis)):
        text = repr(value)
        if len(text) <= _LONGEST_TOKEN:
            return f"={kind.__name__}:{len(text)}:{text}"
    return None


def pieces_of(value: Any) -> Plain | Pieces:  # noqa: C901, PLR0911, PLR0912 - one case for each kind of object
    """Return what an object consists of.

    Raises:
        Refused: That cannot be known.
    """
    kind = type(value)
    if values.is_registered(kind):
        return _plain(value)
    if isinstance(value, types.MethodType):
        return Pieces("method", (), (("__func__", value.__func__), ("__self__", value.__self__)))
    if isinstance(value, _C_FUNCTIONS):
        return _in_c(value)
    if isinstance(value, functools.partial):
        keywords = tuple(sorted(value.keywords.items()))
        return Pieces("partial", (), (("func", value.func), ("args", value.args), ("keywords", keywords)))
    if isinstance(value, functools.partialmethod):
        keywords = tuple(sorted(value.keywords.items()))
        return Pieces("partialmethod", (), (("func", value.func), ("args", value.args), ("keywords", keywords)))
    if isinstance(value, (operator.attrgetter, operator.itemgetter, operator.methodcaller)):
        return Pieces("operator", (), (("made", value.__reduce__()),))
    if isinstance(value, property):
        return Pieces("property", (), (("fget", value.fget), ("fset", value.fset), ("fdel", value.fdel)))
    if isinstance(value, (classmethod, staticmethod)):
        return Pieces(kind.__name__, (), (("__func__", value.__func__),))
    if isinstance(value, functools.cached_property):
        return Pieces("cached_property", (), (("func", value.func),))
    if isinstance(value, functools.singledispatchmethod):
        return Pieces("singledispatchmethod", (), (("dispatcher", value.dispatcher),))
    if hasattr(value, "cache_parameters") and hasattr(value, "__wrapped__"):
        parameters = tuple(sorted(value.cache_parameters().items()))
        return Pieces("lru_cache", (str(parameters),), ((value.__wrapped__.__name__, value.__wrapped__),))
    if isinstance(value, logging.Logger):
        return Pieces("logger", (public_module(value.name),))
    if public_name(kind) in _LOCKS:
        return Pieces("lock")
    if _is_typing(value):
        return _typing(value)
    if isinstance(value, enum.Enum):
        return Pieces("enum", (str(value.name),), (("class", kind), ("value", value.value)))
    if isinstance(value, _CONTAINERS) and kind in _CONTAINERS:
        return _container(value)
    if kind is collections.defaultdict:
        items = tuple(part for pair in value.items() for part in pair)
        return Pieces("defaultdict", (), (("default_factory", value.default_factory), ("items", items)))
    if kind in python.ENCODERS:
        return _plain(value)
    if _is_python(kind):
        return _instance(value)
    try:
        return _plain(value)
    except Refused:
        if callable(value) and hasattr(value, "__name__"):
            module = getattr(value, "__module__", None) or kind.__module__
            return Pieces("callable", (public_name(kind), str(value.__name__)), module=str(module))
        raise


def _plain(value: Any) -> Plain:
    try:
        return Plain(values.value(value))
    except FingerprintError:
        raise Refused(f"is a {public_name(type(value))}") from None  # noqa: EM102, TRY003 - the error's whole text


def _in_c(value: Any) -> Pieces:
    owner = getattr(value, "__self__", None)
    name = getattr(value, "__qualname__", value.__name__)
    if owner is None or isinstance(owner, (types.ModuleType, type)):
        cls = getattr(value, "__objclass__", None)
        module = value.__module__ if getattr(value, "__module__", None) else getattr(cls, "__module__", None)
        return Pieces("function in C", (name,), module=str(module or "builtins"))
    return Pieces("bound function in C", (name,), (("__self__", owner),), module=type(owner).__module__)


def _container(value: Any) -> Pieces | Plain:
    """Return the items of a container; their order counts, as code may go through them in it."""
    kind = type(value)
    tag = kind.__name__
    if isinstance(value, (set, frozenset)):
        items: list[Any] = sorted(value, key=_order)
        return Pieces(tag, (str(len(items)),), tuple(("item", one) for one in items))
    if isinstance(value, (list, tuple, collections.deque)):
        extra = (str(value.maxlen),) if isinstance(value, collections.deque) else ()
        items = list(value)
        if _all_simple(items):
            return Pieces(tag, (*extra, values.value(items)))
        return Pieces(tag, (*extra, str(len(items))), tuple((f"[{i}]", one) for i, one in enumerate(items)))
    keys, items = list(value.keys()), list(value.values())
    if _all_simple(keys) and _all_simple(items):
        return Pieces(tag, (values.value(keys), values.value(items)))
    pieces = [(f"key {number}", key) for number, key in enumerate(keys)]
    pieces += [(f"[{key!r}]" if isinstance(key, str) else "[…]", one) for key, one in zip(keys, items, strict=True)]
    return Pieces(tag, (str(len(keys)),), tuple(pieces))


def _all_simple(items: list[Any]) -> bool:
    return {type(one) for one in items} <= {bool, int, float, str, bytes, type(None)}


def _order(value: Any) -> tuple[str, str]:
    """Return a key by which items of a set stand in the same order in every process."""
    name = getattr(value, "__qualname__", None)
    if isinstance(name, str):
        return public_name(type(value)), f"{value.__module__}.{name}"
    try:
        return public_name(type(value)), values.value(value)
    except FingerprintError:
        raise Refused(f"is a set of {public_name(type(value))}") from None  # noqa: EM102, TRY003 - the whole text


def _is_typing(value: Any) -> bool:
    if isinstance(value, (types.GenericAlias, types.UnionType)):
        return True
    return type(value).__module__ in {"typing", "typing_extensions"}


def _typing(value: Any) -> Pieces:
    origin = typing.get_origin(value)
    if origin is not None:
        pieces = [("origin", origin), *(("argument", one) for one in typing.get_args(value))]
        return Pieces("generic", (), tuple(pieces))
    bound = getattr(value, "__bound__", None)
    supertype = getattr(value, "__supertype__", None)
    return Pieces("typing", (type(value).__name__, str(value)), (("bound", bound), ("supertype", supertype)))


def _is_python(kind: type) -> bool:
    """Whether instances of a class consist of their attributes, and of what a builtin base holds."""
    known = {object, int, float, str, bytes, tuple, list, dict, set, frozenset, Exception, BaseException}
    return all(base in known or _is_heap(base) for base in kind.__mro__) and not _is_library(kind)


def _is_heap(kind: type) -> bool:
    """Whether a class adds nothing to what its base holds but slots, attributes and weak references."""
    slots = vars(kind).get("__slots__", ())
    places = (1 if isinstance(slots, str) else len(tuple(slots))) + sum(
        name in vars(kind) for name in ("__dict__", "__weakref__")
    )
    more: int = kind.__basicsize__ - kind.__base__.__basicsize__ if kind.__base__ is not None else 0
    return bool(kind.__flags__ & _HEAP_TYPE) and more <= places * _POINTER


def _is_library(kind: type) -> bool:
    """Whether a library whose values have fingerprints made a class."""
    return kind.__module__.partition(".")[0] in {"numpy", "pandas", "pyarrow"}


def _instance(value: Any) -> Pieces:
    kind = type(value)
    pieces: list[tuple[str, Any]] = [("class", kind)]
    held: tuple[Any, ...] = (int, float, str, bytes, tuple, list, dict, set, frozenset)
    pieces += [(f"as {base.__name__}", base(value)) for base in held if isinstance(value, base)]
    if isinstance(value, BaseException):
        pieces.append(("args", value.args))
    state = dict(getattr(value, "__dict__", {}))
    for base in kind.__mro__:
        slots = vars(base).get("__slots__", ())
        for slot in (slots,) if isinstance(slots, str) else tuple(slots):
            name = f"_{base.__name__.lstrip('_')}{slot}" if slot.startswith("__") and not slot.endswith("__") else slot
            if name not in {"__dict__", "__weakref__"} and hasattr(value, name):
                state[name] = getattr(value, name)
    cached = {
        name
        for base in kind.__mro__
        for name, attribute in vars(base).items()
        if isinstance(attribute, functools.cached_property)
    }
    pieces += [(f".{name}", one) for name, one in sorted(state.items()) if name not in cached]
    return Pieces("instance", tuple(sorted(set(state) - cached)), tuple(pieces))
