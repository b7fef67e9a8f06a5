"""Artifacts between DAGs: as inputs by name, as events, and waited for."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import sys
from datetime import datetime, timezone
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from airflow.sdk import DAG, Asset

from airflow_artifacts import Artifact, ArtifactSensor, artifact_task
from airflow_artifacts.entries import Outcome
from airflow_artifacts.exceptions import ConfigurationError, DeclarationError, InvalidNameError
from airflow_artifacts.provider.assets import triggers_of, users_outlets
from tests.provider.conftest import DagRunResult, load_dags

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import ModuleType

    RunDag = Callable[..., DagRunResult]


@pytest.fixture(scope="module")
def module(airflow_home: Path) -> ModuleType:
    """The DAGs that publish and take."""
    return load_dags("between_dags")


@pytest.fixture(scope="module")
def published(run_dag: RunDag, module: ModuleType) -> DagRunResult:
    """A first run of the DAG that publishes."""
    run = run_dag(module.publishes)
    assert run.state == "success", run.states
    return run


def _events(airflow_home: Path, run: DagRunResult) -> list[tuple[str, Any]]:
    with contextlib.closing(sqlite3.connect(airflow_home / "airflow.db")) as database:
        statement = (
            "select asset.uri, asset_event.extra from asset_event join asset on asset.id = asset_event.asset_id "
            "where source_run_id = ? order by asset.uri, asset_event.id"
        )
        return [(uri, json.loads(extra)) for uri, extra in database.execute(statement, [run.run_id])]


def _told(airflow_home: Path, run: DagRunResult) -> list[str]:
    return [f"{extra.get('artifact')}@{extra.get('version')}" for _, extra in _events(airflow_home, run)]


def test_publishing_sends_an_event_with_the_version(published: DagRunResult, airflow_home: Path) -> None:
    """With its reference, for each named artifact."""
    events = dict(_events(airflow_home, published))
    assert set(events) == {"artifact://between/made", "artifact://between/cached"}
    version = published.output("made", "between/made")
    assert events["artifact://between/made"] == {
        "artifact": "between/made",
        "version": "1",
        "id": version.id,
        "reference": published.client.reference(version).serialize(),
    }


def test_an_event_keeps_what_the_function_says(run_dag: RunDag, module: ModuleType, airflow_home: Path) -> None:
    """What it puts into ``outlet_events`` stands beside the version."""
    ((_, extra),) = _events(airflow_home, run_dag(module.adds_to_its_event))
    assert (extra["rows"], extra["artifact"], extra["version"]) == (5, "between/measured", "1")


def test_an_event_tells_of_what_is_new_alone(
    published: DagRunResult, run_dag: RunDag, module: ModuleType, airflow_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hit that ``latest`` names already sends none; one that brings an earlier version back does."""
    assert _told(airflow_home, run_dag(module.publishes)) == ["between/made@2"]
    monkeypatch.setattr(module, "VALUE", "second")
    assert _told(airflow_home, run_dag(module.publishes)) == ["between/cached@2", "between/made@3"]
    monkeypatch.setattr(module, "VALUE", "first")
    back = run_dag(module.publishes)
    assert back.client.why(back.task("cached").task_run).decision.outcome is Outcome.HIT
    assert _told(airflow_home, back) == ["between/cached@1", "between/made@4"]


def test_a_failed_task_tells_nothing(
    published: DagRunResult, run_dag: RunDag, module: ModuleType, airflow_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of what it did not publish."""
    monkeypatch.setattr(module, "VALUE", "never seen")
    monkeypatch.setattr(module, "FAILS", True)
    run = run_dag(module.publishes)
    assert run.states["cached"] == "failed"
    assert "between/cached" not in json.dumps(_events(airflow_home, run))


def test_names_that_are_known_only_when_a_task_runs(run_dag: RunDag, module: ModuleType, airflow_home: Path) -> None:
    """Templates, what a function saves itself and each mapped index have their events, and users' outlets stay."""
    run = run_dag(module.by_template)
    assert run.state == "success", run.states
    assert sorted(uri for uri, _ in _events(airflow_home, run)) == [
        "artifact://between/each",
        "artifact://between/each",
        "artifact://between/eu",
        "artifact://between/saved",
        "users_own",
    ]


def test_outlets_stand_in_the_dag(module: ModuleType) -> None:
    """Of names that are known when the file is read, also of mapped tasks; a user's own are told apart."""
    made = Artifact("between/made").asset
    assert module.publishes.get_task("made").outlets == [made]
    assert users_outlets(module.publishes.get_task("made")) == []
    mapped = module.by_template.get_task("each")
    assert mapped.partial_kwargs["outlets"] == [Artifact("between/each").asset]
    assert users_outlets(module.by_template.get_task("regional")) == [Asset("users_own")]


@pytest.mark.parametrize(
    ("name", "uri"),
    [
        ("raw/events", "artifact://raw/events"),
        ("churn", "artifact://churn/"),
        ("Ä b/c?d#e:f[g]", "artifact://%C3%84%20b/c%3Fd%23e%3Af%5Bg%5D"),
        ("a@latest", "artifact://a/"),
    ],
)
def test_an_artifact_is_an_asset(name: str, uri: str) -> None:
    """Of one URI, whatever its name holds; assets make conditions."""
    asset = Artifact(name).asset
    assert (asset.uri, asset.group) == (uri, "artifact")
    assert list((asset & Artifact("other").asset).objects) == [asset, Artifact("other").asset]


@pytest.mark.parametrize(
    ("artifact", "fault"),
    [
        ("a@production", "names one version, and an asset is of all of them"),
        ("a/{region}", "is a template, filled when a task runs; write the name"),
        ("00000000-0000-0000-0000-000000000000", "names one version"),
        ("\u4e00" * 200, "has 1811 characters, and Airflow keeps 1500"),
    ],
)
def test_what_is_no_asset_is_refused(artifact: str, fault: str) -> None:
    """With what to write instead."""
    with pytest.raises(DeclarationError, match=fault):
        _ = Artifact(artifact).asset


def test_assets_need_airflow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without it the message says so."""
    monkeypatch.setitem(sys.modules, "airflow_artifacts.provider.assets", None)
    with pytest.raises(ConfigurationError, match="the asset of 'a' needs Airflow"):
        _ = Artifact("a").asset


def test_of_several_events_the_newest_triggers() -> None:
    """Those of other assets say nothing."""

    def event(uri: str, minute: int, extra: dict[str, str] | None) -> Any:
        at = datetime(2026, 1, 1, 0, minute, tzinfo=timezone.utc)
        return SimpleNamespace(asset=SimpleNamespace(uri=uri), timestamp=at, extra=extra)

    events = [
        event("artifact://a/", 2, {"artifact": "a", "id": "newest"}),
        event("artifact://a/", 1, {"artifact": "a", "id": "older"}),
        event("artifact://a/", 3, None),
        event("s3://bucket/a", 4, {"artifact": "a", "id": "of another"}),
    ]
    assert triggers_of(events) == {"a": "newest"}


def test_artifacts_by_name_are_inputs(published: DagRunResult, run_dag: RunDag, module: ModuleType) -> None:
    """A number, an alias, a template and ``latest``, also in lists; each edge has the reference's text."""
    run = run_dag(module.takes)
    assert run.state == "success", run.states
    latest = run.client.get("between/made")
    value = run.client.load(latest)
    assert run.value("both") == f"first {value} ['{value}'] {value}"
    edges = {edge.name: edge.reference for edge in run.task("both").edges if edge.reference}
    assert edges == {
        "old": "between/made@1",
        "new": "between/made@production",
        "also[0]": "between/made@latest",
        "between/made": "between/made",
    }
    again = run_dag(module.takes)
    assert again.client.why(again.task("length").task_run).decision.outcome is Outcome.HIT


def test_another_version_is_another_key_only_where_it_is_another_value(
    published: DagRunResult, run_dag: RunDag, module: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The version behind ``latest`` counts by its value."""
    outcomes = []
    for value in ("third", "third", "fourth!"):
        monkeypatch.setattr(module, "VALUE", value)
        run_dag(module.publishes)
        run = run_dag(module.takes)
        outcomes.append(run.client.why(run.task("length").task_run).decision.outcome)
        assert run.value("length") == len(value)
    assert outcomes == [Outcome.MISS, Outcome.HIT, Outcome.MISS]


def test_what_is_not_there_fails_with_what_exists(
    published: DagRunResult, run_dag: RunDag, module: ModuleType, capfd: pytest.CaptureFixture[str]
) -> None:
    """And with the sensor that waits for it."""
    run = run_dag(module.takes_nothing)
    assert run.states == {"length": "failed"}
    said = capfd.readouterr()
    assert "did you mean 'between/made'" in said.out + said.err
    assert "ArtifactSensor('between/mode@production')" in said.out + said.err


def test_a_backfill_reads_the_version_of_its_day(run_dag: RunDag, module: ModuleType) -> None:
    """``name@{ds}`` is the version of a run of that day, whatever is newer."""
    first = run_dag(module.publishes, logical_date=datetime(2026, 3, 1, tzinfo=timezone.utc))
    run_dag(module.publishes, logical_date=datetime(2026, 3, 2, tzinfo=timezone.utc))
    run = run_dag(module.of_a_day, logical_date=datetime(2026, 3, 1, tzinfo=timezone.utc))
    assert run.task("length").inputs["text"].id == first.output("made", "between/made").id


def test_a_sensor_waits_for_a_version(run_dag: RunDag, module: ModuleType) -> None:
    """Its result is an input like any other; without the version it times out."""
    late = run_dag(module.waits, logical_date=datetime(2026, 4, 1, tzinfo=timezone.utc))
    assert late.states == {"wait": "failed", "length": "upstream_failed"}
    made = run_dag(module.publishes, logical_date=datetime(2026, 4, 2, tzinfo=timezone.utc))
    run = run_dag(module.waits, logical_date=datetime(2026, 4, 2, tzinfo=timezone.utc))
    assert run.task("length").inputs["text"].id == made.output("made", "between/made").id


def _size(xs: list[object]) -> int:
    return len(xs)


def test_a_reference_lacks_no_key() -> None:
    """It is refused when the file is read, wherever it stands among the arguments."""
    with DAG("lacks", schedule=None), pytest.raises(InvalidNameError, match=r"\{region\}.*substitutions"):
        artifact_task(_size)([{"k": Artifact("raw/{region}@latest")}])


def test_an_argument_declares_no_output() -> None:
    """What it says of a new version would be lost; the message names the reference that is meant."""
    with DAG("declares", schedule=None), pytest.raises(DeclarationError, match=r"Artifact\('raw/events@1'\)"):
        artifact_task(_size)([Artifact("raw/events", version="1")])


def test_a_sensor_checks_its_reference() -> None:
    """When the DAG file is read."""
    with pytest.raises(InvalidNameError, match=r"\{region\}"):
        ArtifactSensor(task_id="wait", reference="raw/{region}")
    sensor = ArtifactSensor(task_id="wait", reference=Artifact("raw/{region}@{ds}"), substitutions={"region": "eu"})
    assert sensor.reference == "raw/{region}@{ds}"
