"""What differs between two versions that may be seen."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from airflow_artifacts.ui.api.answers.lineage import ChangeAnswer, DiffAnswer, SectionAnswer
from airflow_artifacts.ui.api.hiding import HIDDEN, scrubbed
from airflow_artifacts.ui.api.telling.task_runs import hidden_names, version_answer
from airflow_artifacts.ui.api.telling.versions import columns, seen_provenance

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from airflow_artifacts.client.comparing import Change, VersionDiff
    from airflow_artifacts.client.provenance import Provenance
    from airflow_artifacts.model import ArtifactVersion, VersionSummary
    from airflow_artifacts.ui.api.viewer import Viewer

__all__ = ["diff_answer"]


def diff_answer(viewer: Viewer, before: ArtifactVersion, now: ArtifactVersion) -> DiffAnswer:
    """Return what differs between two versions, as far as what made them may be seen."""
    from airflow_artifacts.client.comparing import compare  # noqa: PLC0415 - the client is imported with its first use

    labels = viewer.client.lineage.labels
    made = seen_provenance(viewer, before), seen_provenance(viewer, now)
    diff = compare(*made, (labels.metadata(before.id), labels.metadata(now.id)))
    diff = dataclasses.replace(diff, inputs=tuple(_inputs(viewer, diff, *made)))
    return DiffAnswer(
        before=version_answer(before),
        now=version_answer(now),
        same_value=diff.same_value,
        sections=[
            SectionAnswer(name=name, changes=[_change(one) for one in changes])
            for name, changes in diff.sections.items()
        ],
        before_columns=columns(before.metadata),
        now_columns=columns(now.metadata),
    )


def _inputs(viewer: Viewer, diff: VersionDiff, before: Provenance, now: Provenance) -> Iterator[Change]:
    hidden = hidden_names(viewer, (*before.inputs.values(), *now.inputs.values()))
    for change in diff.inputs:
        yield dataclasses.replace(
            change,
            name=scrubbed(viewer, change.name, hidden),
            before=_input(viewer, before.inputs, change.name),
            now=_input(viewer, now.inputs, change.name),
        )


def _input(viewer: Viewer, inputs: Mapping[str, VersionSummary], name: str) -> Any:
    version = inputs.get(name)
    if version is None:
        return None
    return str(version) if viewer.sight.version(version) else HIDDEN


def _change(change: Change) -> ChangeAnswer:
    return ChangeAnswer(name=change.name, before=change.before, now=change.now, lines=list(change.lines))
