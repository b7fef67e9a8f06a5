"""Pairs of values: some that must differ and look alike, some that must agree and are made otherwise.

:func:`main` prints the fingerprints of all, which another process with another hash seed must give as well.
"""

from __future__ import annotations

import array
import collections
import copy
import dataclasses
import datetime as dt
import decimal
import enum
import fractions
import json
import pathlib
import pickle
import re
import sys
import types
import typing
import uuid
import zoneinfo
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np
import pandas as pd
import pyarrow as pa
import pydantic

from airflow_artifacts import fingerprint

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Make = Callable[[], Any]


class Color(enum.Enum):
    RED = 1
    BLUE = 2


class Shade(enum.Enum):
    RED = 1


class Level(enum.IntEnum):
    ONE = 1


class Flags(enum.Flag):
    A = 1
    B = 2


class Point(typing.NamedTuple):
    x: int
    y: int


class Vector(typing.NamedTuple):
    x: int
    y: int


@dataclasses.dataclass
class Config:
    a: Any
    b: Any = 0


@dataclasses.dataclass(frozen=True)
class Other:
    a: Any
    b: Any = 0


class Model(pydantic.BaseModel):
    a: Any
    b: Any = 0


class Model2(pydantic.BaseModel):
    a: Any
    b: Any = 0


@attrs.define
class Bag:
    a: Any


@attrs.define
class Sack:
    a: Any


@attrs.define
class Registered:
    secret: int


class Plain:
    def __init__(self, n: int) -> None:
        self.n = n


class Plain2(Plain):
    pass


fingerprint.register(Plain, lambda one: one.n)
fingerprint.register(Plain2, lambda one: one.n)

DAY = dt.datetime(2026, 11, 24, 12)  # noqa: DTZ001 - naive ones have fingerprints, too
BERLIN = zoneinfo.ZoneInfo("Europe/Berlin")


def frame(**columns: Any) -> pd.DataFrame:
    return pd.DataFrame(columns or {"a": [1, 2, 3], "b": ["x", "y", "z"]})


def with_attrs(table: pd.DataFrame, **given: Any) -> pd.DataFrame:
    table.attrs.update(given)
    return table


def extra(config: Config, **given: Any) -> Config:
    config.__dict__.update(given)
    return config


def masked(values: list[int], hidden: int) -> pd.Series:
    """Return a column whose last value is missing, with something beneath it."""
    array_ = pd.arrays.IntegerArray(np.array([*values, hidden]), np.array([False] * len(values) + [True]))
    return pd.Series(array_)


def beneath(hidden: int) -> pa.Array:
    """Return an Arrow array whose second value is null, with something beneath it."""
    data = pa.py_buffer(np.array([1, hidden, 3], dtype=np.int64))
    return pa.Array.from_buffers(pa.int64(), 3, [pa.py_buffer(b"\x05"), data])


STRUCT = np.dtype([("a", "i4"), ("b", "f8")])
ALIGNED = np.dtype([("a", "i1"), ("b", "i8")], align=True)


def padded(byte: int) -> np.ndarray:
    """Return records whose padding holds a byte."""
    raw = np.full(2 * ALIGNED.itemsize, byte, dtype=np.uint8)
    records = raw.view(ALIGNED)
    records["a"], records["b"] = [1, 2], [3, 4]
    return records


DIFFER: dict[str, tuple[Make, Make]] = {
    "int and text": (lambda: 1, lambda: "1"),
    "int and float": (lambda: 1, lambda: 1.0),
    "int and bool": (lambda: 1, lambda: True),
    "zero and false": (lambda: 0, lambda: False),
    "none and text": (lambda: None, lambda: "None"),
    "none and false": (lambda: None, lambda: False),
    "none and empty": (lambda: None, lambda: ""),
    "text and bytes": (lambda: "a", lambda: b"a"),
    "bytes and bytearray": (lambda: b"a", lambda: bytearray(b"a")),
    "minus zero": (lambda: 0.0, lambda: -0.0),
    "float and numpy float": (lambda: 1.0, lambda: np.float64(1.0)),
    "numpy widths": (lambda: np.float64(1.0), lambda: np.float32(1.0)),
    "int and numpy int": (lambda: 1, lambda: np.int64(1)),
    "float and complex": (lambda: 1.0, lambda: 1 + 0j),
    "neighbouring floats": (lambda: 0.1 + 0.2, lambda: 0.3),
    "big ints": (lambda: 2**64, lambda: 2**64 + 1),
    "int and its negative": (lambda: 255, lambda: -1),
    "text and its normal form": (lambda: "\u00e9", lambda: "e\u0301"),
    "lone surrogates": (lambda: "\ud800", lambda: "\ud801"),
    "nul in text": (lambda: "a\0b", lambda: "ab"),
    "trailing space": (lambda: "a", lambda: "a "),
    "list and tuple": (lambda: [1, 2], lambda: (1, 2)),
    "list and set": (lambda: [1], lambda: {1}),
    "set and frozenset": (lambda: {1}, lambda: frozenset({1})),
    "empty list and dict": (list, dict),
    "empty list and none": (list, lambda: [None]),
    "empty tuple nested": (lambda: (), lambda: ((),)),
    "nesting of lists": (lambda: [[1], 2], lambda: [[1, 2]]),
    "split of lists": (lambda: [[1], [2, 3]], lambda: [[1, 2], [3]]),
    "split of texts": (lambda: ["ab", "c"], lambda: ["a", "bc"]),
    "separators in texts": (lambda: ["a,b"], lambda: ["a", "b"]),
    "quotes in texts": (lambda: ["a', 'b"], lambda: ["a", "b"]),
    "split of bytes": (lambda: [b"ab", b"c"], lambda: [b"a", b"bc"]),
    "order of a list": (lambda: [1, 2], lambda: [2, 1]),
    "types within a list": (lambda: [1, "2"], lambda: ["1", 2]),
    "mixed order": (lambda: [1, "a", 2], lambda: [1, 2, "a"]),
    "bool within a list": (lambda: [True], lambda: [1]),
    "float within a list": (lambda: [1, 2.0], lambda: [1.0, 2]),
    "nan and none in a list": (lambda: [float("nan")], lambda: [None]),
    "repeated item": (lambda: [1, 1], lambda: [1]),
    "int keys and text keys": (lambda: {1: "a"}, lambda: {"1": "a"}),
    "bool keys": (lambda: {True: "a"}, lambda: {1: "a"}),
    "keys and values": (lambda: {"a": "b"}, lambda: {"b": "a"}),
    "values of keys": (lambda: {"a": 1, "b": 2}, lambda: {"a": 2, "b": 1}),
    "dict and its items": (lambda: {"a": 1}, lambda: [("a", 1)]),
    "none as value": (lambda: {"a": None}, dict),
    "dict and OrderedDict": (lambda: {"a": 1}, lambda: collections.OrderedDict(a=1)),
    "order of OrderedDict": (
        lambda: collections.OrderedDict(a=1, b=2),
        lambda: collections.OrderedDict(b=2, a=1),
    ),
    "dict and defaultdict": (dict, lambda: collections.defaultdict(list)),
    "factories": (lambda: collections.defaultdict(list), lambda: collections.defaultdict(set)),
    "dict and Counter": (lambda: {"a": 1}, lambda: collections.Counter("a")),
    "dict and namespace": (lambda: {"a": 1}, lambda: types.SimpleNamespace(a=1)),
    "dict and proxy": (lambda: {"a": 1}, lambda: types.MappingProxyType({"a": 1})),
    "deque and list": (lambda: [1], lambda: collections.deque([1])),
    "length of a deque": (lambda: collections.deque([1], 1), lambda: collections.deque([1], 2)),
    "range and list": (lambda: range(3), lambda: [0, 1, 2]),
    "ranges": (lambda: range(0, 4, 2), lambda: range(0, 3, 2)),
    "slices": (lambda: slice(1), lambda: slice(None, 1, 1)),
    "ellipsis": (lambda: ..., lambda: None),
    "arrays of types": (lambda: array.array("i", [1]), lambda: array.array("l", [1])),
    "date and datetime": (lambda: dt.date(2026, 11, 24), lambda: dt.datetime(2026, 11, 24)),  # noqa: DTZ001
    "date and text": (lambda: dt.date(2026, 11, 24), lambda: "2026-11-24"),
    "naive and aware": (lambda: DAY, lambda: DAY.replace(tzinfo=dt.timezone.utc)),
    "utc and zero offset by name": (
        lambda: dt.timezone.utc,
        lambda: dt.timezone(dt.timedelta(0), "GMT"),
    ),
    "zone and offset": (
        lambda: DAY.replace(tzinfo=BERLIN),
        lambda: DAY.replace(tzinfo=dt.timezone(dt.timedelta(hours=1))),
    ),
    "zones of one offset": (
        lambda: DAY.replace(tzinfo=BERLIN),
        lambda: DAY.replace(tzinfo=zoneinfo.ZoneInfo("Europe/Paris")),
    ),
    "fold": (lambda: DAY, lambda: DAY.replace(fold=1)),
    "microsecond": (lambda: DAY, lambda: DAY.replace(microsecond=1)),
    "time and text": (lambda: dt.time(12), lambda: "12:00:00"),
    "timedelta and seconds": (lambda: dt.timedelta(seconds=1), lambda: 1),
    "datetime and Timestamp": (lambda: DAY, lambda: pd.Timestamp(DAY)),
    "decimals": (lambda: decimal.Decimal("1.0"), lambda: decimal.Decimal("1.00")),
    "decimal and float": (lambda: decimal.Decimal(1), lambda: 1.0),
    "decimal nans": (lambda: decimal.Decimal("nan"), lambda: decimal.Decimal("snan")),
    "fraction and int": (lambda: fractions.Fraction(1), lambda: 1),
    "uuid and text": (lambda: uuid.UUID(int=1), lambda: str(uuid.UUID(int=1))),
    "path and text": (lambda: pathlib.PurePosixPath("a"), lambda: "a"),
    "path flavours": (lambda: pathlib.PurePosixPath("a"), lambda: pathlib.PureWindowsPath("a")),
    "pure and real paths": (lambda: pathlib.PurePosixPath("a"), lambda: pathlib.Path("a")),
    "patterns' flags": (lambda: re.compile("a"), lambda: re.compile("a", re.IGNORECASE)),
    "text and bytes patterns": (lambda: re.compile("a"), lambda: re.compile(b"a")),
    "members": (lambda: Color.RED, lambda: Color.BLUE),
    "member and value": (lambda: Color.RED, lambda: 1),
    "members of two enums": (lambda: Color.RED, lambda: Shade.RED),
    "IntEnum and int": (lambda: Level.ONE, lambda: 1),
    "flags": (lambda: Flags.A, lambda: Flags.A | Flags.B),
    "named tuple and tuple": (lambda: Point(1, 2), lambda: (1, 2)),
    "named tuples": (lambda: Point(1, 2), lambda: Vector(1, 2)),
    "dataclasses of equal fields": (lambda: Config(1), lambda: Other(1)),
    "dataclass and dict": (lambda: Config(1), lambda: {"a": 1, "b": 0}),
    "dataclass values": (lambda: Config(1, 2), lambda: Config(2, 1)),
    "attributes beside the fields": (lambda: Config(1), lambda: extra(Config(1), more=1)),
    "models of equal fields": (lambda: Model(a=1), lambda: Model2(a=1)),
    "model values": (lambda: Model(a=1), lambda: Model(a="1")),
    "attrs classes": (lambda: Bag(1), lambda: Sack(1)),
    "attrs values": (lambda: Bag(1), lambda: Bag(True)),
    "registered values": (lambda: Plain(1), lambda: Plain(2)),
    "registered types": (lambda: Plain(1), lambda: Plain2(1)),
    "registered and what stands for it": (lambda: Plain(1), lambda: 1),
    "shapes": (lambda: np.zeros((2, 3)), lambda: np.zeros((3, 2))),
    "flat and nested": (lambda: np.zeros(6), lambda: np.zeros((2, 3))),
    "empty shapes": (lambda: np.zeros((0, 2)), lambda: np.zeros((2, 0))),
    "scalar and 0-d": (lambda: np.float64(1), lambda: np.array(1.0)),
    "0-d and 1-d": (lambda: np.array(1.0), lambda: np.array([1.0])),
    "dtypes of equal values": (lambda: np.zeros(3, "i8"), lambda: np.zeros(3, "i4")),
    "signedness": (lambda: np.zeros(3, "i8"), lambda: np.zeros(3, "u8")),
    "bits as another dtype": (lambda: np.array([1.0]), lambda: np.array([1.0]).view("i8")),
    "array and list": (lambda: np.array([1, 2]), lambda: [1, 2]),
    "array values": (lambda: np.array([1, 2]), lambda: np.array([2, 1])),
    "minus zero in an array": (lambda: np.array([0.0]), lambda: np.array([-0.0])),
    "transposed": (lambda: np.arange(4).reshape(2, 2), lambda: np.arange(4).reshape(2, 2).T),
    "text arrays' widths": (lambda: np.array(["a"], "U1"), lambda: np.array(["a"], "U2")),
    "datetime units": (lambda: np.array([0], "M8[s]"), lambda: np.array([0], "M8[ms]")),
    "datetime and timedelta": (lambda: np.array([0], "M8[s]"), lambda: np.array([0], "m8[s]")),
    "field names": (
        lambda: np.zeros(1, [("a", "i4"), ("b", "i4")]),
        lambda: np.zeros(1, [("a", "i4"), ("c", "i4")]),
    ),
    "field order": (
        lambda: np.zeros(1, [("a", "i4"), ("b", "i4")]),
        lambda: np.zeros(1, [("b", "i4"), ("a", "i4")]),
    ),
    "record values": (lambda: np.array([(1, 2.0)], STRUCT), lambda: np.array([(2, 1.0)], STRUCT)),
    "masks": (lambda: np.ma.array([1, 2], mask=[0, 1]), lambda: np.ma.array([1, 2], mask=[1, 0])),
    "mask and none": (lambda: np.ma.array([1, 2]), lambda: np.array([1, 2])),
    "objects in an array": (lambda: np.array([1, "a"], object), lambda: np.array(["1", "a"], object)),
    "object and number arrays": (lambda: np.array([1], object), lambda: np.array([1])),
    "column names": (lambda: frame(a=[1]), lambda: frame(b=[1])),
    "column order": (lambda: frame(a=[1], b=[2]), lambda: frame(b=[2], a=[1])),
    "swapped names": (lambda: frame(a=[1], b=[2]), lambda: frame(b=[1], a=[2])),
    "swapped values": (lambda: frame(a=[1], b=[2]), lambda: frame(a=[2], b=[1])),
    "column label types": (lambda: pd.DataFrame({1: [1]}), lambda: pd.DataFrame({"1": [1]})),
    "duplicate labels": (
        lambda: pd.DataFrame([[1, 2]], columns=["a", "a"]),
        lambda: pd.DataFrame([[2, 1]], columns=["a", "a"]),
    ),
    "name of the columns": (lambda: frame(a=[1]), lambda: frame(a=[1]).rename_axis(columns="n")),
    "column dtypes": (lambda: frame(a=[1]), lambda: frame(a=[1]).astype("int32")),
    "int and float columns": (lambda: frame(a=[1]), lambda: frame(a=[1.0])),
    "nullable ints": (lambda: frame(a=[1]), lambda: frame(a=[1]).astype("Int64")),
    "row order": (lambda: frame(a=[1, 2]), lambda: frame(a=[2, 1])),
    "index values": (lambda: frame(a=[1]), lambda: frame(a=[1]).set_axis([1])),
    "index kinds": (lambda: frame(a=[1, 2]), lambda: frame(a=[1, 2]).set_axis(pd.Index([0, 1]))),
    "index names": (lambda: frame(a=[1]), lambda: frame(a=[1]).rename_axis("n")),
    "index and column": (lambda: frame(a=[1]).set_index("a"), lambda: frame(a=[1])),
    "attrs of a frame": (frame, lambda: with_attrs(frame(), unit="m")),
    "no rows": (lambda: frame(a=[1])[:0], lambda: frame(b=[1])[:0]),
    "no columns": (lambda: pd.DataFrame(index=[0, 1]), lambda: pd.DataFrame(index=[0, 1, 2])),
    "series and frame": (lambda: pd.Series([1], name="a"), lambda: frame(a=[1])),
    "series names": (lambda: pd.Series([1], name="a"), lambda: pd.Series([1], name="b")),
    "series name and none": (lambda: pd.Series([1]), lambda: pd.Series([1], name="None")),
    "categories": (
        lambda: pd.Series(pd.Categorical(["a"], ["a", "b"])),
        lambda: pd.Series(pd.Categorical(["a"], ["a", "c"])),
    ),
    "order of categories": (
        lambda: pd.Series(pd.Categorical(["a"], ["a", "b"])),
        lambda: pd.Series(pd.Categorical(["a"], ["b", "a"])),
    ),
    "ordered categories": (
        lambda: pd.Series(pd.Categorical(["a"], ["a"])),
        lambda: pd.Series(pd.Categorical(["a"], ["a"], ordered=True)),
    ),
    "category and text": (lambda: pd.Series(["a"]), lambda: pd.Series(["a"], dtype="category")),
    "object and text": (lambda: pd.Series(["a"], dtype=object), lambda: pd.Series(["a"], dtype="string")),
    "numbers in objects": (lambda: pd.Series([1, "a"]), lambda: pd.Series(["1", "a"], dtype=object)),
    "none and nan in objects": (
        lambda: pd.Series([None, "a"], dtype=object),
        lambda: pd.Series([float("nan"), "a"], dtype=object),
    ),
    "missing and empty text": (lambda: pd.Series(["", "a"]), lambda: pd.Series([None, "a"])),
    "split of a text column": (lambda: pd.Series(["ab", "c"]), lambda: pd.Series(["a", "bc"])),
    "zones of a column": (
        lambda: pd.Series([DAY]).dt.tz_localize("UTC"),
        lambda: pd.Series([DAY]).dt.tz_localize("UTC").dt.tz_convert("Europe/Berlin"),
    ),
    "units of a column": (
        lambda: pd.Series(np.array([0], "M8[s]")),
        lambda: pd.Series(np.array([0], "M8[ms]")),
    ),
    "missing numbers": (lambda: masked([1], 0), lambda: pd.Series([1, 0], dtype="Int64")),
    "periods": (
        lambda: pd.Series(pd.period_range("2026", periods=1, freq="M")),
        lambda: pd.Series(pd.period_range("2026", periods=1, freq="Y")),
    ),
    "closed intervals": (lambda: pd.interval_range(0, 1), lambda: pd.interval_range(0, 1, closed="left")),
    "NA and NaT": (lambda: pd.NA, lambda: pd.NaT),
    "NA and none": (lambda: pd.NA, lambda: None),
    "levels": (
        lambda: pd.MultiIndex.from_tuples([(1, 2)]),
        lambda: pd.MultiIndex.from_tuples([(2, 1)]),
    ),
    "frequencies": (
        lambda: pd.date_range("2026", periods=2),
        lambda: pd.DatetimeIndex(list(pd.date_range("2026", periods=2))),
    ),
    "frame and table": (lambda: frame(a=[1]), lambda: pa.table({"a": [1]})),
    "arrow names": (lambda: pa.table({"a": [1]}), lambda: pa.table({"b": [1]})),
    "arrow types": (lambda: pa.table({"a": pa.array([1], "int64")}), lambda: pa.table({"a": pa.array([1], "int32")})),
    "arrow text widths": (lambda: pa.array(["a"]), lambda: pa.array(["a"], pa.large_string())),
    "arrow text and bytes": (lambda: pa.array(["a"]), lambda: pa.array([b"a"])),
    "arrow null and zero": (lambda: pa.array([None, 1]), lambda: pa.array([0, 1])),
    "arrow null and empty": (lambda: pa.array([None, "a"]), lambda: pa.array(["", "a"])),
    "arrow empty and null list": (lambda: pa.array([[], [1]]), lambda: pa.array([None, [1]])),
    "arrow split of lists": (lambda: pa.array([[1], [2, 3]]), lambda: pa.array([[1, 2], [3]])),
    "arrow dictionary": (lambda: pa.array(["a"]), lambda: pa.array(["a"]).dictionary_encode()),
    "arrow metadata": (
        lambda: pa.table({"a": [1]}),
        lambda: pa.table({"a": [1]}).replace_schema_metadata({"k": "v"}),
    ),
    "arrow nullability": (
        lambda: pa.table({"a": [1]}, pa.schema([pa.field("a", pa.int64())])),
        lambda: pa.table({"a": [1]}, pa.schema([pa.field("a", pa.int64(), nullable=False)])),
    ),
    "arrow struct fields": (lambda: pa.array([{"a": 1}]), lambda: pa.array([{"b": 1}])),
    "arrow struct null": (lambda: pa.array([{"a": None}]), lambda: pa.array([None], pa.struct([("a", pa.int64())]))),
    "arrow units": (lambda: pa.array([0], pa.timestamp("s")), lambda: pa.array([0], pa.timestamp("ms"))),
    "arrow table and batch": (lambda: pa.table({"a": [1]}), lambda: pa.table({"a": [1]}).to_batches()[0]),
    "arrow array and chunks": (lambda: pa.array([1]), lambda: pa.chunked_array([[1]])),
    "arrow type names": (
        lambda: pa.struct([("a: int64, b", pa.int64())]),
        lambda: pa.struct([("a", pa.int64()), ("b", pa.int64())]),
    ),
    "arrow bools": (lambda: pa.array([True, False]), lambda: pa.array([False, True])),
    "arrow decimals": (
        lambda: pa.array([decimal.Decimal("1.0")]),
        lambda: pa.array([decimal.Decimal("1.00")]),
    ),
}

SHARED = [1, "a"]

AGREE: dict[str, tuple[Make, Make]] = {
    "order of a dict": (lambda: {"a": 1, "b": [2]}, lambda: {"b": [2], "a": 1}),
    "order of mixed keys": (lambda: {1: "a", "x": 2}, lambda: {"x": 2, 1: "a"}),
    "order of nested dicts": (lambda: {"o": {"a": 1, "b": 2}}, lambda: {"o": {"b": 2, "a": 1}}),
    "order of a set": (lambda: {"a", "b", "c"}, lambda: {"c", "b", "a"}),
    "order of a frozenset": (lambda: frozenset([(1, "a"), (2, "b")]), lambda: frozenset([(2, "b"), (1, "a")])),
    "order of a Counter": (lambda: collections.Counter("aab"), lambda: collections.Counter("baa")),
    "shared and equal items": (lambda: [SHARED, SHARED], lambda: [SHARED, copy.deepcopy(SHARED)]),
    "interned and built text": (lambda: "airflow", lambda: "".join(list("airflow"))),
    "big ints": (lambda: 10**30, lambda: int("1" + "0" * 30)),
    "comprehension and literal": (lambda: [1, 2, 3], lambda: [n + 1 for n in range(3)]),
    "float spellings": (lambda: 0.1, lambda: 1e-1),
    "pickled dict": (lambda: {"a": [1, (2, "x")]}, lambda: pickle.loads(pickle.dumps({"a": [1, (2, "x")]}))),  # noqa: S301
    "pickled dataclass": (lambda: Config([1]), lambda: pickle.loads(pickle.dumps(Config([1])))),  # noqa: S301
    "pickled model": (lambda: Model(a=[1]), lambda: pickle.loads(pickle.dumps(Model(a=[1])))),  # noqa: S301
    "copied attrs": (lambda: Bag({"k": 1}), lambda: copy.deepcopy(Bag({"k": 1}))),
    "dataclass arguments": (lambda: Config(1, 0), lambda: Config(b=0, a=1)),
    "registered": (lambda: Plain(1), lambda: copy.copy(Plain(1))),
    "enum by value": (lambda: Color.RED, lambda: Color(1)),
    "date spellings": (lambda: dt.date(2026, 11, 24), lambda: dt.date.fromisoformat("2026-11-24")),
    "zones made twice": (lambda: BERLIN, lambda: zoneinfo.ZoneInfo.no_cache("Europe/Berlin")),
    "timedelta spellings": (lambda: dt.timedelta(days=1), lambda: dt.timedelta(hours=24)),
    "paths": (lambda: pathlib.Path("a/b"), lambda: pathlib.Path("a") / "b"),
    "patterns": (lambda: re.compile("a+"), lambda: copy.copy(re.compile("a+"))),
    "fractions": (lambda: fractions.Fraction(2, 4), lambda: fractions.Fraction(1, 2)),
    "memory order": (lambda: np.arange(6).reshape(2, 3), lambda: np.asfortranarray(np.arange(6).reshape(2, 3))),
    "views": (lambda: np.arange(3), lambda: np.arange(6)[:3]),
    "steps": (lambda: np.array([0, 2, 4]), lambda: np.arange(6)[::2]),
    "backwards": (lambda: np.array([2, 1, 0]), lambda: np.arange(3)[::-1]),
    "transposed twice": (lambda: np.arange(6).reshape(2, 3), lambda: np.arange(6).reshape(2, 3).T.copy().T),
    "broadcast": (lambda: np.ones((2, 3)), lambda: np.broadcast_to(np.float64(1), (2, 3))),
    "large views": (lambda: np.arange(600_000.0), lambda: np.arange(1_200_000.0)[:600_000] * 1),
    "large steps": (lambda: np.arange(0, 1_200_000, 2.0), lambda: np.arange(1_200_000.0)[::2]),
    "pickled array": (lambda: np.arange(3), lambda: pickle.loads(pickle.dumps(np.arange(3)))),  # noqa: S301
    "read-only": (lambda: np.arange(3), lambda: np.frombuffer(np.arange(3).tobytes(), "i8")),
    "padding of records": (lambda: padded(0), lambda: padded(255)),
    "hidden by a mask": (lambda: np.ma.array([1, 2], mask=[0, 1]), lambda: np.ma.array([1, 9], mask=[0, 1])),
    "no mask and an empty one": (lambda: np.ma.array([1]), lambda: np.ma.array([1], mask=[False])),
    "long doubles": (lambda: np.ones(2, np.longdouble), lambda: np.ones(3, np.longdouble)[1:]),
    "copied frame": (frame, lambda: frame().copy()),
    "sliced frame": (lambda: frame(a=[1, 2]), lambda: frame(a=[1, 2, 3])[:2]),
    "blocks": (lambda: pd.DataFrame(np.eye(2), columns=["a", "b"]), lambda: frame(a=[1.0, 0.0], b=[0.0, 1.0])),
    "fragmented frame": (
        lambda: frame(a=[1], b=[2], c=[3]),
        lambda: pd.concat([frame(a=[1]), frame(b=[2]), frame(c=[3])], axis=1),
    ),
    "inserted column": (lambda: frame(a=[1], b=[2]), lambda: frame(a=[1]).assign(b=2)),
    "pickled frame": (frame, lambda: pickle.loads(pickle.dumps(frame()))),  # noqa: S301
    "pickled objects": (
        lambda: pd.Series(["a", None, 1], dtype=object),
        lambda: pickle.loads(pickle.dumps(pd.Series(["a", None, 1], dtype=object))),  # noqa: S301
    ),
    "taken rows": (lambda: frame(a=[1, 2, 3]), lambda: frame(a=[3, 1, 2]).iloc[[1, 2, 0]].reset_index(drop=True)),
    "beneath missing numbers": (lambda: masked([1], 5), lambda: masked([1], 6)),
    "categories made twice": (
        lambda: pd.Series(["a", "b"]).astype("category"),
        lambda: pd.Series(pd.Categorical.from_codes([0, 1], pd.Series(["a", "b"]).astype("category").cat.categories)),
    ),
    "text column by chunks": (
        lambda: pd.Series(["a", "b"], dtype="string"),
        lambda: pd.concat([pd.Series(["a"], dtype="string"), pd.Series(["b"], dtype="string")], ignore_index=True),
    ),
    "levels made twice": (
        lambda: pd.MultiIndex.from_product([[1, 2], ["a"]]),
        lambda: pd.MultiIndex.from_tuples([(1, "a"), (2, "a")]),
    ),
    "unused levels": (
        lambda: pd.MultiIndex.from_tuples([(1, "a")]),
        lambda: pd.MultiIndex.from_tuples([(1, "a"), (2, "a")])[:1],
    ),
    "series of a frame": (lambda: pd.Series([1, 2, 3], name="a"), lambda: frame()["a"]),
    "zone of a column": (
        lambda: pd.Series([DAY]).dt.tz_localize("UTC"),
        lambda: (
            pd.Series([DAY.replace(tzinfo=dt.timezone.utc)]).dt.tz_convert("UTC").dt.as_unit(pd.Series([DAY]).dt.unit)
        ),
    ),
    "arrow chunks": (
        lambda: pa.table({"a": pa.chunked_array([["x", "yy"]])}),
        lambda: pa.table({"a": pa.chunked_array([["x"], [], ["yy"]])}),
    ),
    "arrow number chunks": (
        lambda: pa.table({"a": pa.chunked_array([[1, None, 3]])}),
        lambda: pa.table({"a": pa.chunked_array([[1], [None, 3]])}),
    ),
    "arrow bool chunks": (
        lambda: pa.chunked_array([[True, None, False]]),
        lambda: pa.chunked_array([[True], [None, False]]),
    ),
    "arrow slices": (lambda: pa.array(["b", "c"]), lambda: pa.array(["a", "b", "c"]).slice(1)),
    "arrow list slices": (lambda: pa.array([[2], [3, 4]]), lambda: pa.array([[1], [2], [3, 4]]).slice(1)),
    "arrow struct slices": (lambda: pa.array([{"a": 2}]), lambda: pa.array([{"a": 1}, {"a": 2}]).slice(1)),
    "beneath arrow nulls": (lambda: beneath(0), lambda: beneath(99)),
    "arrow validity": (lambda: pa.array([1, 2]), lambda: pa.array([1, 2], mask=np.array([False, False]))),
    "arrow dictionaries by chunks": (
        lambda: pa.chunked_array([pa.array(["a", "b"]).dictionary_encode()]),
        lambda: pa.chunked_array([pa.array(["a"]).dictionary_encode(), pa.array(["b"]).dictionary_encode()]),
    ),
    "arrow from batches": (
        lambda: pa.table({"a": [1, 2]}),
        lambda: pa.Table.from_batches(pa.table({"a": [1, 2]}).to_batches(max_chunksize=1)),
    ),
}


def digests(pairs: Mapping[str, tuple[Make, Make]]) -> dict[str, list[str]]:
    """Return the fingerprints of each pair."""
    return {name: [fingerprint.value(make()) for make in pair] for name, pair in pairs.items()}


def main() -> None:
    """Print the fingerprints of all pairs."""
    json.dump({"differ": digests(DIFFER), "agree": digests(AGREE)}, sys.stdout)
