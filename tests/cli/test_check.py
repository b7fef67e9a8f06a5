"""``check``: what works is left as it was, and what does not is named with the way out."""

from __future__ import annotations

import json
import os
import resource
import signal
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
import sqlalchemy as sa

from airflow_artifacts.cli import main
from airflow_artifacts.client import ArtifactClient
from airflow_artifacts.client.advice import advice
from airflow_artifacts.client.checking import Check, Outcome
from airflow_artifacts.exceptions import LineageError, StoreError
from airflow_artifacts.lineage import Lineage, probing, schema, tables
from airflow_artifacts.lineage.database import Database
from airflow_artifacts.store import LocalCache, ObjectStore
from airflow_artifacts.store.failures import failures
from tests.contracts.store_contract import put_all
from tests.forks import in_child
from tests.s3_proxy import Fault, Rule, S3Proxy
from tests.servers import free_port

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.servers import S3

DATABASE = "lineage database"
DELETIONS: list[tuple[str | None, str]] = [("DELETE", ""), ("POST", "")]
"""The methods that delete one object, and several."""


@pytest.fixture(autouse=True)
def _bare_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AIRFLOW__ARTIFACTS__DATABASE_URL", "AIRFLOW__ARTIFACTS__STORE_URI", "AIRFLOW_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AIRFLOW_HOME", str(tmp_path))


@pytest.fixture(scope="module")
def server(s3: S3) -> Iterator[S3Proxy]:
    """An S3 server that can refuse."""
    with S3Proxy(s3).running() as running:
        yield running


@pytest.fixture
def open_store(s3: S3, server: S3Proxy) -> Callable[[], ObjectStore]:
    """Return what opens an empty store."""
    bucket = s3.create_bucket()
    server.heal()
    return lambda: ObjectStore.open(f"s3://{bucket}/prefix", storage_options=server.storage_options)


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'lineage.db'}"


def outcomes(open_store: Callable[[], ObjectStore], url: str) -> dict[tuple[str, str], tuple[Outcome, str]]:
    steps = list(Check(open_store, url).steps())
    assert all(step.seconds >= 0 for step in steps)
    return {(step.part, step.name): (step.outcome, step.message) for step in steps}


def forbid(server: S3Proxy, requests: list[tuple[str | None, str]]) -> None:
    """Let the credentials lack the right to requests of some methods and paths."""
    server.fail(*(Rule(Fault.FORBID, method, path, times=None) for method, path in requests))


def failed(found: dict[tuple[str, str], tuple[Outcome, str]]) -> dict[tuple[str, str], str]:
    return {step: message for step, (outcome, message) in found.items() if outcome is Outcome.FAILED}


def test_what_works_is_left_as_it_was(open_store: Any, database_url: str) -> None:
    """No row, no object and no mark stays, and everything was tried."""
    found = outcomes(open_store, database_url)
    assert {outcome for outcome, _ in found.values()} == {Outcome.OK}
    assert len(found) == 11
    store = open_store()
    assert store._filesystem.find(store._root) == []
    database = Database(database_url)
    with database.reading() as session:
        counts = {
            table.name: session.scalar(sa.select(sa.func.count()).select_from(table))
            for table in tables.Base.metadata.sorted_tables
        }
    database.close()
    assert {name for name, count in counts.items() if count} <= {"identity"}


def test_it_is_shown_to_people_and_to_programs(
    tmp_path: Path, sqlite_url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each step with its time, the settings with where they come from; a user's artifacts are not touched."""
    store = str(tmp_path / "store")
    with ArtifactClient.connect(store=store, database=sqlite_url) as client:
        client.save([1], "mine")
        before = client.catalogue.overview()
    files = sorted(path for path in tmp_path.rglob("*") if path.is_file())
    monkeypatch.setenv("AIRFLOW__ARTIFACTS__STORE_URI", store)
    assert main(["check", "--database-url", sqlite_url]) == 0
    shown = capsys.readouterr().out
    assert f"store_uri        {store}  (AIRFLOW__ARTIFACTS__STORE_URI)" in shown
    assert f"database_url     {sqlite_url}  (--database-url)" in shown
    assert "ok        write" in shown
    assert " ms  " in shown
    assert main(["check", "--database-url", sqlite_url, "--output", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["ok"] is True
    assert document["settings"]["store_uri"] == {"value": store, "origin": "AIRFLOW__ARTIFACTS__STORE_URI"}
    assert {step["outcome"] for step in document["steps"]} == {"ok"}
    with ArtifactClient.connect(store=store, database=sqlite_url) as client:
        assert client.load("mine") == [1]
        assert client.catalogue.overview() == before
    assert sorted(path for path in tmp_path.rglob("*") if path.is_file()) == files


def test_a_folder_that_says_nothing_is_not_needed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A SQLite file that is not there yet is made, as on first use; its folder is not."""
    arguments = ["check", "--store-uri", str(tmp_path / "store"), "--database-url"]
    assert main([*arguments, f"sqlite:///{tmp_path}/new.db"]) == 0
    assert "made now" in capsys.readouterr().out
    assert main([*arguments, f"sqlite:///{tmp_path}/nowhere/new.db"]) == 1
    assert f"the folder '{tmp_path}/nowhere' of [artifacts] database_url does not exist" in capsys.readouterr().out


@pytest.mark.parametrize(
    "lack",
    [
        ([(None, "")], "answers", "s3:ListBucket"),
        ([("PUT", r"\.check")], "write", "s3:PutObject"),
        ([("GET", r"\.check$")], "read", "s3:GetObject"),
        ([("GET", "databases")], "list", "s3:ListBucket"),
        (DELETIONS, "delete", "s3:DeleteObject"),
    ],
)
def test_a_right_that_is_missing_is_named(
    open_store: Any, server: S3Proxy, sqlite_url: str, lack: tuple[list[tuple[str | None, str]], str, str]
) -> None:
    """The message says which one, and only that step fails."""
    refused, step, right = lack
    forbid(server, refused)
    found = outcomes(open_store, sqlite_url)
    [(place, message)] = failed(found).items()
    assert place == ("store", step)
    assert f"the credentials are wrong, or lack a right; on S3 that is {right}" in message
    if step == "delete":
        database = Database(sqlite_url)
        with database.reading() as session:
            assert [row.state for row in session.scalars(sa.select(tables.Object))] == [tables.ObjectState.CONDEMNED]
        database.close()
        assert "left to gc" in found[DATABASE, "delete"][1]


def test_what_gc_is_left_it_deletes(open_store: Any, server: S3Proxy, sqlite_url: str) -> None:
    """Once the right is there, the next collection removes what the check could not."""
    forbid(server, DELETIONS)
    outcomes(open_store, sqlite_url)
    server.heal()
    store = open_store()
    assert len(store._filesystem.find(store._root)) == 1
    database = Database(sqlite_url)
    with ArtifactClient(store, Lineage(database)) as client:
        client.gc()
    store._filesystem.invalidate_cache()
    assert store._filesystem.find(f"{store._root}/objects") == []


def test_a_missing_bucket_is_named(server: S3Proxy, sqlite_url: str) -> None:
    """The database is tried all the same, and what needs the bucket is not."""
    store = ObjectStore.open("s3://no-such-bucket/prefix", storage_options=server.storage_options)
    found = outcomes(lambda: store, sqlite_url)
    [message] = failed(found).values()
    assert "the bucket does not exist there: create it" in message
    assert {step: outcome for step, (outcome, _) in found.items() if step[0] == "store"} == {
        ("store", "answers"): Outcome.FAILED,
        **{("store", name): Outcome.NOT_TRIED for name in ("write", "read", "list", "delete")},
    }


def test_an_endpoint_out_of_reach_is_named(sqlite_url: str) -> None:
    """The way out is the network's, and no secret is shown."""
    options = {"endpoint_url": f"http://127.0.0.1:{free_port()}", "key": "the-key", "secret": "the-secret"}
    store = ObjectStore.open("s3://bucket/prefix", storage_options=options, patience=1)
    [message] = failed(outcomes(lambda: store, sqlite_url)).values()
    assert "the endpoint cannot be reached from this machine" in message
    assert "the-secret" not in message


def test_a_store_that_cannot_be_opened_is_a_step_that_failed(
    sqlite_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its address, which may hold a secret, is not shown."""
    assert main(["check", "--store-uri", "nowhere://hidden/x", "--database-url", sqlite_url]) == 1
    shown = capsys.readouterr().out
    assert "store_uri        nowhere://***" in shown
    assert "[artifacts] store_uri 'nowhere://hidden/x' cannot be opened" in shown


def test_a_database_out_of_reach_is_named(open_store: Any, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Its password is not shown, and the store is tried all the same."""
    url = "postgresql://me:hidden@127.0.0.1:1/none"
    assert main(["check", "--store-uri", str(tmp_path / "store"), "--database-url", url]) == 1
    shown = capsys.readouterr()
    assert "nothing answers at that address: see that the server runs" in shown.out
    assert "hidden" not in shown.out + shown.err
    assert shown.out.count("not tried") == 5
    assert "the object was deleted" in shown.out


@pytest.mark.parametrize(
    ("said", "way_out"),
    [
        ('password authentication failed for user "me"', "correct user and password"),
        ('FATAL: database "none" does not exist', "create that database"),
        ("database or disk is full", "make room where the database lies"),
        ("attempt to write a readonly database", "change its owner or rights"),
        ("cannot execute INSERT in a read-only transaction", "let the URL name the primary"),
        ("cannot set transaction read-write mode during recovery", "let the URL name the primary"),
    ],
)
def test_what_drivers_say_has_a_way_out(said: str, way_out: str) -> None:
    """What cannot be made here is known by the words of the driver."""
    assert way_out in advice(DATABASE, "answers", LineageError(said))


@pytest.mark.parametrize(
    ("said", "way_out"),
    [
        ("SSL validation failed: CERTIFICATE_VERIFY_FAILED self-signed certificate", "give its authority in"),
        ("SSL validation failed for https://s3:9000 WRONG_VERSION_NUMBER", "begin the endpoint with http://"),
        ("Invalid endpoint: minio:9000", "write it as http://host:port"),
        ("The config profile (mine) could not be found", "AWS_PROFILE names a profile"),
        ("The AWS Access Key Id you provided does not exist in our records.", "correct access key and secret"),
        ("The provided token has expired.", "the temporary credentials have ended"),
        ("[Errno 2] No such file or directory: '/none'", ""),
    ],
)
def test_what_stores_say_has_a_way_out(said: str, way_out: str) -> None:
    """It goes by what the library said, not by the settings that the message around it names."""
    with pytest.raises(StoreError) as raised, failures("look", "s3://bucket"):
        raise OSError(said)
    assert "the endpoint" in str(raised.value)
    given = advice("store", "answers", raised.value)
    assert (way_out in given) if way_out else not given


def test_a_schema_that_is_missing_or_behind_is_named(postgresql: Callable[..., str], tmp_path: Path) -> None:
    """The message names the command that brings it up."""
    url = postgresql()
    for _ in range(2):
        found = outcomes(lambda: ObjectStore.open(str(tmp_path / "store")), url)
        [(place, message)] = failed(found).items()
        assert place == (DATABASE, "schema")
        assert "run `airflow-artifacts db upgrade`" in message
        database = Database(url)
        schema.upgrade(database)
        schema.downgrade(database, "0001")
        database.close()


def test_an_older_sqlite_file_is_left_to_its_next_use(tmp_path: Path, sqlite_url: str) -> None:
    """It is not upgraded behind its user's back, and works."""
    database = Database(sqlite_url)
    schema.upgrade(database)
    schema.downgrade(database, "0003")
    found = outcomes(lambda: ObjectStore.open(str(tmp_path / "store")), sqlite_url)
    assert failed(found) == {}
    assert found[DATABASE, "schema"][1] == f"schema 0003, which becomes {schema.HEAD} on next use"
    assert schema.current(database) == "0003"
    database.close()


def test_a_role_without_rights_is_named(postgresql: Callable[..., str], tmp_path: Path) -> None:
    """The message says which rights it lacks, and how it gets them."""
    url = postgresql()
    database = Database(url)
    schema.upgrade(database)
    database.close()
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("DROP ROLE IF EXISTS only_reads")
        connection.execute("CREATE ROLE only_reads LOGIN")
        connection.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO only_reads")
    reader = sa.make_url(url).set(username="only_reads").render_as_string(hide_password=False)

    def local() -> ObjectStore:
        return ObjectStore.open(str(tmp_path / "store"))

    found = outcomes(local, reader)
    assert set(failed(found)) == {(DATABASE, "rights"), (DATABASE, "write")}
    assert "the role lacks INSERT on " in found[DATABASE, "rights"][1]
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO only_reads")
        assert "lacks USAGE on the sequence of " in failed(outcomes(local, reader))[DATABASE, "rights"]
        connection.execute("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO only_reads")
    assert failed(outcomes(local, reader)) == {}
    assert "GRANT SELECT, INSERT, UPDATE, DELETE" in found[DATABASE, "write"][1]


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_disk_that_is_full_is_named(tmp_path: Path, sqlite_url: str) -> None:
    """SQLite's words for it have a way out."""
    report = tmp_path / "report"
    store = ObjectStore.open(str(tmp_path / "store"))

    def check() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
        found = failed(outcomes(lambda: store, sqlite_url))
        report.write_text(json.dumps([[*step, text] for step, text in found.items()]))

    assert os.waitpid(in_child(check), 0)[1] == 0
    [(part, name, message)] = json.loads(report.read_text())
    assert (part, name) == (DATABASE, "schema")
    assert "make room" in message


def test_what_is_no_database_is_named(tmp_path: Path) -> None:
    """A file with something else in it is not touched."""
    (tmp_path / "other.db").write_bytes(b"something else " * 1000)
    found = outcomes(lambda: ObjectStore.open(str(tmp_path / "store")), f"sqlite:///{tmp_path}/other.db")
    assert any("the file is no SQLite database" in message for message in failed(found).values())
    assert (tmp_path / "other.db").read_bytes() == b"something else " * 1000


def test_clocks_that_differ_are_only_a_warning(
    tmp_path: Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The message says by how much, and the code is 0."""
    monkeypatch.setattr(probing, "clock", lambda _: datetime.now(timezone.utc) + timedelta(hours=1))
    assert main(["check", "--store-uri", str(tmp_path / "store"), "--database-url", sqlite_url]) == 0
    shown = capsys.readouterr().out
    assert "warning   clock" in shown
    assert "3600.0 s ahead of this machine's" in shown


@pytest.mark.parametrize("folder", ["/proc/cache", "{}/cache"])
def test_the_local_cache_is_tried(open_store: Any, sqlite_url: str, tmp_path: Path, folder: str) -> None:
    """A folder that cannot be written fails the check, though no task would fail by it."""
    store = open_store()
    store.local_cache = LocalCache.named(folder.format(tmp_path))
    found = outcomes(lambda: store, sqlite_url)
    outcome, message = found["local cache", "write"]
    if folder.startswith("/proc"):
        assert "let [artifacts] local_cache_dir name another folder" in message
        assert outcome is Outcome.FAILED
    else:
        assert (outcome, message) == (Outcome.OK, f"{tmp_path}/cache")


def test_looking_at_the_local_cache_and_clearing_it(
    tmp_path: Path, open_store: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says how much is there, removes all of it when told to, and names the setting where there is none."""
    store = open_store()
    store.local_cache = LocalCache.named(tmp_path / "cache", "1 GB")
    manifest = put_all(store, {"a": b"x" * 1000})
    store.reader(manifest, label="x@1", scratch=tmp_path).read("a")
    monkeypatch.setenv("AIRFLOW__ARTIFACTS__LOCAL_CACHE_SIZE", "1 GB")
    arguments = ["--local-cache-dir", str(tmp_path / "cache")]
    assert main(["local-cache", "show", *arguments]) == 0
    assert "1 objects with 1.0 kB of 1.0 GB" in capsys.readouterr().out
    assert main(["local-cache", "show", "--output", "json", *arguments]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["objects"], document["bytes"], document["limit"], document["coming"]) == (1, 1000, 10**9, 0)
    assert main(["local-cache", "clear", "--yes", *arguments]) == 0
    assert "1 objects with 1.0 kB removed" in capsys.readouterr().out
    assert main(["local-cache", "clear", "--yes", *arguments]) == 0
    assert main(["local-cache", "show", "--local-cache-dir", str(tmp_path / "nowhere")]) == 0
    assert "0 objects" in capsys.readouterr().out
    assert not (tmp_path / "nowhere").exists()
    assert main(["local-cache", "show"]) == 2
    assert "no local cache is in use; let [artifacts] local_cache_dir name a folder" in capsys.readouterr().err
