"""What the cache decides for calls: hits where nothing differs, misses where anything does, never a wrong value."""

from __future__ import annotations

import dataclasses
import functools
import logging
import time
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import pandas as pd
import pytest

from airflow_artifacts import Artifact, ArtifactVersion, load_artifact, save_artifact
from airflow_artifacts.cache.policy import INPUTS, INTERVAL, NEVER, SOURCE
from airflow_artifacts.client.call import Made
from airflow_artifacts.client.context import current_context
from airflow_artifacts.exceptions import InputError, SupersededError, VersionTakenError
from airflow_artifacts.model import EdgeKind, TaskRunState
from tests.client.calling import Caller, a_call, execute
from tests.lineage.making import DAY, MIDNIGHT, a_run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from airflow_artifacts.client import ArtifactClient
    from airflow_artifacts.model import TaskRun


@pytest.fixture
def call(artifact_client: ArtifactClient) -> Caller:
    """Runs functions as tasks."""
    return Caller(artifact_client)


def number() -> int:
    return 1


def ab(a: Any, b: Any) -> str:
    return f"{type(a).__name__} {a}, {type(b).__name__} {b}"


def double(x: int) -> int:
    return 2 * x


def scaled(x: int, ratio: float = 0.5) -> float:
    return x * ratio


def quiet(x: int, verbose: bool = False) -> int:
    return x


def frame(rows: int) -> pd.DataFrame:
    return pd.DataFrame({"a": range(rows), "b": ["x"] * rows})


def total(table: pd.DataFrame) -> int:
    return int(table["a"].sum())


def both() -> tuple[Annotated[int, "left"], Annotated[int, "right"]]:
    return 1, 2


def nothing() -> None:
    return None


def reader(x: int) -> int:
    return x + load_artifact("settings/offset", int)


def left(x: int) -> str:
    return f"left {x}"


def right(x: int) -> str:
    return f"right {x}"


def mapped_over_both(x: str) -> str:
    return f"{x} of {left.__name__} and {right.__name__}"


def by_default(x: int = Artifact("defaults/number")) -> int:  # type: ignore[assignment]
    return 2 * x


# Keys


@pytest.mark.parametrize(
    ("before", "after"),
    [([left], [right]), ([left, left], [left]), ([left, right], [right, left]), ([left, right], [left])],
)
def test_what_maps_an_argument_counts_with_its_order(
    call: Caller, before: list[Callable[[Any], Any]], after: list[Callable[[Any], Any]]
) -> None:
    """Also where the task's function reaches all of these functions by itself."""
    ref = call(number).ref
    for functions in (before, after):
        ran = call(mapped_over_both, x=Made(ref, tuple(functions)), cache=INPUTS + SOURCE)
        made = functools.reduce(lambda value, function: function(value), functions, 1)
        assert call.client.load(ran.ref) == f"{made} of left and right"


def test_what_maps_one_argument_does_not_map_another(call: Caller) -> None:
    """The same functions for other arguments are another call."""
    ref = call(number).ref
    for a, b in (((left, right), (right,)), ((left,), (left, right))):
        ran = call(ab, a=Made(ref, a), b=Made(ref, b), cache=INPUTS + SOURCE)
        values = (functools.reduce(lambda value, function: function(value), functions, 1) for functions in (a, b))
        assert call.client.load(ran.ref) == ", ".join(f"str {value}" for value in values)


def test_an_artifact_that_is_a_default_is_an_input(call: Caller) -> None:
    """The function receives the value, and another version of it is another key."""
    for number in (1, 2):
        call.client.save(number, "defaults/number")
        ran = call(by_default, cache=INPUTS + SOURCE)
        assert call.client.load(ran.ref) == 2 * number


def test_the_same_call_is_a_hit(call: Caller) -> None:
    """Of another DAG run, by a policy that is written out: nothing is computed, the same version is returned."""
    first = call(double, x=3, cache=INPUTS + SOURCE)
    second = call(double, x=3, cache=INPUTS + SOURCE)
    assert (first.executed, second.executed) == (True, False)
    assert second.ref == first.ref
    assert call.client.load(second.ref) == 6


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ({"a": "1b2", "b": ""}, {"a": "1", "b": "2b"}),
        ({"a": 1, "b": 0}, {"a": "1", "b": 0}),
        ({"a": None, "b": 0}, {"a": "None", "b": 0}),
        ({"a": 1, "b": 0}, {"a": True, "b": 0}),
        ({"a": 1, "b": 0}, {"a": 1.0, "b": 0}),
        ({"a": [1, 2], "b": 0}, {"a": [[1, 2]], "b": 0}),
        ({"a": [], "b": 0}, {"a": {}, "b": 0}),
        ({"a": 1, "b": 2}, {"a": 2, "b": 1}),
        ({"a": {"k": 1}, "b": 0}, {"a": {"k": "1"}, "b": 0}),
        ({"a": "x", "b": ["y"]}, {"a": "x', 'y", "b": []}),
    ],
    ids=str,
)
def test_look_alikes_do_not_share_a_result(call: Caller, before: dict[str, Any], now: dict[str, Any]) -> None:
    """ZenML's faults B1 and B2: arguments that look the same when written one behind the other, or as text."""
    first = call(ab, arguments=before, cache=INPUTS + SOURCE)
    second = call(ab, arguments=now, cache=INPUTS + SOURCE)
    assert second.executed
    assert call.client.load(second.ref) == ab(**now) != call.client.load(first.ref)


def test_a_default_that_is_written_out_is_the_same_call(call: Caller) -> None:
    """As the function sees no difference."""
    call(scaled, x=1, cache=INPUTS + SOURCE)
    assert not call(scaled, x=1, ratio=0.5, cache=INPUTS + SOURCE).executed
    assert call(scaled, x=1, ratio=0.6, cache=INPUTS + SOURCE).executed


def test_the_order_of_a_dict_does_not_count(call: Caller) -> None:
    """Equal arguments are equal."""
    call(ab, a={"k": 1, "l": 2}, b=0, cache=INPUTS + SOURCE)
    assert not call(ab, a={"l": 2, "k": 1}, b=0, cache=INPUTS + SOURCE).executed


def test_an_equal_frame_that_was_made_again_is_a_hit_downstream(call: Caller) -> None:
    """ZenML's fault B6: an upstream task that runs again and returns an equal table stops the change there."""
    first = call(frame, rows=3, cache=False)
    sum_ = call(total, table=first.ref)
    again = call(frame, rows=3, cache=False)
    assert again.ref.version == "2"
    reused = call(total, table=again.ref)
    assert (sum_.executed, reused.executed) == (True, False)
    assert call(total, table=call(frame, rows=4).ref).executed


def test_a_source_runs_once_in_each_run(call: Caller) -> None:
    """By default the result of a task without artifact inputs belongs to its run, and to its task."""
    assert call(number, run="monday").executed
    assert call(number, run="tuesday").executed
    again = execute(call.client, a_call(number, run=a_run("another task", "monday")))
    assert again.executed


def test_the_interval_is_what_a_source_belongs_to(call: Caller) -> None:
    """A scheduled run and its backfill stand for the same interval."""
    occasion = ("interval", "2026-11-23", "2026-11-24")
    assert call(number, run="scheduled", occasion=occasion).executed
    assert not call(number, run="backfill", occasion=occasion).executed
    assert call(number, run="next", occasion=("interval", "2026-11-24", "2026-11-25")).executed


def test_a_policy_that_is_written_out_is_taken_literally(call: Caller) -> None:
    """Without INTERVAL a source is shared between runs; with it, not."""
    assert call(number, cache=INPUTS + SOURCE).executed
    assert not call(number, cache=INPUTS + SOURCE).executed
    assert call(number, cache=INPUTS + SOURCE + INTERVAL).executed
    assert call(number, cache=INPUTS + SOURCE + INTERVAL).executed


def test_an_ignored_parameter_does_not_count(call: Caller) -> None:
    """INPUTS + SOURCE - "verbose"."""
    policy = INPUTS + SOURCE - "verbose"
    call(quiet, x=1, verbose=False, cache=policy)
    assert not call(quiet, x=1, verbose=True, cache=policy).executed
    assert call(quiet, x=2, verbose=True, cache=policy).executed


def test_scopes_share_as_they_say(call: Caller) -> None:
    """All tasks, those of one DAG, or one task."""

    def executed(scope: str, dag: str, task: str) -> bool:
        policy = (INPUTS + SOURCE).scope(scope)
        return call(number, run=a_run(task, dag_id=dag, run=str(uuid.uuid4())), cache=policy).executed

    assert [executed("all", *where) for where in (("d1", "t1"), ("d1", "t2"), ("d2", "t1"))] == [True, False, False]
    assert [executed("dag", *where) for where in (("d1", "t1"), ("d1", "t2"), ("d2", "t1"))] == [True, False, True]
    assert [executed("task", *where) for where in (("d1", "t1"), ("d1", "t2"), ("d1", "t1"))] == [True, True, False]


def test_extras_count(call: Caller) -> None:
    """Values, and what callables return."""
    base = INPUTS + SOURCE
    assert call(number, cache=base.extra("v1")).executed
    assert call(number, cache=base.extra("v2")).executed
    box = {"n": 1}
    policy = base.extra(lambda: box["n"])
    assert call(number, cache=policy).executed
    assert not call(number, cache=policy).executed
    box["n"] = 2
    assert call(number, cache=policy).executed


def test_included_files_count_by_their_bytes(call: Caller, tmp_path: Path) -> None:
    """A file, and all files of a folder; one that is missing makes the task uncached."""
    (tmp_path / "sql").mkdir()
    query = tmp_path / "sql" / "query.sql"
    query.write_text("select 1")
    policy = (INPUTS + SOURCE).include(files=[tmp_path / "sql"])
    assert call(number, cache=policy).executed
    assert not call(number, cache=policy).executed
    query.write_text("select 2")
    assert call(number, cache=policy).executed
    (tmp_path / "sql" / "other.sql").write_text("")
    assert call(number, cache=policy).executed
    gone = (INPUTS + SOURCE).include(files=[tmp_path / "nowhere.sql"])
    assert [call(number, cache=gone).executed for _ in range(2)] == [True, True]


def test_included_environment_variables_count_without_being_stored(
    call: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their values are told apart by a keyed hash; without a key of the deployment the task is uncached."""
    policy = (INPUTS + SOURCE).include(env=["MODE"])
    monkeypatch.setenv("MODE", "hunter2")
    ran = call(number, cache=policy)
    assert not call(number, cache=policy).executed
    monkeypatch.setenv("MODE", "hunter3")
    missed = call(number, cache=policy)
    assert missed.executed
    explanation = str(call.client.why(missed.task_run))
    assert "environment variable MODE: changed" in explanation
    remembered = call.client.lineage.cache.remembered_key(ran.task_run)
    assert remembered is not None
    assert "hunter2" not in repr(remembered)
    assert [call(number, cache=policy, secret=None).executed for _ in range(2)] == [True, True]


def test_a_secret_parameter_is_told_apart_and_not_stored(call: Caller) -> None:
    """What Airflow's masker hides is in the key by a keyed hash only."""

    def mask(name: str, value: Any) -> Any:
        return "***" if name == "b" else value

    first = call(ab, a=1, b="hunter2", mask=mask, cache=INPUTS + SOURCE)
    assert not call(ab, a=1, b="hunter2", mask=mask, cache=INPUTS + SOURCE).executed
    second = call(ab, a=1, b="hunter3", mask=mask, cache=INPUTS + SOURCE)
    assert second.executed
    assert "hunter" not in repr(call.client.lineage.cache.remembered_key(first.task_run))
    assert "parameter b: changed" in str(call.client.why(second.task_run))
    assert call(ab, a=1, b="hunter2", mask=mask, secret=None, cache=INPUTS + SOURCE).executed


def takes_day(ds: str) -> str:
    return ds


def takes_instance(ti: Any = None) -> str:
    return str(ti)


def test_context_values_count(call: Caller) -> None:
    """Those that the function declares; what belongs to a task instance makes it uncached."""
    policy = INPUTS + SOURCE
    assert call(takes_day, context={"ds": "2026-11-23"}, cache=policy).executed
    assert not call(takes_day, context={"ds": "2026-11-23"}, cache=policy).executed
    assert call(takes_day, context={"ds": "2026-11-24"}, cache=policy).executed
    runs = [call(takes_instance, context={"ti": object()}, cache=policy) for _ in range(2)]
    assert [ran.executed for ran in runs] == [True, True]
    assert "'ti'" in str(call.client.why(runs[0].task_run))
    assert [call(number, takes_context=True, cache=policy).executed for _ in range(2)] == [True, True]


# Policies that refuse


def test_never_neither_reads_nor_writes(call: Caller) -> None:
    """cache=False, or NEVER."""
    call(double, x=3, cache=NEVER)
    assert call(double, x=3, cache=INPUTS + SOURCE).executed
    assert call(double, x=3, cache=False).executed


def test_what_returns_nothing_is_not_cached(call: Caller) -> None:
    """It is run for what it does."""
    assert [call(nothing, cache=INPUTS + SOURCE).executed for _ in range(2)] == [True, True]


def test_refresh_only_writes(call: Caller) -> None:
    """A run that was told to compute everything does so, and the next one reuses its result."""
    call(frame, rows=2, cache=INPUTS + SOURCE)
    fresh = call(frame, rows=2, cache=INPUTS + SOURCE, refresh=True)
    assert fresh.executed
    assert "told to compute everything" in str(call.client.why(fresh.task_run))
    again = call(frame, rows=2, cache=INPUTS + SOURCE)
    assert (again.executed, again.ref) == (False, fresh.ref)


def test_entries_expire(call: Caller) -> None:
    """By the policy of the one that asks; a reuse does not renew an entry."""
    policy = (INPUTS + SOURCE).expires(seconds=0.4)
    call(number, cache=policy)
    assert not call(number, cache=policy).executed
    time.sleep(0.45)
    missed = call(number, cache=policy)
    assert missed.executed
    assert "counts for 0.4 s only" in str(call.client.why(missed.task_run))
    assert not call(number, cache=INPUTS + SOURCE).executed


# What a hit needs


def test_a_hit_needs_its_bytes(call: Caller) -> None:
    """ZenML's fault B3: where they are gone it is a miss that says so, and heals them."""
    first = call(double, x=3, cache=INPUTS + SOURCE)
    for location in call.client.locations(call.client.get(first.ref)):
        Path(location.removeprefix("file://")).unlink()
    second = call(double, x=3, cache=INPUTS + SOURCE)
    assert second.executed
    assert "are gone" in str(call.client.why(second.task_run))
    assert call.client.load(second.ref) == 6
    assert not call(double, x=3, cache=INPUTS + SOURCE).executed


def test_what_the_function_loads_itself_is_asked_again(call: Caller) -> None:
    """ZenML's fault B5: a newer version of it is a miss; a newer version that is equal is none."""
    call.client.save(10, "settings/offset")
    assert call(reader, x=1, cache=INPUTS + SOURCE).executed
    hit = call(reader, x=1, cache=INPUTS + SOURCE)
    assert not hit.executed
    inputs = call.client.lineage.task_run(hit.task_run.id).inputs  # type: ignore[union-attr]
    assert [str(version) for version in inputs.values()] == ["settings/offset@1"]
    call.client.save(10, "settings/offset")
    assert not call(reader, x=1, cache=INPUTS + SOURCE).executed
    call.client.save(20, "settings/offset")
    missed = call(reader, x=1, cache=INPUTS + SOURCE)
    assert call.client.load(missed.ref) == 21
    assert "settings/offset@3 instead of settings/offset" in str(call.client.why(missed.task_run))


def asks(client_verb: str) -> Any:
    client = current_context().client  # type: ignore[union-attr]
    if client_verb == "find":
        return str(client.find("news/today"))
    if client_verb == "versions":
        return sum(1 for _ in client.versions("news/today"))
    if client_verb == "first":
        return str(next(client.versions("news/today"), None))
    return [summary.name for summary in client.list()]


@pytest.mark.parametrize("verb", ["find", "versions", "first", "list"])
def test_descriptions_and_searches_are_asked_again(call: Caller, verb: str) -> None:
    """By the versions that they gave, none included."""
    policy = INPUTS + SOURCE
    before = call(asks, client_verb=verb, cache=policy)
    assert not call(asks, client_verb=verb, cache=policy).executed
    call.client.save(1, "news/today")
    after = call(asks, client_verb=verb, cache=policy)
    assert after.executed
    assert call.client.load(before.ref) != call.client.load(after.ref)


def in_thread() -> int:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor() as pool:
        return pool.submit(load_artifact, "settings/offset", int).result()


def test_what_threads_of_the_function_load_is_asked_again(call: Caller) -> None:
    """They have no context of their own; the task's is meant."""
    call.client.save(1, "settings/offset")
    call(in_thread, cache=INPUTS + SOURCE)
    assert not call(in_thread, cache=INPUTS + SOURCE).executed
    call.client.save(2, "settings/offset")
    assert call.client.load(call(in_thread, cache=INPUTS + SOURCE).ref) == 2


def asks_lineage() -> int:
    client = current_context().client  # type: ignore[union-attr]
    return len(client.upstream("settings/offset").versions)


def test_what_changes_with_every_run_is_not_cached(call: Caller) -> None:
    """A function that asks for lineage is computed each time."""
    call.client.save(1, "settings/offset")
    assert [call(asks_lineage, cache=INPUTS + SOURCE).executed for _ in range(2)] == [True, True]


def saves(x: int) -> int:
    save_artifact(x * 10, "side/product", tags=["side"], aliases=["newest"])
    return x


def test_what_the_function_saved_is_an_output_of_the_hit(call: Caller) -> None:
    """It is published again, with its tags, and its alias comes to name it again."""
    call(saves, x=1, cache=INPUTS + SOURCE)
    call(saves, x=2, cache=INPUTS + SOURCE)
    assert call.client.load("side/product@newest") == 20
    hit = call(saves, x=1, cache=INPUTS + SOURCE)
    assert not hit.executed
    assert call.client.load("side/product") == 10
    assert call.client.load("side/product@newest") == 10
    assert sum(1 for _ in call.client.versions("side/product")) == 2


# Where a hit's outputs go


def named() -> Annotated[int, Artifact("metrics/{ds}", tags=["daily"], aliases=["best"])]:
    return 7


def test_another_name_gets_a_version_of_its_own(call: Caller) -> None:
    """With the same bytes, and the version it was published from as its origin."""
    monday = a_run("named", "monday", logical_date=MIDNIGHT)
    tuesday = a_run("named", "tuesday", logical_date=MIDNIGHT + DAY)
    first = call(named, run=monday, cache=INPUTS + SOURCE)
    second = call(named, run=tuesday, cache=INPUTS + SOURCE)
    assert not second.executed
    assert (first.ref.artifact, second.ref.artifact) == ("metrics/2026-11-23", "metrics/2026-11-24")
    version = call.client.get(second.ref)
    assert version.origin == first.ref.id
    assert version.manifest == call.client.get(first.ref).manifest
    assert version.tags == {"daily"}
    assert version.aliases == {"best"}
    assert call.client.load("metrics/2026-11-24@best") == 7
    upstream = call.client.upstream(second.ref)
    assert first.ref.id in upstream.versions


def test_latest_comes_to_name_what_a_later_run_reused(call: Caller) -> None:
    """A reuse is a publication at the reusing run's moment."""
    runs = {
        day: a_run("scaled", f"day {day}", interval_start=MIDNIGHT + day * DAY, interval_end=MIDNIGHT + (day + 1) * DAY)
        for day in (1, 2, 3)
    }
    first = call(scaled, x=1, run=runs[1], cache=INPUTS + SOURCE)
    second = call(scaled, x=2, run=runs[2], cache=INPUTS + SOURCE)
    name = first.ref.artifact
    assert call.client.get(name).id == second.ref.id
    third = call(scaled, x=1, run=runs[3], cache=INPUTS + SOURCE)
    assert third.ref.id == first.ref.id
    assert call.client.get(name).id == first.ref.id
    assert call.client.get(f"{name}@2026-11-26").id == first.ref.id


def test_several_outputs_come_back_under_their_names(call: Caller) -> None:
    """Each as the version that it was."""
    first = call(both, cache=INPUTS + SOURCE)
    second = call(both, cache=INPUTS + SOURCE)
    assert second.refs == first.refs
    assert list(second.refs) == ["left", "right"]


def test_a_hit_records_its_edges(call: Caller) -> None:
    """Its inputs are read by it, its outputs reused; nothing descends from what is younger."""
    made = call(frame, rows=3)
    first = call(total, table=made.ref)
    second = call(total, table=made.ref)
    edges = call.client.downstream(made.ref).edges
    kinds = {(edge.task_run, edge.kind) for edge in edges}
    assert (second.task_run.id, EdgeKind.REUSED) in kinds
    assert (second.task_run.id, EdgeKind.ARGUMENT) in kinds
    assert (first.task_run.id, EdgeKind.PRODUCED) in kinds
    assert set(call.client.upstream(second.ref).task_runs) == {made.task_run.id, first.task_run.id}


def explicit(n: int) -> Annotated[int, Artifact("pinned", version="v1")]:
    return n


def test_an_explicit_version_is_refused_after_the_hit_and_before_the_function(call: Caller) -> None:
    """The same call returns it; another one never runs."""
    first = call(explicit, n=1, cache=INPUTS + SOURCE)
    assert call(explicit, n=1, cache=INPUTS + SOURCE).ref == first.ref
    with pytest.raises(VersionTakenError):
        call(explicit, n=2, cache=INPUTS + SOURCE)


# Tries and clears


def _retry(run: TaskRun, **fields: Any) -> TaskRun:
    return dataclasses.replace(
        run,
        id=str(uuid.uuid4()),
        instance_id=str(uuid.uuid4()),
        **{"try_number": run.try_number + 1, "state": TaskRunState.RUNNING, "ended_at": None, **fields},
    )


def test_a_retry_returns_what_an_earlier_try_published(call: Caller) -> None:
    """Cached or not: the worker died between publishing and telling Airflow."""
    run = a_run("number", "monday")
    first = call(number, run=run, cache=False)
    second = call(number, run=_retry(run), cache=False)
    assert (second.executed, second.ref) == (False, first.ref)


def test_a_cleared_task_computes(call: Caller) -> None:
    """Though there is an entry; the next run reuses what it computed."""
    run = a_run("double", "monday")
    call(double, x=1, run=run, cache=INPUTS + SOURCE)
    cleared = call(double, x=1, run=_retry(run, clear_number=1), cache=INPUTS + SOURCE)
    assert cleared.executed
    assert "cleared" in str(call.client.why(cleared.task_run))
    after = call(double, x=1, cache=INPUTS + SOURCE)
    assert (after.executed, after.ref) == (False, cleared.ref)


def test_a_cleared_task_reuses_where_it_says_so(call: Caller) -> None:
    """on_clear="reuse"."""
    run = a_run("double", "monday")
    call(double, x=1, run=run, cache=False)
    assert not call(double, x=1, run=_retry(run, clear_number=1), cache=False, on_clear="reuse").executed


def test_a_hit_that_is_cleared_computes(call: Caller) -> None:
    """A reuse counts as what the task had published."""
    call(double, x=1, cache=INPUTS + SOURCE)
    run = a_run("double", "monday")
    assert not call(double, x=1, run=run, cache=INPUTS + SOURCE).executed
    assert call(double, x=1, run=_retry(run, clear_number=1), cache=INPUTS + SOURCE).executed


def test_a_failed_task_that_is_cleared_may_be_a_hit(call: Caller) -> None:
    """It had published nothing that would be asked for anew."""
    run = a_run("double", "monday")
    with pytest.raises(InputError):
        call(double, x=None, run=run, cache=INPUTS + SOURCE)
    call(double, x=1, cache=INPUTS + SOURCE)
    assert not call(double, x=1, run=_retry(run, clear_number=1), cache=INPUTS + SOURCE).executed


def test_a_try_that_was_overtaken_may_not_reuse(call: Caller) -> None:
    """Nor publish: the later try's outputs count."""
    call(double, x=1, cache=INPUTS + SOURCE)
    run = a_run("double", "monday")
    call.client.lineage.begin(run)
    call.client.lineage.begin(_retry(run))
    with pytest.raises(SupersededError):
        call(double, x=1, run=run, cache=INPUTS + SOURCE)


def test_a_run_that_was_created_anew_is_another(call: Caller) -> None:
    """Its first try is not the deleted run's first try."""
    run = a_run("number", "monday")
    call(number, run=run, cache=False)
    assert call(number, run=_retry(run, try_number=1), cache=False).executed


# Invalidating


def test_invalidated_entries_are_no_hits(call: Caller) -> None:
    """Of a task, of a DAG, or of all downstream of a version."""
    client = call.client
    made = call(frame, rows=3, cache=INPUTS + SOURCE)
    call(total, table=made.ref)
    assert not call(total, table=made.ref).executed
    assert client.invalidate("churn", "total") == 1
    assert call(total, table=made.ref).executed
    assert not call(frame, rows=3, cache=INPUTS + SOURCE).executed
    assert client.invalidate("churn") == 2
    assert call(frame, rows=3, cache=INPUTS + SOURCE).executed
    assert call(total, table=made.ref).executed
    assert client.invalidate(downstream_of=made.ref) == 1
    assert call(total, table=made.ref).executed
    assert not call(frame, rows=3, cache=INPUTS + SOURCE).executed
    with pytest.raises(TypeError, match="invalidate a DAG or a task"):
        client.invalidate()


# Why


def test_why_names_the_parameter_with_both_values(call: Caller) -> None:
    """Against the nearest earlier key."""
    call(scaled, x=1, ratio=0.1, cache=INPUTS + SOURCE)
    call(scaled, x=5, ratio=0.2, cache=INPUTS + SOURCE)
    why = call.client.why(call(scaled, x=5, ratio=0.3, cache=INPUTS + SOURCE).task_run)
    (difference,) = why.differences
    assert str(difference) == "parameter ratio: 0.2 → 0.3"
    assert why.compared is not None


def test_why_names_the_input_with_both_versions(call: Caller) -> None:
    """And the task run that it is compared with."""
    before = call(total, table=call(frame, rows=3).ref)
    why = call.client.why(call(total, table=call(frame, rows=4).ref).task_run)
    assert [str(one) for one in why.differences] == ["input table: churn::frame::output@1 → churn::frame::output@2"]
    assert why.compared == before.task_run


def test_why_names_who_computed_a_hit(call: Caller) -> None:
    """With the seconds it saved."""
    first = call(double, x=1, cache=INPUTS + SOURCE)
    why = call.client.why(call(double, x=1, cache=INPUTS + SOURCE).task_run)
    assert why.origin is not None
    assert why.origin.id == first.task_run.id
    assert str(first.task_run) in str(why)
    assert "saved" in str(why)


def test_the_log_says_what_was_decided(call: Caller, caplog: pytest.LogCaptureFixture) -> None:
    """One clear line for a hit, the reasons and differences for a miss, the way out for what cannot be cached."""
    caplog.set_level(logging.INFO)
    call(scaled, x=1, cache=INPUTS + SOURCE)
    call(scaled, x=2, cache=INPUTS + SOURCE)
    assert "parameter x: 1 → 2" in caplog.text
    caplog.clear()
    call(scaled, x=2, cache=INPUTS + SOURCE)
    assert "cache hit: churn.scaled in run 2, try 1 computed it" in caplog.text
    assert "saved" in caplog.text


def test_arguments_that_do_not_fit_fail_before_the_cache_is_asked(call: Caller) -> None:
    """A hit does not hide a wrong argument."""
    with pytest.raises(InputError, match="'x'"):
        call(double, x="three", cache=INPUTS + SOURCE)


# Views


def takes_version(table: ArtifactVersion) -> str:
    return table.version


def takes_path(table: Path) -> int:
    return table.stat().st_size


def test_a_description_counts_by_its_version(call: Caller) -> None:
    """An equal value of another version is described otherwise."""
    first, second = call(frame, rows=3, cache=False), call(frame, rows=3, cache=False)
    call(takes_version, table=first.ref)
    assert call.client.load(call(takes_version, table=second.ref).ref) == "2"
    assert not call(takes_version, table=second.ref).executed


def test_files_count_by_their_bytes(call: Caller) -> None:
    """The same bytes are the same file, of whichever version."""
    first, second = call(frame, rows=3, cache=False), call(frame, rows=3, cache=False)
    call(takes_path, table=first.ref)
    assert not call(takes_path, table=second.ref).executed


def takes_list(xs: list[Any]) -> str:
    return str(xs)


def takes_dict(xs: dict[Any, Any]) -> str:
    return str(xs)


def test_lists_and_dicts_of_artifacts_count_whole(call: Caller) -> None:
    """Each item, its place, and the literals beside it."""
    one, two = call(double, x=1, cache=False).ref, call(double, x=2, cache=False).ref
    calls: Iterator[Any] = iter(
        [[one, two], [two, one], [one], [one, two, 1], [one, two, "1"], [[one, two]], [one, [two]]]
    )
    values = [call.client.load(call(takes_list, xs=xs).ref) for xs in calls]
    assert len(set(values)) == len(values)
    assert not call(takes_list, xs=[one, [two]]).executed
    assert call(takes_dict, xs={"a": one}).executed
    assert call(takes_dict, xs={"b": one}).executed
    assert not call(takes_dict, xs={"a": one}).executed


def by_key(n: int) -> dict[str, int]:
    return {"low": n, "high": n + 1}


def test_outputs_by_key_come_back_under_their_keys(call: Caller) -> None:
    """multiple_outputs: what there is, the entry says."""
    first = call(by_key, n=1, multiple_outputs=True, cache=INPUTS + SOURCE)
    second = call(by_key, n=1, multiple_outputs=True, cache=INPUTS + SOURCE)
    assert (second.executed, second.refs) == (False, first.refs)
    assert set(second.refs) == {"low", "high"}
    assert call(by_key, n=1, cache=INPUTS + SOURCE).executed


def test_an_item_of_a_dict_counts_with_its_key(call: Caller) -> None:
    """Two items of one artifact are two inputs."""
    made = call(by_key, n=1, cache=False).ref
    assert call.client.load(call(double, x=made["low"]).ref) == 2
    assert call.client.load(call(double, x=made["high"]).ref) == 4
    assert not call(double, x=made["low"]).executed


def checkpoints(x: int) -> int:
    for epoch in range(2):
        current_context().client.save(x + epoch, "models/checkpoint", publish="now")  # type: ignore[union-attr]
    return x


def test_what_the_function_published_at_once_is_published_again(call: Caller) -> None:
    """A checkpoint is an output of the hit as well."""
    call(checkpoints, x=1, cache=INPUTS + SOURCE)
    call(checkpoints, x=5, cache=INPUTS + SOURCE)
    assert call.client.load("models/checkpoint") == 6
    hit = call(checkpoints, x=1, cache=INPUTS + SOURCE)
    assert not hit.executed
    assert call.client.load("models/checkpoint") == 2
    assert sum(1 for _ in call.client.versions("models/checkpoint")) == 4


def in_another_process() -> int:
    import os

    child = os.fork()
    if child == 0:
        load_artifact("settings/offset", int)
        os._exit(0)
    os.waitpid(child, 0)
    return 1


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_what_a_child_process_loads_is_not_forgotten(call: Caller) -> None:
    """It cannot be asked again, so that the result is not reused."""
    call.client.save(1, "settings/offset")
    assert [call(in_another_process, cache=INPUTS + SOURCE).executed for _ in range(2)] == [True, True]


def test_why_explains_what_is_not_reused(call: Caller) -> None:
    """A result that no later run may reuse keeps the key it was computed under."""
    call.client.save(1, "settings/offset")
    ran = call(asks_lineage, cache=INPUTS + SOURCE)
    assert call.client.lineage.cache.remembered_key(ran.task_run) is not None
