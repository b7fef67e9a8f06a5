"""``forget``, ``prune``, ``delete``, ``gc`` and ``verify``: what is not needed any more, and what is."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from airflow_artifacts.cli.output import confirm, duration, lines, sample, size
from airflow_artifacts.cli.settings import connect
from airflow_artifacts.exceptions import ConfigurationError
from airflow_artifacts.model import GRACE

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator
    from datetime import timedelta

    from airflow_artifacts.client import ArtifactClient
    from airflow_artifacts.model import CollectSummary, ForgetSummary, PruneSummary, VerifySummary

__all__ = [
    "delete",
    "forget",
    "forget_lines",
    "gc",
    "gc_lines",
    "prune",
    "prune_lines",
    "verify",
    "verify_lines",
]

_SHOWN = 20
_DECLINED = 1


def forget(arguments: argparse.Namespace) -> int:
    """Delete what is recorded of DAG runs that have ended, or that Airflow does not have any more.

    Raises:
        ConfigurationError: No condition is given, or Airflow cannot be asked.
    """
    with connect(arguments) as client:
        return _forget(arguments, client, arguments.older_than, arguments.keep_last)


def prune(arguments: argparse.Namespace) -> int:
    """Delete versions that no task run references, and the bytes that then no version names.

    Raises:
        ConfigurationError: Both parts alone are asked for, or the store holds objects of another database.
    """
    rules: dict[str, Any] = {
        "name": arguments.name,
        "older_than": duration(arguments.older_than),
        "keep_last": arguments.keep_last or 0,
        "saved": arguments.saved,
        "aliased": arguments.aliased,
        "latest": arguments.latest,
        "only": _only(arguments),
        "grace": _grace(arguments),
    }
    with connect(arguments) as client:
        if arguments.forget is not None and (code := _forget(arguments, client, arguments.forget, None)):
            return code
        planned = client.prune(**rules, dry_run=True)
        question = f"{_pruned(planned)[0].replace('would be', 'to be')}: go on?"
        if not arguments.dry_run and not confirm(arguments, question):
            return _DECLINED
        done = planned
        if not arguments.dry_run:
            done = client.prune(**rules, ignore_errors=arguments.ignore_errors)
    lines(arguments, _document(done), prune_lines(done))
    return 1 if done.failed and not arguments.ignore_errors else 0


def delete(arguments: argparse.Namespace) -> int:
    """Delete one version.

    Raises:
        ArtifactNotFoundError: There is no such version.
        VersionInUseError: Something holds it.
        ConfigurationError: Both parts alone are asked for.
    """
    only, grace = _only(arguments), _grace(arguments)
    with connect(arguments) as client:
        planned = client.delete(arguments.reference, only=only, grace=grace, dry_run=True)
        if not arguments.dry_run and not confirm(arguments, f"Delete {', '.join(planned.versions)}?"):
            return _DECLINED
        done = planned
        if not arguments.dry_run:
            done = client.delete(arguments.reference, only=only, grace=grace)
    lines(arguments, _document(done), prune_lines(done))
    return 0


def gc(arguments: argparse.Namespace) -> int:
    """Delete bytes that no version names, and what writers that died have left.

    Raises:
        ConfigurationError: The store holds objects of another lineage database.
    """
    with connect(arguments) as client:
        done = client.gc(
            grace=_grace(arguments),
            kept=arguments.kept,
            unknown=arguments.unknown,
            ignore_errors=arguments.ignore_errors,
            dry_run=arguments.dry_run,
        )
    lines(arguments, _document(done), gc_lines(done))
    return 0


def verify(arguments: argparse.Namespace) -> int:
    """Look at the bytes of a version, or of all; the exit code is 1 where any are gone or wrong.

    Raises:
        ArtifactNotFoundError: There is no such version.
        ConfigurationError: The sample is neither a number nor a size.
    """
    with connect(arguments) as client:
        found = client.verify(arguments.reference, quick=arguments.quick, **sample(arguments.sample))
    lines(arguments, dataclasses.asdict(found), verify_lines(found))
    return 1 if found.faults else 0


def _forget(
    arguments: argparse.Namespace, client: ArtifactClient, older_than: str | None, keep_last: int | None
) -> int:
    rules: dict[str, Any] = {"older_than": duration(older_than), "keep_last": keep_last}
    if arguments.command.name == "forget":
        rules |= {"dag_id": arguments.dag_id, "run_id": arguments.run_id, "gone": arguments.gone}
        if not (any(rules[name] is not None for name in ("older_than", "keep_last", "run_id")) or arguments.gone):
            message = "say which runs to forget: --older-than, --keep-last, --gone, or --dag-id with --run-id"
            raise ConfigurationError(message)
    planned = client.forget(**rules, dry_run=True)
    question = f"Forget {_counted(planned.runs, 'DAG run')} with {_counted(planned.task_runs, 'task run')}?"
    if planned.runs and not arguments.dry_run and not confirm(arguments, question):
        return _DECLINED
    done = planned if arguments.dry_run else client.forget(**rules)
    if arguments.command.name == "forget":
        lines(arguments, dataclasses.asdict(done), forget_lines(done))
    elif arguments.output != "json":
        lines(arguments, None, forget_lines(done))
    return 0


def _grace(arguments: argparse.Namespace) -> timedelta:
    given = duration(arguments.grace)
    return GRACE if given is None else given


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _did(done: ForgetSummary | PruneSummary | CollectSummary, count: int) -> str:
    return "would be" if done.dry_run else "was" if count == 1 else "were"


def _only(arguments: argparse.Namespace) -> str | None:
    if arguments.only_artifact and arguments.only_metadata:
        message = "--only-artifact and --only-metadata exclude each other; leave both away to delete both"
        raise ConfigurationError(message)
    return "artifact" if arguments.only_artifact else "metadata" if arguments.only_metadata else None


def _document(done: PruneSummary | CollectSummary) -> dict[str, Any]:
    document = {field.name: getattr(done, field.name) for field in dataclasses.fields(done)}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in document.items()} | {
        "failed": dict(done.failed)
    }


def forget_lines(done: ForgetSummary) -> Iterator[str]:
    """Give the lines by which a person is told what forgetting came to."""
    runs, task_runs = _counted(done.runs, "DAG run"), _counted(done.task_runs, "task run")
    yield f"{runs} with {task_runs} {_did(done, done.runs)} forgotten"
    if done.not_ended:
        yield f"{done.not_ended} left, as Airflow does not report them as ended"
    if done.unknown:
        yield f"{done.unknown} left, as Airflow does not know them; --gone forgets those"


def _pruned(done: PruneSummary) -> list[str]:
    first = f"{_counted(len(done.versions), 'version')} {_did(done, len(done.versions))} deleted"
    if done.bytes or not done.kept:
        first += f", {size(done.bytes)} in {_counted(done.objects, 'object')} freed"
    return [first]


def prune_lines(done: PruneSummary) -> Iterator[str]:
    """Give the lines by which a person is told what pruning or deleting came to."""
    yield from _pruned(done)
    if done.waiting:
        yield f"{size(done.waiting)} that were used lately wait for a later gc"
    if done.kept:
        yield f"{size(done.kept)} are kept as nobody's; gc --kept frees them"
    yield from (f"  {name}" for name in done.versions[:_SHOWN])
    if len(done.versions) > _SHOWN:
        yield f"  … and {len(done.versions) - _SHOWN} more; --output json names all"
    yield from (f"  {name} was not deleted: {reason}" for name, reason in done.failed.items())


def gc_lines(done: CollectSummary) -> Iterator[str]:
    """Give the lines by which a person is told what a collection came to."""
    yield f"{_counted(done.objects, 'object')} with {size(done.bytes)} {_did(done, done.objects)} deleted"
    if done.waiting:
        yield f"{_counted(done.waiting, 'object')} left, used within the grace period"
    if done.leftovers:
        yield f"{_counted(done.leftovers, 'leftover')} of writers that died {_did(done, done.leftovers)} deleted"
    if done.unknown:
        unknown = _counted(done.unknown, "object")
        yield f"{unknown} that the lineage database does not know {_did(done, done.unknown)} deleted"
    yield from (f"  {name} was not deleted: {reason}" for name, reason in done.failed.items())


def verify_lines(found: VerifySummary) -> Iterator[str]:
    """Give the lines by which a person is told what verifying found."""
    yield f"{_counted(found.files, 'file')} with {size(found.bytes)} looked at, {len(found.faults)} gone or wrong"
    if found.healed:
        there = "is" if found.healed == 1 else "are"
        yield f"{_counted(found.healed, 'object')} that had been marked as gone or wrong {there} there again"
    for fault in found.faults:
        yield f"  {fault.place}: {fault.reason}"
        yield f"    of {', '.join(fault.versions[:_SHOWN])}"
