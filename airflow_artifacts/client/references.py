"""What a reference means: a name with a word, a UUID or its beginning."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow_artifacts.artifact import parse_reference
from airflow_artifacts.exceptions import ArtifactNotFoundError
from airflow_artifacts.model import ArtifactRef, ArtifactVersion, VersionSummary

if TYPE_CHECKING:
    from airflow_artifacts.lineage import Lineage

__all__ = ["absence", "resolve"]


def resolve(
    lineage: Lineage,
    reference: str | ArtifactRef | VersionSummary,
    run: tuple[str, str] | None,
    *,
    settle: bool = True,
) -> ArtifactVersion | None:
    """Return the version that a reference means, or None.

    Args:
        lineage: Knows the versions.
        reference: Which one.
        run: DAG id and run id, within which ``latest`` and aliases mean one version each.
        settle: Whether such a word means the same from now on within the run.

    Raises:
        InvalidNameError: The text cannot be a reference.
        ArtifactNotFoundError: The beginning of a UUID fits several versions.
    """
    if isinstance(reference, ArtifactVersion):
        return reference
    if isinstance(reference, (ArtifactRef, VersionSummary)):
        return lineage.get(reference.id)
    parsed = parse_reference(reference)
    if parsed.is_id:
        return lineage.get(parsed.artifact)
    version = lineage.resolve(parsed.artifact, parsed.word, run=run, settle=settle)
    if version is not None or parsed.id is None:
        return version
    found = lineage.find_prefix(parsed.id)
    if len(found) > 1:
        ids = ", ".join(version.id for version in found[:5])
        message = f"{reference!r} is the beginning of {len(found)} versions' UUIDs, {ids}"
        raise ArtifactNotFoundError(message)
    return found[0] if found else None


def absence(lineage: Lineage, reference: str | ArtifactRef | VersionSummary) -> str:
    """Return why a reference means nothing, with those words or names that would."""
    if not isinstance(reference, str):
        return f"{str(reference)!r} does not exist in {lineage.url}; was it deleted, or is this another database?"
    parsed = parse_reference(reference)
    words = lineage.words(parsed.artifact)
    if words:
        return f"{reference!r} does not exist; {parsed.artifact!r} has the versions {', '.join(words)}"
    similar = lineage.similar(parsed.artifact)
    if parsed.artifact in similar:
        return f"{parsed.artifact!r} has no version any more in {lineage.url}: all were deleted"
    hint = f"; did you mean {', '.join(map(repr, similar))}?" if similar else ""
    return f"{parsed.artifact!r} does not exist in {lineage.url}{hint or '; nothing was saved under this name'}"
