"""Functions in another Python: what crosses, what is recorded, and what a later run may reuse."""

from __future__ import annotations

import functools
import os
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from airflow.sdk import DAG, task
from airflow.sdk.exceptions import AirflowException

from airflow_artifacts import artifact_external_python_task, artifact_task, artifact_virtualenv_task
from airflow_artifacts.exceptions import DeclarationError, FingerprintError
from airflow_artifacts.provider.interpreters import ArtifactExternalPythonOperator, ArtifactVirtualenvOperator
from airflow_artifacts.provider.operator import ArtifactDecoratedOperator
from tests.provider.conftest import DagRunResult, load_dags
from tests.provider.pythons import OtherPython, wheel

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import ModuleType

    RunDag = Callable[..., DagRunResult]


@pytest.fixture
def other(tmp_path: Path) -> OtherPython:
    """A Python that has what the worker lacks, and what it has in another version."""
    made = OtherPython(tmp_path / "other")
    made.install("tiny", "1.0")
    made.install("iniconfig", "0.1")
    return made


@pytest.fixture(scope="module")
def dags(airflow_home: Path) -> ModuleType:
    """The module that holds the DAGs."""
    return load_dags("interpreters")


@pytest.fixture
def run_there(run_dag: RunDag, dags: ModuleType, other: OtherPython) -> Callable[[str], DagRunResult]:
    """Return what runs a DAG by its name, with that Python."""

    def run(name: str) -> DagRunResult:
        return run_dag(getattr(dags, name), run_conf={"python": other.python})

    return run


def decisions(result: DagRunResult) -> dict[str, str]:
    """Return what the cache decided for each task of a run."""
    return {
        one.task_run.task_id: result.client.why(one.task_run).decision.outcome.value for one in result.lineage.task_runs
    }


def test_values_cross_in_both_directions(run_there: Callable[[str], DagRunResult], other: OtherPython) -> None:
    """Inputs arrive as values, what the function returns there is stored by the worker, and is a hit the next time."""
    ran = run_there("crossing_dag")
    assert ran.value("versions", "there/versions") == {
        "prefix": str(other.folder),
        "tiny": "1.0",
        "iniconfig": "0.1",
        "numbers": [2, 4, 6],
        "ds": 10,
        "texts": ["a", "b"],
    }
    assert (ran.value("split", "first"), ran.value("split", "rest")) == (1, [2, 3])
    assert (ran.value("named", "a"), ran.value("named", "b")) == (1, -1)
    assert [ran.value("double", map_index=index) for index in (0, 1)] == [2, 4]
    assert ran.value("total") == 6
    assert ran.value("shout").read_text() == "HELLO"
    assert ran.task("split").inputs["numbers"].id == ran.output("numbers").id
    assert ran.task("versions").task_run.environment["interpreter"] == other.python
    again = run_there("crossing_dag")
    assert set(decisions(again).values()) == {"hit"}
    assert again.output("versions", "there/versions").id == ran.output("versions", "there/versions").id


def test_the_other_pythons_packages_and_modules_count(
    run_there: Callable[[str], DagRunResult], other: OtherPython, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A cache check skips the task until a package there changes, or a module that the worker never imports."""
    module = tmp_path / "mine" / "ours.py"
    module.parent.mkdir()
    module.write_text("import tiny\ndef named():\n    return tiny.__name__\n")
    monkeypatch.setenv("PYTHONPATH", str(module.parent))
    assert run_there("governed_dag").value("look", "there/seen") == ["1.0", "tiny"]
    assert run_there("governed_dag").states["look"] == "skipped"
    other.install("tiny", "2.0")
    upgraded = run_there("governed_dag")
    assert upgraded.value("look", "there/seen") == ["2.0", "tiny"]
    why = upgraded.client.why(upgraded.task("look").task_run)
    assert [str(one) for one in why.differences] == ["interpreter package tiny: 1.0 → 2.0"]
    assert upgraded.client.provenance("there/seen").packages["tiny"] == "2.0"
    module.write_text("import tiny\ndef named():\n    return 'ours'\n")
    changed = run_there("governed_dag")
    assert changed.value("look", "there/seen") == ["2.0", "ours"]
    why = changed.client.why(changed.task("look").task_run)
    assert [str(one) for one in why.differences] == ["interpreter module ours: changed"]


def test_a_function_that_fails_there_publishes_nothing(run_there: Callable[[str], DagRunResult]) -> None:
    """The task fails as its function does."""
    ran = run_there("failing_dag")
    assert ran.states == {"fails": "failed"}
    assert ran.client.find("there/failed") is None


@pytest.mark.slow
def test_requirements_make_an_environment(
    run_dag: RunDag, dags: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The function finds what is required and nothing else; another version of it is another result."""
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("AIRFLOW__STANDARD__VENV_INSTALL_METHOD", "pip")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    for version in ("1.0", "2.0"):
        wheel(tmp_path, "tiny", version)
    ran = run_dag(dags.own_dag)
    assert ran.value("versions") == {"tiny": "1.0", "number": 7, "others": []}
    assert decisions(run_dag(dags.own_dag)) == {"number": "hit", "versions": "hit"}
    upgraded = run_dag(dags.own_dag, run_conf={"tiny": "2.0"})
    assert upgraded.value("versions")["tiny"] == "2.0"
    why = upgraded.client.why(upgraded.task("versions").task_run)
    assert [str(one) for one in why.differences] == ["interpreter requirements: ['tiny==1.0'] → ['tiny==2.0']"]


# Without a run


def plain(n: int = 1) -> int:
    return n


def raises() -> int:
    message = "no such luck"
    raise LookupError(message)


def uses_a_global() -> int:
    return NUMBER


def returns_code() -> Any:
    return lambda: 1


def returns_what_only_it_has() -> Any:
    import tiny

    tiny.Made = type("Made", (), {"__module__": "tiny"})
    return tiny.Made()


def leaves() -> int:
    import os

    os._exit(3)


NUMBER = 1


@pytest.fixture
def dag() -> Iterator[DAG]:
    with DAG("there", schedule=None) as made:
        yield made


def operator(decorated: Any, *args: Any) -> Any:
    """Return the operator of a task, as Airflow would have made it ready to call its function."""
    made = decorated(*args).operator
    made._bundle_path = None
    return made


@pytest.mark.parametrize(
    ("function", "fault"),
    [
        (raises, r"'raises' in /.*python failed: .*no such luck"),
        (uses_a_global, r"'NUMBER' is not defined; only its own text goes there: import inside of it"),
        (returns_code, r"'returns_code' in .* did not end well: .*what it returns could not be pickled"),
        (returns_what_only_it_has, r"what 'returns_what_only_it_has' in .* cannot be unpickled by the worker: .*tiny"),
        (leaves, r"'leaves' in .* did not end well: .*or its process ended \(exit code 3\)"),
    ],
)
def test_what_goes_wrong_there_names_the_function(dag: DAG, other: OtherPython, function: Any, fault: str) -> None:
    """The error says which function, in which Python, and what can be done."""
    made = operator(artifact_external_python_task(python=other.python)(function))
    with pytest.raises(AirflowException, match=f"(?s){fault}"):
        made.execute_callable()


def test_a_python_that_is_not_there_names_the_function(dag: DAG) -> None:
    """The task fails with Airflow's reason; it was not cached before, as nothing is known of that Python."""
    made = operator(artifact_external_python_task(python="/nowhere/python")(plain))
    with pytest.raises(AirflowException, match=r"'plain' in /nowhere/python could not run: .*must exist"):
        made.execute_callable()


@pytest.mark.slow
def test_an_environment_that_cannot_be_made_names_the_function(
    dag: DAG, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """What cannot be installed is in the log; the error says for which function."""
    (tmp_path / "python").write_text("#!/bin/sh\nexit 4\n")
    (tmp_path / "python").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("AIRFLOW__STANDARD__VENV_INSTALL_METHOD", "pip")
    made = operator(artifact_virtualenv_task(requirements=["tiny==1.0"])(plain))
    with pytest.raises(AirflowException, match=r"'plain' in a virtual environment of tiny==1\.0 could not begin: "):
        made.execute_callable()


def coroutine_() -> Any:
    async def awaited() -> int:
        return 1

    return awaited


def generator(n: int = 1) -> Iterator[int]:
    yield n


def takes_ti(ti: Any) -> int:
    return 1


def around(n: int) -> Any:
    def inner() -> int:
        return n

    return inner


@functools.wraps(plain)
def wrapped(n: int = 1) -> int:
    return plain(n)


@pytest.mark.parametrize(
    ("function", "fault"),
    [
        (coroutine_(), r"'awaited' under @task\.artifact_virtualenv is async.*asyncio\.run"),
        (generator, r"'generator' under @task\.artifact_virtualenv is a generator.*return a list"),
        (takes_ti, r"takes 'ti', which belongs to the worker's process; .* such as run_id"),
        (around(1), r"takes 'n' from the function around it, which does not exist there; pass it as an argument"),
        (wrapped, r"'plain' under @task\.artifact_virtualenv is no plain function.*without a decorator"),
    ],
)
def test_what_cannot_run_there_is_refused_when_the_file_is_read(function: Any, fault: str) -> None:
    """What Airflow would drop, or fail with in the middle of a run, is an error with the way out."""
    with pytest.raises(DeclarationError, match=fault):
        task.artifact_virtualenv(function)


def test_decorators_are_refused_on_one_another(dag: DAG) -> None:
    """Two task decorators on one function are refused, whichever stands above."""
    with pytest.raises(DeclarationError, match=r"@task\.artifact_external_python stands around another task decorator"):
        task.artifact_external_python(python="/usr/bin/python")(artifact_task(plain))
    with pytest.raises(DeclarationError, match=r"stands around @task\.artifact_virtualenv on 'plain'"):
        task(artifact_virtualenv_task(plain))()


def test_they_are_artifact_tasks(dag: DAG) -> None:
    """Whatever asks for artifact tasks finds these, mapped ones too, with the options of both."""
    made = operator(artifact_external_python_task(python="/p", on_clear="reuse", env_vars={"A": "1"})(plain))
    assert isinstance(made, ArtifactExternalPythonOperator)
    assert isinstance(made, ArtifactDecoratedOperator)
    assert (made.on_clear, made.env_vars) == ("reuse", {"A": "1"})
    mapped = artifact_virtualenv_task(plain).override(task_id="mapped").expand(n=[1]).operator
    assert issubclass(mapped.operator_class, ArtifactVirtualenvOperator)


def test_default_args_reach_mapped_tasks() -> None:
    """The Python of a DAG is that of its tasks, mapped ones too."""
    with DAG("defaults", schedule=None, default_args={"python": "/p", "requirements": ["six"]}):
        assert artifact_external_python_task(plain).expand(n=[1]).operator.partial_kwargs["python"] == "/p"
        mapped = artifact_virtualenv_task(plain).override(task_id="other").expand(n=[1]).operator
        assert mapped.partial_kwargs["requirements"] == ["six"]


def test_modules_of_the_dag_bundle_count(dag: DAG, other: OtherPython, tmp_path: Path) -> None:
    """Airflow puts the bundle on the other Python's path, and so does whoever asks it."""
    (tmp_path / "bundled.py").write_text("made = 1\n")
    made = operator(artifact_external_python_task(python=other.python, inherit_env=False)(plain))
    instance = SimpleNamespace(bundle_instance=SimpleNamespace(path=tmp_path))
    assert set(made.interpreter({"ti": instance}, {})(["bundled"]).modules) == {"bundled"}


def asked(made: Any) -> dict[str, Any]:
    """Return what counts of the Python of a task."""
    return dict(made.interpreter({"ti": None}, {})(()).facts)


@pytest.mark.parametrize("requirement", ["-e ../lib", "-r more.txt", "./lib", "lib/", "lib @ file:///lib", "-clib.txt"])
def test_requirements_whose_content_is_not_known_are_not_cached(dag: DAG, requirement: str) -> None:
    """Files of the worker may change under the same requirement."""
    made = operator(artifact_virtualenv_task(requirements=["tiny", requirement])(plain))
    with pytest.raises(FingerprintError, match=r"of 'plain' stands for files .*name a released version"):
        asked(made)


def test_what_is_installed_counts_without_passwords(dag: DAG) -> None:
    """Requirements, options and indexes count; who asks for them does not, and is not stored."""
    made = operator(
        artifact_virtualenv_task(
            requirements=["b @ https://u:secret@host/b.whl", "a==1  # why"],
            pip_install_options=["--pre"],
            index_urls=["https://u:secret@host/simple"],
            index_urls_from_connection_ids=["mine"],
            system_site_packages=False,
        )(plain)
    )
    facts = asked(made)
    assert facts.pop("python").startswith("CPython")
    assert facts == {
        "requirements": ["a==1", "b @ https://host/b.whl"],
        "pip options": ["--pre"],
        "indexes": ["https://host/simple", "mine"],
        "system packages": "no",
    }
    assert "secret" not in made.interpreter_name
