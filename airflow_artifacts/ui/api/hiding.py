"""Sentences about what the cache decided, without the names that a user may not see.

They were written for people when the task ran, and name task runs and versions. For whoever may see all they stay as
they are; for others only what is known to name nothing hidden does.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from airflow_artifacts.entries import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable

    from airflow_artifacts.entries import Decision
    from airflow_artifacts.ui.api.viewer import Viewer

__all__ = ["HIDDEN", "reasons", "scrubbed", "sentence"]

HIDDEN = "hidden"
"""What stands for a name that a user may not see."""

_AGO = r"(?P<ago>[\d.]+ (?:d|h|min|s))"
# What is said of whom: those sentences keep what they say.
_SENTENCES = (
    (rf"(?P<start>the cache check found that )?.* computed it {_AGO} ago", r"\g<start>hidden computed it \g<ago> ago"),
    (rf"the result of .* is {_AGO} old and counts for (?P<life>[\d.]+ (?:d|h|min|s)) only",
     r"the result of hidden is \g<ago> old and counts for \g<life> only"),
    (r"the bytes of .* are gone, or were found damaged", "the bytes of hidden are gone, or were found damaged"),
    (r"the bytes of .* are gone from .*", "the bytes of hidden are gone"),
    (r"its function asked for .* itself, which is answered otherwise now.*",
     "its function asked for hidden itself, which is answered otherwise now"),
    (r"its function asked for .* itself, which cannot be compared: .*",
     "its function asked for hidden itself, which cannot be compared"),
)  # fmt: skip
_NAMELESS = frozenset(
    {
        "there is no earlier result under its key",
        "the task was cleared after it had published",
        'the run was told to compute everything (conf {"artifacts": {"cache": "refresh"}})',
        "no reason was recorded",
        "its policy says so (cache=False, NEVER, or [artifacts] cache)",
        "it returns nothing that could be reused",
        "the cache was not asked: the task failed before, or was recorded by an earlier release",
    }
)
# They name tries and tasks of the same DAG.
_OWN = re.compile(
    r"try \d+ of this task had published already|not known yet, because it takes what '[\w.-]+' is going to return"
)


def reasons(viewer: Viewer, decision: Decision, names: Iterable[str] = ()) -> list[str]:
    """Return why the cache decided so, as far as a user may know.

    Args:
        viewer: Who asks.
        decision: Of a task run that they may see.
        names: Of hidden versions beside the task run, which may stand in what it says of its own code.
    """
    if viewer.sight.is_whole or _is_of_seen(viewer, decision):
        return list(decision.reasons)
    if decision.outcome is Outcome.UNCACHED:
        return [scrubbed(viewer, reason, names) for reason in decision.reasons]
    return [sentence(reason) for reason in decision.reasons]


def sentence(reason: str) -> str:
    """Return what a sentence says, without any name in it."""
    if reason in _NAMELESS or _OWN.fullmatch(reason):
        return reason
    for pattern, instead in _SENTENCES:
        if (found := re.fullmatch(pattern, reason, re.DOTALL)) is not None:
            return found.expand(instead)
    return HIDDEN


def scrubbed(viewer: Viewer, text: str, names: Iterable[str] = ()) -> str:
    """Return a text, or what stands for it where a hidden DAG or one of some names is in it."""
    if viewer.sight.is_whole:
        return text
    return HIDDEN if any(name in text for name in (*viewer.sight.hidden_dags, *names)) else text


def _is_of_seen(viewer: Viewer, decision: Decision) -> bool:
    """Whether all that its reasons name is the task run whose result was reused, and that may be seen."""
    return decision.outcome is Outcome.HIT and viewer.task_run(decision.origin) is not None
