"""What a task's function asks for itself: recorded while it runs, and asked again before its result is reused."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from airflow_artifacts import fingerprint
from airflow_artifacts.cache.key import view
from airflow_artifacts.client.registering import fault_of
from airflow_artifacts.client.types import code_of_type
from airflow_artifacts.criteria import Criteria
from airflow_artifacts.entries import Read, ReadKind

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from airflow_artifacts.client import ArtifactClient
    from airflow_artifacts.client.call import TaskCall
    from airflow_artifacts.lineage import Lineage
    from airflow_artifacts.model import ArtifactSummary, ArtifactVersion

__all__ = ["Search", "ask_again", "described", "loaded", "search"]

T = TypeVar("T")


class Search(Generic[T]):
    """Gives what a search finds, one after another, and remembers what it gave.

    Args:
        verb: Which search it is.
        argument: What it was asked for.
        found: What it finds.
        identify: Tells one thing that is found from another.
    """

    def __init__(self, verb: str, argument: Any, found: Iterator[T], identify: Callable[[T], str]) -> None:
        self._question = json.dumps([verb, argument])
        self._found = found
        self._identify = identify
        self._given: list[str] = []
        self._ended = False

    def __iter__(self) -> Search[T]:
        return self

    def __next__(self) -> T:
        try:
            one = next(self._found)
        except StopIteration:
            self._ended = True
            raise
        self._given.append(self._identify(one))
        return one

    @property
    def read(self) -> Read:
        """What was given until now; of a search that came to its end, that there was no more."""
        seen = (str(len(self._given)), fingerprint.value(self._given), "ended" if self._ended else "left")
        return Read(ReadKind.SEARCH, self._question, seen)


def described(reference: str, version: ArtifactVersion | None) -> Read:
    """Return the record of a description that was given, or of there being none."""
    ids = () if version is None else (version.id,)
    return Read(ReadKind.DESCRIBE, reference, ids, ids)


def loaded(reference: str, version: ArtifactVersion, annotation: Any, first_party: Collection[str]) -> Read:
    """Return the record of a value that was given.

    Raises:
        FingerprintError: The code behind it cannot be told apart.
    """
    as_files = view(version, annotation)[0] == "files"
    return Read(ReadKind.LOAD, reference, _value(version, first_party, as_files=as_files), (version.id,))


def search(lineage: Lineage, verb: str, argument: Any) -> Search[Any]:
    """Begin a search among the artifacts, or the versions of one."""
    if verb == "versions":
        return Search(verb, argument, lineage.versions(argument), _version)
    if verb == "search":
        return Search(verb, argument, lineage.search(Criteria.from_json(argument)), _version)
    return Search(verb, argument, lineage.list_artifacts(named_only=argument), _summary)


def ask_again(client: ArtifactClient, read: Read, call: TaskCall, *, settle: bool = True) -> Read:
    """Return what the same question is answered now, within a DAG run.

    Args:
        client: Whom to ask.
        read: The question, and what was answered.
        call: Within whose DAG run.
        settle: Whether a word such as ``latest`` means the same from now on within the DAG run.

    Raises:
        FingerprintError: The code behind a value cannot be told apart.
    """
    run = call.task_run
    if read.kind is ReadKind.SEARCH:
        again = search(client.lineage, *json.loads(read.reference))
        for _ in range(int(read.seen[0])):
            next(again, None)
        if read.seen[2] == "ended":
            next(again, None)
        return again.read
    version = client.resolve(read.reference, run=(run.dag_id, run.run_id), settle=settle)
    if read.kind is ReadKind.DESCRIBE or version is None:
        return described(read.reference, version)
    if (fault := fault_of(client.store, version)) is not None:
        return Read(ReadKind.LOAD, read.reference, ("changed", fault), (version.id,))
    seen = _value(version, call.first_party, as_files=read.seen[0] == "files")
    return Read(ReadKind.LOAD, read.reference, seen, (version.id,))


def _value(version: ArtifactVersion, first_party: Collection[str], *, as_files: bool) -> tuple[str, ...]:
    manifest = fingerprint.value(version.manifest.to_json())
    if as_files:
        return ("files", manifest)
    # The methods of the value are code that runs, though the function need not name its class.
    return ("value", version.fingerprint or manifest, version.type, code_of_type(version.type, first_party))


def _version(version: ArtifactVersion) -> str:
    return version.id


def _summary(summary: ArtifactSummary) -> str:
    latest = "" if summary.latest is None else summary.latest.id
    return f"{summary.name}@{latest} of {summary.versions}"
