"""Python's own values: each exact type under a tag of its own, so that 1, True, 1.0 and "1" are four values.

A subclass is never taken for its base. Dicts and sets count without their order; an ``OrderedDict`` with it. Two
references to one object are two equal values.
"""

from __future__ import annotations

import array
import collections
import dataclasses
import datetime as dt
import decimal
import enum
import fractions
import functools
import operator
import pathlib
import re
import struct
import types
import uuid
import zoneinfo
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from airflow_artifacts.fingerprint.encoding import blob, blob_of_parts, refusal
from airflow_artifacts.registry import public_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from airflow_artifacts.fingerprint.encoding import Encoder

__all__ = ["ENCODERS", "encode_class", "encode_sequence"]

_INT64 = 1 << 63
# Texts that are joined at a time.
_SOME = 1 << 16
_SIMPLE: tuple[type, ...] = (type(None), bool, int, float, str, bytes)
_PATHS: tuple[type, ...] = (
    pathlib.PurePath,
    pathlib.PurePosixPath,
    pathlib.PureWindowsPath,
    pathlib.Path,
    pathlib.PosixPath,
    pathlib.WindowsPath,
)
_FACTORIES: tuple[Any, ...] = (None, bool, int, float, str, bytes, list, tuple, dict, set, frozenset)

Encode = Callable[["Encoder", Any, str], None]


def _text(value: str) -> bytes:
    return value.encode("utf-8", "surrogatepass")


def _none(encoder: Encoder, value: Any, path: str) -> None:  # noqa: ARG001 - as every encoder
    encoder.node(type(value).__name__)


def _bool(encoder: Encoder, value: bool, path: str) -> None:  # noqa: ARG001 - as every encoder
    encoder.node("bool", b"\1" if value else b"\0")


def _int(encoder: Encoder, value: int, path: str) -> None:  # noqa: ARG001 - as every encoder
    encoder.node("int", value.to_bytes(value.bit_length() // 8 + 1, "little", signed=True))


def _float(encoder: Encoder, value: float, path: str) -> None:  # noqa: ARG001 - as every encoder
    encoder.node("float", struct.pack("<d", value))


def _complex(encoder: Encoder, value: complex, path: str) -> None:  # noqa: ARG001 - as every encoder
    encoder.node("complex", struct.pack("<dd", value.real, value.imag))


def _str(encoder: Encoder, value: str, path: str) -> None:  # noqa: ARG001 - as every encoder
    encoder.node("str", _text(value))


def _bytes(encoder: Encoder, value: bytes | bytearray, path: str) -> None:  # noqa: ARG001 - as every encoder
    encoder.node(type(value).__name__, blob(value))


def _memoryview(encoder: Encoder, value: memoryview, path: str) -> None:  # noqa: ARG001 - as every encoder
    shape = ",".join(map(str, value.shape or ()))
    encoder.node("memoryview", value.format.encode(), shape.encode(), blob(value.tobytes()))


def _array(encoder: Encoder, value: array.array[Any], path: str) -> None:
    encoder.node("array", value.typecode.encode())
    encode_sequence(encoder, value.tolist(), path)


def _sequence(encoder: Encoder, value: list[Any] | tuple[Any, ...], path: str) -> None:
    encoder.node(type(value).__name__)
    encoder.within(value, path)
    encode_sequence(encoder, value, path)
    encoder.leave(value)


def encode_sequence(encoder: Encoder, values: Sequence[Any], path: str) -> None:
    """Write the items of a sequence in their order; those of simple types are written by type, which is fast."""
    kinds = list(map(type, values))
    found = set(kinds)
    if found.issubset(_SIMPLE):
        codes = bytes(map(_SIMPLE.index, kinds)) if len(found) > 1 else b""
        encoder.node("simple", len(values).to_bytes(8, "little"), blob(codes))
        for kind in _SIMPLE:
            if kind in found:
                chosen = values if not codes else [one for one in values if type(one) is kind]
                encoder.node(kind.__name__, *_packed(kind, chosen))
        return
    encoder.node("items", len(values).to_bytes(8, "little"))
    for index, one in enumerate(values):
        encoder.child(one, f"{path}[{index}]")


def _packed(kind: type, values: Sequence[Any]) -> tuple[bytes, ...]:  # noqa: PLR0911 - one for each type
    """Return many values of one simple type as few bytes that no others share."""
    if kind is bool:
        return (blob(bytes(values)),)
    if kind is float:
        return (blob(array.array("d", values).tobytes()),)
    if kind is int:
        if min(values) >= -_INT64 and max(values) < _INT64:
            return (b"64", blob(array.array("q", values).tobytes()))
        return (b"any", blob(",".join(map(hex, values)).encode()))
    if kind is str:
        lengths = array.array("q", map(len, values)).tobytes()
        return (blob(lengths), _joined(values))
    if kind is bytes:
        lengths = array.array("q", map(len, values)).tobytes()
        return (blob(lengths), blob(b"".join(values)))
    return ()


def _joined(values: Sequence[str]) -> bytes:
    """Return what :func:`blob` returns of all texts behind each other, of which only some are joined at a time."""
    if len(values) <= _SOME:
        return blob(_text("".join(values)))
    parts = (_text("".join(values[start : start + _SOME])) for start in range(0, len(values), _SOME))
    return blob_of_parts(parts)


def _unordered(encoder: Encoder, values: Iterable[Any], path: str) -> None:
    digests = sorted(encoder.digest_of(one, f"{path}{{{index}}}") for index, one in enumerate(values))
    encoder.node("unordered", *digests)


def _set(encoder: Encoder, value: set[Any] | frozenset[Any], path: str) -> None:
    encoder.node(type(value).__name__)
    _unordered(encoder, value, path)


def _dict(encoder: Encoder, value: Mapping[Any, Any], path: str) -> None:
    encoder.node(type(value).__name__)
    _mapping(encoder, value, path)


def _mapping(encoder: Encoder, value: Mapping[Any, Any], path: str) -> None:
    """Write keys and values without their order; a dict of text keys is written by the sorted keys, which is fast."""
    encoder.within(value, path)
    if set(map(type, value)) <= {str}:
        keys = sorted(value)
        encoder.node("by text", len(keys).to_bytes(8, "little"))
        encode_sequence(encoder, keys, path)
        items = list(map(value.__getitem__, keys))
        if set(map(type, items)).issubset(_SIMPLE):
            encode_sequence(encoder, items, path)
        else:
            for key, item in zip(keys, items, strict=True):
                encoder.child(item, f"{path}[{key!r}]")
    else:
        pairs = [
            (encoder.digest_of(key, f"a key of {path}"), encoder.digest_of(item, f"{path}[{_shown(key)}]"))
            for key, item in value.items()
        ]
        encoder.node("pairs", *(part for pair in sorted(pairs) for part in pair))
    encoder.leave(value)


def _shown(key: object) -> str:
    return repr(key) if isinstance(key, _SIMPLE) else "…"


def _ordered_dict(encoder: Encoder, value: collections.OrderedDict[Any, Any], path: str) -> None:
    encoder.node("OrderedDict")
    encoder.within(value, path)
    encode_sequence(encoder, [part for pair in value.items() for part in pair], path)
    encoder.leave(value)


def _defaultdict(encoder: Encoder, value: collections.defaultdict[Any, Any], path: str) -> None:
    factory = value.default_factory
    if not any(factory is known for known in _FACTORIES):
        raise refusal(path, f"is a defaultdict with the factory {factory!r}")
    encoder.node("defaultdict", b"" if factory is None else factory.__name__.encode())
    _mapping(encoder, value, path)


def _deque(encoder: Encoder, value: collections.deque[Any], path: str) -> None:
    encoder.node("deque", str(value.maxlen).encode())
    encoder.within(value, path)
    encode_sequence(encoder, list(value), path)
    encoder.leave(value)


def _chain(encoder: Encoder, value: collections.ChainMap[Any, Any], path: str) -> None:
    encoder.node("ChainMap")
    encode_sequence(encoder, value.maps, path)


def _range(encoder: Encoder, value: range | slice, path: str) -> None:
    encoder.node(type(value).__name__)
    encode_sequence(encoder, (value.start, value.stop, value.step), path)


def _date(encoder: Encoder, value: dt.date, path: str) -> None:  # noqa: ARG001 - as every encoder
    encoder.node("date", value.isoformat().encode())


def _datetime(encoder: Encoder, value: dt.datetime, path: str) -> None:
    encoder.node("datetime", value.replace(tzinfo=None, fold=0).isoformat().encode(), bytes([value.fold]))
    encoder.child(value.tzinfo, f"{path}.tzinfo")


def _time(encoder: Encoder, value: dt.time, path: str) -> None:
    encoder.node("time", value.replace(tzinfo=None, fold=0).isoformat().encode(), bytes([value.fold]))
    encoder.child(value.tzinfo, f"{path}.tzinfo")


def _timedelta(encoder: Encoder, value: dt.timedelta, path: str) -> None:
    encoder.node("timedelta")
    encode_sequence(encoder, (value.days, value.seconds, value.microseconds), path)


def _timezone(encoder: Encoder, value: dt.timezone, path: str) -> None:
    encoder.node("timezone")
    encode_sequence(encoder, (str(value.utcoffset(None)), value.tzname(None)), path)


def _zone(encoder: Encoder, value: zoneinfo.ZoneInfo, path: str) -> None:
    if value.key is None:
        raise refusal(path, "is a ZoneInfo without a key")
    encoder.node("ZoneInfo", value.key.encode())


def _decimal(encoder: Encoder, value: decimal.Decimal, path: str) -> None:  # noqa: ARG001 - as every encoder
    encoder.node("Decimal", str(value.as_tuple()).encode())


def _fraction(encoder: Encoder, value: fractions.Fraction, path: str) -> None:
    encoder.node("Fraction")
    encode_sequence(encoder, (value.numerator, value.denominator), path)


def _uuid(encoder: Encoder, value: uuid.UUID, path: str) -> None:  # noqa: ARG001 - as every encoder
    encoder.node("UUID", value.bytes, str(value.is_safe).encode())


def _path(encoder: Encoder, value: pathlib.PurePath, path: str) -> None:  # noqa: ARG001 - as every encoder
    encoder.node(f"pathlib.{type(value).__name__}", _text(str(value)))


def _pattern(encoder: Encoder, value: re.Pattern[Any], path: str) -> None:
    encoder.node("Pattern", str(value.flags).encode())
    encoder.child(value.pattern, f"{path}.pattern")


def _getter(encoder: Encoder, value: Any, path: str) -> None:
    _, arguments = value.__reduce__()[:2]
    encoder.node(f"operator.{type(value).__name__}")
    encode_sequence(encoder, arguments, path)


def _namespace(encoder: Encoder, value: types.SimpleNamespace, path: str) -> None:
    encoder.node("SimpleNamespace")
    _mapping(encoder, vars(value), path)


ENCODERS: dict[type, Encode] = {
    type(None): _none,
    type(Ellipsis): _none,
    type(NotImplemented): _none,
    bool: _bool,
    int: _int,
    float: _float,
    complex: _complex,
    str: _str,
    bytes: _bytes,
    bytearray: _bytes,
    memoryview: _memoryview,
    array.array: _array,
    list: _sequence,
    tuple: _sequence,
    dict: _dict,
    set: _set,
    frozenset: _set,
    collections.OrderedDict: _ordered_dict,
    collections.defaultdict: _defaultdict,
    collections.Counter: _dict,
    collections.deque: _deque,
    collections.ChainMap: _chain,
    types.MappingProxyType: _dict,
    types.SimpleNamespace: _namespace,
    range: _range,
    slice: _range,
    dt.date: _date,
    dt.datetime: _datetime,
    dt.time: _time,
    dt.timedelta: _timedelta,
    dt.timezone: _timezone,
    zoneinfo.ZoneInfo: _zone,
    decimal.Decimal: _decimal,
    fractions.Fraction: _fraction,
    uuid.UUID: _uuid,
    re.Pattern: _pattern,
    operator.attrgetter: _getter,
    operator.itemgetter: _getter,
    **dict.fromkeys(_PATHS, _path),
}
"""What writes the values of exactly these types."""


def encode_class(encoder: Encoder, value: Any, path: str) -> bool:
    """Write a value of a class that says what it consists of; return whether it does.

    Members of enumerations, named tuples and dataclasses.
    """
    kind = type(value)
    if isinstance(value, enum.Enum):
        encoder.node("enum", public_name(kind).encode(), _text(str(value.name)))
        encoder.child(value.value, f"{path}.value")
    elif isinstance(value, tuple) and tuple in kind.__bases__ and hasattr(kind, "_fields"):
        encoder.node("namedtuple", public_name(kind).encode())
        encode_sequence(encoder, kind._fields, path)
        encoder.within(value, path)
        for name, one in zip(kind._fields, value, strict=True):
            encoder.child(one, f"{path}.{name}")
        encoder.leave(value)
    elif dataclasses.is_dataclass(value) and not _holds_more(kind) and "__pydantic_fields__" not in vars(kind):
        _dataclass(encoder, value, path)
    else:
        return False
    return True


def _dataclass(encoder: Encoder, value: Any, path: str) -> None:
    kind = type(value)
    names = [field.name for field in dataclasses.fields(value)]
    more = sorted(set(getattr(value, "__dict__", {})) - set(names) - set(_cached(kind)))
    encoder.node("dataclass", public_name(kind).encode())
    encoder.within(value, path)
    present = [name for name in names if hasattr(value, name)]
    encode_sequence(encoder, [*present, "", *more], path)
    for name in (*present, *more):
        encoder.child(getattr(value, name), f"{path}.{name}")
    encoder.leave(value)


def _holds_more(kind: type) -> bool:
    """Whether a class holds more than its fields: what its base is made of, such as the items of a dict."""
    return any(base.__module__ == "builtins" and base is not object for base in kind.__mro__)


def _cached(kind: type) -> list[str]:
    """Return the names under which instances keep what is computed from the rest."""
    return [
        name
        for base in kind.__mro__
        for name, attribute in vars(base).items()
        if isinstance(attribute, functools.cached_property)
    ]
