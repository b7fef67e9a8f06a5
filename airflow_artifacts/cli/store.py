"""``store copy``: moving the store."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from airflow_artifacts.cli.output import lines, size
from airflow_artifacts.cli.settings import connect, open_store

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from airflow_artifacts.model import CopySummary

__all__ = ["copy"]


def copy(arguments: argparse.Namespace) -> int:
    """Copy all objects into another store; the exit code is 1 where some are gone or wrong.

    Raises:
        ConfigurationError: The other store cannot be meant, or is another lineage database's.
        StoreError: One of the two refuses or is out of reach.
    """
    from airflow_artifacts.client.moving import copy_store  # noqa: PLC0415 - imported when a command is run

    target = open_store(arguments.target, arguments)
    with connect(arguments) as client:
        done = copy_store(client.store, target, client.lineage)
    lines(arguments, dataclasses.asdict(done), _shown(done, arguments.target))
    return 1 if done.faults else 0


def _shown(done: CopySummary, target: str) -> Iterator[str]:
    yield f"{done.objects} objects with {size(done.bytes)} were copied, {done.there} were there already"
    for fault in done.faults:
        yield f"  {fault.place} was not copied: {fault.reason}, of {', '.join(fault.versions) or 'no version'}"
    yield (
        f"when no task runs, copy once more; then let [artifacts] store_uri name {target}, and run "
        "`airflow-artifacts verify`"
    )
