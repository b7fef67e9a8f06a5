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
# Without it numpy refuses headers over 10,000 characters, a thousand fields, since it parses them. These bytes are
# those that this class wrote: their digest says so.
_HEADER = 1 << 30


class ArrayMaterializer:
    """Writes arrays of any shape and layout, structured ones too; a memory-mapped one comes back as an array."""

    def save(self, value: np.ndarray[Any, Any], files: FilesWriter) -> Mapping[str, Any]:
        """Write an array.

        Raises:
            UnsupportedTypeError: It holds Python objects, or has a dtype of another library or with metadata, which
                ``.npy`` could only pickle or would drop.
        """
        dtype = value.dtype
        if dtype.hasobject:
            message = (
                f"an array of dtype {dtype} holds Python objects, which only pickle could write; "
                "give it a dtype (value.astype(…)), or return value.tolist()"
            )
            raise UnsupportedTypeError(message)
        if _has_metadata(dtype) or np.lib.format.descr_to_dtype(np.lib.format.dtype_to_descr(dtype)) != dtype:
            message = (
                f"an array of dtype {dtype!r} would come back with another one; give it a dtype of numpy's own, "
                "without metadata (value.astype(…))"
            )
            raise UnsupportedTypeError(message)
        array = np.asarray(value)
        with files.open(_FILE) as file:
            if dtype.names is None and array.nbytes and (array.flags.c_contiguous or array.flags.f_contiguous):
                # As write_array does where it knows the file for one of the system's: without a copy.
                np.lib.format.write_array_header_1_0(file, np.lib.format.header_data_from_array_1_0(array))
                flat = (array if array.flags.c_contiguous else array.T).reshape(-1)
                file.write(flat.view(np.uint8).data)
            else:
                # The other versions of the format lack fields with any name, and numpy warns where it has to choose.
                version = (1, 0) if dtype.names is None else (3, 0)
                np.lib.format.write_array(file, array, version=version, allow_pickle=False)
        return {"format": 1}

    def load(self, files: FilesReader) -> np.ndarray[Any, Any]:
        """Read an array into memory."""
        loaded: np.ndarray[Any, Any] = np.load(files.path(_FILE), allow_pickle=False, max_header_size=_HEADER)
        return loaded


def _has_metadata(dtype: np.dtype[Any]) -> bool:
    fields = [field[0] for field in dtype.fields.values()] if dtype.fields else []
    inner = [dtype.subdtype[0]] if dtype.subdtype else []
    return dtype.metadata is not None or any(map(_has_metadata, [*fields, *inner]))
