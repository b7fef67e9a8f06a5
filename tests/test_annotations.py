"""What annotations accept: deep checks, coercion of parameters, and annotations for type checkers only."""

from __future__ import annotations

import datetime as dt
import enum
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, Protocol, TypedDict

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest

from airflow_artifacts.annotations import accepts_none, coerce, element, members, mismatch, resolve

if TYPE_CHECKING:
    from nowhere import Unknown


class Color(enum.Enum):
    RED = "red"


class Point(TypedDict):
    x: int


@dataclass
class Sample:
    """Its field is of a type that pydantic has no schema for."""

    values: npt.NDArray[np.float64]


@dataclass
class Deferred:
    """Its field is of a type that only a type checker imports."""

    values: Unknown


class Rude:
    """Raises when it is asked for a schema."""

    @classmethod
    def __get_pydantic_core_schema__(cls, *_: object) -> None:
        raise RuntimeError


class Fits(Protocol):
    def fit(self) -> None: ...


@pytest.mark.parametrize(
    ("value", "annotation"),
    [
        ([1, 2], list[int]),
        (1, float),
        (np.float64(1.5), float),
        (None, int | None),
        ("x", Literal["x", "y"]),
        ({"a": [1]}, dict[str, list[int]]),
        (np.zeros(3), npt.NDArray[np.float64]),
        ({"a": np.zeros(3)}, dict[str, npt.NDArray[np.float64]]),
        (pd.DataFrame(), pd.DataFrame),
        (pd.DataFrame(), pd.DataFrame | None),
        ((1, "a"), tuple[int, str]),
        ({1, 2}, set[int]),
        (object(), Any),
        (object(), Fits),
        ({"x": 1}, Point),
        (Path("x"), Path),
        (Sample(np.zeros(1)), Sample),
        ([Deferred(1)], list[Deferred]),
        (Rude(), Rude | None),
    ],
)
def test_values_that_fit(value: object, annotation: Any) -> None:
    """A value that is what its annotation says fits; an int fits a float."""
    assert mismatch(value, annotation) is None


@pytest.mark.parametrize(
    ("value", "annotation", "fault"),
    [
        (["a"], list[int], r"at \[0\]: .*got 'a' \(str\)"),
        ({"a": [1, "b"]}, dict[str, list[int]], r"at \['a'\]\[1\]: "),
        (True, int, "got True"),
        ("1", int, "got '1'"),
        (1.5, int, "got 1.5"),
        (None, int, "got None"),
        ([1], tuple[int], "tuple"),
        (np.int64(1), int, "int64"),
        ([0.0], npt.NDArray[np.float64], "ndarray"),
        (3, pd.DataFrame | None, "DataFrame"),
        ("x" * 1000, int, "…"),
        (1, Sample, "instance of Sample"),
        ([1], list[Deferred], r"at \[0\]: .*instance of Deferred"),
        (1, Rude | None, "instance of Rude"),
    ],
)
def test_values_that_do_not_fit(value: object, annotation: Any, fault: str) -> None:
    """A value that is something else does not fit, and the fault says where and what was found."""
    found = mismatch(value, annotation)
    assert found is not None
    assert re.search(fault, found), found


@pytest.mark.parametrize(
    ("value", "annotation", "coerced"),
    [
        ("0.2", float, 0.2),
        ("2026-11-24", dt.date, dt.date(2026, 11, 24)),
        ("red", Color, Color.RED),
        ([1, 2], tuple[int, int], (1, 2)),
        ("a/b", Path, Path("a/b")),
        (3, Any, 3),
    ],
)
def test_parameters_become_what_their_annotation_wants(value: object, annotation: Any, coerced: object) -> None:
    """Text and JSON become numbers, dates, enums, tuples and paths."""
    assert coerce(value, annotation) == (coerced, None)


def test_a_parameter_that_cannot_be_coerced_says_why() -> None:
    """The fault names what was expected and what was found."""
    value, fault = coerce("many", int)
    assert value is None
    assert fault is not None
    assert "got 'many' (str)" in fault


def test_names_for_type_checkers_count_as_any() -> None:
    """An annotation that names what does not exist at run time is ``Any``, and what surrounds it stays."""

    def function(
        a: Unknown,
        b: Unknown | None,
        c: list[Unknown],
        d: Annotated[Unknown, "x"],
        f: dict[str, Unknown.Inner[int]],
    ) -> Unknown: ...

    found = resolve(function)
    assert found["a"] is Any
    assert found["b"] is Any
    assert found["c"] == list[Any]
    assert found["d"] == Annotated[Any, "x"]
    assert accepts_none(found["b"])
    assert found["f"] == dict[str, Any]
    assert found["return"] is Any


def test_names_of_an_enclosing_function_are_found() -> None:
    """An annotation may name a class that the enclosing function defines, where the function uses it."""

    class Local:
        pass

    def function(a: Local) -> Local:
        return Local() if a else a

    assert resolve(function)["a"] is Local


@pytest.mark.parametrize(
    ("annotation", "key", "expected"),
    [
        (list[int], 0, int),
        (tuple[int, str], 1, str),
        (tuple[int, ...], 5, int),
        (dict[str, float], "k", float),
        (list[int] | None, 0, int),
        (list, 0, Any),
        (Any, 0, Any),
    ],
)
def test_items_have_the_annotation_that_their_container_gives(annotation: Any, key: object, expected: Any) -> None:
    """The annotation of an item is found through unions, and is ``Any`` where none is said."""
    assert element(annotation, key) is expected


def test_the_members_of_a_union_are_bare() -> None:
    """Unions are flattened and ``Annotated`` is taken away."""
    assert members(Annotated[int | None, "x"] | str) == (int, type(None), str)
