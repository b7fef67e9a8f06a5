"""Deleting: nobody waits for a store that does not answer, and what was not deleted is deleted later."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from airflow_artifacts.client import ArtifactClient
from airflow_artifacts.exceptions import StoreError
from airflow_artifacts.store import ObjectStore
from tests.s3_proxy import Fault, Rule, S3Proxy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.servers import S3

NOW = timedelta(0)


@pytest.fixture
def proxy(s3: S3) -> Iterator[S3Proxy]:
    """A server that fails when told to."""
    with S3Proxy(s3).running() as proxy:
        yield proxy


@pytest.fixture
def client(s3: S3, proxy: S3Proxy, database_url: str) -> Iterator[ArtifactClient]:
    """A client with three objects that nobody needs."""
    store = f"s3://{s3.create_bucket()}/p"
    with ArtifactClient.connect(
        store=store, database=database_url, storage_options=proxy.storage_options, patience=1
    ) as client:
        for name in ("a", "b", "c"):
            client.save(name.encode() * 100, name)
        client.prune(saved=True, latest=True)
        yield client


def deletions(proxy: S3Proxy) -> int:
    """Return how many objects the store was asked to delete."""
    return proxy.methods.count("DELETE")


@pytest.mark.parametrize("ignore_errors", [True, False])
def test_a_store_that_answers_no_more_is_given_up(
    client: ArtifactClient, proxy: S3Proxy, ignore_errors: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is waited for once, not for each object; all are named as left, and the next collection deletes them."""
    monkeypatch.setattr("airflow_artifacts.client.deletion._AT_ONCE", 1)
    monkeypatch.setattr("airflow_artifacts.client.deletion._THREADS", 1)
    proxy.fail(Rule(Fault.SLOW_DOWN, "DELETE", times=None))
    if ignore_errors:
        assert len(client.gc(grace=NOW, ignore_errors=True).failed) == 3
    else:
        with pytest.raises(StoreError, match="could not delete objects"):
            client.gc(grace=NOW)
    assert len({request.path for request in proxy.requests if request.method == "DELETE"}) == 1
    proxy.heal()
    assert client.gc(grace=NOW).objects == 3


def test_rows_are_not_held_while_a_store_is_waited_for(
    client: ArtifactClient, proxy: S3Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A writer who wants one of the objects has it before the store answers again, and its bytes are left alone."""
    proxy.fail(Rule(Fault.SLOW_DOWN, "DELETE"))
    patiently = ObjectStore.patiently
    saved = []

    def asked_again(self: ObjectStore, action: str, work: object) -> object:
        def again() -> object:
            if deletions(proxy):
                saved.append(client.save(b"a" * 100, "a"))
                saved.append(client.save(b"b" * 100, "b"))
            return work()  # type: ignore[operator]

        return patiently(self, action, again)

    monkeypatch.setattr(ObjectStore, "patiently", asked_again)
    assert client.gc(grace=NOW).failed == {}
    assert [client.load(str(version)) for version in saved] == [b"a" * 100, b"b" * 100]
    assert client.verify().faults == ()


def test_a_slow_store_is_given_short_transactions(
    client: ArtifactClient, proxy: S3Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a while a transaction begins with no other object, and the next one goes on."""
    monkeypatch.setattr("airflow_artifacts.client.deletion._HELD_SECONDS", -1.0)
    rounds = []
    upkeep = type(client.lineage.upkeep)
    delete_objects = upkeep.delete_objects

    def counted(self: object, objects: list[object], remove: object) -> object:
        rounds.append(len(objects))
        return delete_objects(self, objects, remove)  # type: ignore[arg-type]

    monkeypatch.setattr(upkeep, "delete_objects", counted)
    assert client.gc(grace=NOW).objects == 3
    assert rounds == [3, 2, 1]
    assert deletions(proxy) == 3
