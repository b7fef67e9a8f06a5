"""Moving a lineage database: all of it arrives, and both go on."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from airflow_artifacts.exceptions import LineageError
from airflow_artifacts.lineage import Lineage, schema, tables
from airflow_artifacts.lineage.copying import copy_all
from airflow_artifacts.lineage.database import Database
from airflow_artifacts.model import MetadataSource, Metadatum
from tests.lineage.making import MIDNIGHT, Maker

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def rows(url: str) -> dict[str, list[tuple[object, ...]]]:
    """Return all rows of a database by table, sorted."""
    with closing(Database(url)) as database, database.reading() as session:
        return {
            table.name: sorted((tuple(row) for row in session.execute(sa.select(table))), key=repr)
            for table in tables.Base.metadata.sorted_tables
        }


def filled(url: str) -> None:
    """Write to as many tables as a few verbs do."""
    with Lineage.connect(url) as lineage:
        make = Maker(lineage)
        (raw,) = make.step("extract", [], "raw")
        (model,) = make.step("fit", [raw], "model")
        lineage.labels.move_alias(model.id, "live")
        lineage.labels.tag(model.id, ["gold"])
        lineage.labels.tag_artifact("raw", ["team"])
        lineage.labels.add_metadata(model.id, [Metadatum("ä", {"x": [1.5, None, "\u2028"]}, MetadataSource.LOGGED)])
        lineage.resolve("raw", "latest", run=("churn", "monday"))
        for number in range(3):
            make.version("raw", f"content {number}")
        lineage.upkeep.note_mark("/store")


@pytest.mark.parametrize("kinds", ["sqlite to postgresql", "postgresql to sqlite", "sqlite to sqlite"])
def test_all_of_it_arrives(kinds: str, postgresql: Callable[..., str], tmp_path: Path) -> None:
    """Every row of every table is there, numbers go on behind those given, and the identity is the same."""

    def url(kind: str, name: str) -> str:
        return postgresql() if kind == "postgresql" else f"sqlite:///{tmp_path / name}.db"

    source, target = url(kinds.split(maxsplit=1)[0], "source"), url(kinds.split()[2], "target")
    with closing(Database(source)) as database:
        schema.upgrade(database)
    filled(source)
    with closing(Database(source)) as first, closing(Database(target)) as second:
        counts = copy_all(first, second)
    assert rows(target) == rows(source)
    assert counts["version"] == 5
    with Lineage.connect(target) as lineage, Lineage.connect(source) as old:
        assert lineage.upkeep.identity() == old.upkeep.identity()
        assert Maker(lineage).version("raw").version == "5"
        lineage.labels.move_alias(lineage.resolve("raw", "1").id, "live")  # type: ignore[union-attr]
        again = Maker(lineage).run("again")
        assert lineage.task_run(again.id) is not None
        assert str(lineage.resolve("raw", MIDNIGHT.date().isoformat())) == "raw@5"


def test_what_is_not_empty_is_left_alone(tmp_path: Path) -> None:
    """A target that holds something is refused, and stays as it was."""
    urls = [f"sqlite:///{tmp_path / name}.db" for name in ("a", "b")]
    for url in urls:
        filled(url)
    before = rows(urls[1])
    with (
        closing(Database(urls[0])) as source,
        closing(Database(urls[1])) as target,
        pytest.raises(LineageError, match="holds something already; copy into an empty one"),
    ):
        copy_all(source, target)
    assert rows(urls[1]) == before
