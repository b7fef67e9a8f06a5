"""Classes of a user's own, and values of every type that stands in containers."""

from __future__ import annotations

import collections
import dataclasses
import datetime as dt
import decimal
import enum
import fractions
import functools
import math
import pathlib
import types
import uuid
import zoneinfo
from typing import Any, NamedTuple

import attrs
import numpy as np
import pandas as pd
import pendulum
import pydantic


class Color(enum.Enum):
    """A plain enumeration."""

    RED = 1
    BLUE = "blue"


class Level(enum.IntEnum):
    """An int that is more than an int."""

    LOW = 1


class Right(enum.Flag):
    """Members that can be joined."""

    READ = 1
    WRITE = 2


class Point(NamedTuple):
    """A tuple that is more than a tuple."""

    x: Any
    y: Any = None


@dataclasses.dataclass
class Plain:
    """Has a field of each kind."""

    a: int
    b: list[Any] = dataclasses.field(default_factory=list)
    c: Any = None

    @functools.cached_property
    def doubled(self) -> int:
        """Something computed once."""
        return 2 * self.a


@dataclasses.dataclass(frozen=True, slots=True)
class Frozen:
    """Can be a key."""

    name: str
    inner: Any = None

    def __post_init__(self) -> None:
        if self.name == "never":
            message = "an instance is made anew"
            raise ValueError(message)


@attrs.define
class Attributed:
    """A class of attrs."""

    x: int
    y: Any = attrs.field(factory=dict)


class Model(pydantic.BaseModel):
    """A model with what pydantic keeps besides the fields."""

    model_config = pydantic.ConfigDict(arbitrary_types_allowed=True, extra="allow")

    x: int
    inner: Any = None
    _hidden: int = pydantic.PrivateAttr(default=3)


class Outer:
    """Holds a class."""

    @dataclasses.dataclass(eq=True)
    class Inner:
        """Is held."""

        x: int


def model() -> Model:
    """Return a model with an extra field and a private attribute."""
    made = Model(x=1, other=[2])  # type: ignore[call-arg]
    made._hidden = 7
    return made


PARIS = zoneinfo.ZoneInfo("Europe/Paris")

SCALARS: dict[str, Any] = {
    "complex": complex(1, -0.0),
    "bytearray": bytearray(b"\0x"),
    "range": range(0, 10, 3),
    "slice": slice(1, None),
    "ellipsis": ...,
    "datetime": dt.datetime(2026, 11, 24, 1, 2, 3, 4),  # noqa: DTZ001 - without a zone
    "datetime in utc": dt.datetime(2026, 11, 24, tzinfo=dt.timezone.utc),
    "datetime in a zone": dt.datetime(2026, 10, 25, 2, 30, tzinfo=PARIS, fold=1),
    "datetime at an offset": dt.datetime(2026, 1, 1, tzinfo=dt.timezone(dt.timedelta(hours=5.5), "Here")),
    "first datetime": dt.datetime(1, 1, 1),  # noqa: DTZ001 - without a zone
    "date": dt.date(2026, 11, 24),
    "time": dt.time(1, 2, 3, 4),
    "time in a zone": dt.time(1, 2, tzinfo=PARIS, fold=1),
    "timedelta": dt.timedelta(-1, 5, 7),
    "timezone": dt.timezone(dt.timedelta(hours=-3)),
    "zone": PARIS,
    "decimal": decimal.Decimal("1.10E+3"),
    "decimal not a number": decimal.Decimal("sNaN123"),
    "fraction": fractions.Fraction(-1, 3),
    "uuid": uuid.UUID(int=5),
    "path": pathlib.PurePosixPath("a/b"),
    "windows path": pathlib.PureWindowsPath("c:/b"),
    "enum": Color.BLUE,
    "int enum": Level.LOW,
    "flags": Right.READ | Right.WRITE,
    "namedtuple": Point(1, (2, 3)),
    "dataclass": Plain(1, [2], {"x": Frozen("a", Frozen("b"))}),
    "frozen dataclass": Frozen("x"),
    "attrs": Attributed(1, {"k": (1,)}),
    "nested class": Outer.Inner(3),
    "ordered dict": collections.OrderedDict([(1, 2), ("b", [3])]),
    "defaultdict": collections.defaultdict(list, {"a": [1]}),
    "defaultdict without": collections.defaultdict(None, {1: 1}),
    "counter": collections.Counter("abca"),
    "deque": collections.deque([1, (2,)], maxlen=5),
    "namespace": types.SimpleNamespace(a=1, b=(2,)),
    "numpy float": np.float32(0.1),
    "numpy int": np.int8(-3),
    "numpy bool": np.bool_(True),
    "numpy text": np.str_("ö"),
    "numpy datetime": np.datetime64("2026-11-24T01", "h"),
    "numpy void": np.void(b"ab"),
    "numpy long double": np.longdouble(1) / 3,
    "timestamp": pd.Timestamp("2026-10-25 00:30", tz="UTC").tz_convert("Europe/Paris"),
    "timedelta of pandas": pd.Timedelta("1D"),
    "period": pd.Period("2026-01", "M"),
    "interval": pd.Interval(0, 2.5, "both"),
    "no time": pd.NaT,
    "missing": pd.NA,
    "pendulum": pendulum.datetime(2026, 11, 24, tz="Europe/Paris"),
    "pendulum date": pendulum.date(2026, 11, 24),
    "pendulum offset": pendulum.datetime(2026, 11, 24, tz=2),
}
"""One of each type, which can also be an element."""


def same(left: Any, right: Any) -> bool:  # noqa: C901, PLR0911 - one for each way of being equal
    """Equal, of the same types throughout, in the same order."""
    if type(left) is not type(right):
        return False
    if isinstance(left, np.ndarray) and left.dtype.hasobject:
        return left.dtype == right.dtype and same(left.tolist(), right.tolist())
    if isinstance(left, (np.ndarray, np.generic)):
        return (left.dtype, left.shape, left.tobytes()) == (right.dtype, right.shape, right.tobytes())
    if isinstance(left, (pd.DataFrame, pd.Series)):
        return bool(left.equals(right))
    if isinstance(left, float):
        return math.copysign(1, left) == math.copysign(1, right) and (left == right or math.isnan(left))
    if isinstance(left, decimal.Decimal):
        return str(left) == str(right)
    if isinstance(left, dict):
        return same(list(left.items()), list(right.items()))
    if isinstance(left, (list, tuple, collections.deque)):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, (set, frozenset)):
        return left == right and {(type(x), x) for x in left} == {(type(x), x) for x in right}
    if isinstance(left, pydantic.BaseModel):
        return same(left.__getstate__(), right.__getstate__())
    if dataclasses.is_dataclass(left) or attrs.has(type(left)):
        names = [
            field.name for field in (attrs.fields(type(left)) if attrs.has(type(left)) else dataclasses.fields(left))
        ]
        return all(same(getattr(left, name), getattr(right, name)) for name in names)
    if isinstance(left, (dt.datetime, dt.time)):
        return repr(left) == repr(right)
    return left is right or bool(left == right)
