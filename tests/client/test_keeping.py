"""Deleting: what goes, what stays, what is said of it; and that nothing goes that anything needs."""

from __future__ import annotations

import datetime as dt
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from airflow_artifacts import measures
from airflow_artifacts.client import ArtifactClient
from airflow_artifacts.exceptions import (
    ArtifactNotFoundError,
    ConfigurationError,
    CorruptObjectError,
    DeclarationError,
    MissingObjectError,
    StoreError,
    VersionInUseError,
)
from airflow_artifacts.model import ArtifactVersion
from tests.client.calling import Caller
from tests.lineage.making import a_run
from tests.servers import LONG_ON_BOTH

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from airflow_artifacts.model import StoredObject

NOW = dt.timedelta(0)


@pytest.fixture
def client(tmp_path: Path, database_url: str) -> Iterator[ArtifactClient]:
    """A client on a fresh store, whose Airflow says what ``states`` holds."""
    with ArtifactClient.connect(store=str(tmp_path / "store"), database=database_url) as client:
        client.run_states = States()
        yield client


class States(dict[str, str]):
    """An Airflow that has some runs, by run id; all that are not named have succeeded."""

    def __call__(self, dag_id: str, run_ids: Sequence[str]) -> Mapping[str, str]:
        assert dag_id == "churn"
        return {run: self.get(run, "success") for run in run_ids if self.get(run) != "gone"}


def files(client: ArtifactClient) -> set[str]:
    """Return the names of the objects on disk."""
    root = Path(client.store.uri)
    return {path.name for path in root.glob("objects/*/*")}


def names(client: ArtifactClient) -> set[str]:
    """Return the names of all versions."""
    return {str(version) for version in client.search(named=False)}


def saved(client: ArtifactClient, value: object, name: str, **options: Any) -> ArtifactVersion:
    """Save a value outside of a task."""
    version = client.save(value, name, **options)
    assert isinstance(version, ArtifactVersion)
    return version


def make(x: int) -> bytes:
    """Return some bytes; a task's function."""
    return b"%d" % x * 100


def use(data: bytes) -> int:
    """Return how many there are; a task's function."""
    return len(data)


def two_runs(client: ArtifactClient) -> Caller:
    """Run two DAG runs of two tasks each."""
    call = Caller(client)
    for x, run in enumerate(("monday", "tuesday")):
        made = call(make, x=x, run=run)
        call(use, data=made.ref, run=run)
    return call


def test_task_runs_hold_their_versions(client: ArtifactClient) -> None:
    """What a task run read or wrote is not pruned before the run is forgotten; then it is, with its bytes."""
    two_runs(client)
    before = files(client)
    assert client.prune(grace=NOW).versions == ()
    forgotten = client.forget(keep_last=1)
    assert (forgotten.runs, forgotten.task_runs) == (1, 2)
    planned = client.prune(grace=NOW, dry_run=True)
    assert set(planned.versions) == {"churn::make::output@1", "churn::use::output@1"}
    assert files(client) == before
    done = client.prune(grace=NOW)
    assert (done.versions, done.objects, done.bytes) == (planned.versions, planned.objects, planned.bytes) != ((), 0, 0)
    assert len(before - files(client)) == done.objects
    assert client.load("churn::make::output") == b"1" * 100


def test_a_cache_entry_goes_with_its_outputs(client: ArtifactClient) -> None:
    """After its output was pruned the same call computes again; until then it was a hit."""
    call = Caller(client)
    call(make, x=1, run="monday", cache=True, occasion=("run", "same"))
    client.forget(older_than=NOW)
    assert not call(make, x=1, run="tuesday", occasion=("run", "same")).executed
    client.forget(older_than=NOW)
    assert client.prune(grace=NOW).objects == 1
    assert call(make, x=1, run="wednesday", occasion=("run", "same")).executed


def test_what_prune_keeps(client: ArtifactClient) -> None:
    """What was saved by hand, is named by an alias, is pinned, or is the latest of a name stays, unless asked for."""
    call = Caller(client)
    made = [call(make, x=x, run=f"run {x}").ref for x in range(4)]
    saved(client, b"by hand", "hand")
    client.alias(made[0], "keep")
    client.pin(made[1])
    client.forget(older_than=NOW)
    everything = names(client)
    assert set(client.prune(dry_run=True).versions) == {f"churn::make::output@{n}" for n in (3, 4)}
    assert set(client.prune(dry_run=True, aliased=True).versions) >= {"churn::make::output@1"}
    assert "hand@1" not in client.prune(dry_run=True, saved=True).versions  # it is the latest of a name
    assert "hand@1" in client.prune(dry_run=True, saved=True, latest=True).versions
    assert "churn::make::output@2" not in client.prune(dry_run=True, saved=True, latest=True, aliased=True).versions
    assert set(client.prune(dry_run=True, keep_last=1).versions) == {"churn::make::output@3"}
    assert client.prune(dry_run=True, older_than=dt.timedelta(hours=1)).versions == ()
    assert client.prune(dry_run=True, name="other/*").versions == ()
    assert len(client.prune(dry_run=True, name="churn::make::output").versions) == 2
    assert client.prune(dry_run=True, name="hand", saved=True, latest=True).versions == ("hand@1",)
    assert names(client) == everything
    client.unpin(made[1])
    assert len(client.prune(grace=NOW).versions) == 3
    assert {str(version) for version in client.versions("churn::make::output")} == {"churn::make::output@1"}
    assert str(client.get("churn::make::output")) == "churn::make::output@1"
    assert call(make, x=9, run="later").ref.version == "5"  # a number is not given again


def test_shared_bytes_stay(client: ArtifactClient) -> None:
    """Bytes that another version names are not deleted with the first."""
    saved(client, b"same" * 50, "a")
    saved(client, b"same" * 50, "b")
    assert client.delete("a", grace=NOW).objects == 0
    assert client.load("b") == b"same" * 50
    assert client.delete("b", grace=NOW).objects == 1
    assert files(client) == set()


def test_only_the_bytes(client: ArtifactClient) -> None:
    """The description stays and says so; a hit becomes a miss; saving the same value brings it back."""
    call = Caller(client)
    call(make, x=1, run="monday", occasion=("run", "same"))
    version = client.get("churn::make::output")
    done = client.delete(version, only="artifact", grace=NOW)
    assert (done.objects, files(client)) == (1, set())
    assert client.get(version.id).bytes_deleted_at is not None
    with pytest.raises(
        MissingObjectError, match=r"the bytes of churn::make::output@1 were deleted on .* UTC, and its d"
    ):
        client.load(client.get(version.id))
    assert client.verify().faults == ()
    assert call(make, x=1, run="tuesday", occasion=("run", "same")).executed
    assert client.load("churn::make::output") == b"1" * 100
    assert client.load(client.get(version.id)) == b"1" * 100


def test_bytes_that_were_left_are_collected(client: ArtifactClient) -> None:
    """Bytes of versions that keep their description are taken by a later collection, once, and can come back."""
    version = saved(client, b"x" * 100, "a")
    assert client.delete(version, only="artifact").waiting == 100
    assert client.gc(grace=NOW).bytes == 100
    assert files(client) == set()
    assert client.gc(grace=NOW).objects == 0
    saved(client, b"x" * 100, "b")
    assert client.load(client.get(version.id)) == b"x" * 100
    assert client.gc(grace=NOW).objects == 0


def test_only_the_descriptions(client: ArtifactClient) -> None:
    """The bytes are then nobody's, which a collection leaves until it is told."""
    saved(client, b"x" * 100, "a")
    done = client.prune(saved=True, latest=True, only="metadata")
    assert (done.versions, done.kept, done.bytes) == (("a@1",), 100, 0)
    assert names(client) == set()
    assert client.gc(grace=NOW).objects == 0
    assert len(files(client)) == 1
    assert client.gc(grace=NOW, kept=True).bytes == 100
    assert files(client) == set()


def test_kept_bytes_are_used_again(client: ArtifactClient) -> None:
    """A save of equal content finds them, and they are no longer nobody's."""
    saved(client, b"x" * 100, "a")
    client.prune(saved=True, latest=True, only="metadata")
    saved(client, b"x" * 100, "b")
    assert client.gc(grace=NOW, kept=True).objects == 0
    assert client.load("b") == b"x" * 100


def test_both_parts_alone_are_refused(client: ArtifactClient) -> None:
    """What is to be deleted is one of the two, or all."""
    with pytest.raises(DeclarationError, match="must be 'artifact' or 'metadata'"):
        client.prune(only="both")


def test_one_version_by_name(client: ArtifactClient) -> None:
    """What is pinned, aliased or referenced is refused, with the way out; what is not there is not found."""
    call = Caller(client)
    call(make, x=1)
    with pytest.raises(VersionInUseError, match=r"is referenced by task runs, such as churn.make in run 1; forget"):
        client.delete("churn::make::output@1")
    saved(client, 1, "a")
    client.alias("a@1", "keep")
    for dry_run in (True, False):
        with pytest.raises(VersionInUseError, match="is what the alias 'keep' names; move the alias"):
            client.delete("a@1", dry_run=dry_run)
    client.unalias("a", "keep")
    client.pin("a@1")
    with pytest.raises(VersionInUseError, match="is pinned, and kept until it is unpinned"):
        client.delete("a@1", only="artifact")
    client.unpin("a@1")
    assert client.delete("a@1", dry_run=True).versions == ("a@1",)
    assert client.delete("a@1").versions == ("a@1",)
    with pytest.raises(ArtifactNotFoundError):
        client.delete("a@1")
    assert [one.versions for one in client.list()] == [0]


def test_what_was_used_lately_waits(client: ArtifactClient) -> None:
    """Bytes that a writer may count on are left to a later collection, and counted as such."""
    saved(client, b"x" * 100, "a")
    done = client.delete("a")
    assert (done.bytes, done.waiting, len(files(client))) == (0, 100, 1)
    assert client.gc().waiting == 1
    assert client.gc(grace=NOW).bytes == 100


def test_a_collection_that_died(client: ArtifactClient) -> None:
    """Killed between condemning and deleting, it is finished by the next; a writer meanwhile uploads again."""
    saved(client, b"x" * 100, "a")
    saved(client, b"y" * 100, "b")
    stored = client.get("a").manifest.objects + client.get("b").manifest.objects
    for name in ("a", "b"):
        client.delete(name)
    assert client.lineage.upkeep.condemn(stored, NOW) == sorted(stored, key=lambda one: one.digest)
    client.store.delete(stored[0])  # as if it had died right after this
    saved(client, b"x" * 100, "c")
    assert client.load("c") == b"x" * 100
    assert client.gc().objects == 1
    assert client.load("c") == b"x" * 100
    assert len(files(client)) == 1


def test_an_object_that_is_named_again_stays(client: ArtifactClient) -> None:
    """Whoever publishes between a collection's two steps keeps the bytes."""
    saved(client, b"x" * 100, "a")
    stored = client.get("a").manifest.objects
    client.delete("a")
    client.lineage.upkeep.condemn(stored, NOW)
    saved(client, b"x" * 100, "b")
    assert not client.lineage.upkeep.delete_objects([stored[0]], lambda _: True)
    assert client.load("b") == b"x" * 100


def test_leftovers_and_strangers(client: ArtifactClient) -> None:
    """Spools and half-written files of the dead go after the grace period; unknown objects only on demand."""
    version = saved(client, b"x" * 100, "a")
    root = Path(client.store.uri)
    spool = root / "spool" / "dead"
    spool.mkdir(parents=True)
    (spool / "0").write_bytes(b"half")
    object_ = next(root.glob("objects/*/*"))
    part = object_.with_name(f".{object_.name}.part")
    part.write_bytes(b"half")
    stranger = root / "objects" / "00" / ("0" * 64 + ".txt")
    stranger.parent.mkdir()
    stranger.write_bytes(b"of a database that was restored")
    assert client.gc(unknown=True).leftovers == 0
    for path in (spool / "0", spool, part, stranger):
        os.utime(path, (time.time() - 2 * 86400,) * 2)
    hour = dt.timedelta(hours=1)
    planned = client.gc(grace=hour, unknown=True, dry_run=True)
    assert (planned.leftovers, planned.unknown, stranger.exists()) == (2, 1, True)
    assert client.gc(grace=hour).leftovers == 2
    assert (spool.exists(), part.exists(), stranger.exists()) == (False, False, True)
    assert client.gc(grace=hour, unknown=True).unknown == 1
    assert not stranger.exists()
    assert client.load(version) == b"x" * 100


def test_a_store_of_two_databases(client: ArtifactClient, tmp_path: Path) -> None:
    """Where another database has objects nothing is collected: it is not known what that one names."""
    saved(client, b"x" * 100, "a")
    place = f"sqlite:///{tmp_path / 'other.db'}"
    with ArtifactClient.connect(store=client.store.uri, database=place) as other:
        saved(other, b"x" * 100, "theirs")
        for act in (client.gc, client.prune, lambda: client.delete("a")):
            with pytest.raises(
                ConfigurationError, match=r"also holds objects of the lineage database sqlite:///.*other"
            ):
                act()
        assert other.load("theirs") == b"x" * 100
    assert client.prune(saved=True, latest=True, only="metadata").versions == ("a@1",)


def test_errors_are_raised_or_named(client: ArtifactClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first error ends it, unless it is to go on: then the rest goes, and what failed is named; again does it."""
    for name in ("a", "b", "c"):
        saved(client, name.encode() * 100, name)
    delete = type(client.store).delete

    def refusing(self: object, stored: StoredObject, **how: bool) -> None:
        if stored == client_b:
            raise StoreError(message)
        delete(self, stored, **how)  # type: ignore[arg-type]

    message = "refused"
    client_b = client.get("b").manifest.objects[0]
    monkeypatch.setattr(type(client.store), "delete", refusing)
    done = client.prune(saved=True, latest=True, grace=NOW, ignore_errors=True)
    assert (len(done.versions), done.objects, list(done.failed.values())) == (3, 2, ["refused"])
    with pytest.raises(StoreError, match="refused"):
        client.gc(grace=NOW)
    assert client.gc(grace=NOW, ignore_errors=True).failed == {client_b.digest: "refused"}
    monkeypatch.undo()
    assert client.gc(grace=NOW).objects == 1
    assert files(client) == set()


def test_forgetting_asks_airflow(client: ArtifactClient) -> None:
    """Only runs that have ended are forgotten, unknown ones only as gone, and each is counted."""
    states = client.run_states
    assert isinstance(states, States)
    call = Caller(client)
    for run in ("done", "running", "gone", "failed"):
        call(make, x=1, run=run)
    states |= {"running": "running", "gone": "gone", "failed": "failed"}
    planned = client.forget(older_than=NOW, dry_run=True)
    assert (planned.runs, planned.not_ended, planned.unknown) == (2, 1, 1)
    assert client.forget(older_than=NOW).runs == 2
    assert client.forget(older_than=NOW).runs == 0
    assert client.forget(gone=True).runs == 1
    assert [one.task_run.run_id for one in client.run("churn", "running").task_runs] == ["running"]
    assert client.forget(dag_id="churn", run_id="running").not_ended == 1


def test_forgetting_needs_airflow(client: ArtifactClient) -> None:
    """Without an Airflow to ask nothing is forgotten, nor where it knows none of the runs."""
    Caller(client)(make, x=1, run="monday")
    client.run_states = lambda _dag_id, _run_ids: {}
    with pytest.raises(ConfigurationError, match=r"Airflow knows none of the DAG runs .* hardly the one that ran them"):
        client.forget(gone=True)
    client.run_states = None
    with pytest.raises(ConfigurationError, match="there is none to ask here"):
        client.forget(older_than=NOW)
    for nothing in ({}, {"run_id": "monday"}):
        with pytest.raises(DeclarationError):
            client.forget(**nothing)
    assert client.task_run("churn", "monday", "make")


def test_age_and_count(client: ArtifactClient) -> None:
    """Runs by age, by count, and by both, which must both hold."""
    call = Caller(client)
    for x in range(5):
        call(make, x=x, run=a_run("make", f"run {x}", started_at=dt.datetime(2026, 11, x + 1, tzinfo=dt.timezone.utc)))
    assert client.forget(keep_last=9, dry_run=True).runs == 0
    assert client.forget(keep_last=3, dry_run=True).runs == 2
    assert client.forget(keep_last=3, older_than=dt.timedelta(days=1), dry_run=True).runs == 0  # all began just now
    assert client.forget(keep_last=3).runs == 2
    assert client.forget(older_than=NOW).runs == 3


@LONG_ON_BOTH
def test_a_year_of_runs(client: ArtifactClient, tmp_path: Path) -> None:
    """A daily DAG over a year: pruning frees what it says, keeps what it must, and registered data is as it was."""
    data = tmp_path / "history"
    data.mkdir()
    (data / "part.csv").write_bytes(b"a,b\n")
    registered = client.register(data, "raw/history")
    kept = saved(client, b"by hand" * 20, "hand")
    call = Caller(client)
    for day in range(60):  # a day stands for six, so that the test stays short
        run = a_run(
            "make", f"day {day}", started_at=dt.datetime(2026, 1, 1, tzinfo=dt.timezone.utc) + dt.timedelta(days=day)
        )
        made = call(make, x=day, run=run)
        call(use, data=made.ref, run=run.run_id)
    client.alias("churn::make::output@7", "golden")
    total = sum(stat.st_size for stat in map(Path.stat, Path(client.store.uri).glob("objects/*/*")))
    assert client.forget(keep_last=10).runs == 50
    planned = client.prune(grace=NOW, dry_run=True)
    done = client.prune(grace=NOW)
    left = sum(stat.st_size for stat in map(Path.stat, Path(client.store.uri).glob("objects/*/*")))
    assert (done.bytes, done.objects) == (planned.bytes, planned.objects) == (total - left, done.objects)
    assert len(done.versions) >= 49
    assert {version.number for version in client.versions("churn::make::output")} == {7, *range(51, 61)}
    assert client.load("churn::make::output@golden") == make(6)
    assert client.load(kept) == b"by hand" * 20
    assert client.load(registered) == data  # type: ignore[arg-type]
    assert client.verify().faults == ()
    assert client.gc(grace=NOW).objects == 0


def test_verify_finds_what_is_gone_or_wrong(client: ArtifactClient, tmp_path: Path) -> None:
    """Each fault is named with its versions and marked, so that saving the value again heals it."""
    for name in ("a", "b", "c"):
        saved(client, name.encode() * 100, name)
    (tmp_path / "data.csv").write_text("x")
    client.register(tmp_path / "data.csv", "registered")
    assert client.verify().faults == ()
    places = {name: client.store.local(client.get(name).manifest.objects[0]) for name in ("a", "b")}
    for place in places.values():
        assert place is not None
        place.chmod(0o644)
    places["a"].unlink()  # type: ignore[union-attr]
    places["b"].write_bytes(b"B" * 100)  # type: ignore[union-attr]
    (tmp_path / "data.csv").write_text("y")
    found = client.verify()
    assert found.files == 4
    assert {fault.versions: fault.reason.split(" ")[0] for fault in found.faults} == {
        ("a@1",): "gone",
        ("b@1",): "its",
        ("registered@1",): "the",
    }
    assert len(client.verify(quick=True).faults) == 2  # equal sizes are not seen
    for name in ("a", "b"):
        saved(client, name.encode() * 100, name)
        assert client.load(f"{name}@1") == name.encode() * 100
    assert [fault.versions for fault in client.verify().faults] == [("registered@1",)]
    assert client.verify("a").faults == ()


def test_a_sample_is_verified(client: ArtifactClient) -> None:
    """Chance chooses so many objects, or so many bytes, each once; over many samples every object's turn comes."""
    for number in range(20):
        saved(client, bytes([number]) * 100, f"value {number}")
    assert [client.verify(sample=count).files for count in (0, 3, 20, 50)] == [0, 3, 20, 20]
    assert [client.verify(sample_bytes=size).files for size in (1, 100, 101, 10**9)] == [1, 1, 2, 20]
    assert client.verify(sample=5, sample_bytes=250).files == 3
    wrong = client.store.local(client.get("value 7").manifest.objects[0])
    assert wrong is not None
    wrong.unlink()
    assert [one.versions for one in client.verify(sample=20).faults] == [("value 7@1",)]
    found = 0
    for _ in range(100):  # a chance of 35 % each time, by how these digests lie
        found += len(client.verify(sample=5, quick=True).faults)
    assert found
    with pytest.raises(DeclarationError, match="a sample is of all objects"):
        client.verify("value 7", sample=1)


def test_what_verify_finds_is_counted_and_logged(client: ArtifactClient, caplog: pytest.LogCaptureFixture) -> None:
    """Each fault counts, and is a line for people and programs; so does a load that meets it."""
    counted: list[tuple[str, float]] = []
    stored = saved(client, b"rots" * 50, "rotten")
    place = client.store.local(stored.manifest.objects[0])
    assert place is not None
    place.chmod(0o644)
    place.write_bytes(b"ROTS" * 50)
    with measures.listening(lambda measure, amount, _: counted.append((measure.name, amount))):
        client.verify(quick=True)
        assert counted == []
        client.verify()
        with pytest.raises(CorruptObjectError):
            client.load("rotten")
    assert [one for one in counted if one[0] != "store.bytes_read"] == [("store.verify_failures", 1)] * 2
    first, second = (vars(one)["artifacts"] for one in caplog.records if "artifacts" in vars(one))
    assert (first["event"], first["versions"], second["event"]) == ("verify failed", ["rotten@1"], "verify failed")
    assert second == {
        "event": "verify failed",
        "artifact": "rotten",
        "version": "1",
        "digest": stored.manifest.objects[0].digest,
        "reason": "wrong bytes",
    }


def test_deleting_in_a_task(client: ArtifactClient) -> None:
    """A task that labels or deletes is not cached, since a hit would not do it again."""
    saved(client, 1, "a")

    def label() -> int:
        from airflow_artifacts.client import current_context

        context = current_context()
        assert context is not None
        context.client.tag("a@1", "seen")
        return 1

    call = Caller(client)
    for _ in range(2):
        assert call(label, run="monday" if _ else "tuesday", occasion=("run", "same")).executed


@pytest.mark.parametrize("act", [lambda c: c.prune(), lambda c: c.gc(), lambda c: c.verify()])
def test_an_empty_one(client: ArtifactClient, act: Callable[[ArtifactClient], Any]) -> None:
    """Where nothing was saved there is nothing to do, and nothing fails."""
    assert not getattr(act(client), "failed", {})


def test_a_changed_file_is_an_error_everywhere(client: ArtifactClient, tmp_path: Path) -> None:
    """Registered data that was changed fails a task that takes it, also where its result is cached."""
    data = tmp_path / "data.csv"
    data.write_text("1")
    version = client.register(data, "raw")
    assert isinstance(version, ArtifactVersion)

    def rows(path: Path) -> int:
        return len(path.read_text())

    call = Caller(client)
    assert call(rows, path=version.ref).executed
    assert not call(rows, path=version.ref).executed
    data.write_text("22")
    with pytest.raises(CorruptObjectError, match=r"the data of raw@1 was changed: .* has 2 bytes instead of 1"):
        call(rows, path=version.ref)
    again = client.register(data, "raw")
    assert isinstance(again, ArtifactVersion)
    assert call(rows, path=again.ref).executed
