"""Arrays: shape, dtype, and how their numbers are spread."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from airflow_artifacts.visualizers import statistics
from airflow_artifacts.visualizers.model import Visualization

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["ArrayDrawer", "SparseDrawer", "TensorDrawer"]

_EDGE = 4


class ArrayDrawer:
    """Describes and shows arrays of numpy."""

    def describe(self, value: Any) -> Mapping[str, Any]:
        """Return shape, dtype and the statistics of the numbers."""
        found = {"shape": list(value.shape), "dtype": str(value.dtype), "bytes": int(value.nbytes)}
        if value.dtype.kind not in "biuf" or not value.size:
            return found
        flat, is_sample = _numbers(value)
        finite = flat[np.isfinite(flat)] if flat.dtype.kind == "f" else flat
        if len(finite) < len(flat):
            found["nan"] = int(np.isnan(flat).sum())
        if len(finite):
            found |= {
                "min": finite.min().item(),
                "max": finite.max().item(),
                "mean": float(finite.mean(dtype=float)),
                "std": float(finite.std(dtype=float)),
                "histogram": statistics.histogram(finite.astype(float)),
            }
        return {**found, "sampled": len(flat)} if is_sample else found

    def visualize(self, value: Any, rows: int) -> Visualization:  # noqa: ARG002 - as every visualizer
        """Return the corners of the array, as numpy prints them."""
        text = np.array2string(np.asarray(value), threshold=200, edgeitems=_EDGE, max_line_width=120)
        return Visualization("text", text if len(text) <= 1 << 13 else f"{text[: 1 << 13]}…")


class SparseDrawer:
    """Describes sparse matrices of scipy."""

    def describe(self, value: Any) -> Mapping[str, Any]:
        """Return shape, dtype and how much is stored."""
        return {"shape": list(value.shape), "dtype": str(value.dtype), "format": value.format, "stored": int(value.nnz)}

    def visualize(self, value: Any, rows: int) -> Visualization:  # noqa: ARG002 - as every visualizer
        """Return what scipy says of the matrix."""
        return Visualization("text", repr(value))


class TensorDrawer:
    """Describes tensors of torch."""

    def describe(self, value: Any) -> Mapping[str, Any]:
        """Return shape, dtype and device."""
        return {"shape": list(value.shape), "dtype": str(value.dtype), "device": str(value.device)}

    def visualize(self, value: Any, rows: int) -> Visualization:  # noqa: ARG002 - as every visualizer
        """Return the corners of the tensor, as torch prints them."""
        return Visualization("text", str(value)[: 1 << 13])


def _numbers(value: np.ndarray[Any, Any]) -> tuple[np.ndarray[Any, Any], bool]:
    """Return the numbers of an array, of a large one a sample, and whether it is one."""
    if value.size <= statistics.SAMPLED:
        return np.asarray(value).reshape(-1), False
    plain = np.asarray(value)
    if not (plain.flags.c_contiguous or plain.flags.f_contiguous):
        step = max(1, plain.shape[0] * statistics.SAMPLED // plain.size)
        return plain[:step].reshape(-1)[: statistics.SAMPLED], True
    flat = (plain if plain.flags.c_contiguous else plain.T).reshape(-1)
    return np.concatenate([flat[part] for part in statistics.slices(flat.size) or ()]), True
