"""Visualizations of numbers, names and pictures: what visualizers give, this package's own and users'.

Large arrays are looked at in samples, which their titles say; neither is a mapped file read whole.
"""

from __future__ import annotations

import base64
import itertools
from typing import TYPE_CHECKING, Any

from airflow_artifacts.visualizers.model import Visualization, as_json, short

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["bars", "heatmap", "histogram", "image", "properties"]

_BARS = 20
_SIGNATURES = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF8": "image/gif",
    b"RIFF": "image/webp",
    b"<": "image/svg+xml",
}


def heatmap(values: Any, title: str | None = None) -> Visualization:
    """Return a heatmap of at most 64 by 64 cells, of which each is the mean of the numbers it stands for.

    Args:
        values: Numbers by row and column; those that are not finite are left out.
        title: Stands above it.
    """
    import numpy as np  # noqa: PLC0415 - plain values need none

    from airflow_artifacts.visualizers import grids  # noqa: PLC0415 - as above

    values = np.asanyarray(values)

    means = grids.means(values)
    cells = [number for row in means for number in row if number is not None]
    data = {
        "shape": list(values.shape),
        "values": means,
        "min": min(cells, default=None),
        "max": max(cells, default=None),
    }
    return Visualization("heatmap", data, title)


def histogram(values: Any, title: str | None = None) -> Visualization:
    """Return how the numbers of an array are spread; those that are not finite are left out.

    Args:
        values: An array of any shape. Of more than 20,000 numbers a sample stands for all.
        title: Stands above it.
    """
    import numpy as np  # noqa: PLC0415 - plain values need none

    from airflow_artifacts.visualizers import grids, statistics  # noqa: PLC0415 - as above

    numbers, _ = grids.numbers(np.asanyarray(values))
    found = statistics.histogram(numbers[np.isfinite(numbers)] if numbers.dtype.kind == "f" else numbers)
    return Visualization("histogram", found or {"edges": [], "counts": []}, title)


def bars(values: Mapping[Any, float], title: str | None = None, *, unit: str | None = None) -> Visualization:
    """Return a bar for each number, in their order; of more than 20 the largest ones first, which the title says.

    Args:
        values: Numbers by label; those that are not finite are left out.
        title: Stands above them.
        unit: Stands behind each number.
    """
    numbers = [(label, scalar(value)) for label, value in values.items()]
    chosen = [(label, value) for label, value in numbers if isinstance(value, (int, float))]
    if len(chosen) > _BARS:
        chosen = sorted(chosen, key=lambda pair: -abs(pair[1]))[:_BARS]
    data = {"labels": [short(label) for label, _ in chosen], "values": [value for _, value in chosen], "unit": unit}
    return Visualization("bars", data, _of(title, len(chosen), len(values)))


def properties(values: Mapping[Any, Any], title: str | None = None, *, most: int = 100) -> Visualization:
    """Return names with their values: numbers, truth values, None, and short texts of all else.

    Args:
        values: Values by name.
        title: Stands above them.
        most: How many are shown; the title says where there are more.
    """
    data = {short(name): scalar(value) for name, value in itertools.islice(values.items(), most)}
    return Visualization("properties", data, _of(title, min(most, len(values)), len(values)))


def image(data: bytes, title: str | None = None) -> Visualization:
    """Return a picture.

    Args:
        data: A file of PNG, JPEG, GIF, WebP or SVG, of at most 45 KB: nothing larger fits a preview.
        title: Stands above it.

    Raises:
        ValueError: It is none of these.
    """
    found = [kind for signature, kind in _SIGNATURES.items() if data.lstrip().startswith(signature)]
    if not found:
        message = f"the bytes of a picture are PNG, JPEG, GIF, WebP or SVG, and these begin with {data[:8]!r}"
        raise ValueError(message)
    return Visualization("image", {"media_type": found[0], "base64": base64.b64encode(data).decode()}, title)


def scalar(value: Any) -> Any:
    """Return a number, a truth value or None as itself, and all else as short text."""
    if isinstance(value, (bool, int, float, type(None))) or getattr(value, "shape", None) == ():
        return as_json(value)
    return short(value)


def _of(title: str | None, shown: int, there: int) -> str | None:
    if shown == there:
        return title
    return f"{shown:,} of {there:,}" if title is None else f"{title}: {shown:,} of {there:,}"
