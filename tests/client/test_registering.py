"""Registering data that is there: by reference or copied, checked, and never taken away."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import fsspec
import pytest

from airflow_artifacts import register_artifact
from airflow_artifacts.client import ArtifactClient, current_context
from airflow_artifacts.exceptions import (
    ArtifactNotFoundError,
    CorruptObjectError,
    DeclarationError,
    InvalidNameError,
    MissingObjectError,
    VersionTakenError,
)
from airflow_artifacts.model import ArtifactVersion, SaveKind
from tests.client.calling import Caller

if TYPE_CHECKING:
    from tests.servers import S3


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with files, also in a folder of its own, and with names that URIs write otherwise."""
    folder = tmp_path / "my data"
    (folder / "sub").mkdir(parents=True)
    (folder / "a.csv").write_text("a,b\n1,2\n")
    (folder / "sub" / "b%41 ü#.txt").write_text("b")
    return folder


def registered(client: ArtifactClient, uri: Any, name: str = "raw/history", **options: Any) -> ArtifactVersion:
    """Register outside of a task."""
    version = client.register(uri, name, **options)
    assert isinstance(version, ArtifactVersion)
    return version


def test_a_folder_stays_where_it_is(artifact_client: ArtifactClient, folder: Path) -> None:
    """It loads as the very folder; sizes, digests and places are recorded, and nothing is copied."""
    version = registered(artifact_client, folder, tags=["bronze"], metadata={"source": "erp"})
    assert version.save_kind is SaveKind.REGISTERED
    assert artifact_client.load("raw/history") == folder
    assert [(file.path, file.size, file.uri) for file in version.manifest.files] == [
        ("a.csv", 8, (folder / "a.csv").as_uri()),
        ("sub/b%41 ü#.txt", 1, (folder / "sub" / "b%41 ü#.txt").as_uri()),
    ]
    assert all(file.digest.startswith("blake3:") for file in version.manifest.files)
    assert version.metadata == {"uri": folder.as_uri(), "source": "erp"}
    assert artifact_client.locations(version) == [file.uri for file in version.manifest.files]
    assert not list(Path(artifact_client.store.uri).glob("objects/*/*"))
    with artifact_client.open("raw/history", "a.csv") as file:
        assert file.read() == b"a,b\n1,2\n"


def test_a_file(artifact_client: ArtifactClient, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file loads as its path; a relative one is made absolute, and a file URI is taken as well."""
    monkeypatch.chdir(folder)
    registered(artifact_client, "a.csv", "one")
    assert artifact_client.load("one", Path) == folder / "a.csv"
    registered(artifact_client, (folder / "sub" / "b%41 ü#.txt").as_uri(), "two")
    assert artifact_client.load("two").read_text() == "b"


def test_registering_again(artifact_client: ArtifactClient, folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Unchanged data is the version it was, also where it was touched, and the log says so; changed data is new."""
    first = registered(artifact_client, folder)
    os.utime(folder / "a.csv", (1, 1))
    with caplog.at_level(logging.INFO):
        again = registered(artifact_client, folder, tags=["seen"])
    assert again.id == first.id
    assert again.tags == {"seen"}
    assert [one.key for one in artifact_client.metadata(again)] == ["uri"]
    assert "raw/history@1 is of this data already, and unchanged" in caplog.text
    assert artifact_client.load("raw/history") == folder  # the stamp differs, the bytes do not
    (folder / "a.csv").write_text("a,b\n3,4\n")
    assert str(registered(artifact_client, folder)) == "raw/history@2"
    (folder / "a.csv").write_text("a,b\n1,2\n")
    assert str(registered(artifact_client, folder)) == "raw/history@3"  # latest is what is there now
    assert str(registered(artifact_client, folder, "other")) == "other@1"


def test_explicit_versions(artifact_client: ArtifactClient, folder: Path) -> None:
    """Equal content is accepted under its version, other content refused."""
    registered(artifact_client, folder, version="v1")
    assert str(registered(artifact_client, folder, version="v1")) == "raw/history@v1"
    (folder / "a.csv").write_text("other")
    with pytest.raises(VersionTakenError, match="'raw/history@v1' exists already"):
        registered(artifact_client, folder, version="v1")


def test_changed_or_gone(artifact_client: ArtifactClient, folder: Path) -> None:
    """What was changed or is gone is an error that says which file, and what to do."""
    version = registered(artifact_client, folder)
    stamp = (folder / "a.csv").stat()
    (folder / "a.csv").write_text("a,b\n1,3\n")
    with pytest.raises(CorruptObjectError, match=r"the data of raw/history@1 was changed: .*a\.csv has digest blake3:"):
        artifact_client.load(version)
    with pytest.raises(CorruptObjectError, match="put the registered bytes back, or register what is there now"):
        artifact_client.open(version, "a.csv")
    (folder / "a.csv").write_text("a,b\n1,2\n")
    os.utime(folder / "a.csv", ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    assert artifact_client.load(version) == folder
    (folder / "sub" / "b%41 ü#.txt").unlink()
    with pytest.raises(MissingObjectError, match=r"is gone: file://.* does not exist; put it back"):
        artifact_client.load(version)


def test_what_cannot_be_registered(artifact_client: ArtifactClient, tmp_path: Path, folder: Path) -> None:
    """What is not there, the store and what holds it, links to folders, pipes, secrets: each with the way out."""
    artifact_client.save(1, "x")
    store = Path(artifact_client.store.uri)
    (tmp_path / "empty").mkdir()
    (folder / "link").symlink_to(tmp_path / "empty")
    (tmp_path / "to-store").symlink_to(store)
    for uri, error, words in (
        (tmp_path / "nothing", ArtifactNotFoundError, "does not exist"),
        (tmp_path / "empty", ArtifactNotFoundError, "a folder without files"),
        (store, InvalidNameError, "lies in the store of artifacts, or around it"),
        (store / "objects", InvalidNameError, "lies in the store"),
        (store.parent, InvalidNameError, "or around it"),
        (tmp_path / "to-store" / "objects", InvalidNameError, "lies in the store"),
        (folder, InvalidNameError, "is a link to a folder"),
        ("s3://key:secret@bucket/x", InvalidNameError, r"'s3://\*\*\*@bucket/x' holds a secret"),
        ("", InvalidNameError, "is no path or URI"),
    ):
        with pytest.raises(error, match=words):
            artifact_client.register(uri, "raw")
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InvalidNameError, match="is no file"):
        artifact_client.register(tmp_path / "pipe", "raw")
    assert artifact_client.find("raw") is None


def test_a_neighbour_of_the_store(artifact_client: ArtifactClient) -> None:
    """A folder whose name begins as the store's does is another folder."""
    beside = Path(f"{artifact_client.store.uri}_evil")
    beside.mkdir()
    (beside / "f.txt").write_text("x")
    registered(artifact_client, beside)
    assert artifact_client.load("raw/history") == beside


def test_a_copy_is_ours(artifact_client: ArtifactClient, folder: Path) -> None:
    """Copied bytes outlive the folder they came from, and load as a copy with the same files."""
    version = registered(artifact_client, folder, copy=True)
    assert registered(artifact_client, folder, copy=True).id == version.id
    (folder / "a.csv").write_text("changed")
    loaded = artifact_client.load("raw/history")
    assert loaded != folder
    assert (loaded / "a.csv").read_text() == "a,b\n1,2\n"
    assert (loaded / "sub" / "b%41 ü#.txt").read_text() == "b"
    assert artifact_client.prune(saved=True, latest=True, aliased=True).versions == ()


def test_another_filesystem(artifact_client: ArtifactClient) -> None:
    """Any URI that fsspec knows is fetched when it is loaded, and its bytes are checked then."""
    memory = fsspec.filesystem("memory")
    memory.pipe({"/data/x/a.txt": b"a" * 10, "/data/x/sub/b.txt": b"b"})
    try:
        version = registered(artifact_client, "memory://data/x")
        loaded = artifact_client.load(version)
        assert {path.name: path.read_bytes() for path in loaded.rglob("*.txt")} == {"a.txt": b"a" * 10, "b.txt": b"b"}
        assert loaded.name == "x"
        copied = registered(artifact_client, "memory://data/x/a.txt", "copied", copy=True)
        memory.pipe("/data/x/a.txt", b"A" * 10)
        with pytest.raises(CorruptObjectError, match=r"memory://data/x/a\.txt has digest"):
            artifact_client.load(version)
        assert artifact_client.load(copied).read_bytes() == b"a" * 10
    finally:
        memory.rm("/data", recursive=True)


def test_on_s3(s3: S3, tmp_path: Path) -> None:
    """Data in another prefix of the store's own kind is opened as the store is; an etag tells that it changed."""
    bucket = s3.create_bucket()
    database = f"sqlite:///{tmp_path / 'l.db'}"
    with ArtifactClient.connect(
        store=f"s3://{bucket}/store", database=database, storage_options=s3.storage_options
    ) as client:
        filesystem = client.store._filesystem
        filesystem.pipe(
            {f"{bucket}/data/a.txt": b"a", f"{bucket}/data/sub/b.txt": b"b", f"{bucket}/store_evil/c": b"c"}
        )
        version = registered(client, f"s3://{bucket}/data/")
        assert all(str(file.stamp).startswith("ETag") for file in version.manifest.files)
        assert (client.load(version) / "sub" / "b.txt").read_bytes() == b"b"
        assert registered(client, f"s3://{bucket}/data").id == version.id
        assert registered(client, f"s3://{bucket}/store_evil", "evil")
        for uri in (f"s3://{bucket}/store", f"s3://{bucket}/store/objects", f"s3://{bucket}"):
            with pytest.raises(InvalidNameError, match="lies in the store"):
                client.register(uri, "raw")
        filesystem.pipe(f"{bucket}/data/a.txt", b"x")
        assert client.verify(version, quick=True).faults[0].place == f"s3://{bucket}/data/a.txt"
        with pytest.raises(ArtifactNotFoundError, match="does not exist"):
            client.register(f"s3://{bucket}/nothing", "raw")


def test_deleting_its_description(artifact_client: ArtifactClient, folder: Path) -> None:
    """Only the description can be deleted by name; the data stays, whatever is asked."""
    version = registered(artifact_client, folder)
    with pytest.raises(DeclarationError, match="lie where they were registered, and stay there"):
        artifact_client.delete(version, only="artifact")
    assert artifact_client.delete(version).versions == ("raw/history@1",)
    assert (folder / "a.csv").exists()


def test_in_a_task(artifact_client: ArtifactClient, folder: Path) -> None:
    """It is published with the task's outputs, or at once; a hit returns it again, unless its bytes changed."""
    place = str(folder)

    def checkpoint() -> list[str]:
        pending = register_artifact(place, "raw/history")
        now = register_artifact(f"{place}/a.csv", "checkpoint", publish="now")
        return [type(pending).__name__, now.producer.state.value]  # type: ignore[union-attr]

    call = Caller(artifact_client)
    assert call(checkpoint, run="monday", occasion=("run", "same")).executed
    assert artifact_client.load("churn::checkpoint::output") == ["PendingVersion", "running"]
    found = artifact_client.task_run("churn", "monday", "checkpoint")
    assert set(found.outputs) == {"output", "raw/history@1", "checkpoint@1"}
    assert not call(checkpoint, run="tuesday", occasion=("run", "same")).executed
    (folder / "a.csv").write_text("changed")
    assert call(checkpoint, run="wednesday", occasion=("run", "same")).executed
    assert str(artifact_client.get("raw/history")) == "raw/history@2"


def test_what_a_failed_task_published_stays(artifact_client: ArtifactClient, folder: Path) -> None:
    """With publish='now' a checkpoint outlives the task's failure; what waits for the task does not."""

    def train() -> int:
        context = current_context()
        assert context is not None
        context.client.register(folder / "a.csv", "checkpoint", copy=True, publish="now")
        context.client.register(folder / "a.csv", "waiting")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        Caller(artifact_client)(train)
    version = artifact_client.get("checkpoint")
    assert version.producer is not None
    assert version.producer.state.value == "failed"
    assert artifact_client.load(version).read_text() == "a,b\n1,2\n"
    assert artifact_client.find("waiting") is None


def test_when_it_is_published(artifact_client: ArtifactClient, folder: Path) -> None:
    """Anything but the two words is refused, and leaves nothing behind."""
    with pytest.raises(DeclarationError, match="publish='soon' must be 'with task' or 'now'"):
        artifact_client.register(folder, "raw", publish="soon")  # type: ignore[arg-type]
    assert not list(Path(artifact_client.store.uri).glob("spool/*"))
