"""Pictures: Pillow's images and matplotlib's figures, small enough to be kept with the version."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import numpy as np

from airflow_artifacts.visualizers import charts, pixels

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from airflow_artifacts.visualizers.model import Visualization

__all__ = ["FigureDrawer", "ImageDrawer", "thumbnail"]

# Pixels of a longer side; of a larger image every n-th one is looked at.
_LOOKED_AT = 2048
_JPEG_QUALITY = 75
_COLOURS = 128
# Pixels of a figure's longer side, and how much finer than a screen it is at most.
_FIGURE = 1200
_FINEST = 144


class ImageDrawer:
    """Describes and shows images of Pillow."""

    def describe(self, value: Any) -> Mapping[str, Any]:
        """Return size and mode."""
        return {"size": list(value.size), "mode": value.mode}

    def visualize(self, value: Any, rows: int) -> Visualization:  # noqa: ARG002 - as every visualizer
        """Return the image, made smaller until it fits."""
        width, height = value.size
        return thumbnail(value, f"{width:,} x {height:,}, {value.mode}")


class FigureDrawer:
    """Shows figures of matplotlib."""

    def describe(self, value: Any) -> Mapping[str, Any]:
        """Return how large it is, in inches, and how many axes it has."""
        return {"size": [float(side) for side in value.get_size_inches()], "axes": len(value.axes)}

    def visualize(self, value: Any, rows: int) -> Visualization:  # noqa: ARG002 - as every visualizer
        """Return the figure at a resolution at which it fits, as PNG: an SVG grows with what is drawn."""
        dpi = min(_FINEST, _FIGURE / float(max(value.get_size_inches())))
        drawn = _saved(lambda file: value.savefig(file, format="png", dpi=dpi))
        if len(drawn) <= pixels.BYTES:
            return charts.image(drawn)
        return _of_fewer_colours(drawn)


def thumbnail(image: Any, title: str | None = None) -> Visualization:
    """Return an image of Pillow in the largest size that can be kept: as PNG, or as JPEG where that lets it be larger.

    Args:
        image: The image, which stays as it is.
        title: Stands above it.
    """
    plain = _plain(image)
    largest = max(plain.size)
    while True:
        small = plain.copy()
        small.thumbnail((largest, largest) if largest < pixels.SIDE else (pixels.SIDE, pixels.SIDE))
        data = min(_forms(small), key=len)
        if len(data) <= pixels.BYTES or largest <= pixels.SMALLEST:
            return charts.image(data, title)
        largest = pixels.smaller(max(small.size), len(data))


def _plain(image: Any) -> Any:
    """Return an image in colours that pages know, at most so large."""
    from PIL import Image  # noqa: PLC0415 - its value is here, or files asked for it

    step = max(image.size) / _LOOKED_AT
    if step > 1:
        sides = [max(1, round(side / step)) for side in image.size]
        image = image.resize(sides, Image.Resampling.NEAREST)
    if image.mode.startswith(("I", "F")):
        image = Image.fromarray(_spread(np.asarray(image).astype(float)))
    if image.mode in {"1", "L", "RGB", "RGBA"} and "transparency" not in image.info:
        return image
    return image.convert("RGBA" if "A" in image.mode or "transparency" in image.info else "RGB")


def _spread(values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return numbers as shades of grey, from the least to the greatest."""
    finite = values[np.isfinite(values)]
    low, high = (finite.min(), finite.max()) if len(finite) else (0.0, 0.0)
    return pixels.as_bytes((values - low) / ((high - low) or 1))


def _forms(image: Any) -> Iterator[bytes]:
    """Give the file of an image without a loss, and where that is too large others."""
    exact = _saved(lambda file: image.save(file, "PNG"))
    yield exact
    if len(exact) > pixels.BYTES and image.mode in {"L", "RGB"}:
        yield _saved(lambda file: image.save(file, "JPEG", quality=_JPEG_QUALITY))


def _of_fewer_colours(data: bytes) -> Visualization:
    """Return a drawing in few colours, and where these are too many bytes too, as a smaller picture."""
    from PIL import Image  # noqa: PLC0415 - matplotlib needs it, too

    with Image.open(io.BytesIO(data)) as image:
        paper = Image.new("RGBA", image.size, "white")
        paper.alpha_composite(image.convert("RGBA"))
    plain = paper.convert("RGB")
    reduced = _saved(lambda file: plain.quantize(_COLOURS, Image.Quantize.FASTOCTREE).save(file, "PNG"))
    return charts.image(reduced) if len(reduced) <= pixels.BYTES else thumbnail(plain)


def _saved(save: Callable[[io.BytesIO], object]) -> bytes:
    target = io.BytesIO()
    save(target)
    return target.getvalue()
