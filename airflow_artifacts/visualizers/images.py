"""Pictures: Pillow's images and matplotlib's figures, small enough to be kept with the version."""

from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING, Any

from airflow_artifacts.visualizers.model import Visualization

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["FigureDrawer", "ImageDrawer"]

# In base64 a third more, which leaves room for what stands beside it.
_BYTES = 40 << 10
_SIDE = 512
_SMALLEST = 16


class ImageDrawer:
    """Describes and shows images of Pillow."""

    def describe(self, value: Any) -> Mapping[str, Any]:
        """Return size and mode."""
        return {"size": list(value.size), "mode": value.mode}

    def visualize(self, value: Any, rows: int) -> Visualization:  # noqa: ARG002 - as every visualizer
        """Return the image, made smaller until it fits."""
        plain = value.convert("RGBA" if "A" in value.mode or "transparency" in value.info else "RGB")
        side = _SIDE
        while True:
            small = plain.copy()
            small.thumbnail((side, side))
            target = io.BytesIO()
            small.save(target, "PNG", optimize=True)
            if target.tell() <= _BYTES or side <= _SMALLEST:
                return _png(target.getvalue())
            side //= 2


class FigureDrawer:
    """Shows figures of matplotlib."""

    def describe(self, value: Any) -> Mapping[str, Any]:
        """Return how large it is, in inches, and how many axes it has."""
        return {"size": [float(side) for side in value.get_size_inches()], "axes": len(value.axes)}

    def visualize(self, value: Any, rows: int) -> Visualization:  # noqa: ARG002 - as every visualizer
        """Return the figure at a resolution at which it fits."""
        for dpi in (72, 48, 32, 16):
            target = io.BytesIO()
            value.savefig(target, format="png", dpi=dpi)
            if target.tell() <= _BYTES:
                break
        return _png(target.getvalue())


def _png(data: bytes) -> Visualization:
    return Visualization("image", {"media_type": "image/png", "base64": base64.b64encode(data).decode()})
