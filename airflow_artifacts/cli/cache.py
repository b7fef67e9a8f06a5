"""``why`` and ``invalidate``: what the cache decided, and letting it decide otherwise."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from airflow_artifacts.cli.output import lines
from airflow_artifacts.cli.settings import connect
from airflow_artifacts.exceptions import ConfigurationError

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
    with connect(arguments) as client:
        found = client.task_run(
            arguments.dag_id,
            arguments.run_id,
            arguments.task_id,
            map_index=arguments.map_index,
            try_number=arguments.try_number,
        )
        explanation = client.why(found.task_run)
    lines(arguments, _document(explanation), [str(found.task_run), *str(explanation).splitlines()])
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
    with connect(arguments) as client:
        if arguments.downstream_of is None:
            count = client.invalidate(arguments.dag_id, arguments.task_id)
        else:
            count = client.invalidate(downstream_of=arguments.downstream_of)
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
