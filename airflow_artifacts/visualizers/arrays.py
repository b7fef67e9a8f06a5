"""Arrays: shape, dtype, how their numbers are spread, and a picture of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from airflow_artifacts.visualizers import charts, grids, pixels, statistics
from airflow_artifacts.visualizers.model import Visualization

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["ArrayDrawer", "SparseDrawer", "TensorDrawer"]

_EDGE = 4
_TEXT = 1 << 12
_MATRIX = 2
# Elements of a tensor whose numbers numpy lacks, and which are converted.
_CONVERTED = 1 << 22

Array = np.ndarray[Any, Any]


class ArrayDrawer:
    """Describes and shows arrays of numpy."""

    def describe(self, value: Any) -> Mapping[str, Any]:
        """Return shape, dtype and the statistics of the numbers."""
        found = {"shape": list(value.shape), "dtype": str(value.dtype), "bytes": int(value.nbytes)}
        if value.dtype.kind not in "biuf" or not value.size:
            return found
        flat, is_sample = grids.numbers(value)
        finite = flat[np.isfinite(flat)] if flat.dtype.kind == "f" else flat
        if len(finite) < len(flat):
            found["masked" if isinstance(value, np.ma.MaskedArray) else "nan"] = int(np.isnan(flat).sum())
        if len(finite):
            found |= _moments(finite)
        return {**found, "sampled": len(flat)} if is_sample else found

    def visualize(self, value: Any, rows: int) -> Iterator[Visualization]:  # noqa: ARG002 - as every visualizer
        """Give a picture or a heatmap of two dimensions, how the numbers are spread, and the corners as text."""
        is_numeric = value.dtype.kind in "biuf" and value.size and value.ndim
        first, title = _first(value)
        if is_numeric and first.ndim >= _MATRIX:
            yield from _flat(first, title)
        if is_numeric:
            yield from _counts(value)
        matrix = first[..., 0] if first.ndim > _MATRIX else first
        text = _corners(matrix)
        yield Visualization("text", text if len(text) <= _TEXT else f"{text[:_TEXT]}…", _called(value))


class SparseDrawer:
    """Describes sparse matrices of scipy."""

    def describe(self, value: Any) -> Mapping[str, Any]:
        """Return shape, dtype and how much is stored."""
        return {"shape": list(value.shape), "dtype": str(value.dtype), "format": value.format, "stored": int(value.nnz)}

    def visualize(self, value: Any, rows: int) -> Visualization:  # noqa: ARG002 - as every visualizer
        """Return what scipy says of the matrix."""
        return Visualization("text", repr(value))


class TensorDrawer:
    """Describes and shows tensors of torch: what lies in memory as arrays are."""

    def describe(self, value: Any) -> Mapping[str, Any]:
        """Return shape, dtype, device, and the statistics of the numbers."""
        array = _array(value)
        found = {} if array is None else ArrayDrawer().describe(array)
        return {**found, "shape": list(value.shape), "dtype": str(value.dtype), "device": str(value.device)}

    def visualize(self, value: Any, rows: int) -> Iterator[Visualization]:
        """Give what is shown of an array; of a tensor elsewhere, or of other numbers, what torch says of it."""
        array = _array(value)
        if array is None:
            yield Visualization("text", str(value)[:_TEXT], f"{value.dtype}, {_sides(value.shape)}")
        else:
            yield from ArrayDrawer().visualize(array, rows)


def _moments(finite: Array) -> dict[str, Any]:
    # The mean of the largest numbers there are is infinite.
    with np.errstate(over="ignore", invalid="ignore"):
        return {
            "min": finite.min().item(),
            "max": finite.max().item(),
            "mean": float(finite.mean(dtype=float)),
            "std": float(finite.std(dtype=float)),
            "histogram": statistics.histogram(finite),
        }


def _first(value: Any) -> tuple[Any, str]:
    """Return the first picture or matrix of an array, and how it is called."""
    called, first, at = _called(value), value, ""
    while first.ndim > _MATRIX and first.size and not (first.ndim == _MATRIX + 1 and _is_picture(first)):
        first, at = first[0], f"{at}0, "
    return first, f"[{at}…] of {called}" if at else called


def _is_picture(value: Any) -> bool:
    return value.dtype.kind in "uf" and pixels.as_picture(np.asarray(value)) is not None


def _corners(matrix: Any) -> str:
    if isinstance(matrix, np.ma.MaskedArray):
        return str(matrix[(slice(0, 2 * _EDGE),) * matrix.ndim])
    return np.array2string(np.asarray(matrix), threshold=100, edgeitems=_EDGE, max_line_width=120)


def _flat(matrix: Any, title: str) -> Iterator[Visualization]:
    picture = pixels.as_picture(np.asarray(matrix))
    if picture is not None:
        yield pixels.picture(picture, title)
        return
    if max(matrix.shape) > grids.CELLS:
        title += ": means of blocks" if matrix.size <= grids.WHOLE else ": means of samples of blocks"
    shown = charts.heatmap(matrix, title)
    if shown.data["min"] is not None:
        yield shown


def _counts(value: Any) -> Iterator[Visualization]:
    flat, is_sample = grids.numbers(value)
    title = f"values, a sample of {len(flat):,}" if is_sample else "values"
    if value.dtype.kind == "b":
        yield charts.bars({"True": int(np.sum(flat == 1)), "False": int(np.sum(flat == 0))}, title)
        return
    shown = charts.histogram(flat, title)
    if shown.data["counts"]:
        yield shown


def _array(tensor: Any) -> Array | None:
    """Return the memory of a tensor as an array; None where that would cost a copy of much, or is none."""
    if tensor.device.type != "cpu" or str(tensor.layout) != "torch.strided" or tensor.is_quantized:
        return None
    plain = tensor.detach().resolve_conj().resolve_neg()
    try:
        return np.asarray(plain.numpy())
    except TypeError:
        return np.asarray(plain.float().numpy()) if plain.numel() <= _CONVERTED else None


def _called(value: Any) -> str:
    return f"{value.dtype}, {_sides(value.shape)}"


def _sides(shape: Any) -> str:
    return " x ".join(f"{side:,}" for side in shape) or "one value"
