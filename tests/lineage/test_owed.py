"""Which versions Airflow is to be told of when a try succeeds."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from airflow_artifacts.model import TaskRunState
from tests.lineage.making import MIDNIGHT

if TYPE_CHECKING:
    from airflow_artifacts.lineage import Lineage
    from airflow_artifacts.model import TaskRun
    from tests.lineage.making import Maker


def _owed(lineage: Lineage, run: TaskRun) -> list[str]:
    return [str(version) for version in lineage.owed(run)]


def test_what_latest_came_to_name_is_owed(lineage: Lineage, make: Maker) -> None:
    """Of named artifacts; what stays behind a later version, and unnamed outputs, are not."""
    make.version("late", at=MIDNIGHT + timedelta(days=1))
    run = make.run(run_after=MIDNIGHT)
    make.version("raw", by=run)
    make.version("late", "older", by=run, output="second")
    make.version("churn::extract::third", "third", by=run, named=False, output="third")
    assert _owed(lineage, run) == ["raw@1"]


def test_a_try_owes_what_failed_ones_published(lineage: Lineage, make: Maker) -> None:
    """Airflow was not told of it; one that succeeded before the run was cleared has told."""
    first = make.run()
    make.version("raw", "a", by=first)
    lineage.finish(first.id, TaskRunState.FAILED, MIDNIGHT)
    second = make.run(try_number=2)
    assert _owed(lineage, second) == ["raw@1"]
    lineage.finish(second.id, TaskRunState.SUCCESS, MIDNIGHT)
    # It ended here, but Airflow tries again: it did not hear of the success.
    third = make.run(try_number=3)
    assert _owed(lineage, third) == ["raw@1"]
    lineage.finish(third.id, TaskRunState.SUCCESS, MIDNIGHT)
    cleared = make.run(try_number=4, clear_number=1)
    assert _owed(lineage, cleared) == []


def test_a_try_owes_what_a_cache_check_published_for_it(lineage: Lineage, make: Maker) -> None:
    """The check left the task to run, so that it tells."""
    check = make.run(try_number=0)
    make.version("raw", by=check)
    lineage.finish(check.id, TaskRunState.SUCCESS, MIDNIGHT)
    assert _owed(lineage, make.run(try_number=1)) == ["raw@1"]


def test_a_run_for_a_partition_owes_all_that_it_published(lineage: Lineage, make: Maker) -> None:
    """Whatever ``latest`` names."""
    make.version("raw", at=MIDNIGHT + timedelta(days=1))
    run = make.run(run_after=MIDNIGHT, partition_key="eu")
    make.version("raw", "older", by=run)
    assert _owed(lineage, run) == ["raw@2"]


def test_what_triggered_a_run_is_its_latest(lineage: Lineage, make: Maker) -> None:
    """Settled once, whatever is published meanwhile; what is gone settles nothing."""
    first = make.version("raw", "a")
    make.version("raw", "b")
    run = ("churn", "monday")
    lineage.settle({"raw": first.id, "other": first.id, "gone": "00000000-0000-0000-0000-000000000000"}, run=run)
    newest = make.version("raw", "c")
    lineage.settle({"raw": newest.id}, run=run)
    assert [str(lineage.resolve("raw", "latest", run=run)), str(lineage.resolve("raw", "latest"))] == ["raw@1", "raw@3"]
