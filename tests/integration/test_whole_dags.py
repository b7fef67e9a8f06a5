"""Shapes of DAGs with the cache and a check under a real scheduler, beside the same without, whatever befalls them.

Each twin suffers the same random sequence; ``AIRFLOW_ARTIFACTS_SEED=…`` repeats the one that a failure names. After
each step every task instance ended as its twin's (one that the check skipped counts as a success), every XCom holds the
same value, and exactly those task processes were started that the check's plan named.
"""

from __future__ import annotations

import dataclasses
import os
import random
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from airflow_artifacts.entries import Outcome
from tests.integration.shapes.twins import KINDS, Ended, Runs, Task, Twins

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# The tasks that call the helper, any of which may be cleared or told to fail.
SHAPES: dict[str, list[Task]] = {
    "a_chain": [("second", -1), ("third", -1)],
    "a_diamond": [("left", -1), ("right", -1)],
    "groups": [("outer.inner.deep", -1), ("outer.shallow", -1)],
    "mapped": [("power", 0), ("power", 1), ("scaled", 1)],
    "branched": [("odd", -1), ("even", -1)],
    "set_up": [("scaled", -1), ("beside", -1)],
    "mixed": [("scaled", -1), ("joined", -1), ("last", -1)],
}
OPERATIONS = ("run", "clear a task", "clear a run", "fail once", "backfill")
# Of those steps, before which the helper is edited.
EDITS = 3
# It starts to find out that what was skipped before it was not skipped for a cached result.
SKIPS_ITSELF = {("branched", "behind_odd")}


@dataclasses.dataclass(frozen=True, slots=True)
class Step:
    """What was done to a shape.

    Attributes:
        operation: In words.
        runs: That it made, or made go on.
        cleared: The tasks that it cleared; None where all of them run, and the check decides anew.
    """

    shape: str
    operation: str
    runs: list[Runs]
    cleared: frozenset[Task] | None = None


@pytest.fixture(scope="module")
def twins(tmp_path_factory: pytest.TempPathFactory, postgresql: Callable[[], str]) -> Iterator[Twins]:
    """All shapes in an Airflow of their own."""
    with Twins.start(tmp_path_factory.mktemp("whole-dags"), postgresql()) as started:
        yield started


def plan_of(ended: Ended) -> dict[str, dict[str, Any]]:
    """Return what the check decided, by task."""
    return {row["task"]: row for row in ended.values.get((("check", -1), "return_value"), ())}


def assert_equal_ends(cached: Ended, plain: Ended, where: str) -> None:
    """See that two runs ended alike, with the same values."""
    skipped = {task for task, row in plan_of(cached).items() if row["skipped"]}
    states = {
        task: "success" if state == "skipped" and task[0] in skipped else state for task, state in cached.states.items()
    }
    assert states.pop(("check", -1)) == "success", where
    assert states == plain.states, where
    assert cached.state == plain.state, where
    values = {at: value for at, value in cached.values.items() if at[0][0] != "check"}
    assert values == plain.values, where


def expected_processes(
    twins: Twins, step: Step, runs: Runs, ended: dict[str, Ended], plain: Counter[Task]
) -> Counter[Task]:
    """Return how many processes the check's plan says for each task of a run, given those of the twin's."""
    checked = step.cleared is None
    plan = plan_of(ended["cached"]) if checked else {}
    expected: Counter[Task] = Counter({("check", -1): 1} if checked else {})
    for task, state in ended["plain"].states.items():
        count = plain[task]
        row = plan.get(task[0])
        if state == "skipped" and (step.shape, task[0]) in SKIPS_ITSELF and (checked or task in step.cleared):
            count = 1
        elif row is not None and row["skipped"]:
            assert row["decision"] == "hit"
            count = 0
        elif count:
            outcome = twins.outcome(step.shape, runs["cached"], task)
            # What the plan says holds unless a task before this one fails or is skipped; what is cleared computes only
            # if it had a result in its run.
            if set(ended["plain"].states.values()) == {"success"}:
                planned = "unknown" if row is None else row["decision"]
                assert planned == "unknown" or Outcome(planned) is outcome, (step, row)
                assert not step.operation.startswith("clear") or outcome is not Outcome.HIT, (step, task)
            if outcome is Outcome.HIT:
                count = 1  # it computed nothing that could fail
        expected[task] = count
    return +expected


def begin(twins: Twins, shape: str, operation: str, earlier: list[Runs], rng: random.Random) -> Step:
    """Do something to both DAGs of a shape."""
    task = rng.choice(SHAPES[shape])
    runs = rng.choice(earlier)
    if operation == "clear a task":
        name = task if task[1] >= 0 else task[0]
        cleared = twins.clear(shape, runs, [name])
        return Step(shape, f"{operation}, {task}", [runs], frozenset(cleared))
    if operation == "clear a run":
        twins.clear(shape, runs)
        return Step(shape, operation, [runs])
    if operation == "backfill":
        return Step(shape, operation, twins.backfill(shape, 2, 3))
    if operation == "fail once":
        twins.stumble(shape, task)
        operation = f"{operation}, {task}"
    return Step(shape, operation, [twins.run(shape)])


def see(twins: Twins, steps: list[Step]) -> Counter[str]:
    """Wait until all has ended, and compare; return how many tasks of each shape were skipped for a hit."""
    twins.settle()
    twins.heal()
    skipped: Counter[str] = Counter()
    started: dict[tuple[str, str], Counter[Task]] = {}
    for (dag_id, run_id, task), count in twins.processes().items():
        started.setdefault((dag_id, run_id), Counter())[task] = count
    for step in steps:
        for runs in step.runs:
            where = f"{step.shape}, {step.operation}, {runs}"
            ended = {kind: twins.ended(kind, step.shape, runs[kind]) for kind in KINDS}
            assert_equal_ends(ended["cached"], ended["plain"], where)
            cached, plain = (started.pop((f"{kind}_{step.shape}", runs[kind]), Counter()) for kind in KINDS)
            assert cached == expected_processes(twins, step, runs, ended, plain), where
            if step.cleared is None:
                skipped[step.shape] += sum(row["skipped"] for row in plan_of(ended["cached"]).values())
    assert not started
    return skipped


@pytest.mark.slow
def test_every_shape_ends_as_without_a_cache_whatever_befalls_it(twins: Twins) -> None:
    """And starts the processes that the plan named, after each step of a random sequence."""
    seed = int(os.environ.get("AIRFLOW_ARTIFACTS_SEED") or random.SystemRandom().randrange(10**6))
    print(f"AIRFLOW_ARTIFACTS_SEED={seed}")  # noqa: T201 - pytest shows it where the test fails
    rng = random.Random(seed)  # noqa: S311 - no secret
    edits = sorted(rng.sample(range(len(OPERATIONS)), EDITS))
    sequences = {shape: rng.sample(OPERATIONS, len(OPERATIONS)) for shape in SHAPES}
    first = [Step(shape, "run", [twins.run(shape)]) for shape in SHAPES]
    assert not see(twins, first).total()
    assert {twins.ended("plain", step.shape, step.runs[0]["plain"]).state for step in first} == {"success"}
    skipped: Counter[str] = Counter()
    history = {step.shape: list(step.runs) for step in first}
    for number in range(len(OPERATIONS)):
        if number in edits:
            twins.edit(rng.choice([factor for factor in range(2, 6) if factor != twins.factor]))
        print(f"step {number}: the factor is {twins.factor}; {sequences}")  # noqa: T201
        steps = [begin(twins, shape, sequences[shape][number], history[shape], rng) for shape in SHAPES]
        skipped += see(twins, steps)
        for step in steps:
            history[step.shape] += [runs for runs in step.runs if runs not in history[step.shape]]
    assert skipped["a_diamond"] >= 5, "nothing of a diamond depends on the day, so that its second one is skipped"


@pytest.mark.slow
def test_two_overlapping_runs_have_right_values(twins: Twins) -> None:
    """Of runs that need the same results at once each ends as without a cache."""
    twins.edit(6)
    both = [twins.run("a_diamond"), twins.run("a_diamond")]
    twins.settle()
    for runs in both:
        ended = {kind: twins.ended(kind, "a_diamond", runs[kind]) for kind in KINDS}
        assert_equal_ends(ended["cached"], ended["plain"], "overlapping")
        assert ended["cached"].values[("add", -1), "return_value"] == (2_000_013 + 2_000_023) * 6
    (first_began, first_ended), (second_began, second_ended) = (
        twins.dates("a_diamond", runs["cached"]) for runs in both
    )
    assert first_began < second_ended
    assert second_began < first_ended


@pytest.mark.slow
def test_the_reducer_has_the_new_value_of_a_cleared_mapped_index(twins: Twins) -> None:
    """And the old one of the index that was not cleared, though the helper was edited in between."""
    twins.edit(7)
    runs = twins.run("mapped")
    twins.settle()
    twins.edit(8)
    assert twins.clear("mapped", runs, [("power", 1)]) == {("power", 1), ("total", -1)}
    twins.settle()
    ended = {kind: twins.ended(kind, "mapped", runs[kind]) for kind in KINDS}
    assert_equal_ends(ended["cached"], ended["plain"], "a mapped index")
    n = 4_000_037
    assert ended["cached"].values[("total", -1), "return_value"] == 7 * n + (8 * n) ** 2 + 7 * (7 + 11)


@pytest.mark.slow
def test_a_run_that_failed_half_way_goes_on_where_it_failed(twins: Twins) -> None:
    """Cleared, the failed task computes; those before it do not; no value is an older one's."""
    twins.edit(9)
    twins.stumble("a_chain", ("third", -1), times=2)
    runs = twins.run("a_chain")
    twins.settle()
    failed = {kind: twins.ended(kind, "a_chain", runs[kind]) for kind in KINDS}
    assert_equal_ends(failed["cached"], failed["plain"], "half-way")
    assert failed["cached"].state == "failed"
    assert failed["cached"].states[("add", -1)] == "upstream_failed"
    assert not {at for at in failed["cached"].values if at[0][0] in {"third", "add"}}
    twins.processes()
    assert twins.clear("a_chain", runs, only_failed=True) == {("third", -1), ("add", -1)}
    twins.settle()
    ended = {kind: twins.ended(kind, "a_chain", runs[kind]) for kind in KINDS}
    assert_equal_ends(ended["cached"], ended["plain"], "half-way, and on")
    assert ended["cached"].values[("add", -1), "return_value"] == 1_000_003 * 82
    assert {(dag_id, task[0]) for dag_id, _, task in twins.processes()} == {
        (f"{kind}_a_chain", task) for kind in KINDS for task in ("third", "add")
    }


@pytest.mark.slow
def test_what_follows_a_task_marked_success_by_hand_gets_nothing_old(twins: Twins) -> None:
    """It gets None where it says Optional, and fails with a message that names the task where it does not."""
    factor, earlier = twins.factor, twins.run("by_hand")
    twins.settle()
    twins.edit(10)
    twins.stumble("by_hand", ("scaled", -1), times=2)
    runs = twins.run("by_hand")
    twins.settle()
    twins.mark_success("by_hand", runs, "scaled")
    twins.settle()
    before, ended = ({kind: twins.ended(kind, "by_hand", one[kind]) for kind in KINDS} for one in (earlier, runs))
    assert before["cached"].values[("lenient", -1), "return_value"] == str(8_000_009 * factor)
    assert_equal_ends(ended["cached"], ended["plain"], "by hand")
    assert ended["cached"].states[("strict", -1)] == "failed"
    assert ended["cached"].values[("lenient", -1), "return_value"] == "None"
    for kind in KINDS:
        log = twins.airflow.api.task_log(f"{kind}_by_hand", runs[kind], "strict", 1)
        assert "'scaled'" in log
        assert "marked" in log
