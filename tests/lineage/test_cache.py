"""The cache's side of the lineage database: one entry for each key and generation, and keys that explain themselves."""

from __future__ import annotations

import dataclasses
import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from airflow_artifacts.entries import CacheKey, Decision, KeyPart, NewEntry, Outcome, PartKind, Read, ReadKind
from airflow_artifacts.lineage import EntryTaken
from airflow_artifacts.model import Digest, SaveKind
from tests.lineage.making import Maker, a_version, an_object, uploaded

if TYPE_CHECKING:
    from airflow_artifacts.lineage import Lineage
    from airflow_artifacts.model import ArtifactVersion, TaskRun

MISS = Decision(outcome=Outcome.MISS, reasons=("first",), generation=0)


def a_key(name: str = "one", *parts: KeyPart) -> CacheKey:
    """Return a key with some parts."""
    return CacheKey(Digest(f"blake3:{name:0>64}"), parts)


def publish(
    maker: Maker, key: CacheKey, *, generation: int = 0, run: TaskRun | None = None, **fields: Any
) -> ArtifactVersion:
    """Publish a version with an entry, by a task run of its own DAG run."""
    run = run or maker.run("extract", str(uuid.uuid4()))
    uploaded(maker.lineage, an_object("content"))
    version = a_version("raw/events", save_kind=SaveKind.TASK_OUTPUT, output="output", **fields)
    entry = NewEntry(key=key, generation=generation, reads=(Read(ReadKind.LOAD, "x", ("value", "a"), ("b",)),))
    return maker.lineage.publish([version], task_run=run, effective_at=run.effective_at, entry=entry, decision=MISS)[0]


@pytest.fixture
def maker(lineage: Lineage) -> Maker:
    """Publishes in one lineage database."""
    return Maker(lineage)


def test_an_entry_is_found_with_all_that_it_was_made_of(maker: Maker) -> None:
    """Its versions, what its function asked for, and who computed it."""
    run = maker.run("extract")
    version = publish(maker, a_key(), run=run)
    entry = maker.lineage.cache.look_up(a_key().digest).entry
    assert entry is not None
    assert [one.version for one in entry.outputs] == [version]
    assert entry.reads == (Read(ReadKind.LOAD, "x", ("value", "a"), ("b",)),)
    assert entry.producer is not None
    assert entry.producer.id == run.id
    assert timedelta(0) <= entry.age < timedelta(minutes=1)
    assert entry.intact


def test_whoever_comes_second_leaves_nothing(maker: Maker) -> None:
    """No version, no number, no decision."""
    publish(maker, a_key())
    run = maker.run("extract", "second")
    with pytest.raises(EntryTaken):
        publish(maker, a_key(), run=run)
    assert [version.version for version in maker.lineage.versions("raw/events")] == ["1"]
    assert maker.lineage.cache.decision(run) is None
    assert publish(maker, a_key(), generation=1, run=run).version == "2"


def test_the_newest_generation_counts(maker: Maker) -> None:
    """And the next one comes after it."""
    publish(maker, a_key())
    second = publish(maker, a_key(), generation=1)
    lookup = maker.lineage.cache.look_up(a_key().digest)
    assert lookup.entry is not None
    assert lookup.entry.outputs[0].version == second
    assert lookup.next_generation == 2


def test_what_is_invalidated_is_not_found(maker: Maker) -> None:
    """Nor what began to be computed before."""
    publish(maker, a_key())
    rejected = maker.lineage.cache.look_up(a_key().digest).next_generation
    assert maker.lineage.cache.invalidate(dag_id="churn", task_id="extract") == 1
    assert maker.lineage.cache.look_up(a_key().digest).entry is None
    publish(maker, a_key(), generation=rejected)
    lookup = maker.lineage.cache.look_up(a_key().digest)
    assert lookup.entry is None
    publish(maker, a_key(), generation=lookup.generation)
    assert maker.lineage.cache.look_up(a_key().digest).entry is not None


def test_an_entry_without_its_bytes_says_so(maker: Maker) -> None:
    """As soon as anybody found them gone."""
    publish(maker, a_key())
    maker.lineage.mark_missing(an_object("content"))
    entry = maker.lineage.cache.look_up(a_key().digest).entry
    assert entry is not None
    assert not entry.intact


def test_a_key_is_remembered_with_its_parts(maker: Maker) -> None:
    """Texts of any length and kind, many of them, each stored once."""
    text = "def f():\n    return 'ü'\n" * 20_000
    one = KeyPart(kind=PartKind.FUNCTION, name="f", digest="d", text=text, place="f.py:1", counts=False)
    functions = [dataclasses.replace(one, name=f"f{number}") for number in range(50)]
    parts = (*functions, KeyPart(kind=PartKind.PARAMETER, name="x" * 1000, digest="e", shown="\0 \ud800 é"))
    run, other = maker.run("extract"), maker.run("extract", "second")
    maker.lineage.cache.remember(run, a_key("one", *parts), MISS)
    maker.lineage.cache.remember(other, a_key("two", *parts), MISS)
    remembered = maker.lineage.cache.remembered_key(run)
    assert remembered is not None
    assert remembered.key.parts == parts
    assert remembered.decision == MISS
    assert [one.key.digest for one in maker.lineage.cache.earlier_keys(other, 5)] == [a_key("one").digest]


def test_one_of_those_who_want_a_lease_gets_it(maker: Maker) -> None:
    """The others are told who has it; it can be given back, and taken when it is not renewed."""
    cache = maker.lineage.cache
    first, second = maker.run("extract"), maker.run("extract", "second")
    key = a_key().digest
    lease = cache.take_lease(key, first.id, 60)
    assert (lease.holder, lease.fence) == (first.id, 1)
    told = cache.take_lease(key, second.id, 60)
    assert told.held_by is not None
    assert told.held_by.id == first.id
    assert cache.take_lease(key, first.id, 60).fence == 1
    assert cache.renew_lease(lease, 0)
    taken = cache.take_lease(key, second.id, 60)
    assert (taken.holder, taken.fence) == (second.id, 2)
    assert not cache.renew_lease(lease, 60)
    cache.release_lease(lease)
    assert cache.take_lease(key, first.id, 60).holder == second.id
    cache.release_lease(taken)
    assert cache.take_lease(key, first.id, 60).fence == 3


def test_tries_of_a_run_that_was_created_anew_do_not_count(maker: Maker) -> None:
    """Their numbers begin again; those of the new life do count."""
    cache = maker.lineage.cache

    def again(run: TaskRun, number: int) -> TaskRun:
        fresh = {"id": str(uuid.uuid4()), "instance_id": str(uuid.uuid4()), "try_number": number}
        return maker.lineage.begin(dataclasses.replace(run, **fresh))

    first = maker.run("extract")
    publish(maker, a_key("one"), run=first)
    second = again(first, 2)
    earlier = cache.earlier_try(second)
    assert earlier is not None
    assert earlier.task_run.id == first.id
    anew = again(first, 1)
    assert cache.earlier_try(anew) is None
    publish(maker, a_key("two"), run=anew)
    later = cache.earlier_try(again(first, 2))
    assert later is not None
    assert later.task_run.id == anew.id


def test_a_try_that_published_a_checkpoint_only_is_none_to_return(maker: Maker) -> None:
    """Its outputs were not published."""
    run = maker.run("extract")
    maker.version("models/checkpoint", by=run, save_kind=SaveKind.SAVED_IN_TASK, output=None)
    later = maker.run("extract", try_number=2)
    assert maker.lineage.cache.earlier_try(later) is None
