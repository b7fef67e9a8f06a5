"""What the cache decides for a call: which earlier result counts, and why none does.

Nothing is published here, so that a plan decides by the same rules as the task that runs.
"""

from __future__ import annotations

import dataclasses
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from airflow_artifacts.client.keys import key_of_call, policy_of_call
from airflow_artifacts.client.reads import ask_again
from airflow_artifacts.client.registering import fault_of
from airflow_artifacts.entries import Decision, Outcome
from airflow_artifacts.exceptions import ArtifactNotFoundError, FingerprintError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import timedelta

    from airflow_artifacts.cache.ledger import Ledger
    from airflow_artifacts.cache.policy import CachePolicy
    from airflow_artifacts.client import ArtifactClient
    from airflow_artifacts.client.call import TaskCall
    from airflow_artifacts.client.inputs import Inputs
    from airflow_artifacts.entries import CacheEntry, CacheKey, EarlierTry, EntryOutput, Read
    from airflow_artifacts.model import ArtifactVersion, TaskRun

__all__ = ["Recall", "judge", "recall", "recall_earlier_try"]

# Requests for one object each; more at once gain little.
_LOOKERS = 16
_DAY = 86_400


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Recall:
    """What was decided, and what there is to reuse.

    Attributes:
        decision: With its reasons.
        key: Under which; None where the task is not cached.
        outputs: What is to be returned again; empty unless it is a hit or an earlier try's.
        reads: What the computation asked for itself, as it is answered now.
        policy: By which it was decided; None where the cache was not asked.
        producer: What computed the outputs, where that was looked up with them.
    """

    decision: Decision
    key: CacheKey | None = None
    outputs: tuple[EntryOutput, ...] = ()
    reads: tuple[Read, ...] = ()
    policy: CachePolicy | None = None
    producer: TaskRun | None = None

    @property
    def is_found(self) -> bool:
        """Whether there is something to return again."""
        return bool(self.outputs)


def recall_earlier_try(client: ArtifactClient, call: TaskCall, earlier: EarlierTry | None) -> Recall | None:
    """Decide by an earlier try of the same task instance: what it published counts, cached or not."""
    if earlier is None or (earlier.cleared and call.on_clear != "reuse"):
        return None
    if earlier.task_run.try_number == 0 and not earlier.cleared:
        return None  # recorded by a cache check, which counts under the same key alone
    names = {one.output for one in earlier.outputs}
    if not names.issuperset(output.name for output in call.signature.outputs):
        return None  # the function was changed between the tries
    if _gone(client, (one.version for one in earlier.outputs)) is not None:
        return None
    reason = f"try {earlier.task_run.try_number} of this task had published already"
    decision = Decision(outcome=Outcome.EARLIER_TRY, reasons=(reason,), origin=earlier.task_run.id)
    return Recall(decision=decision, outputs=earlier.outputs, producer=earlier.task_run)


def recall(
    client: ArtifactClient,
    ledger: Ledger,
    call: TaskCall,
    inputs: Inputs,
    *,
    earlier: EarlierTry | None = None,
    settle: bool = True,
) -> Recall:
    """Decide by the cache.

    Args:
        client: Holds what the entry would return.
        ledger: Remembers entries.
        call: What is called.
        inputs: Its arguments, resolved.
        earlier: An earlier try of the task that published, or what a cache check recorded on behalf of the task.
        settle: Whether what the computation asked for means the same from now on within the DAG run.
    """
    if call.policy is not None and not call.policy.enabled:
        return _uncached("its policy says so (cache=False, NEVER, or [artifacts] cache)")
    if not call.signature.outputs and not call.signature.keyed:
        return _uncached("it returns nothing that could be reused")
    try:
        key = key_of_call(call, inputs)
    except FingerprintError as error:
        return dataclasses.replace(_uncached(str(error)), policy=policy_of_call(call, inputs))
    policy = policy_of_call(call, inputs)
    if earlier is not None and not earlier.cleared and (checked := _checked(client, ledger, earlier, key)) is not None:
        return dataclasses.replace(checked, policy=policy)
    cleared = earlier is not None and earlier.cleared
    return judge(client, ledger, call, key, policy, cleared=cleared, settle=settle)


def _checked(client: ArtifactClient, ledger: Ledger, earlier: EarlierTry, key: CacheKey) -> Recall | None:
    """Return what a cache check of this DAG run found for the same key: what follows was decided by it."""
    remembered = ledger.remembered_key(earlier.task_run) if earlier.task_run.try_number == 0 else None
    if remembered is None or remembered.decision is None or remembered.key.digest != key.digest:
        return None
    if _gone(client, (one.version for one in earlier.outputs)) is not None:
        return None
    reasons = (f"the cache check found that {'; '.join(remembered.decision.reasons)}",)
    decision = dataclasses.replace(remembered.decision, outcome=Outcome.HIT, reasons=reasons)
    return Recall(decision=decision, key=key, outputs=earlier.outputs)


def judge(
    client: ArtifactClient,
    ledger: Ledger,
    call: TaskCall,
    key: CacheKey,
    policy: CachePolicy,
    *,
    cleared: bool = False,
    least: int | None = None,
    settle: bool = True,
) -> Recall:
    """Look an entry up, and decide whether it counts.

    Args:
        client: Holds what the entry would return.
        ledger: Remembers entries.
        call: What is called.
        key: Its key.
        policy: Its policy.
        cleared: Whether the task was cleared after it had published.
        least: The generation from which on an entry counts though the run refuses what was there before it.
        settle: Whether what the computation asked for means the same from now on within the DAG run.
    """
    lookup = ledger.look_up(key.digest)
    entry = lookup.entry
    if entry is None:
        missed = Decision(
            outcome=Outcome.MISS, reasons=("there is no earlier result under its key",), generation=lookup.generation
        )
        return Recall(decision=missed, key=key, policy=policy)
    is_earlier = least is None or entry.generation < least
    refused = _refused_by_run(call, cleared=cleared) if is_earlier else None
    reads: list[Read] = []
    reason = refused or _expired(entry, policy.lifetime) or _bytes_gone(client, entry)
    reason = reason or _read_changed(client, entry, call, reads, settle=settle)
    if reason is not None:
        missed = Decision(outcome=Outcome.MISS, reasons=(reason,), generation=lookup.next_generation)
        return Recall(decision=missed, key=key, policy=policy)
    hit = Decision(
        outcome=Outcome.HIT,
        reasons=(f"{_who(entry.producer)} computed it {_ago(entry.age)} ago",),
        origin=entry.producer.id if entry.producer else None,
        seconds=entry.seconds,
        generation=entry.generation,
    )
    return Recall(
        decision=hit, key=key, outputs=entry.outputs, reads=tuple(reads), policy=policy, producer=entry.producer
    )


def _uncached(reason: str) -> Recall:
    return Recall(decision=Decision(outcome=Outcome.UNCACHED, reasons=(reason,)))


def _refused_by_run(call: TaskCall, *, cleared: bool) -> str | None:
    if call.refresh:
        return 'the run was told to compute everything (conf {"artifacts": {"cache": "refresh"}})'
    return "the task was cleared after it had published" if cleared else None


def _expired(entry: CacheEntry, lifetime: timedelta | None) -> str | None:
    if lifetime is None or entry.age <= lifetime:
        return None
    return f"the result of {_who(entry.producer)} is {_ago(entry.age)} old and counts for {_ago(lifetime)} only"


def _bytes_gone(client: ArtifactClient, entry: CacheEntry) -> str | None:
    versions = [one.version for one in entry.outputs]
    if not entry.intact:
        return f"the bytes of {', '.join(map(str, versions))} are gone, or were found damaged"
    gone = _gone(client, versions)
    return None if gone is None else f"the bytes of {gone} are gone from {client.store.uri}"


def _gone(client: ArtifactClient, versions: Iterable[ArtifactVersion]) -> ArtifactVersion | None:
    """Return a version whose bytes are not in the store with their size, or None; its objects are marked missing."""
    versions = list(versions)
    for version in versions:
        if fault_of(client.store, version) is not None:
            return version
    objects = {stored: version for version in versions for stored in version.manifest.objects}
    if len(objects) > 1:
        with ThreadPoolExecutor(min(_LOOKERS, len(objects))) as pool:
            found = list(pool.map(client.store.exists, objects))
    else:
        found = list(map(client.store.exists, objects))
    missing = [stored for stored, there in zip(objects, found, strict=True) if not there]
    for stored in missing:
        client.lineage.mark_missing(stored)
    return objects[missing[0]] if missing else None


def _read_changed(
    client: ArtifactClient, entry: CacheEntry, call: TaskCall, answers: list[Read], *, settle: bool
) -> str | None:
    """Ask again what the computation asked, and return what is answered otherwise now."""
    for read in entry.reads:
        try:
            again = ask_again(client, read, call, settle=settle)
        except (FingerprintError, ArtifactNotFoundError) as error:
            return f"its function asked for {read.reference!r} itself, which cannot be compared: {error}"
        if again.seen != read.seen:
            changed = _versions(client, read, again)
            return f"its function asked for {read.reference!r} itself, which is answered otherwise now{changed}"
        answers.append(again)
    return None


def _versions(client: ArtifactClient, before: Read, now: Read) -> str:
    def names(ids: Sequence[str]) -> str:
        found = (client.lineage.get(id_) for id_ in ids)
        return ", ".join(str(version) for version in found if version is not None) or "nothing"

    return f": {names(now.versions)} instead of {names(before.versions)}" if before.versions or now.versions else ""


def _who(run: TaskRun | None) -> str:
    return "a task run that was forgotten" if run is None else str(run)


def _ago(age: timedelta) -> str:
    seconds = age.total_seconds()
    for size, unit in ((_DAY, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.1f} s"
