"""Estimators of scikit-learn by skops, which names every type that it will make; else by pickle, if allowed."""

from __future__ import annotations

import importlib
import io
import json
import zipfile
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from airflow_artifacts.exceptions import StoreError, UnsupportedTypeError
from airflow_artifacts.materializers.pickle import PickleMaterializer
from airflow_artifacts.registry import public_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from airflow_artifacts.materializers.base import FilesReader, FilesWriter

__all__ = ["EstimatorMaterializer"]

_FILE = "model.skops"
_SCHEMA = "schema.json"
# What estimators hold besides what skops trusts: making one of these runs nothing that the file chose. Other names of
# the same packages would: scipy's distributions execute text that they hold, and numpy has functions that do.
_TRUSTED = frozenset(
    {
        *("collections.OrderedDict", "collections.defaultdict", "lightgbm.basic.Booster", "xgboost.core.Booster"),
        *("numpy.dtype", "numpy.mean", "scipy._lib.array_api_compat.numpy._aliases.asarray"),
        *("scipy.interpolate._bsplines.BSpline", "scipy.interpolate._interpolate.interp1d"),
        *(f"scipy.sparse._{form}.{form}_{kind}" for form in ("csc", "csr") for kind in ("array", "matrix")),
    }
)
# Of scikit-learn all classes but those of these modules, and the functions of those that estimators take as arguments.
_SHUT = frozenset({"__main__", "_build_utils", "_testing", "conftest", "datasets", "externals", "testing", "tests"})
_FUNCTIONS = ("cluster", "covariance", "feature_selection", "gaussian_process", "metrics", "neighbors", "preprocessing")
# Of a zip file, whose entries would say when they were written.
_NO_DATE = (1980, 1, 1, 0, 0, 0)


class EstimatorMaterializer:
    """Writes ``model.skops``: a zip file of JSON and arrays, which holds no code."""

    def save(self, value: Any, files: FilesWriter) -> Mapping[str, Any]:
        """Write an estimator.

        Raises:
            UnsupportedTypeError: It holds functions or types of other libraries, which only pickle could write.
        """
        skops = _skops()
        try:
            data = skops.dumps(value)
            unknown = skops.get_untrusted_types(data=data)
        except Exception as error:  # noqa: BLE001 - what it refuses, it refuses in many ways
            return self._pickled(value, files, f"{type(error).__name__}: {error}")
        if others := _untrusted(unknown):
            return self._pickled(value, files, f"it holds {', '.join(others)}")
        with files.open(_FILE) as file:
            _write_alike(data, file)
        return {"format": 1, "types": sorted(unknown)}

    def load(self, files: FilesReader) -> Any:
        """Read an estimator.

        Raises:
            UnsupportedTypeError: It was pickled, and pickle is not allowed here; or it names what may not be made.
            StoreError: The file would take more memory than it takes room.
        """
        if _FILE not in files.names():
            return PickleMaterializer().load(files)
        skops, data = _skops(), files.read(_FILE)
        with zipfile.ZipFile(io.BytesIO(data)) as file:
            held = sum(one.file_size for one in file.infolist())
        if held > len(data):
            message = f"{_FILE} claims {held} bytes in {len(data)}, and none ever did; restore the file"
            raise StoreError(message)
        # Not what is recorded as trusted: whoever can write there could trust anything.
        unknown = skops.get_untrusted_types(data=data)
        if others := _untrusted(unknown):
            message = (
                f"the stored estimator holds {', '.join(others)}, which could run code when it is made; where you "
                "trust all who can write to the store and the lineage database, let it be pickled and save it again"
            )
            raise UnsupportedTypeError(message)
        return skops.loads(data, trusted=unknown)

    def _pickled(self, value: Any, files: FilesWriter, why: str) -> Mapping[str, Any]:
        try:
            return PickleMaterializer().save(value, files)
        except UnsupportedTypeError as error:
            message = f"the {public_name(type(value))} cannot be written without pickle ({why}): {error}"
            raise UnsupportedTypeError(message) from error


def _untrusted(names: Iterable[str]) -> list[str]:
    """Return those names of types and functions that an estimator may not hold."""
    return [name for name in names if name not in _TRUSTED and not _is_of_estimators(name)]


def _is_of_estimators(name: str) -> bool:
    """Whether a name is that of a class of scikit-learn, of an estimator, or of a function that estimators take."""
    module, _, attribute = name.rpartition(".")
    package, *rest = module.split(".")
    if package not in {"lightgbm", "sklearn", "xgboost"} or not _SHUT.isdisjoint(rest):
        return False
    try:
        found = getattr(importlib.import_module(module), attribute, None)
    except ImportError:
        return False
    if not str(getattr(found, "__module__", "")).startswith(f"{package}."):
        return False
    if isinstance(found, type):
        return package == "sklearn" or _is_estimator(found)
    return callable(found) and package == "sklearn" and bool(rest) and rest[0] in _FUNCTIONS


def _is_estimator(kind: type) -> bool:
    from sklearn.base import BaseEstimator  # noqa: PLC0415 - only an estimator needs it

    return issubclass(kind, BaseEstimator)


def _skops() -> Any:
    try:
        import skops.io  # noqa: PLC0415 - only an estimator needs it
    except ImportError as error:
        message = "estimators of scikit-learn are written by skops; pip install 'airflow-artifacts[sklearn]'"
        raise UnsupportedTypeError(message) from error
    return skops.io


def _write_alike(data: bytes, file: Any) -> None:
    """Write what skops made without the dates, and the addresses and chances that it names things by."""
    with zipfile.ZipFile(io.BytesIO(data)) as made, zipfile.ZipFile(file, "w") as target:
        names = _Names()
        schema = names.settled(json.loads(made.read(_SCHEMA)))
        target.writestr(zipfile.ZipInfo(_SCHEMA, _NO_DATE), json.dumps(schema))
        for new, old in sorted(names.files.items()):
            target.writestr(zipfile.ZipInfo(new, _NO_DATE), made.read(old))


class _Names:
    """Names the nodes and files of a schema by the order in which they stand there.

    Attributes:
        files: What the files were called, by their new names.
    """

    def __init__(self) -> None:
        self.files: dict[str, str] = {}
        self._nodes: dict[int, int] = {}
        self._renamed: dict[str, str] = {}

    def settled(self, node: Any) -> Any:
        """Return a part of the schema with its new names."""
        if isinstance(node, list):
            return [self.settled(one) for one in node]
        if not isinstance(node, dict):
            return node
        found = dict(node)
        if isinstance(node.get("__id__"), int):
            found["__id__"] = self._nodes.setdefault(node["__id__"], len(self._nodes))
        if isinstance(node.get("file"), str):
            found["file"] = self._file(node["file"])
        return {key: one if key in {"__id__", "file"} else self.settled(one) for key, one in found.items()}

    def _file(self, name: str) -> str:
        if name not in self._renamed:
            self._renamed[name] = f"{len(self._renamed)}{PurePosixPath(name).suffix}"
            self.files[self._renamed[name]] = name
        return self._renamed[name]
