"""Models: the settings they were made with, and which columns count most for them.

What is read are settings and attributes; nothing is predicted, and nothing fitted.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

from airflow_artifacts.visualizers import charts
from airflow_artifacts.visualizers.model import Visualization, short

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

__all__ = ["EstimatorDrawer", "LightGBMDrawer", "XGBoostDrawer"]

_TOP = 20
_FITTED = ("best_score_", "best_params_", "n_features_in_", "classes_", "n_iter_", "intercept_")


class EstimatorDrawer:
    """Describes and shows estimators of scikit-learn, and those of other libraries that are made like them."""

    def describe(self, value: Any) -> Mapping[str, Any]:
        """Return the class and its settings."""
        return {
            "estimator": type(value).__name__,
            "parameters": {name: short(one) for name, one in value.get_params().items()},
        }

    def visualize(self, value: Any, rows: int) -> Iterator[Visualization]:  # noqa: ARG002 - as every visualizer
        """Give the steps of a pipeline, the settings, what was learned, and which columns count most."""
        steps = getattr(value, "steps", None) or getattr(value, "transformers", None)
        if isinstance(steps, list):
            yield charts.properties({one[0]: " ".join(short(part) for part in one[1:]) for one in steps}, "steps")
        settings = {
            name: one for name, one in value.get_params(deep=False).items() if steps is None or one is not steps
        }
        yield charts.properties(_given_first(settings), f"settings of {type(value).__name__}")
        found = {name: getattr(value, name, None) for name in _FITTED}
        learned = {name: one for name, one in found.items() if one is not None and not _is_empty(one)}
        if learned:
            yield charts.properties(learned, "learned")
        yield from _weights(getattr(value, "best_estimator_", value))


class XGBoostDrawer:
    """Describes and shows boosters of XGBoost."""

    def describe(self, value: Any) -> Mapping[str, Any]:
        """Return the class, its settings, and how many rounds it has."""
        return {"booster": "xgboost", "rounds": value.num_boosted_rounds(), "parameters": _xgboost_settings(value)}

    def visualize(self, value: Any, rows: int) -> Iterator[Visualization]:  # noqa: ARG002 - as every visualizer
        """Give the settings, and which columns count most."""
        settings = _xgboost_settings(value)
        yield charts.properties({"rounds": value.num_boosted_rounds(), **settings}, "settings")
        is_linear = settings.get("booster") == "gblinear"
        kind = "weight" if is_linear else "gain"
        found = value.get_score(importance_type=kind)
        first = [one[0] if isinstance(one, list) else one for one in found.values()]
        yield from _top(list(found), np.array(first, dtype=float), f"importances by {kind}")


class LightGBMDrawer:
    """Describes and shows boosters of LightGBM."""

    def describe(self, value: Any) -> Mapping[str, Any]:
        """Return the class, its settings, and how many trees it has."""
        settings = {name: short(one) for name, one in value.params.items()}
        return {"booster": "lightgbm", "trees": value.num_trees(), "parameters": settings}

    def visualize(self, value: Any, rows: int) -> Iterator[Visualization]:  # noqa: ARG002 - as every visualizer
        """Give the settings, and which columns count most."""
        yield charts.properties({"trees": value.num_trees(), **value.params}, "settings")
        yield from _top(value.feature_name(), value.feature_importance("gain"), "importances by gain")


def _is_empty(value: Any) -> bool:
    return isinstance(value, dict) and not value


def _given_first(settings: Mapping[str, Any]) -> dict[str, Any]:
    return dict(sorted(settings.items(), key=lambda pair: pair[1] is None))


def _weights(value: Any) -> Iterator[Visualization]:
    """Give importances or coefficients, of a pipeline those of its last step."""
    steps = getattr(value, "steps", None)
    last = steps[-1][1] if isinstance(steps, list) and steps else value
    title, found = "importances", getattr(last, "feature_importances_", None)
    if found is None:
        title, found = "absolute coefficients", getattr(last, "coef_", None)
        if found is None:
            return
        found = abs(found)
        if len(found.shape) > 1:
            title = title if found.shape[0] == 1 else f"{title}, the mean of {found.shape[0]:,}"
            found = np.asarray(found.mean(axis=0)).reshape(-1)
    yield from _top(_names(value, last, len(found)), np.asarray(found, dtype=float), title)


def _names(value: Any, last: Any, number: int) -> Sequence[str]:
    """Return what the columns are called, where that is known for sure."""
    from sklearn.base import OneToOneFeatureMixin  # noqa: PLC0415 - its value is here

    names = getattr(last, "feature_names_in_", None)
    if names is None and last is not value:
        keeps = all(isinstance(step, OneToOneFeatureMixin) or step == "passthrough" for _, step in value.steps[:-1])
        names = getattr(value, "feature_names_in_", None) if keeps else None
    if names is None or len(names) != number:
        return [f"column {place}" for place in range(number)]
    return [str(name) for name in names]


def _top(names: Sequence[str], values: np.ndarray[Any, Any], title: str) -> Iterator[Visualization]:
    if not len(values):
        return
    chosen = np.argsort(-abs(np.nan_to_num(values)), kind="stable")[:_TOP]
    if len(chosen) < len(values):
        title = f"{title}: {len(chosen):,} of {len(values):,}"
    # By place, as names may come twice.
    data = {"labels": [short(names[i]) for i in chosen], "values": [float(values[i]) for i in chosen], "unit": None}
    yield Visualization("bars", data, title)


def _xgboost_settings(value: Any) -> dict[str, str]:
    learner = json.loads(value.save_config())["learner"]
    booster = learner["gradient_booster"]
    found = {"objective": learner["objective"]["name"], "booster": booster["name"], **learner["learner_model_param"]}
    for part in booster.values():
        if isinstance(part, dict):
            found |= {name: one for name, one in part.items() if isinstance(one, str)}
    return {name: short(one) for name, one in found.items()}
