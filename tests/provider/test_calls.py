"""How Airflow's words become a call: what a run stands for, which policy counts, what a task is given."""

from __future__ import annotations

from datetime import datetime, timezone
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from airflow_artifacts import INPUTS, NEVER
from airflow_artifacts.provider.calls import _occasion, _policy

if TYPE_CHECKING:
    import pytest

START = datetime(2026, 11, 23, tzinfo=timezone.utc)
END = datetime(2026, 11, 24, tzinfo=timezone.utc)


def a_run(kind: str, **fields: Any) -> Any:
    defaults = {
        "run_type": kind,
        "run_id": f"{kind}__1",
        "partition_key": None,
        "consumed_asset_events": [],
        "data_interval_start": START,
        "data_interval_end": END,
        "logical_date": START,
    }
    return SimpleNamespace(**{**defaults, **fields})


def test_a_scheduled_run_and_its_backfill_stand_for_one_interval() -> None:
    """As both are about the same data."""
    assert _occasion(a_run("scheduled")) == _occasion(a_run("backfill"))
    assert _occasion(a_run("scheduled")) != _occasion(a_run("scheduled", data_interval_end=START))


def test_a_manual_run_stands_for_itself() -> None:
    """Though it has an interval as well."""
    assert _occasion(a_run("manual")) == ("run", "manual__1")


def test_a_run_that_assets_triggered_stands_for_what_it_consumed() -> None:
    """Its partition, else its events in any order."""

    def event(hour: int) -> Any:
        return SimpleNamespace(asset=SimpleNamespace(uri="artifact://x"), timestamp=START.replace(hour=hour))

    one = a_run("asset_triggered", consumed_asset_events=[event(1), event(2)], run_id="a")
    other = a_run("asset_triggered", consumed_asset_events=[event(2), event(1)], run_id="b")
    assert _occasion(one) == _occasion(other) != _occasion(a_run("asset_triggered", consumed_asset_events=[event(1)]))
    assert _occasion(a_run("asset_triggered", partition_key="eu")) == ("partition", "eu")


def test_a_task_that_says_nothing_follows_the_deployment(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that says something does not."""
    assert _policy(None) is None
    monkeypatch.setenv("AIRFLOW__ARTIFACTS__CACHE", "False")
    assert _policy(None) is NEVER
    assert _policy(True) is None
    assert _policy(INPUTS) is INPUTS
