"""Dates and times of pendulum, which Airflow hands to tasks."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pendulum
from pendulum.tz.timezone import FixedTimezone, Timezone

from airflow_artifacts.materializers.tags import Tag

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["TAGS"]


def _take(value: pendulum.DateTime) -> list[Any]:
    return [value.replace(tzinfo=None, fold=0).isoformat(), value.fold, value.tzinfo]


def _give(payload: list[Any]) -> Any:
    text, fold, zone = payload
    moment = dt.datetime.fromisoformat(text)
    clock = (moment.year, moment.month, moment.day, moment.hour, moment.minute, moment.second, moment.microsecond)
    return pendulum.DateTime(*clock, tzinfo=zone, fold=fold)


TAGS: Mapping[type, Tag] = {
    pendulum.DateTime: Tag("pendulum.DateTime", _take, _give),
    pendulum.Date: Tag("pendulum.Date", lambda one: [one.year, one.month, one.day], lambda got: pendulum.Date(*got)),
    Timezone: Tag("pendulum.Timezone", lambda zone: zone.name, pendulum.timezone),
    FixedTimezone: Tag("pendulum.FixedTimezone", lambda zone: zone.offset, FixedTimezone),
}
"""By the type whose values they are."""
