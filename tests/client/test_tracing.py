"""Lineage, provenance and differences: across DAGs and runs, as values and as text."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import pandas as pd
import pytest

from airflow_artifacts import Artifact, log_metadata, save_artifact
from airflow_artifacts.client.plan import TaskGraph, TaskNode
from airflow_artifacts.exceptions import (
    ArtifactNotFoundError,
    DeclarationError,
    InputError,
    InvalidNameError,
    OutputError,
)
from airflow_artifacts.exports import export
from airflow_artifacts.model import ArtifactRef, ArtifactVersion, MetadataRef, TaskRunState
from tests.client.calling import Caller, a_call
from tests.lineage.making import a_run

if TYPE_CHECKING:
    from airflow_artifacts.client import ArtifactClient


@pytest.fixture
def call(artifact_client: ArtifactClient) -> Caller:
    """Runs functions as tasks."""
    return Caller(artifact_client)


def extract(rows: int) -> Annotated[pd.DataFrame, Artifact("raw/events")]:
    """Return a table."""
    return pd.DataFrame({"x": np.arange(rows, dtype="int64")})


def fit(events: pd.DataFrame, rate: float = 0.1) -> Annotated[float, Artifact("models/churn", type="model")]:
    """Return a model."""
    log_metadata({"accuracy": rate * 2})
    return float(events["x"].sum() * rate)


def better(events: pd.DataFrame, rate: float = 0.1) -> Annotated[float, Artifact("models/churn", type="model")]:
    """Return another model."""
    log_metadata({"accuracy": rate * 3})
    return float(np.sqrt(events["x"].sum()) * rate)


def score(model: float) -> Annotated[float, Artifact("scores")]:
    """Return scores."""
    return model + 1


def pair(model: float) -> tuple[Annotated[int, "left"], Annotated[int, "right"]]:
    """Return two."""
    return 1, 2


def pipeline(call: Caller, rows: int = 3, **options: Any) -> ArtifactVersion:
    """Run three tasks in two DAGs; return the scores."""
    raw = call(extract, rows=rows, run=a_run("extract", f"load {rows}"))
    model = call(fit, events=raw.ref, run=a_run("fit", f"train {rows}"), **options)
    scores = call(score, model=model.ref, run=a_run("score", f"score {rows}", dag_id="reports"))
    version = call.client.get(scores.ref)
    assert isinstance(version, ArtifactVersion)
    return version


def test_upstream_goes_across_dags(call: Caller) -> None:
    """What a version was made from is followed through the tasks of other DAGs and runs, to a depth."""
    scores = pipeline(call)
    graph = call.client.upstream(scores)
    assert {str(version) for version in graph.versions.values()} == {"scores@1", "models/churn@1", "raw/events@1"}
    assert {run.dag_id for run in graph.task_runs.values()} == {"churn", "reports"}
    assert {str(v) for v in call.client.upstream(scores, depth=1).versions.values()} == {"scores@1", "models/churn@1"}
    assert call.client.upstream(scores, depth=1).truncated


def test_blast_radius(call: Caller) -> None:
    """What replacing a version would concern: versions, artifacts, DAGs, and what aliases name."""
    pipeline(call)
    call.client.alias("scores@1", "published")
    found = call.client.blast_radius("raw/events@1")
    assert [str(version) for version in found.versions] == ["models/churn@1", "scores@1"]
    assert (found.artifacts, found.dags) == (("models/churn", "scores"), ("churn", "reports"))
    assert found.aliases == ("scores@published",)
    assert str(found).startswith("raw/events@1: 2 versions of 2 artifacts were made from it, by 2 task runs of 2 DAGs")


def test_a_run_by_task_and_name(call: Caller) -> None:
    """A run gives its task runs with inputs and outputs by task and name, and says which tasks there are."""
    raw = call(extract, rows=2, run="monday")
    call(fit, events=raw.ref, run="monday")
    run = call.client.run("churn", "monday")
    assert str(run["fit"].inputs["events"]) == "raw/events@1"
    assert str(run["fit"].outputs["models/churn"]) == "models/churn@1"
    with pytest.raises(KeyError, match="no artifact task 'other' is recorded in 'monday', only extract, fit"):
        run["other"]
    assert {str(version) for version in run.graph.versions.values()} == {"raw/events@1", "models/churn@1"}
    assert call.client.run("churn", "never").task_runs == []


def test_what_is_not_made_yet(call: Caller) -> None:
    """Outputs of a task that runs, and of tasks that have not begun where the DAG is given, are placeholders."""
    raw = call(extract, rows=2, run="monday")
    running = a_call(pair, {"model": raw.ref}, run=a_run("pair", "monday", outputs=("left", "right")))
    call.client.lineage.begin(running.task_run)
    waiting = a_call(score, {"model": raw.ref}, run=a_run("score", "monday"))
    graph = TaskGraph("churn", "monday", (TaskNode("extract", a_call(extract)), TaskNode("score", waiting)))
    run = call.client.run("churn", "monday", graph=graph)
    assert [(one.task_id, one.output, one.artifact) for one in run.pending] == [
        ("pair", "left", None),
        ("pair", "right", None),
        ("score", "scores", "scores"),
    ]
    assert str(run.pending[2]) == "scores (not made yet)"
    drawn = export(run.graph, "mermaid", run.pending)
    assert "scores (not made yet)" in drawn
    assert "stroke-dasharray" in drawn
    call.client.lineage.finish(running.task_run.id, TaskRunState.FAILED, running.task_run.started_at)
    assert call.client.run("churn", "monday").pending == ()


def test_provenance(call: Caller) -> None:
    """Code, parameters, inputs, packages and times of what made a version; none where nobody did."""
    pipeline(call, rate=0.5)
    found = call.client.provenance("models/churn")
    assert found.task_run is not None
    assert found.parameters == {"rate": 0.5}
    assert {name: str(version) for name, version in found.inputs.items()} == {"events": "raw/events@1"}
    assert found.packages["pandas (of pandas.DataFrame)"] == pd.__version__ or "pandas" in found.packages
    assert json.loads(json.dumps(found.to_json()))["parameters"] == {"rate": 0.5}
    call.client.save(1, "by hand")
    assert call.client.provenance("by hand").task_run is None


def test_packages_of_uncached_tasks(call: Caller) -> None:
    """A task that is not cached has the packages that its code reaches recorded as well."""
    raw = call(extract, rows=2)
    run = a_run("better", outputs=("output",))
    call(better, events=raw.ref, run=run, cache=False)
    assert call.client.provenance("models/churn").packages["numpy"] == np.__version__


def test_differences(call: Caller) -> None:
    """Code by its lines, inputs, parameters, schema, statistics and metadata, each under its heading."""
    raw = call(extract, rows=3)
    call(fit, events=raw.ref)
    more = call(extract, rows=5)
    call(better, events=more.ref, rate=0.2, run=a_run("fit", "later"))
    found = call.client.diff("models/churn@1", "models/churn@2")
    assert not found.same_value
    assert [(one.name, one.before, one.now) for one in found.inputs] == [("events", "raw/events@1", "raw/events@2")]
    assert [(one.name, one.before, one.now) for one in found.parameters] == [("rate", 0.1, 0.2)]
    code = "\n".join(line for change in found.code for line in change.lines)
    assert re.search(r"^\+.*np\.sqrt", code, re.MULTILINE)
    assert {one.name for one in found.packages} == {"numpy"}
    accuracy = next(one for one in found.metadata if one.name == "accuracy")
    assert (accuracy.before, accuracy.now) == pytest.approx((0.2, 0.6))
    shown = str(found)
    for words in ("models/churn@1 → models/churn@2: different values", "code:", "inputs:", "rate: 0.1 → 0.2"):
        assert words in shown
    assert json.loads(json.dumps(found.to_json()))["inputs"][0]["now"] == "raw/events@2"


def test_differences_of_tables(call: Caller) -> None:
    """Columns that came, went or changed their type, and what is measured of those that stayed."""
    call.client.save(pd.DataFrame({"a": [1, 2], "b": ["x", "y"]}), "t")
    call.client.save(pd.DataFrame({"a": [1.5, 9.0, 3.0], "c": ["x", "y", "z"]}), "t", tags=["new"])
    found = call.client.diff("t@1", "t@2")
    schema = {one.name: (one.before, one.now) for one in found.schema}
    assert schema["rows"] == (2, 3)
    assert any("float64" in str(one) for one in found.schema)
    assert {"a.max": (2, 9.0)}.items() <= {one.name: (one.before, one.now) for one in found.statistics}.items()
    assert [one.name for one in found.metadata] == ["tag new"]
    same = call.client.diff("t@1", "t@1")
    assert (same.same_value, same.sections) == (True, {})
    assert "nothing else that is recorded differs" in str(same)


def test_exports(call: Caller) -> None:
    """A graph as JSON, Mermaid and Graphviz, whatever the names hold."""
    call.client.save(1, 'na"me; [x] {y}\\')
    hostile = call.client.get('na"me; [x] {y}\\')
    run = call(score, model=hostile.ref, run='a <b> "c" -->')
    graph = call.client.upstream(run.ref)
    document = json.loads(export(graph, "json"))
    assert {one["artifact"] for one in document["versions"]} == {"scores", 'na"me; [x] {y}\\'}
    assert [one["direction"] for one in document["edges"]] == ["output", "input"]
    mermaid = export(graph, "mermaid")
    assert mermaid.startswith("flowchart LR\n")
    assert all(
        re.fullmatch(r'    \w+(\(\["[^"]*"\]\)|\["[^"]*"\]| -->\|"[^"]*"\| \w+)', one)
        for one in mermaid.splitlines()[1:]
    )
    dot = export(graph, "graphviz")
    assert dot.startswith("digraph lineage {")
    assert dot.count("->") == 2 + dot.count("-->")
    if (program := shutil.which("dot")) is not None:
        subprocess.run([program, "-Tsvg"], input=dot, text=True, check=True, capture_output=True)
    with pytest.raises(InvalidNameError, match="use one of json, mermaid, graphviz"):
        export(graph, "png")


def test_metadata_as_a_parameter(call: Caller) -> None:
    """A metadata value of a version is a parameter: recorded, with an edge, and part of the key."""
    raw = call(extract, rows=3)
    model = call(fit, events=raw.ref).ref

    def judge(accuracy: float) -> str:
        return "good" if accuracy > 0.1 else "bad"

    ref = MetadataRef(model, ("accuracy",))
    first = call(judge, accuracy=ref)
    assert call.client.load(first.ref) == "good"
    found = call.client.task_run("churn", first.task_run.run_id, "judge")
    assert found.task_run.parameters == {"accuracy": 0.2}
    assert str(found.inputs["accuracy"]) == "models/churn@1"
    assert found.edges[0].reference == "models/churn@1.metadata['accuracy']"
    call.client.log_metadata(model, {"accuracy": 0.05})
    assert call.client.load(call(judge, accuracy=ref).ref) == "bad"
    with pytest.raises(InputError, match=r"models/churn@1.metadata\['recall'\].*never given; it has accuracy"):
        call(judge, accuracy=MetadataRef(model, ("recall",)))


def test_logging_metadata(call: Caller) -> None:
    """In a task for its output or what it saved; later for any version; else the error says what is missing."""

    def several(model: float) -> tuple[Annotated[int, "left"], Annotated[int, "right"]]:
        log_metadata({"a": 1}, output="left")
        save_artifact(model, "inside")
        log_metadata({"b": 2}, "inside")
        return 1, 2

    def unclear(model: float) -> tuple[Annotated[int, "left"], Annotated[int, "right"]]:
        log_metadata({"a": model})
        return 1, 2

    call.client.save(1.0, "start")
    start = call.client.get("start").ref
    call(several, model=start)
    assert call.client.get("left").metadata["a"] == 1
    assert "a" not in call.client.get("right").metadata
    assert call.client.get("inside").metadata["b"] == 2
    with pytest.raises(OutputError, match="has not exactly one output; say output=…, one of: left, right"):
        call(unclear, model=start)
    call.client.log_metadata("inside@1", {"note": {"nested": [1, None]}})
    assert call.client.get("inside").metadata["note"] == {"nested": [1, None]}
    with pytest.raises(DeclarationError, match="called outside of an artifact task"):
        log_metadata({"a": 1})
    with pytest.raises(DeclarationError, match="give one of them"):
        log_metadata({"a": 1}, "inside", output="left")
    with pytest.raises(ArtifactNotFoundError):
        call.client.log_metadata("nothing", {"a": 1})
    with pytest.raises(InputError, match="is not JSON"):
        call.client.log_metadata("inside", {"a": object()})


def test_searching_in_a_task(call: Caller) -> None:
    """What a function finds by a search is asked again before its result is reused."""

    def newest() -> int:
        from airflow_artifacts.client import current_context

        context = current_context()
        found = context.client.search("n*", metadata="good = true")  # type: ignore[union-attr]
        return next(iter(found)).number or 0

    for number in range(2):
        call.client.save(number, "n", metadata={"good": True})
    occasion = ("run", "same")
    assert call.client.load(call(newest, run="a", occasion=occasion).ref) == 2
    assert not call(newest, run="b", occasion=occasion).executed
    call.client.save(5, "n", metadata={"good": False})
    assert not call(newest, run="c", occasion=occasion).executed
    call.client.save(6, "n", metadata={"good": True})
    assert call.client.load(call(newest, run="d", occasion=occasion).ref) == 4


def test_a_reference_everywhere(call: Caller) -> None:
    """Every form of a reference goes wherever a version is asked for."""
    version = pipeline(call)
    call.client.alias(version, "live")
    forms = ["scores", "scores@latest", "scores@1", "scores@live", version.id, version.id[:8], version.ref, version]
    for form in forms:
        assert call.client.get(form).id == version.id
        assert call.client.upstream(form).root == version.id
        assert call.client.provenance(form).version.id == version.id
        assert call.client.diff(form, version).same_value
        assert call.client.pin(form).pinned
        assert not call.client.unpin(form).pinned
        assert "x" in call.client.tag(form, "x").tags
    assert isinstance(version.ref, ArtifactRef)
