"""What an annotation means for a value: resolving it, checking against it, and coercing to it.

pydantic does the checking. Annotations that it cannot express (``npt.NDArray[np.float64]``, say) count by their
class; names that exist for type checkers only (imports under ``TYPE_CHECKING``) count as ``Any``.
"""

from __future__ import annotations

import builtins
import collections.abc
import contextlib
import dataclasses
import functools
import inspect
import sys
import types
import typing
from typing import TYPE_CHECKING, Annotated, Any, Union

from typing_extensions import is_typeddict

from airflow_artifacts.exceptions import DeclarationError
from airflow_artifacts.registry import public_name

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pydantic import TypeAdapter

__all__ = [
    "Columns",
    "accepts_none",
    "coerce",
    "columns_of",
    "describe",
    "element",
    "is_lazy",
    "may_be_list",
    "members",
    "mismatch",
    "resolve",
    "strip",
]

_UNIONS = (Union, types.UnionType)
_LAZY = (
    Any,
    object,
    inspect.Parameter.empty,
    collections.abc.Collection,
    collections.abc.Iterable,
    collections.abc.Iterator,
    collections.abc.Reversible,
    collections.abc.Sequence,
)


@dataclasses.dataclass(frozen=True, init=False)
class Columns:
    """Loads some columns of a table only: ``Annotated[pd.DataFrame, Columns("a", "b")]``, with the index.

    Their bytes alone are fetched, and the task's cache key changes with them alone.

    Args:
        labels: Of the columns, in the order in which they are wanted.

    Raises:
        DeclarationError: None is named, or one twice.
    """

    labels: tuple[Any, ...]

    def __init__(self, *labels: Any) -> None:
        if not labels or len(set(labels)) < len(labels):
            message = f"Columns{labels!r} must name different columns; write Columns('a', 'b')"
            raise DeclarationError(message)
        object.__setattr__(self, "labels", labels)


class _Unknown:
    """Stands for a name that only type checkers know, and for all that is made from it."""

    def __getattr__(self, name: str) -> _Unknown:
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __getitem__(self, key: object) -> _Unknown:
        return self

    def __or__(self, other: object) -> _Unknown:
        return self

    __ror__ = __or__

    def __call__(self) -> None:
        """Be callable, as typing asks of what stands in a generic."""


class _Names(dict[str, Any]):
    """The names of a function's annotations; those that do not exist at run time are unknown."""

    def __missing__(self, name: str) -> Any:
        return _UNKNOWN if not hasattr(builtins, name) else getattr(builtins, name)


_UNKNOWN = _Unknown()


def resolve(function: Callable[..., Any]) -> dict[str, Any]:
    """Return a function's annotations by parameter, and under ``return``, evaluated.

    An annotation, or the part of one, that names what only a type checker imports is ``Any``.
    """
    function = inspect.unwrap(function)
    names = _Names(getattr(function, "__globals__", {}))
    if code := getattr(function, "__code__", None):
        cells = zip(code.co_freevars, function.__closure__ or (), strict=True)
        names.update({name: cell.cell_contents for name, cell in cells if _is_filled(cell)})
    return {name: _known(_evaluate(annotation, names)) for name, annotation in _raw(function).items()}


def strip(annotation: Any) -> tuple[Any, tuple[Any, ...]]:
    """Return what ``Annotated`` wraps, and what it adds."""
    if typing.get_origin(annotation) is Annotated:
        return annotation.__origin__, annotation.__metadata__
    return annotation, ()


def members(annotation: Any) -> tuple[Any, ...]:
    """Return the alternatives of a union, or the annotation alone, none of them ``Annotated``."""
    annotation, _ = strip(annotation)
    if typing.get_origin(annotation) in _UNIONS:
        return tuple(member for part in typing.get_args(annotation) for member in members(part))
    return (type(None) if annotation is None else annotation,)


def columns_of(annotation: Any) -> Columns | None:
    """Return which columns an annotation asks for; None where it asks for all."""
    bare, extras = strip(annotation)
    found = next((extra for extra in extras if isinstance(extra, Columns)), None)
    if found is None and typing.get_origin(bare) in _UNIONS:
        return next((one for one in map(columns_of, typing.get_args(bare)) if one is not None), None)
    return found


def accepts_none(annotation: Any) -> bool:
    """Whether None fits; it fits ``Any`` and no annotation."""
    return any(member in (type(None), Any, object, inspect.Parameter.empty) for member in members(annotation))


def element(annotation: Any, key: object) -> Any:
    """Return the annotation of one item of a list, a tuple or a dict; ``Any`` where it says nothing."""
    for member in members(annotation):
        arguments = typing.get_args(member)
        origin = typing.get_origin(member)
        if not isinstance(origin, type) or not arguments:
            continue
        if issubclass(origin, tuple) and isinstance(key, int):
            fixed = len(arguments) != 2 or arguments[1] is not Ellipsis  # noqa: PLR2004 - tuple[T, ...]
            return arguments[key] if fixed and key < len(arguments) else arguments[0]
        if isinstance(key, str) and len(arguments) == 2:  # noqa: PLR2004 - a mapping's key and value
            return arguments[1]
        return arguments[0]
    return Any


def is_lazy(annotation: Any) -> bool:
    """Whether a sequence that loads its items when they are asked for fits: no list, tuple or set is asked for."""
    return all((typing.get_origin(one) or one) in _LAZY for one in members(annotation))


def may_be_list(annotation: Any) -> bool:
    """Whether a value that fits may be a list or a tuple."""
    kinds = [typing.get_origin(one) or one for one in members(annotation)]
    return any(not isinstance(kind, type) or kind in _LAZY or issubclass(kind, (list, tuple)) for kind in kinds)


def describe(annotation: Any) -> str:
    """Return an annotation as a reader would write it."""
    annotation, _ = strip(annotation)
    return public_name(annotation) if type(annotation) is type else str(annotation).replace("typing.", "")


def mismatch(value: object, annotation: Any) -> str | None:
    """Return why a value does not fit an annotation, or None where it does.

    Deep: ``list[int]`` refuses ``["a"]`` and names the item. An ``int`` passes for a ``float``; nothing else is
    converted.
    """
    if annotation is Any or annotation is inspect.Parameter.empty:
        return None
    from pydantic import ValidationError  # noqa: PLC0415 - costs 0.1 s, which only a task that runs pays

    try:
        _adapter(annotation).validate_python(value, strict=True)
    except ValidationError as error:
        return _first_fault(error)
    return None


def coerce(value: object, annotation: Any) -> tuple[Any, str | None]:
    """Return a parameter's value as its annotation wants it, and why that is impossible where it is.

    As pydantic does by default: ``"0.2"`` becomes a ``float``, ``"2026-11-23"`` a ``date``, a dict a dataclass.
    """
    if annotation is Any or annotation is inspect.Parameter.empty:
        return value, None
    from pydantic import ValidationError  # noqa: PLC0415 - costs 0.1 s, which only a task that runs pays

    try:
        return _adapter(annotation).validate_python(value), None
    except ValidationError as error:
        return None, _first_fault(error)


def _first_fault(error: Any) -> str:
    first = error.errors(include_url=False, include_context=False)[0]
    # A union's members and a chain's steps name themselves in the place, in brackets or as types: only keys count.
    place = "".join(f"[{part!r}]" for part in first["loc"] if isinstance(part, int) or part.isidentifier())
    found = repr(first["input"])
    found = found if len(found) <= 60 else f"{found[:57]}…"  # noqa: PLR2004 - what fits a line of a log
    return f"{'at ' + place + ': ' if place else ''}{first['msg']}, got {found} ({type(first['input']).__name__})"


def _adapter(annotation: Any) -> TypeAdapter[Any]:
    try:
        return _cached_adapter(annotation)
    except TypeError:  # not hashable, as Literal[[…]] is
        return _new_adapter(annotation)


@functools.lru_cache(maxsize=256)
def _cached_adapter(annotation: Any) -> TypeAdapter[Any]:
    return _new_adapter(annotation)


def _new_adapter(annotation: Any) -> TypeAdapter[Any]:
    from pydantic import ConfigDict, TypeAdapter  # noqa: PLC0415 - as above

    # pydantic's own models refuse a configuration beside their own, types of others may raise whatever they like while
    # they are asked for a schema, and fields may name what only a type checker imports.
    for config in (ConfigDict(arbitrary_types_allowed=True), None):
        with contextlib.suppress(Exception):
            adapter: TypeAdapter[Any] = TypeAdapter(annotation, config=config)
            if adapter.pydantic_complete:
                return adapter
    return TypeAdapter(_by_class(annotation))


def _by_class(annotation: Any) -> Any:
    """Return an annotation in which what pydantic has no schema for counts by its class alone."""
    annotation, _ = strip(annotation)
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in _UNIONS:
        return Union[tuple(_by_class(argument) for argument in arguments)]  # noqa: UP007 - made at run time
    if origin in (list, set, frozenset, dict, tuple):
        return origin[tuple(a if a is Ellipsis else _by_class(a) for a in arguments)]
    candidate = origin if isinstance(origin, type) else annotation
    if is_typeddict(candidate):  # before Python 3.12 pydantic reads those of typing_extensions only
        return dict
    if getattr(candidate, "_is_protocol", False) or not isinstance(candidate, type):
        return Any
    return candidate if candidate.__module__ == "builtins" else Annotated[Any, _InstanceOf(candidate)]


class _InstanceOf:
    """Lets a class count without a look at its fields, which may be of types that pydantic has no schema for."""

    def __init__(self, wanted: type) -> None:
        self._wanted = wanted

    def __get_pydantic_core_schema__(self, *_: object) -> Any:
        from pydantic_core import core_schema  # noqa: PLC0415 - as above

        return core_schema.is_instance_schema(self._wanted)


def _raw(function: Callable[..., Any]) -> Mapping[str, Any]:
    if sys.version_info >= (3, 14):
        import annotationlib  # noqa: PLC0415 - new in Python 3.14

        return annotationlib.get_annotations(function, format=annotationlib.Format.FORWARDREF)
    return getattr(function, "__annotations__", {})


def _evaluate(annotation: Any, names: Mapping[str, Any]) -> Any:
    if isinstance(annotation, typing.ForwardRef):
        annotation = annotation.__forward_arg__
    if isinstance(annotation, str):
        try:
            annotation = eval(annotation, {}, names)  # noqa: S307 - the user's own code, as typing evaluates it
        except Exception:  # noqa: BLE001 - an annotation may be any expression; one that fails says nothing
            return Any
        return _evaluate(annotation, names)
    if any(isinstance(argument, (str, typing.ForwardRef)) for argument in typing.get_args(annotation)):
        return _with_arguments(annotation, names)
    return type(None) if annotation is None else annotation


def _with_arguments(annotation: Any, names: Mapping[str, Any]) -> Any:
    """Evaluate the quoted names inside ``list["Model"]``."""
    if typing.get_origin(annotation) is typing.Literal:
        return annotation
    if typing.get_origin(annotation) is Annotated:
        return Annotated[(_evaluate(annotation.__origin__, names), *annotation.__metadata__)]
    arguments = tuple(_evaluate(argument, names) for argument in typing.get_args(annotation))
    if typing.get_origin(annotation) in _UNIONS:
        return Union[arguments]  # noqa: UP007 - made at run time
    return typing.get_origin(annotation)[arguments]


def _known(annotation: Any) -> Any:
    """Replace what is unknown by ``Any``, and keep what surrounds it."""
    if isinstance(annotation, _Unknown):
        return Any
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is Annotated:
        return Annotated[(_known(annotation.__origin__), *annotation.__metadata__)]
    if not any(isinstance(argument, _Unknown) or typing.get_args(argument) for argument in arguments):
        return annotation
    if origin in _UNIONS:
        return Union[tuple(_known(argument) for argument in arguments)]  # noqa: UP007 - made at run time
    if origin in (list, set, frozenset, dict, tuple):
        return origin[tuple(_known(argument) for argument in arguments)]
    return annotation


def _is_filled(cell: types.CellType) -> bool:
    try:
        cell.cell_contents  # noqa: B018 - raises where the name has no value yet
    except ValueError:
        return False
    return True
