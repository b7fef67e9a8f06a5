"""Classes of the user's own that say what they consist of: enumerations, named tuples, dataclasses, attrs, pydantic.

A value is written as its class's public name and its parts. It is read by filling a new instance, without calling its
class, so that nothing of the user's runs and nothing is computed anew.
"""

from __future__ import annotations

import dataclasses
import enum
import functools
import sys
from typing import TYPE_CHECKING, Any

from airflow_artifacts.exceptions import UnsupportedTypeError
from airflow_artifacts.registry import class_named, public_name

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["KINDS", "kind_of", "moved"]

_moved: dict[str, str | type] = {}


def moved(old: str, new: str | type) -> None:
    """Say where a class is now that values were written with under another name.

    Args:
        old: The public name it had, as the error says it.
        new: The class, or its dotted name.
    """
    _moved[old] = new


class Kind:
    """How the values of one kind of class are taken apart and made again.

    Attributes:
        name: Stands in the file.
    """

    def __init__(
        self,
        name: str,
        is_one: Callable[[type], bool],
        take: Callable[[Any], Any],
        give: Callable[[type, Any], Any],
    ) -> None:
        self.name = name
        self.is_one = is_one
        self._take = take
        self._give = give

    def take(self, value: Any) -> list[Any]:
        """Return the name of a value's class, and its parts.

        Raises:
            ValueError: The class cannot be found by its name, or the value holds more than its parts.
        """
        kind = type(value)
        name = public_name(kind)
        if class_named(name, load=False) is not kind:
            message = f"is a {name}, which cannot be found again by that name; define the class at the top of a module"
            raise ValueError(message)
        return [name, self._take(value)]

    def give(self, payload: list[Any]) -> Any:
        """Return the value.

        Raises:
            UnsupportedTypeError: The class is gone, of another kind, or has other fields.
        """
        name, parts = payload
        place = _moved.get(name, name)
        found = place if isinstance(place, type) else class_named(place)
        if found is None or not self.is_one(found):
            what = "does not exist here" if found is None else f"is no {self.name} any more"
            message = (
                f"the class {name!r} of a stored value {what}; if it has moved, say "
                f"materializers.moved({name!r}, 'its.new.name') before you load"
            )
            raise UnsupportedTypeError(message)
        try:
            return self._give(found, parts)
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            message = f"a stored value does not fit the class {name!r} as it is now: {error}"
            raise UnsupportedTypeError(message) from error


def kind_of(type_: type) -> Kind | None:
    """Return the kind of a class, or None where it does not say what its values consist of."""
    return next((kind for kind in KINDS.values() if kind.is_one(type_)), None)


def _take_enum(value: enum.Enum) -> dict[str, Any]:
    return {"value": value.value} if isinstance(value, enum.Flag) else {"name": value.name}


def _give_enum(kind: type, parts: Mapping[str, Any]) -> Any:
    of: Any = kind
    return of(parts["value"]) if "value" in parts else of[parts["name"]]


def _is_namedtuple(kind: type) -> bool:
    return tuple in kind.__bases__ and hasattr(kind, "_fields")


def _take_namedtuple(value: Any) -> dict[str, Any]:
    return dict(zip(value._fields, value, strict=True))


def _give_namedtuple(kind: type, parts: Mapping[str, Any]) -> Any:
    of: Any = kind
    if set(parts) - set(of._fields):
        message = f"it lacks the field {min(set(parts) - set(of._fields))!r}"
        raise ValueError(message)
    return of(**parts)


def _is_dataclass(kind: type) -> bool:
    return dataclasses.is_dataclass(kind) and "__pydantic_fields__" not in vars(kind) and _is_plain(kind)


def _is_attrs(kind: type) -> bool:
    return hasattr(kind, "__attrs_attrs__") and _is_plain(kind)


def _is_plain(kind: type) -> bool:
    """Whether a class holds nothing but its attributes: no items, as a subclass of dict has."""
    return not any(base.__module__ == "builtins" and base is not object for base in kind.__mro__)


def _take_fields(value: Any) -> dict[str, Any]:
    kind = type(value)
    names = list(_defaults(kind))
    cached = {
        name
        for base in kind.__mro__
        for name, attribute in vars(base).items()
        if isinstance(attribute, functools.cached_property)
    }
    more = [name for name in getattr(value, "__dict__", {}) if name not in cached and name not in names]
    return {name: getattr(value, name) for name in [*names, *more] if hasattr(value, name)}


def _give_fields(kind: type, parts: Mapping[str, Any]) -> Any:
    made: Any = object.__new__(kind)
    for name, default in _defaults(kind).items():
        if name in parts:
            continue
        if default is None:
            message = f"it has the field {name!r}, which the stored value lacks; give it a default"
            raise ValueError(message)
        object.__setattr__(made, name, default())
    for name, part in parts.items():
        object.__setattr__(made, name, part)
    return made


def _defaults(kind: type) -> dict[str, Callable[[], Any] | None]:
    """Return what gives the default of each field, None for one that has none."""
    if dataclasses.is_dataclass(kind):
        return {field.name: _default(field.default, field.default_factory) for field in dataclasses.fields(kind)}
    import attrs  # noqa: PLC0415 - only a class of attrs needs it

    found: dict[str, Callable[[], Any] | None] = {}
    for attribute in attrs.fields(kind):
        default: Any = attribute.default
        if isinstance(default, attrs.Factory):  # type: ignore[arg-type]
            found[attribute.name] = None if default.takes_self else default.factory
        else:
            found[attribute.name] = None if default is attrs.NOTHING else functools.partial(_itself, default)
    return found


def _default(value: Any, factory: Any) -> Callable[[], Any] | None:
    if value is not dataclasses.MISSING:
        return functools.partial(_itself, value)
    return None if factory is dataclasses.MISSING else factory


def _itself(value: Any) -> Any:
    return value


def _is_model(kind: type) -> bool:
    pydantic = sys.modules.get("pydantic")
    return pydantic is not None and issubclass(kind, pydantic.BaseModel)


_MODEL_STATE = {"__dict__": "fields", "__pydantic_extra__": "extra", "__pydantic_private__": "private"}


def _take_model(value: Any) -> dict[str, Any]:
    state = value.__getstate__()
    parts = {name: state[key] for key, name in _MODEL_STATE.items() if state[key]}
    set_ = sorted(state["__pydantic_fields_set__"])
    return parts if set_ == sorted(state["__dict__"]) else {**parts, "set": set_}


def _give_model(kind: type, parts: Mapping[str, Any]) -> Any:
    of: Any = kind
    fields = parts.get("fields", {})
    missing = [name for name, field in of.model_fields.items() if name not in fields and field.is_required()]
    if missing:
        message = f"it has the field {missing[0]!r}, which the stored value lacks; give it a default"
        raise ValueError(message)
    defaults = {
        name: field.get_default(call_default_factory=True, validated_data=fields)
        for name, field in of.model_fields.items()
        if name not in fields
    }
    fresh = of.model_construct()
    extra, private = parts.get("extra"), parts.get("private")
    made = of.__new__(of)
    made.__setstate__(
        {
            "__dict__": {**fields, **defaults},
            "__pydantic_fields_set__": set(parts.get("set", fields)),
            "__pydantic_extra__": extra if extra is not None else fresh.__pydantic_extra__,
            "__pydantic_private__": private if private is not None else fresh.__pydantic_private__,
        }
    )
    return made


KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("enum", lambda kind: issubclass(kind, enum.Enum), _take_enum, _give_enum),
        Kind("namedtuple", _is_namedtuple, _take_namedtuple, _give_namedtuple),
        Kind("dataclass", _is_dataclass, _take_fields, _give_fields),
        Kind("attrs", _is_attrs, _take_fields, _give_fields),
        Kind("model", _is_model, _take_model, _give_model),
    )
}
"""By the names that stand in the files."""
