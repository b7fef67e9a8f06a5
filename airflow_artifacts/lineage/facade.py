"""The lineage database as one object: every verb is a transaction of its own."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from airflow_artifacts.artifact import LATEST
from airflow_artifacts.lineage import (
    describing,
    graph,
    listing,
    objects,
    publishing,
    resolving,
    schema,
    searching,
    task_runs,
    words,
)
from airflow_artifacts.lineage.catalogue import Catalogue
from airflow_artifacts.lineage.connections import TASK
from airflow_artifacts.lineage.database import Database
from airflow_artifacts.lineage.labelling import Labels
from airflow_artifacts.lineage.patience import patient, repeatable
from airflow_artifacts.lineage.recording import RecordedRuns
from airflow_artifacts.lineage.remembering import CacheLedger
from airflow_artifacts.lineage.upkeep import Upkeep

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from typing_extensions import Self

    from airflow_artifacts.criteria import Criteria
    from airflow_artifacts.entries import Decision, NewEntry
    from airflow_artifacts.lineage.connections import Connections
    from airflow_artifacts.model import (
        ArtifactSummary,
        ArtifactVersion,
        LineageGraph,
        NewVersion,
        StoredObject,
        TaskRun,
        VersionSummary,
    )

_MOST_WITH_PREFIX = 10


@patient
class Lineage(RecordedRuns):
    """What is recorded of artifacts, versions and task runs.

    Safe between threads, and between any number of processes with one of their own each; make it after a fork.
    Every verb raises :class:`~airflow_artifacts.exceptions.LineageError` where the database refuses, fails or is
    out of reach; it has then changed nothing. Text that cannot be written as UTF-8 is an ``InvalidNameError``.

    Attributes:
        cache: What is remembered of cache keys, entries, decisions and leases.
        labels: Tags, aliases, pins and metadata.
        upkeep: What forgetting, deleting and collecting ask.
        catalogue: What pages that list and count ask.
    """

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.cache = CacheLedger(database)
        self.labels = Labels(database)
        self.upkeep = Upkeep(database)
        self.catalogue = Catalogue(database)

    @classmethod
    def connect(cls, url: str, connections: Connections = TASK, *, patience: float = 0) -> Self:
        """Connect to a database; a SQLite file is created or upgraded.

        Args:
            url: Such as ``sqlite:///folder/lineage.db`` or ``postgresql://user:password@host/database``.
            connections: How many this process may have; the URL may say otherwise.
            patience: Seconds for which a server that is out of reach, as while it is restarted, is asked again; 0 asks
                once. What it refuses is raised at once, and a transaction whose outcome is not known is not repeated.

        Raises:
            ConfigurationError: The URL cannot be meant, its folder does not exist, or its driver is not installed.
            SchemaError: Its schema is not the one of this package.
            LineageError: It refuses, or is out of reach.
        """
        database = Database(url, connections, patience)
        try:
            database.patience(lambda: schema.ensure(database))
        except BaseException:
            database.close()
            raise
        return cls(database)

    @property
    def url(self) -> str:
        """The database's URL, without its secrets."""
        return self._database.url

    def close(self) -> None:
        """Close its connections."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # References

    @repeatable
    def resolve(
        self, artifact: str, word: str, *, run: tuple[str, str] | None = None, settle: bool = True
    ) -> ArtifactVersion | None:
        """Return the version that ``artifact@word`` means, or None.

        A word is the number or text of a version, else an alias, else an ISO date; an empty one is ``latest``.

        Args:
            artifact: The artifact's name.
            word: What stands behind the ``@``.
            run: DAG id and run id. Within a DAG run ``latest`` and an alias mean one version each, decided when
                the run first asks; for ``latest`` a version that the run itself published or reused comes first.
            settle: Whether this asking decides it.
        """
        word = word or LATEST
        with self._database.reading() as session:
            if run is None:
                return resolving.find(session, artifact, word)
            if found := resolving.find_in_run(session, artifact, word, run):
                return describing.version(session, found)
            if not settle:
                return resolving.find(session, artifact, word)
        with self._database.writing() as session:
            return describing.version(session, resolving.settle(session, artifact, word, run))

    @repeatable
    def settle(self, versions: Mapping[str, str], *, run: tuple[str, str]) -> None:
        """Decide that ``latest`` of artifacts means certain versions in a DAG run, where that is not decided yet.

        Args:
            versions: Their UUIDs by artifact.
            run: DAG id and run id.
        """
        if versions:
            with self._database.writing() as session:
                resolving.settle_as(session, versions, run)

    def get(self, id: str) -> ArtifactVersion | None:  # noqa: A002 - the field's name
        """Return a version by its UUID, however that is written, or None."""
        try:
            text = str(uuid.UUID(id))
        except ValueError:
            return None
        with self._database.reading() as session:
            return describing.version(session, text)

    def summary(self, id: str) -> VersionSummary | None:  # noqa: A002 - the field's name
        """Return a version without its files by its UUID, or None: as fast however many they are."""
        with self._database.reading() as session:
            return describing.summaries(session, [id]).get(id)

    def describe(self, ids: Sequence[str]) -> dict[str, ArtifactVersion]:
        """Return those versions that there are, by their UUIDs."""
        if not ids:
            return {}
        with self._database.reading() as session:
            return describing.versions(session, ids)

    def preview(self, id: str) -> str | None:  # noqa: A002 - the field's name
        """Return what is shown of a version, as JSON; None for nothing, or where there is no such version."""
        with self._database.reading() as session:
            return describing.preview(session, id)

    def find_prefix(self, prefix: str) -> list[ArtifactVersion]:
        """Return the versions whose UUIDs begin so, at most ten, sorted by UUID."""
        with self._database.reading() as session:
            ids = resolving.find_prefix(session, prefix, _MOST_WITH_PREFIX)
            return list(describing.versions(session, ids).values())

    def words(self, artifact: str, limit: int = 10) -> list[str]:
        """Return the words of an artifact's newest versions, newest first; none where there is no such artifact."""
        with self._database.reading() as session:
            return resolving.newest_words(session, artifact, limit)

    def similar(self, name: str) -> list[str]:
        """Return the names of at most three artifacts that are close to a name, closest first."""
        with self._database.reading() as session:
            return resolving.similar(session, name)

    # Publishing

    @repeatable
    def claim_objects(self, objects_: Iterable[StoredObject]) -> set[StoredObject]:
        """Say that objects are about to be used; return those to upload even where the store has them.

        The others may be skipped if the store has them. Collection leaves all of them alone for its grace period
        from now on; claim them again while a long upload lasts, and confirm what was uploaded.
        """
        with self._database.writing() as session:
            return objects.claim(session, objects_)

    @repeatable
    def confirm_objects(self, objects_: Iterable[StoredObject]) -> None:
        """Say that claimed objects were uploaded; only then a version may name them."""
        with self._database.writing() as session:
            objects.confirm(session, objects_)

    @repeatable
    def mark_missing(self, object_: StoredObject) -> None:
        """Say that an object's bytes are gone or wrong, so that the next writer uploads them."""
        with self._database.writing() as session:
            objects.mark_missing(session, object_)

    def check_version(self, artifact: str, word: str, *, task_run: TaskRun | None = None) -> None:
        """See that an explicit version is free, before a function runs for it.

        One that another try of the same task instance made is not taken for it: publishing decides by its content.

        Raises:
            InvalidNameError: It is not allowed as a version.
            VersionTakenError: It is a version or an alias of this artifact; the message says of what.
        """
        words.number(word)
        with self._database.reading() as session:
            words.refuse_taken(session, artifact, word, task_run)

    def publish(
        self,
        versions: Sequence[NewVersion],
        *,
        task_run: TaskRun | None,
        effective_at: datetime | None,
        entry: NewEntry | None = None,
        decision: Decision | None = None,
    ) -> list[ArtifactVersion]:
        """Publish versions whose bytes are in the store, all or none, and return them described.

        Numbers come from a counter per artifact, so that any number of processes get each number once. ``latest``
        and declared aliases only move forward in effective time. An explicit version that exists with equal content
        is published again and returned, if it was saved rather than returned by a task, or if another try of the same
        task instance made it.

        Args:
            versions: In the order in which they are returned.
            task_run: Which made them; None for what is saved outside of a task.
            effective_at: The moment they stand for; None for now, by the database's clock.
            entry: What the cache is to remember with them.
            decision: What the cache had decided for the task run; recorded with the entry.

        Raises:
            SupersededError: A later try of the task instance has begun.
            EntryTaken: Another task run published under the entry's key and generation: adopt its outputs.
            ObjectsNotLive: Objects are about to be deleted or were found gone: claim and upload them, and again.
            VersionTakenError: An explicit version or an alias is taken; the message says by what.
            InvalidNameError: A version, an alias, a tag or a key of metadata is not allowed.
            InputError: A metadata value is not JSON, or holds a NUL character.
        """
        if not versions:
            return []
        publishing.check(versions)
        with self._database.writing() as session:
            published = publishing.publish(session, versions, task_run, effective_at, entry)
            if task_run is not None and entry is not None and decision is not None:
                task_runs.write_decision(session, task_run.id, entry.key, decision)
            return published

    # Looking around

    def list_artifacts(self, *, named_only: bool = True) -> Iterator[ArtifactSummary]:
        """Yield artifacts sorted by name, all of them, page by page; no transaction is open between pages."""
        after = ""
        while page := self._page(after, named_only=named_only):
            yield from page
            after = page[-1].name

    def versions(self, artifact: str) -> Iterator[VersionSummary]:
        """Yield an artifact's versions, newest first, all of them, page by page."""
        before: int | None = None
        while True:
            with self._database.reading() as session:
                page, before = listing.versions(session, artifact, before)
            yield from page
            if before is None:
                return

    def search(self, criteria: Criteria, page: int = listing.PAGE) -> Iterator[VersionSummary]:
        """Yield the versions that fit, newest first, all of them, page by page.

        What is published meanwhile is not among them, and no version comes twice or is left out for it.
        """
        after: searching.Place | None = None
        while True:
            with self._database.reading() as session:
                ids, after = searching.page(session, criteria, after, page)
                found = describing.summaries(session, ids)
            yield from found.values()
            if after is None:
                return

    def search_page(self, criteria: Criteria, after: str | None, limit: int) -> tuple[list[VersionSummary], str | None]:
        """Return one page of a search, and the text that asks for the next one; None where there is none.

        Raises:
            InvalidNameError: ``after`` is no such text.
        """
        with self._database.reading() as session:
            ids, place = searching.page(session, criteria, searching.place(after), limit)
            return list(describing.summaries(session, ids).values()), searching.token(place)

    def upstream(self, version_id: str, depth: int) -> LineageGraph:
        """Return what a version was made from, so many versions back, at most 10,000 nodes."""
        with self._database.reading() as session:
            return graph.upstream(session, version_id, depth)

    def downstream(self, version_id: str, depth: int) -> LineageGraph:
        """Return what was made from a version, so many versions on, at most 10,000 nodes."""
        with self._database.reading() as session:
            return graph.downstream(session, version_id, depth)

    def _page(self, after: str, *, named_only: bool) -> list[ArtifactSummary]:
        with self._database.reading() as session:
            return listing.artifacts(session, after, named_only=named_only)
