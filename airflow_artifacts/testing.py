"""For the tests of those who use artifacts: a client of a test's own, and the facts of every materializer.

Put ``pytest_plugins = ["airflow_artifacts.testing"]`` into the topmost ``conftest.py`` for the fixture.
"""

from __future__ import annotations

import copy
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from airflow_artifacts import materializers
from airflow_artifacts.client import ArtifactClient
from airflow_artifacts.exceptions import CorruptObjectError
from airflow_artifacts.model import Manifest
from airflow_artifacts.store import ObjectStore

if TYPE_CHECKING:
    from collections.abc import Iterator

    from airflow_artifacts.materializers import Materializer
    from airflow_artifacts.store import Reader

__all__ = ["MaterializerContract", "artifact_client", "load", "reader", "round_trip", "save"]

# What save() returns lies in the lineage database and is read with every description of the version.
_DETAILS_BYTES = 1 << 16


@pytest.fixture
def artifact_client(tmp_path: Path) -> Iterator[ArtifactClient]:
    """A client on an empty store and an empty SQLite database, both gone with the test's folder."""
    folder = tmp_path / "artifacts"
    folder.mkdir()
    with ArtifactClient.connect(store=str(folder / "store"), database=f"sqlite:///{folder / 'lineage.db'}") as client:
        yield client


def save(value: object, folder: Path, materializer: Materializer[Any] | None = None) -> tuple[str, Manifest]:
    """Write a value into a store in a folder; return the materializer's name, and the list of files.

    Args:
        value: The value.
        folder: Where the store is made.
        materializer: What writes it; without it what is registered for its type.
    """
    store = ObjectStore.open(str(folder / "store"))
    name, registered = materializers.writing(value, allow_pickle=False)
    with store.spool() as spool:
        details = (materializer or registered).save(value, spool)
        manifest = Manifest.from_json(spool.manifest(details or {}).to_json())
        for file in manifest.files:
            store.put(file.object, spool.find(file.object))
    return name, manifest


def reader(manifest: Manifest, folder: Path) -> Reader:
    """Return the files of a value that :func:`save` wrote."""
    scratch = folder / "scratch"
    scratch.mkdir(exist_ok=True)
    return ObjectStore.open(str(folder / "store")).reader(manifest, label="x@1", scratch=scratch)


def load(name: str, manifest: Manifest, folder: Path, materializer: Materializer[Any] | None = None) -> Any:
    """Read a value that :func:`save` wrote."""
    return (materializer or materializers.named(name).handler).load(reader(manifest, folder))


def round_trip(value: object, folder: Path, materializer: Materializer[Any] | None = None) -> Any:
    """Write a value and read it again."""
    return load(*save(value, folder, materializer), folder, materializer)


class MaterializerContract:
    """Facts of every materializer: subclass it, and give it the fixture ``value``, and ``same`` where ``==`` is not it.

    ::

        class TestModel(MaterializerContract):
            @pytest.fixture
            def value(self):
                return Model(weights=[1, 2])
    """

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
        """Equal values are stored once: nothing of time or place gets into the files; and several threads may save."""
        with ThreadPoolExecutor(2) as pool:
            first, second = pool.map(lambda _: save(value, tmp_path, materializer), range(2))
        assert first == second

    def test_details_are_small_json(self, value: Any, materializer: Any, tmp_path: Path) -> None:
        """They come back from JSON as they were; what is large belongs into a file."""
        details = save(value, tmp_path, materializer)[1].details
        text = json.dumps(dict(details), allow_nan=False)
        assert json.loads(text) == dict(details)
        assert len(text) <= _DETAILS_BYTES

    def test_changed_bytes_are_an_error(self, value: Any, materializer: Any, tmp_path: Path) -> None:
        """All bytes are read through ``files``, which checks them."""
        name, manifest = save(value, tmp_path, materializer)
        for place in filter(Path.is_file, (tmp_path / "store" / "objects").rglob("*")):
            place.chmod(0o644)
            data = place.read_bytes()
            place.write_bytes(bytes([data[0] ^ 1]) + data[1:] if data else b"x")
        if manifest.files:
            with pytest.raises(CorruptObjectError):
                load(name, manifest, tmp_path, materializer)
