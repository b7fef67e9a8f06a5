"""Downloads: whole and right, or failed; never what lies elsewhere, never what the browser would run."""

from __future__ import annotations

import threading
import time
import tracemalloc
from typing import TYPE_CHECKING, Any

import httpx
import numpy as np
import pytest
import uvicorn

from airflow_artifacts.client import ArtifactClient
from airflow_artifacts.model import Digest, ManifestFile
from airflow_artifacts.ui.api import create_app
from airflow_artifacts.ui.api.files import file_headers
from tests.ui.conftest import PLAN
from tests.ui.world import Door, Person, Plans

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from airflow_artifacts.model import ArtifactVersion
    from tests.servers import S3

LARGE = 3_000_000  # numbers of eight bytes: several pieces


@pytest.fixture
def address(artifact_client: ArtifactClient) -> Iterator[str]:
    """The API on a real server, as a broken answer shows itself on a real connection only."""
    app = create_app(Door(Person(others="rw")), lambda: artifact_client, embedded=lambda: True, planner=Plans(PLAN))
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="critical"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}/api/versions"
    server.should_exit = True
    thread.join()


@pytest.fixture
def large(artifact_client: ArtifactClient) -> ArtifactVersion:
    """A version whose file is sent in several pieces."""
    return artifact_client.save(np.arange(LARGE, dtype="int64"), "large")


def place(client: ArtifactClient, version: ArtifactVersion) -> Path:
    """Return where the only object of a version lies."""
    found = client.store.local(version.manifest.files[0].object)
    assert found is not None
    return found


def damage(path: Path, at: int) -> None:
    """Change one byte."""
    path.chmod(0o644)
    with path.open("r+b") as file:
        file.seek(at)
        byte = file.read(1)
        file.seek(at)
        file.write(bytes([byte[0] ^ 1]))


def test_a_file_comes_whole_and_to_be_kept(
    artifact_client: ArtifactClient, large: ArtifactVersion, address: str
) -> None:
    (file,) = large.manifest.files
    answer = httpx.get(f"{address}/{large.id}/files/{file.path}")
    assert answer.content == place(artifact_client, large).read_bytes()
    assert answer.headers["content-length"] == str(file.size)
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert answer.headers["content-security-policy"].startswith("sandbox")


@pytest.mark.parametrize("at", [0, LARGE * 4, -1])
def test_wrong_bytes_break_the_download_off(
    artifact_client: ArtifactClient, large: ArtifactVersion, address: str, at: int, caplog: pytest.LogCaptureFixture
) -> None:
    (file,) = large.manifest.files
    damage(place(artifact_client, large), at % file.size)
    with pytest.raises(httpx.RemoteProtocolError):
        httpx.get(f"{address}/{large.id}/files/{file.path}")
    assert "the download of large@1" in caplog.text


def test_wrong_bytes_of_a_short_file_are_said(artifact_client: ArtifactClient, address: str) -> None:
    version = artifact_client.save({"a": 1}, "short")
    (file,) = version.manifest.files
    damage(place(artifact_client, version), 0)
    answer = httpx.get(f"{address}/{version.id}/files/{file.path}")
    assert (answer.status_code, answer.json()["kind"]) == (500, "CorruptObjectError")


def test_wrong_bytes_that_go_on_behind_the_files_end_are_not_taken_for_it(
    artifact_client: ArtifactClient, address: str
) -> None:
    """Though they are read in pieces, of which the first is as long as the file."""
    version = artifact_client.save(b"x" * (4 << 20), "even")
    path = place(artifact_client, version)
    path.chmod(0o644)
    path.write_bytes(b"y" * (8 << 20))
    answer = httpx.get(f"{address}/{version.id}/files/{version.manifest.files[0].path}", timeout=60)
    assert (answer.status_code, answer.json()["kind"]) == (500, "CorruptObjectError")


def test_bytes_that_are_gone_are_said(artifact_client: ArtifactClient, large: ArtifactVersion, address: str) -> None:
    (file,) = large.manifest.files
    place(artifact_client, large).unlink()
    answer = httpx.get(f"{address}/{large.id}/files/{file.path}")
    assert (answer.status_code, answer.json()["kind"]) == (410, "MissingObjectError")


def test_registered_data_is_left_where_it_lies(artifact_client: ArtifactClient, address: str, tmp_path: Path) -> None:
    (tmp_path / "data.csv").write_text("a\n1\n")
    version = artifact_client.register(tmp_path / "data.csv", name="raw/data")
    answer = httpx.get(f"{address}/{version.id}/files/data.csv")
    assert answer.status_code == 409
    assert f"read it at {version.manifest.files[0].uri}" in answer.json()["detail"]


@pytest.mark.parametrize(
    "path", ["nothing", "../lineage.db", "%2e%2e/lineage.db", "/etc/passwd", "..%2f..%2fetc%2fpasswd"]
)
def test_only_files_of_the_manifest_are_sent(large: ArtifactVersion, address: str, path: str) -> None:
    assert httpx.get(f"{address}/{large.id}/files/{path}").status_code == 404


def test_a_long_file_takes_little_memory(artifact_client: ArtifactClient) -> None:
    version = artifact_client.save(np.zeros(20_000_000, dtype="int64"), "long")
    (file,) = version.manifest.files
    tracemalloc.start()
    try:
        size = sum(len(chunk) for chunk in artifact_client.stream(version, file.path))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert size == file.size > 160_000_000
    assert peak < 20_000_000


@pytest.mark.parametrize(
    ("path", "plain", "coded"),
    [
        ("data.parquet", "data.parquet", "data.parquet"),
        ("folder/data.csv", "data.csv", "data.csv"),
        ('a"b\r\nX: y.txt', "a_b__X_ y.txt", "a%22b%0D%0AX%3A%20y.txt"),
        ("größe.txt", "gr__e.txt", "gr%C3%B6%C3%9Fe.txt"),
        ("..", "file", ".."),
    ],
)
def test_a_name_is_safe_in_a_header(path: str, plain: str, coded: str) -> None:
    headers: dict[str, Any] = file_headers(ManifestFile(path, Digest("blake3:0"), 1))
    assert headers["Content-Disposition"] == f"attachment; filename=\"{plain}\"; filename*=UTF-8''{coded}"


def test_an_object_in_a_bucket_is_sent_as_one_on_a_disk(s3: S3, tmp_path: Path) -> None:
    store, database = f"s3://{s3.create_bucket()}/artifacts", f"sqlite:///{tmp_path / 'lineage.db'}"
    with ArtifactClient.connect(store=store, database=database, storage_options=s3.storage_options) as client:
        version = client.save(np.arange(2_000_000), "large")
        (file,) = version.manifest.files
        assert sum(map(len, client.stream(version, file.path))) == file.size
