"""Paths in object storage as artifacts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from airflow.sdk import ObjectStoragePath

from airflow_artifacts import fingerprint
from airflow_artifacts.cache.key import view
from airflow_artifacts.exceptions import UnsupportedTypeError
from airflow_artifacts.testing import round_trip

if TYPE_CHECKING:
    from pathlib import Path

    from airflow_artifacts import ArtifactClient

URLS = ["file:///data/events.parquet", "file://one@/data/events.parquet", "file:///data/größe \udcff.parquet"]


@pytest.mark.parametrize("url", URLS)
def test_a_path_comes_back_with_its_connection(url: str, tmp_path: Path) -> None:
    """It leads to the same place by the same connection, whether something lies there or not."""
    path = ObjectStoragePath(url)
    loaded = round_trip(path, tmp_path)
    assert (loaded, loaded.conn_id) == (path, path.conn_id)


def test_paths_in_a_list_come_back(tmp_path: Path) -> None:
    """Each as a path of its own."""
    paths = [ObjectStoragePath(url) for url in URLS]
    assert round_trip(paths, tmp_path) == paths


def test_a_path_with_options_is_refused(tmp_path: Path) -> None:
    """They may be secret, and the message names them and the way out."""
    path = ObjectStoragePath("file:///data/events.parquet", auto_mkdir=True)
    with pytest.raises(UnsupportedTypeError, match=r"was given auto_mkdir, .*file://conn_id@bucket/key"):
        round_trip(path, tmp_path)


def test_paths_to_different_places_have_different_fingerprints() -> None:
    """The connection counts, and so do options; two paths to one place are the same."""
    paths = [ObjectStoragePath(url) for url in URLS]
    given = ObjectStoragePath(URLS[0], auto_mkdir=True)
    assert len({fingerprint.value(path) for path in [*paths, given]}) == len(URLS) + 1
    assert fingerprint.value(ObjectStoragePath(URLS[0])) == fingerprint.value(paths[0])


def test_what_lies_at_a_place_may_have_changed(artifact_client: ArtifactClient) -> None:
    """A path that is saved again is another value to whoever takes it, as its text says nothing of the data."""
    path = ObjectStoragePath(URLS[0])
    first, second = (artifact_client.get(str(artifact_client.save(path, "place"))) for _ in range(2))
    assert view(first, Any) != view(second, Any)
