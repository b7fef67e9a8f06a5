"""A store in a local folder."""

from __future__ import annotations

import os
import resource
import stat
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from airflow_artifacts.exceptions import ConfigurationError, CorruptObjectError, StoreError
from airflow_artifacts.store import ObjectStore
from airflow_artifacts.store.digests import digest_of
from tests.contracts.store_contract import StoreContract, put_all
from tests.forks import in_child

if TYPE_CHECKING:
    from collections.abc import Callable

    from airflow_artifacts.model import StoredObject


class TestLocalStore(StoreContract):
    """The facts of every store, on a folder."""

    @pytest.fixture
    def reopen(self, tmp_path: Path) -> Callable[[], ObjectStore]:
        """Return what opens the store."""
        return lambda: ObjectStore.open(str(tmp_path / "store"))

    @pytest.fixture
    def store(self, reopen: Callable[[], ObjectStore]) -> ObjectStore:
        """An empty store."""
        return reopen()

    @pytest.fixture
    def tamper(self, store: ObjectStore) -> Callable[[StoredObject, bytes | None], None]:
        """Return what changes or removes an object behind the store's back."""

        def change(stored: StoredObject, data: bytes | None) -> None:
            path = store.local(stored)
            assert path is not None
            path.unlink()
            if data is not None:
                path.write_bytes(data)

        return change

    def test_objects_are_read_only_and_alone(self, store: ObjectStore, tmp_path: Path) -> None:
        """An object cannot be written by accident, and nothing but objects and empty folders stays."""
        for _ in range(2):
            [file] = put_all(store, {"a.txt": b"kept"}).files
        path = store.local(file.object)
        assert path is not None
        assert not path.stat().st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH)
        assert [found for found in (tmp_path / "store").rglob("*") if found.is_file()] == [path]

    def test_placing_copies_where_links_cannot_lead(self, store: ObjectStore, tmp_path: Path) -> None:
        """A file of another file system is copied into place."""
        source = Path("/dev/shm") / f"artifacts-{os.getpid()}"
        source.write_bytes(b"elsewhere")
        try:
            if source.stat().st_dev == tmp_path.stat().st_dev:
                pytest.skip("needs /dev/shm on a file system of its own")
            [file] = put_all(ObjectStore.open(str(tmp_path / "other")), {"a": b"elsewhere"}).files
            store.put(file.object, source)
        finally:
            source.unlink()
        assert store.read(file.object) == b"elsewhere"


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_full_disk_is_named_and_loses_nothing(tmp_path: Path) -> None:
    """A write that the system refuses is an error with the way out, and what was there stays."""
    store = ObjectStore.open(str(tmp_path / "store"))
    manifest = put_all(store, {"a": b"before"})
    report = tmp_path / "report"

    def fill() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))
        try:
            put_all(store, {"big": b"x" * (8 << 20)})
        except StoreError as error:
            report.write_text(str(error))

    assert os.waitpid(in_child(fill), 0)[1] == 0
    assert "could not write 'big' in the store" in report.read_text()
    assert "raise its limit" in report.read_text()
    assert store.read(manifest.files[0].object) == b"before"
    assert not list((tmp_path / "store" / "spool").iterdir())


def test_a_mapped_file_is_checked_once_while_it_stays_as_it_is(tmp_path: Path) -> None:
    """By whatever process: not after it was written, again where it has changed, always where that is asked for."""
    data = bytes(9 << 20)
    manifest = put_all(ObjectStore.open(str(tmp_path)), {"a.bin": data})
    [stored] = tmp_path.glob("objects/*/*.bin")
    checked = stored.stat()

    def buffer(*, always: bool = False) -> memoryview:
        store = ObjectStore.open(str(tmp_path))
        store.verify_always = always
        return store.reader(manifest, label="x@1", scratch=tmp_path).buffer("a.bin")

    stored.chmod(0o644)
    with stored.open("r+b") as file:
        file.write(b"changed")
    with pytest.raises(CorruptObjectError, match=r"bytes of x@1 were changed"):
        buffer()
    # A change that leaves no trace is what nobody looks for, unless told to.
    os.utime(stored, ns=(checked.st_atime_ns, checked.st_mtime_ns))
    assert bytes(buffer()[:7]) == b"changed"
    with pytest.raises(CorruptObjectError):
        buffer(always=True)


def test_a_library_writes_a_file_by_its_path(tmp_path: Path) -> None:
    """It is hashed when all are written, and one that was never written is an error."""
    store = ObjectStore.open(str(tmp_path))
    with store.spool() as spool:
        place = spool.place("deep/a.parquet")
        assert place.suffix == ".parquet"
        with pytest.raises(StoreError, match=r"could not write 'deep/a\.parquet' in the store"):
            spool.manifest({})
        place.write_bytes(b"PAR1")
        [file] = spool.manifest({}).files
        assert (file.digest, file.size) == (digest_of(b"PAR1"), 4)
        assert spool.find(file.object).read_bytes() == b"PAR1"


def test_a_folder_that_cannot_be_written_is_named() -> None:
    """The message says what, where, why, and which setting to change."""
    with pytest.raises(StoreError, match=r"could not make a spool in the store /proc/store: .*\[artifacts\] store_uri"):
        put_all(ObjectStore.open("/proc/store"), {"a": b"x"})


@pytest.mark.parametrize(
    ("uri", "fault"),
    [
        ("nowhere://bucket/x", r"\[artifacts\] store_uri 'nowhere://bucket/x' cannot be opened: .*nowhere"),
        ("s3://", "names no folder or bucket"),
        ("/", "names no folder or bucket"),
    ],
)
def test_what_names_no_store_is_refused(uri: str, fault: str) -> None:
    """A URL that cannot be meant is refused with the setting and an example."""
    with pytest.raises(ConfigurationError, match=fault):
        ObjectStore.open(uri)


def test_a_store_may_be_a_file_url_or_relative(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both name the same folder, whatever the working directory is afterwards."""
    monkeypatch.chdir(tmp_path)
    relative = ObjectStore.open("store")
    [file] = put_all(relative, {"a": b"x"}).files
    monkeypatch.chdir("/")
    assert relative.read(file.object) == ObjectStore.open(f"file://{tmp_path}/store").read(file.object) == b"x"


def test_passwords_in_a_url_are_not_shown() -> None:
    """A URL with a password is shown without it, also when it cannot be opened."""
    with pytest.raises(ConfigurationError) as error:
        ObjectStore.open("nowhere://user:hunter2@host/x")
    assert "hunter2" not in str(error.value)
    assert "user:***@host" in str(error.value)
