"""A small model, and how it is stored: any class becomes an artifact once it has a materializer.

Both DAGs import this module, and importing it registers the materializer.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np

from airflow_artifacts import materializers

if TYPE_CHECKING:
    import pandas as pd

    from airflow_artifacts.materializers import FilesReader, FilesWriter


@dataclasses.dataclass(frozen=True, eq=False)
class CentroidModel:
    """Assigns a row to the class whose mean is nearest.

    Attributes:
        classes: The labels, sorted; shape (classes,).
        centroids: The mean of each class, drawn towards the overall mean by ``shrink``; shape (classes, columns).
        columns: The columns it was fitted on.
        shrink: Between 0 (not at all) and 1 (wholly).
    """

    classes: np.ndarray
    centroids: np.ndarray
    columns: tuple[str, ...]
    shrink: float

    @classmethod
    def fit(cls, rows: pd.DataFrame, labels: pd.Series, *, shrink: float) -> CentroidModel:
        """Fit a model to labelled rows."""
        classes = np.unique(labels)
        means = np.stack([rows[labels == label].mean().to_numpy() for label in classes])
        centroids = means + shrink * (rows.mean().to_numpy() - means)
        return cls(classes, centroids, tuple(rows.columns), shrink)

    def predict(self, rows: pd.DataFrame) -> np.ndarray:
        """Return the label of each row."""
        differences = rows[list(self.columns)].to_numpy()[:, None, :] - self.centroids
        return self.classes[(differences**2).sum(axis=2).argmin(axis=1)]

    def accuracy(self, rows: pd.DataFrame, labels: pd.Series) -> float:
        """Return the share of rows that get their own label."""
        return float((self.predict(rows) == labels.to_numpy()).mean())


@materializers.register(CentroidModel)
class CentroidModelMaterializer:
    """Keeps the centroids in numpy's own format, which holds no code, and the rest as details: small JSON."""

    def save(self, value: CentroidModel, files: FilesWriter) -> dict[str, Any]:
        """Write a model to files and return what else is needed to restore it."""
        with files.open("centroids.npy") as file:
            np.save(file, value.centroids)
        return {"classes": value.classes.tolist(), "columns": list(value.columns), "shrink": value.shrink}

    def load(self, files: FilesReader) -> CentroidModel:
        """Read a model from files."""
        details = files.details
        return CentroidModel(
            np.array(details["classes"]),
            np.load(files.path("centroids.npy"), allow_pickle=False),
            tuple(details["columns"]),
            details["shrink"],
        )
