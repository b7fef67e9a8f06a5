"""DAGs of artifact tasks, run by a real Airflow in this process."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from datetime import datetime, timezone
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from airflow_artifacts.exceptions import ArtifactNotFoundError
from airflow_artifacts.model import EdgeKind, SaveKind, TaskRunState

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import ModuleType

    from tests.provider.conftest import DagRunResult

    RunDag = Callable[..., DagRunResult]


def _xcoms(airflow_home: Path, run_id: str) -> dict[tuple[str, str], str]:
    with contextlib.closing(sqlite3.connect(airflow_home / "airflow.db")) as database:
        rows = database.execute("select task_id, key, value from xcom where run_id = ?", [run_id]).fetchall()
    return {(task_id, key): value for task_id, key, value in rows}


@pytest.fixture(scope="module")
def chain(run_dag: RunDag) -> DagRunResult:
    return run_dag("chain_dag")


@pytest.fixture(scope="module")
def values(run_dag: RunDag) -> DagRunResult:
    return run_dag("values_dag")


@pytest.fixture(scope="module")
def failing(run_dag: RunDag) -> DagRunResult:
    return run_dag("failing_dag")


def test_values_pass_from_task_to_task(chain: DagRunResult) -> None:
    """A frame is made, unpacked into two outputs, loaded as two types, and summed up."""
    assert chain.state == "success"
    assert chain.value("total") == float(sum(range(10)))
    pd.testing.assert_frame_equal(
        chain.value("split", "chain/train"), pd.DataFrame({"x": np.arange(7), "y": np.arange(7) * 0.5})
    )


def test_xcom_holds_small_references(chain: DagRunResult, airflow_home: Path) -> None:
    """What XCom stores of an artifact is its reference, under 1 KB whatever the value."""
    xcoms = _xcoms(airflow_home, chain.run_id)
    assert {key for task, key in xcoms if task == "split"} == {"chain/train", "chain/test", "return_value"}
    assert all(len(value) < 1024 for value in xcoms.values())
    reference = json.loads(xcoms["extract", "return_value"])
    reference = json.loads(reference) if isinstance(reference, str) else reference
    assert reference["__data__"]["artifact"] == "chain/raw"


def test_lineage_leads_from_a_value_to_all_it_was_made_from(chain: DagRunResult) -> None:
    """Upstream of the total are both halves and the raw frame; downstream of the raw frame is the total."""
    total = chain.output("total")
    graph = chain.client.upstream(total, depth=10)
    made = {version.artifact for version in graph.versions.values()}
    assert made == {"chain::total::output", "chain/train", "chain/test", "chain/raw"}
    assert {run.task_id for run in graph.task_runs.values()} == {"total", "split", "extract"}
    down = chain.client.downstream(chain.output("extract", "chain/raw"), depth=10)
    assert total.id in down.versions


def test_a_run_shows_inputs_and_outputs_of_its_tasks(chain: DagRunResult) -> None:
    """A run's task runs come in the order in which they began, with versions by parameter and output."""
    runs = {found.task_run.task_id: found for found in chain.lineage.task_runs}
    assert list(runs) == ["extract", "split", "total"]
    assert {name: version.artifact for name, version in runs["total"].inputs.items()} == {
        "train": "chain/train",
        "test": "chain/test",
    }
    assert all(found.task_run.state is TaskRunState.SUCCESS for found in runs.values())
    assert all(found.task_run.ended_at is not None for found in runs.values())


def test_parameters_are_bound_and_recorded(chain: DagRunResult) -> None:
    """Templates are rendered, text is coerced by its annotation, and the source text is kept."""
    assert dict(chain.task("extract").task_run.parameters) == {"rows": 10}
    run = chain.task("split").task_run
    assert dict(run.parameters) == {"ratio": 0.3}
    assert run.source is not None
    assert "def split(" in run.source
    assert run.environment["airflow"].startswith("3.")


def test_a_function_labels_its_output(chain: DagRunResult) -> None:
    """Declared tags, tags from the context, and metadata from the context are the version's."""
    assert chain.output("extract", "chain/raw").tags == {"bronze"}
    total = chain.output("total")
    assert (total.tags, dict(total.metadata)) == ({"gold"}, {"rows": 10, "value": 45.0})
    assert (total.save_kind, total.named, total.output) == (SaveKind.TASK_OUTPUT, False, "output")


def test_unnamed_artifacts_are_left_out_of_lists(chain: DagRunResult) -> None:
    """Default lists show what users named; the others are there when asked for."""
    named = {summary.name for summary in chain.client.list()}
    every = {summary.name for summary in chain.client.list(named=False)}
    assert "chain/raw" in named
    assert "chain::total::output" not in named
    assert "chain::total::output" in every


def test_each_run_makes_new_versions(run_dag: RunDag, chain: DagRunResult) -> None:
    """A second run publishes the next version, and the first stays."""
    again = run_dag("chain_dag")
    first, second = chain.output("extract", "chain/raw"), again.output("extract", "chain/raw")
    assert int(second.version) > int(first.version)
    assert chain.client.get(f"chain/raw@{first.version}").id == first.id


def test_functions_receive_what_they_are_annotated_with(values: DagRunResult) -> None:
    """Lists and dicts of references, descriptions, paths and conversions arrive as annotated."""
    assert values.state == "success", values.states
    assert values.value("many") == {"frames": [7, 1], "named": {"b": 2, "c": 3}, "pair": [7, 5]}
    described = values.value("described")
    assert described["version"] == str(values.output("number"))
    assert (described["text"], described["float"], described["type"]) == ("7", 7.0, "float")
    assert described["files"].strip() == "7"


def test_inputs_are_named_by_their_place(values: DagRunResult) -> None:
    """An item of a list or a dict is an input under its parameter and place; literals are parameters."""
    run = values.task("many")
    assert set(run.inputs) == {"frames[0]", "frames[1]", "named['b']", "pair[0]"}
    assert dict(run.task_run.parameters) == {"named['c']": 3, "pair[1]": 5}


def test_items_of_a_dict_are_read_from_its_one_reference(values: DagRunResult, airflow_home: Path) -> None:
    """``result["k"]["l"]`` is that item, and XCom holds nothing but the dict's reference."""
    assert values.value("item") == [3, 10, 4]
    assert {key for task, key in _xcoms(airflow_home, values.run_id) if task == "settings"} == {"return_value"}
    assert dict(values.task("item").task_run.parameters) == {"plain": {"k": 4}}


def test_coroutines_are_run(values: DagRunResult) -> None:
    """An ``async`` function makes an artifact as a plain one does."""
    assert values.value("later") == [1, 2]


def test_a_function_without_output_publishes_nothing(values: DagRunResult) -> None:
    """``-> None`` makes no version, though its inputs are recorded."""
    run = values.task("nothing")
    assert not run.outputs
    assert set(run.inputs) == {"n"}


def test_each_key_is_an_output_where_that_is_said(values: DagRunResult) -> None:
    """``multiple_outputs=True`` makes an artifact of each key."""
    assert values.output("keyed", "a").artifact == "values::keyed::a"
    assert values.value("keyed", "b") == 2


def test_context_is_filled_as_airflow_does(values: DagRunResult) -> None:
    """Names from the context and ``**context`` are filled, and are no parameters."""
    assert values.value("in_context") == "7 in_context True"
    assert not values.task("in_context").task_run.parameters


def test_names_are_made_when_the_task_runs(run_dag: RunDag) -> None:
    """Templates take the run's values; substitutions count from the call over the task over the DAG."""
    run = run_dag("names_dag", logical_date=datetime(2026, 11, 23, tzinfo=timezone.utc))
    assert run.state == "success", run.states
    made = {str(version) for found in run.lineage.task_runs for version in found.outputs.values()}
    first = next(found.task_run for found in run.lineage.task_runs).started_at
    assert {"names/us@1", "names/asia@1"} <= made
    assert f"names/eu/2026-11-23/by_default@v-{run.run_id}" in made
    assert {"names/index/0@eu0", "names/index/1@eu1"} <= made
    assert any(name.startswith(f"names/{first:%Y_%m_%d}/") for name in made)


def test_mapped_tasks_make_an_artifact_for_each_index(run_dag: RunDag) -> None:
    """Each index has its own artifact, and a task that takes all of them receives a list."""
    run = run_dag("mapped_dag")
    assert run.state == "success", run.states
    assert run.output("power", map_index=2).artifact == "mapped::power::output::2"
    assert run.value("sum_up") == 1 + 4 + 9
    assert set(run.task("sum_up").inputs) == {"values[0]", "values[1]", "values[2]"}
    assert (run.value("sum_quotients"), run.value("sum_remainders")) == (2 + 2, 1 + 2)


def test_mapped_tasks_and_groups_feed_others(run_dag: RunDag) -> None:
    """What is mapped may be mapped over, and a task group may be mapped."""
    run = run_dag("mapped_dag")
    assert run.value("sum_fourth") == 1 + 16 + 81
    assert run.task("fourth", 2).inputs["x"].artifact == "mapped::power::output::2"
    assert run.value("sum_cubed") == 1 + 8
    assert run.task("steps.raised", 1).task_run.parameters == {"x": 2, "exponent": 1}


def test_what_a_function_saves_and_loads_is_recorded(run_dag: RunDag) -> None:
    """Saves inside a function are outputs of its task, published with it; reads are inputs."""
    run = run_dag("inside_dag")
    assert run.state == "success", run.states
    outputs = run.task("first").outputs
    assert {version.artifact for version in outputs.values()} == {"inside/first", "inside/checkpoint"}
    checkpoints = [version for version in outputs.values() if version.artifact == "inside/checkpoint"]
    assert {version.save_kind for version in checkpoints} == {SaveKind.SAVED_IN_TASK}
    assert len(checkpoints) == 2
    second = run.task("second")
    assert {version.artifact for version in second.inputs.values()} == {"inside/first", "inside/checkpoint"}
    graph = run.client.upstream(run.output("second"), depth=1)
    assert {edge.kind for edge in graph.edges if edge.reference == "inside/checkpoint@1"} == {EdgeKind.READ}
    assert run.value("second") == 1 + 1 + int(max(int(version.version) for version in checkpoints))


def test_groups_of_artifact_tasks_work(run_dag: RunDag) -> None:
    """Inside a task group the artifact's name holds the group's."""
    run = run_dag("grouped_dag")
    assert run.value("finish") == 20
    assert run.output("group.inner").artifact == "grouped::group.inner::output"


def test_a_task_that_fails_publishes_nothing(failing: DagRunResult) -> None:
    """Neither outputs nor saves of a failed task are published, whatever failed."""
    assert (
        failing.states["saves_then_fails"] == failing.states["wrong_type"] == failing.states["unsupported"] == "failed"
    )
    for name in ("failing/saved", "failing/good", "failing/bad", "failing/fine", "failing/odd"):
        assert failing.client.find(name) is None
    assert failing.task("wrong_type").task_run.state is TaskRunState.FAILED
    with pytest.raises(ArtifactNotFoundError):
        failing.client.get("failing/saved")


def test_a_skipped_upstream_arrives_as_none(failing: DagRunResult) -> None:
    """``Optional`` accepts a skipped upstream; without it the task fails."""
    assert failing.states["skips"] == "skipped"
    assert failing.task("skips").task_run.state is TaskRunState.SKIPPED
    assert failing.states["needs"] == "failed"
    assert failing.value("may_lack") == -1


def test_airflows_database_does_not_grow_with_the_data(run_dag: RunDag, airflow_home: Path) -> None:
    """A frame of 20 MB leaves Airflow's database as small as a frame of a few rows does."""
    before = (airflow_home / "airflow.db").stat().st_size
    run = run_dag("big_dag")
    assert run.state == "success", run.states
    assert run.output("big").size > 20_000_000
    assert (airflow_home / "airflow.db").stat().st_size - before < 1_000_000


def test_a_taken_version_is_refused_before_the_function_runs(run_dag: RunDag, dag_module: ModuleType) -> None:
    """A second run of a task with an explicit version fails without calling its function."""
    first, second = run_dag("explicit_dag"), run_dag("explicit_dag")
    assert (first.state, second.state) == ("success", "failed")
    assert [first.run_id] == dag_module.RAN
    assert first.client.load("explicit/x@v1") == first.run_id


def test_a_retry_publishes_what_it_made_and_no_more(run_dag: RunDag) -> None:
    """The try that failed is recorded as failed and published nothing; the next one did."""
    run = run_dag("retried_dag")
    assert run.state == "success", run.states
    assert [found.task_run.state for found in run.lineage.task_runs] == [TaskRunState.FAILED, TaskRunState.SUCCESS]
    assert [found.task_run.try_number for found in run.lineage.task_runs] == [1, 2]
    assert (run.client.load("retried/x@1"), run.client.load("retried/inner@1")) == (2, 2)
    assert len(list(run.client.versions("retried/inner"))) == 1


def test_an_output_may_have_a_materializer_of_its_own(run_dag: RunDag) -> None:
    """A materializer given to the decorator writes that output, and what reads it finds it by its name."""
    run = run_dag("options_dag")
    assert run.state == "success", run.states
    assert run.value("warmer") is True
    assert run.output("both", "inside").materializer.endswith("TemperatureMaterializer")


def test_secrets_are_not_recorded(run_dag: RunDag) -> None:
    """Parameters that Airflow masks by their name are recorded masked, also inside a dict."""
    parameters = run_dag("options_dag").task("secretive").task_run.parameters
    assert dict(parameters) == {"password": "***", "config": {"api_key": "***", "region": "eu"}, "plain": "seen"}
