"""What is shown of models: settings, what was learned, and which columns count most."""

from __future__ import annotations

import collections
from typing import TYPE_CHECKING, Any

import lightgbm
import numpy as np
import pandas as pd
import pytest
import scipy.sparse
import xgboost
from sklearn.compose import ColumnTransformer
from sklearn.datasets import load_wine
from sklearn.decomposition import PCA
from sklearn.ensemble import RandomForestClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression, Ridge, SGDClassifier
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from airflow_artifacts.visualizers import draw
from tests.visualizers.looking import kinds, look

if TYPE_CHECKING:
    from airflow_artifacts.visualizers import Visualization

ROWS, LABELS = load_wine(return_X_y=True, as_frame=True)


def _named(value: object) -> dict[str | None, Visualization]:
    return {one.title: one for one in look(value)}


def test_an_estimator_shows_settings_and_importances() -> None:
    """Those that were given come first, and the column that counts most is first."""
    model = RandomForestClassifier(5, max_depth=3, random_state=0).fit(ROWS, LABELS)
    shown = _named(model)
    assert [one.kind for one in shown.values()] == ["properties", "properties", "bars"]
    settings = shown["settings of RandomForestClassifier"].data
    assert (settings["n_estimators"], settings["max_depth"], settings["class_weight"]) == (5, 3, None)
    assert list(settings).index("max_depth") < list(settings).index("class_weight")
    assert shown["learned"].data == {"n_features_in_": 13, "classes_": "[0 1 2]"}
    bars = shown["importances"].data
    assert bars["labels"][0] == ROWS.columns[model.feature_importances_.argmax()]
    assert bars["values"] == sorted(model.feature_importances_, reverse=True)


@pytest.mark.parametrize(
    "model",
    [RandomForestClassifier(), SVC(), make_pipeline(StandardScaler(), Ridge()), PCA()],
    ids=lambda model: type(model).__name__,
)
def test_an_estimator_that_was_not_fitted_shows_its_settings(model: Any, caplog: pytest.LogCaptureFixture) -> None:
    """And no line in the log."""
    assert set(kinds(model)) == {"properties"}
    assert not caplog.records


def test_coefficients_count_by_their_size() -> None:
    """Of several classes by the mean; of twenty and more columns twenty are shown."""
    rows = pd.DataFrame(np.random.default_rng(0).random((60, 30))).add_prefix("x")
    several = LogisticRegression().fit(rows, [0, 1, 2] * 20)
    bars = _named(several)["absolute coefficients, the mean of 3: 20 of 30"].data
    mean = abs(several.coef_).mean(axis=0)
    assert (bars["labels"][0], bars["values"][0], len(bars["labels"])) == (f"x{mean.argmax()}", mean.max(), 20)
    assert "absolute coefficients: 20 of 30" in _named(Ridge().fit(rows, [0, 1] * 30))


def test_sparse_coefficients_stay_sparse() -> None:
    """As of words, of which there are many."""
    model = SGDClassifier(max_iter=5, tol=None).fit(scipy.sparse.eye_array(6).tocsr(), [0, 1, 2] * 2).sparsify()
    assert scipy.sparse.issparse(model.coef_)
    bars = _named(model)["absolute coefficients, the mean of 3"].data
    assert sorted(bars["labels"]) == [f"column {place}" for place in range(6)]


def test_a_pipeline_shows_its_steps() -> None:
    """Columns have their names where each step keeps them, and else numbers."""
    shown = _named(make_pipeline(StandardScaler(), Ridge(alpha=2)).fit(ROWS, LABELS))
    assert shown["steps"].data == {"standardscaler": "StandardScaler()", "ridge": "Ridge(alpha=2)"}
    assert "steps" not in shown["settings of Pipeline"].data
    assert set(shown["absolute coefficients"].data["labels"]) == set(ROWS.columns)
    turned = _named(make_pipeline(PCA(13), Ridge()).fit(ROWS, LABELS))
    assert set(turned["absolute coefficients"].data["labels"]) == {f"column {place}" for place in range(13)}
    by_column = ColumnTransformer([("scaled", StandardScaler(), ["alcohol"])]).fit(ROWS)
    assert _named(by_column)["steps"].data == {"scaled": "StandardScaler() ['alcohol']"}
    assert set(kinds(make_pipeline(TfidfVectorizer(), Ridge()).fit(["a bc", "bc de"], [0, 1]))) == {
        "properties",
        "bars",
    }


def test_a_search_shows_what_it_found() -> None:
    """The settings and the score that were best, and what the best one learned."""
    shown = _named(GridSearchCV(Ridge(), {"alpha": [1, 2]}, cv=2).fit(ROWS, LABELS))
    assert shown["learned"].data["best_params_"].startswith("{'alpha': ")
    assert isinstance(shown["learned"].data["best_score_"], float)
    assert len(shown["absolute coefficients"].data["labels"]) == 13


@pytest.mark.parametrize("booster", ["gbtree", "gblinear", "dart"])
def test_a_booster_of_xgboost(booster: str) -> None:
    """Its settings are those it was trained with."""
    model = xgboost.train({"booster": booster, "objective": "reg:absoluteerror"}, xgboost.DMatrix(ROWS, LABELS), 3)
    settings, bars = look(model)
    found = (settings.data["rounds"], settings.data["booster"], settings.data["objective"])
    assert found == (3, booster, "reg:absoluteerror")
    assert set(bars.data["labels"]) <= set(ROWS.columns)
    metadata = draw(model, 5).metadata
    assert (metadata["booster"], metadata["rounds"], metadata["parameters"]["booster"]) == ("xgboost", 3, booster)


def test_a_booster_of_lightgbm() -> None:
    """Its settings are those it was given."""
    model = lightgbm.train({"verbose": -1, "num_leaves": 7}, lightgbm.Dataset(ROWS, LABELS), 3)
    settings, bars = look(model)
    assert (settings.data["trees"], settings.data["num_leaves"]) == (3, 7)
    assert bars.data["labels"][0] == ROWS.columns[model.feature_importance("gain").argmax()]
    assert draw(model, 5).metadata["parameters"]["num_leaves"] == "7"


@pytest.mark.parametrize("kind", [xgboost.XGBClassifier, lightgbm.LGBMClassifier])
def test_estimators_of_other_libraries(kind: Any, caplog: pytest.LogCaptureFixture) -> None:
    """Fitted or not, as those of scikit-learn are shown."""
    assert kinds(kind()) == ["properties"]
    model = kind(n_estimators=2, **({"verbose": -1} if kind is lightgbm.LGBMClassifier else {}))
    assert kinds(model.fit(ROWS, LABELS)) == ["properties", "properties", "bars"]
    assert not caplog.records


def test_settings_that_are_large_are_shortened() -> None:
    """Whatever they hold."""
    shown = _named(GridSearchCV(Ridge(), {"alpha": list(range(100_000))}))
    assert len(shown["settings of GridSearchCV"].data["param_grid"]) == 200
    names = collections.Counter({f"x{place}": place for place in range(500)})
    assert len(look(names)[0].data) < 60_000
