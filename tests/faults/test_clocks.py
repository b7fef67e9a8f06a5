"""Workers whose clocks are an hour ahead or behind: the database's clock counts, and in the store the store's."""

from __future__ import annotations

import contextlib
import datetime as dt
import sys
import time
import uuid
from typing import TYPE_CHECKING, Any
from unittest import mock

import pytest
import sqlalchemy as sa

from airflow_artifacts.cache.policy import INPUTS
from airflow_artifacts.client.task import TaskExecution
from airflow_artifacts.exceptions import SupersededError
from airflow_artifacts.lineage import tables
from airflow_artifacts.model import Digest
from tests.client.calling import a_call, execute
from tests.faults.worlds import call, check_sound, given
from tests.lineage.making import an_object

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.faults.worlds import World

HOUR = dt.timedelta(hours=1)
AHEAD, BEHIND = HOUR, -HOUR

both_ways = pytest.mark.parametrize(("first", "second"), [(AHEAD, BEHIND), (BEHIND, AHEAD)], ids=["back", "on"])


@contextlib.contextmanager
def clock_off(by: dt.timedelta) -> Iterator[None]:
    """Let the clock of this worker go wrong."""

    class Kind(type):
        def __instancecheck__(cls, one: object) -> bool:
            return isinstance(one, dt.datetime)

    class Wrong(dt.datetime, metaclass=Kind):
        @classmethod
        def now(cls, tz: dt.tzinfo | None = None) -> Any:
            return dt.datetime.now(tz) + by

    right = time.time
    with contextlib.ExitStack() as stack:
        stack.enter_context(mock.patch.object(time, "time", side_effect=lambda: right() + by.total_seconds()))
        for name, module in list(sys.modules.items()):
            if name.startswith("airflow_artifacts.") and getattr(module, "datetime", None) is dt.datetime:
                stack.enter_context(mock.patch.object(module, "datetime", Wrong))
        yield


@both_ways
def test_latest_is_what_was_saved_last(world: World, first: dt.timedelta, second: dt.timedelta) -> None:
    """Outside of tasks, and whatever the clocks of those who save say."""
    with world.connect() as client:
        for number, off in enumerate((first, second, first)):
            with clock_off(off):
                client.save(number, "faults/shared", aliases=["newest"])
            assert client.load("faults/shared") == number
            assert client.load("faults/shared@newest") == number


@both_ways
def test_a_lease_ends_when_the_database_says(world: World, first: dt.timedelta, second: dt.timedelta) -> None:
    """One that is held stays held, and one that is not renewed can be taken, by any worker's clock."""
    key = Digest(f"blake3:{'0' * 64}")
    with world.connect() as client:
        ledger = client.lineage.cache
        mine, other = str(uuid.uuid4()), str(uuid.uuid4())
        with clock_off(first):
            held = ledger.take_lease(key, mine, 600)
        with clock_off(second):
            assert ledger.take_lease(key, other, 600).holder == mine
        with clock_off(first):
            assert ledger.renew_lease(held, 0)
        with clock_off(second):
            assert ledger.take_lease(key, other, 600).holder == other
        with clock_off(first):
            assert not ledger.renew_lease(held, 600)


def number() -> int:
    """Return a number; a task's function."""
    return 7


@both_ways
def test_a_result_expires_when_the_database_says(world: World, first: dt.timedelta, second: dt.timedelta) -> None:
    """It is as old for a worker whose clock is ahead as for one whose clock is behind."""
    policy = INPUTS.expires(minutes=30)
    with world.connect() as client:
        with clock_off(first):
            assert execute(client, a_call(number, cache=policy)).executed
        with clock_off(second):
            assert not execute(client, a_call(number, cache=policy)).executed
        with client.lineage._database.writing() as session:
            made = tables.CacheEntry.created_at
            found = session.scalars(sa.select(made)).one()
            session.execute(sa.update(tables.CacheEntry).values(created_at=found - HOUR))
        with clock_off(second):
            assert execute(client, a_call(number, cache=policy)).executed


def test_collecting_spares_what_was_used_lately(world: World) -> None:
    """By the clocks of those who used it and wrote it, not of the one who collects, though that is days ahead."""
    with world.connect() as client:
        client.save("kept", "faults/kept")
        client.lineage.claim_objects([an_object()])
        with client.store.spool() as spool, spool.open("a") as file:
            file.write(b"being written")
            file.flush()
            stranger = an_object("stranger")
            place = f"{client.store._root}/objects/00/{stranger.digest.removeprefix('blake3:')}"
            client.store._filesystem.makedirs(place.rpartition("/")[0], exist_ok=True)
            client.store._filesystem.pipe_file(place, b"of a database that was lost")
            with clock_off(50 * HOUR):
                summary = client.gc(grace=HOUR / 2, unknown=True)
            assert (summary.objects, summary.leftovers, summary.unknown, summary.waiting) == (0, 0, 0, 1)
        assert spool.manifest({}).files
        assert client.load("faults/kept") == "kept"


@both_ways
def test_a_later_try_counts_though_its_clock_says_that_it_is_earlier(
    world: World, first: dt.timedelta, second: dt.timedelta
) -> None:
    """What began in the database before is what may not publish."""
    with world.connect() as client:
        data = given(client)
        earlier, later = call(data, 1), call(data, 1, try_number=2)
        with clock_off(first):
            execution = TaskExecution(client, earlier, is_skip=lambda _: False)
            with execution.running():
                assert execution.recall() is None
                returned = earlier.function(**execution.bind())
                with clock_off(second):
                    ran = execute(client, later)
                with pytest.raises(SupersededError, match="since try 2 has begun"):
                    execution.publish(returned)
        assert ran.executed
        check_sound(client)
        assert client.get("faults/model").id == ran.refs["faults/model"].id
