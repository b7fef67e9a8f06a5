"""The local cache in front of a store on S3, with a real server that counts what it hands over."""

from __future__ import annotations

import contextlib
import copy
import errno
import fcntl
import logging
import os
import pickle
import resource
import signal
import stat
import time
from typing import TYPE_CHECKING, Any

import boto3
import numpy as np
import pytest

from airflow_artifacts import measures
from airflow_artifacts.exceptions import ConfigurationError, CorruptObjectError, MissingObjectError
from airflow_artifacts.store import LocalCache, ObjectStore, local_cache, locks, room
from tests.contracts.store_contract import put_all
from tests.forks import in_child
from tests.s3_proxy import S3Proxy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from airflow_artifacts.model import Manifest
    from airflow_artifacts.store import Reader
    from tests.servers import S3

pytestmark = pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")

SIZE = 9 << 20  # more than what is read at once, than a block, and than what is kept in memory
WAYS = ("read", "path", "buffer", "copy", "open")


@pytest.fixture(scope="module")
def server(s3: S3) -> Iterator[S3Proxy]:
    """An S3 server that counts."""
    with S3Proxy(s3).running() as running:
        yield running


@pytest.fixture
def open_store(s3: S3, server: S3Proxy, tmp_path: Path) -> Callable[..., ObjectStore]:
    """Return what opens the store, with a local cache that knows nothing of earlier ones; a fork connects anew."""
    uri = f"s3://{s3.create_bucket()}/prefix"
    server.heal()
    connected: dict[int, ObjectStore] = {}

    def opened(limit: int = 1 << 30, folder: Path = tmp_path / "cache") -> ObjectStore:
        if os.getpid() not in connected:
            connected[os.getpid()] = ObjectStore.open(uri, storage_options=server.storage_options)
        store = copy.copy(connected[os.getpid()])
        store.local_cache = LocalCache(folder, limit)
        return store

    return opened


@pytest.fixture
def counted() -> Iterator[dict[str, float]]:
    """What is counted, by the measures' names."""
    found: dict[str, float] = {}

    def note(measure: measures.Measure, amount: float, _: Mapping[str, str]) -> None:
        found[measure.name] = found.get(measure.name, 0) + amount

    with measures.listening(note):
        yield found


@pytest.fixture(autouse=True)
def _no_warnings_yet() -> Iterator[None]:
    local_cache._warned.clear()
    yield
    local_cache._warned.clear()


def random_bytes(seed: int, size: int = SIZE) -> bytes:
    return np.random.default_rng(seed).bytes(size)


def reader(store: ObjectStore, manifest: Manifest, folder: Path, **options: Any) -> Reader:
    scratch = folder / "scratch"
    scratch.mkdir(exist_ok=True)
    return store.reader(manifest, label="x@1", scratch=scratch, **options)


def read(way: str, source: Reader, folder: Path, name: str = "a.bin") -> bytes:
    """Read a file in one of the ways there are."""
    if way == "copy":
        source.copy(name, folder / "copied")
        return (folder / "copied").read_bytes()
    if way == "open":
        with source.open(name) as file:
            return file.read()
    found = getattr(source, way)(name)
    return found.read_bytes() if way == "path" else bytes(found)


def cached_files(folder: Path) -> list[Path]:
    return sorted(path for path in (folder / "cache" / "objects").rglob("*") if path.is_file())


def total(folder: Path) -> int:
    return sum(path.stat().st_size for path in cached_files(folder))


def ended(*children: int) -> list[int]:
    return [os.waitpid(child, 0)[1] for child in children]


@pytest.mark.parametrize("way", WAYS)
def test_the_second_process_fetches_nothing(
    open_store: Any, server: S3Proxy, tmp_path: Path, counted: dict[str, float], way: str
) -> None:
    """Whatever way an object is read, it is fetched once on a machine, and counted."""
    data = random_bytes(1)
    manifest = put_all(open_store(), {"a.bin": data})
    before = server.given

    def load() -> None:
        assert read(way, reader(open_store(), manifest, tmp_path), tmp_path) == data

    assert ended(in_child(load)) == [0]
    assert server.given - before == SIZE
    load()
    assert server.given - before == SIZE
    assert counted == {"local_cache.hits": 1, "local_cache.bytes_saved": SIZE}


def test_small_objects_are_kept_too(open_store: Any, server: S3Proxy, tmp_path: Path) -> None:
    """A request less is worth it, and the empty one is no exception."""
    manifest = put_all(open_store(), {"a.bin": b"small", "empty": b""})
    for way in WAYS:
        before = server.given
        for _ in range(2):
            assert read(way, reader(open_store(folder=tmp_path / way), manifest, tmp_path), tmp_path) == b"small"
            assert read(way, reader(open_store(folder=tmp_path / way), manifest, tmp_path), tmp_path, "empty") == b""
        assert server.given - before == 5


def test_parts_come_from_the_whole_where_it_is_there(
    open_store: Any, server: S3Proxy, tmp_path: Path, counted: dict[str, float]
) -> None:
    """Reading a part fetches its blocks alone and keeps nothing; where the whole is kept, it fetches none."""
    data = random_bytes(2, 20 << 20)
    manifest = put_all(open_store(), {"a.bin": data}, ranged=True)

    def part() -> bytes:
        with reader(open_store(), manifest, tmp_path).open("a.bin") as file:
            file.seek(9 << 20)
            return file.read(1 << 20)

    before = server.given
    assert part() == data[9 << 20 : 10 << 20]
    assert (server.given - before, cached_files(tmp_path)) == (8 << 20, [])
    reader(open_store(), manifest, tmp_path).buffer("a.bin")
    before = server.given
    counted.clear()
    assert part() == data[9 << 20 : 10 << 20]
    assert server.given == before
    assert counted == {"local_cache.hits": 1, "local_cache.bytes_saved": 8 << 20}
    [kept] = cached_files(tmp_path)
    damage(kept, at=9 << 20)
    assert part() == data[9 << 20 : 10 << 20]
    assert server.given - before == 8 << 20
    assert counted["store.verify_failures"] == 1


def damage(kept: Path, *, at: int = 0) -> None:
    """Change a byte on the disk, as a fault of the disk would: without a trace in the times."""
    times = kept.stat()
    kept.chmod(0o600)
    with kept.open("r+b") as file:
        file.seek(at)
        byte = file.read(1)
        file.seek(at)
        file.write(bytes([byte[0] ^ 1]))
    os.utime(kept, ns=(times.st_atime_ns, times.st_mtime_ns))


@pytest.mark.parametrize("way", WAYS)
def test_what_was_damaged_on_the_disk_is_fetched_again(
    open_store: Any, server: S3Proxy, tmp_path: Path, counted: dict[str, float], way: str
) -> None:
    """It is thrown away, counted, and neither an error nor a wrong value; only what is mapped must show the change."""
    data = random_bytes(3)
    manifest = put_all(open_store(), {"a.bin": data})
    read(way, reader(open_store(), manifest, tmp_path), tmp_path)
    [kept] = cached_files(tmp_path)
    damage(kept, at=5 << 20)
    if way == "buffer":
        os.utime(kept)
    before = server.given
    assert read(way, reader(open_store(), manifest, tmp_path), tmp_path) == data
    assert server.given - before == SIZE
    assert counted["store.verify_failures"] == 1
    os.truncate(kept, 17)
    assert read(way, reader(open_store(), manifest, tmp_path), tmp_path) == data
    assert counted["store.verify_failures"] == 2
    assert kept.read_bytes() == data


def test_what_is_mapped_is_checked_once_while_it_stays_as_it_is(
    open_store: Any, tmp_path: Path, counted: dict[str, float]
) -> None:
    """A change that leaves no trace is what nobody looks for, unless told to."""
    data = random_bytes(4)
    manifest = put_all(open_store(), {"a.bin": data})
    reader(open_store(), manifest, tmp_path).buffer("a.bin")
    [kept] = cached_files(tmp_path)
    damage(kept)
    assert bytes(reader(open_store(), manifest, tmp_path).buffer("a.bin")[:1]) != data[:1]
    store = open_store()
    store.verify_always = True
    assert reader(store, manifest, tmp_path).buffer("a.bin") == data
    assert counted["store.verify_failures"] == 1


def test_wrong_bytes_of_the_store_are_not_kept(open_store: Any, s3: S3, tmp_path: Path) -> None:
    """They are the error that they are without a cache, whatever process asks, and leave nothing here."""
    store = open_store()
    manifest = put_all(store, {"a.bin": b"right"})
    bucket, _, key = store.url(manifest.files[0].object).removeprefix("s3://").partition("/")
    client = boto3.client(
        "s3", region_name="us-east-1", endpoint_url=s3.endpoint, aws_access_key_id="x", aws_secret_access_key="x"
    )
    client.put_object(Bucket=bucket, Key=key, Body=b"wrong")
    for way in WAYS:
        with pytest.raises(CorruptObjectError, match="bytes of x@1 were changed"):
            read(way, reader(open_store(), manifest, tmp_path), tmp_path)
    client.delete_object(Bucket=bucket, Key=key)
    for way in WAYS:
        with pytest.raises(MissingObjectError, match="bytes of x@1 are gone"):
            read(way, reader(open_store(), manifest, tmp_path), tmp_path)
    assert [path for path in (tmp_path / "cache").rglob("*") if path.is_file()] == [tmp_path / "cache" / "tally"]
    assert (tmp_path / "cache" / "tally").read_text() == "0"


def test_the_store_is_asked_whether_an_object_is_there(open_store: Any, tmp_path: Path) -> None:
    """What lies here hides from nobody that it is gone there; and may be kept from giving it."""
    store = open_store()
    manifest = put_all(store, {"a.bin": b"gone"})
    stored = manifest.files[0].object
    assert reader(store, manifest, tmp_path).read("a.bin") == b"gone"
    store.delete(stored)
    assert not store.exists(stored)
    assert store.fault(stored, quick=False) == "gone"
    assert reader(store, manifest, tmp_path).read("a.bin") == b"gone"
    for way in WAYS:
        with pytest.raises(MissingObjectError):
            read(way, reader(store, manifest, tmp_path, cached=False), tmp_path)


def test_processes_that_want_one_object_at_once_fetch_it_once(open_store: Any, server: S3Proxy, tmp_path: Path) -> None:
    """The others wait for the first one, and read what it fetched."""
    data = random_bytes(5)
    manifest = put_all(open_store(), {"a.bin": data})
    before = server.given
    server.hold()

    def load() -> None:
        assert reader(open_store(), manifest, tmp_path).buffer("a.bin") == data

    children = [in_child(load) for _ in range(4)]
    assert server.halfway.wait(60)
    time.sleep(0.5)  # the others come to wait; were one late, it would find the file and fetch nothing either
    server.heal()
    assert ended(*children) == [0] * 4
    assert server.given - before == SIZE


@pytest.mark.parametrize("seed", [6, 7])
def test_who_is_killed_while_fetching_leaves_nothing(
    open_store: Any, server: S3Proxy, tmp_path: Path, seed: int
) -> None:
    """Nobody waits for it, and the next one removes its part: of the same object, or of another."""
    data, other = random_bytes(6), random_bytes(7)
    manifest = put_all(open_store(), {"6": data, "7": other})
    server.hold()
    child = in_child(lambda: reader(open_store(), manifest, tmp_path).path("6"))  # type: ignore[arg-type, return-value]
    assert server.halfway.wait(60)
    coming = tmp_path / "cache" / "coming"
    until = time.monotonic() + 60
    while not any(path.stat().st_size > 1000 for path in coming.glob("*~*")) and time.monotonic() < until:
        time.sleep(0.01)
    os.kill(child, signal.SIGKILL)
    ended(child)
    assert len(list(coming.iterdir())) == 2
    server.heal()
    began = time.monotonic()
    assert reader(open_store(), manifest, tmp_path).read(str(seed)) == (data if seed == 6 else other)
    assert time.monotonic() - began < 60
    assert list(coming.iterdir()) == []
    assert (tmp_path / "cache" / "tally").read_text() == str(SIZE)


def test_who_gets_no_further_is_not_waited_for(
    open_store: Any, server: S3Proxy, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A process that stands still keeps its lock, and the others go on without."""
    data = random_bytes(8)
    manifest = put_all(open_store(), {"a.bin": data})
    server.hold()
    child = in_child(lambda: reader(open_store(), manifest, tmp_path).path("a.bin"))  # type: ignore[arg-type, return-value]
    assert server.halfway.wait(60)
    os.kill(child, signal.SIGSTOP)
    try:
        server.heal()
        store = open_store()
        store.local_cache.stalled_after = 0.5
        assert reader(store, manifest, tmp_path).buffer("a.bin") == data
        assert "gets no further" in caplog.text
    finally:
        os.kill(child, signal.SIGCONT)
    assert ended(child) == [0]
    assert len(cached_files(tmp_path)) == 1


def test_what_was_used_longest_ago_goes_first(
    open_store: Any, server: S3Proxy, tmp_path: Path, counted: dict[str, float]
) -> None:
    """Use is what counts, not age; what is larger than the bound is not kept at all."""
    files = {str(number): random_bytes(number, 1000) for number in range(4)}
    manifest = put_all(open_store(), {**files, "large": bytes(4000)})
    source = reader(open_store(limit=3500), manifest, tmp_path)
    for name in ("0", "1", "2", "0", "3"):
        assert source.read(name) == files[name]
    assert (total(tmp_path), counted["local_cache.evictions"]) == (3000, 1)
    before = server.given
    for name in ("0", "2", "3"):
        source.read(name)
    assert server.given == before
    assert source.read("large") == bytes(4000)
    source.read("1")
    assert (server.given - before, total(tmp_path)) == (5000, 3000)


def test_the_bound_holds_between_processes(open_store: Any, tmp_path: Path) -> None:
    """Four that load many objects at once never exceed it, with what is still coming."""
    sizes = [random_bytes(number, 20_000 + 1000 * number) for number in range(24)]
    manifest = put_all(open_store(), {f"{number:02}": data for number, data in enumerate(sizes)})
    limit = 150_000
    cache = tmp_path / "cache"

    def held() -> int:
        """Return what there is at a moment at which nobody makes room."""
        while (tally := locks.take(cache / "tally")) is None:
            time.sleep(0.001)
        try:
            found = 0
            for path in [*cache.glob("objects/*/*"), *cache.glob("coming/*~*")]:
                with contextlib.suppress(FileNotFoundError):
                    found += path.stat().st_size
            return found
        finally:
            tally.release(remove=False)

    def load(first: int) -> None:
        source = reader(open_store(limit=limit), manifest, tmp_path)
        for step in range(24):
            name = f"{(first * 6 + step) % 24:02}"
            assert source.read(name) == sizes[int(name)]
            assert held() <= limit

    assert ended(*[in_child(lambda first=first: load(first)) for first in range(4)]) == [0] * 4  # type: ignore[misc]
    assert 0 < total(tmp_path) <= limit
    # What came while somebody looked counts twice until somebody looks again.
    assert int((tmp_path / "cache" / "tally").read_text()) >= total(tmp_path)
    assert list((tmp_path / "cache" / "coming").iterdir()) == []


def test_a_wrong_tally_is_corrected(open_store: Any, tmp_path: Path) -> None:
    """Files that somebody removed, or a tally that cannot be read, let nobody exceed the bound or keep nothing."""
    files = {str(number): random_bytes(number, 1000) for number in range(6)}
    manifest = put_all(open_store(), files)
    source = reader(open_store(limit=3500), manifest, tmp_path)
    for name in ("0", "1", "2"):
        source.read(name)
    for kept in cached_files(tmp_path):
        kept.unlink()
    for name in ("3", "4"):
        source.read(name)
    assert total(tmp_path) == 2000
    (tmp_path / "cache" / "tally").write_text("no number")
    for name in ("5", "0"):
        source.read(name)
    assert total(tmp_path) == 3000


def test_what_goes_while_it_is_read_stays_readable(open_store: Any, tmp_path: Path) -> None:
    """A buffer and a path that were handed out outlive the file's removal."""
    manifest = put_all(open_store(), {"a.bin": random_bytes(9), "b.bin": random_bytes(10)})
    source = reader(open_store(limit=SIZE), manifest, tmp_path)
    buffer, path = source.buffer("a.bin"), source.path("a.bin")
    source.read("b.bin")
    assert [kept.stat().st_size for kept in cached_files(tmp_path)] == [SIZE]
    assert buffer == path.read_bytes() == random_bytes(9)


def test_a_path_is_copied_where_links_cannot_lead(
    open_store: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file is then the reader's own, from this machine all the same."""
    manifest = put_all(open_store(), {"a.bin": random_bytes(11)})

    def refuse(*_: object) -> None:
        raise OSError(errno.EXDEV, "another file system")

    reader(open_store(), manifest, tmp_path).path("a.bin")
    [kept] = cached_files(tmp_path)
    monkeypatch.setattr(os, "link", refuse)
    path = reader(open_store(), manifest, tmp_path).path("a.bin")
    assert path.read_bytes() == random_bytes(11)
    assert not path.samefile(kept)


def test_files_are_private_and_read_only(open_store: Any, tmp_path: Path) -> None:
    """Nobody else may look at them, and who has a path cannot change the file by accident."""
    manifest = put_all(open_store(), {"a.bin": b"mine"})
    path = reader(open_store(), manifest, tmp_path).path("a.bin")
    assert stat.S_IMODE(path.stat().st_mode) == 0o400
    assert stat.S_IMODE((tmp_path / "cache").stat().st_mode) == 0o700


def test_links_are_not_followed(open_store: Any, tmp_path: Path) -> None:
    """A link in the place of an object is removed, and what it leads to is neither read nor written."""
    manifest = put_all(open_store(), {"a.bin": b"right"})
    reader(open_store(), manifest, tmp_path).read("a.bin")
    [kept] = cached_files(tmp_path)
    secret = tmp_path / "secret"
    secret.write_bytes(b"right")
    kept.unlink()
    kept.symlink_to(secret)
    assert reader(open_store(), manifest, tmp_path).read("a.bin") == b"right"
    assert not kept.is_symlink()
    assert secret.stat().st_mode & stat.S_IWUSR


@pytest.mark.parametrize("folder", ["/proc/cache", "taken/cache"])
def test_a_folder_that_cannot_be_written_is_done_without(
    open_store: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture, folder: str
) -> None:
    """Nobody fails, and one warning names the setting."""
    (tmp_path / "taken").write_text("a file")
    manifest = put_all(open_store(), {"a.bin": b"right", "b.bin": b"too"})
    for way in WAYS:
        source = reader(open_store(folder=tmp_path / folder), manifest, tmp_path)
        assert read(way, source, tmp_path) == b"right"
        assert read(way, source, tmp_path, "b.bin") == b"too"
    [warning] = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert "[artifacts] local_cache_dir" in warning.getMessage()


def test_a_disk_that_becomes_full_is_done_without(open_store: Any, tmp_path: Path) -> None:
    """The object is fetched into memory then, and no part of it stays on the disk."""
    data = random_bytes(12)
    manifest = put_all(open_store(), {"a.bin": data})
    report = tmp_path / "report"

    def load() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))
        logging.getLogger("airflow_artifacts").addHandler(logging.FileHandler(report))
        assert reader(open_store(), manifest, tmp_path).read("a.bin") == data

    assert ended(in_child(load)) == [0]
    assert "[artifacts] local_cache_dir" in report.read_text()
    assert list((tmp_path / "cache" / "coming").iterdir()) == cached_files(tmp_path) == []
    assert (tmp_path / "cache" / "tally").read_text() == "0"


def test_a_disk_that_is_nearly_full_is_not_filled(
    open_store: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was used longest ago makes room for the next one, though the bound would allow both."""
    manifest = put_all(open_store(), {"a": random_bytes(13, 1000), "b": random_bytes(14, 1000)})
    monkeypatch.setattr(room.Room, "_free", lambda _: 1500 - total(tmp_path))
    for name in ("a", "b"):
        reader(open_store(), manifest, tmp_path).read(name)
    assert [kept.read_bytes() for kept in cached_files(tmp_path)] == [random_bytes(14, 1000)]
    monkeypatch.setattr(room.Room, "_free", lambda _: 0)
    (kept,) = cached_files(tmp_path)
    kept.unlink()
    assert reader(open_store(), manifest, tmp_path).read("a") == random_bytes(13, 1000)
    assert cached_files(tmp_path) == []


def test_a_file_system_without_locks_will_do(
    open_store: Any, server: S3Proxy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Objects are kept within the bound; only that two at once fetch one object once is lost."""

    def refuse(*_: object) -> None:
        raise OSError(errno.ENOLCK, "no locks here")

    monkeypatch.setattr(fcntl, "flock", refuse)
    files = {str(number): random_bytes(number, 1000) for number in range(6)}
    manifest = put_all(open_store(), files)
    for name in ("0", "1", "2", "3", "4", "5", "5"):
        assert reader(open_store(limit=3500), manifest, tmp_path).read(name) == files[name]
        assert total(tmp_path) <= 3500
    before = server.given
    reader(open_store(limit=3500), manifest, tmp_path).read("5")
    assert server.given == before


def test_a_local_store_has_no_use_for_it(tmp_path: Path) -> None:
    """What lies on this machine is not kept twice."""
    store = ObjectStore.open(str(tmp_path / "store"))
    store.local_cache = LocalCache(tmp_path / "cache", 1 << 30)
    manifest = put_all(store, {"a.bin": random_bytes(15)})
    for way in WAYS:
        assert read(way, reader(store, manifest, tmp_path), tmp_path) == random_bytes(15)
    assert not (tmp_path / "cache").exists()


def test_workers_of_an_engine_use_it_where_they_have_the_folder(
    open_store: Any, server: S3Proxy, tmp_path: Path
) -> None:
    """On another machine, where the folder is not there, none is made."""
    store = open_store()
    manifest = put_all(store, {"a.bin": b"parts"})
    elsewhere = open_store(folder=tmp_path / "elsewhere")
    here = pickle.dumps(reader(store, manifest, tmp_path).workers())
    there = pickle.dumps(reader(elsewhere, manifest, tmp_path).workers())
    assert pickle.loads(there).read(lambda files: files.read("a.bin")) == b"parts"  # noqa: S301
    assert not (tmp_path / "elsewhere").exists()
    reader(store, manifest, tmp_path).read("a.bin")
    before = server.given
    assert pickle.loads(here).read(lambda files: files.read("a.bin")) == b"parts"  # noqa: S301
    assert server.given == before


@pytest.mark.parametrize(
    ("text", "count"),
    [("20 GB", 20 * 10**9), ("500MiB", 500 << 20), ("1.5 tb", 15 * 10**11), ("7", 7), (8, 8), ("2k", 2000)],
)
def test_sizes(text: str | int, count: int) -> None:
    """A size is a number of bytes, or a number with a unit."""
    cache = LocalCache.named("/somewhere", text)
    assert cache is not None
    assert cache.limit == count


@pytest.mark.parametrize("text", ["", "0", "much", "-1 GB", "20 XB"])
def test_what_is_no_size_is_refused(text: str) -> None:
    """The message names the setting, and what to write."""
    with pytest.raises(ConfigurationError, match=r"\[artifacts\] local_cache_size is .*such as '20 GB'"):
        LocalCache.named("/somewhere", text)
