"""Boosters of XGBoost and LightGBM in the formats of these libraries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from airflow_artifacts.materializers.base import FilesReader, FilesWriter

__all__ = ["LightGBMMaterializer", "XGBoostMaterializer"]

_UBJ = "model.ubj"
_TEXT = "model.txt"


class XGBoostMaterializer:
    """Writes ``model.ubj``, the trees and attributes of a booster."""

    def save(self, value: Any, files: FilesWriter) -> Mapping[str, Any]:
        """Write a booster."""
        with files.open(_UBJ) as file:
            file.write(bytes(value.save_raw("ubj")))
        return {"format": 1}

    def load(self, files: FilesReader) -> Any:
        """Read a booster."""
        import xgboost  # noqa: PLC0415 - only its booster needs it

        return xgboost.Booster(model_file=bytearray(files.read(_UBJ)))


class LightGBMMaterializer:
    """Writes ``model.txt``, all trees of a booster."""

    def save(self, value: Any, files: FilesWriter) -> Mapping[str, Any]:
        """Write a booster."""
        with files.open(_TEXT) as file:
            file.write(value.model_to_string(num_iteration=-1).encode())
        return {"format": 1, "best_iteration": value.best_iteration}

    def load(self, files: FilesReader) -> Any:
        """Read a booster."""
        import lightgbm  # noqa: PLC0415 - only its booster needs it

        booster = lightgbm.Booster(model_str=files.read(_TEXT).decode())
        booster.best_iteration = files.details["best_iteration"]
        return booster
