"""Which DAG runs Airflow has, and in which states: asked of its database, or by a task of its API."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from airflow_artifacts.exceptions import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["run_states"]

# Under the least number of parameters that any database takes.
_CHUNK = 400
# Run ids that fit into the URL of a request.
_IN_URL = 50


def run_states(dag_id: str, run_ids: Sequence[str]) -> Mapping[str, str]:
    """Return the states of those runs of a DAG that Airflow has, by run id.

    A task has no access to Airflow's database, and asks by its supervisor.

    Raises:
        ConfigurationError: Airflow does not answer.
    """
    tasks: Any = sys.modules.get("airflow.sdk.execution_time.task_runner")
    if getattr(tasks, "SUPERVISOR_COMMS", None) is not None:
        return _asked_by_task(tasks.RuntimeTaskInstance, dag_id, run_ids)
    try:
        from airflow.models.dagrun import DagRun  # noqa: PLC0415 - only where it is asked, and seconds to import
        from airflow.utils.session import create_session  # noqa: PLC0415

        states: dict[str, str] = {}
        with create_session() as session:
            for start in range(0, len(run_ids), _CHUNK):
                chunk = list(run_ids[start : start + _CHUNK])
                found = DagRun.find(dag_id=dag_id, run_id=chunk, session=session)
                states |= {run.run_id: str(getattr(run.state, "value", run.state)) for run in found}
    except Exception as error:  # whatever its database's driver raises
        message = (
            f"Airflow cannot be asked which DAG runs have ended: {type(error).__name__}: {error}; run "
            "`airflow artifacts forget` where Airflow's database can be reached, or in a task"
        )
        raise ConfigurationError(message) from error
    return states


def _asked_by_task(instance: Any, dag_id: str, run_ids: Sequence[str]) -> dict[str, str]:
    """Return the states as a task can ask for them: how many of some runs there are, and the state of one that is."""
    from airflow.sdk.exceptions import AirflowRuntimeError  # noqa: PLC0415 - only where it is asked

    states: dict[str, str] = {}
    try:
        for start in range(0, len(run_ids), _IN_URL):
            chunk = list(run_ids[start : start + _IN_URL])
            there = instance.get_dr_count(dag_id=dag_id, run_ids=chunk)
            if not there:
                continue
            for run_id in chunk:
                if there == len(chunk) or instance.get_dr_count(dag_id=dag_id, run_ids=[run_id]):
                    state = instance.get_dagrun_state(dag_id, run_id)
                    states[run_id] = str(getattr(state, "value", state))
    except AirflowRuntimeError as error:
        message = f"Airflow does not say which runs of the DAG {dag_id!r} have ended: {error}; let the task try again"
        raise ConfigurationError(message) from error
    return states
