"""Planning a DAG for the API server, in a process of its own."""

from __future__ import annotations

import json
import os
import threading
import time
from typing import TYPE_CHECKING

import pytest

from airflow_artifacts.provider import planner
from airflow_artifacts.provider.planner import AirflowPlanner
from airflow_artifacts.ui.api.planning import PlanningError

if TYPE_CHECKING:
    from pathlib import Path

PLAN = {"run_id": "next", "tasks": [], "saved_seconds": 0.0}


@pytest.fixture
def airflow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder whose module ``airflow`` stands for Airflow: a real process, without its seconds to start."""
    package = tmp_path / "airflow"
    package.mkdir()
    (package / "__init__.py").touch()
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{os.environ.get('PYTHONPATH', '')}")
    return package / "__main__.py"


def test_a_plan_is_what_the_command_prints_last(airflow: Path) -> None:
    text = json.dumps(PLAN, indent=2)
    airflow.write_text(f"import sys\nprint('a file that prints {{', sys.argv)\nprint({text!r})\n")
    assert AirflowPlanner().plan("churn") == PLAN


def test_a_file_that_prints_what_is_no_text_is_planned(airflow: Path) -> None:
    text = json.dumps(PLAN, indent=2)
    airflow.write_text(
        "import sys\nfor out in (sys.stdout, sys.stderr):\n    out.buffer.write(bytes(range(256)) + b'\\n')\n"
        f"    out.flush()\nprint({text!r})\n"
    )
    assert AirflowPlanner().plan("churn") == PLAN


def test_a_dags_name_is_no_option(airflow: Path) -> None:
    airflow.write_text(f"import json, sys\nprint(json.dumps({{**{PLAN!r}, 'arguments': sys.argv[1:]}}, indent=2))\n")
    arguments = AirflowPlanner().plan("--help")["arguments"]
    assert arguments == ["artifacts", "plan", "--output", "json", "--", "--help"]


def test_a_command_that_fails_says_its_last_line(airflow: Path) -> None:
    airflow.write_text("import sys\nsys.exit('a traceback\\nthe DAG cannot be loaded\\n')\n")
    with pytest.raises(PlanningError, match="planning 'churn' failed: the DAG cannot be loaded"):
        AirflowPlanner().plan("churn")


@pytest.mark.parametrize("last", ["5m\\x1b[0m", "x" * 10_000])
def test_what_a_command_says_is_cut_and_holds_no_password(airflow: Path, last: str) -> None:
    text = "\\x1b[31mfailed: postgresql://me:pa/ss@db/x, redis://:secret@cache of http://host:80/path "
    airflow.write_text(f"import sys\nsys.exit('{text}{last}')\n")
    with pytest.raises(PlanningError) as refused:
        AirflowPlanner().plan("churn")
    said = str(refused.value)
    assert "failed: failed: postgresql://***@db/x, redis://***@cache of http://host:80/path" in said
    assert "\x1b" not in said
    assert len(said) < 1100


@pytest.mark.parametrize("text", ["hello", "[]", "{}", "5", "{\\n}"])
def test_a_command_that_prints_no_plan_is_said_so(airflow: Path, text: str) -> None:
    airflow.write_text(f"print('{text}')\n")
    with pytest.raises(PlanningError, match="printed no plan"):
        AirflowPlanner().plan("churn")


def test_a_command_that_takes_too_long_is_ended_with_what_it_started(
    airflow: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planner, "_SECONDS", 2)
    child = f"import time, pathlib; time.sleep(4); pathlib.Path({str(tmp_path / 'alive')!r}).touch()"
    airflow.write_text(
        f"import subprocess, sys, time\nsubprocess.Popen([sys.executable, '-c', {child!r}])\ntime.sleep(60)\n"
    )
    with pytest.raises(PlanningError, match="longer than 2 seconds"):
        AirflowPlanner().plan("churn")
    time.sleep(3)
    assert not (tmp_path / "alive").exists()


def test_a_dag_is_planned_once_at_a_time(airflow: Path, tmp_path: Path) -> None:
    begun, go = tmp_path / "begun", tmp_path / "go"
    airflow.write_text(
        f"import json, pathlib, time\npathlib.Path({str(begun)!r}).touch()\n"
        f"while not pathlib.Path({str(go)!r}).exists():\n    time.sleep(0.01)\n"
        f"print(json.dumps({PLAN!r}, indent=2))\n"
    )
    plans = AirflowPlanner()
    found = []
    thread = threading.Thread(target=lambda: found.append(plans.plan("churn")))
    thread.start()
    while not begun.exists():
        time.sleep(0.01)
    with pytest.raises(PlanningError, match="is being planned at this moment") as refused:
        plans.plan("churn")
    assert refused.value.is_busy
    go.touch()
    thread.join()
    assert found == [PLAN]
    assert plans.plan("churn") == PLAN


def test_a_server_plans_where_airflow_is_one_machine_or_where_it_is_told_to(monkeypatch: pytest.MonkeyPatch) -> None:
    assert AirflowPlanner().refusal() is None
    monkeypatch.setenv("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", "postgresql+psycopg2://airflow@db/airflow")
    assert "plan_on_api_server" in str(AirflowPlanner().refusal())
    monkeypatch.setenv("AIRFLOW__ARTIFACTS__PLAN_ON_API_SERVER", "true")
    assert AirflowPlanner().refusal() is None
