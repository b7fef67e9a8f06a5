"""Artifacts in pages, what they can be filtered by, and how the numbers of one go over its versions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow_artifacts.ui.api.answers.versions import (
    AliasMoveAnswer,
    ArtifactAnswer,
    ArtifactDetail,
    FacetsAnswer,
    SeriesAnswer,
    SeriesOfKey,
    SeriesPoint,
    WordCount,
)
from airflow_artifacts.ui.api.telling.task_runs import version_answer

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from airflow_artifacts.model import AliasMove, ArtifactSummary, Facets, MetadataSeries
    from airflow_artifacts.ui.api.viewer import Viewer

__all__ = ["artifact_answers", "artifact_detail", "facets_answer", "series_answer"]

# So much of the history of aliases is shown.
_MOST_MOVES = 200


def artifact_answers(viewer: Viewer, found: Iterable[ArtifactSummary]) -> list[ArtifactAnswer]:
    """Return artifacts, each with its latest version that may be seen."""
    return [
        ArtifactAnswer(
            name=one.name,
            named=one.named,
            versions=one.versions,
            created_at=one.created_at,
            tags=sorted(one.tags),
            aliases=dict(one.aliases),
            latest=version_answer(one.latest),
        )
        for one in found
        if one.latest is not None and viewer.sight.version(one.latest)
    ]


def artifact_detail(viewer: Viewer, found: ArtifactSummary) -> ArtifactDetail | None:
    """Return an artifact with what its page shows beside its versions; None where none of these may be seen."""
    answers = artifact_answers(viewer, [found])
    if not answers or found.latest is None:
        return None
    return ArtifactDetail(
        artifact=answers[0],
        alias_ids=_alias_ids(viewer, found),
        alias_moves=_moves(viewer, viewer.client.alias_history(found.name)[:_MOST_MOVES]),
        may_edit=viewer.may_edit(found.latest),
    )


def facets_answer(found: Facets) -> FacetsAnswer:
    """Return words with their counts."""

    def counted(words: Iterable[tuple[str, int]]) -> list[WordCount]:
        return [WordCount(word=word, count=count) for word, count in words]

    return FacetsAnswer(
        types=counted(found.types),
        value_types=counted(found.value_types),
        tags=counted(found.tags),
        dags=counted(found.dags),
        aliases=counted(found.aliases),
    )


def series_answer(found: MetadataSeries) -> SeriesAnswer:
    """Return the numbers of an artifact over its versions."""
    return SeriesAnswer(
        keys=[
            SeriesOfKey(
                key=key,
                points=[
                    SeriesPoint(id=one.id, version=one.version, at=one.effective_at, value=one.value) for one in points
                ],
            )
            for key, points in found.points.items()
        ]
    )


def _alias_ids(viewer: Viewer, found: ArtifactSummary) -> dict[str, str]:
    ids = {}
    for alias in found.aliases:
        version = viewer.client.lineage.resolve(found.name, alias)
        if version is not None and viewer.sight.version(version):
            ids[alias] = version.id
    return ids


def _moves(viewer: Viewer, moves: Sequence[AliasMove]) -> list[AliasMoveAnswer]:
    """Return the moves to versions that may be seen, and when the aliases were taken away from these."""
    versions = viewer.client.lineage.describe([move.id for move in moves if move.id is not None])
    seen = {id_ for id_, version in versions.items() if viewer.sight.version(version)}
    stands: dict[str, bool] = {}
    shown = []
    for move in reversed(moves):
        is_shown = stands.get(move.alias, False) if move.id is None else move.id in seen
        stands[move.alias] = move.id in seen
        if is_shown:
            shown.append(AliasMoveAnswer(alias=move.alias, version=move.version, id=move.id, at=move.at))
    return shown[::-1]
