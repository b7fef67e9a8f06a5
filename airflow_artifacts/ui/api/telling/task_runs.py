"""Task runs, with the versions beside them and why the cache decided as it did."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from airflow_artifacts.entries import Outcome, PartKind
from airflow_artifacts.model import Direction, EdgeKind
from airflow_artifacts.ui.api.answers.task_runs import (
    DecidedRunAnswer,
    DecisionAnswer,
    DifferenceAnswer,
    ExplanationAnswer,
    NamedVersion,
    TaskRunAnswer,
    VersionAnswer,
)
from airflow_artifacts.ui.api.hiding import HIDDEN, reasons, scrubbed

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from airflow_artifacts.cache.why import Difference, Explanation
    from airflow_artifacts.entries import DecidedRun, Decision, KeyPart
    from airflow_artifacts.model import LineageEdge, TaskRun, TaskRunWithEdges, VersionSummary
    from airflow_artifacts.ui.api.viewer import Viewer

__all__ = ["decided_answer", "decision_answer", "edge_name", "explanation_answer", "named_versions", "run_answer",
           "version_answer"]  # fmt: skip


def run_answer(run: TaskRun) -> TaskRunAnswer:
    """Return a task run that may be seen."""
    return TaskRunAnswer(
        id=run.id,
        dag_id=run.dag_id,
        run_id=run.run_id,
        task_id=run.task_id,
        map_index=run.map_index,
        try_number=run.try_number,
        state=run.state.value,
        started_at=run.started_at,
        ended_at=run.ended_at,
    )


def version_answer(version: VersionSummary) -> VersionAnswer:
    """Return a version that may be seen, whose producer then may be seen, too."""
    return VersionAnswer(
        id=version.id,
        artifact=version.artifact,
        named=version.named,
        version=version.version,
        kind=version.kind,
        type=version.type,
        size=version.size,
        save_kind=version.save_kind.value,
        created_at=version.created_at,
        effective_at=version.effective_at,
        tags=sorted(version.tags),
        aliases=sorted(version.aliases),
        pinned=version.pinned,
        bytes_deleted_at=version.bytes_deleted_at,
        output=version.output,
        length=version.length,
        producer=None if version.producer is None else run_answer(version.producer),
    )


def edge_name(edge: LineageEdge, run: TaskRun, version: VersionSummary, *, hidden: bool, instead: str = HIDDEN) -> str:
    """Return the parameter or output that an edge of a task run that may be seen is named after.

    What its function asked for, or saved, is named as the artifact is.
    """
    is_declared = edge.direction is Direction.OUTPUT and edge.name in run.outputs
    tells = edge.kind is EdgeKind.READ or version.artifact in edge.name
    return instead if hidden and tells and not is_declared else edge.name


def named_versions(viewer: Viewer, found: TaskRunWithEdges | DecidedRun, direction: Direction) -> list[NamedVersion]:
    """Return the versions that a task run read or wrote, by the names of its parameters or outputs."""
    versions = versions_of(found)
    named = []
    for edge in found.edges:
        version = versions.get(edge.version)
        if version is None or edge.direction is not direction:
            continue
        seen = viewer.sight.version(version)
        named.append(
            NamedVersion(
                name=edge_name(edge, found.task_run, version, hidden=not seen),
                kind=edge.kind.value,
                version=version_answer(version) if seen else None,
                reference=edge.reference if seen else None,
            )
        )
    return named


def decision_answer(viewer: Viewer, decision: Decision | None, names: Iterable[str] = ()) -> DecisionAnswer | None:
    """Return what the cache decided for a task run that may be seen."""
    if decision is None:
        return None
    origin = viewer.task_run(decision.origin)
    return DecisionAnswer(
        outcome=decision.outcome.value,
        reasons=reasons(viewer, decision, names),
        seconds=decision.seconds,
        origin=None if origin is None else run_answer(origin),
    )


def decided_answer(viewer: Viewer, found: TaskRunWithEdges | DecidedRun, decision: Decision | None) -> DecidedRunAnswer:
    """Return a task run that may be seen, with what it read and wrote and what the cache decided."""
    names = hidden_names(viewer, versions_of(found).values())
    return DecidedRunAnswer(
        task_run=run_answer(found.task_run),
        decision=decision_answer(viewer, decision, names),
        inputs=named_versions(viewer, found, Direction.INPUT),
        outputs=named_versions(viewer, found, Direction.OUTPUT),
    )


def versions_of(found: TaskRunWithEdges | DecidedRun) -> dict[str, VersionSummary]:
    """Return the versions that a task run read and wrote, by UUID."""
    return {version.id: version for version in (*found.inputs.values(), *found.outputs.values())}


def hidden_names(viewer: Viewer, versions: Iterable[VersionSummary]) -> set[str]:
    """Return the names of those artifacts whose versions, of some, may not be seen."""
    return {version.artifact for version in versions if not viewer.sight.version(version)}


def explanation_answer(viewer: Viewer, found: TaskRunWithEdges, explanation: Explanation) -> ExplanationAnswer:
    """Return why a task run that may be seen was a hit or a miss."""
    versions = list(versions_of(found).values())
    if explanation.compared is not None and not viewer.sight.is_whole:
        earlier = viewer.client.lineage.task_run(explanation.compared.id)
        versions += [] if earlier is None else versions_of(earlier).values()
    names = hidden_names(viewer, versions)
    seen = {str(version) for version in versions if viewer.sight.version(version)}
    shown = [_shown(viewer, one, seen, names) for one in explanation.differences]
    said = dataclasses.replace(
        explanation,
        decision=dataclasses.replace(explanation.decision, reasons=tuple(reasons(viewer, explanation.decision, names))),
        differences=tuple(shown),
    )
    compared = explanation.compared
    return ExplanationAnswer(
        lines=list(said.lines()),
        compared=run_answer(compared) if compared is not None and viewer.sight.task_run(compared) else None,
        differences=[_difference_answer(one) for one in shown],
    )


def counts(decisions: Iterable[Decision | None]) -> tuple[dict[Outcome, int], float]:
    """Return how often the cache decided what, and the seconds that it saved."""
    found: dict[Outcome, int] = dict.fromkeys(Outcome, 0)
    seconds = 0.0
    for decision in decisions:
        if decision is not None:
            found[decision.outcome] += 1
            seconds += (decision.seconds or 0.0) if decision.outcome is Outcome.HIT else 0.0
    return found, seconds


def _shown(viewer: Viewer, difference: Difference, seen: Collection[str], names: Collection[str]) -> Difference:
    if viewer.sight.is_whole:
        return difference
    before, now = (_part(viewer, part, seen, names) for part in (difference.before, difference.now))
    return dataclasses.replace(difference, name=scrubbed(viewer, difference.name, names), before=before, now=now)


def _part(viewer: Viewer, part: KeyPart | None, seen: Collection[str], names: Collection[str]) -> KeyPart | None:
    """Return a part of a key without hidden names: an input only says which version it is where that may be seen."""
    if part is None or part.shown is None:
        return part
    if part.kind is PartKind.INPUT and not any(f"{part.shown}[".startswith(f"{name}[") for name in seen):
        return dataclasses.replace(part, shown=HIDDEN)
    return dataclasses.replace(part, shown=scrubbed(viewer, part.shown, names))


def _difference_answer(difference: Difference) -> DifferenceAnswer:
    part = difference.now or difference.before
    return DifferenceAnswer(
        kind=difference.kind.value,
        name=difference.name,
        place=None if part is None else part.place,
        before=None if difference.before is None else difference.before.shown,
        now=None if difference.now is None else difference.now.shown,
        sentence=str(difference),
        lines=list(difference.diff),
    )
