"""Materializers: what writes values of each type to files and reads them back.

Those of libraries are known by name only, and imported when a value of the library first appears.
"""

from __future__ import annotations

import collections
import datetime as dt
import decimal
import fractions
import pathlib
import sys
import types
import uuid
import zoneinfo
from typing import TYPE_CHECKING, Any, TypeVar, cast, overload

from airflow_artifacts.exceptions import DeclarationError, UnsupportedTypeError
from airflow_artifacts.materializers.base import FilesReader, FilesWriter, Materializer
from airflow_artifacts.registry import TypeRegistry, class_named, public_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from airflow_artifacts.registry import Registration

__all__ = [
    "PICKLE",
    "STATE_DICT",
    "STRUCTURE",
    "FilesReader",
    "FilesWriter",
    "Materializer",
    "announce",
    "find",
    "find_name",
    "moved",
    "named",
    "register",
    "serving",
    "type_name",
    "type_named",
    "writing",
]

H = TypeVar("H", bound="type[Materializer[Any]]")

STRUCTURE = "structure"
"""What writes a class that says itself what its values consist of."""

PICKLE = "pickle"
"""What writes all else, where that is allowed."""

STATE_DICT = "torch state dict"
"""What writes a dict of nothing but tensors."""

_registry: TypeRegistry[Materializer[Any]] = TypeRegistry()


@overload
def register(type_: type | str, *, subclasses: bool = False) -> Callable[[H], H]: ...


@overload
def register(
    type_: type | str, materializer: Materializer[Any] | type[Materializer[Any]], *, subclasses: bool = False
) -> None: ...


def register(
    type_: type | str,
    materializer: Materializer[Any] | type[Materializer[Any]] | None = None,
    *,
    subclasses: bool = False,
) -> Any:
    """Let a materializer serve a type; also a decorator of the materializer's class.

    Register in the module that defines the type, so that whoever imports the type can load its values. A later
    registration for the same type replaces the earlier one.

    Args:
        type_: The type, or its dotted public name such as ``"pandas.DataFrame"``.
        materializer: An instance, or a class that takes no arguments.
        subclasses: Whether it restores values of a subclass as that subclass; only then it serves them.

    Raises:
        DeclarationError: It lacks ``save`` or ``load``.
    """
    if materializer is None:

        def decorate(kind: H) -> H:
            register(type_, kind, subclasses=subclasses)
            return kind

        return decorate
    handler = materializer() if isinstance(materializer, type) else materializer
    _registry.register(type_, _checked(handler), subclasses=subclasses)
    return None


def announce(materializer: Materializer[Any] | str) -> tuple[str, Materializer[Any]]:
    """Let a materializer be found by a name of its own, without serving a type; return that name and the materializer.

    Args:
        materializer: An instance, or the dotted name of a class that takes no arguments, such as ``"package.Mine"``.

    Raises:
        DeclarationError: It lacks ``save`` or ``load``, or there is no such class.
    """
    if isinstance(materializer, str):
        kind = class_named(materializer.replace(":", "."))
        if kind is None:
            message = (
                f"there is no class {materializer!r} to write a value with; check the name, and install its package"
            )
            raise DeclarationError(message)
        materializer = kind()
    handler = _checked(materializer)
    name = public_name(type(handler))
    _registry.announce(name, handler)
    return name, handler


def serving(type_: type) -> Registration[Materializer[Any]]:
    """Return what writes values of a type.

    Raises:
        UnsupportedTypeError: Nothing does; the message says what can be done.
    """
    registration = find(type_)
    if registration is not None:
        return registration
    name = public_name(type_)
    base = next((served for served in map(_registry.find, type_.__mro__[1:]) if served is not None), None)
    ways_out = (
        f"register one with materializers.register({type_.__name__}, …), "
        "or let it be pickled ([artifacts] allow_pickle)"
    )
    if base is not None:
        message = (
            f"no materializer for {name}: that for its base {base.name} would restore a {base.name}; convert the "
            f"value to {base.name}, {ways_out}"
        )
    else:
        message = (
            f"no materializer for {name}; return plain values, dataclasses, arrays or tables, save it to a file and "
            f"return its pathlib.Path, {ways_out}"
        )
    raise UnsupportedTypeError(message)


def find(type_: type) -> Registration[Materializer[Any]] | None:
    """Return what writes values of a type, or None.

    A class that says itself what its values consist of, such as a dataclass, needs none of its own.
    """
    registration = _registry.find(type_)
    if registration is not None:
        return registration
    from airflow_artifacts.materializers import classes  # noqa: PLC0415 - a plain value of Python needs it not

    return None if classes.kind_of(type_) is None else _registry.find_name(STRUCTURE)


def writing(value: object, *, allow_pickle: bool) -> tuple[str, Materializer[Any]]:
    """Return the name and the handler of what writes a value, pickle among them where it is allowed.

    Raises:
        UnsupportedTypeError: Nothing does; the message says what can be done.
    """
    type_ = type(value)
    registration = find(type_)
    if type_ in {dict, collections.OrderedDict} and "torch" in sys.modules:
        from airflow_artifacts.materializers.torch import is_state_dict  # noqa: PLC0415 - imports torch

        registration = named(STATE_DICT) if is_state_dict(cast("dict[Any, Any]", value)) else registration
    if registration is None and allow_pickle:
        registration = named(PICKLE)
    if registration is None:
        registration = serving(type_)
    return registration.name, registration.handler


def find_name(name: str) -> Registration[Materializer[Any]] | None:
    """Return what reads the values that were written under a registration's name, or None."""
    return _registry.find_name(name)


def type_named(name: str) -> type | None:
    """Return the type that is registered under a name, or None where there is none or its library is not imported."""
    return _registry.type_named(name)


def named(name: str) -> Registration[Materializer[Any]]:
    """Return what reads the values that were written under a registration's name.

    Raises:
        UnsupportedTypeError: Nothing is registered under it here; the message says what to import.
    """
    registration = _registry.find_name(name)
    if registration is None:
        message = (
            f"the value was written by the materializer for {name!r}, which is not known here; import the module that "
            f"registers it, probably {name.rpartition('.')[0]!r}"
        )
        raise UnsupportedTypeError(message)
    return registration


def type_name(type_: type) -> str:
    """Return the name by which a type is recorded, the same for all versions of its library."""
    return _registry.type_name(type_)


def moved(old: str, new: str | type) -> None:
    """Say where a class is now that values were written with under another name.

    Args:
        old: The public name it had, as the error says it.
        new: The class, or its dotted name.
    """
    from airflow_artifacts.materializers import classes  # noqa: PLC0415 - only who moved a class needs it

    classes.moved(old, new)


def _checked(materializer: Any) -> Materializer[Any]:
    if not isinstance(materializer, Materializer):
        message = (
            f"{materializer!r} is no materializer: it lacks save(value, files) or load(files); "
            "give it both, as materializers.Materializer says"
        )
        raise DeclarationError(message)
    return materializer


_HERE = "airflow_artifacts.materializers"
for _type in (
    *(type(None), bool, int, float, complex, str, bytes, bytearray, list, tuple, dict, set, frozenset, range),
    *(collections.OrderedDict, collections.defaultdict, collections.Counter, collections.deque),
    *(dt.datetime, dt.date, dt.time, dt.timedelta, dt.timezone, zoneinfo.ZoneInfo),
    *(decimal.Decimal, fractions.Fraction, uuid.UUID, pathlib.PurePosixPath, pathlib.PureWindowsPath),
    *(types.SimpleNamespace,),
):
    _registry.register(_type, f"{_HERE}.python:PythonMaterializer")
for _name in (
    *("pandas.Timestamp", "pandas.Timedelta", "pandas.Period", "pandas.Interval"),
    *("pendulum.DateTime", "pendulum.Date"),
):
    _registry.register(_name, f"{_HERE}.python:PythonMaterializer")
_registry.register("numpy.generic", f"{_HERE}.python:PythonMaterializer", subclasses=True)
_registry.announce(STRUCTURE, f"{_HERE}.python:PythonMaterializer")
_registry.announce(PICKLE, f"{_HERE}.pickle:PickleMaterializer")
_registry.register(pathlib.Path, f"{_HERE}.files:PathMaterializer", subclasses=True)
_registry.register("numpy.ndarray", f"{_HERE}.numpy:ArrayMaterializer")
_registry.register("numpy.memmap", f"{_HERE}.numpy:ArrayMaterializer")
_registry.register("numpy.ma.MaskedArray", f"{_HERE}.numpy:MaskedArrayMaterializer")
for _name in ("bsr", "coo", "csc", "csr", "dia", "dok", "lil"):
    _registry.register(f"scipy.sparse.{_name}_matrix", f"{_HERE}.scipy:SparseMaterializer")
    _registry.register(f"scipy.sparse.{_name}_array", f"{_HERE}.scipy:SparseMaterializer")
_registry.register("pandas.DataFrame", f"{_HERE}.pandas:DataFrameMaterializer")
_registry.register("pandas.Series", f"{_HERE}.pandas:SeriesMaterializer")
for _name in ("", "Range", "Multi", "Datetime", "Timedelta", "Period", "Interval", "Categorical"):
    _registry.register(f"pandas.{_name}Index", f"{_HERE}.pandas:IndexMaterializer")
for _name in ("HTML", "Markdown", "CSV", "JSON"):
    _registry.register(f"airflow_artifacts.texts.{_name}", f"{_HERE}.texts:TextMaterializer")
# Only provider imports Airflow, and it is there where such a path is.
_registry.register("airflow.sdk.io.path.ObjectStoragePath", "airflow_artifacts.provider.paths:StoragePathMaterializer")
_registry.register("sklearn.base.BaseEstimator", f"{_HERE}.sklearn:EstimatorMaterializer", subclasses=True)
_registry.register("xgboost.Booster", f"{_HERE}.boosting:XGBoostMaterializer")
_registry.register("lightgbm.Booster", f"{_HERE}.boosting:LightGBMMaterializer")
_registry.register("torch.Tensor", f"{_HERE}.torch:TensorMaterializer")
_registry.register("torch.nn.Parameter", f"{_HERE}.torch:TensorMaterializer")
_registry.register("torch.nn.Module", f"{_HERE}.torch:ModuleMaterializer", subclasses=True)
_registry.announce(STATE_DICT, f"{_HERE}.torch:StateDictMaterializer")
_registry.register("datasets.Dataset", f"{_HERE}.datasets:DatasetMaterializer")
_registry.register("datasets.DatasetDict", f"{_HERE}.datasets:DatasetMaterializer")
_registry.register("PIL.Image.Image", f"{_HERE}.pillow:ImageMaterializer", subclasses=True)
_registry.register("matplotlib.figure.Figure", f"{_HERE}.matplotlib:FigureMaterializer")
_registry.register("dask.dataframe.DataFrame", f"{_HERE}.dask:DataFrameMaterializer")
_registry.register("pyspark.sql.DataFrame", f"{_HERE}.spark:DataFrameMaterializer", subclasses=True)
_registry.register("pyarrow.Table", f"{_HERE}.pyarrow:TableMaterializer")
_registry.register("pyarrow.RecordBatch", f"{_HERE}.pyarrow:RecordBatchMaterializer")
_registry.register("pyarrow.Array", f"{_HERE}.pyarrow:ArrayMaterializer", subclasses=True)
_registry.register("pyarrow.ChunkedArray", f"{_HERE}.pyarrow:ArrayMaterializer")
_registry.register("pyarrow.RecordBatchReader", f"{_HERE}.streams:ReaderMaterializer", subclasses=True)
_registry.register("pyarrow.dataset.Dataset", f"{_HERE}.streams:DatasetMaterializer", subclasses=True)
_registry.register(types.GeneratorType, f"{_HERE}.streams:StreamMaterializer")
_registry.register("polars.DataFrame", f"{_HERE}.polars:DataFrameMaterializer")
_registry.register("polars.Series", f"{_HERE}.polars:SeriesMaterializer")
_registry.register("polars.LazyFrame", f"{_HERE}.polars:LazyFrameMaterializer")
