"""Airflow's own TaskFlow examples do the same where ``@task`` is ``@task.artifact``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.integration.airflow_examples import Stage, taskflow_examples

if TYPE_CHECKING:
    from pathlib import Path

    from airflow_artifacts.client import ArtifactClient

EXAMPLES = taskflow_examples()


@pytest.fixture
def stage(tmp_path: Path, embedded: ArtifactClient, monkeypatch: pytest.MonkeyPatch) -> Stage:
    return Stage(tmp_path, embedded, monkeypatch)


@pytest.mark.parametrize("file", EXAMPLES, ids=[file.stem for file in EXAMPLES])
def test_a_copy_does_what_the_original_does(file: Path, stage: Stage) -> None:
    """Runs end in the same states, task instances too, with equal values and asset events."""
    original = stage.run(file, copy=False)
    assert stage.run(file, copy=True) == original
