"""Every example DAG on a cluster, with the store on S3 and lineage on PostgreSQL."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any, get_args

from airflow_artifacts.visualizers.model import Kind
from tests.docs.pages import PAGES, blocks
from tests.integration.conftest import DAGS, EXAMPLES

if TYPE_CHECKING:
    import pytest

    from airflow_artifacts.cli.local_airflow import LocalAirflow
    from airflow_artifacts.client import ArtifactClient


def test_every_example_is_run() -> None:
    """No DAG of the folder is left out here."""
    assert {path.stem for path in EXAMPLES.glob("*.py") if "@dag" in path.read_text(encoding="utf-8")} == set(DAGS)


def test_one_dag_reads_what_another_made(client: ArtifactClient) -> None:
    """The scores descend from the raw data through the model, over two DAGs."""
    graph = client.upstream("wine/scores")
    assert {run.dag_id for run in graph.task_runs.values()} == {"wine_training", "wine_scoring"}
    assert {"models/wine", "wine/raw", "wine/test"} <= {version.artifact for version in graph.versions.values()}
    scores = client.load("wine/scores")
    assert (scores["target"] == scores["predicted"]).mean() > 0.9


def test_a_new_version_starts_a_dag(client: ArtifactClient) -> None:
    """Nobody triggered the report; it descends from the run that published the events."""
    deadline = time.monotonic() + 120
    while (made := client.find("examples/clicks")) is None and time.monotonic() < deadline:
        time.sleep(0.5)
    assert made is not None
    assert client.load(made) == {"rows": 100, "clicks": 4950}
    graph = client.upstream(made)
    assert {run.dag_id for run in graph.task_runs.values()} == {"between_dags", "between_dags_report"}


def test_each_kind_of_visualization_is_shown(client: ArtifactClient) -> None:
    """One task of an example or another gives it, among them a visualizer of the user's own."""
    summaries = [one for one in client.list(named=False) if one.name.startswith("every_preview::")]
    shown = [one for each in summaries if each.latest for one in client.preview(each.latest).visualizations]
    assert {one.kind for one in shown} == set(get_args(Kind))
    assert "confusion: true labels by row" in {one.title for one in shown}


def test_xcom_holds_references_only(airflow: LocalAirflow, runs: dict[str, str]) -> None:
    """Each XCom is under 1 KB."""
    for dag_id, run_id in runs.items():
        for task in airflow.api.task_instances(dag_id, run_id):
            keys = ["wine/train", "wine/test"] if task["task_id"] == "split" else ["return_value"]
            for key in keys:
                value = airflow.api.xcom(dag_id, run_id, task["task_id"], key, task["map_index"])
                assert len(json.dumps(value)) < 1024


def test_lines_of_task_logs_have_fields(airflow: LocalAirflow, runs: dict[str, str], client: ArtifactClient) -> None:
    """What Airflow shows of a log says to programs what was decided and published, beside the text for people."""
    events = airflow.api.log_events("cache_check", runs["cache_check"], "measure")
    lines = {line["artifacts"]["event"]: line for line in events if "artifacts" in line}
    assert lines["miss"]["artifacts"]["reasons"] == ["there is no earlier result under its key"]
    fields, version = lines["published"]["artifacts"], client.get("lab/measured@1")
    assert (fields["artifact"], fields["version"], fields["id"]) == ("lab/measured", "1", version.id)
    assert (fields["bytes"], fields["fingerprint"]) == (version.size, version.fingerprint)
    assert fields["digest"] == version.manifest.files[0].digest
    assert lines["published"]["event"].startswith("output 'lab/measured': lab/measured@1 · pandas.DataFrame · ")
    planned = airflow.api.log_events("cache_check", runs["cache_check"], "check")
    rows = [line["artifacts"] for line in planned if line.get("artifacts", {}).get("event") == "planned"]
    assert [row["task"] for row in rows] == ["measure", "clean", "summarize"]


def test_the_store_is_maintained(airflow: LocalAirflow, runs: dict[str, str]) -> None:
    """A worker asks Airflow which runs have ended, and reads a sample of the objects; nothing is deleted here."""
    dag_id = "artifacts_maintenance"
    conf = {"forget_older_than": "0d", "forget_keep_last": 0, "forget_gone": True, "dry_run": True}
    run_id = airflow.trigger(dag_id, conf)
    assert airflow.wait(dag_id, run_id) == "success"
    forgot = airflow.api.xcom(dag_id, run_id, "forget")
    assert forgot["runs"] >= len(runs)
    assert (forgot["unknown"], forgot["gone_runs"]) == (0, 0)
    assert airflow.api.xcom(dag_id, run_id, "verify")["files"] > len(runs)
    assert airflow.api.xcom(dag_id, run_id, "gc")["objects"] == 0


def test_the_bytes_are_on_s3(client: ArtifactClient) -> None:
    """Each object lies in the bucket under its digest."""
    for summary in client.list(named=False):
        assert summary.latest is not None
        for url in client.locations(summary.latest):
            assert url.startswith("s3://artifacts/airflow/objects/")


def test_the_tutorial_is_true(client: ArtifactClient, capsys: pytest.CaptureFixture[str]) -> None:
    """The blocks of the pages that follow a DAG run, and print what the tutorial says."""
    namespace: dict[str, Any] = {"client": client}
    for block in (block for page in PAGES for block in blocks(page) if block.mark == "after"):
        exec(block.text, namespace)  # noqa: S102 - the page's own code
    tutorial = next(page for page in PAGES if page.name == "first-artifacts.md").read_text(encoding="utf-8")
    expected = tutorial.partition("```text\n")[2].partition("```")[0]
    assert expected in capsys.readouterr().out
