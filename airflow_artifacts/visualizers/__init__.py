"""Visualizers: what is shown of a value, and the statistics that are kept with it, made when it is written.

Both are for people: what goes wrong while they are made loses only itself, and leaves a line in the log.
"""

from __future__ import annotations

import dataclasses
import logging
import pathlib
import types
from typing import Any

from airflow_artifacts.registry import TypeRegistry
from airflow_artifacts.visualizers import charts
from airflow_artifacts.visualizers.base import Describer, Visualizer
from airflow_artifacts.visualizers.model import Preview, Visualization, as_json

__all__ = [
    "Describer",
    "Drawing",
    "Preview",
    "Visualization",
    "Visualizer",
    "charts",
    "draw",
    "register",
    "register_describer",
]

_log = logging.getLogger(__name__)

_visualizers: TypeRegistry[Visualizer[Any]] = TypeRegistry()
_describers: TypeRegistry[Describer[Any]] = TypeRegistry()


@dataclasses.dataclass(frozen=True, slots=True)
class Drawing:
    """What was made of a value.

    Attributes:
        metadata: Statistics by name, as JSON.
        preview: What is shown, as the JSON of a :class:`Preview`; None for nothing.
    """

    metadata: dict[str, Any]
    preview: str | None


def register(type_: type | str, visualizer: Visualizer[Any] | type | None = None, *, subclasses: bool = False) -> Any:
    """Let a visualizer show the values of a type; also a decorator of the visualizer's class.

    Args:
        type_: The type, or its dotted public name such as ``"pandas.DataFrame"``.
        visualizer: An instance, or a class that takes no arguments.
        subclasses: Whether it shows values of subclasses, too.
    """
    return _register(_visualizers, type_, visualizer, subclasses=subclasses)


def register_describer(
    type_: type | str, describer: Describer[Any] | type | None = None, *, subclasses: bool = False
) -> Any:
    """Let a describer give the statistics of a type's values; also a decorator of the describer's class.

    Args:
        type_: The type, or its dotted public name such as ``"pandas.DataFrame"``.
        describer: An instance, or a class that takes no arguments.
        subclasses: Whether it describes values of subclasses, too.
    """
    return _register(_describers, type_, describer, subclasses=subclasses)


def draw(value: object, rows: int) -> Drawing:
    """Return the statistics of a value, and what is shown of it.

    The value is neither changed nor used up, and large ones are looked at in samples.

    Args:
        value: The value.
        rows: How many of a table are shown; 0 makes nothing.
    """
    if rows <= 0:
        return Drawing({}, None)
    return Drawing(_describe(value), _preview(value, rows))


def _describe(value: object) -> dict[str, Any]:
    try:
        found = _describers.find(type(value))
        return {} if found is None else {key: as_json(one) for key, one in found.handler.describe(value).items()}
    except Exception as error:  # noqa: BLE001 - a describer, or the value's own code, may raise anything
        _log.warning("no statistics of the value: %s: %s", type(error).__name__, error)
        return {}


def _preview(value: object, rows: int) -> str | None:
    try:
        found = _visualizers.find(type(value))
        if found is None:
            return None
        while (preview := _drawn(found.handler, value, rows)).size > Preview.LIMIT and rows > 1:
            rows = max(1, rows // 4)
        if preview.size > Preview.LIMIT:
            _log.warning("the preview of the value is cut: it takes more than the 64 KB that there is room for")
            preview = Preview.fitting(preview.visualizations)
        return preview.to_json()
    except Exception as error:  # noqa: BLE001 - a visualizer, or the value's own code, may raise anything
        _log.warning("no preview of the value: %s: %s", type(error).__name__, error)
        return None


def _drawn(visualizer: Visualizer[Any], value: object, rows: int) -> Preview:
    """Return what a visualizer gives, up to the first one that fails."""
    given = visualizer.visualize(value, rows)
    kept: list[Visualization] = []
    try:
        for one in [given] if isinstance(given, Visualization) else given:
            one.check()
            kept.append(one)
    except Exception as error:
        if not kept:
            raise
        _log.warning("the preview of the value ends early: %s: %s", type(error).__name__, error)
    return Preview(tuple(kept))


def _register(registry: TypeRegistry[Any], type_: type | str, handler: Any, *, subclasses: bool) -> Any:
    if handler is None:

        def decorate(kind: type) -> type:
            registry.register(type_, kind(), subclasses=subclasses)
            return kind

        return decorate
    registry.register(type_, handler() if isinstance(handler, type) else handler, subclasses=subclasses)
    return None


_HERE = "airflow_artifacts.visualizers"


def _both(name: type | str, handler: str, *, subclasses: bool = False) -> None:
    _visualizers.register(name, f"{_HERE}.{handler}", subclasses=subclasses)
    _describers.register(name, f"{_HERE}.{handler}", subclasses=subclasses)


for _name in ("pandas.DataFrame", "pandas.Series", "pandas.Index"):
    _both(_name, "tables:PandasDrawer", subclasses=True)
for _name in ("pyarrow.Table", "pyarrow.RecordBatch"):
    _both(_name, "tables:ArrowDrawer")
for _name in ("polars.DataFrame", "polars.Series"):
    _both(_name, "tables:PolarsDrawer")
_both("polars.LazyFrame", "tables:LazyDrawer")
_both("numpy.ndarray", "arrays:ArrayDrawer", subclasses=True)
for _name in ("_matrix", "_array"):
    for _form in ("bsr", "coo", "csc", "csr", "dia", "dok", "lil"):
        _both(f"scipy.sparse.{_form}{_name}", "arrays:SparseDrawer")
_both("torch.Tensor", "arrays:TensorDrawer", subclasses=True)
_both("torch.nn.Module", "modules:ModuleDrawer", subclasses=True)
_both("sklearn.base.BaseEstimator", "models:EstimatorDrawer", subclasses=True)
_both("xgboost.Booster", "models:XGBoostDrawer", subclasses=True)
_both("lightgbm.Booster", "models:LightGBMDrawer", subclasses=True)
_both("PIL.Image.Image", "images:ImageDrawer", subclasses=True)
_both("matplotlib.figure.Figure", "images:FigureDrawer", subclasses=True)
_both(pathlib.Path, "files:PathDrawer", subclasses=True)
for _name in ("HTML", "Markdown", "CSV", "JSON"):
    _both(f"airflow_artifacts.texts.{_name}", "values:TextDrawer")
for _type in (list, tuple, dict, set, frozenset, str, bytes):
    _both(_type, "values:ContainerDrawer", subclasses=True)
_both(object, "values:ValueDrawer", subclasses=True)
# These give themselves once; whoever looked at them would use them up.
_both(types.GeneratorType, "values:NothingDrawer")
_both("pyarrow.RecordBatchReader", "values:NothingDrawer", subclasses=True)
_both("pyarrow.dataset.Dataset", "tables:DatasetDrawer", subclasses=True)
