"""One artifact of many files: what lists do not read, and how few statements and transactions the rest takes."""

from __future__ import annotations

import contextlib
import pickle
import sys
import time
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from airflow_artifacts import ArtifactClient, VersionSummary
from airflow_artifacts.model import ArtifactCriteria, ArtifactVersion

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FEW, MANY = 60, 10_000
NAME = "many/files"
FILE = "000/000007.txt"


class Statements(list[str]):
    """What a client says to its lineage database, and how long it took."""

    @classmethod
    @contextlib.contextmanager
    def of(cls, client: ArtifactClient, what: str) -> Iterator[Statements]:
        """Listen while something is done."""
        found = cls()

        def note(_: object, __: object, statement: str, *___: object) -> None:
            found.append(statement)

        engine = client.lineage._database.engine
        sa.event.listen(engine, "before_cursor_execute", note)
        began = time.monotonic()
        try:
            yield found
        finally:
            sa.event.remove(engine, "before_cursor_execute", note)
        sys.stdout.write(f"{what}: {len(found)} statements, {time.monotonic() - began:.2f} s\n")

    @property
    def reads_files(self) -> bool:
        """Whether one of them reads a list of files."""
        return any("manifest.content" in one and "SELECT" in one for one in self)


@pytest.fixture
def client(database_url: str, tmp_path: Path) -> Iterator[ArtifactClient]:
    """A client of an empty store."""
    with ArtifactClient.connect(store=str(tmp_path / "store"), database=database_url) as client:
        yield client


def folder_of(place: Path, files: int) -> Path:
    """Make a folder of small files, each of other bytes."""
    for number in range(files):
        path = place / f"{number // 1000:03}" / f"{number:06}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"file {number}")
    return place


def test_lists_do_not_read_the_files(client: ArtifactClient, tmp_path: Path) -> None:
    """Lists, searches, pages and graphs say how many files a version has without reading which; get reads them."""
    version = client.save(folder_of(tmp_path / "files", FEW), NAME)
    client.save([1, "two"], "a/list")
    assert isinstance(version, ArtifactVersion)
    with Statements.of(client, "lists") as said:
        listed = {one.name: one.latest for one in client.list()}
        (found,) = client.versions(NAME)
        assert [one.file_count for one in client.search(NAME)] == [FEW]
        assert client.catalogue.artifacts(ArtifactCriteria(text=NAME)).artifacts[0].latest == version
        assert client.catalogue.versions(NAME).versions == (version,)
        assert client.upstream(version).versions == {version.id: version}
    assert not said.reads_files
    assert type(found) is VersionSummary
    assert listed[NAME] == found == version
    assert getattr(listed["a/list"], "length", None) == 2
    assert str(listed["a/list"] and listed["a/list"].ref.serialize()["length"]) == "2"
    with Statements.of(client, "get") as said:
        assert client.get(found).manifest == version.manifest
    assert said.reads_files


def test_what_lists_give_is_taken_everywhere(client: ArtifactClient, tmp_path: Path) -> None:
    """A version from a list is loaded, opened, located and pickled as any other."""
    version = client.save(folder_of(tmp_path / "files", 8), NAME)
    assert isinstance(version, ArtifactVersion)
    (found,) = client.versions(NAME)
    assert client.open(found, FILE).read() == b"file 7"
    assert client.load(found).is_dir()
    assert client.locations(found) == client.locations(version)
    assert client.reference(found) == client.reference(version)
    assert pickle.loads(pickle.dumps(found)) == found  # noqa: S301 - our own
    assert pickle.loads(pickle.dumps(version)).manifest == version.manifest  # noqa: S301
    assert pickle.loads(pickle.dumps(client.get(found))).manifest == version.manifest  # noqa: S301
    with pytest.raises(AttributeError, match=r"client\.get\('.*@1'\) adds them"):
        found.manifest  # type: ignore[attr-defined]  # noqa: B018
    assert len({found, version}) == 1
    assert found != client.pin(found)


def check(client: ArtifactClient, folder: Path, files: int) -> None:
    """Save, load, list, change, delete and collect an artifact of many files, in so many statements at most."""
    statements = 8 * (files // 400 + 1) + 40
    with Statements.of(client, f"save {files:,} files") as said:
        version = client.save(folder_of(folder, files), NAME)
    assert len(said) < statements
    with Statements.of(client, "save them again") as said:
        assert client.save(folder, NAME) != version
    assert len(said) < statements
    with Statements.of(client, "list") as said:
        assert [one.file_count for one in client.versions(NAME)] == [files, files]
    assert not said.reads_files
    with Statements.of(client, "open one file of them") as said:
        assert client.open(NAME, FILE).read() == b"file 7"
    assert len(said) == 1 + said.count("BEGIN")
    with Statements.of(client, "load them") as said:
        assert sum(path.is_file() for path in client.load(NAME).rglob("*")) == files
    assert len(said) == 1 + said.count("BEGIN")
    with Statements.of(client, "delete both versions") as said:
        for word in ("1", "2"):
            client.delete(f"{NAME}@{word}")
    assert len(said) < statements + 40
    with Statements.of(client, "collect their bytes") as said:
        assert client.gc(grace=timedelta()).objects == files
    assert len(said) < 8 * (files // 50 + files // 400 + 1) + 40


def test_some_files(client: ArtifactClient, tmp_path: Path) -> None:
    """Statements grow with hundreds of files, not with each."""
    check(client, tmp_path / "files", FEW)


@pytest.mark.slow
def test_ten_thousand_files(client: ArtifactClient, tmp_path: Path) -> None:
    """Statements grow with hundreds of files, not with each, and lists cost what they cost of one file."""
    check(client, tmp_path / "files", MANY)
