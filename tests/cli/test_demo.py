"""The demo, as a person runs it."""

from __future__ import annotations

import importlib.util
import re
from typing import TYPE_CHECKING

import pytest

from airflow_artifacts.cli import main
from airflow_artifacts.client import ArtifactClient
from airflow_artifacts.entries import Outcome

if TYPE_CHECKING:
    from pathlib import Path


def test_it_shows_what_airflow_made(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Both DAGs run; the artifacts, their places and the model's lineage are shown; the home is kept as asked."""
    home = tmp_path / "home"
    assert main(["demo", "--keep", str(home)]) == 0
    shown = capfd.readouterr().out
    for words in (
        r"wine_training\.pick_best ✓",
        r"wine_scoring\.score ✓",
        r"models/wine\s*│ 1\s*│ wine_model\.CentroidModel\s*│",
        r"wine/raw@1  file:///.*/store/objects/[0-9a-f]{2}/[0-9a-f]+\.parquet",
        r"models/wine@1 wine_training\.pick_best  .*accuracy 0\.9",
        r"wine/raw@1 wine_training\.ingest",
    ):
        assert re.search(words, shown), words
    lineage = f"sqlite:///{home / 'artifacts' / 'lineage.db'}"
    with ArtifactClient.connect(store=str(home / "artifacts" / "store"), database=lineage) as client:
        scores = client.load("wine/scores")
        assert (scores["target"] == scores["predicted"]).mean() > 0.9
        names = {version.artifact for version in client.upstream("wine/scores").versions.values()}
        assert {"models/wine", "wine/raw", "wine/test"} <= names
    assert "0 of 6 tasks were hits" in shown


@pytest.mark.slow
def test_an_edited_helper_is_computed_with(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """All is a hit until then; what it does not reach stays one, with the edited line in what explains the others."""
    home = tmp_path / "home"
    lineage = f"sqlite:///{home / 'artifacts' / 'lineage.db'}"
    assert main(["demo", "--keep", str(home)]) == 0
    assert main(["demo", "--keep", str(home)]) == 0
    # The source belongs to its run; as its value is equal, all that follows is a hit.
    assert re.search(r"5 of 6 tasks were hits of the cache and saved \d+\.\d s", capfd.readouterr().out)
    helper = home / "dags" / "wine_model.py"
    helper.write_text(helper.read_text().replace("return float((self", "return 1.0 * float((self"))
    assert main(["demo", "--keep", str(home)]) == 0
    assert "2 of 6 tasks were hits" in capfd.readouterr().out
    with ArtifactClient.connect(store=str(home / "artifacts" / "store"), database=lineage) as client:
        runs = client.run("wine_training", _newest_run(client)).task_runs
        why = {one.task_run.task_id: client.why(one.task_run) for one in runs}
    assert {task for task, one in why.items() if one.decision.outcome is Outcome.HIT} == {"make_features", "split"}
    assert "function wine_model:CentroidModel.accuracy (wine_model.py:" in str(why["train_plain"])
    assert "+        return 1.0 * float(" in str(why["train_plain"])


def _newest_run(client: ArtifactClient) -> str:
    """Return the id of the DAG run that trained last."""
    runs = [version.producer for version in client.versions("wine/raw")]
    return max(run.run_id for run in runs if run is not None)


def test_a_folder_with_something_else_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The demo does not mix its files with others'."""
    (tmp_path / "thesis.txt").touch()
    assert main(["demo", "--keep", str(tmp_path)]) == 2
    assert "holds something else than a demo" in capsys.readouterr().err


def test_a_file_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file cannot be the home."""
    (tmp_path / "file").touch()
    assert main(["demo", "--keep", str(tmp_path / "file")]) == 2
    assert "is a file" in capsys.readouterr().err


def test_without_its_data_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without scikit-learn the message is the command that installs it."""
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert main(["demo"]) == 2
    assert "pip install 'airflow-artifacts[demo]'" in capsys.readouterr().err
