"""A DAG that keeps the store small and looks whether all is there: forget, prune, gc, and verify a sample.

It asks for nothing that only a person should: neither aliased, pinned, saved nor ``latest`` versions go, and no objects
that the lineage database does not know.
"""

from __future__ import annotations

import dataclasses
import logging
import sys
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

from airflow.sdk import DAG, Param, get_current_context, task
from airflow.sdk.exceptions import AirflowException, AirflowFailException

from airflow_artifacts.exceptions import ConfigurationError
from airflow_artifacts.logs import tell
from airflow_artifacts.provider import DEFAULT_CONNECTION

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from airflow_artifacts.logs import Event

__all__ = ["maintenance"]

_log = logging.getLogger(__name__)

_BEGAN = datetime(2020, 1, 1, tzinfo=timezone.utc)
_DURATION = r"^\d+\s*(s|min|h|d|w)$"
# A result is shown in Airflow's page, and stored in its database.
_SHOWN = 20
_LEAST_GRACE = timedelta(hours=1)
_LEAST_AGE = timedelta(days=1)


def maintenance(
    dag_id: str = "artifacts_maintenance",
    *,
    schedule: Any = "@daily",
    artifacts_conn_id: str = DEFAULT_CONNECTION,
    forget_older_than: str | None = "90d",
    forget_keep_last: int = 10,
    forget_gone: bool = False,
    keep_versions: int = 0,
    grace: str = "1d",
    sample: str | None = "1000",
    dry_run: bool = False,
    **options: Any,
) -> DAG:
    """Return a DAG whose tasks forget, prune, collect and verify; all but the schedule can be changed for a run.

    Args:
        dag_id: Its id.
        schedule: As of every DAG; None for runs by hand alone.
        artifacts_conn_id: The connection of type ``artifacts``.
        forget_older_than: DAG runs that ended so long ago are forgotten, such as ``90d``; None for any age.
        forget_keep_last: But not so many of each DAG's newest.
        forget_gone: Whether to forget those, too, that Airflow does not have any more, whatever their age.
        keep_versions: So many of the newest versions of each artifact stay, referenced or not.
        grace: Bytes that were used within this time are left alone.
        sample: How much is verified: a number of objects, or a size such as ``10GB``; None for all, with registered
            data.
        dry_run: Whether to delete nothing, and say what would be deleted.
        options: What :class:`airflow.sdk.DAG` takes.

    Raises:
        ConfigurationError: A value cannot be meant, or would delete what is in use or all that is recorded.
    """
    given: dict[str, Any] = {
        "artifacts_conn_id": Param(artifacts_conn_id, type="string"),
        "forget_older_than": Param(forget_older_than, type=["null", "string"], pattern=_DURATION),
        "forget_keep_last": Param(forget_keep_last, type="integer", minimum=0),
        "forget_gone": Param(forget_gone, type="boolean"),
        "keep_versions": Param(keep_versions, type="integer", minimum=0),
        "grace": Param(grace, type="string", pattern=_DURATION),
        "sample": Param(sample, type=["null", "string"], pattern=r"^\d+\s*([kMGT]?B)?$"),
        "dry_run": Param(dry_run, type="boolean"),
    }
    _rules({name: param.value for name, param in given.items()})
    fixed = {"start_date": _BEGAN, "catchup": False, "tags": ["artifacts"], "doc_md": __doc__}
    with DAG(dag_id, schedule=schedule, **{**fixed, **options, "max_active_runs": 1, "params": given}) as dag:
        _forget() >> _prune() >> _gc()
        _verify()
    # The file that calls this is the DAG's, as Airflow's own decorator has it.
    caller = sys._getframe(1)  # noqa: SLF001 - there is no other way to know it
    dag.fileloc = caller.f_code.co_filename
    return dag


@dataclasses.dataclass(frozen=True, slots=True)
class _Rules:
    """What a run is to do."""

    conn_id: str
    older_than: timedelta | None
    keep_last: int
    gone: bool
    keep_versions: int
    grace: timedelta
    sample: Mapping[str, int]
    dry_run: bool


def _rules(params: Mapping[str, Any]) -> _Rules:
    """Read what a run is to do.

    Raises:
        ConfigurationError: A value cannot be meant, or would delete what is in use or all that is recorded.
    """
    from airflow_artifacts.cli.output import duration, sample  # noqa: PLC0415 - not while every process imports us

    older_than, grace = duration(params["forget_older_than"]), duration(params["grace"])
    rules = _Rules(
        conn_id=str(params["artifacts_conn_id"]),
        older_than=older_than,
        keep_last=int(params["forget_keep_last"]),
        gone=bool(params["forget_gone"]),
        keep_versions=int(params["keep_versions"]),
        grace=timedelta(0) if grace is None else grace,
        sample=sample(params["sample"]),
        dry_run=bool(params["dry_run"]),
    )
    if rules.dry_run:
        return rules
    if rules.grace < _LEAST_GRACE:
        message = (
            f"grace={params['grace']!r} is less than an hour: bytes that tasks are about to publish would be deleted "
            "under them, and stored again; give '1h' or more, or run `airflow artifacts gc --grace` while no task runs"
        )
        raise ConfigurationError(message)
    if rules.keep_last < 1 and (older_than is None or older_than < _LEAST_AGE):
        message = (
            f"forget_older_than={params['forget_older_than']!r} and forget_keep_last=0 together forget what was "
            "recorded today; give an age of '1d' or more, or keep 1 run of each DAG or more"
        )
        raise ConfigurationError(message)
    return rules


@task(task_id="forget")
def _forget() -> dict[str, Any]:
    """Delete what is recorded of DAG runs that have ended."""
    from airflow_artifacts.cli.keep import forget_lines  # noqa: PLC0415 - only a task that runs pays for it

    rules = _of_run()
    with _client(rules) as client:
        done = client.forget(older_than=rules.older_than, keep_last=rules.keep_last or None, dry_run=rules.dry_run)
        _say("forgot", done, forget_lines(done))
        result = {"runs": done.runs, "task_runs": done.task_runs, "not_ended": done.not_ended, "unknown": done.unknown}
        if rules.gone:
            gone = client.forget(gone=True, dry_run=rules.dry_run)
            _say("forgot", gone, forget_lines(gone))
            result |= {"gone_runs": gone.runs, "gone_task_runs": gone.task_runs}
    return result


@task(task_id="prune")
def _prune() -> dict[str, Any]:
    """Delete versions that no task run holds, and the bytes that then no version names."""
    from airflow_artifacts.cli.keep import prune_lines  # noqa: PLC0415 - only a task that runs pays for it

    rules = _of_run()
    with _client(rules) as client:
        done = client.prune(keep_last=rules.keep_versions, grace=rules.grace, ignore_errors=True, dry_run=rules.dry_run)
    _say("pruned", done, prune_lines(done))
    if rules.dry_run:
        _log.info("versions that forgetting would leave without a holder are not among them")
    _refuse_failures(done.failed)
    return {
        "versions": len(done.versions),
        "objects": done.objects,
        "bytes": done.bytes,
        "waiting_bytes": done.waiting,
        "first": list(done.versions[:_SHOWN]),
    }


@task(task_id="gc")
def _gc() -> dict[str, Any]:
    """Delete bytes that no version names, and what writers that died have left."""
    from airflow_artifacts.cli.keep import gc_lines  # noqa: PLC0415 - only a task that runs pays for it

    rules = _of_run()
    with _client(rules) as client:
        done = client.gc(grace=rules.grace, ignore_errors=True, dry_run=rules.dry_run)
    _say("collected", done, gc_lines(done))
    _refuse_failures(done.failed)
    return {
        "objects": done.objects,
        "bytes": done.bytes,
        "waiting_objects": done.waiting,
        "leftovers": done.leftovers,
    }


@task(task_id="verify")
def _verify() -> dict[str, Any]:
    """Read a sample of the objects, and fail where one is gone or wrong, when all were looked at."""
    from airflow_artifacts.cli.keep import verify_lines  # noqa: PLC0415 - only a task that runs pays for it

    rules = _of_run()
    with _client(rules) as client:
        found = client.verify(**rules.sample)
    lines = list(verify_lines(found))
    _say("verified", found, lines)
    if found.faults:
        # Trying again reads the same wrong bytes.
        raise AirflowFailException("\n".join(lines))
    return {"files": found.files, "bytes": found.bytes}


def _of_run() -> _Rules:
    """Read what this run is to do."""
    return _rules(get_current_context()["params"])


def _client(rules: _Rules) -> Any:
    from airflow_artifacts.provider.hook import ArtifactHook  # noqa: PLC0415 - only a task that runs pays for it

    return ArtifactHook(rules.conn_id).get_conn()


def _say(event: Event, done: Any, lines: Iterable[str]) -> None:
    """Write to the log what was done: the first line with the numbers as fields."""
    counts = {
        field.name: getattr(done, field.name)
        for field in dataclasses.fields(done)
        if isinstance(getattr(done, field.name), int)
    }
    first, *others = lines
    tell(_log, logging.INFO, event, "%s", first, **counts)
    for line in others:
        _log.info("%s", line)


def _refuse_failures(failed: Mapping[str, str]) -> None:
    """Fail where something could not be deleted, after all else was."""
    if failed:
        named = "; ".join(f"{name}: {reason}" for name, reason in list(failed.items())[:_SHOWN])
        message = f"{len(failed)} could not be deleted, such as {named}"
        raise AirflowException(message)
