"""A PostgreSQL server that restarts, refuses, hangs or takes no writes, in the middle of tasks."""

from __future__ import annotations

import contextlib
import functools
import os
import signal
import threading
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest
import sqlalchemy as sa

from airflow_artifacts import measures
from airflow_artifacts.client import ArtifactClient
from airflow_artifacts.exceptions import ArtifactError, LineageError
from airflow_artifacts.lineage import Lineage
from tests.client.calling import execute
from tests.faults.steps import Steps, stopping_at
from tests.faults.tcp_proxy import TcpProxy
from tests.faults.worlds import World, call, check_outcome, check_sound, given
from tests.forks import in_child

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = pytest.mark.parametrize("create_empty", ["postgresql"], indirect=True)

PATIENCE = 20
STRIDE = 9


@pytest.fixture
def proxy(database_url: str) -> Iterator[TcpProxy]:
    """A proxy in front of the server."""
    folder = parse_qs(urlsplit(database_url).query)["host"][0]
    with TcpProxy(f"{folder}/.s.PGSQL.5432").running() as proxy:
        yield proxy


@pytest.fixture
def proxied(database_url: str, proxy: TcpProxy) -> str:
    """The URL of the database behind the proxy."""
    return f"postgresql://postgres@127.0.0.1:{proxy.port}{urlsplit(database_url).path}"


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> World:
    """A folder, and the database without the proxy."""
    return World(str(tmp_path / "store"), database_url)


@contextlib.contextmanager
def counting() -> Iterator[list[float]]:
    """Give what is counted of connections to the database that were tried again."""
    counted: list[float] = []

    def note(measure: measures.Measure, amount: float, _: Any) -> None:
        if measure is measures.LINEAGE_RETRIES:
            counted.append(amount)

    with measures.listening(note):
        yield counted


@pytest.fixture
def as_role(database_url: str) -> Iterator[Callable[[str], str]]:
    """Return what makes a role with some options and returns the URL of the database for it."""
    made: list[str] = []

    def make(options: str) -> str:
        role = f"role_{os.getpid()}_{len(made)}"
        run(database_url, f"CREATE ROLE {role} LOGIN SUPERUSER {options}".replace("SUPERUSER LIMITED", ""))
        made.append(role)
        return database_url.replace("postgres:", f"{role}:", 1)

    yield make
    for role in made:
        run(database_url, f"DROP ROLE {role}")


def run(url: str, statement: str) -> None:
    """Run a statement as the owner of the server."""
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(statement.encode())


def at(name: str, number: int, act: Callable[[], object]) -> Steps:
    """Return steps that do something when one of a name comes for the given time."""

    def taken(_: int, step: str) -> None:
        if step == name and steps.names.count(name) == number:
            act()

    steps = Steps(taken)
    return steps


MOMENTS = [
    pytest.param(("before a transaction", 2), marks=pytest.mark.slow),
    pytest.param(("before a transaction", 9), marks=pytest.mark.slow),
    ("before a commit", 9),
    ("before a publication", 2),
]


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_task_rides_out_a_server_that_restarts(
    world: World, proxied: str, proxy: TcpProxy, moment: tuple[str, int], caplog: pytest.LogCaptureFixture
) -> None:
    """Between two transactions or within one: what was not committed is done again, once, and the log says so."""
    with world.connect() as direct:
        data = given(direct)

    def restart() -> None:
        proxy.is_down = True
        proxy.drop()
        timer = threading.Timer(0.5, lambda: setattr(proxy, "is_down", False))
        timer.start()

    with (
        ArtifactClient.connect(store=world.store, database=proxied, patience=PATIENCE) as client,
        counting() as counted,
    ):
        steps = at(*moment, restart)
        with steps.counted():
            ran = execute(client, call(data, 1))
        check_sound(client)
        check_outcome(client, ran, 1)
        assert [str(one) for one in client.versions("faults/model")] == ["faults/model@1"]
    assert steps.names.count(moment[0]) >= moment[1]
    assert counted
    assert "([artifacts] patience)" in caplog.text


def test_a_server_that_stays_away_fails_the_task(world: World, proxied: str, proxy: TcpProxy) -> None:
    """Once, and not once for each thing that is still to be said to it; the next try finds all that was published."""
    with world.connect() as direct:
        data = given(direct)

    def stop() -> None:
        proxy.is_down = True
        proxy.drop()

    with ArtifactClient.connect(store=world.store, database=proxied, patience=1) as client, counting() as counted:
        with (
            at("before a publication", 2, stop).counted(),
            pytest.raises(LineageError, match=r"it was asked for 1 s, as \[artifacts\] patience says") as raised,
        ):
            execute(client, call(data, 1))
        assert "[artifacts] database_url" in str(raised.value)
        tried = len(counted)
        with pytest.raises(LineageError):
            client.get("faults/model")
        assert len(counted) == tried
        proxy.is_down = False
        check_sound(client)
        check_outcome(client, execute(client, call(data, 1, try_number=2)), 1)
        # It waits again, now that the server had answered.
        stop()
        with pytest.raises(LineageError):
            client.get("faults/model")
        assert len(counted) > tried


@pytest.mark.parametrize("loses", ["before", "after"])
@pytest.mark.parametrize("stride", [STRIDE, pytest.param(1, marks=pytest.mark.slow)])
def test_no_commit_of_a_task_is_done_twice(
    world: World, proxied: str, proxy: TcpProxy, loses: str, stride: int
) -> None:
    """Whichever the connection is lost at: where it published, the next try knows; all else is simply said again."""
    with world.connect() as direct:
        data = given(direct)
    unknown: list[str] = []
    number, total = 1, 10**6
    while number <= total:
        seed = number
        proxy.at_commit = functools.partial(lambda number, count: loses if count == number else None, number)
        with ArtifactClient.connect(store=world.store, database=proxied, patience=PATIENCE) as client:
            proxy.commits = 0
            try:
                ran = execute(client, call(data, seed))
            except LineageError as error:
                unknown.append(str(error))
                ran = execute(client, call(data, seed, try_number=2))
            total = min(total, proxy.commits)
            check_outcome(client, ran, seed)
            assert len(list(client.versions("faults/model"))) == (number - 1) // stride + 1
        number += stride
    with world.connect() as direct:
        check_sound(direct)
    assert len(unknown) == 2 or stride > 1
    assert all("not known" in text and "[artifacts] database_url" in text for text in unknown)
    assert number > 2 * stride


def test_the_outputs_of_a_commit_that_was_not_answered_are_found_by_the_next_try(
    world: World, proxied: str, proxy: TcpProxy
) -> None:
    """The function does not run again: its outputs were published, though the first try did not learn of it."""
    with world.connect() as direct:
        data = given(direct)

    def lose() -> None:
        number = proxy.commits + 1
        proxy.at_commit = lambda count: "after" if count == number else None

    with ArtifactClient.connect(store=world.store, database=proxied, patience=PATIENCE) as client:
        with at("after a publication's last rows", 2, lose).counted(), pytest.raises(LineageError, match="not known"):
            execute(client, call(data, 1))
        version = client.get("faults/model")
        second = execute(client, call(data, 1, try_number=2))
        assert not second.executed
        assert second.refs["faults/model"].id == version.id
        check_sound(client)


@pytest.mark.parametrize(
    ("code", "text", "way_out"),
    [
        ("57P03", "the database system is starting up", r"check \[artifacts\] database_url and that it can be reached"),
        ("57P03", "the database system is shutting down", r"\[artifacts\] database_url"),
        ("53300", "sorry, too many clients already", "raise its max_connections .* PgBouncer"),
    ],
)
def test_a_server_that_takes_no_connections_yet_is_asked_again(
    proxied: str, proxy: TcpProxy, code: str, text: str, way_out: str
) -> None:
    """For as long as patience says; without it, and when it ends, the error names the setting and the way out."""
    proxy.refusal = (code, text)
    with pytest.raises(LineageError, match=f"{text}; .*{way_out}"):
        Lineage.connect(proxied)
    assert proxy.refused < 5
    threading.Timer(0.5, lambda: setattr(proxy, "refusal", None)).start()
    with counting() as counted, Lineage.connect(proxied, patience=PATIENCE) as lineage:
        assert lineage.words("nothing") == []
    assert counted


def test_what_a_server_refuses_is_not_asked_again(proxied: str, proxy: TcpProxy) -> None:
    """A wrong password or a database that is not there stays so."""
    refusals = [
        "password authentication failed for user",
        'database "x" does not exist',
        "no pg_hba.conf entry for host",
    ]
    for text in refusals:
        proxy.refusal = ("28P01", text)
        with counting() as counted, pytest.raises(LineageError, match=text):
            Lineage.connect(proxied, patience=PATIENCE)
        assert counted == []


def test_a_role_without_connections_left(database_url: str, as_role: Callable[[str], str]) -> None:
    """Its limit is named, with what to raise; a connection that becomes free within patience is taken."""
    url = as_role("LIMITED CONNECTION LIMIT 1")
    run(database_url, f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {urlsplit(url).username}")
    with Lineage.connect(url) as first:
        first.words("nothing")
        with pytest.raises(LineageError, match=r"too many connections.*raise its max_connections or the limit of the"):
            Lineage.connect(url)
        threading.Timer(0.5, first.close).start()
        with Lineage.connect(url, patience=PATIENCE) as second:
            assert second.words("nothing") == []
    run(database_url, f"DROP OWNED BY {urlsplit(url).username}")


def test_a_server_that_takes_no_writes(world: World, as_role: Callable[[str], str], database_url: str) -> None:
    """As a standby, or one that was told so: reads work, and the error of a write says to name the primary."""
    url = as_role("")
    run(database_url, f"ALTER ROLE {urlsplit(url).username} SET default_transaction_read_only = on")
    with world.connect() as direct:
        data = given(direct)
    with ArtifactClient.connect(store=world.store, database=url) as client:
        assert client.load(data) == b"input"
        with pytest.raises(LineageError, match=r"takes no writes: let \[artifacts\] database_url name the primary"):
            execute(client, call(data, 1))


def test_a_session_that_hangs_is_not_waited_for_for_ever(
    world: World, as_role: Callable[[str], str], database_url: str
) -> None:
    """The wait is bounded, by the role's own bound where it has one, and the error says where to look."""
    with world.connect() as direct:
        data = given(direct)
        with direct.lineage._database.reading() as session:
            assert session.scalar(sa.text("SHOW lock_timeout")) == "5min"
    url = as_role("")
    run(database_url, f"ALTER ROLE {urlsplit(url).username} SET lock_timeout = '300ms'")
    with (
        psycopg.connect(database_url.replace("+psycopg", "")) as hanging,
        ArtifactClient.connect(store=world.store, database=url) as client,
    ):
        hanging.execute("LOCK TABLE artifact IN EXCLUSIVE MODE")
        with pytest.raises(LineageError, match=r"lock timeout.*pg_stat_activity.*\[artifacts\] database_url"):
            execute(client, call(data, 1))
        hanging.rollback()
        check_sound(client)
        check_outcome(client, execute(client, call(data, 1, try_number=2)), 1)


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_try_that_is_frozen_in_its_transaction_holds_up_nobody_for_ever(
    world: World, as_role: Callable[[str], str], database_url: str, tmp_path: Path
) -> None:
    """The server ends its session; its successor then begins, and the frozen one publishes nothing when it wakes."""
    url = as_role("")
    run(database_url, f"ALTER ROLE {urlsplit(url).username} SET idle_in_transaction_session_timeout = '1s'")
    with world.connect() as client:
        data = given(client)
    said = tmp_path / "said"

    def frozen() -> None:
        steps = stopping_at("after a publication's last rows", 2, signal.SIGSTOP)
        with ArtifactClient.connect(store=world.store, database=url, patience=PATIENCE) as client, steps.counted():
            try:
                execute(client, call(data, 1))
            except ArtifactError as error:
                said.write_text(str(error))

    child = in_child(frozen)
    assert os.WIFSTOPPED(os.waitpid(child, os.WUNTRACED)[1])
    with world.connect() as client:
        second = execute(client, call(data, 1, try_number=2))
        os.kill(child, signal.SIGCONT)
        assert os.waitpid(child, 0)[1] == 0
        assert "may not publish, since try 2 has begun" in said.read_text() or "not known" in said.read_text()
        check_sound(client)
        check_outcome(client, second, 1)
        assert [one.id for one in client.versions("faults/model")] == [second.refs["faults/model"].id]


def test_a_slow_server_is_only_slow(world: World, proxied: str, proxy: TcpProxy) -> None:
    """What takes long is waited for."""
    with world.connect() as direct:
        data = given(direct)
    with ArtifactClient.connect(store=world.store, database=proxied) as client:
        proxy.delay = 0.005
        began = time.monotonic()
        check_outcome(client, execute(client, call(data, 1)), 1)
        assert time.monotonic() - began > 0.05
