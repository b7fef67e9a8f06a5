"""Moving objects to and from S3: which requests that takes, and what becomes of those that fail."""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
import os
import pickle
import re
import signal
from typing import TYPE_CHECKING, Any

import aiobotocore.credentials
import aiobotocore.session
import boto3
import pytest
import s3fs

from airflow_artifacts.client import ArtifactClient
from airflow_artifacts.exceptions import ConfigurationError, StoreError
from airflow_artifacts.model import StoredObject
from airflow_artifacts.store import ObjectStore, Writing
from airflow_artifacts.store.digests import digest_of
from airflow_artifacts.store.filesystem import FilesystemTransfer
from airflow_artifacts.store.s3 import S3Transfer
from airflow_artifacts.store.s3_client import client_of
from airflow_artifacts.store.sections import sections_of
from airflow_artifacts.store.workers import WorkerWriter
from benchmarks.memory import peak_of
from tests.contracts.store_contract import put_all
from tests.forks import in_child
from tests.s3_proxy import Fault, Rule, S3Proxy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.s3_proxy import Request
    from tests.servers import S3

pytestmark = pytest.mark.usefixtures("asked_again_soon")

MIB = 1 << 20
CLIENTS = pytest.mark.parametrize(
    ("options", "kind"),
    [({}, S3Transfer), ({"cache_regions": True}, FilesystemTransfer)],
    ids=["botocore", "s3fs"],
)
"""The client that is used by default, and s3fs itself, where its options cannot be handed over."""


@pytest.fixture
def proxy(s3: S3) -> Iterator[S3Proxy]:
    """What stands between the store and S3."""
    with S3Proxy(s3).running() as proxy:
        yield proxy


@pytest.fixture
def bucket(s3: S3) -> str:
    return s3.create_bucket()


@pytest.fixture
def server(s3: S3) -> Any:
    """A client of the server that the store knows nothing of."""
    return boto3.client("s3", endpoint_url=s3.endpoint, aws_access_key_id="a", aws_secret_access_key="b")


@pytest.fixture
def opened(proxy: S3Proxy, bucket: str) -> Callable[..., ObjectStore]:
    """Return what opens a store behind the proxy."""

    def open_(options: dict[str, Any] | None = None, **named: Any) -> ObjectStore:
        given = {**proxy.storage_options, **(options or {})}
        return ObjectStore.open(f"s3://{bucket}/p", storage_options=given, **named)

    return open_


def large(folder: Path, size: int) -> tuple[StoredObject, Path]:
    """Return an object, and a file with its bytes."""
    path = folder / "large.bin"
    block = hashlib.sha256(b"block").digest() * (MIB // 32)
    with path.open("wb") as file:
        for number in range(size // MIB):
            file.write(number.to_bytes(8, "big") + block[8:])
        file.write(block[: size % MIB])
    return StoredObject(digest_of(path.read_bytes()), ".bin", size), path


class Signalling(Rule):
    """Sends this process a signal at the first request it takes."""

    is_sent = False

    def takes(self, request: Request) -> bool:
        taken = super().takes(request)
        if taken and not self.is_sent:
            self.is_sent = True
            os.kill(os.getpid(), signal.SIGUSR1)
        return taken


@CLIENTS
def test_a_small_artifact_is_one_put_and_one_get(
    *, proxy: S3Proxy, bucket: str, options: dict[str, Any], kind: type, tmp_path: Path
) -> None:
    """When the store knows whose it is, nothing is listed and nothing asked for that need not be."""
    given = {**proxy.storage_options, **options}
    database = f"sqlite:///{tmp_path / 'lineage.db'}"
    with ArtifactClient.connect(store=f"s3://{bucket}/p", database=database, storage_options=given) as client:
        client.save("first", "of/all")
        assert isinstance(client.store._transfer, kind)
        proxy.requests.clear()
        client.save("x" * 1000, "small")
        assert proxy.methods == ["PUT"]
        proxy.requests.clear()
        assert client.load("small") == "x" * 1000
        assert proxy.methods == ["GET"]


@CLIENTS
def test_what_is_there_or_not_is_found_by_one_request(
    proxy: S3Proxy, opened: Callable[..., ObjectStore], options: dict[str, Any], kind: type
) -> None:
    """A presence is a HEAD; S3 is never asked for a list of what lies beside an object that is there."""
    store = opened(options)
    [file] = put_all(store, {"a": b"there"}).files
    proxy.requests.clear()
    assert store.exists(file.object)
    assert proxy.methods == ["HEAD"]
    absent = StoredObject(digest_of(b"absent"), "", 6)
    assert not store.exists(absent)
    store.delete(absent)
    store.delete(file.object)
    assert not store.exists(file.object)


def test_a_large_object_goes_and_comes_in_parts(
    proxy: S3Proxy, opened: Callable[..., ObjectStore], tmp_path: Path
) -> None:
    """Parts of 16 MiB, each one request; an upload needs two more."""
    store = opened()
    stored, source = large(tmp_path, 32 * MIB + 5)
    store.put(stored, source)
    methods = proxy.methods
    assert (methods[0], sorted(methods[1:-1]), methods[-1]) == ("POST", ["PUT"] * 3, "POST")
    proxy.requests.clear()
    store.fetch(stored, tmp_path / "target")
    assert proxy.methods == ["GET"] * 3
    assert digest_of((tmp_path / "target").read_bytes()) == stored.digest
    assert b"".join(store.chunks(stored)) == source.read_bytes()


@pytest.mark.parametrize(
    ("method", "path", "faults"),
    [
        ("POST", "", [Fault.SLOW_DOWN]),
        ("PUT", "", [Fault.ERROR, Fault.LOSE_ANSWER]),
        ("POST", r"/{key}\?uploadId", [Fault.SLOW_DOWN]),
        ("POST", r"/{key}\?uploadId", [Fault.LOSE_ANSWER]),
        ("POST", r"/{key}\?uploadId", [Fault.LOSE_ANSWER, Fault.NO_UPLOAD]),
    ],
)
def test_a_request_that_fails_in_passing_is_asked_again_alone(
    *,
    proxy: S3Proxy,
    opened: Callable[..., ObjectStore],
    tmp_path: Path,
    server: Any,
    bucket: str,
    method: str,
    path: str,
    faults: list[Fault],
) -> None:
    """An upload goes on where it broke, also where the answer was lost that said it was complete."""
    store = opened()
    stored, source = large(tmp_path, 33 * MIB)
    key = store.url(stored).removeprefix("s3://")
    proxy.fail(*(Rule(fault, method, path.format(key=re.escape(key))) for fault in faults))
    store.put(stored, source)
    assert len(proxy.requests) == 5 + len(faults)
    answer = server.head_object(Bucket=bucket, Key=key.partition("/")[2])
    assert answer["ContentLength"] == stored.size


@pytest.mark.parametrize("fault", [Fault.ERROR, Fault.LOSE_ANSWER, Fault.CUT])
@pytest.mark.parametrize("size", [17 * MIB, 3 * MIB])
def test_a_download_that_breaks_goes_on(
    proxy: S3Proxy, opened: Callable[..., ObjectStore], tmp_path: Path, fault: Fault, size: int
) -> None:
    """Whatever breaks it and however it is read, all bytes arrive."""
    store = opened()
    stored, source = large(tmp_path, size)
    store.put(stored, source)
    data = source.read_bytes()
    proxy.fail(Rule(fault, "GET"))
    store.fetch(stored, tmp_path / "target")
    assert (tmp_path / "target").read_bytes() == data
    proxy.fail(Rule(fault, "GET"))
    assert b"".join(store.chunks(stored)) == data
    proxy.fail(Rule(fault, "GET"))
    assert store.read(stored, 5, 2 * MIB) == data[5 : 2 * MIB]
    proxy.fail(Rule(fault, "GET"))
    assert store.read(stored) == data


@pytest.mark.parametrize("fault", [Fault.SLOW_DOWN, Fault.LOSE_ANSWER, Fault.CUT])
def test_what_lies_elsewhere_and_what_is_listed_is_asked_for_again(
    *, proxy: S3Proxy, opened: Callable[..., ObjectStore], server: Any, bucket: str, fault: Fault
) -> None:
    """Registered data, and the marks of databases, are read over a store that fails in passing."""
    store = opened()
    server.put_object(Bucket=bucket, Key="data/a.txt", Body=b"registered" * 1000)
    proxy.fail(Rule(fault, "GET"))
    source = store.places.look(f"s3://{bucket}/data")
    proxy.fail(Rule(fault, "GET"))
    assert [file.digest for file in store.places.manifest(source).files] == [digest_of(b"registered" * 1000)]
    store.sweep.mark("a-database", "shown")
    proxy.fail(Rule(fault, "GET"))
    assert store.sweep.marks() == {"a-database": "shown"}


def test_an_upload_that_is_refused_leaves_nothing(
    proxy: S3Proxy, opened: Callable[..., ObjectStore], tmp_path: Path, server: Any, bucket: str
) -> None:
    """No object is shown, the parts that arrived are given up, and what was refused is not asked again."""
    store = opened()
    stored, source = large(tmp_path, 33 * MIB)
    proxy.fail(Rule(Fault.FORBID, "PUT", times=None))
    with pytest.raises(StoreError, match="as told; permission was refused"):
        store.put(stored, source)
    assert proxy.methods.count("PUT") <= 3
    assert "Uploads" not in server.list_multipart_uploads(Bucket=bucket)
    assert not store.exists(stored)


def test_an_upload_that_is_told_to_stop_leaves_nothing(
    *, proxy: S3Proxy, opened: Callable[..., ObjectStore], tmp_path: Path, server: Any, bucket: str
) -> None:
    """A signal ends it between two parts; those that arrived are given up."""
    store = opened()
    stored, source = large(tmp_path, 33 * MIB)

    def stop(*_: object) -> None:
        message = "told to stop"
        raise InterruptedError(message)

    before = signal.signal(signal.SIGUSR1, stop)
    proxy.fail(Signalling(Fault.SLOW_DOWN, "PUT", times=None))
    try:
        with pytest.raises(StoreError, match="told to stop"):
            store.put(stored, source)
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert "Uploads" not in server.list_multipart_uploads(Bucket=bucket)
    assert not store.exists(stored)


@CLIENTS
def test_an_object_of_another_size_is_fetched_as_it_is(
    *, opened: Callable[..., ObjectStore], tmp_path: Path, server: Any, bucket: str, options: dict[str, Any], kind: type
) -> None:
    """Its digest then says that it was changed."""
    store = opened(options)
    stored = StoredObject(digest_of(b"other"), ".bin", 40 * MIB)
    key = store.url(stored).removeprefix(f"s3://{bucket}/")
    for body in (b"", b"short", bytes(17 * MIB)):
        server.put_object(Bucket=bucket, Key=key, Body=body)
        store.fetch(stored, tmp_path / "target")
        assert (tmp_path / "target").read_bytes() == body
    server.put_object(Bucket=bucket, Key=key, Body=b"short")
    assert store.read(StoredObject(stored.digest, ".bin", 3 * MIB)) == b"short"


def test_parts_are_as_many_as_s3_takes() -> None:
    """They grow with the object, up to the five terabytes that one may have."""
    assert len(sections_of(10 << 30)) == 640
    for size in (1, 16 * MIB, 16 * MIB + 1, 5 << 40):
        sections = sections_of(size)
        assert len(sections) <= 10_000
        assert (sections[0][0], sections[-1][1]) == (0, size)
        assert all(one[1] == other[0] for one, other in itertools.pairwise(sections))
    assert sections_of(0) == []


def test_memory_does_not_grow_with_the_object(s3: S3, bucket: str, tmp_path: Path) -> None:
    """Of 128 MiB that go and come a quarter at most is in memory at any moment."""
    store = ObjectStore.open(f"s3://{bucket}/p", storage_options=s3.storage_options)
    put_all(store, {"a": b"what is imported first does not count"})
    stored, source = large(tmp_path, 128 * MIB)
    assert peak_of(lambda: store.put(stored, source)) < 32 * MIB
    assert peak_of(lambda: store.fetch(stored, tmp_path / "target")) < 32 * MIB
    assert (tmp_path / "target").stat().st_size == stored.size


WRITING = Writing.of(
    encryption="aws:kms", kms_key="a-key", storage_class="STANDARD_IA", tags="team=data science,cost=4/2"
)


@CLIENTS
def test_what_is_written_is_kept_as_told(
    *, opened: Callable[..., ObjectStore], tmp_path: Path, server: Any, bucket: str, options: dict[str, Any], kind: type
) -> None:
    """Encryption, key, storage class and tags are those of each object, small or in parts, of workers and marks too."""
    store = opened(options, writing=WRITING)
    put_all(store, {"small": b"small"})
    store.put(*large(tmp_path, 33 * MIB))
    store.sweep.mark("a-database", "shown")
    writer = pickle.loads(pickle.dumps(WorkerWriter(store)))  # noqa: S301 - its own
    writer.write(lambda spool: spool.open("of-a-worker").write(b"of a worker"))
    listed = server.list_objects_v2(Bucket=bucket)["Contents"]
    assert len(listed) == 4
    for key in (one["Key"] for one in listed):
        found = server.head_object(Bucket=bucket, Key=key)
        assert (found["ServerSideEncryption"], found["StorageClass"]) == ("aws:kms", "STANDARD_IA")
        assert found["SSEKMSKeyId"].endswith("a-key")
        tags = server.get_object_tagging(Bucket=bucket, Key=key)["TagSet"]
        assert {tag["Key"]: tag["Value"] for tag in tags} == {"team": "data science", "cost": "4/2"}


def test_s3s_ways_are_for_s3(tmp_path: Path) -> None:
    """A folder cannot keep objects so, and says so before anything is written."""
    with pytest.raises(ConfigurationError, match="is not on S3; leave them away"):
        ObjectStore.open(str(tmp_path), writing=WRITING)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"encryption": "aes"}, r"s3_encryption is 'aes'; set it to one of 'AES256'"),
        ({"kms_key": "k"}, r"s3_kms_key is 'k', and .* s3_encryption is None, which uses no key; set it to 'aws:kms'"),
        ({"storage_class": "GLACIER"}, r"s3_storage_class is 'GLACIER', from which nothing can be read at once"),
        ({"storage_class": "standard"}, r"s3_storage_class is 'standard'; set it to one of 'STANDARD'"),
        ({"tags": "team"}, r"s3_tags is 'team', of which 'team' is no pair of its own"),
        ({"tags": "a=1,a=2"}, r"'a=2' is no pair of its own"),
        ({"tags": {"aws:x": "1"}}, r"has 'aws:x'='1', which S3 refuses"),
        ({"tags": {"a": "<"}}, r"has 'a'='<', which S3 refuses"),
        ({"tags": {str(number): "" for number in range(11)}}, r"has 11 tags, and S3 takes 10"),
    ],
)
def test_ways_that_s3_has_not_are_refused(wrong: dict[str, Any], says: str) -> None:
    """The message names the setting, the value and what it may be."""
    with pytest.raises(ConfigurationError, match=says):
        Writing.of(**wrong)


def refreshing(keys: list[str]) -> aiobotocore.session.AioSession:
    """Return a session whose credentials end in a minute, so that each request brings the next ones."""

    async def refresh() -> dict[str, str]:
        until = dt.datetime.now(dt.timezone.utc) + dt.timedelta(minutes=1)
        return {"access_key": keys.pop(0), "secret_key": "s", "token": "t", "expiry_time": until.isoformat()}

    session = aiobotocore.session.AioSession()
    session._credentials = aiobotocore.credentials.AioRefreshableCredentials(
        "first", "s", "t", dt.datetime.now(dt.timezone.utc) + dt.timedelta(hours=1), refresh, "sts-assume-role"
    )
    session._credentials._expiry_time = dt.datetime.now(dt.timezone.utc) + dt.timedelta(minutes=1)
    return session


def test_credentials_are_refreshed(proxy: S3Proxy, bucket: str) -> None:
    """A session's credentials, as those of a role, are asked for before each request, and new ones are used at once."""
    keys = [f"key-{number}" for number in range(9)]
    filesystem = s3fs.S3FileSystem(session=refreshing(keys), endpoint_url=proxy.endpoint, skip_instance_cache=True)
    store = ObjectStore(filesystem, f"{bucket}/p", uri=f"s3://conn@{bucket}/p")
    for data in (b"a", b"b"):
        put_all(store, {"a": data})
    assert isinstance(store._transfer, S3Transfer)
    used = [request.key for request in proxy.requests]
    assert len(used) == 2
    assert used[0] != used[1]
    assert all(str(key).startswith("key-") for key in used)


def test_a_fork_asks_for_credentials_itself(proxy: S3Proxy, bucket: str) -> None:
    """A session that was opened before a fork serves the child, whose parent's loop does not run there."""
    filesystem = s3fs.S3FileSystem(
        session=refreshing([f"key-{number}" for number in range(9)]),
        endpoint_url=proxy.endpoint,
        skip_instance_cache=True,
    )
    store = ObjectStore(filesystem, f"{bucket}/p", uri=f"s3://conn@{bucket}/p")
    [file] = put_all(store, {"a": b"a"}).files

    def read() -> None:
        assert store.read(file.object) == b"a"

    assert os.waitpid(in_child(read), 0)[1] == 0


@pytest.mark.parametrize("how", ["static", "environment", "profile", "anonymous"])
def test_credentials_are_found_as_every_tool_finds_them(
    proxy: S3Proxy, bucket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    """Given, of the environment or of a profile; or none, where the store is public."""
    file = tmp_path / "credentials"
    file.write_text("[other]\naws_access_key_id = profile\naws_secret_access_key = s\n")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(file))
    if how == "environment":
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "environment")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "s")
    options: dict[str, dict[str, Any]] = {
        "static": {"key": "static", "secret": "s"},
        "profile": {"profile": "other"},
        "anonymous": {"anon": True},
    }
    given = {"endpoint_url": proxy.endpoint, **options.get(how, {})}
    put_all(ObjectStore.open(f"s3://{bucket}/p", storage_options=given), {"a": b"a"})
    assert [request.key for request in proxy.requests] == [None if how == "anonymous" else how]


def test_options_of_the_filesystem_are_the_clients() -> None:
    """Region, certificates, addressing and timeouts that were given count, and otherwise connections end in time."""
    filesystem = s3fs.S3FileSystem(
        endpoint_url="https://s3.example.com",
        client_kwargs={"region_name": "eu-central-2", "verify": "/certificates.pem"},
        config_kwargs={"read_timeout": 7, "s3": {"addressing_style": "path"}},
        skip_instance_cache=True,
    )
    ObjectStore(filesystem, "bucket/p", uri="s3://bucket/p")
    client = client_of(filesystem)
    assert (client.meta.endpoint_url, client.meta.region_name) == ("https://s3.example.com", "eu-central-2")
    config = client.meta.config
    assert (config.read_timeout, config.connect_timeout, config.s3) == (7, 10, {"addressing_style": "path"})
    assert config.retries["total_max_attempts"] == 1
    assert client._endpoint.http_session._verify == "/certificates.pem"


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_store_that_was_used_is_of_use_in_a_fork(opened: Callable[..., ObjectStore], tmp_path: Path) -> None:
    """A child makes connections and threads of its own."""
    store = opened()
    stored, source = large(tmp_path, 33 * MIB)
    store.put(stored, source)

    def fetch() -> None:
        store.fetch(stored, tmp_path / "target")
        assert digest_of((tmp_path / "target").read_bytes()) == stored.digest

    assert os.waitpid(in_child(fetch), 0)[1] == 0
