"""What every store keeps, whatever filesystem it stands on."""

from __future__ import annotations

import io
import os
import signal
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from airflow_artifacts.exceptions import CorruptObjectError, MissingObjectError, StoreError
from airflow_artifacts.model import StoredObject
from airflow_artifacts.store.digests import digest_of
from tests.forks import in_child

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import FrameType

    from airflow_artifacts.model import Manifest
    from airflow_artifacts.store import ObjectStore

SIZE = 3 << 20


def put_all(store: ObjectStore, files: dict[str, bytes], *, ranged: bool = False, **details: object) -> Manifest:
    """Write files through a spool into the store."""
    with store.spool() as spool:
        for name, data in files.items():
            with spool.open(name, ranged=ranged) as file:
                file.write(data)
        manifest = spool.manifest(details)
        for file in manifest.files:
            store.put(file.object, spool.find(file.object))
    return manifest


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
class StoreContract:
    """Facts of every store; a subclass gives the fixtures ``store``, ``reopen`` and ``tamper``."""

    def test_what_is_written_is_read(self, store: ObjectStore, tmp_path: Path) -> None:
        """Files and details come back as they were, by path, as bytes and as an open file."""
        files = {"a.txt": b"hello", "part/0.bin": bytes(range(256)) * 1000, "empty": b""}
        reader = store.reader(put_all(store, files, rows=3), label="x@1", scratch=tmp_path)
        assert reader.names() == sorted(files)
        assert reader.details == {"rows": 3}
        for name, data in files.items():
            assert reader.read(name) == data
            assert reader.path(name).read_bytes() == data
            with reader.open(name) as file:
                assert file.read() == data
            assert reader.buffer(name) == data
            reader.copy(name, tmp_path / "copy")
            assert (tmp_path / "copy").read_bytes() == data

    def test_a_part_of_a_large_file_is_read_alone(self, store: ObjectStore, tamper: Any, tmp_path: Path) -> None:
        """Only the blocks that are read are fetched and checked: a wrong byte elsewhere does not matter."""
        data = bytes(range(256)) * (20 << 12)  # 20 MiB: three blocks
        manifest = put_all(store, {"big.bin": data}, ranged=True)
        [stored] = manifest.files
        assert len(stored.blocks) == 3
        tamper(stored.object, b"\xff" + data[1:])
        with store.reader(manifest, label="x@1", scratch=tmp_path).open("big.bin") as file:
            file.seek(9 << 20)
            assert file.read(10 << 20) == data[9 << 20 : 19 << 20]
            assert (file.seek(-3, 2), file.read()) == (len(data) - 3, data[-3:])
            assert (file.read(), file.tell()) == (b"", len(data))
            file.seek(0)
            with pytest.raises(CorruptObjectError, match=r"bytes of x@1 were changed: 'big.bin', the block 0 of it"):
                file.read(10)

    def test_what_is_written_into_a_buffer_changes_nothing(self, store: ObjectStore, tmp_path: Path) -> None:
        """It is the reader's own."""
        for size in (10, 3 << 20):
            manifest = put_all(store, {"a.bin": bytes(size)})
            buffer = store.reader(manifest, label="x@1", scratch=tmp_path).buffer("a.bin")
            buffer[0] = 7
            assert buffer[0] == 7
            assert store.reader(manifest, label="x@1", scratch=tmp_path).read("a.bin") == bytes(size)

    def test_an_object_lies_under_its_digest_and_suffix(self, store: ObjectStore) -> None:
        """Other tools find the bytes by URL, with a suffix that tells the format."""
        [file] = put_all(store, {"data.parquet": b"PAR1"}).files
        name = digest_of(b"PAR1").removeprefix("blake3:")
        assert store.url(file.object).endswith(f"/objects/{name[:2]}/{name}.parquet")

    def test_presence_needs_the_size(self, store: ObjectStore) -> None:
        """An object that is not there, or has another size, is absent."""
        [file] = put_all(store, {"a": b"12345"}).files
        assert store.exists(file.object)
        assert not store.exists(StoredObject(file.digest, "", 4))
        assert not store.exists(StoredObject(digest_of(b"other"), "", 5))

    def test_changed_bytes_are_never_handed_over(
        self, store: ObjectStore, tamper: Callable[[StoredObject, bytes | None], None], tmp_path: Path
    ) -> None:
        """A changed byte is an error that names version, file and object, however it is read."""
        manifest = put_all(store, {"a.txt": b"hello"})
        stored = manifest.files[0].object
        tamper(stored, b"hellO")
        for read in ("read", "path", "open"):
            reader = store.reader(manifest, label="greeting@3", scratch=tmp_path)
            with pytest.raises(CorruptObjectError, match=r"greeting@3 were changed: 'a\.txt', the object") as error:
                getattr(reader, read)("a.txt")
            assert stored.digest.removeprefix("blake3:") in str(error.value)
            assert error.value.object == stored

    def test_missing_bytes_are_named(
        self, store: ObjectStore, tamper: Callable[[StoredObject, bytes | None], None], tmp_path: Path
    ) -> None:
        """An object that is gone is an error that names version and file, however it is read."""
        manifest = put_all(store, {"a.txt": b"gone"})
        tamper(manifest.files[0].object, None)
        for read in ("read", "path", "open"):
            reader = store.reader(manifest, label="greeting@3", scratch=tmp_path)
            with pytest.raises(MissingObjectError, match=r"greeting@3 are gone: 'a\.txt'.*store_uri"):
                getattr(reader, read)("a.txt")

    def test_damaged_bytes_are_replaced_by_a_new_write(
        self, store: ObjectStore, tamper: Callable[[StoredObject, bytes | None], None], tmp_path: Path
    ) -> None:
        """Placing an object again mends it."""
        manifest = put_all(store, {"a.txt": b"mended"})
        tamper(manifest.files[0].object, b"broken")
        put_all(store, {"a.txt": b"mended"})
        assert store.reader(manifest, label="x@1", scratch=tmp_path).read("a.txt") == b"mended"

    def test_processes_may_place_one_object_at_once(
        self, store: ObjectStore, reopen: Callable[[], ObjectStore]
    ) -> None:
        """Eight processes that place the same bytes leave one whole object."""
        data = np.random.default_rng(1).bytes(SIZE)
        children = [in_child(lambda: put_all(reopen(), {"a.bin": data})) for _ in range(8)]  # type: ignore[arg-type, return-value]
        assert [os.waitpid(child, 0)[1] for child in children] == [0] * 8
        manifest = put_all(store, {"a.bin": data})
        assert store.exists(manifest.files[0].object)

    # Each is a process that opens the store: a few by default, as they cost a second on S3.
    @pytest.mark.parametrize("points", [4, pytest.param(12, marks=pytest.mark.slow)])
    def test_a_writer_that_is_killed_leaves_an_object_whole_or_absent(
        self, store: ObjectStore, reopen: Callable[[], ObjectStore], tmp_path: Path, points: int
    ) -> None:
        """Whatever call a writer is killed in, what it named is all there or not at all."""
        total = _calls_until(reopen, b"x" * SIZE, 0)
        for index in range(points):
            data = np.random.default_rng(index).bytes(SIZE)
            stop = total * (index + 1) // (points + 1)
            os.waitpid(in_child(lambda data=data, stop=stop: _calls_until(reopen, data, stop)), 0)  # type: ignore[misc, arg-type, return-value]
            stored = StoredObject(digest_of(data), ".bin", SIZE)
            place = tmp_path / "found"
            try:
                store.fetch(stored, place)
            except FileNotFoundError:
                continue
            assert digest_of(place.read_bytes()) == stored.digest

    @pytest.mark.parametrize(
        "path", ["../x", "/x", "a//b", "", ".", "a/..", "a\0b", "a\\b", "C:/x", "a\udcff", "x" * 2000]
    )
    def test_paths_that_lead_elsewhere_are_refused(self, store: ObjectStore, path: str) -> None:
        """A materializer cannot write outside of its value."""
        with store.spool() as spool, pytest.raises(StoreError, match="cannot name a file of a value"):
            spool.open(path)

    def test_a_file_is_written_once(self, store: ObjectStore) -> None:
        """Two files of one name are refused, and a file that was left open is closed by the manifest."""
        with store.spool() as spool:
            spool.open("a").write(b"left open")
            with pytest.raises(StoreError, match="'a' was written twice"):
                spool.open("a")
            assert spool.manifest({}).files[0].digest == digest_of(b"left open")

    def test_writers_may_go_back(self, store: ObjectStore, tmp_path: Path) -> None:
        """A format that changes what it wrote, as zip does, has the digest of what is there at the end."""
        with store.spool() as spool:
            with spool.open("a.zip") as file, zipfile.ZipFile(file, "w") as archive:
                for index in range(3):
                    with archive.open(f"{index}", "w") as member:
                        member.write(b"x" * 1000)
            manifest = spool.manifest({})
            store.put(manifest.files[0].object, spool.find(manifest.files[0].object))
        data = store.reader(manifest, label="x@1", scratch=tmp_path).read("a.zip")
        assert zipfile.ZipFile(io.BytesIO(data)).namelist() == ["0", "1", "2"]

    def test_files_are_copied_in(self, store: ObjectStore, tmp_path: Path) -> None:
        """A file that is there is copied, and may change afterwards."""
        source = tmp_path / "source"
        source.write_bytes(b"before")
        with store.spool() as spool:
            spool.add("copy.txt", source)
            source.write_bytes(b"after!")
            manifest = spool.manifest({})
            store.put(manifest.files[0].object, spool.find(manifest.files[0].object))
        assert store.reader(manifest, label="x@1", scratch=tmp_path).read("copy.txt") == b"before"

    def test_many_small_files_are_one_value(self, store: ObjectStore, tmp_path: Path) -> None:
        """Two hundred files come back each as it was; equal ones are one object."""
        files = {f"{index:03}.txt": str(index % 100).encode() for index in range(200)}
        manifest = put_all(store, files)
        assert len({file.object for file in manifest.files}) == 100
        reader = store.reader(manifest, label="x@1", scratch=tmp_path)
        with ThreadPoolExecutor(4) as pool:
            assert list(pool.map(reader.read, files)) == list(files.values())

    def test_the_spool_is_gone_when_it_is_closed(self, store: ObjectStore) -> None:
        """Nothing of a value that was not published stays on this machine."""
        with store.spool() as spool:
            spool.open("a").write(b"x")
            folder = spool._folder
            assert folder.exists()
        assert not folder.exists()

    def test_check_accepts_a_store_that_is_there(self, store: ObjectStore) -> None:
        """A store that answers passes its check."""
        store.check()


def _calls_until(reopen: Callable[[], ObjectStore], data: bytes, stop: int) -> int:
    """Place bytes, and be killed at the given call of a function; return how many calls there were."""
    calls = 0

    def count(frame: FrameType, event: str, _: object) -> None:
        nonlocal calls
        calls += event in {"call", "c_call"}
        if calls == stop:
            os.kill(os.getpid(), signal.SIGKILL)

    store = reopen()
    sys.setprofile(count)
    try:
        put_all(store, {"a.bin": data})
    finally:
        sys.setprofile(None)
    return calls
