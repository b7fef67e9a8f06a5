"""Models of scikit-learn, XGBoost and LightGBM."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import lightgbm
import numpy as np
import pytest
import xgboost
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from airflow_artifacts.exceptions import UnsupportedTypeError
from airflow_artifacts.testing import MaterializerContract, round_trip, save

if TYPE_CHECKING:
    from pathlib import Path

    from airflow_artifacts import ArtifactClient

RNG = np.random.default_rng(0)
X, Y = RNG.random((60, 3)), RNG.integers(0, 2, 60)


class Doubled(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """A step of a user's own."""

    def fit(self, rows: Any, labels: Any = None) -> Doubled:
        """Learn nothing."""
        return self

    def transform(self, rows: Any) -> Any:
        """Return the double."""
        return rows * 2


ESTIMATORS: dict[str, Any] = {
    "not fitted": LogisticRegression(C=0.5),
    "pipeline": make_pipeline(StandardScaler(), LogisticRegression()).fit(X, Y),
    "forest": RandomForestClassifier(n_estimators=3, random_state=0).fit(X, Y),
    "xgboost": xgboost.XGBClassifier(n_estimators=3, random_state=0).fit(X, Y),
    "lightgbm": lightgbm.LGBMClassifier(n_estimators=3, verbose=-1, random_state=0).fit(X, Y),
}


class TestEstimators(MaterializerContract):
    """The facts of every materializer, for estimators."""

    @pytest.fixture(params=ESTIMATORS)
    def value(self, request: pytest.FixtureRequest) -> Any:
        """Each of the estimators."""
        return ESTIMATORS[request.param]

    def same(self, left: Any, right: Any) -> bool:
        """Settings count, and what is predicted."""
        if str(left.get_params()) != str(right.get_params()) or (
            hasattr(left, "classes_") != hasattr(right, "classes_")
        ):
            return False
        return not hasattr(left, "classes_") or np.array_equal(left.predict_proba(X), right.predict_proba(X))


class TestBoosters(MaterializerContract):
    """The facts of every materializer, for boosters."""

    @pytest.fixture(params=["xgboost", "lightgbm"])
    def value(self, request: pytest.FixtureRequest) -> Any:
        """One of each library."""
        if request.param == "xgboost":
            booster = xgboost.train({"seed": 1}, xgboost.DMatrix(X, Y, feature_names=["a", "b", "c"]), 3)
            booster.set_attr(note="kept")
            return booster
        return lightgbm.train({"verbose": -1, "seed": 1}, lightgbm.Dataset(X, Y), 3)

    def same(self, left: Any, right: Any) -> bool:
        """What is predicted counts, and what is kept beside the trees."""
        if isinstance(left, lightgbm.Booster):
            return np.array_equal(left.predict(X), right.predict(X))
        rows = xgboost.DMatrix(X, feature_names=["a", "b", "c"])
        return np.array_equal(left.predict(rows), right.predict(rows)) and left.attributes() == right.attributes()


def test_the_best_iteration_is_kept(tmp_path: Path) -> None:
    """By which LightGBM predicts."""
    booster = lightgbm.train({"verbose": -1}, lightgbm.Dataset(X, Y), 3)
    booster.best_iteration = 2
    loaded = round_trip(booster, tmp_path)
    assert loaded.best_iteration == 2
    assert loaded.num_trees() == 3
    assert np.array_equal(loaded.predict(X), booster.predict(X))


def test_what_only_pickle_writes_is_refused_with_the_types(tmp_path: Path) -> None:
    """Steps of the user's own and functions; the message names them and the setting."""
    for step, name in ((Doubled(), "Doubled"), (FunctionTransformer(lambda rows: rows), "")):
        with pytest.raises(UnsupportedTypeError, match=rf"cannot be written without pickle \(.*{name}.*allow_pickle"):
            save(make_pipeline(step, LogisticRegression()), tmp_path)


def test_it_is_pickled_where_that_is_allowed(artifact_client: ArtifactClient) -> None:
    """And predicts the same."""
    artifact_client.allow_pickle = True
    model = make_pipeline(Doubled(), LogisticRegression()).fit(X, Y)
    artifact_client.save(model, "model")
    assert np.array_equal(artifact_client.load("model").predict(X), model.predict(X))


def test_a_model_in_a_dict_is_packed(tmp_path: Path) -> None:
    """As any element with a materializer."""
    loaded = round_trip({"model": ESTIMATORS["pipeline"], "score": 0.5}, tmp_path)
    assert np.array_equal(loaded["model"].predict(X), ESTIMATORS["pipeline"].predict(X))


def test_a_model_is_described(artifact_client: ArtifactClient) -> None:
    """By its class and settings."""
    version: Any = artifact_client.save(ESTIMATORS["not fitted"], "model", type="model")
    assert version.metadata["estimator"] == "LogisticRegression"
    assert version.metadata["parameters"]["C"] == "0.5"
