"""Train two models at once on one dataset, and publish the better one.

Every value between the tasks is an artifact: stored once, versioned, and traced. XCom carries references only, and
each task receives the objects that its annotations name. The data are the 178 wines that scikit-learn ships.
"""

from __future__ import annotations

from typing import Annotated

import numpy as np
import pandas as pd
from airflow.sdk import dag, task
from sklearn.datasets import load_wine
from wine_model import CentroidModel

from airflow_artifacts import Artifact, artifact_context


@dag(schedule=None, tags=["artifacts"])
def wine_training():
    @task.artifact
    def ingest() -> Annotated[pd.DataFrame, Artifact("wine/raw", tags=["bronze"])]:
        """Chemical analyses of wines from three growers."""
        return load_wine(as_frame=True).frame

    @task.artifact
    def make_features(wines: pd.DataFrame) -> Annotated[pd.DataFrame, Artifact("wine/features", tags=["silver"])]:
        """Every column to the same scale, and one that the others imply."""
        values = wines.drop(columns="target")
        values["phenols_per_flavanoid"] = values["total_phenols"] / values["flavanoids"]
        features = (values - values.mean()) / values.std()
        return features.assign(target=wines["target"])

    @task.artifact
    def split(
        features: pd.DataFrame, share: float = 0.3, seed: int = 6
    ) -> tuple[Annotated[pd.DataFrame, "wine/train"], Annotated[pd.DataFrame, "wine/test"]]:
        """Two outputs: a part to learn from, and a part that no model has seen."""
        is_test = np.random.default_rng(seed).random(len(features)) < share
        return features[~is_test], features[is_test]

    @task.artifact
    def train(data: pd.DataFrame, shrink: float) -> CentroidModel:
        """An artifact without a name of its own: it belongs to this task."""
        return CentroidModel.fit(data.drop(columns="target"), data["target"], shrink=shrink)

    @task.artifact
    def pick_best(
        models: list[CentroidModel], test: pd.DataFrame
    ) -> Annotated[CentroidModel, Artifact("models/wine", type="model")]:
        """A list of artifacts comes in; the best goes out, with what is worth knowing about it."""
        measured = {model: model.accuracy(test.drop(columns="target"), test["target"]) for model in models}
        best = max(measured, key=measured.__getitem__)
        artifact_context().add_metadata({"accuracy": measured[best], "shrink": best.shrink})
        return best

    train_set, test_set = split(make_features(ingest()))
    plain = train.override(task_id="train_plain")(train_set, shrink=0.0)
    shrunken = train.override(task_id="train_shrunken")(train_set, shrink=0.5)
    pick_best([plain, shrunken], test_set)


wine_training()
