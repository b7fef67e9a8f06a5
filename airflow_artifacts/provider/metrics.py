"""What this package counts, handed to Airflow's own metrics: StatsD, Datadog or OpenTelemetry, as Airflow is told.

Airflow has the metrics of its task SDK in every process that imports this provider: tasks, triggerer, API server and
commands.
"""

from __future__ import annotations

import contextlib
import functools
import logging
import sys
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from airflow.sdk import get_current_context
from airflow.sdk.configuration import conf
from airflow.sdk.observability import stats

from airflow_artifacts import measures

if TYPE_CHECKING:
    from collections.abc import Mapping

    from airflow_artifacts.measures import Measure

__all__ = ["PREFIX", "flush", "start"]

PREFIX = "artifacts."
"""Stands before the name of each measure, behind Airflow's own prefix."""

_SWITCHES = ("statsd_on", "statsd_datadog_enabled", "otel_on")
_log = logging.getLogger(__name__)
_started = contextlib.ExitStack()


@functools.cache
def start() -> None:
    """Hand on what this process counts from now on; nothing at all where Airflow's metrics are off."""
    if any(conf.getboolean("metrics", name, fallback=False) for name in _SWITCHES):
        _started.enter_context(measures.listening(send))


def send(measure: Measure, amount: float, labels: Mapping[str, str]) -> None:
    """Hand an amount to Airflow's metrics: seconds as a time, all else as a count. Whatever fails there is no failure.

    Args:
        measure: Of what.
        amount: In its unit.
        labels: Its tags, besides those by which Airflow tags what tasks do.
    """
    try:
        name, tags = f"{PREFIX}{measure.name}", {**_tags(), **labels}
        if measure.unit == "seconds":
            stats.timing(name, timedelta(seconds=amount), tags=tags)
        else:
            stats.incr(name, round(amount), tags=tags)
    except Exception:  # noqa: BLE001 - whatever the client of the metrics' server raises
        _log.debug("%s could not be handed to Airflow's metrics", measure.name, exc_info=True)


def flush() -> None:
    """Let OpenTelemetry send what it gathers, in a process that ends without the hooks by which it does so itself."""
    telemetry: Any = sys.modules.get("opentelemetry.metrics")
    if telemetry is not None:
        with contextlib.suppress(Exception):  # as in send()
            getattr(telemetry.get_meter_provider(), "force_flush", lambda: None)()


def _tags() -> dict[str, str]:
    """Return the tags of the task that runs in this process, if any: ``dag_id``, ``task_id``, ``team_name``."""
    try:
        instance = get_current_context()["ti"]
    except (RuntimeError, KeyError):
        return {}
    tags: dict[str, str] = getattr(instance, "stats_tags", {})
    return tags
