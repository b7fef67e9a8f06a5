"""Which materializer serves which type, and what is said where none does."""

from __future__ import annotations

import pathlib
from typing import TYPE_CHECKING, Any

import pytest

from airflow_artifacts import materializers
from airflow_artifacts.exceptions import DeclarationError, UnsupportedTypeError
from airflow_artifacts.registry import TypeRegistry
from airflow_artifacts.testing import load, round_trip, save

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from airflow_artifacts.materializers import FilesReader, FilesWriter


class Model:
    """A type of the user's."""

    def __init__(self, weight: int) -> None:
        self.weight = weight


class Larger(Model):
    """A subclass of it."""


class ModelMaterializer:
    """Writes the weight to a file, and half of it beside."""

    def save(self, value: Model, files: FilesWriter) -> Mapping[str, Any]:
        """Write a model."""
        with files.open("model.txt") as file:
            file.write(str(value.weight).encode())
        return {"half": value.weight / 2}

    def load(self, files: FilesReader) -> Model:
        """Read a model."""
        with files.open("model.txt") as file:
            model = Model(int(file.read()))
        assert files.details["half"] == model.weight / 2
        return model


@pytest.fixture(autouse=True)
def own_registry(monkeypatch: pytest.MonkeyPatch) -> TypeRegistry[Any]:
    """A registry that the test may change."""
    registry: TypeRegistry[Any] = TypeRegistry()
    registry.register(int, "airflow_artifacts.materializers.python:PythonMaterializer")
    registry.register(pathlib.Path, "airflow_artifacts.materializers.files:PathMaterializer", subclasses=True)
    monkeypatch.setattr(materializers, "_registry", registry)
    return registry


@pytest.mark.parametrize("how", ["class", "instance", "decorator", "name"])
def test_an_own_type_is_written_by_its_own_materializer(how: str, tmp_path: Path) -> None:
    """Registered as a class, an instance, by a decorator, or for a type's name."""
    if how == "decorator":
        assert materializers.register(Model)(ModelMaterializer) is ModelMaterializer
    else:
        type_ = f"{__name__}.Model" if how == "name" else Model
        materializers.register(type_, ModelMaterializer() if how == "instance" else ModelMaterializer)
    name, manifest = save(Model(8), tmp_path)
    assert name == f"{__name__}.Model"
    assert [file.path for file in manifest.files] == ["model.txt"]
    assert load(name, manifest, tmp_path).weight == 8


def test_a_subclass_is_refused_by_what_its_base_would_make_of_it() -> None:
    """It would come back as its base."""
    materializers.register(Model, ModelMaterializer)
    with pytest.raises(UnsupportedTypeError) as caught:
        materializers.serving(Larger)
    assert str(caught.value) == (
        f"no materializer for {__name__}.Larger: that for its base {__name__}.Model would restore a {__name__}.Model; "
        f"convert the value to {__name__}.Model, register one with materializers.register(Larger, …), or let it be "
        "pickled ([artifacts] allow_pickle)"
    )


def test_other_types_are_refused_with_the_ways_out() -> None:
    """The message names the type, what can be written, and what to register."""
    with pytest.raises(UnsupportedTypeError) as caught:
        materializers.serving(Model)
    assert str(caught.value) == (
        f"no materializer for {__name__}.Model; return plain values, dataclasses, arrays or tables, save it to a file "
        "and return its pathlib.Path, register one with materializers.register(Model, …), or let it be pickled "
        "([artifacts] allow_pickle)"
    )


def test_an_unknown_name_says_what_to_import() -> None:
    """Whoever reads a value must import what registers its materializer."""
    with pytest.raises(
        UnsupportedTypeError, match=r"'my_models.Model', which is not known here; import .*'my_models'$"
    ):
        materializers.named("my_models.Model")


@pytest.mark.parametrize("thing", [object(), Model, Model(1), 3])
def test_what_is_no_materializer_is_refused_at_once(thing: Any) -> None:
    """Not when the first value is saved."""
    if thing is Model:
        materializers.register(Model, ModelMaterializer)
        thing = type("Saver", (), {"save": ModelMaterializer.save})
    with pytest.raises(DeclarationError, match="is no materializer: it lacks save"):
        materializers.register(Model, thing)
    with pytest.raises(DeclarationError, match="is no materializer: it lacks save"):
        materializers.announce(thing() if isinstance(thing, type) else thing)


def test_an_announced_materializer_reads_what_it_wrote(tmp_path: Path) -> None:
    """One that an output declares for itself serves no type, and is found by its name."""
    name, _ = materializers.announce(ModelMaterializer())
    assert name == f"{__name__}.ModelMaterializer"
    assert isinstance(materializers.named(name).handler, ModelMaterializer)
    with pytest.raises(UnsupportedTypeError, match="no materializer for"):
        materializers.serving(Model)


def test_every_path_is_a_path(tmp_path: Path) -> None:
    """The class of a path depends on the system, and its materializer serves all."""
    file = tmp_path / "x.txt"
    file.write_text("x")
    assert materializers.serving(type(file)).name == "pathlib.Path"
    assert round_trip(file, tmp_path).read_text() == "x"
