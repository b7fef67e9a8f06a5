"""``check``: whether store, lineage database and local cache work, and the way out where they do not."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from airflow_artifacts.cli.output import lines
from airflow_artifacts.cli.settings import deployment
from airflow_artifacts.client.checking import Check, Outcome
from airflow_artifacts.exceptions import ConfigurationError
from airflow_artifacts.lineage.urls import masked, parse

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from airflow_artifacts.cli.settings import Deployment
    from airflow_artifacts.client.checking import Step

__all__ = ["run"]


def run(arguments: argparse.Namespace) -> int:
    """Try everything; the exit code is 1 where something failed.

    Raises:
        ConfigurationError: ``airflow.cfg`` cannot be read, or what Airflow answers cannot be meant.
    """
    where = deployment(arguments)
    failed: list[Step] = []

    def noted() -> Iterator[Step]:
        for step in Check(where.open_store, where.values["database_url"]).steps():
            if step.outcome is Outcome.FAILED:
                failed.append(step)
            yield step

    if arguments.output == "json":
        steps = [dataclasses.asdict(step) | {"outcome": step.outcome.value} for step in noted()]
        settings = {name: {"value": value, "origin": origin} for name, value, origin in _settings(where)}
        lines(arguments, {"ok": not failed, "settings": settings, "steps": steps}, ())
    else:
        lines(arguments, None, _text(where, noted()))
    return 1 if failed else 0


def _settings(where: Deployment) -> Iterator[tuple[str, str, str]]:
    """Yield the settings without their secrets, and where each comes from."""
    for name, value in where.values.items():
        if value and (name != "local_cache_size" or where.values["local_cache_dir"]):
            yield name, _shown(where, name, value), where.origins[name]


def _shown(where: Deployment, name: str, value: str) -> str:
    try:
        if name == "store_uri":
            return where.open_store().uri
        return masked(parse(value)) if name == "database_url" else value
    except ConfigurationError:
        # What cannot be read may hold a secret anywhere.
        return f"{value.partition('://')[0]}://***" if "://" in value else "***"


def _text(where: Deployment, steps: Iterator[Step]) -> Iterator[str]:
    for name, value, origin in _settings(where):
        yield f"{name:<17}{value}" + (f"  ({origin})" if origin else "")
    part = ""
    for step in steps:
        if step.part != part:
            part = step.part
            yield part
        yield from _step(step)


def _step(step: Step) -> Iterator[str]:
    first, *others = step.message.split("\n")
    shown = f"{step.seconds * 1000:>8,.0f} ms" if step.seconds else " " * 11
    yield f"  {step.outcome.value:<10}{step.name:<9}{shown}  {first}"
    yield from (f"{'':<34}{line}" for line in others)
