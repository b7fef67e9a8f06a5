"""Containers of everything: any type at any depth, few files, one element alone."""

from __future__ import annotations

import collections
import dataclasses
import datetime as dt
import functools
import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from airflow_artifacts import materializers
from airflow_artifacts.exceptions import UnsupportedTypeError
from airflow_artifacts.materializers import classes
from airflow_artifacts.materializers.python import decode, dump, encode
from airflow_artifacts.testing import MaterializerContract, load, reader, round_trip, save
from tests.materializers import things
from tests.materializers.things import SCALARS, Color, Frozen, Model, Plain, Point, same

if TYPE_CHECKING:
    from pathlib import Path

    from airflow_artifacts import ArtifactClient

FRAME = pd.DataFrame({"a": [1, 2], "b": ["x", None]})

CONTAINERS: dict[str, Any] = {
    "of every scalar": {name: [value] for name, value in SCALARS.items()},
    "of sets": [{1, 2}, {(1, "x"), frozenset({2})}, {dt.date(2026, 1, 1), Color.RED}],
    "keys of every kind": {Frozen("a"): 1, Color.RED: 2, Point(1, 2): 3, dt.date(2026, 1, 1): 4, np.int8(3): 5},
    "of arrays": [np.arange(3), np.zeros((2, 0)), np.asfortranarray(np.ones((2, 3), "f4")), np.array(5), b"x"],
    "of odd arrays": [np.zeros(2, [("a", "i4")]), np.array(["ö", "xyz"]), np.array([None, (1,)], dtype=object)],
    "of frames": {"train": FRAME, "test": [FRAME.iloc[:1], FRAME["a"]], "n": 3},
    "of a model": {"model": Model(x=1, inner=np.arange(3)), "plain": Plain(1, [np.ones(2)], FRAME)},
    "a dataclass of arrays": Plain(3, [np.arange(4)], Point(np.ones(2))),
    "an ordered dict of frames": collections.OrderedDict(a=FRAME, b=FRAME),
}


class TestScalars(MaterializerContract):
    """The facts of every materializer, for a value of each type alone."""

    @pytest.fixture(params=[name for name in SCALARS if name not in {"slice", "ellipsis", "no time", "missing"}])
    def value(self, request: pytest.FixtureRequest) -> Any:
        """Each of the values."""
        return SCALARS[request.param]

    def same(self, left: Any, right: Any) -> bool:
        """Types count at every depth."""
        return same(left, right)


class TestContainers(MaterializerContract):
    """The facts of every materializer, for containers of everything."""

    @pytest.fixture(params=CONTAINERS.values(), ids=list(CONTAINERS))
    def value(self, request: pytest.FixtureRequest) -> Any:
        """Each of the values."""
        return request.param

    def same(self, left: Any, right: Any) -> bool:
        """Types count at every depth."""
        return same(left, right)


_scalars = st.one_of(
    st.sampled_from(list(SCALARS.values())),
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
    st.complex_numbers(allow_nan=False) | st.decimals(allow_nan=False) | st.fractions() | st.uuids(),
    st.datetimes(timezones=st.none() | st.timezones()) | st.dates() | st.times() | st.timedeltas(),
)
_nested = st.recursive(
    _scalars,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text() | st.integers() | st.dates(), inner, max_size=4)
        | st.builds(Point, inner, inner)
        | st.builds(Plain, st.integers(), st.lists(inner, max_size=2), inner)
        | st.builds(Frozen, st.text().filter(lambda text: text != "never"), inner)
        | st.builds(lambda items: collections.deque(items, 9), st.lists(inner, max_size=3))
        | st.builds(lambda inner: Model(x=1, inner=inner), inner)
    ),
    max_leaves=20,
)


@given(_nested)
@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
def test_any_nesting_is_restored(value: Any) -> None:
    """Whatever stands in whatever, the encoding gives it back."""
    import msgspec

    assert same(decode(msgspec.json.decode(dump(encode(value, "value")))), value)


@pytest.mark.parametrize("bits", ["fff8000000000000", "7ff8000000000001", "7ff0000000000001"])
def test_the_bits_of_a_nan_are_kept(bits: str) -> None:
    """Sign and payload, as a program may mean something by them."""
    import struct

    value = struct.unpack(">d", bytes.fromhex(bits))[0]
    assert struct.pack(">d", decode(encode(value, "value"))).hex() == bits


def test_ten_thousand_elements_are_few_files(tmp_path: Path) -> None:
    """Arrays, dates, frames and numbers, mixed: the structure, and what is packed."""
    values = [
        one
        for i in range(2500)
        for one in (i, f"text {i}", dt.datetime(2026, 1, 1, i % 24), np.full(5, i))  # noqa: DTZ001 - without a zone
    ]
    values.append(FRAME)
    name, manifest = save(values, tmp_path)
    assert [file.path for file in manifest.files] == ["parts.bin", "value.json"]
    assert same(load(name, manifest, tmp_path), values)


def test_one_element_is_read_alone(artifact_client: ArtifactClient, tmp_path: Path) -> None:
    """An item of a dict, and an item of that, without the bytes of the others."""
    value = {"big": np.zeros(3 << 20), "small": {"x": np.arange(3), "t": (1, 2)}, ("odd", 1): 2}
    name, manifest = save(value, tmp_path)
    handler: Any = materializers.named(name).handler
    files = reader(manifest, tmp_path)
    assert handler.load_item(files, ["small", "x"]).tolist() == [0, 1, 2]
    assert handler.load_item(files, ["small", "t"]) == (1, 2)
    parts = next(file for file in manifest.files if file.path == "parts.bin")
    assert len(parts.blocks) == 4
    [stored] = (tmp_path / "store" / "objects").rglob("*.bin")
    stored.chmod(0o644)
    with stored.open("r+b") as file:  # in the block of the other element
        file.write(b"x")
    assert handler.load_item(reader(manifest, tmp_path), ["small", "x"]).tolist() == [0, 1, 2]
    with pytest.raises(KeyError):
        handler.load_item(files, ["none"])


def test_a_loaded_array_may_be_changed_and_changes_nothing(tmp_path: Path) -> None:
    """Neither its neighbours nor what is stored."""
    saved = save([np.zeros(200_000), np.ones(3)], tmp_path)
    first = load(*saved, tmp_path)
    first[0][:] = 7
    first[1][:] = 8
    again = load(*saved, tmp_path)
    assert not again[0].any()
    assert again[1].tolist() == [1, 1, 1]


def test_no_code_of_a_class_runs_when_it_is_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither what makes an instance nor what follows it: the value is what it was."""
    saved = save(Frozen("x"), tmp_path)
    monkeypatch.setattr(Frozen, "__init__", None)
    assert load(*saved, tmp_path).name == "x"


def test_what_was_computed_once_is_computed_again(tmp_path: Path) -> None:
    """A cached property is not a part of the value."""
    value = Plain(2)
    assert value.doubled == 4
    loaded = round_trip(value, tmp_path)
    assert "doubled" not in vars(loaded)
    assert loaded.doubled == 4


def test_a_class_that_is_gone_says_how_to_map_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And is found where it is said to be."""
    saved = save(Point(1, 2), tmp_path)
    old = f"{things.__name__}.Point"
    monkeypatch.delattr(things, "Point")
    with pytest.raises(UnsupportedTypeError, match=rf"class '{old}' .* does not exist here; .*moved\('{old}', "):
        load(*saved, tmp_path)
    monkeypatch.setattr(classes, "_moved", {})
    materializers.moved(old, Point)
    assert load(*saved, tmp_path) == Point(1, 2)


def test_a_class_of_another_kind_is_not_filled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name alone is no reason to make an instance of whatever it names."""
    saved = save(Point(1, 2), tmp_path)
    monkeypatch.setattr(things, "Point", dt.date)
    with pytest.raises(UnsupportedTypeError, match="is no namedtuple any more"):
        load(*saved, tmp_path)


def test_new_fields_get_their_defaults_and_others_are_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A class may grow; a field without a default is an error that names it."""
    saved = save(Plain(1), tmp_path)

    def replaced(*fields: Any) -> None:
        made = dataclasses.make_dataclass("Plain", [("a", int), ("b", list), ("c", object), *fields])
        monkeypatch.setattr(things, "Plain", made)

    replaced(("new", int, dataclasses.field(default=5)))
    assert load(*saved, tmp_path).new == 5
    replaced(("new", int))
    with pytest.raises(UnsupportedTypeError, match="has the field 'new', which the stored value lacks"):
        load(*saved, tmp_path)


def test_a_class_inside_a_function_is_refused(tmp_path: Path) -> None:
    """It could not be found again."""

    @dataclasses.dataclass
    class Local:
        x: int

    with pytest.raises(UnsupportedTypeError, match="Local, which cannot be found again by that name; define the class"):
        save(Local(1), tmp_path)


def test_a_tag_of_a_newer_release_is_an_error() -> None:
    """And no value."""
    with pytest.raises(UnsupportedTypeError, match="holds a 'quaternion', which a newer airflow_artifacts wrote"):
        decode({"$": ["quaternion", [1, 2, 3, 4]]})


def test_an_element_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """With its place and what its materializer says."""
    union = pa.table(
        {"x": pa.chunked_array([pa.array(["a"]).dictionary_encode(), pa.array(["b"]).dictionary_encode()])}
    )
    assert round_trip({"t": union}, tmp_path)["t"].num_rows == 2
    frame = pd.DataFrame({"x": [object()]})
    with pytest.raises(UnsupportedTypeError, match=r"value\['t'\]\[0\] cannot be written: column 'x'"):
        save({"t": [frame]}, tmp_path)


def test_zero_is_not_missing(tmp_path: Path) -> None:
    """Falsy values are values."""
    value = [0, "", [], math.copysign(0, -1), functools.reduce(lambda a, _: a, [False])]
    assert same(round_trip(value, tmp_path), value)
