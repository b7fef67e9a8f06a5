"""numpy arrays as ``.npy`` files, which any numpy reads, without pickle."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from airflow_artifacts.exceptions import UnsupportedTypeError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from airflow_artifacts.materializers.base import FilesReader, FilesWriter

__all__ = ["ArrayMaterializer"]

_FILE = "array.npy"


class ArrayMaterializer:
    """Writes arrays of any shape and layout, structured ones too; a memory-mapped one comes back as an array."""

    def save(self, value: np.ndarray[Any, Any], files: FilesWriter) -> Mapping[str, Any]:
        """Write an array.

        Raises:
            UnsupportedTypeError: It holds Python objects, which ``.npy`` can only pickle.
        """
        if value.dtype.hasobject:
            message = (
                f"an array of dtype {value.dtype} holds Python objects, which only pickle could write; "
                "give it a dtype (value.astype(…)), or return value.tolist()"
            )
            raise UnsupportedTypeError(message)
        with files.open(_FILE) as file:
            np.lib.format.write_array(file, np.asarray(value), allow_pickle=False)
        return {"format": 1}

    def load(self, files: FilesReader) -> np.ndarray[Any, Any]:
        """Read an array into memory."""
        loaded: np.ndarray[Any, Any] = np.load(files.path(_FILE), allow_pickle=False)
        return loaded
