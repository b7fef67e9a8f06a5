"""Saying what the cache decided: in the task's log, and to whoever asks later."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from rich.filesize import decimal

from airflow_artifacts.cache.why import Explanation, differences, nearest
from airflow_artifacts.entries import Decision, Outcome
from airflow_artifacts.logs import tell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from airflow_artifacts.client.drafts import Draft
    from airflow_artifacts.client.recall import Recall
    from airflow_artifacts.entries import CacheKey, ReusedOutput
    from airflow_artifacts.lineage import Lineage
    from airflow_artifacts.model import ArtifactVersion, TaskRun

__all__ = ["explain", "explain_miss", "log_miss", "log_reuse", "log_saved"]

_log = logging.getLogger("airflow_artifacts.cache")

# As many earlier keys of the task are compared.
_EARLIER = 20


def explain(lineage: Lineage, run: TaskRun) -> Explanation:
    """Return what was decided for a task run, compared with the nearest key that the task had before."""
    decision = lineage.cache.decision(run)
    if decision is None:
        reason = "the cache was not asked: the task failed before, or was recorded by an earlier release"
        return Explanation(run, Decision(outcome=Outcome.UNCACHED, reasons=(reason,)))
    found = None if decision.origin is None else lineage.task_run(decision.origin)
    remembered = lineage.cache.remembered_key(run)
    if remembered is None or decision.outcome is not Outcome.MISS:
        return Explanation(run, decision, None if found is None else found.task_run)
    return explain_miss(lineage, run, remembered.key, decision)


def explain_miss(lineage: Lineage, run: TaskRun, key: CacheKey, decision: Decision) -> Explanation:
    """Return a miss, compared with the nearest key that the task had before."""
    other = nearest(key, lineage.cache.earlier_keys(run, _EARLIER))
    if other is None:
        return Explanation(run, decision)
    return Explanation(run, decision, None, other.task_run, differences(other.key, key))


def log_miss(lineage: Lineage, run: TaskRun, decided: Recall) -> None:
    """Write to the task's log why it computes."""
    if decided.key is None:
        level, reasons = logging.INFO if decided.policy is None else logging.WARNING, decided.decision.reasons
        tell(_log, level, "uncached", "not cached: %s", "; ".join(reasons), reasons=list(reasons))
        return
    explained = explain_miss(lineage, run, decided.key, decided.decision)
    first, *others = explained.lines()
    tell(
        _log,
        logging.INFO,
        "miss",
        "cache %s",
        first,
        reasons=list(decided.decision.reasons),
        key=decided.key.digest,
        compared=None if explained.compared is None else explained.compared.id,
        changed=[f"{one.kind.value} {one.name}" for one in explained.differences] or None,
    )
    for line in others:
        _log.info("  %s", line)


def log_reuse(decision: Decision, reused: Sequence[ReusedOutput], versions: Sequence[ArtifactVersion]) -> None:
    """Write to the task's log what it returns again."""
    saved = "" if decision.seconds is None else f" · saved {decision.seconds:.1f} s"
    reasons = decision.reasons
    tell(
        _log,
        logging.INFO,
        "hit" if decision.outcome is Outcome.HIT else "earlier try",
        "cache %s: %s%s",
        decision.outcome.value,
        "; ".join(reasons),
        saved,
        reasons=list(reasons),
        seconds=decision.seconds,
        origin=decision.origin,
    )
    for one, version in zip(reused, versions, strict=True):
        what = "saved" if one.output is None else f"output {one.output!r}"
        again = "" if version.id == one.version.id else f", the same as {one.version}"
        text = "%s: %s%s · %s · %s"
        shown = (what, version, again, version.type, decimal(version.size))
        tell(
            _log, logging.INFO, "reused", text, *shown, **_fields(version), same_as=str(one.version) if again else None
        )


def log_saved(draft: Draft, version: ArtifactVersion, seconds: float) -> None:
    """Write to the task's log what it published."""
    files = len(draft.manifest.files)
    tell(
        _log,
        logging.INFO,
        "published",
        "%s: %s · %s · %s in %d file%s · %.2f s",
        f"output {version.output!r}" if draft.version.output else "saved",
        version,
        version.type,
        decimal(version.size),
        files,
        "" if files == 1 else "s",
        seconds,
        **_fields(version),
        seconds=round(seconds, 3),
    )


def _fields(version: ArtifactVersion) -> dict[str, Any]:
    """Return by which fields a line names a version; the digest of its bytes where it is one file."""
    files = version.manifest.files
    return {
        "artifact": version.artifact,
        "version": version.version,
        "id": version.id,
        "output": version.output,
        "type": version.type,
        "bytes": version.size,
        "files": len(files),
        "digest": files[0].digest if len(files) == 1 else None,
        "fingerprint": version.fingerprint,
    }
