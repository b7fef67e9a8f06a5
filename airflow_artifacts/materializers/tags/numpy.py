"""Scalars and dtypes of numpy."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import numpy as np

from airflow_artifacts.materializers.tags import Tag

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["TAGS"]

# Python's numbers hold these, and give them back.
_PLAIN = frozenset("?bhilqBHILQefd")


def _take(value: np.generic) -> list[Any]:
    dtype = value.dtype
    if dtype.hasobject or np.dtype(dtype.str) != dtype or dtype.metadata is not None:
        message = f"is a numpy scalar of dtype {dtype}; convert it with .item(), or keep it in an array"
        raise ValueError(message)
    if dtype.char in _PLAIN and (dtype.kind != "f" or np.isfinite(value)):
        return [dtype.str, value.item()]
    return [dtype.str, {"bytes": base64.b64encode(value.tobytes()).decode()}]


def _give(payload: list[Any]) -> Any:
    dtype, content = np.dtype(payload[0]), payload[1]
    if not isinstance(content, dict):
        return np.array(content, dtype)[()]
    if not dtype.itemsize:
        return np.zeros((), dtype)[()]
    return np.frombuffer(base64.b64decode(content["bytes"]), dtype=dtype)[0]


def _take_dtype(value: np.dtype[Any]) -> str:
    if value.names is not None or value.hasobject or np.dtype(value.str) != value or value.metadata is not None:
        message = f"is the dtype {value}; write it as a list of fields"
        raise ValueError(message)
    return value.str


TAGS: Mapping[type, Tag] = {
    np.generic: Tag("numpy.scalar", _take, _give),
    np.dtype: Tag("numpy.dtype", _take_dtype, np.dtype),
}
"""By the type whose values they are, subclasses included."""
