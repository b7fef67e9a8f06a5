"""A store on S3, with a real server."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any, ClassVar

import boto3
import pytest

from airflow_artifacts.exceptions import ConfigurationError, StoreError
from airflow_artifacts.store import ObjectStore
from tests.contracts.store_contract import StoreContract, put_all
from tests.s3_proxy import Fault, Rule, S3Proxy
from tests.servers import free_port

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from airflow_artifacts.model import StoredObject
    from tests.servers import S3


class TestS3Store(StoreContract):
    """The facts of every store, on S3."""

    options: ClassVar[dict[str, Any]] = {}

    @pytest.fixture
    def reopen(self, s3: S3) -> Callable[[], ObjectStore]:
        """Return what opens the store."""
        bucket = s3.create_bucket()
        options = {**s3.storage_options, **self.options}
        return lambda: ObjectStore.open(f"s3://{bucket}/prefix", storage_options=options)

    @pytest.fixture
    def store(self, reopen: Callable[[], ObjectStore]) -> ObjectStore:
        """An empty store."""
        return reopen()

    @pytest.fixture
    def tamper(self, store: ObjectStore, s3: S3) -> Callable[[StoredObject, bytes | None], None]:
        """Return what changes or removes an object behind the store's back."""
        client = boto3.client(
            "s3",
            endpoint_url=s3.endpoint,
            aws_access_key_id="testing",
            aws_secret_access_key="testing",
            region_name="us-east-1",
        )

        def change(stored: StoredObject, data: bytes | None) -> None:
            bucket, _, key = store.url(stored).removeprefix("s3://").partition("/")
            if data is None:
                client.delete_object(Bucket=bucket, Key=key)
            else:
                client.put_object(Bucket=bucket, Key=key, Body=data)

        return change

    def test_large_objects_go_in_parts(self, store: ObjectStore, tmp_path: Path) -> None:
        """An object larger than a part of an upload comes back whole."""
        data = bytes(range(256)) * (33 << 12)  # 33 MiB; up to 32 go in one request
        manifest = put_all(store, {"big.bin": data})
        assert store.reader(manifest, label="x@1", scratch=tmp_path).path("big.bin").read_bytes() == data


class TestS3StoreThroughS3fs(TestS3Store):
    """The facts of every store, where the options of the filesystem cannot be handed over to another client."""

    options: ClassVar[dict[str, Any]] = {"cache_regions": True}


def test_a_missing_bucket_is_named(s3: S3) -> None:
    """No bucket is made; the message names the store and the setting."""
    store = ObjectStore.open("s3://no-such-bucket/prefix", storage_options=s3.storage_options)
    with pytest.raises(StoreError, match=r"in the store s3://no-such-bucket/prefix: .*; check \[artifacts\] store_uri"):
        put_all(store, {"a": b"x"})
    with pytest.raises(StoreError, match="no-such-bucket"):
        store.check()


def test_an_endpoint_out_of_reach_fails_soon(tmp_path: Path) -> None:
    """The error comes when patience is at its end and names the settings, and no secret."""
    options = {"endpoint_url": f"http://127.0.0.1:{free_port()}", "key": "the-key", "secret": "the-secret"}
    store = ObjectStore.open("s3://bucket/prefix", storage_options=options, patience=1)
    with pytest.raises(StoreError, match=r"as \[artifacts\] patience says: .*\[artifacts\] store_uri") as error:
        put_all(store, {"a": b"x"})
    assert "the-secret" not in str(error.value)


def test_a_connection_that_stands_still_is_given_up() -> None:
    """A server that takes a request and says nothing holds nobody for longer than patience and one time limit."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        options = {
            "endpoint_url": f"http://127.0.0.1:{silent.getsockname()[1]}",
            "key": "the-key",
            "secret": "the-secret",
            "config_kwargs": {"read_timeout": 0.2},
        }
        store = ObjectStore.open("s3://bucket/prefix", storage_options=options, patience=0.5)
        [file] = put_all(ObjectStore.open("memory://silent"), {"a": b"x"}).files
        for ask in (store.read, store.exists, lambda stored: list(store.chunks(stored))):
            with pytest.raises(StoreError, match=r"Read timeout .*as \[artifacts\] patience says"):
                ask(file.object)


def test_wrong_credentials_are_named(s3: S3) -> None:
    """A refusal says that permission was refused and names the setting, and no secret."""
    with S3Proxy(s3, [Rule(Fault.WRONG_KEY, times=None)]).running() as proxy:
        options = {"endpoint_url": proxy.endpoint, "key": "wrong", "secret": "the-secret"}
        store = ObjectStore.open("s3://bucket/prefix", storage_options=options)
        with pytest.raises(StoreError, match=r"permission was refused: .*\[artifacts\] store_uri") as error:
            put_all(store, {"a": b"x"})
    assert "the-secret" not in str(error.value)


@pytest.mark.parametrize("uri", ["s3://key:secret@bucket/p", "s3://key:sec/ret@bucket/p", "s3a://connection@bucket/p"])
def test_credentials_have_no_place_in_the_url(uri: str) -> None:
    """They would be shown wherever the store is named, and fsspec would take them for the bucket's name."""
    with pytest.raises(ConfigurationError, match="no secret belongs into it") as error:
        ObjectStore.open(uri)
    assert "ret@" not in str(error.value)
