"""Scalars of pandas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from airflow_artifacts.materializers.tags import Tag

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["TAGS"]


def _take_timestamp(value: pd.Timestamp) -> list[Any]:
    # In UTC, as numpy has no zones; the fold tells apart what a clock shows twice, and follows from it.
    return [int(value.asm8.view("i8")), value.unit, _zone(value.tzinfo)]


def _zone(zone: Any) -> Any:
    """Return a time zone by its name, where pandas makes it of that: another pandas makes its own of it."""
    if zone is None:
        return None
    try:
        made: Any = pd.Timestamp(0, tz=str(zone)).tzinfo
    except (KeyError, ValueError):  # a name that is none
        return zone
    is_same = made == zone or (hasattr(zone, "zone") and getattr(made, "zone", None) == zone.zone)
    return str(zone) if is_same else zone


def _give_timestamp(payload: list[Any]) -> Any:
    count, unit, zone = payload
    # As pandas itself writes none, nor opens what it would name.
    if isinstance(zone, str) and zone.startswith(("dateutil/", "tzlocal")):
        message = f"no time zone is called {zone!r}"
        raise ValueError(message)
    moment: Any = pd.Timestamp(np.datetime64(count, unit))
    return moment if zone is None else moment.tz_localize("UTC").tz_convert(zone)


def _give_timedelta(payload: list[Any]) -> Any:
    count, unit = payload
    return pd.Timedelta(np.timedelta64(count, unit))


TAGS: Mapping[type, Tag] = {
    pd.Timestamp: Tag("pandas.Timestamp", _take_timestamp, _give_timestamp),
    pd.Timedelta: Tag("pandas.Timedelta", lambda one: [int(one.asm8.view("i8")), one.unit], _give_timedelta),
    pd.Period: Tag("pandas.Period", lambda one: [one.ordinal, one.freqstr], lambda got: _period(*got)),
    pd.Interval: Tag("pandas.Interval", lambda one: [one.left, one.right, one.closed], lambda got: pd.Interval(*got)),
    type(pd.NaT): Tag("pandas.NaT", lambda _: None, lambda _: pd.NaT),
    type(pd.NA): Tag("pandas.NA", lambda _: None, lambda _: pd.NA),
}
"""By the type whose values they are."""


def _period(ordinal: int, freq: str) -> Any:
    return pd.Period(ordinal=ordinal, freq=freq)
