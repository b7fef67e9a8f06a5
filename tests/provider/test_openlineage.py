"""What OpenLineage is told, where Airflow's provider for it is installed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from airflow.providers.openlineage.extractors.manager import ExtractorManager

from airflow_artifacts import Artifact
from airflow_artifacts.provider.assets import dataset_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from airflow.sdk import Asset

    from tests.provider.conftest import DagRunResult


def test_inputs_and_outputs_are_datasets(run_dag: Callable[..., DagRunResult], dag_module: ModuleType) -> None:
    """With version, columns, size and where the files lie; by the extractor that Airflow's provider chooses."""
    run = run_dag("chain_dag")
    made = run.task("split")
    task = dag_module.chain_dag.get_task("split")
    extractor = ExtractorManager()._get_extractor(task)
    assert extractor is not None
    instance = type("Instance", (), {"id": made.task_run.instance_id})
    lineage = extractor.extract_on_complete(instance)
    assert lineage is not None
    assert {(one.namespace, one.name) for one in lineage.inputs} == {("artifact", "chain/raw")}
    outputs = {one.name: one for one in lineage.outputs}
    assert set(outputs) == {version.artifact for version in made.outputs.values()}
    source = run.output("extract", "chain/raw")
    facets = lineage.inputs[0].facets
    assert facets["version"].datasetVersion == source.version
    assert [field.name for field in facets["schema"].fields] == list(run.client.load(source).columns)
    assert facets["symlinks"].identifiers[0].namespace == "file://"
    assert facets["symlinks"].identifiers[0].name.endswith(".parquet")
    one = made.outputs["chain/train"]
    assert outputs[one.artifact].outputFacets["outputStatistics"].size == one.size


def test_an_unknown_try_has_no_lineage(run_dag: Callable[..., DagRunResult], dag_module: ModuleType) -> None:
    """As where the task failed before it began."""
    task = dag_module.chain_dag.get_task("split")
    lineage = task.get_openlineage_facets_on_complete(type("Instance", (), {"id": "unknown"}))
    assert (lineage.inputs, lineage.outputs) == ([], [])


@pytest.mark.parametrize("name", ["raw/events", "churn", "ä b/c"])
def test_the_asset_of_an_artifact_is_its_dataset(name: str) -> None:
    """By Airflow's own translation of assets, of the same name as a task's input."""
    from airflow.providers.openlineage.utils.utils import translate_airflow_asset

    asset: Asset = Artifact(name).asset
    assert dataset_of(asset, None).name == name
    translated = translate_airflow_asset(asset, None)
    assert translated is not None
    assert (translated.namespace, translated.name) == ("artifact", name)
