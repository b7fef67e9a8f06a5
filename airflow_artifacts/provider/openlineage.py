"""What OpenLineage is told of artifact tasks: the versions that they read and wrote, as datasets.

Imported where Airflow's OpenLineage provider asks for it, and there alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from airflow.providers.openlineage.extractors import OperatorLineage
from openlineage.client.event_v2 import InputDataset, OutputDataset
from openlineage.client.facet_v2 import (
    dataset_version_dataset,
    output_statistics_output_dataset,
    schema_dataset,
    symlinks_dataset,
)

from airflow_artifacts.provider.assets import SCHEME
from airflow_artifacts.provider.settings import Settings, connect

if TYPE_CHECKING:
    from collections.abc import Iterable

    from airflow_artifacts.client import ArtifactClient
    from airflow_artifacts.model import VersionSummary

__all__ = ["lineage_of"]

# Of a version with more files the first ones stand for it.
_FILES = 10


def lineage_of(conn_id: str, instance_id: str) -> OperatorLineage[Any, Any]:
    """Return what a try of an artifact task read and wrote.

    Args:
        conn_id: The connection of type ``artifacts``.
        instance_id: Airflow's id of the try.
    """
    with connect(Settings.read(conn_id)) as client:
        found = client.lineage.find_try(instance_id)
        if found is None:
            return OperatorLineage()
        inputs = [
            InputDataset(namespace=SCHEME, name=version.artifact, facets=_facets(client, version))
            for version in _each(found.inputs.values())
        ]
        outputs = [
            OutputDataset(
                namespace=SCHEME,
                name=version.artifact,
                facets=_facets(client, version),
                outputFacets={"outputStatistics": _statistics(version)},
            )
            for version in _each(found.outputs.values())
        ]
    return OperatorLineage(inputs=inputs, outputs=outputs)


def _each(versions: Iterable[VersionSummary]) -> list[VersionSummary]:
    """Return versions once, though several parameters may take one."""
    return list({version.id: version for version in versions}.values())


def _facets(client: ArtifactClient, version: VersionSummary) -> dict[str, Any]:
    facets: dict[str, Any] = {
        "version": dataset_version_dataset.DatasetVersionDatasetFacet(datasetVersion=version.version)
    }
    columns = [label for label, _ in (version.parts or {}).get("columns", ()) if isinstance(label, str)]
    if columns:
        facets["schema"] = schema_dataset.SchemaDatasetFacet(
            fields=[schema_dataset.SchemaDatasetFacetFields(name=name) for name in columns]
        )
    places = [urlsplit(url) for url in client.locations(version)[:_FILES]]
    if places:
        named = [
            symlinks_dataset.Identifier(namespace=f"{one.scheme}://{one.netloc}", name=one.path, type="FILE")
            for one in places
        ]
        facets["symlinks"] = symlinks_dataset.SymlinksDatasetFacet(identifiers=named)
    return facets


def _statistics(version: VersionSummary) -> output_statistics_output_dataset.OutputStatisticsOutputDatasetFacet:
    return output_statistics_output_dataset.OutputStatisticsOutputDatasetFacet(
        rowCount=(version.parts or {}).get("rows"), size=version.size, fileCount=version.file_count
    )
