"""The schema: made on first use, upgraded, compared with the models, refused where it does not fit."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from airflow_artifacts.entries import Decision, Outcome
from airflow_artifacts.exceptions import SchemaError
from airflow_artifacts.lineage import Lineage, schema, tables
from airflow_artifacts.lineage.database import Database
from airflow_artifacts.model import Manifest, Part, Visibility
from tests.lineage.making import MIDNIGHT, Maker, a_file, a_version, uploaded
from tests.lineage.processes import at_once, connect, upgrade

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_models_and_migrations_agree(database_url: str) -> None:
    """What the migrations make is what the models say."""
    with closing(Database(database_url)) as database, database.engine.connect() as connection:
        options = {"version_table": schema.VERSION_TABLE, "compare_type": True}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, tables.Base.metadata) == []


def test_head_is_the_newest_migration() -> None:
    """The constant that spares tasks the import of alembic names the newest migration."""
    config = Config()
    config.set_main_option("script_location", "airflow_artifacts.lineage:migrations")
    assert ScriptDirectory.from_config(config).get_heads() == [schema.HEAD]


def test_connecting_does_not_import_alembic(database_url: str) -> None:
    """Where the schema is right, alembic is not imported."""
    program = (
        "import sys; from airflow_artifacts.lineage import Lineage; "
        f"Lineage.connect({database_url!r}); sys.exit('alembic' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_sixteen_processes_create_one_sqlite_file(tmp_path: Path) -> None:
    """Processes that begin at once on a file that is not there all succeed."""
    url = f"sqlite:///{tmp_path / 'new.db'}"
    assert at_once(16, connect, url) == [schema.HEAD] * 16
    with closing(Database(url)) as database, database.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"


def test_two_processes_upgrade_postgresql(postgresql: Callable[[], str]) -> None:
    """Of two upgrades at once the second finds it done."""
    assert at_once(2, upgrade, postgresql()) == [schema.HEAD] * 2


def test_postgresql_is_not_created_on_first_use(postgresql: Callable[[], str]) -> None:
    """A server's database without our tables is refused with the command that makes them."""
    with pytest.raises(
        SchemaError, match=r"'postgresql\+psycopg://.*' has no schema yet; run `airflow-artifacts db upgr"
    ):
        Lineage.connect(postgresql())


def test_a_newer_schema(database_url: str) -> None:
    """A database that a later release upgraded is refused, not touched."""
    set_schema(database_url, "0999")
    for verb in (schema.ensure, schema.upgrade):
        with (
            pytest.raises(
                SchemaError, match=r"has the schema '0999', which is newer than '0005' .*; upgrade the package"
            ),
            closing(Database(database_url)) as database,
        ):
            verb(database)


def test_an_older_schema_on_postgresql(postgresql: Callable[..., str]) -> None:
    """A server's database at an older schema is refused with the command that upgrades it."""
    url = postgresql()
    upgrade(url)
    set_schema(url, "0000")
    with pytest.raises(SchemaError, match="has the schema '0000', and this package needs '0005'; run"):
        Lineage.connect(url)


def set_schema(url: str, revision: str) -> None:
    """Let a database say that it has some schema."""
    with closing(Database(url)) as database, database.writing() as session:
        session.execute(sa.update(schema.VERSION).values(version_num=revision))


def test_a_database_of_the_first_schema_is_upgraded_with_its_rows(empty_url: str) -> None:
    """What an earlier release wrote is there afterwards, and the cache works on it."""
    with closing(Database(empty_url)) as database:
        with database.errors():
            if database.engine.dialect.name == "sqlite":
                schema._keep_log(database.engine)
        with database.writing() as session:
            config = Config()
            config.set_main_option("script_location", "airflow_artifacts.lineage:migrations")
            config.attributes["connection"] = session.connection()
            command.upgrade(config, "0001")
        now = "2026-11-23 00:00:00.000000" + ("" if "sqlite" in empty_url else "+00")
        with database.writing() as session:
            session.execute(
                sa.text("insert into artifact (name, named, next_number, created_at) values ('raw', true, 4, :now)"),
                {"now": now},
            )
        assert schema.current(database) == "0001"
        schema.upgrade(database)
        assert schema.current(database) == schema.HEAD
    with Lineage.connect(empty_url) as lineage:
        maker = Maker(lineage)
        assert maker.version("raw").version == "4"
        run = maker.run("extract")
        lineage.cache.remember(run, None, Decision(outcome=Outcome.MISS))
        assert lineage.cache.decision(run) == Decision(outcome=Outcome.MISS)


def test_what_an_earlier_release_wrote_is_counted(database_url: str) -> None:
    """Versions, bytes and decisions of an earlier release are in the overview after the upgrade as if new."""
    with Lineage.connect(database_url) as lineage:
        maker = Maker(lineage)
        for number, run in enumerate((maker.run("fit", "a"), maker.run("fit", "b", dag_id="other"), None)):
            maker.version("raw", "x" * number, by=run)
            again = maker.version("raw", version="final", by=run) if run is None else None
        run = maker.run("fit", "c", started_at=datetime.now(timezone.utc))
        lineage.cache.remember(
            run, None, Decision(outcome=Outcome.HIT, reasons=("\0", "\ud800", "\\ud800"), seconds=2.5)
        )
        assert again is not None
        maker.version("raw", version="final")
        lineage.upkeep.delete_version(again.id, Part.BYTES)
        tallies, before = tallied(lineage), lineage.catalogue.overview()
    with closing(Database(database_url)) as database:
        schema.downgrade(database, "0003")
        schema.upgrade(database)
    with Lineage.connect(database_url) as lineage:
        assert tallied(lineage) == tallies
        assert lineage.catalogue.overview() == before
        assert (before.hits, before.seconds_saved) == (1, 2.5)
        assert lineage.catalogue.facets(Visibility(dags=frozenset({"other"}), others=False)).dags == (("other", 1),)


def test_files_and_items_of_what_an_earlier_release_wrote_are_counted(database_url: str) -> None:
    """After the upgrade versions say how many files they have, and lists how many items, as if new."""
    files = tuple(a_file(f"content {number}", f'a "length":{number}.txt') for number in range(3))
    manifests = {
        "files": Manifest(files),
        "list": Manifest((), {"format": 1, "length": 0}),
        "tuple": Manifest(files, {"format": 1, "length": 1234}),
        "other": Manifest(files[:1], {"length": "long", "nested": {"length": 1}}),
    }
    with Lineage.connect(database_url) as lineage:
        uploaded(lineage, *(file.object for file in files))
        for name, manifest in manifests.items():
            for _ in range(2):
                lineage.publish([a_version(name, manifest=manifest)], task_run=None, effective_at=MIDNIGHT)
        before = [list(lineage.versions(name)) for name in manifests]
        assert [(one.file_count, one.length) for one, _ in before] == [(3, None), (0, 0), (3, 1234), (1, None)]
    with closing(Database(database_url)) as database:
        schema.downgrade(database, "0004")
        schema.upgrade(database)
    with Lineage.connect(database_url) as lineage:
        assert [list(lineage.versions(name)) for name in manifests] == before


def tallied(lineage: Lineage) -> list[tuple[Any, ...]]:
    """Return all that is tallied of what DAGs have made."""
    with lineage._database.reading() as session:
        return sorted(map(tuple, session.execute(sa.select(*tables.ArtifactDag.__table__.columns))))


def test_down_and_up_again(database_url: str) -> None:
    """Each migration goes down as it came up, with what the earlier schema holds; the cache's rows stay."""
    with Lineage.connect(database_url) as lineage:
        maker = Maker(lineage)
        run = maker.run("extract")
        maker.version("raw", by=run)
    with closing(Database(database_url)) as database:
        for revision in ("0004", "0003", "0002", "0001"):
            schema.downgrade(database, revision)
            assert schema.current(database) == revision
        for revision in ("0001", "0003", "none"):
            with pytest.raises(SchemaError, match=f"from which there is no way down to '{revision}'"):
                schema.downgrade(database, revision)
        schema.upgrade(database)
    with Lineage.connect(database_url) as lineage:
        version = lineage.resolve("raw", "latest")
        assert version is not None
        assert version.producer is not None
        assert version.producer.id == run.id
        assert lineage.upkeep.identity()
