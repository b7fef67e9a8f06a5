"""Fills a lineage database with made-up artifacts, versions, task runs and edges, by bulk inserts."""

from __future__ import annotations

import json
import sqlite3
import uuid
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import psycopg

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    Insert = Callable[[str, Sequence[str], Iterable[Sequence[Any]]], None]

__all__ = ["HOT", "chain_end", "fill", "version_id"]

HOT = "hot"
_CHAIN = 20
_DAGS = 50
# One artifact of so many has a name that users did not give.
_UNNAMED = 11
# Of 400 versions one was saved by hand, and one made by a task run that was forgotten.
_SAVED = 150
_FORGOTTEN = 350
_OUTCOMES = ("hit", "hit", "hit", "miss", "uncached")


def version_id(number: int) -> str:
    """Return the UUID of the version of a number, spread as random ones are."""
    return str(uuid.UUID(int=(number * 0x9E3779B97F4A7C15F39CC0605CEDC835) & ((1 << 128) - 1)))


def chain_end(versions: int) -> str:
    """Return the UUID of a version with as many task runs before it as any has."""
    return version_id((versions // 2 // _CHAIN * _CHAIN - 1) * 2)


def fill(url: str, versions: int) -> None:
    """Fill a database whose tables are empty.

    Half of the versions are of one artifact, the others of eleven artifacts for each 1000, of which one has a name that
    no user gave. Each task run writes two versions and reads the two before them; 20 task runs make a chain. Three of
    five task runs were hits, and all began in the last weeks.

    Args:
        url: ``sqlite:///…`` or ``postgresql+psycopg://…``, at the newest schema.
        versions: How many there shall be.
    """
    if url.startswith("sqlite"):
        with sqlite3.connect(url.removeprefix("sqlite:///")) as database:
            database.execute("PRAGMA foreign_keys = OFF")
            database.execute("PRAGMA synchronous = OFF")
            _fill(
                lambda *insert: _into_sqlite(database, *insert),
                versions,
                lambda moment: moment.strftime("%Y-%m-%d %H:%M:%S.%f"),
            )
            database.commit()
            database.execute("ANALYZE")
        database.close()
        return
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        # Artifacts name publications, which come later.
        connection.execute("SET session_replication_role = replica")
        _fill(lambda *insert: _into_postgresql(connection, *insert), versions, datetime.isoformat)
        for table in ("artifact", "publication", "edge", "version_metadata", "alias_history"):
            greatest = f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"  # noqa: S608 - above
            connection.execute(greatest.encode())
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")


def _fill(insert: Insert, versions: int, when: Callable[[datetime], str]) -> None:
    series = max(versions * _UNNAMED // 1000, 1)
    began = datetime.now(timezone.utc) - timedelta(seconds=versions)

    def at(number: int) -> str:
        return when(began + timedelta(seconds=number))

    def artifact(number: int) -> int:
        return 1 if number % 2 else 2 + number // 2 % series

    def word(number: int) -> int:
        return number // 2 + 1 if number % 2 else number // 2 // series + 1

    last = {artifact(number): number for number in range(versions)}
    names = {1: HOT, **{2 + number: _name(number) for number in range(series)}}
    insert(
        "artifact",
        ("id", "name", "named", "next_number", "latest_publication_id", "created_at"),
        ((id_, names[id_], "::" not in names[id_], word(last[id_]) + 1, last[id_] + 1, at(0)) for id_ in sorted(last)),
    )
    digests = [f"blake3:{number:064x}" for number in range(versions // 10 + 1)]
    insert(
        "object",
        ("digest", "suffix", "size", "state", "last_used_at"),
        ((digest, ".parquet", 1000, "live", at(0)) for digest in digests),
    )
    insert(
        "manifest", ("digest", "content", "size", "files"), ((digest, _manifest(digest), 1000, 1) for digest in digests)
    )
    insert(
        "manifest_object",
        ("manifest_digest", "object_digest", "object_suffix"),
        ((digest, digest, ".parquet") for digest in digests),
    )
    runs = versions // 2
    insert(
        "dag_run",
        ("dag_id", "run_id", "first_started_at"),
        ((_dag(run), _run(run), at(run)) for run in range(0, runs, _CHAIN)),
    )
    insert(
        "task_run",
        (
            "id", "dag_id", "run_id", "task_id", "map_index", "try_number", "instance_id", "clear_number", "state",
            "started_at", "recorded_at", "ended_at", "parameters", "source", "environment", "outputs", "decision",
            "outcome", "saved_seconds",
        ),
        (
            (
                _task(run), _dag(run), _run(run), f"task_{run % _CHAIN}", -1, 1, _task(run), 0, "success",
                at(2 * run), at(2 * run), at(2 * run), '{"ratio":0.2}', "def f(): ...", "{}", "[]", *_decision(run),
            )
            for run in range(runs)
        ),
    )  # fmt: skip
    insert(
        "version",
        (
            "id", "artifact_id", "word", "number", "kind", "type", "materializer", "manifest_digest", "size",
            "fingerprint", "save_kind", "output", "effective_at", "created_at", "producer_id", "pinned",
        ),
        (
            (
                version_id(number), artifact(number), str(word(number)), word(number),
                "model" if number % 100 == 1 else "data", "pandas.DataFrame", "pandas.DataFrame", digests[number // 10],
                1000, digests[number // 10], _save_kind(number), "output", at(number), at(number), _producer(number),
                False,
            )
            for number in range(versions)
        ),
    )  # fmt: skip
    insert(
        "publication",
        (
            "id", "artifact_id", "version_id", "task_run_id", "effective_at", "interval_start", "interval_end",
            "published_at", "reused", "moved_latest", "dag_id",
        ),
        (
            (
                number + 1, artifact(number), version_id(number), _producer(number), at(number), at(number),
                at(number), at(number), False, True, _made_by(number),
            )
            for number in range(versions)
        ),
    )  # fmt: skip
    made: dict[tuple[int, str], list[int]] = {}
    for number in range(versions):
        made.setdefault((artifact(number), _made_by(number)), []).append(number + 1)
    insert(
        "artifact_dag",
        ("artifact_id", "dag_id", "versions", "bytes", "registered", "newest"),
        ((*key, len(some), 1000 * len(some), 0, some[-1]) for key, some in made.items()),
    )
    insert("edge", ("id", "task_run_id", "version_id", "direction", "kind", "name", "created_at"), _edges(runs, at))
    insert("version_tag", ("version_id", "tag"), _tags(versions))
    insert("artifact_tag", ("artifact_id", "tag"), ((id_, f"team_{id_ % 7}") for id_ in sorted(last) if id_ % 5 == 0))
    insert(
        "alias",
        ("artifact_id", "name", "version_id", "publication_id", "effective_at"),
        (
            (id_, "production", version_id(last[id_]), last[id_] + 1, at(last[id_]))
            for id_ in sorted(last)
            if id_ % 3 == 0
        ),
    )
    insert(
        "version_metadata",
        ("id", "version_id", "key", "source", "value", "number", "created_at"),
        ((id_, *said, at(0)) for id_, said in enumerate(_metadata(versions), start=1)),
    )


def _metadata(versions: int) -> Iterator[tuple[Any, ...]]:
    for number in range(0, versions, 10):
        value = number * 7919 % versions / versions
        yield version_id(number), "accuracy", "logged", repr(value), value
        if number + 1 < versions:
            yield version_id(number + 1), "loss", "logged", repr(value), value
            yield version_id(number + 1), "scores", "logged", json.dumps({"f1": value, "auc": 1 - value}), None


def _edges(runs: int, at: Callable[[int], str]) -> Iterator[tuple[Any, ...]]:
    id_ = 0
    for run in range(runs):
        for side in (0, 1):
            id_ += 1
            if _producer(2 * run + side) is not None:
                yield id_, _task(run), version_id(2 * run + side), "output", "produced", f"output_{side}", at(2 * run)
            if run % _CHAIN and _producer(2 * run - 2 + side) is not None:
                id_ += 1
                yield id_, _task(run), version_id(2 * run - 2 + side), "input", "argument", f"x{side}", at(2 * run)


def _tags(versions: int) -> Iterator[tuple[str, str]]:
    for number in range(versions):
        yield version_id(number), "all"
        if number % 100 == 0:
            yield version_id(number), "some"
        if number % 10_000 == 0:
            yield version_id(number), "few"


def _name(number: int) -> str:
    return f"{_dag(number)}::task::output_{number}" if number % _UNNAMED == 0 else f"set/{number:06}"


def _save_kind(number: int) -> str:
    return "saved outside" if number % 400 == _SAVED else "task output"


def _producer(number: int) -> str | None:
    """Return the task run that made a version."""
    return None if number % 400 in {_SAVED, _FORGOTTEN} else _task(number // 2)


def _made_by(number: int) -> str:
    """Return the DAG that made a version."""
    return "" if _producer(number) is None else _dag(number // 2)


def _decision(run: int) -> tuple[str, str, float | None]:
    outcome = _OUTCOMES[run % len(_OUTCOMES)]
    seconds = 12.5 if outcome == "hit" else None
    document = {"outcome": outcome, "reasons": ["it was made up"], "origin": None, "seconds": seconds, "generation": 0}
    return json.dumps(document), outcome, seconds


def _manifest(digest: str) -> str:
    document = {"version": 1, "files": [["data.parquet", digest, 1000]], "details": {}}
    return json.dumps(document, sort_keys=True, separators=(",", ":"))


def _task(run: int) -> str:
    return version_id((1 << 100) + run)


def _dag(run: int) -> str:
    return f"dag_{run // _CHAIN % _DAGS:02}"


def _run(run: int) -> str:
    return f"run_{run // _CHAIN:08}"


def _into_sqlite(
    database: sqlite3.Connection, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    places = ", ".join("?" * len(columns))
    database.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})", rows)  # noqa: S608 - names above


def _into_postgresql(
    connection: psycopg.Connection[Any], table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN".encode()) as copy:
        for row in rows:
            copy.write_row(row)
