"""Time zones of pytz, each as it holds at one time of the year, as pytz itself pickles them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytz

from airflow_artifacts.materializers.tags import Tag

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["TAGS"]


def _take(value: Any) -> list[Any]:
    return list(value.__reduce__()[1])


def _give(payload: list[Any]) -> Any:
    return pytz._p(*payload) if payload else pytz.utc  # noqa: SLF001 - what unpickling calls


TAGS: Mapping[type, Tag] = {pytz.tzinfo.BaseTzInfo: Tag("pytz.zone", _take, _give)}
"""By the type whose values they are, subclasses included."""
