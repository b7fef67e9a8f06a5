"""Dynamic mapping over artifacts, and what each mapped task receives."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from airflow.sdk import DAG

from airflow_artifacts import artifact_task
from airflow_artifacts.entries import Outcome
from airflow_artifacts.exceptions import DeclarationError, OutputError
from airflow_artifacts.model import ArtifactListRef, ArtifactRef
from airflow_artifacts.provider.mapping import check_mapped_values, expanded_outputs, xcom_of
from tests.provider.conftest import DagRunResult, load_dags

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import ModuleType

    RunDag = Callable[..., DagRunResult]


@pytest.fixture(scope="module")
def module(airflow_home: Path) -> ModuleType:
    """The DAGs with mapped tasks."""
    return load_dags("mapped")


@pytest.fixture(scope="module")
def mapped(run_dag: RunDag, module: ModuleType) -> DagRunResult:
    """A run of the DAG with all ways to map."""
    run = run_dag(module.mapped)
    assert run.state == "success", run.states
    return run


def _values(run: DagRunResult, task_id: str) -> list[object]:
    indexes = sorted(one.task_run.map_index for one in run.lineage.task_runs if one.task_run.task_id == task_id)
    return [run.value(task_id, map_index=index) for index in indexes]


@pytest.mark.parametrize(
    ("task_id", "values"),
    [
        ("doubled", [2, 4, 6]),
        ("one_of_several", ["10 0", "20 0", "30 0"]),
        ("mapped_by_function", ["101 0", "102 0", "103 0"]),
        ("zipped", ["(1, 10) 0", "(2, 20) 0", "(3, 30) 0"]),
        ("concatenated", ["1 0", "2 0", "3 0", "10 0", "20 0", "30 0"]),
        ("keywords", ["1 2", "3 0"]),
        ("keywords_by_function", ["{'x': 1, 'y': 2} 5", "{'x': 3} 5"]),
        ("keywords_one_after_another", ["1 2", "3 0", "1 2", "3 0"]),
        ("mapped_behind_plain", ["11 0", "22 0", "33 0"]),
        ("mapped_by_object", ["6 0", "7 0", "8 0"]),
        ("partly", ["10 [1, 2, 3]", "20 [1, 2, 3]", "30 [1, 2, 3]"]),
        ("group.inner", [2, 4, 6]),
    ],
)
def test_each_mapped_task_receives_its_item(mapped: DagRunResult, task_id: str, values: list[object]) -> None:
    """Over a list artifact, over one of several outputs, through Airflow's map, zip and concat, and in groups."""
    assert _values(mapped, task_id) == values


def test_a_function_that_maps_may_skip(mapped: DagRunResult) -> None:
    """As Airflow has it for what ``.map`` is given, and it receives items, not references."""
    assert [mapped.states[f"zipped_and_mapped[{index}]"] for index in range(3)] == ["success", "skipped", "success"]
    assert mapped.value("zipped_and_mapped", map_index=2) == "90 0"


@pytest.mark.parametrize(
    ("task_id", "value"),
    [
        ("total", "LazyValues 12"),
        ("as_list", "list 12"),
        ("as_iterator", [2, 4]),
        ("of_first", "LazyValues 6"),
        ("of_group", "LazyValues 12"),
        ("within", "{'each': [2, 4, 6], 'both': [[2, 4, 6], [1, 2, 3]]} 0"),
        ("not_expanded", "[(1, 10), (2, 20), (3, 30)] ['1', '2', '3', '10', '20', '30']"),
    ],
)
def test_a_reducer_takes_what_it_says(mapped: DagRunResult, task_id: str, value: object) -> None:
    """A sequence loads item by item; a list is one."""
    assert mapped.value(task_id) == value


def test_edges_name_the_whole_list_and_each_part(mapped: DagRunResult) -> None:
    """A mapped task reads the list, a reducer what each instance made."""
    for index in range(3):
        read = mapped.task("doubled", index).inputs
        assert {name: str(version) for name, version in read.items()} == {"x": "mapped::numbers::output@1"}
    assert {str(version) for version in mapped.task("total").inputs.values()} == {
        f"mapped::doubled::output::{index}@1" for index in range(3)
    }


def test_an_empty_list_skips(run_dag: RunDag, module: ModuleType) -> None:
    """As in Airflow without artifacts."""
    run = run_dag(module.empty)
    assert run.states == {"nothing": "success", "doubled": "skipped", "total": "skipped"}


def test_each_index_is_a_hit_of_its_own(run_dag: RunDag, module: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a list of which one item changed, one is computed."""
    run_dag(module.per_index)
    monkeypatch.setattr(module, "NUMBERS", [1, 5, 3])
    run = run_dag(module.per_index)
    outcomes = [run.client.why(run.task("doubled", index).task_run).decision.outcome for index in range(3)]
    assert outcomes == [Outcome.HIT, Outcome.MISS, Outcome.HIT]
    assert _values(run, "doubled") == [2, 10, 6]


def test_results_in_literal_keyword_arguments_are_refused() -> None:
    """Airflow would hand over the placeholder, before the other task has run."""
    with DAG("literal_keywords", schedule=None), pytest.raises(DeclarationError, match="under 'x'"):
        artifact_task(_taker).expand_kwargs([{"x": artifact_task(_any)()}])


def _expanded(function: Callable[..., object], *outputs: str) -> tuple[object, dict[str | None, str]]:
    with DAG("expanding", schedule=None):
        made = artifact_task(function)()
        for number, output in enumerate(outputs):
            artifact_task(_taker).override(task_id=f"over_{number}").expand(x=made[output] if output else made)
    return made.operator, expanded_outputs(made.operator)


def _taker(x: int) -> int:
    return x


def _two() -> tuple[list[int], list[int]]:
    return [1], [1, 2]


def _any():  # noqa: ANN202 - what is not annotated may be a list
    return 1


@pytest.mark.parametrize(
    ("function", "outputs", "returned", "fault"),
    [
        (
            _any,
            [""],
            5,
            r"'over_0' is expanded over output 'output' of '_any', which returned a int for it; return a list",
        ),
        (_any, [""], list(range(1025)), r"returned, 1025 items, and Airflow maps over 1024 at most; .*MAX_MAP_LENGTH"),
        (_two, ["output_0", "output_1"], ([1], [1, 2]), r"lengths differ \(output_0 with 1, output_1 with 2\)"),
        (_two, ["output_0", ""], ([1], [1, 2]), r"lengths differ \(output_0 with 1, all with 2\)"),
    ],
)
def test_what_cannot_be_expanded_over_is_not_published(
    function: Callable[..., object], outputs: list[str], returned: object, fault: str
) -> None:
    """It is refused before, and the message names the task, the output and the way out."""
    operator, expanded = _expanded(function, *outputs)
    with pytest.raises(OutputError, match=fault):
        check_mapped_values(operator.task_id, operator.signature, returned, expanded)  # type: ignore[attr-defined]


def test_airflow_is_told_the_length_of_the_output() -> None:
    """Of several, of the one that is expanded over."""
    operator, expanded = _expanded(_two, "output_1")
    about = {"id": "1", "artifact": "a", "version": "1", "type": "list", "size": 1}
    refs = {"output_0": ArtifactListRef(**about, length=1), "output_1": ArtifactListRef(**about, length=2)}
    value = xcom_of("two", operator.signature, refs, expanded)  # type: ignore[attr-defined]
    assert (len(value), dict(value)) == (2, refs)
    with pytest.raises(OutputError, match="of which no length is stored"):
        xcom_of("two", operator.signature, {"output_1": ArtifactRef(**about)}, expanded)  # type: ignore[attr-defined]


def test_a_list_reference_is_a_sequence() -> None:
    """Of the references of its items, with Python's indexes."""
    ref = ArtifactListRef(id="1", artifact="a", version="2", type="list", size=9, length=3)
    assert [str(one) for one in ref] == ["a@2[0]", "a@2[1]", "a@2[2]"]
    assert ref[-1] == ref[2] == ref[1:][1]
    assert ArtifactListRef.deserialize(ref.serialize(), 1) == ref
    with pytest.raises(IndexError, match="has 3 items, and none with the number 3"):
        ref[3]
    with pytest.raises(TypeError, match="named by number, not by 'k'"):
        ref["k"]
