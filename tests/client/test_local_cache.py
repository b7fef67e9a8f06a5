"""A client whose objects are kept on this machine."""

from __future__ import annotations

import shutil
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import pytest

from airflow_artifacts.client import ArtifactClient
from airflow_artifacts.exceptions import ConfigurationError, MissingObjectError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.servers import S3


@pytest.fixture
def client(s3: S3, tmp_path: Path) -> Iterator[ArtifactClient]:
    with ArtifactClient.connect(
        store=f"s3://{s3.create_bucket()}/prefix",
        database=f"sqlite:///{tmp_path / 'lineage.db'}",
        storage_options=s3.storage_options,
        local_cache=tmp_path / "cache",
        local_cache_size="1 GB",
    ) as connected:
        yield connected


def kept(folder: Path) -> list[Path]:
    return [path for path in (folder / "cache" / "objects").rglob("*") if path.is_file()]


def test_values_of_all_kinds_come_from_it(client: ArtifactClient, tmp_path: Path) -> None:
    """They are loaded though the store has them no more, and what is done to what was loaded changes nothing."""
    (tmp_path / "file.txt").write_text("text")
    values = {"array": np.arange(400_000), "frame": pl.DataFrame({"a": range(400_000)}), "file": tmp_path / "file.txt"}
    for name, value in values.items():
        client.save(value, name)
        client.load(name)
    store = client.store
    store._filesystem.rm(f"{store._root}/objects", recursive=True)
    array = client.load("array")
    array[0] = 7
    assert client.load("array")[0] == 0
    assert client.load("frame").equals(values["frame"])
    path = client.load("file")
    path.write_text("changed")
    assert client.load("file").read_text() == "text"
    assert client.load("frame", pl.LazyFrame).collect().height == 400_000
    assert len(kept(tmp_path)) == 3


def test_what_was_deleted_is_gone_for_everybody(client: ArtifactClient, tmp_path: Path) -> None:
    """Bytes that were deleted on purpose are not loaded from here, and verify asks the store."""
    version = client.save(b"secret", "mine")
    assert client.load("mine") == b"secret"
    assert len(kept(tmp_path)) == 1
    client.delete(version, only="artifact", grace=timedelta(seconds=-60))
    with pytest.raises(MissingObjectError, match="the bytes of mine@1 were deleted on"):
        client.load("mine")
    other = client.save(b"lost", "lost")
    assert client.load("lost") == b"lost"
    client.store.delete(other.manifest.files[0].object)
    assert client.load("lost") == b"lost"
    [fault] = client.verify("lost").faults
    assert fault.reason == "gone"


def test_it_may_go_while_the_client_is_open(client: ArtifactClient, tmp_path: Path) -> None:
    """Somebody who removes the whole folder is no fault of a task's."""
    client.save(b"kept", "mine")
    for _ in range(2):
        assert client.load("mine") == b"kept"
        shutil.rmtree(tmp_path / "cache")


def test_a_size_that_is_none_is_refused(tmp_path: Path) -> None:
    """At once, and by its setting."""
    with pytest.raises(ConfigurationError, match="local_cache_size is 'much'"):
        ArtifactClient.connect(
            store="memory://x",
            database=f"sqlite:///{tmp_path / 'lineage.db'}",
            local_cache=tmp_path,
            local_cache_size="much",
        )
