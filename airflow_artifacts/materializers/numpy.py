"""numpy arrays as ``.npy`` files, which any numpy reads, without pickle; they are mapped into memory when loaded."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

import numpy as np

from airflow_artifacts.exceptions import StoreError, UnsupportedTypeError
from airflow_artifacts.materializers.python import PythonMaterializer, decode, encode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from airflow_artifacts.materializers.base import FilesReader, FilesWriter

__all__ = ["ArrayMaterializer", "MaskedArrayMaterializer", "read_array", "write_array"]

_FILE = "array.npy"
_MASK = "mask.npy"
_FILL = "fill.npy"
# Of a dtype with thousands of fields.
_HEADER_BYTES = 1 << 20


class ArrayMaterializer:
    """Writes arrays of any shape and layout, structured ones too; a memory-mapped one comes back as an array.

    One of Python objects, or of numpy's texts of any length, is written as the list of its elements. What is loaded may
    be changed: a large array is mapped from its file, and what is changed of it copied.
    """

    def save(self, value: np.ndarray[Any, Any], files: FilesWriter) -> Mapping[str, Any]:
        """Write an array.

        Raises:
            UnsupportedTypeError: It has fields of Python objects, an object that has no materializer, or a dtype of
                another library or with metadata, which ``.npy`` would drop.
        """
        if value.dtype.kind in "OT":
            return _save_elements(np.asarray(value), files)
        write_array(value, files, _FILE)
        return {"format": 1}

    def load(self, files: FilesReader) -> np.ndarray[Any, Any]:
        """Read an array."""
        if "elements" in files.details:
            return _load_elements(files)
        return read_array(files, _FILE)


class MaskedArrayMaterializer:
    """Writes a masked array: its data, also what is masked, its mask and its fill value."""

    def save(self, value: np.ma.MaskedArray[Any, Any], files: FilesWriter) -> Mapping[str, Any]:
        """Write a masked array.

        Raises:
            UnsupportedTypeError: It holds Python objects, or a dtype of another library or with metadata.
        """
        write_array(value.data, files, _FILE)
        has_mask = value.mask is not np.ma.nomask
        if has_mask:
            write_array(np.asarray(value.mask), files, _MASK)
        # Asking for a fill value that was never set would set it.
        has_fill = value._fill_value is not None  # type: ignore[attr-defined]  # noqa: SLF001
        if has_fill:
            write_array(np.asarray(value.fill_value, dtype=value.dtype), files, _FILL)
        return {"format": 1, "mask": has_mask, "fill": has_fill, "hard": bool(value.hardmask)}

    def load(self, files: FilesReader) -> np.ma.MaskedArray[Any, Any]:
        """Read a masked array."""
        details = files.details
        return np.ma.MaskedArray(
            read_array(files, _FILE),
            mask=read_array(files, _MASK) if details["mask"] else np.ma.nomask,
            fill_value=read_array(files, _FILL)[()] if details["fill"] else None,  # type: ignore[arg-type]
            hard_mask=details["hard"],
        )


def write_array(value: np.ndarray[Any, Any], files: FilesWriter, name: str) -> None:
    """Write an array as an ``.npy`` file.

    Raises:
        UnsupportedTypeError: It holds Python objects, or has a dtype of another library or with metadata.
    """
    dtype = value.dtype
    if dtype.hasobject:
        message = (
            f"an array of dtype {dtype} holds Python objects beside other fields or a mask, which only pickle could "
            "write; give it a dtype (value.astype(…)), or return value.tolist()"
        )
        raise UnsupportedTypeError(message)
    if _has_metadata(dtype) or np.lib.format.descr_to_dtype(np.lib.format.dtype_to_descr(dtype)) != dtype:
        message = (
            f"an array of dtype {dtype!r} would come back with another one; give it a dtype of numpy's own, "
            "without metadata (value.astype(…))"
        )
        raise UnsupportedTypeError(message)
    array = np.asarray(value)
    with files.open(name) as file:
        if dtype.names is None and array.nbytes and (array.flags.c_contiguous or array.flags.f_contiguous):
            # As write_array does where it knows the file for one of the system's: without a copy.
            np.lib.format.write_array_header_1_0(file, np.lib.format.header_data_from_array_1_0(array))
            flat = (array if array.flags.c_contiguous else array.T).reshape(-1)
            file.write(flat.view(np.uint8).data)
        else:
            # The other versions of the format lack fields with any name, and numpy warns where it has to choose.
            version = (1, 0) if dtype.names is None else (3, 0)
            np.lib.format.write_array(file, array, version=version, allow_pickle=False)


def read_array(files: FilesReader, name: str) -> np.ndarray[Any, Any]:
    """Read an ``.npy`` file that :func:`write_array` wrote, without a copy.

    The header is a literal of Python; the format is described in numpy's ``numpy.lib.format``.

    Raises:
        StoreError: It is no such file.
    """
    data = files.buffer(name)
    width = 2 if data[6] == 1 else 4
    start = 8 + width + int.from_bytes(data[8 : 8 + width], "little")
    if start > _HEADER_BYTES:
        message = f"{name} begins with a header of {start} bytes; no array has so many fields: restore the file"
        raise StoreError(message)
    header = ast.literal_eval(bytes(data[8 + width : start]).decode("utf-8" if data[6] == 3 else "latin1"))  # noqa: PLR2004 - the format's version 3
    dtype = np.lib.format.descr_to_dtype(header["descr"])
    shape = header["shape"]
    if dtype.hasobject or dtype.kind == "T":
        # As such numpy would take the bytes for the addresses of objects, and follow them.
        message = f"{name} claims to hold Python objects, which it cannot; restore the file from a backup"
        raise StoreError(message)
    return np.ndarray(shape, dtype, data, start, order="F" if header["fortran_order"] else "C")


def _save_elements(value: np.ndarray[Any, Any], files: FilesWriter) -> Mapping[str, Any]:
    is_fortran = value.flags.f_contiguous and not value.flags.c_contiguous
    elements: dict[str, Any] = {"shape": list(value.shape), "order": "F" if is_fortran else "C"}
    dtype: Any = value.dtype
    if dtype.kind == "T":
        has_missing = hasattr(dtype, "na_object")
        elements["text"] = {"coerce": dtype.coerce, **({"na": encode(dtype.na_object, "dtype")} if has_missing else {})}
    PythonMaterializer().save(value.ravel(order="F" if is_fortran else "C").tolist(), files)
    return {"format": 1, "elements": elements}


def _load_elements(files: FilesReader) -> np.ndarray[Any, Any]:
    elements = files.details["elements"]
    values = PythonMaterializer().load(files)
    dtype: Any = object
    if (text := elements.get("text")) is not None:
        missing = {"na_object": decode(text["na"])} if "na" in text else {}
        dtype = np.dtypes.StringDType(coerce=text["coerce"], **missing)
    flat = np.empty(len(values), dtype=dtype)
    for i, value in enumerate(values):  # one by one, since numpy would take lists for more dimensions
        flat[i] = value
    return flat.reshape(elements["shape"], order=elements["order"])


def _has_metadata(dtype: np.dtype[Any]) -> bool:
    fields = [field[0] for field in dtype.fields.values()] if dtype.fields else []
    inner = [dtype.subdtype[0]] if dtype.subdtype else []
    return dtype.metadata is not None or any(map(_has_metadata, [*fields, *inner]))
