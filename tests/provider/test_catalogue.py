"""The catalogue from inside a real Airflow: metadata between tasks, registered data, the hook, and forgetting."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from airflow_artifacts import ArtifactHook
from airflow_artifacts.client import VERBS, ArtifactClient
from airflow_artifacts.exceptions import ConfigurationError
from airflow_artifacts.provider.runs import run_states
from tests.lineage.making import a_run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.provider.conftest import DagRunResult

    RunDag = Callable[..., DagRunResult]


@pytest.fixture(scope="module")
def catalogued(run_dag: RunDag, tmp_path_factory: pytest.TempPathFactory) -> DagRunResult:
    """A run of the DAG ``catalogued`` on a folder of its own."""
    folder = tmp_path_factory.mktemp("data")
    (folder / "part.csv").write_text("a\n1\n")
    return run_dag("catalogued_dag", run_conf={"folder": str(folder)})


def test_metadata_goes_from_task_to_task(catalogued: DagRunResult) -> None:
    """A value that a task logged is a parameter of another, also a nested one, and one of several outputs."""
    assert catalogued.state == "success"
    assert catalogued.value("judge") == "0.5 [0.25, 0.75]"
    judged = catalogued.task("judge")
    assert judged.task_run.parameters == {"accuracy": 0.5, "classes": [0.25, 0.75]}
    assert {str(version) for version in judged.inputs.values()} == {str(catalogued.output("fit", "catalogued/model"))}
    assert catalogued.value("count") == 4


def test_registered_in_a_task(catalogued: DagRunResult) -> None:
    """Data that a task registers is one of its outputs, and stays where it is; the hook has the client's verbs."""
    found = catalogued.task("keep").outputs
    (name,) = (name for name in found if name.startswith("catalogued/data@"))
    assert [file.path for file in catalogued.client.get(name).manifest.files] == ["part.csv"]
    assert catalogued.value("keep") == 1


def test_provenance(catalogued: DagRunResult) -> None:
    """Source, packages, Airflow's version, host and commit of what made a version are recorded."""
    found = catalogued.client.provenance(catalogued.output("fit", "catalogued/model"))
    assert found.source is not None
    assert "log_metadata" in found.source
    assert {"airflow", "python", "host", "airflow_artifacts"} <= set(found.environment)
    assert catalogued.task("several").task_run.outputs == ("a", "b")


def test_the_hook_has_every_verb(airflow_home: Path) -> None:
    """What the client can do, the hook can, for its connection; what it cannot is no attribute."""
    hook = ArtifactHook()
    for verb in VERBS:
        assert callable(getattr(hook, verb))
    assert {"search", "prune", "diff"} <= set(dir(hook)) & VERBS
    with pytest.raises(AttributeError, match="'ArtifactHook' has no attribute 'nothing'"):
        hook.nothing  # type: ignore[attr-defined] # noqa: B018 - asking is the test
    assert hook.verify().faults == ()
    hook.get_conn().close()


def test_airflow_says_which_runs_it_has(catalogued: DagRunResult) -> None:
    """Its database is asked: a run that ended, and one that is not there."""
    assert run_states("catalogued", [catalogued.run_id, "never"]) == {catalogued.run_id: "success"}


def test_an_airflow_that_cannot_be_asked(monkeypatch: pytest.MonkeyPatch, airflow_home: Path) -> None:
    """Where its database is out of reach the error says so, and where to run the command instead."""
    import airflow.utils.session

    def refuse() -> Iterator[None]:
        message = "no access"
        raise RuntimeError(message)

    monkeypatch.setattr(airflow.utils.session, "create_session", refuse)
    with pytest.raises(ConfigurationError, match=r"cannot be asked which DAG runs have ended: RuntimeError: no access"):
        run_states("catalogued", ["x"])


def test_forgetting_from_the_shell(catalogued: DagRunResult, airflow_home: Path) -> None:
    """``airflow artifacts forget`` forgets what Airflow has ended or lost, and never what it runs."""
    client = catalogued.client
    client.lineage.begin(a_run("lost", "lost run", dag_id="catalogued"))

    def forget(*words: str) -> str:
        command = [
            sys.executable,
            "-W",
            "ignore",
            "-m",
            "airflow",
            "artifacts",
            "forget",
            "--dag-id",
            "catalogued",
            *words,
        ]
        ended = subprocess.run(command, env=dict(os.environ), capture_output=True, text=True, check=False)
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return ended.stdout

    shown = forget("--older-than", "0s", "--dry-run")
    assert "1 DAG run with 5 task runs would be forgotten" in shown
    assert "1 left, as Airflow does not know them; --gone forgets those" in shown
    assert "1 DAG run with 1 task run was forgotten" in forget("--gone", "--yes")
    assert client.run("catalogued", "lost run").task_runs == []
    assert len(client.run("catalogued", catalogued.run_id).task_runs) == 5


def test_the_shell_asks_airflow_for_what_is_not_plain(airflow_home: Path) -> None:
    """``airflow-artifacts`` takes its places from Airflow where nothing else names them, and says which database."""
    command = [sys.executable, "-c", "import sys; from airflow_artifacts.cli import main; sys.exit(main(['list']))"]
    ended = subprocess.run(command, env=dict(os.environ), capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    assert f"airflow-artifacts: lineage database sqlite:///{airflow_home}/artifacts/lineage.db" in ended.stderr
    assert isinstance(ArtifactClient, type)
