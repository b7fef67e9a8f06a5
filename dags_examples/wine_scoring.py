"""Score data with a model that another DAG made.

Nothing connects the two DAGs but names: the hook finds the newest version of each artifact. What the task reads is
recorded as its inputs, so that the scores can be traced to the model and the data behind them.
"""

from __future__ import annotations

from typing import Annotated

import pandas as pd
from airflow.sdk import dag, task
from wine_model import CentroidModel

from airflow_artifacts import Artifact, ArtifactHook, artifact_context


@dag(schedule=None, tags=["artifacts"])
def wine_scoring():
    @task.artifact
    def score() -> Annotated[pd.DataFrame, Artifact("wine/scores", tags=["gold"])]:
        """The test data, with the model's prediction beside each truth."""
        hook = ArtifactHook()
        model = hook.load("models/wine", CentroidModel)
        test = hook.load("wine/test", pd.DataFrame)
        predicted = model.predict(test.drop(columns="target"))
        return test.assign(predicted=predicted)[["target", "predicted"]]

    @task.artifact
    def summarise(scores: pd.DataFrame) -> Annotated[dict[str, int], "wine/score_summary"]:
        """How many predictions hold."""
        correct = int((scores["target"] == scores["predicted"]).sum())
        artifact_context().add_metadata({"accuracy": correct / len(scores)})
        return {"wines": len(scores), "correct": correct}

    summarise(score())


wine_scoring()
