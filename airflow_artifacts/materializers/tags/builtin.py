"""Values of the standard library: containers with more than items, numbers, dates and times, paths."""

from __future__ import annotations

import base64
import collections
import datetime as dt
import decimal
import fractions
import pathlib
import types
import uuid
import zoneinfo
from typing import TYPE_CHECKING, Any

from airflow_artifacts.materializers.tags import Tag

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["TAGS"]

_PATHS = (
    pathlib.PurePosixPath,
    pathlib.PureWindowsPath,
    pathlib.PosixPath,
    pathlib.WindowsPath,
)
_FACTORIES = {kind.__name__: kind for kind in (bool, int, float, str, bytes, list, tuple, dict, set, frozenset)}


def _pairs(value: Mapping[Any, Any]) -> list[list[Any]]:
    return [[key, item] for key, item in value.items()]


def _take_defaultdict(value: collections.defaultdict[Any, Any]) -> list[Any]:
    factory: Any = value.default_factory
    if factory and _FACTORIES.get(getattr(factory, "__name__", "")) is not factory:
        message = f"is a defaultdict with the factory {factory!r}; use one of {', '.join(_FACTORIES)}, or a dict"
        raise ValueError(message)
    return [None if factory is None else factory.__name__, _pairs(value)]


def _give_defaultdict(payload: list[Any]) -> collections.defaultdict[Any, Any]:
    factory, pairs = payload
    return collections.defaultdict(None if factory is None else _FACTORIES[factory], map(tuple, pairs))


def _take_clock(value: dt.datetime | dt.time) -> str | list[Any]:
    zone = value.tzinfo
    if not value.fold and (zone is None or zone is dt.timezone.utc):
        return value.isoformat()
    return [value.replace(tzinfo=None, fold=0).isoformat(), value.fold, value.tzinfo]


def _give_datetime(payload: str | list[Any]) -> dt.datetime:
    if isinstance(payload, str):
        return dt.datetime.fromisoformat(payload)
    text, fold, zone = payload
    return dt.datetime.fromisoformat(text).replace(fold=fold, tzinfo=zone)


def _give_time(payload: str | list[Any]) -> dt.time:
    if isinstance(payload, str):
        return dt.time.fromisoformat(payload)
    text, fold, zone = payload
    return dt.time.fromisoformat(text).replace(fold=fold, tzinfo=zone)


def _take_timezone(value: dt.timezone) -> list[Any]:
    name = value.tzname(None)
    offset = value.utcoffset(None)
    return [offset, None if name == dt.timezone(offset).tzname(None) else name]


def _give_timezone(payload: list[Any]) -> dt.timezone:
    offset, name = payload
    if name is not None:
        return dt.timezone(offset, name)
    return dt.timezone(offset) if offset else dt.timezone.utc


def _take_zone(value: zoneinfo.ZoneInfo) -> str:
    if not value.key:
        message = "is a time zone without a key; use zoneinfo.ZoneInfo(key)"
        raise ValueError(message)
    return value.key


_TAGS = {
    complex: Tag("complex", lambda value: [value.real, value.imag], lambda parts: complex(*parts)),
    bytearray: Tag(
        "bytearray", lambda value: base64.b64encode(value).decode(), lambda text: bytearray(base64.b64decode(text))
    ),
    range: Tag("range", lambda value: [value.start, value.stop, value.step], lambda parts: range(*parts)),
    slice: Tag("slice", lambda value: [value.start, value.stop, value.step], lambda parts: slice(*parts)),
    type(...): Tag("Ellipsis", lambda _: None, lambda _: ...),
    collections.OrderedDict: Tag("OrderedDict", _pairs, collections.OrderedDict),
    collections.Counter: Tag("Counter", _pairs, lambda pairs: collections.Counter(dict(pairs))),
    collections.defaultdict: Tag("defaultdict", _take_defaultdict, _give_defaultdict),
    collections.deque: Tag(
        "deque", lambda value: [value.maxlen, list(value)], lambda parts: collections.deque(parts[1], parts[0])
    ),
    types.SimpleNamespace: Tag("SimpleNamespace", vars, lambda names: types.SimpleNamespace(**names)),
    dt.datetime: Tag("datetime", _take_clock, _give_datetime),
    dt.time: Tag("time", _take_clock, _give_time),
    dt.date: Tag("date", dt.date.isoformat, dt.date.fromisoformat),
    dt.timedelta: Tag(
        "timedelta",
        lambda value: [value.days, value.seconds, value.microseconds],
        lambda parts: dt.timedelta(*parts),
    ),
    dt.timezone: Tag("timezone", _take_timezone, _give_timezone),
    zoneinfo.ZoneInfo: Tag("ZoneInfo", _take_zone, zoneinfo.ZoneInfo),
    decimal.Decimal: Tag("Decimal", str, decimal.Decimal),
    fractions.Fraction: Tag(
        "Fraction", lambda value: [value.numerator, value.denominator], lambda parts: fractions.Fraction(*parts)
    ),
    uuid.UUID: Tag("UUID", str, uuid.UUID),
}

TAGS: Mapping[type, Tag] = {**_TAGS, **{kind: Tag(kind.__name__, str, kind) for kind in _PATHS}}
"""By the type whose values they are."""
