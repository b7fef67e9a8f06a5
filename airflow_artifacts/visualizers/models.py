"""Models: what kind they are, and the settings they were made with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow_artifacts.visualizers.model import Visualization, short

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["EstimatorDrawer", "ModuleDrawer"]


class EstimatorDrawer:
    """Describes and shows estimators of scikit-learn."""

    def describe(self, value: Any) -> Mapping[str, Any]:
        """Return the class and its settings."""
        return {
            "estimator": type(value).__name__,
            "parameters": {name: short(one) for name, one in value.get_params().items()},
        }

    def visualize(self, value: Any, rows: int) -> Visualization:  # noqa: ARG002 - as every visualizer
        """Return what the estimator says of itself."""
        return Visualization("text", repr(value))


class ModuleDrawer:
    """Describes and shows modules of torch."""

    def describe(self, value: Any) -> Mapping[str, Any]:
        """Return how many numbers were learned, and what kind it is."""
        return {"module": type(value).__name__, "parameters": sum(one.numel() for one in value.parameters())}

    def visualize(self, value: Any, rows: int) -> Visualization:  # noqa: ARG002 - as every visualizer
        """Return what the module says of itself."""
        return Visualization("text", str(value)[: 1 << 13])
