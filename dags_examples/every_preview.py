"""What is shown of what tasks return, one of each kind; the last is shown by a visualizer of the user's own."""

import dataclasses

import numpy as np
import pandas as pd
from airflow.sdk import dag, task

from airflow_artifacts import visualizers
from airflow_artifacts.texts import CSV, HTML, Markdown
from airflow_artifacts.visualizers import Visualization, charts

GOOD = 0.5


@dataclasses.dataclass
class Evaluation:
    """How well a model does: how often each label was taken for each."""

    labels: list[str]
    confusion: np.ndarray


@visualizers.register(Evaluation)
class EvaluationVisualizer:
    """Shows the verdict as a page, the confusion as a heatmap, and the share of each label that was found as bars."""

    def visualize(self, value, rows):
        """Give three visualizations; asked for fewer rows, fewer bars."""
        found = value.confusion.diagonal() / value.confusion.sum(axis=1)
        colour = "green" if found.min() > GOOD else "crimson"
        yield Visualization(
            "html", f"<p>The worst label: <b style='color:{colour}'>{found.min():.0%}</b></p>", "verdict"
        )
        yield charts.heatmap(value.confusion, "confusion: true labels by row")
        yield charts.bars(dict(zip(value.labels[:rows], 100 * found, strict=False)), "found", unit="%")


@task.artifact
def table() -> pd.DataFrame:
    random = np.random.default_rng(0)
    return pd.DataFrame({"label": random.choice(["cat", "dog", "owl"], 500), "weight": random.gamma(2, 3, 500)})


@task.artifact
def weights(rows: pd.DataFrame) -> np.ndarray:
    """A histogram, and the first and last values."""
    return rows["weight"].to_numpy()


@task.artifact
def correlation() -> np.ndarray:
    """A heatmap."""
    columns = np.random.default_rng(0).random((40, 200)).cumsum(axis=1)
    return np.corrcoef(columns)


@task.artifact
def picture() -> np.ndarray:
    """Bytes by height, width and colour are a picture."""
    down, right = np.mgrid[:120, :160]
    return np.stack([right, down, 255 - right], axis=2).astype(np.uint8)


@task.artifact
def metrics() -> dict:
    """Numbers of one magnitude are bars."""
    return {"accuracy": 0.93, "precision": 0.88, "recall": 0.81}


@task.artifact
def settings() -> dict:
    """Single values by name are properties."""
    return {"rows": 500, "shuffled": True, "seed": None, "solver": "newton"}


@task.artifact
def document() -> dict:
    """What is nested is JSON."""
    return {"model": {"name": "forest", "trees": [3, 5, 8]}, "labels": ["cat", "dog", "owl"]}


@task.artifact
def markdown() -> Markdown:
    return Markdown("# Weekly report\n\n- rows: **500**\n- [ ] reviewed\n")


@task.artifact
def csv(rows: pd.DataFrame) -> CSV:
    return CSV(rows.to_csv(index=False, lineterminator="\n"))


@task.artifact
def html() -> HTML:
    """Shown where no script of it runs."""
    return HTML("<h1>Report</h1><p style='color:teal'>All is well.</p>")


@task.artifact
def text() -> str:
    return "Trained on 500 rows in 3 s."


@task.artifact
def evaluation() -> Evaluation:
    return Evaluation(["cat", "dog", "owl"], np.array([[50, 3, 2], [4, 61, 0], [9, 1, 12]]))


@dag(schedule=None, tags=["artifacts"])
def every_preview():
    rows = table()
    weights(rows)
    csv(rows)
    for one in (correlation, picture, metrics, settings, document, markdown, html, text, evaluation):
        one()


every_preview()
