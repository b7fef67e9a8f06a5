"""Samples of arrays: how much is looked at does not grow with the array, so that a mapped file is not read whole."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from airflow_artifacts.visualizers import statistics

__all__ = ["CELLS", "WHOLE", "means", "numbers", "spread"]

WHOLE = 1 << 18
"""Numbers that are all looked at for a heatmap; of more, every so many rows and columns."""

CELLS = 64
"""Cells of a heatmap's side."""

# Of a larger array each cell stands for so many rows and columns.
_PER_CELL = 3
_LARGE = 1e300
# Four digits: more cannot be told apart, and 64 by 64 cells fit a preview.
_DIGITS = 4

Array = np.ndarray[Any, Any]


def numbers(values: Array) -> tuple[Array, bool]:
    """Return the numbers of an array in one row, of a large one a sample, and whether it is one.

    What is masked is NaN.
    """
    if isinstance(values, np.ma.MaskedArray):
        chosen = spread(values, statistics.SAMPLED) if values.size > statistics.SAMPLED else values
        return _unmasked(chosen).reshape(-1), chosen.size < values.size
    plain = np.asarray(values)
    if plain.size <= statistics.SAMPLED:
        return plain.reshape(-1), False
    if not (plain.flags.c_contiguous or plain.flags.f_contiguous):
        return spread(plain, statistics.SAMPLED).reshape(-1), True
    flat = (plain if plain.flags.c_contiguous else plain.T).reshape(-1)
    return np.concatenate([flat[part] for part in statistics.slices(flat.size) or ()]), True


def spread(values: Array, most: int) -> Array:
    """Return evenly spread entries of an array, at most so many, as an array of as many dimensions."""
    steps = [slice(None)] * values.ndim
    order = sorted(range(values.ndim), key=lambda axis: values.shape[axis])
    for left, axis in zip(range(values.ndim, 0, -1), order, strict=True):
        kept = max(1, min(values.shape[axis], int(most ** (1 / left) + 1e-9)))
        steps[axis] = slice(None, None, -(-values.shape[axis] // kept))
        most = max(1, most // kept)
    return values[tuple(steps)]


def means(values: Any) -> list[list[float | None]]:
    """Return the means of at most 64 by 64 blocks of an array of two dimensions; None where nothing is finite."""
    if not values.size:
        return []
    chosen = _unmasked(values if values.size <= WHOLE else _every(values, CELLS * _PER_CELL))
    finite = np.isfinite(chosen)
    chosen = np.where(finite, chosen, 0)
    # Sums of the largest numbers have no room in a number.
    scale = WHOLE if np.abs(chosen).max() > _LARGE else 1
    counts = _sums(finite.astype(float))
    with np.errstate(invalid="ignore", divide="ignore"):
        found = _sums(chosen / scale) / counts * scale
    return [[_rounded(number) for number in row] for row in found.tolist()]


def _unmasked(values: Any) -> Array:
    with np.errstate(over="ignore"):
        plain = values.astype(float)
    return np.asarray(plain.filled(np.nan) if isinstance(plain, np.ma.MaskedArray) else plain)


def _every(values: Array, most: int) -> Array:
    rows, columns = (-(-length // most) for length in values.shape)
    return values[::rows, ::columns]


def _sums(values: Array) -> Array:
    for axis in (0, 1):
        length = values.shape[axis]
        cells = min(length, CELLS)
        values = np.add.reduceat(values, np.arange(cells) * length // cells, axis=axis)
    return values


def _rounded(number: float) -> float | None:
    return None if not math.isfinite(number) else float(f"{number:.{_DIGITS}g}")
