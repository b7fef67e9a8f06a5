"""Sparse matrices and arrays of scipy, as the ``.npy`` files of what they consist of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import scipy.sparse

from airflow_artifacts.exceptions import StoreError, UnsupportedTypeError
from airflow_artifacts.materializers.numpy import read_array, write_array

if TYPE_CHECKING:
    from collections.abc import Mapping

    from airflow_artifacts.materializers.base import FilesReader, FilesWriter

__all__ = ["SparseMaterializer"]

_PARTS = {
    "csr": ("data", "indices", "indptr"),
    "csc": ("data", "indices", "indptr"),
    "bsr": ("data", "indices", "indptr"),
    "dia": ("data", "offsets"),
}
_FORMATS = frozenset({*_PARTS, "coo", "dok", "lil"})


class SparseMaterializer:
    """Writes matrices and arrays of every format; those by rows and by keys lie in the file by coordinates."""

    def save(self, value: Any, files: FilesWriter) -> Mapping[str, Any]:
        """Write a matrix.

        Raises:
            UnsupportedTypeError: It is of a class of another library.
        """
        kind = type(value)
        if getattr(scipy.sparse, kind.__name__, None) is not kind:
            message = f"a {kind.__module__}.{kind.__name__} would come back as another class; convert it to scipy's own"
            raise UnsupportedTypeError(message)
        parts = _PARTS.get(value.format)
        if parts is None:
            matrix = value if value.format == "coo" else value.tocoo()
            write_array(matrix.data, files, "data.npy")
            for axis, coordinates in enumerate(matrix.coords):
                write_array(coordinates, files, f"coordinates-{axis}.npy")
        else:
            for part in parts:
                write_array(getattr(value, part), files, f"{part}.npy")
        return {"format": 1, "class": kind.__name__, "shape": list(value.shape)}

    def load(self, files: FilesReader) -> Any:
        """Read a matrix."""
        name, shape = str(files.details["class"]), tuple(files.details["shape"])
        form, _, of = name.partition("_")
        if form not in _FORMATS or of not in {"array", "matrix"}:
            message = f"{name!r} is no class of sparse matrices; restore the lineage database from a backup"
            raise StoreError(message)
        kind: Any = getattr(scipy.sparse, name)
        data = read_array(files, "data.npy")
        if form in _PARTS:
            others = [read_array(files, f"{part}.npy") for part in _PARTS[form][1:]]
            return kind((data, *others), shape=shape)
        coordinates = tuple(read_array(files, f"coordinates-{axis}.npy") for axis in range(len(shape)))
        if form == "coo":
            return kind((data, coordinates), shape=shape)
        middle = scipy.sparse.coo_matrix if of == "matrix" else scipy.sparse.coo_array
        return getattr(middle((data, coordinates), shape=shape), f"to{form}")()
