"""Task runs: what is recorded of them, and their lineage."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeoutError
from typing import TYPE_CHECKING

import pytest

from airflow_artifacts.exceptions import ArtifactNotFoundError, InputError
from airflow_artifacts.lineage import task_runs
from airflow_artifacts.model import Direction, EdgeKind, LineageEdge, RunLineage, SaveKind, TaskRunState
from tests.lineage.making import DAY, MIDNIGHT, a_run

if TYPE_CHECKING:
    from airflow_artifacts.lineage import Lineage
    from tests.lineage.making import Maker


def test_a_task_run_comes_back_whole(lineage: Lineage) -> None:
    """Every field that is recorded is read again as it was."""
    run = a_run(
        map_index=2,
        try_number=3,
        clear_number=1,
        logical_date=MIDNIGHT,
        interval_start=MIDNIGHT - DAY,
        interval_end=MIDNIGHT,
        run_after=MIDNIGHT + DAY,
        partition_key="north",
        parameters={"ratio": 0.2, "names": ["a", None]},
        source="def extract(): ...",
        environment={"python": "3.11"},
    )
    assert lineage.begin(run) == run
    found = lineage.task_run(run.id)
    assert found is not None
    assert found.task_run == run


def test_beginning_twice(lineage: Lineage) -> None:
    """A try that begins again, as after a deferral, is the one that is recorded, whatever UUID it brings."""
    run = lineage.begin(a_run())
    assert lineage.begin(run) == run
    assert lineage.begin(a_run(instance_id=run.instance_id)) == run


def test_a_later_try_ends_one_that_died(lineage: Lineage) -> None:
    """A try whose worker died does not run for ever; what ended, and what is of another index, stays as it is."""
    dead, other = lineage.begin(a_run()), lineage.begin(a_run(map_index=3))
    ended = lineage.begin(a_run(try_number=2))
    lineage.finish(ended.id, TaskRunState.SUCCESS, MIDNIGHT + DAY)
    lineage.begin(a_run(try_number=3))
    found = {one.task_run.id: one.task_run for one in lineage.run("churn", "monday").task_runs}
    assert found[dead.id].state is TaskRunState.FAILED
    assert found[dead.id].ended_at is not None
    assert (found[ended.id].state, found[ended.id].ended_at) == (TaskRunState.SUCCESS, MIDNIGHT + DAY)
    assert found[other.id].state is TaskRunState.RUNNING


def test_the_first_start_stays(lineage: Lineage) -> None:
    """A DAG run keeps the moment its first task began."""
    assert lineage.first_start("churn", "monday") is None
    lineage.begin(a_run())
    lineage.begin(a_run("later", started_at=MIDNIGHT + DAY))
    assert lineage.first_start("churn", "monday") == MIDNIGHT


def test_the_end(make: Maker, lineage: Lineage) -> None:
    """State, end and parameters are recorded when they are known."""
    run = make.run()
    lineage.update_parameters(run.id, {"ratio": 0.5})
    lineage.finish(run.id, TaskRunState.FAILED, MIDNIGHT + DAY)
    found = lineage.find_task_run("churn", "monday", "extract")
    assert found is not None
    assert (found.task_run.state, found.task_run.ended_at) == (TaskRunState.FAILED, MIDNIGHT + DAY)
    assert found.task_run.parameters == {"ratio": 0.5}


def test_a_later_try_waits_for_one_that_publishes(make: Maker, lineage: Lineage) -> None:
    """A try begins either before an earlier one publishes, which then may not, or after it has."""
    first = make.run()
    with ThreadPoolExecutor(1) as executor:
        with lineage._database.writing() as session:
            task_runs.refuse_superseded(session, first)
            later = executor.submit(make.run, try_number=2)
            with pytest.raises(FutureTimeoutError):
                later.result(timeout=0.5)
        assert later.result(timeout=10).try_number == 2


def test_an_unknown_task_run(lineage: Lineage) -> None:
    """What was never begun cannot end; asked for, there is none."""
    with pytest.raises(ArtifactNotFoundError, match="'unknown' is not in the lineage database"):
        lineage.finish("unknown", TaskRunState.SUCCESS, MIDNIGHT)
    assert lineage.task_run("unknown") is None
    assert lineage.find_task_run("churn", "monday", "extract") is None
    assert lineage.run("churn", "monday") == RunLineage("churn", "monday", [])


def test_parameters_that_are_no_json(make: Maker, lineage: Lineage) -> None:
    """NaN is refused on both databases, with the path to it."""
    with pytest.raises(InputError, match=r"parameter \['a'\]\[0\] is not JSON"):
        lineage.begin(a_run(parameters={"a": [float("nan")]}))
    with pytest.raises(InputError):
        lineage.update_parameters(make.run().id, {"a": object()})


def test_a_time_without_a_zone(lineage: Lineage) -> None:
    """A time that could mean any zone is refused."""
    with pytest.raises(ValueError, match="'2026-11-23T00:00:00' has no time zone"):
        lineage.begin(a_run(started_at=MIDNIGHT.replace(tzinfo=None)))


def test_the_newest_try(make: Maker, lineage: Lineage) -> None:
    """Without a number the newest try is found, also where a DAG run was created again."""
    make.run(try_number=2)
    again = make.run(try_number=1)
    mapped = make.run(try_number=1, map_index=4)
    found = [
        lineage.find_task_run("churn", "monday", "extract"),
        lineage.find_task_run("churn", "monday", "extract", try_number=2),
        lineage.find_task_run("churn", "monday", "extract", map_index=4),
    ]
    assert [one and one.task_run.try_number for one in found] == [1, 2, 1]
    assert [one and one.task_run.id for one in found][::2] == [again.id, mapped.id]


def test_inputs_and_outputs(make: Maker, lineage: Lineage) -> None:
    """A task run has its versions by the names it gave them; an input that is recorded twice is one."""
    source = make.version("source")
    run = make.run()
    for _ in range(2):
        lineage.record_inputs([LineageEdge(run.id, source.id, Direction.INPUT, EdgeKind.ARGUMENT, "xs[0]", None)])
    lineage.record_inputs([LineageEdge(run.id, source.id, Direction.INPUT, EdgeKind.READ, "source", "source@latest")])
    output = make.version(by=run)
    saved = make.version("checkpoint", by=run, save_kind=SaveKind.SAVED_IN_TASK, output=None)
    found = lineage.task_run(run.id)
    assert found is not None
    assert found.inputs == {"xs[0]": source, "source": source}
    assert found.outputs == {"output": output, "checkpoint@1": saved}


def test_one_name_for_two_inputs(make: Maker, lineage: Lineage) -> None:
    """Versions under one name are both there, the later one with its own name added."""
    run = make.run()
    for version in (make.version(), make.version()):
        lineage.record_inputs([LineageEdge(run.id, version.id, Direction.INPUT, EdgeKind.READ, "x", "x")])
    found = lineage.task_run(run.id)
    assert found is not None
    assert list(found.inputs) == ["x", "x raw/events@2"]


def test_a_dag_run(make: Maker, lineage: Lineage) -> None:
    """A DAG run has its task runs in the order in which they began, and none of another's."""
    late = make.run("late", started_at=MIDNIGHT + DAY)
    early = make.run("early")
    make.run("other", run="tuesday")
    version = make.version(by=early)
    found = lineage.run("churn", "monday").task_runs
    assert [one.task_run for one in found] == [early, late]
    assert found[0].outputs == {"output": version}


def test_odd_names_of_inputs(make: Maker, lineage: Lineage) -> None:
    """A key of a user's dict may be anything; its edge has a name that every database holds."""
    run, version = make.run(), make.version()
    for name in ("a\0b", "\ud800", "x" * 1000, "🎈" * 600):
        lineage.record_inputs([LineageEdge(run.id, version.id, Direction.INPUT, EdgeKind.ARGUMENT, name, None)])
    found = lineage.task_run(run.id)
    assert found is not None
    assert list(found.inputs) == ["a\\0b", "\\ud800", "x" * 511 + "…", "🎈" * 511 + "…"]
