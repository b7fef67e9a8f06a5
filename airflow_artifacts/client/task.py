"""The execution of one artifact task: its record, its inputs, what the cache decides, its outputs.

Nothing here knows Airflow: the operator describes the try as a :class:`~airflow_artifacts.client.call.TaskCall`, runs
the function where there is nothing to reuse, and hands over what it gives.
"""

from __future__ import annotations

import contextlib
import dataclasses
import logging
import time
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from airflow_artifacts import measures
from airflow_artifacts.cache.lease import LEASE_SECONDS, KeptLease
from airflow_artifacts.client.context import TaskContext
from airflow_artifacts.client.drafts import draft_of_files, materialize, publish, upload
from airflow_artifacts.client.explaining import log_miss, log_reuse, log_saved
from airflow_artifacts.client.inputs import Inputs
from airflow_artifacts.client.outputs import Destinations
from airflow_artifacts.client.provenance import PACKAGES
from airflow_artifacts.client.recall import judge, recall, recall_earlier_try
from airflow_artifacts.client.waiting import Wait
from airflow_artifacts.entries import NewEntry, Outcome, PartKind
from airflow_artifacts.exceptions import ArtifactError, ArtifactNotFoundError, FingerprintError, LineageError
from airflow_artifacts.fingerprint.source import analyse
from airflow_artifacts.lineage import EntryTaken, ObjectsNotLive
from airflow_artifacts.logs import tell
from airflow_artifacts.model import Direction, EdgeKind, LineageEdge, SaveKind, TaskRunState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from airflow_artifacts.client import ArtifactClient
    from airflow_artifacts.client.call import TaskCall
    from airflow_artifacts.client.drafts import Draft
    from airflow_artifacts.client.recall import Recall
    from airflow_artifacts.entries import CacheKey
    from airflow_artifacts.model import ArtifactRef, ArtifactVersion, TaskRun
    from airflow_artifacts.signature import Output
    from airflow_artifacts.store import Spool

__all__ = ["TaskExecution"]

_log = logging.getLogger(__name__)

# Each failure means that another published under the same key meanwhile and that its entry was deleted at once; several
# in a row mean that something else is wrong.
_ATTEMPTS = 5


class TaskExecution:
    """One try of one artifact task.

    Args:
        client: Where it reads and saves.
        call: What is called.
        is_skip: Whether an exception means that the task skips itself.
        longest_wait: For how many seconds it waits for another that computes the same key, before it computes itself.
    """

    def __init__(
        self,
        client: ArtifactClient,
        call: TaskCall,
        *,
        is_skip: Callable[[BaseException], bool],
        longest_wait: float = 3600,
    ) -> None:
        self._client = client
        self._call = call
        self._run = call.task_run
        self._signature = call.signature
        self._is_skip = is_skip
        self._longest_wait = longest_wait
        self._cleared = False
        self._decided: Recall | None = None
        self._lease: KeptLease | None = None
        self._has_named = False
        # What was returned again.
        self._reused: Recall | None = None

    @property
    def client(self) -> ArtifactClient:
        """Where it reads and saves."""
        return self._client

    @contextlib.contextmanager
    def running(self, ended: TaskRunState = TaskRunState.SUCCESS) -> Iterator[TaskExecution]:
        """Record the try as begun, be the current context, and record how it ended.

        Args:
            ended: How it is to be recorded where nothing fails.

        Raises:
            LineageError: The lineage database refused, failed, or is out of reach.
        """
        self._ended = ended
        self._run = self._client.lineage.begin(self._run)
        self._client.lineage.settle(self._call.triggers, run=(self._run.dag_id, self._run.run_id))
        self._call = dataclasses.replace(self._call, task_run=self._run)
        names = None if self._signature.keyed else tuple(output.name for output in self._signature.outputs)
        self._context = TaskContext(self._client, self._run, names, self._call.first_party)
        self._inputs = Inputs(self._client, self._call)
        state = TaskRunState.FAILED
        try:
            with self._context.activated():
                self._destinations = Destinations(self._client, self._call)
                yield self
            state = self._ended
        except BaseException as error:
            state = TaskRunState.SKIPPED if self._is_skip(error) else TaskRunState.FAILED
            raise
        finally:
            for draft in self._context.drafts:
                draft.close()
            for spool in self._context.written.values():
                spool.close()
            if self._lease is not None:
                self._lease.release()
            self._end(state)

    def recall(self) -> dict[str, ArtifactRef] | None:
        """Return what the task returned before, if that is to be returned again; else see that it may compute.

        Own earlier try, then hit, then refusal of a taken explicit version: in this order. Where another task run
        computes the same key at this moment, its result is waited for.

        Raises:
            InputError: An argument does not fit its annotation.
            VersionTakenError: A declared version exists already.
            InvalidNameError: A name's template lacks a key or makes a name that is not allowed.
        """
        refs, decided = self._settle(self._found())
        if refs is None:
            self._decided = decided
            self._destinations.check(self._run)
            self._client.lineage.cache.remember(self._run, decided.key, decided.decision)
            # Where the cache was asked in vain, its code cannot be told apart; asking once more would not help.
            if decided.key is None and decided.policy is None and self._call.task_run.outputs:
                self._record_packages()
            log_miss(self._client.lineage, self._run, decided)
            if decided.decision.outcome is Outcome.MISS:
                measures.add(measures.CACHE_MISSES)
        return refs

    def reuse(self) -> dict[str, ArtifactRef] | None:
        """Return what the task returned before, if that is to be returned again, without waiting for anybody.

        Raises:
            InputError: An argument does not fit its annotation.
            VersionTakenError: A declared version exists already.
            InvalidNameError: A name's template lacks a key or makes a name that is not allowed.
        """
        found = self._found()
        return self._reuse(found) if found.is_found else None

    def owed(self) -> list[ArtifactVersion]:
        """Return the versions of named artifacts that Airflow is to be told of when this try succeeds."""
        if not (self._has_named or self._context.published):
            return []
        return self._client.lineage.owed(self._run)

    def earlier_run(self) -> TaskRun | None:
        """Return the task run that computed what this one returned again; None where it computed itself."""
        if self._reused is None:
            return None
        origin = self._reused.decision.origin
        if self._reused.producer is not None or origin is None:
            return self._reused.producer
        found = self._client.lineage.task_run(origin)
        return None if found is None else found.task_run

    def was_reused(self, task_id: str) -> bool:
        """Whether a cache check was the last to record something of a task in this DAG run, and skipped it."""
        return self._client.was_reused(self._run.dag_id, self._run.run_id, task_id)

    def ends_as(self, state: TaskRunState) -> None:
        """Let it be recorded otherwise how the try ended, where nothing fails."""
        self._ended = state

    def bind(self) -> dict[str, Any]:
        """Return the function's arguments, the references among them loaded.

        Raises:
            InputError: An argument does not fit its annotation.
            MissingObjectError: The bytes of an input are gone.
            CorruptObjectError: They are not those that were written.
        """
        return self._inputs.load()

    def publish(self, returned: object) -> dict[str, ArtifactRef]:
        """Store what the function returned, publish it with what it saved itself, and return references by output.

        All outputs become files before any is published, and all versions are published in one transaction. Where
        another published under the same key meanwhile, its outputs are returned.

        Raises:
            OutputError: It does not fit the declaration.
            UnsupportedTypeError: No materializer writes values of a type.
            VersionTakenError: A declared version exists with other content.
            SupersededError: A later try of the task has begun.
            StoreError: The store refused, failed, or is out of reach.
        """
        started = time.monotonic()
        drafts = self._context.drafts
        saved = len(drafts)
        written = self._context.written
        for output, value in self._signature.split(returned, written=written):
            spool = written.pop(output.name, None)
            draft = self._materialize(output, value) if spool is None else self._finish(output, spool)
            drafts.append(draft)
            drafts[-1] = dataclasses.replace(draft, version=self._context.enriched(draft.version))
        self._context.check_additions()
        if not drafts:
            return {}
        upload(self._client.store, self._client.lineage, drafts[saved:])
        for _ in range(_ATTEMPTS):
            try:
                versions = self._publish(drafts)
            except EntryTaken:
                if (refs := self._adopt()) is not None:
                    return refs
                continue
            self._has_named |= any(version.named for version in versions)
            for draft, version in zip(drafts, versions, strict=True):
                log_saved(draft, version, time.monotonic() - started)
            outputs = zip(drafts[saved:], versions[saved:], strict=True)
            return {str(draft.version.output): self._client.reference(version) for draft, version in outputs}
        message = (
            f"the outputs of {self._run} could not be published: {_ATTEMPTS} times another task run published under "
            "the same cache key and was gone again; is its entry being deleted all the time?"
        )
        raise LineageError(message)

    def _record_packages(self) -> None:
        """Record the packages that the code reaches, which otherwise stand in the cache key."""
        packages: Mapping[str, str | None]
        try:
            if self._call.interpreter is not None:
                packages = self._call.interpreter(()).packages
            else:
                code = analyse(self._call.function, first_party=self._call.first_party)
                packages = {part.name: part.text for part in code.parts if part.kind == PartKind.PACKAGE.value}
        except FingerprintError:
            return
        environment = {**self._run.environment, PACKAGES: packages}
        self._client.lineage.update_environment(self._run.id, environment)

    def _found(self) -> Recall:
        """Resolve the arguments, and decide by an earlier try of this task instance, else by the cache."""
        lineage = self._client.lineage
        self._inputs.resolve(self._run.id)
        lineage.update_parameters(self._run.id, self._inputs.parameters)
        earlier = lineage.cache.earlier_try(self._run)
        self._cleared = earlier is not None and earlier.cleared
        found = recall_earlier_try(self._client, self._call, earlier)
        return found or recall(self._client, lineage.cache, self._call, self._inputs, earlier=earlier)

    def _settle(self, decided: Recall) -> tuple[dict[str, ArtifactRef] | None, Recall]:
        """Reuse what was found, or take the right to compute, waiting for another that computes the same."""
        least = decided.decision.generation
        with Wait(self._longest_wait) as wait:
            while True:
                if decided.is_found:
                    if (refs := self._reuse(decided)) is not None:
                        return refs, decided
                elif decided.key is None or self._may_compute(decided.key, wait):
                    return None, decided
                decided = self._judged(decided, least)

    def _may_compute(self, key: CacheKey, wait: Wait) -> bool:
        """Say whether to compute; where another computes the same key, wait a little and look again."""
        if self._lease is not None:
            return True
        ledger = self._client.lineage.cache
        lease = ledger.take_lease(key.digest, self._run.id, LEASE_SECONDS)
        if lease.holder != self._run.id:
            return not wait.pause(lease)
        self._lease = KeptLease(ledger, lease)
        # Whoever held it before may have published since the last look.
        return lease.fence == 1

    def _judged(self, decided: Recall, least: int | None) -> Recall:
        """Look again, for what another task run published meanwhile."""
        if decided.key is None or decided.policy is None:
            return decided
        ledger = self._client.lineage.cache
        return judge(self._client, ledger, self._call, decided.key, decided.policy, cleared=self._cleared, least=least)

    def _reuse(self, found: Recall) -> dict[str, ArtifactRef] | None:
        """Publish again what was found, and return references by output; None where it is gone by now."""
        reused = [self._destinations.reused(one) for one in found.outputs]
        reads = [
            LineageEdge(self._run.id, id_, Direction.INPUT, EdgeKind.READ, read.reference, read.reference)
            for read in found.reads
            for id_ in read.versions
        ]
        try:
            versions = self._client.lineage.cache.reuse(
                reused,
                task_run=self._run,
                effective_at=self._run.effective_at,
                decision=found.decision,
                key=found.key,
                inputs=reads,
            )
        except (ArtifactNotFoundError, ObjectsNotLive) as error:
            text = "what was found in the cache is gone by now: %s"
            tell(_log, logging.INFO, "gone", text, error, reason=str(error))
            return None
        log_reuse(found.decision, reused, versions)
        measures.add(measures.CACHE_HITS)
        if found.decision.seconds is not None:
            measures.add(measures.SECONDS_SAVED, found.decision.seconds)
        self._has_named |= any(version.named for version in versions)
        self._reused = found
        outputs = zip(reused, versions, strict=True)
        return {one.output: self._client.reference(version) for one, version in outputs if one.output is not None}

    def _publish(self, drafts: Sequence[Draft]) -> list[ArtifactVersion]:
        decided = self._decided
        entry = None
        if decided is not None and decided.key is not None and decided.policy is not None:
            if self._client.lineage.versions_read(self._run.id) - self._context.asked:
                self._context.unrepeatable = "its function asked for artifacts in another process"
            if self._context.unrepeatable is None:
                entry = NewEntry(
                    key=decided.key,
                    generation=decided.decision.generation or 0,
                    scope=decided.policy.shared,
                    reads=self._context.reads,
                    published=tuple(self._context.published),
                )
            else:
                reason = self._context.unrepeatable
                tell(_log, logging.INFO, "uncached", "the result is not cached: %s", reason, reasons=[reason])
        return publish(
            self._client.store,
            self._client.lineage,
            drafts,
            task_run=self._run,
            effective_at=self._run.effective_at,
            entry=entry,
            decision=None if decided is None or entry is None else decided.decision,
        )

    def _adopt(self) -> dict[str, ArtifactRef] | None:
        """Return what another task run published under the same key meanwhile; None where that is gone again."""
        if self._decided is None:
            return None
        again = self._judged(self._decided, self._decided.decision.generation)
        if again.is_found and (refs := self._reuse(again)) is not None:
            return refs
        self._decided = again
        return None

    def _materialize(self, output: Output, value: object) -> Draft:
        try:
            return materialize(
                self._client.store,
                value,
                self._destinations.of(output),
                save_kind=SaveKind.TASK_OUTPUT,
                output=output.name,
                materializer=self._call.materializers.get(output.name),
                allow_pickle=self._client.allow_pickle,
                preview_rows=self._client.preview_rows if self._call.preview else 0,
            )
        except ArtifactError as error:
            error.args = (f"output {output.name!r} of {self._signature.name!r}: {error}", *error.args[1:])
            raise

    def _finish(self, output: Output, spool: Spool) -> Draft:
        """Make an output of the files that the function wrote itself."""
        return draft_of_files(spool, self._destinations.of(output), save_kind=SaveKind.TASK_OUTPUT, output=output.name)

    def _end(self, state: TaskRunState) -> None:
        try:
            self._client.lineage.finish(self._run.id, state, datetime.now(timezone.utc))
        except ArtifactError as error:
            # The outcome of the task is what its function and its outputs made it, and Airflow has that.
            _log.warning("the end of the task could not be recorded as %s: %s", state.value, error)
