"""A real Airflow for the provider's tests: one database, and DAGs run by ``dag.test()`` in this process."""

from __future__ import annotations

import dataclasses
import importlib.util
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from airflow.sdk import DAG

    from airflow_artifacts.client import ArtifactClient
    from airflow_artifacts.model import ArtifactVersion, RunLineage, TaskRunWithEdges

DAGS = Path(__file__).parent / "dags"


def load_dags(name: str) -> ModuleType:
    """Return the module of a file of test DAGs."""
    spec = importlib.util.spec_from_file_location(name, DAGS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


@dataclasses.dataclass
class DagRunResult:
    """How a DAG run ended, in Airflow and in the lineage database."""

    state: str
    run_id: str
    states: dict[str, str]
    lineage: RunLineage
    client: ArtifactClient

    def task(self, task_id: str, map_index: int = -1) -> TaskRunWithEdges:
        """Return the lineage of one task of the run."""
        return self.client.task_run(self.lineage.dag_id, self.run_id, task_id, map_index=map_index)

    def output(self, task_id: str, name: str = "output", map_index: int = -1) -> ArtifactVersion:
        """Return what a task of the run made."""
        return self.task(task_id, map_index).outputs[name]

    def value(self, task_id: str, name: str = "output", map_index: int = -1) -> Any:
        """Return the value that a task of the run made."""
        return self.client.load(self.output(task_id, name, map_index))


@pytest.fixture(scope="session")
def dag_module(airflow_home: Path) -> ModuleType:
    """The module that holds the test DAGs."""
    return load_dags("shapes")


@pytest.fixture(scope="session")
def run_dag(dag_module: ModuleType, embedded: ArtifactClient) -> Callable[..., DagRunResult]:
    """Return what runs a DAG, or one of the test DAGs by its name, in this process, without a scheduler."""

    def run(named: str | DAG, **options: Any) -> DagRunResult:
        dag: DAG = getattr(dag_module, named) if isinstance(named, str) else named
        dag_run = dag.test(**options)
        states = {
            ti.task_id if ti.map_index < 0 else f"{ti.task_id}[{ti.map_index}]": str(ti.state)
            for ti in dag_run.get_task_instances()
        }
        lineage = embedded.run(dag.dag_id, dag_run.run_id)
        return DagRunResult(str(dag_run.state), dag_run.run_id, states, lineage, embedded)

    return run
