"""The fingerprint of values: no two different values share one, equal values agree, in every process."""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_artifacts import fingerprint
from airflow_artifacts.exceptions import FingerprintError
from airflow_artifacts.fingerprint.encoding import blob, blob_of_parts
from tests.fingerprint.pairs import AGREE, DIFFER, Config, digests
from tests.forks import in_child

Digests = Mapping[str, Mapping[str, list[str]]]


def _in_process(seed: str) -> Digests:
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, "-W", "ignore", "-c", "from tests.fingerprint.pairs import main; main()"]
    found = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return json.loads(found.stdout)  # type: ignore[no-any-return]


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_fork_has_fingerprints_of_large_values() -> None:
    """Threads of a library are gone after a fork, and whoever waited for them waited for ever."""
    large = np.zeros(4_000_000)
    table = pa.table({"x": large[:100_000], "t": ["x" * 100] * 100_000})

    def again() -> None:
        signal.alarm(60)
        fingerprint.value(large)
        fingerprint.value(large[::2])
        fingerprint.value(table)

    again()
    signal.alarm(0)
    assert os.waitpid(in_child(again), 0)[1] == 0


def test_many_texts_count_as_if_they_were_joined() -> None:
    """However many are joined at a time, and however short they are."""
    for texts in (["größe"] * 70_000, [""] * 70_000, ["", "x"] + [""] * 70_000):
        joined = "".join(texts).encode()
        assert blob_of_parts(text.encode() for text in texts) == blob(joined)
    assert fingerprint.value(["a"] * 70_000) != fingerprint.value(["a"] * 69_999 + ["b"])


@pytest.mark.parametrize("name", DIFFER)
def test_different_values_differ(name: str) -> None:
    """However alike they look."""
    one, other = digests({name: DIFFER[name]})[name]
    assert one != other


@pytest.mark.parametrize("name", AGREE)
def test_equal_values_agree(name: str) -> None:
    """However they were made."""
    one, other = digests({name: AGREE[name]})[name]
    assert one == other


def test_no_value_of_all_pairs_shares_a_fingerprint_with_another() -> None:
    """Not only within a pair: what is equal is written with the same code."""
    found = digests({**DIFFER, **AGREE})
    by_type: dict[str, set[type]] = {}
    for name, pair in {**DIFFER, **AGREE}.items():
        for make, digest in zip(pair, found[name], strict=True):
            by_type.setdefault(digest, set()).add(type(make()))
    shared = {digest: kinds for digest, kinds in by_type.items() if len(kinds - {np.memmap}) > 1}
    assert not shared


def test_every_process_gives_the_same() -> None:
    """Whatever its hash seed."""
    here = {"differ": digests(DIFFER), "agree": digests(AGREE)}
    assert _in_process("1") == here
    assert _in_process("4242") == here


def test_the_format_stays() -> None:
    """Another release must find the entries of this one: a change here is a new format version."""
    golden = {
        "none": None,
        "int": 1,
        "text": "a",
        "list": [1, "a", None],
        "dict": {"a": [1.5]},
        "date": dt.date(2026, 11, 24),
        "array": np.arange(3, dtype="i8"),
        "table": pa.table({"a": [1, None], "b": ["x", "y"]}),
    }
    assert {name: fingerprint.value(value)[7:15] for name, value in golden.items()} == {
        "none": "205840d0",
        "int": "b04aba25",
        "text": "95ab0db3",
        "list": "178678d6",
        "dict": "34b7f160",
        "date": "307419e4",
        "array": "65fcea85",
        "table": "a4939921",
    }


@pytest.mark.parametrize(
    ("value", "path"),
    [
        (object(), r"value is of type object"),
        ({"a": [0, object()]}, r"value\['a'\]\[1\] is of type object"),
        (Config(a={"k": lambda: 1}), r"value\.a\['k'\] is of type function"),
        (pd.DataFrame({"x": [object()]}), r"value\['x'\].*\[0\] is of type object"),
        (np.array([object()], dtype=object), r"value\[0\] is of type object"),
        ([int], r"value\[0\] is of type type"),
        (type("MyInt", (int,), {})(1), "MyInt"),
        (type("MyDict", (dict,), {})(), "MyDict"),
        (type("MyFrame", (pd.DataFrame,), {})(), "MyFrame"),
        (type("MyArray", (np.ndarray,), {})(2), "MyArray"),
    ],
    ids=str,
)
def test_what_has_no_fingerprint_is_refused_with_the_path_and_the_ways_out(value: Any, path: str) -> None:
    """Never by its attributes, its text or its pickle; a subclass is not its base."""
    with pytest.raises(FingerprintError, match=path) as caught:
        fingerprint.value(value)
    assert "fingerprint.register" in str(caught.value)


def test_cycles_and_depths_are_refused() -> None:
    """Instead of an endless walk."""
    cycle: list[Any] = []
    cycle.append(cycle)
    with pytest.raises(FingerprintError, match=r"value\[0\] contains itself"):
        fingerprint.value(cycle)
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(FingerprintError, match="nested deeper than 150"):
        fingerprint.value(deep)


def test_columns_have_fingerprints_of_their_own() -> None:
    """By which a task that reads some of them may be a hit when others change."""
    one = fingerprint.describe(pd.DataFrame({"a": [1, 2], "b": ["x", "y"]}))
    two = fingerprint.describe(pd.DataFrame({"a": [1, 2], "b": ["x", "z"]}))
    assert one.parts is not None
    assert two.parts is not None
    assert one.parts["rows"] == 2
    assert one.parts["columns"][0] == two.parts["columns"][0]
    assert one.parts["columns"][1] != two.parts["columns"][1]
    assert one.parts["index"] == two.parts["index"]
    json.dumps(one.parts)


SIMPLE = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5) | st.binary(max_size=5)
)
NESTED = st.recursive(
    SIMPLE,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text(max_size=3) | st.integers(), inner, max_size=4)
    ),
    max_leaves=12,
)


def _typed(value: Any) -> Any:
    """Return a value so that == tells types and the sign of zero apart."""
    if isinstance(value, dict):
        return ("dict", frozenset((_typed(key), _typed(item)) for key, item in value.items()))
    if isinstance(value, (list, tuple)):
        return (type(value).__name__, tuple(map(_typed, value)))
    return (type(value).__name__, repr(value))


@given(NESTED, NESTED)
def test_fingerprints_agree_exactly_where_values_do(one: Any, other: Any) -> None:
    """For nested plain data, types and the sign of zero told apart."""
    assert (fingerprint.value(one) == fingerprint.value(other)) == (_typed(one) == _typed(other))
