"""``why`` and ``invalidate``: what the cache decided, and letting it decide otherwise."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from airflow_artifacts.cli.settings import database_url
from airflow_artifacts.client.explaining import explain
from airflow_artifacts.client.references import absence, resolve
from airflow_artifacts.exceptions import ArtifactNotFoundError, ConfigurationError
from airflow_artifacts.lineage import Lineage

if TYPE_CHECKING:
    import argparse

    from airflow_artifacts.cache.why import Explanation

__all__ = ["invalidate", "why"]


def why(arguments: argparse.Namespace) -> int:
    """Say what the cache decided for a task run, and why.

    Raises:
        ConfigurationError: No database is named, or its URL cannot be meant.
        ArtifactNotFoundError: No such task run is recorded.
        LineageError: The database is out of reach.
    """
    with Lineage.connect(arguments.database_url or database_url()) as lineage:
        index = arguments.map_index
        found = lineage.find_task_run(
            arguments.dag_id, arguments.run_id, arguments.task_id, index, arguments.try_number
        )
        if found is None:
            name = f"{arguments.dag_id}.{arguments.task_id}" + (f"[{index}]" if index >= 0 else "")
            message = f"no artifact task run of {name!r} in {arguments.run_id!r} is recorded; check the names"
            raise ArtifactNotFoundError(message)
        explanation = explain(lineage, found.task_run)
    if arguments.json:
        sys.stdout.write(json.dumps(_document(explanation), indent=2) + "\n")
    else:
        sys.stdout.write(f"{found.task_run}\n{explanation}\n")
    return 0


def invalidate(arguments: argparse.Namespace) -> int:
    """Let no entry of a task, a DAG, or what is downstream of a version be a hit again.

    Raises:
        ConfigurationError: Neither a DAG nor a version is named, or both are; or no database is.
        ArtifactNotFoundError: There is no such version.
        LineageError: The database is out of reach.
    """
    if (arguments.dag_id is None) == (arguments.downstream_of is None):
        message = "name a DAG, or a task of it, or --downstream-of a version: one of the two"
        raise ConfigurationError(message)
    with Lineage.connect(arguments.database_url or database_url()) as lineage:
        if arguments.downstream_of is None:
            count = lineage.cache.invalidate(dag_id=arguments.dag_id, task_id=arguments.task_id)
        else:
            version = resolve(lineage, arguments.downstream_of, None)
            if version is None:
                raise ArtifactNotFoundError(absence(lineage, arguments.downstream_of))
            count = lineage.cache.invalidate_downstream(version.id)
    sys.stdout.write(f"{count} cache key{'' if count == 1 else 's'} will not be a hit until computed again\n")
    return 0


def _document(explanation: Explanation) -> dict[str, Any]:
    return {
        "task_run": explanation.task_run.id,
        **explanation.decision.to_json(),
        "compared": None if explanation.compared is None else explanation.compared.id,
        "differences": [
            {
                "kind": one.kind.value,
                "name": one.name,
                "before": None if one.before is None else one.before.shown,
                "now": None if one.now is None else one.now.shown,
                "diff": list(one.diff),
            }
            for one in explanation.differences
        ],
    }
