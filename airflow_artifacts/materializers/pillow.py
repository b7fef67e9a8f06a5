"""Images of Pillow, without loss: as PNG, or as TIFF where PNG lacks the mode."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import PIL.Image

from airflow_artifacts.exceptions import UnsupportedTypeError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from airflow_artifacts.materializers.base import FilesReader, FilesWriter

__all__ = ["ImageMaterializer"]

_FORMATS: Mapping[str, tuple[str, ...]] = {
    "png": ("1", "L", "LA", "P", "RGB", "RGBA", "I;16"),
    "tiff": ("I", "F", "CMYK", "YCbCr", "LAB"),
}


class ImageMaterializer:
    """Writes ``image.png`` or ``image.tiff``: pixels, mode, palette and transparency; gives a plain image back."""

    def save(self, value: PIL.Image.Image, files: FilesWriter) -> Mapping[str, Any]:
        """Write an image.

        Raises:
            UnsupportedTypeError: Neither format has its mode.
        """
        form = next((form for form, modes in _FORMATS.items() if value.mode in modes), None)
        if form is None:
            message = f"an image of mode {value.mode!r} has no exact format; convert it, such as by .convert('RGBA')"
            raise UnsupportedTypeError(message)
        kept = {"transparency": value.info["transparency"]} if "transparency" in value.info else {}
        target = io.BytesIO()
        plain = value.copy()
        plain.info.clear()
        plain.info.update(kept)
        plain.save(target, form.upper(), **kept)
        with files.open(f"image.{form}") as file:
            file.write(target.getbuffer())
        return {"format": 1}

    def load(self, files: FilesReader) -> PIL.Image.Image:
        """Read an image into memory."""
        name = files.names()[0]
        with PIL.Image.open(io.BytesIO(files.read(name))) as image:
            image.load()
            return image.copy()
