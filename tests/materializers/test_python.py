"""Python's own values."""

from __future__ import annotations

import collections
import json
import math
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from airflow_artifacts.exceptions import UnsupportedTypeError
from airflow_artifacts.materializers.python import decode, encode
from airflow_artifacts.testing import MaterializerContract, round_trip, save

if TYPE_CHECKING:
    from pathlib import Path

VALUES: dict[str, Any] = {
    "none": None,
    "true": True,
    "zero": 0,
    "huge": 7**20_000,
    "negative huge": -(7**20_000),
    "float": 0.1,
    "negative zero": -0.0,
    "infinity": -math.inf,
    "empty text": "",
    "text": "größe \N{GRINNING FACE} \x00 \r\n",
    "lone surrogate": "\ud800x",
    "bytes": bytes(range(256)),
    "empty bytes": b"",
    "empty containers": [[], (), {}, set(), frozenset()],
    "two surrogates": ["\ud83d\ude00", {"\ud83d": 1}],
    "tuples": {"a": (1, (2, [3, (4,)]))},
    "sets": [{1, "x"}, frozenset({(1, 2)})],
    "keys": {1: "int", 1.5: "float", None: "none", (1, 2): "tuple", b"b": "bytes", "1": "text"},
    "huge keys": {10**5000: [1], (10**5000,): 2},
    "looks like a tag": {"$": ["tuple", [1]]},
    "tag among others": {"$": 1, "a": 2},
    "order": {"b": 1, "a": 2},
    "many plain items": {"i": list(range(100)), "f": [0.5] * 50, "t": ["ö"] * 50, "m": [None, True, 1.5, "x"] * 9},
    "many odd items": {"i": [*range(30), 10**700], "f": [0.5] * 50 + [math.inf], "t": [*("x" * 50), "\ud800"]},
    "numbers in containers": [math.inf, -math.inf, -0.0, True, 1, 1.0, 10**5000],
}


def _same(left: Any, right: Any) -> bool:
    """Equal, of the same types throughout, in the same order."""
    if type(left) is not type(right):
        return False
    if isinstance(left, float):
        return (
            math.isnan(left) == math.isnan(right)
            and (left == right or math.isnan(left))
            and (math.copysign(1, left) == math.copysign(1, right) or math.isnan(left))
        )
    if isinstance(left, dict):
        return _same(list(left.items()), list(right.items()))
    if isinstance(left, (list, tuple)):
        return len(left) == len(right) and all(map(_same, left, right))
    if isinstance(left, (set, frozenset)):
        return left == right and {(type(x), x) for x in left} == {(type(x), x) for x in right}
    return bool(left == right)


class TestPythonValues(MaterializerContract):
    """The facts of every materializer, for Python's own values."""

    @pytest.fixture(params=VALUES.values(), ids=list(VALUES))
    def value(self, request: pytest.FixtureRequest) -> Any:
        """Each of the values."""
        return request.param

    def same(self, left: Any, right: Any) -> bool:
        """Types count at every depth."""
        return _same(left, right)


_scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.binary()
_keys = st.recursive(_scalars, lambda inner: st.tuples(inner, inner) | st.frozensets(inner, max_size=3), max_leaves=5)
_nested = st.recursive(
    _scalars,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(inner, inner)
        | st.dictionaries(_keys, inner, max_size=4)
        | st.sets(_keys, max_size=4)
    ),
    max_leaves=20,
)


@given(_nested)
@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
def test_any_nesting_is_restored(value: Any) -> None:
    """Whatever stands in whatever, the encoding gives it back."""
    assert _same(decode(json.loads(json.dumps(encode(value, "value")))), value)


def test_not_a_number_is_restored(tmp_path: Path) -> None:
    """NaN, which equals nothing, comes back as NaN."""
    loaded = round_trip({"x": [math.nan]}, tmp_path)
    assert math.isnan(loaded["x"][0])


def test_a_set_is_written_alike_in_every_process(tmp_path: Path) -> None:
    """A set of texts has another order under each hash seed, and the same bytes."""
    program = (
        "import sys; from pathlib import Path; from airflow_artifacts.testing import save;"
        "print(save([set('abcdefgh'), frozenset({1, 'x', (2,)})], Path(sys.argv[1]))[1].files[0].digest)"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", program, str(tmp_path)],
            env={**os.environ, "PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(digests) == 1


def test_plain_values_are_plain_json(tmp_path: Path) -> None:
    """What JSON can hold is stored as the JSON that anyone would write."""
    _, manifest = save({"a": [1, 2.5, None, True, "x"]}, tmp_path)
    [stored] = (tmp_path / "store" / "objects").rglob("*.json")
    assert stored.read_text() == '{"a":[1,2.5,null,true,"x"]}'
    assert [file.path for file in manifest.files] == ["value.json"]


class Odd(list[int]):
    """A list that is more than a list."""


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        ({"a": [1, 2, 3, object()]}, r"value\['a'\]\[3\] is a object, for which there is no materializer"),
        ([Odd()], r"value\[0\] is a .*Odd"),
        ({object: 1}, r"key .* is a type"),
        ({"k" * 1000: object()}, r"^value\['k{50,}…\] is a object"),
        ({10**5000: object()}, r"value\[<int>\] is a object"),
        ([collections.defaultdict(lambda: 1)], r"value\[0\] is a defaultdict with the factory <function"),
        ([collections.deque([object()])], r"value\[0\]\[1\]\[0\] is a object"),
    ],
)
def test_parts_of_other_types_are_named(value: object, fault: str, tmp_path: Path) -> None:
    """A part that would come back as something else is refused with its place."""
    with pytest.raises(UnsupportedTypeError, match=fault):
        save(value, tmp_path)


def test_subclasses_are_refused(tmp_path: Path) -> None:
    """A value of a subclass is refused by what its base would make of it."""
    with pytest.raises(UnsupportedTypeError, match=r"no materializer for .*: that for its base"):
        save(Odd(), tmp_path)


def test_deep_nesting_and_cycles_are_refused(tmp_path: Path) -> None:
    """A list that holds itself, or ten thousand others, is an error that says so, and no crash."""
    cycle: list[Any] = []
    cycle.append(cycle)
    deep: list[Any] = []
    for _ in range(10_000):
        deep = [deep]
    tuples: tuple[Any, ...] = ()
    for _ in range(300):
        tuples = (tuples,)
    for value in (cycle, deep, tuples):
        with pytest.raises(UnsupportedTypeError, match="nested deeper than 400, or holds itself"):
            save(value, tmp_path)
