"""Which DAG runs Airflow has, and in which states: asked of its database, or by a task of its API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow_artifacts.exceptions import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["run_states"]

# Under the least number of parameters that any database takes.
_CHUNK = 400


def run_states(dag_id: str, run_ids: Sequence[str]) -> Mapping[str, str]:
    """Return the states of those runs of a DAG that Airflow has, by run id.

    Raises:
        ConfigurationError: Airflow's database is out of reach, as in a task, which has no access to it.
    """
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
            "`airflow artifacts forget` where Airflow's database can be reached, not in a task"
        )
        raise ConfigurationError(message) from error
    return states
