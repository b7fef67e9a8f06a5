"""Labels: tags, aliases with their history, pins, metadata with sources and times."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from airflow_artifacts.exceptions import ArtifactNotFoundError, InvalidNameError, VersionTakenError
from airflow_artifacts.model import MetadataSource, Metadatum
from tests.lineage.making import DAY, MIDNIGHT

if TYPE_CHECKING:
    from airflow_artifacts.lineage import Lineage
    from tests.lineage.making import Maker


def test_an_alias_moves_anywhere_by_hand(lineage: Lineage, make: Maker) -> None:
    """By hand it moves back as well, which a declaration does not; each move is kept, and none twice."""
    first = make.version("m", at=MIDNIGHT)
    second = make.version("m", at=MIDNIGHT + DAY)
    for version in (second, first, first):
        lineage.labels.move_alias(version.id, "production")
    assert str(lineage.resolve("m", "production")) == "m@1"
    moves = lineage.labels.alias_history("m", "production")
    assert [move.version for move in moves] == ["m@1", "m@2"]
    assert moves[0].at >= moves[1].at
    declared = make.version("m", at=MIDNIGHT - DAY, aliases=frozenset({"production"}))
    assert str(lineage.resolve("m", "production")) == "m@1" != str(declared)


def test_an_alias_is_taken_away(lineage: Lineage, make: Maker) -> None:
    """It then names nothing, its history stays, and taking it away again is no more."""
    version = make.version("m")
    lineage.labels.move_alias(version.id, "production")
    assert lineage.labels.remove_alias("m", "production")
    assert not lineage.labels.remove_alias("m", "production")
    assert not lineage.labels.remove_alias("nobody", "production")
    assert lineage.resolve("m", "production") is None
    assert [move.version for move in lineage.labels.alias_history("m")] == [None, "m@1"]


def test_a_word_is_one_thing(lineage: Lineage, make: Maker) -> None:
    """An alias cannot be what a version is called, nor a number, nor latest."""
    version = make.version("m", version="v1.0")
    with pytest.raises(VersionTakenError, match=r"the alias 'v1.0' is taken: 'm@v1.0' is a version"):
        lineage.labels.move_alias(version.id, "v1.0")
    for word in ("7", "latest", "2026-11-23"):
        with pytest.raises(InvalidNameError):
            lineage.labels.move_alias(version.id, word)


def test_tags_come_and_go(lineage: Lineage, make: Maker) -> None:
    """Tags collect; those that are taken away are gone, whether or not they were there."""
    version = make.version("m", tags=frozenset({"a"}))
    lineage.labels.tag(version.id, ["b", "c"], remove=["a", "z"])
    assert (lineage.get(version.id) or version).tags == {"b", "c"}
    lineage.labels.tag_artifact("m", ["team"], remove=["none"])
    assert next(lineage.list_artifacts()).tags == {"team"}
    with pytest.raises(ArtifactNotFoundError, match="'nobody' does not exist"):
        lineage.labels.tag_artifact("nobody", ["team"])


def test_metadata_has_sources_and_times(lineage: Lineage, make: Maker) -> None:
    """Every value that was ever given is kept with who gave it, when, and in which task run."""
    run = make.run("fit")
    version = make.version("m", metadata=(Metadatum("rows", 3, MetadataSource.MATERIALIZER),))
    lineage.labels.add_metadata(version.id, [Metadatum("rows", 4, MetadataSource.LOGGED)], run.id)
    lineage.labels.add_metadata(version.id, [Metadatum("rows", 5, MetadataSource.LOGGED)])
    found = lineage.labels.metadata(version.id)
    assert [(one.key, one.value, one.source.value, one.task_run) for one in found] == [
        ("rows", 3, "materializer", None),
        ("rows", 4, "logged", run.id),
        ("rows", 5, "logged", None),
    ]
    assert all(one.at is not None for one in found)
    assert (lineage.get(version.id) or version).metadata == {"rows": 5}


def test_metadata_of_any_size(lineage: Lineage, make: Maker) -> None:
    """A value of a megabyte, and one nested deeply, come back as they were."""
    value = {"text": "ä" * 1_000_000, "nested": [[[{"deep": list(range(1000))}]]]}
    version = make.version("m", metadata=(Metadatum("big", value, MetadataSource.LOGGED),))
    assert (lineage.get(version.id) or version).metadata["big"] == value


def test_labels_of_nothing(lineage: Lineage) -> None:
    """A version that does not exist cannot be labelled; the error says so."""
    id_ = "00000000-0000-0000-0000-000000000000"
    labels = lineage.labels
    for act in (
        lambda: labels.tag(id_, ["x"]),
        lambda: labels.pin(id_, pinned=True),
        lambda: labels.move_alias(id_, "x"),
        lambda: labels.add_metadata(id_, [Metadatum("a", 1, MetadataSource.LOGGED)]),
    ):
        with pytest.raises(ArtifactNotFoundError, match="no version has the UUID"):
            act()


def test_a_copy_is_listed(lineage: Lineage, make: Maker) -> None:
    """A version that a reuse published elsewhere is among the versions there, and names its origin's downstream."""
    from airflow_artifacts.entries import Decision, Outcome, ReusedOutput

    first = make.version("day/1", by=make.run("extract", "monday"))
    run = make.run("extract", "tuesday")
    again = ReusedOutput(version=first, output="output", artifact="day/2", named=True, kind="data")
    (copy,) = lineage.cache.reuse(
        [again],
        task_run=run,
        effective_at=MIDNIGHT + timedelta(days=1),
        decision=Decision(outcome=Outcome.HIT),
        key=None,
        inputs=(),
    )
    assert [str(version) for version in lineage.versions("day/2")] == ["day/2@1"]
    assert lineage.words("day/2") == ["1"]
    make.step("fit", [copy], "model")
    names = {str(version) for version in lineage.downstream(first.id, 5).versions.values()}
    assert names == {"day/1@1", "day/2@1", "model@1"}
