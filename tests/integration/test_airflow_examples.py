"""Airflow's own TaskFlow examples do the same where ``@task`` is ``@task.artifact``.

How the copies are made says :mod:`tests.integration.airflow_examples`. What both, original and copy, are given: a try
follows a failed one at once, the clock stands still and lots are drawn from the same seed; the network answers as
``ANSWERS`` says, S3 is a server of the tests, and a new virtual environment is the one of the tests.
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.integration.airflow_examples import Stage, as_artifact_tasks, taskflow_examples

if TYPE_CHECKING:
    from collections.abc import Iterator

    from airflow_artifacts.client import ArtifactClient
    from tests.servers import S3

LEFT_OUT = {
    "example_kubernetes_executor": "has a DAG only where the Kubernetes client is installed",
    "example_local_kubernetes_executor": "has a DAG only where the Kubernetes client is installed",
}
"""Files that are not run, and why."""

NOTHING_TO_REPLACE = {
    "example_bash_decorator": "every task is a @task.bash",
    "example_branch_python_dop_operator_3": "its only decorated task is a @task.branch",
    "example_nested_branch_dag": "its only decorated tasks are @task.branch",
    "example_short_circuit_decorator": "its only decorated tasks are @task.short_circuit",
}
"""Files whose copy is the original, and why."""

MARKED = {
    "example_branch_operator_decorator": (
        r"(branching_|ext_py_|venv_).*",
        "draw lots in processes of their own, each in its own way, and install numpy",
    ),
    "example_hitl_operator": (r"(wait_|valid_|choose_).*", "wait for an answer from a person"),
    "example_python_decorator": (r"virtualenv_python", "imports colorama, which it would install"),
}
"""Tasks, none of them a plain ``@task``, that are marked success and not run in both, and why."""

FAILING = {
    "example_failed_dag": "is there to fail",
    "example_task_state_store_async": "asks for aget() of the task state store, which Airflow 3.3.2 does not have",
}
"""Files whose runs fail in the original too, and why."""

CONF: dict[str, dict[str, Any]] = {
    "example_params_ui_tutorial": {"required_field": "given by hand"},
    "example_passing_params_via_test_command": {"foo": "bar"},
    "example_trigger_target_dag": {"message": "hello"},
}
"""What a run of a file is given by whoever triggers it."""

ANSWERS: dict[str, Any] = {
    "https://httpbingo.org/get": {"origin": "192.0.2.1"},
    "https://api.example.com/data": {"rows": [1, 2, 3]},
    "https://air-quality-api.open-meteo.com/v1/air-quality": {
        "hourly": {"time": ["2026-02-03T04:00", "2026-02-03T05:00"], "pm10": [17.5, 18.25]}
    },
}
"""What the network answers, by URL."""

QUICK = {"example_setup_teardown_taskflow", "example_xcom", "tutorial_taskflow_api"}
"""Files that every run of the tests has time for."""

EXAMPLES = taskflow_examples()


@pytest.fixture
def stage(
    request: pytest.FixtureRequest, tmp_path: Path, embedded: ArtifactClient, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Stage]:
    """Where an example runs, without the network."""
    monkeypatch.setattr("requests.get", _answer_of_requests)
    monkeypatch.setattr("httpx.get", _answer_of_httpx)
    monkeypatch.setattr("airflow.providers.standard.operators.python.prepare_virtualenv", _this_environment)
    if "tutorial_objectstorage" in request.node.name:
        s3: S3 = request.getfixturevalue("s3")
        extra = {"endpoint_url": s3.endpoint, "region_name": "us-east-1"}
        connection = {"conn_type": "aws", "login": "testing", "password": "testing", "extra": extra}
        monkeypatch.setenv("AIRFLOW_CONN_AWS_DEFAULT", json.dumps(connection))
    # Airflow asks for the loop of the thread for async functions, and closes none that it has not made itself.
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    yield Stage(tmp_path, embedded, monkeypatch)
    asyncio.set_event_loop(None)
    loop.close()


def _answer_of_requests(url: str, **_: Any) -> Any:
    import requests

    response = requests.Response()
    response.status_code = 200
    response._content = json.dumps(ANSWERS[url]).encode()
    return response


def _answer_of_httpx(url: str) -> Any:
    import httpx

    return httpx.Response(200, json=ANSWERS[url])


def _this_environment(*, venv_directory: str, **_: Any) -> str:
    """Make a virtual environment that is the one of the tests, as installing a new one needs the network."""
    python = Path(venv_directory, "bin", "python")
    python.parent.mkdir()
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n', encoding="utf-8")
    python.chmod(0o755)
    return str(python)


def _parameters() -> list[Any]:
    run = [file for file in EXAMPLES if file.stem not in LEFT_OUT | NOTHING_TO_REPLACE]
    return [pytest.param(file, id=file.stem, marks=[] if file.stem in QUICK else [pytest.mark.slow]) for file in run]


@pytest.mark.filterwarnings("ignore::FutureWarning:airflow")
@pytest.mark.parametrize("file", _parameters())
def test_a_copy_does_what_the_original_does(file: Path, stage: Stage) -> None:
    """Runs end in the same states, task instances too, with equal values and asset events."""
    marked, _ = MARKED.get(file.stem, (None, ""))
    options = {"run_conf": CONF.get(file.stem), "mark_success_pattern": marked}
    originals = stage.run(file, copy=False, **options)
    assert {outcome.state for outcome in originals.values()} == {"failed" if file.stem in FAILING else "success"}
    copies = stage.run(file, copy=True, **options)
    assert {dag_id: copy.with_keys_of(originals[dag_id]) for dag_id, copy in copies.items()} == originals


@pytest.mark.parametrize("table", [LEFT_OUT, NOTHING_TO_REPLACE, MARKED, FAILING, CONF, dict.fromkeys(QUICK)])
def test_what_is_named_is_an_example(table: dict[str, Any]) -> None:
    """No table names a file that the installed Airflow has not, or that makes no task of a function."""
    assert set(table) <= {file.stem for file in EXAMPLES}


@pytest.mark.parametrize("file", EXAMPLES, ids=[file.stem for file in EXAMPLES])
def test_a_copy_differs_where_there_is_something_to_replace(file: Path) -> None:
    """Only the copies of files without a plain ``@task`` are their originals."""
    text = file.read_text(encoding="utf-8")
    assert (as_artifact_tasks(text) == text) == (file.stem in NOTHING_TO_REPLACE)


@pytest.mark.parametrize(
    ("written", "copied"),
    [
        ("@task", "@task.artifact"),
        ("@task()", "@task.artifact()"),
        ('@task(multiple_outputs=True,\n    doc="größe")', '@task.artifact(multiple_outputs=True,\n    doc="größe")'),
        ("@task.branch", "@task.branch"),
        ('@task.virtualenv(requirements=["größe"])', '@task.virtualenv(requirements=["größe"])'),
        ("@setup", "@setup\n@task.artifact"),
        ("@setup\n@task", "@setup\n@task.artifact"),
        ("@setup\n@task.bash", "@setup\n@task.bash"),
        ("@teardown(on_failure_fail_dagrun=True)", "@teardown(on_failure_fail_dagrun=True)\n@task.artifact"),
        ("@other", "@other"),
    ],
)
def test_the_rule_of_the_copies(written: str, copied: str) -> None:
    """Only what makes a plain ``@task`` is replaced, on functions and in calls."""
    text = "{}\ndef one(task=None):\n    return task.params\n\nmade = {}(one)\n"
    assert as_artifact_tasks(text.format(written, "task")) == text.format(copied, "task.artifact")
