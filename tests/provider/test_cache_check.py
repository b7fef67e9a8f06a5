"""The cache check: skips what nobody misses, and ends every DAG as it would end without any cache."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pytest
from airflow.sdk import TriggerRule

from tests.provider.conftest import DagRunResult, load_dags

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import ModuleType

    RunDag = Callable[..., DagRunResult]

# Of those that are alike, one runs by default.
SHAPES = (
    "a_chain",
    "a_diamond",
    "plain_below",
    "branched",
    "fails_before",
    "skips_itself",
    "set_up",
    "expanded_over",
    *(
        pytest.param(name, marks=pytest.mark.slow)
        for name in (
            "groups",
            "plain_tolerant",
            "watcher",
            "fails_itself",
            "mapped_below",
            "with_outlets",
            "ordered_only",
            "in_groups",
        )
    ),
)
SKIPPED = {
    "a_chain": {"number", "double", "c"},
    "a_diamond": {"number", "both", "left", "right", "add"},
    "groups": {"number", "outer.inner.deep", "outer.shallow", "add"},
    "plain_below": {"number"},
    "plain_tolerant": {"number", "double"},
    "watcher": {"number"},
    "branched": {"number"},
    "fails_before": {"number"},
    "skips_itself": {"number", "beside"},
    "fails_itself": {"number"},
    "mapped_below": {"number"},
    "set_up": set(),
    "with_outlets": {"number"},
    "ordered_only": {"number", "second", "add"},
    "expanded_over": set(),
    "in_groups": set(),
}


@pytest.fixture(scope="module")
def module(airflow_home: Path) -> ModuleType:
    """The DAGs with and without a check."""
    return load_dags("checked")


class Runs(dict[str, tuple[DagRunResult, DagRunResult, DagRunResult]]):
    """Of each shape, run when it is asked for: without a cache, with an empty one, and again."""

    def __init__(self, run_dag: RunDag, module: ModuleType) -> None:
        super().__init__()
        self._run_dag, self._module = run_dag, module

    def __missing__(self, name: str) -> tuple[DagRunResult, DagRunResult, DagRunResult]:
        plain, checked = (getattr(self._module, f"{kind}_{name}") for kind in ("plain", "checked"))
        self[name] = (self._run_dag(plain), self._run_dag(checked), self._run_dag(checked))
        return self[name]


@pytest.fixture(scope="module")
def runs(run_dag: RunDag, module: ModuleType) -> Runs:
    """The runs of the shapes."""
    return Runs(run_dag, module)


def _plan(airflow_home: Path, run: DagRunResult) -> list[dict[str, Any]]:
    with contextlib.closing(sqlite3.connect(airflow_home / "airflow.db")) as database:
        (value,) = database.execute(
            "select value from xcom where run_id = ? and task_id = 'check' and key = 'return_value'", [run.run_id]
        ).fetchone()
    return json.loads(value)  # type: ignore[no-any-return]


def _xcoms(airflow_home: Path, run: DagRunResult) -> dict[tuple[str, int, str], Any]:
    with contextlib.closing(sqlite3.connect(airflow_home / "airflow.db")) as database:
        statement = "select task_id, map_index, key, value from xcom where run_id = ?"
        rows = database.execute(statement, [run.run_id]).fetchall()
    return {(task_id, index, key): json.loads(str(value)) for task_id, index, key, value in rows if task_id != "check"}


@pytest.mark.parametrize("name", SHAPES)
def test_every_dag_ends_as_it_would_without_a_cache(runs: Runs, airflow_home: Path, name: str) -> None:
    """The state of the run and of each task, where one that the check skipped counts as a success."""
    plain, first, second = runs[name]
    assert first.state == second.state == plain.state
    assert first.states == plain.states
    by_check = {row["task"] for row in _plan(airflow_home, second) if row["skipped"]}
    seen = {task: "success" if task in by_check else state for task, state in second.states.items()}
    assert seen == plain.states
    assert all(second.states[task] == "skipped" for task in by_check)


@pytest.mark.parametrize("name", SHAPES)
def test_the_check_skips_what_nobody_misses(runs: Runs, airflow_home: Path, name: str) -> None:
    """And nothing else: what stands behind it, and under which rule, decides."""
    _, first, second = runs[name]
    assert {row["task"] for row in _plan(airflow_home, first) if row["skipped"]} == set()
    assert {row["task"] for row in _plan(airflow_home, second) if row["skipped"]} == SKIPPED[name]


@pytest.mark.parametrize("name", SHAPES)
def test_xcoms_are_those_of_the_run_that_computed(runs: Runs, airflow_home: Path, name: str) -> None:
    """A skipped task has the XComs that it would have pushed."""
    _, first, second = runs[name]

    def artifacts(run: DagRunResult) -> dict[tuple[str, int, str], Any]:
        return {
            key: value for key, value in _xcoms(airflow_home, run).items() if "airflow_artifacts" in json.dumps(value)
        }

    assert artifacts(second) == artifacts(first)


@pytest.mark.parametrize("name", SHAPES)
def test_only_what_is_skipped_is_recorded_before_it_runs(runs: Runs, airflow_home: Path, name: str) -> None:
    """A task that may yet fail, or be left out by a branch, has published nothing by then."""
    _, _, second = runs[name]
    recorded = {one.task_run.task_id for one in second.lineage.task_runs if one.task_run.try_number == 0}
    assert recorded == SKIPPED[name]


def test_the_plan_says_what_it_rests_on(runs: Runs, airflow_home: Path) -> None:
    """What takes the result of a task that may be left out is a miss only if that task is not."""
    plan = {row["task"]: row for row in _plan(airflow_home, runs["branched"][2])}
    assert (plan["double"]["decision"], plan["join"]["decision"]) == ("hit", "miss")
    assert plan["join"]["reason"].endswith(", if 'double' before it is neither skipped nor fails")


def test_a_dag_without_a_check_keeps_its_rules(module: ModuleType) -> None:
    """And one with a check lets its artifact tasks run after a skip, unless they say otherwise."""
    plain = {task.task_id: task.trigger_rule for task in module.plain_a_chain.tasks}
    checked = {task.task_id: task.trigger_rule for task in module.checked_a_chain.tasks}
    assert set(plain.values()) == {TriggerRule.ALL_SUCCESS}
    assert checked == {
        "check": TriggerRule.ALL_SUCCESS,
        **dict.fromkeys(("number", "double", "c"), TriggerRule.NONE_FAILED),
    }
    mapped = module.checked_mapped_below.get_task("add")
    assert mapped.trigger_rule == mapped.partial_kwargs["trigger_rule"] == TriggerRule.NONE_FAILED
    assert module.checked_set_up.get_task("number").trigger_rule == TriggerRule.ALL_SUCCESS


def test_the_late_rule_is_in_the_serialised_dag(module: ModuleType) -> None:
    """It is what the scheduler reads."""
    from airflow.serialization.serialized_objects import DagSerialization

    text = json.dumps(DagSerialization.to_dict(module.checked_mapped_below))
    assert text.count('"none_failed"') >= 3


@pytest.mark.parametrize("name", SHAPES)
def test_values_are_equal(runs: Runs, name: str) -> None:
    """Of every task that made one, however it came by it."""
    plain, first, second = runs[name]
    for one in plain.lineage.task_runs:
        task, index = one.task_run.task_id, one.task_run.map_index
        for output in one.outputs:
            if "::" not in output and "@" not in output:
                values = [run.value(task, output, index) for run in (plain, first, second)]
                assert values[0] == values[1] == values[2], (task, output)


def _links(airflow_home: Path, run: DagRunResult) -> dict[str, str]:
    with contextlib.closing(sqlite3.connect(airflow_home / "airflow.db")) as database:
        statement = "select task_id, value from xcom where run_id = ? and key = '_link_EarlierRunLink'"
        return {task_id: json.loads(value) for task_id, value in database.execute(statement, [run.run_id])}


def test_links_lead_to_what_computed(runs: Runs, airflow_home: Path) -> None:
    """Of a skipped task to the task run, of the check to the whole run; what computed has none."""
    _, first, second = runs["a_chain"]
    assert _links(airflow_home, first) == {}
    page = f"/dags/checked_a_chain/runs/{first.run_id}"
    links = {task_id: unquote(link) for task_id, link in _links(airflow_home, second).items()}
    assert {task_id: link[link.index("/dags") :] for task_id, link in links.items()} == {
        "check": f"{page}/plugin/run-artifacts",
        **{task_id: f"{page}/tasks/{task_id}/plugin/task-instance-artifacts" for task_id in ("number", "double", "c")},
    }


def test_mapped_tasks_stand_in_the_plan(runs: Runs, airflow_home: Path) -> None:
    """As what is not known yet, behind all others."""
    rows = {row["task"]: (row["decision"], row["skipped"]) for row in _plan(airflow_home, runs["expanded_over"][2])}
    assert rows == {"numbers": ("hit", False), "total": ("unknown", False), "double": ("unknown", False)}


def test_a_check_counts_on_what_another_skipped(run_dag: RunDag, module: ModuleType) -> None:
    """The last of several, one for each branch, decides for the task where they meet."""
    assert set(run_dag(module.two_checks).states.values()) == {"success"}
    again = run_dag(module.two_checks)
    assert again.state == "success"
    skipped = {task for task, state in again.states.items() if state == "skipped"}
    assert skipped == {"one", "left", "two", "add"}


def test_a_hit_that_must_tell_of_a_version_runs(
    run_dag: RunDag, module: ModuleType, airflow_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only a task's own success sends an event; a hit without news is skipped."""
    run_dag(module.checked_events)
    assert run_dag(module.checked_events).states == {"check": "success", "told": "skipped"}
    monkeypatch.setattr(module, "VALUE", "second")
    run_dag(module.checked_events)
    monkeypatch.setattr(module, "VALUE", "first")
    back = run_dag(module.checked_events)
    assert back.states == {"check": "success", "told": "success"}
    (row,) = _plan(airflow_home, back)
    assert "it runs and finds that itself, because an event is to tell of a version" in row["reason"]
    with contextlib.closing(sqlite3.connect(airflow_home / "airflow.db")) as database:
        statement = "select extra from asset_event where source_run_id = ?"
        (extra,) = database.execute(statement, [back.run_id]).fetchone()
    assert json.loads(extra)["version"] == "1"
