"""Arrays that are pictures: bytes, or shares of 1 with a channel axis."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from airflow_artifacts.visualizers import charts, grids, png

if TYPE_CHECKING:
    from airflow_artifacts.visualizers.model import Visualization

__all__ = ["BYTES", "SIDE", "SMALLEST", "as_bytes", "as_picture", "picture", "smaller"]

Array = np.ndarray[Any, Any]

# In base64 a third more, which leaves room for what stands beside it.
BYTES = 40 << 10
"""Of a picture's file, at most."""
SIDE = 512
"""Pixels of its longer side, at most."""
SMALLEST = 16
"""Below it nothing is made smaller."""

# Shorter sides are those of tables.
_SHORTEST = 8
# Longer strips than that are tables.
_STRETCHED = 20
_CHANNELS = (3, 4)
_LOOKED_AT = 1 << 14


def as_picture(values: Array) -> Array | None:
    """Return an array as height, width and perhaps channels, or None where it is no picture.

    A picture is of bytes, or of numbers between 0 and 1 with three or four channels, which may come first.
    """
    if values.dtype != np.uint8 and values.dtype.kind != "f":
        return None
    if values.ndim == 2:  # noqa: PLR2004 - height and width
        return values if values.dtype == np.uint8 and _shaped(values) else None
    if values.ndim != 3:  # noqa: PLR2004 - and channels
        return None
    if values.shape[2] not in _CHANNELS:
        values = np.moveaxis(values, 0, 2)
    if values.shape[2] not in _CHANNELS or not _shaped(values):
        return None
    return values if values.dtype == np.uint8 or _are_shares(values) else None


def picture(values: Array, title: str | None = None) -> Visualization:
    """Return a picture small enough to be kept, by Pillow where it is installed."""
    small = as_bytes(_reduced(values, 2 * SIDE))
    try:
        from PIL import Image  # noqa: PLC0415 - not everybody has it
    except ImportError:
        return charts.image(_encoded(small), title)
    from airflow_artifacts.visualizers import images  # noqa: PLC0415 - it needs Pillow

    return images.thumbnail(Image.fromarray(small), title)


def as_bytes(values: Array) -> Array:
    """Return shares of 1 as bytes, and bytes as they are."""
    if values.dtype == np.uint8:
        return np.ascontiguousarray(values)
    return np.ascontiguousarray(np.nan_to_num(values.astype(float)).clip(0, 1) * 255).round().astype(np.uint8)


def _encoded(values: Array) -> bytes:
    side = SIDE
    while True:
        small = _reduced(values, side)
        data = png.encode(small.tobytes(), small.shape[1], small.shape[0])
        if len(data) <= BYTES or side <= SMALLEST:
            return data
        side = smaller(max(small.shape), len(data))


def smaller(side: int, size: int) -> int:
    """Return the side at which a picture of this side, and of so many bytes, is about to fit."""
    return max(SMALLEST, int(side * min(0.8, (BYTES / size) ** 0.5)))


def _reduced(values: Array, side: int) -> Array:
    """Return every n-th pixel, so that no side is longer."""
    step = -(-max(values.shape[:2]) // side)
    return np.ascontiguousarray(values[::step, ::step])


def _shaped(values: Array) -> bool:
    short, long = sorted(values.shape[:2])
    return bool(short >= _SHORTEST and long <= short * _STRETCHED)


def _are_shares(values: Array) -> bool:
    seen = grids.spread(values, _LOOKED_AT)
    with np.errstate(invalid="ignore"):
        return bool(((seen >= 0) & (seen <= 1)).all()) and bool(seen.max() > seen.min())
