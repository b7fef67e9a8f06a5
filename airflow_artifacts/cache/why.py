"""Why a task run was a hit or a miss: what differs between its key and the nearest one that the task had before."""

from __future__ import annotations

import dataclasses
import difflib
from typing import TYPE_CHECKING

from airflow_artifacts.entries import Decision, KeyPart, Outcome, PartKind, RememberedKey

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from airflow_artifacts.entries import CacheKey
    from airflow_artifacts.model import TaskRun

__all__ = ["Difference", "Explanation", "differences", "nearest"]

_CONTEXT_LINES = 1
# Of one function; the rest is counted.
_MOST_LINES = 40


@dataclasses.dataclass(frozen=True, slots=True)
class Difference:
    """A part that two keys do not share; None stands for the key that lacks it."""

    kind: PartKind
    name: str
    before: KeyPart | None
    now: KeyPart | None

    def __str__(self) -> str:
        return f"{self._place}: {self._change}"

    @property
    def diff(self) -> tuple[str, ...]:
        """The lines of source that changed, as ``diff -u`` shows them; none where that is not known."""
        before, now = (part.text if part else None for part in (self.before, self.now))
        if before is None or now is None:
            return ()
        lines = difflib.unified_diff(before.splitlines(), now.splitlines(), lineterm="", n=_CONTEXT_LINES)
        return tuple(line for line in lines if not line.startswith(("---", "+++", "@@")))

    def lines(self) -> Iterator[str]:
        """Give the lines by which a person is told of it."""
        yield str(self)
        diff = self.diff
        yield from (f"    {line}" for line in diff[:_MOST_LINES])
        if len(diff) > _MOST_LINES:
            yield f"    … and {len(diff) - _MOST_LINES} more lines"

    @property
    def _place(self) -> str:
        part = self.now or self.before
        place = f" ({part.place})" if part is not None and part.place else ""
        return f"{self.kind.value} {self.name}{place}"

    @property
    def _change(self) -> str:
        if self.before is None or self.now is None:
            part = self.now or self.before
            shown = f" {part.shown}" if part is not None and part.shown is not None else ""
            return (
                f"is new,{shown}".rstrip(",") if self.before is None else f"is no longer used{shown and ', was'}{shown}"
            )
        if self.before.shown is None or self.now.shown is None or self.before.shown == self.now.shown:
            return "changed"
        return f"{self.before.shown} → {self.now.shown}"


@dataclasses.dataclass(frozen=True, slots=True)
class Explanation:
    """What the cache decided for a task run, and why.

    Attributes:
        origin: The task run that computed what was reused; None where nothing was.
        compared: The earlier task run with the nearest key; None where there is none, or nothing to compare.
        differences: Between the two keys; of a hit none.
    """

    task_run: TaskRun
    decision: Decision
    origin: TaskRun | None = None
    compared: TaskRun | None = None
    differences: tuple[Difference, ...] = ()

    def __str__(self) -> str:
        return "\n".join(self.lines())

    def lines(self) -> Iterator[str]:
        """Give the lines by which a person is told of it."""
        decision = self.decision
        saved = "" if decision.seconds is None else f"; saved {decision.seconds:.1f} s"
        yield f"{decision.outcome.value}: {'; '.join(decision.reasons) or 'no reason was recorded'}{saved}"
        if decision.outcome is not Outcome.MISS:
            return
        if self.compared is None:
            yield "no earlier key of this task is remembered"
        elif not self.differences:
            yield f"its key is that of {self.compared}"
        else:
            yield f"against {self.compared}:"
            for difference in self.differences:
                yield from (f"  {line}" for line in difference.lines())


def differences(before: CacheKey, now: CacheKey) -> tuple[Difference, ...]:
    """Return the parts that two keys do not share.

    Of the code, the functions, classes, constants and packages that differ stand for the whole.
    """
    old, new = ({(part.kind, part.name): part for part in key.parts} for key in (before, now))
    found = [
        Difference(kind, name, old.get((kind, name)), new.get((kind, name)))
        for kind, name in sorted({*old, *new}, key=lambda part: (_ORDER.index(part[0]), part[1]))
        if _digest(old.get((kind, name))) != _digest(new.get((kind, name)))
    ]
    counted = [one for one in found if _counts(one)]
    if not any(one.kind is PartKind.CODE for one in counted):
        return tuple(counted)
    explained = [one for one in found if not _counts(one)]
    return tuple(explained + [one for one in counted if one.kind is not PartKind.CODE or not explained])


def nearest(now: CacheKey, earlier: Sequence[RememberedKey]) -> RememberedKey | None:
    """Return the key that shares most with another; of several the newest, which stands first."""
    return min(earlier, key=lambda one: len(differences(one.key, now)), default=None)


_ORDER = (
    PartKind.CODE,
    PartKind.FUNCTION,
    PartKind.CLASS,
    PartKind.CONSTANT,
    PartKind.PACKAGE,
    PartKind.INTERPRETER,
    PartKind.INPUT,
    PartKind.PARAMETER,
    PartKind.CONTEXT,
    PartKind.INTERVAL,
    PartKind.ENVIRONMENT,
    PartKind.VARIABLE,
    PartKind.FILE,
    PartKind.EXTRA,
    PartKind.OUTPUT,
    PartKind.TASK,
    PartKind.SCOPE,
)


def _digest(part: KeyPart | None) -> str | None:
    return None if part is None else part.digest


def _counts(difference: Difference) -> bool:
    part = difference.now or difference.before
    return part is not None and part.counts
