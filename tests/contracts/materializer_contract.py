"""What every materializer keeps: values come back equal, of the same type, and independent of what is stored."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import pytest

from airflow_artifacts import materializers
from airflow_artifacts.store import ObjectStore

if TYPE_CHECKING:
    from pathlib import Path

    from airflow_artifacts.materializers import Materializer
    from airflow_artifacts.model import Manifest
    from airflow_artifacts.store import Reader


def save(value: object, folder: Path, materializer: Materializer[Any] | None = None) -> tuple[str, Manifest]:
    """Write a value into a store; return the materializer's name and the manifest."""
    store = ObjectStore.open(str(folder / "store"))
    name, registered = materializers.writing(value, allow_pickle=False)
    with store.spool() as spool:
        details = (materializer or registered).save(value, spool)
        manifest = type(spool.manifest({})).from_json(spool.manifest(details or {}).to_json())
        for file in manifest.files:
            store.put(file.object, spool.find(file.object))
    return name, manifest


def reader(manifest: Manifest, folder: Path) -> Reader:
    """Return the files of a value in a store."""
    store = ObjectStore.open(str(folder / "store"))
    scratch = folder / "scratch"
    scratch.mkdir(exist_ok=True)
    return store.reader(manifest, label="x@1", scratch=scratch)


def load(name: str, manifest: Manifest, folder: Path) -> Any:
    """Read a value from a store."""
    return materializers.named(name).handler.load(reader(manifest, folder))


def round_trip(value: object, folder: Path, materializer: Materializer[Any] | None = None) -> Any:
    """Write a value into a store and read it again."""
    return load(*save(value, folder, materializer), folder)


class MaterializerContract:
    """Facts of every materializer; a subclass gives the fixture ``value`` and says what is equal."""

    @pytest.fixture
    def materializer(self) -> Materializer[Any] | None:
        """What writes the value; None for what is registered for its type."""
        return None

    def same(self, left: Any, right: Any) -> bool:
        """Whether two values are equal; the types are compared besides."""
        return bool(left == right)

    def test_a_value_comes_back(self, value: Any, materializer: Any, tmp_path: Path) -> None:
        """What was saved is loaded, equal and of the same type."""
        loaded = round_trip(value, tmp_path, materializer)
        assert type(loaded) is type(value)
        assert self.same(loaded, value)

    def test_saving_does_not_change_the_value(self, value: Any, materializer: Any, tmp_path: Path) -> None:
        """The value is afterwards as it was before."""
        before = copy.deepcopy(value)
        save(value, tmp_path, materializer)
        assert self.same(value, before)

    def test_saving_twice_gives_the_same_bytes(self, value: Any, materializer: Any, tmp_path: Path) -> None:
        """Equal values are stored once: nothing of time or place gets into the files."""
        assert save(value, tmp_path, materializer)[1] == save(value, tmp_path, materializer)[1]
