"""Modules of torch: their layers, and how many numbers each holds."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

from airflow_artifacts.visualizers.model import Visualization, short

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["ModuleDrawer"]


class ModuleDrawer:
    """Describes and shows modules of torch."""

    def describe(self, value: Any) -> Mapping[str, Any]:
        """Return how many numbers were learned, and what kind it is."""
        return {"module": type(value).__name__, "parameters": _count(value.parameters())}

    def visualize(self, value: Any, rows: int) -> Visualization:
        """Return the layers, each with the numbers of its own."""
        layers = list(itertools.islice(value.named_modules(), 1, None)) or [("", value)]
        cells = [
            [short(name), type(layer).__name__, _settings(layer), _count(layer.parameters(recurse=False))]
            for name, layer in layers[:rows]
        ]
        trained = _count(one for one in value.parameters() if one.requires_grad)
        title = f"{type(value).__name__}: {_count(value.parameters()):,} parameters, {trained:,} of them trained"
        table = {"columns": ["layer", "type", "settings", "parameters"], "rows": cells, "total_rows": len(layers)}
        return Visualization("table", {**table, "types": ["", "", "", "int"]}, title)


def _settings(layer: Any) -> str:
    """Return what a layer of torch's own was made with; a user's class has code of its own for it."""
    return short(layer.extra_repr()) if type(layer).__module__.startswith("torch.") else ""


def _count(parameters: Iterable[Any]) -> int:
    """Return how many numbers parameters hold; those of a lazy module have no shape yet, and count as none."""
    return sum(0 if hasattr(one, "materialize") else one.numel() for one in parameters)
