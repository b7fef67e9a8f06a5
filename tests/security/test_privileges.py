"""The roles and policies of ``docs/operations/security.md``, read out of it: each can what it should, and no more."""

from __future__ import annotations

import json
import logging
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import boto3
import httpx
import numpy as np
import psycopg
import pytest

from airflow_artifacts.cache.policy import INPUTS, SOURCE
from airflow_artifacts.cli import main
from airflow_artifacts.client import ArtifactClient
from airflow_artifacts.exceptions import ArtifactError, LineageError, MissingObjectError, StoreError
from tests.client.calling import Caller
from tests.servers import s3_server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.servers import S3

PAGE = (Path(__file__).parents[2] / "docs" / "operations" / "security.md").read_text(encoding="utf-8")


def block(mark: str) -> str:
    """Return what the page shows under a mark."""
    return re.findall(rf"<!-- {re.escape(mark)} -->\n```\w+\n(.*?)```", PAGE, re.DOTALL)[0]  # type: ignore[no-any-return]


def statements(mark: str) -> list[str]:
    return [one.strip() for one in block(mark).split(";") if one.strip()]


@pytest.fixture(scope="module")
def roles(postgresql: Callable[..., str]) -> Iterator[Callable[[str], str]]:
    """Give the URL of each role in a database that was made as the page says."""
    server = postgresql().replace("+psycopg", "")
    with psycopg.connect(server, autocommit=True) as administrator:
        for statement in statements("sql: administrator"):
            administrator.execute(statement.encode())
    parts = urlsplit(server)

    def url(role: str) -> str:
        return f"postgresql+psycopg://artifacts_{role}:{role}-password@/artifacts?{parts.query}"

    assert main(["db", "upgrade", "--database-url", url("owner")]) == 0
    with psycopg.connect(url("owner").replace("+psycopg", ""), autocommit=True) as owner:
        for statement in statements("sql: owner"):
            owner.execute(statement.encode())
    yield url
    with psycopg.connect(server, autocommit=True) as administrator:
        administrator.execute("DROP DATABASE artifacts WITH (FORCE)")
        for role in ("owner", "writer", "reader"):
            administrator.execute(f"DROP ROLE artifacts_{role}".encode())


@pytest.fixture(scope="module")
def clients(
    roles: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, ArtifactClient]]:
    """A client of each role, on one store."""
    store = str(tmp_path_factory.mktemp("privileges") / "store")
    found = {role: ArtifactClient.connect(store=store, database=roles(role)) for role in ("owner", "writer", "reader")}
    yield found
    for client in found.values():
        client.close()


def _double(x: int) -> int:
    return x * 2


def test_the_writer_does_what_tasks_do(clients: dict[str, ArtifactClient], tmp_path: Path) -> None:
    """It saves, caches, registers and labels."""
    writer = clients["writer"]
    version = writer.save(np.arange(4), "raw/one", tags=["bronze"], aliases=["production"], metadata={"rows": 4})
    writer.save(np.arange(4), "raw/one")
    (tmp_path / "a.csv").write_text("a")
    writer.register(tmp_path / "a.csv", "raw/file")
    writer.tag("raw/one", "silver")
    writer.tag("raw/one", remove=["silver"])
    writer.alias("raw/one@1", "staging")
    writer.unalias("raw/one", "staging")
    writer.pin("raw/one@1")
    writer.unpin("raw/one@1")
    caller = Caller(writer)
    assert caller(_double, x=2, cache=INPUTS + SOURCE).executed
    assert not caller(_double, x=2, cache=INPUTS + SOURCE).executed
    assert writer.load(version).tolist() == [0, 1, 2, 3]


def test_the_writer_deletes_nothing(clients: dict[str, ArtifactClient], roles: Callable[[str], str]) -> None:
    """What is there stays, and the message says why."""
    writer = clients["writer"]
    writer.save(1, "raw/stays")
    for act in (lambda: writer.delete("raw/stays"), lambda: writer.prune(saved=True, latest=True)):
        with pytest.raises(LineageError, match=r"permission denied for table .* may not do this"):
            act()
    assert writer.load("raw/stays") == 1
    with (
        pytest.raises(LineageError, match="must be owner"),
        clients["writer"].lineage._database.writing() as session,
    ):
        session.connection().exec_driver_sql("DROP TABLE alias")


def test_the_reader_reads(clients: dict[str, ArtifactClient]) -> None:
    """It loads, searches and traces, and is told of bytes that are gone as anyone is."""
    version: Any = clients["writer"].save({"a": np.arange(4)}, "raw/read", tags=["bronze"])
    reader = clients["reader"]
    assert reader.load("raw/read", dict)["a"].tolist() == [0, 1, 2, 3]
    assert [one.id for one in reader.search("raw/read")] == [version.id]
    assert reader.upstream("raw/read").versions
    assert reader.show("raw/read").version.id == version.id
    gone: Any = clients["writer"].save(b"gone", "raw/gone")
    place = reader.store.local(gone.manifest.files[0].object)
    assert place is not None
    place.unlink()
    with pytest.raises(MissingObjectError):
        reader.load("raw/gone")


def test_the_reader_writes_nothing(clients: dict[str, ArtifactClient]) -> None:
    """Whatever would write is refused, and the message says why."""
    clients["writer"].save(1, "raw/kept")
    reader = clients["reader"]
    acts: list[Callable[[], Any]] = [
        lambda: reader.save(2, "raw/kept"),
        lambda: reader.tag("raw/kept", "x"),
        lambda: reader.alias("raw/kept", "x"),
        lambda: reader.delete("raw/kept"),
        lambda: reader.log_metadata("raw/kept", {"a": 1}),
        lambda: reader.pin("raw/kept@1"),
    ]
    for act in acts:
        with pytest.raises(LineageError, match="may not do this"):
            act()
    assert reader.load("raw/kept") == 1


def test_the_owner_keeps_house(clients: dict[str, ArtifactClient]) -> None:
    """It deletes, prunes and collects what others wrote."""
    clients["writer"].save(3, "raw/house")
    owner = clients["owner"]
    owner.delete("raw/house")
    assert owner.find("raw/house") is None
    owner.prune(saved=True)
    owner.gc()


def test_a_message_names_the_role_and_not_its_password(roles: Callable[[str], str]) -> None:
    """Where a database cannot be reached, the password is neither shown as it is nor as the URL writes it."""
    url = roles("reader").replace("reader-password", "wr%6Fng-p%40ss").replace("/artifacts?", "/not_there?")
    with pytest.raises(LineageError, match="artifacts_reader") as refused:
        ArtifactClient.connect(store="/nowhere", database=url)
    assert not re.search(r"wr(o|%6F)ng|p(@|%40)ss", str(refused.value))


# S3


@pytest.fixture(scope="module")
def guarded() -> Iterator[tuple[S3, Callable[[str], dict[str, Any]]]]:
    """An S3 server that asks who is there, and what gives the options of a user with a policy of the page."""
    with s3_server() as server:
        known = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing", "region_name": "us-east-1"}
        iam = boto3.client("iam", endpoint_url=server.endpoint, **known)
        boto3.client("s3", endpoint_url=server.endpoint, **known).create_bucket(Bucket="BUCKET".lower())
        options = {}
        for role in ("writer", "keeper", "reader"):
            iam.create_user(UserName=role)
            policy = block(f"policy: {role}").replace("BUCKET", "bucket").replace("PREFIX", "prefix")
            iam.put_user_policy(UserName=role, PolicyName=role, PolicyDocument=json.dumps(json.loads(policy)))
            key = iam.create_access_key(UserName=role)["AccessKey"]
            options[role] = {
                "endpoint_url": server.endpoint,
                "key": key["AccessKeyId"],
                "secret": key["SecretAccessKey"],
                "client_kwargs": {"region_name": "us-east-1"},
            }
        httpx.post(f"{server.endpoint}/moto-api/reset-auth", content="0").raise_for_status()
        yield server, options.__getitem__


@pytest.fixture
def users(guarded: tuple[S3, Callable[[str], dict[str, Any]]], tmp_path: Path) -> Iterator[dict[str, ArtifactClient]]:
    """A client of each user, on one lineage database."""
    found = {
        role: ArtifactClient.connect(
            store="s3://bucket/prefix", database=f"sqlite:///{tmp_path / 'l.db'}", storage_options=guarded[1](role)
        )
        for role in ("writer", "keeper", "reader")
    }
    yield found
    for client in found.values():
        client.close()


def test_each_policy_is_enough_and_no_more(users: dict[str, ArtifactClient]) -> None:
    """Writers put, readers get, and only keepers delete; a refusal names the store and the credentials."""
    large = np.arange(2_000_000)  # in several parts
    version: Any = users["writer"].save(large, "raw/large")
    assert np.array_equal(users["reader"].load("raw/large"), large)
    assert np.array_equal(users["writer"].load("raw/large"), large)
    stored = version.manifest.files[0].object
    assert users["reader"].store.exists(stored)
    for role in ("writer", "reader"):
        with pytest.raises(StoreError, match=r"could not delete .*s3://bucket/prefix.*credentials"):
            users[role].store.delete(stored)
    with pytest.raises(StoreError, match="could not write"):
        users["reader"].save(b"other", "raw/other")
    assert not users["keeper"].verify("raw/large").faults
    users["keeper"].store.delete(stored)
    assert not users["reader"].store.exists(stored)


def test_a_policy_ends_with_its_prefix(guarded: tuple[S3, Callable[[str], dict[str, Any]]], tmp_path: Path) -> None:
    """A store under another prefix of the bucket is neither read nor written."""
    options = guarded[1]("writer")
    database = f"sqlite:///{tmp_path / 'l.db'}"
    with ArtifactClient.connect(store="s3://bucket/other", database=database, storage_options=options) as client:
        with pytest.raises(ArtifactError, match="could not write"):
            client.save(b"x", "raw/x")
        logging.getLogger(__name__).debug("the key is not shown: %s", client.store.uri)
        assert options["secret"] not in client.store.uri
