"""A version, with what its page shows of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow_artifacts.model import Direction
from airflow_artifacts.ui.api.answers.versions import (
    ColumnAnswer,
    FileAnswer,
    MetadatumAnswer,
    PreviewAnswer,
    ProvenanceAnswer,
    VersionDetail,
    VisualizationAnswer,
)
from airflow_artifacts.ui.api.telling.task_runs import (
    decision_answer,
    hidden_names,
    named_versions,
    run_answer,
    version_answer,
    versions_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from airflow_artifacts.client.provenance import Provenance
    from airflow_artifacts.model import ArtifactVersion, ManifestFile, Metadatum, VersionSummary
    from airflow_artifacts.ui.api.viewer import Viewer
    from airflow_artifacts.visualizers import Preview

__all__ = ["columns", "preview_answer", "seen_provenance", "version_detail"]

_MOST_FILES = 1000


def version_detail(viewer: Viewer, version: ArtifactVersion) -> VersionDetail:
    """Return a version that may be seen, with all that its page shows but its preview and its consumers."""
    origin = viewer.find(version.origin)
    said = viewer.client.lineage.labels.metadata(version.id)
    preview = viewer.client.lineage.preview(version.id)
    previous = viewer.client.catalogue.before(version.id, viewer.sight.visible)
    files = version.manifest.files
    return VersionDetail(
        version=version_answer(version),
        materializer=version.materializer,
        fingerprint=version.fingerprint,
        interval_start=version.interval_start,
        interval_end=version.interval_end,
        origin=None if origin is None else version_answer(origin),
        metadata=dict(version.metadata),
        said=[_metadatum(one) for one in said],
        columns=columns(version.metadata),
        files=[_file(version, file) for file in files[:_MOST_FILES]],
        file_count=len(files),
        provenance=_provenance_answer(viewer, seen_provenance(viewer, version)),
        previous=None if previous is None else version_answer(previous),
        has_preview=bool(preview),
        may_edit=viewer.may_edit(version),
    )


def seen_provenance(viewer: Viewer, version: ArtifactVersion) -> Provenance:
    """Return what made a version; nothing where another DAG's task run did, of which this one is a copy."""
    made = viewer.client.provenance(version)
    if made.task_run is None or viewer.sight.task_run(made.task_run):
        return made
    return type(made)(version=version)


def columns(metadata: Mapping[str, Any]) -> list[ColumnAnswer]:
    """Return the columns of a table, as its materializer described them."""
    statistics = dict(_pairs(metadata.get("statistics")))
    schema = list(_pairs(metadata.get("schema"))) or [(name, None) for name in statistics]
    return [
        ColumnAnswer(
            name=str(name), type=None if kind is None else str(kind), statistics=_mapping(statistics.get(name))
        )
        for name, kind in schema
    ]


def preview_answer(preview: Preview) -> PreviewAnswer:
    """Return what is shown of a value, without HTML, which has an address of its own."""
    return PreviewAnswer(
        visualizations=[
            VisualizationAnswer(kind=one.kind, title=one.title, data=None if one.kind == "html" else one.data)
            for one in preview.visualizations
        ]
    )


def _provenance_answer(viewer: Viewer, made: Provenance) -> ProvenanceAnswer | None:
    found = None if made.task_run is None else viewer.client.lineage.task_run(made.task_run.id)
    if made.task_run is None or found is None:
        return None
    names = hidden_names(viewer, versions_of(found).values())
    decision = viewer.client.lineage.cache.decision(made.task_run)
    return ProvenanceAnswer(
        task_run=run_answer(made.task_run),
        source=made.source,
        parameters=dict(made.parameters),
        inputs=named_versions(viewer, found, Direction.INPUT),
        packages=dict(made.packages),
        environment=dict(made.environment),
        decision=decision_answer(viewer, decision, names),
    )


def _metadatum(one: Metadatum) -> MetadatumAnswer:
    return MetadatumAnswer(key=one.key, value=one.value, source=one.source.value, at=one.at)


def _file(version: VersionSummary, file: ManifestFile) -> FileAnswer:
    return FileAnswer(
        path=file.path,
        size=file.size,
        digest=file.digest,
        uri=file.uri,
        downloadable=file.uri is None and version.bytes_deleted_at is None,
    )


def _pairs(value: Any) -> Iterator[tuple[str, Any]]:
    for one in value if isinstance(value, list) else ():
        if isinstance(one, list) and len(one) == 2:  # noqa: PLR2004 - a pair
            yield str(one[0]), one[1]


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
