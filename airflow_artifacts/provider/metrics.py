"""What this package counts, handed to Airflow's own metrics: StatsD, Datadog or OpenTelemetry, as Airflow is told.

Airflow has the metrics of its task SDK in every process that imports this provider: tasks, triggerer, API server and
commands.
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from airflow.sdk import get_current_context
from airflow.sdk.configuration import conf
from airflow.sdk.observability import stats

from airflow_artifacts import measures

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from airflow_artifacts.measures import Measure

__all__ = ["PREFIX", "Counted", "keeping", "send", "start"]

PREFIX = "artifacts."
"""Stands before the name of each measure, behind Airflow's own prefix."""

_SWITCHES = ("statsd_on", "statsd_datadog_enabled", "otel_on")
_log = logging.getLogger(__name__)
_started = contextlib.ExitStack()


@dataclasses.dataclass(frozen=True, slots=True)
class Counted:
    """An amount of a measure, with the tags under which it is handed on."""

    measure: Measure
    amount: float
    tags: Mapping[str, str]


_kept: list[Counted] | None = None


@functools.cache
def start() -> None:
    """Hand on what this process counts from now on; nothing at all where Airflow's metrics are off."""
    if any(conf.getboolean("metrics", name, fallback=False) for name in _SWITCHES):
        _started.enter_context(measures.listening(_count))


@contextlib.contextmanager
def keeping() -> Iterator[list[Counted]]:
    """Give a list of what is counted meanwhile, which another process hands on.

    For a process that ends at once: what OpenTelemetry gathers would be lost with it, or be waited for.
    """
    global _kept  # noqa: PLW0603 - of a process that does nothing else
    _kept = []
    try:
        yield _kept
    finally:
        _kept = None


def send(counted: Counted) -> None:
    """Hand an amount to Airflow's metrics: seconds as a time, all else as a count; what fails there is no failure."""
    name, tags = f"{PREFIX}{counted.measure.name}", dict(counted.tags)
    try:
        if counted.measure.unit == "seconds":
            stats.timing(name, timedelta(seconds=counted.amount), tags=tags)
        else:
            stats.incr(name, round(counted.amount), tags=tags)
    except Exception:  # noqa: BLE001 - whatever the client of the metrics' server raises
        _log.debug("%s could not be handed to Airflow's metrics", name, exc_info=True)


def _count(measure: Measure, amount: float, labels: Mapping[str, str]) -> None:
    counted = Counted(measure, amount, {**_tags(), **labels})
    if _kept is None:
        send(counted)
    else:
        _kept.append(counted)


def _tags() -> dict[str, str]:
    """Return the tags of the task that runs in this process, if any: ``dag_id``, ``task_id``, ``team_name``."""
    try:
        instance = get_current_context()["ti"]
    except (RuntimeError, KeyError):
        return {}
    tags: dict[str, str] = getattr(instance, "stats_tags", {})
    return tags
