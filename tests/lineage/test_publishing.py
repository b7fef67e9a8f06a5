"""Publishing: numbers, explicit versions, latest, aliases, and what is refused."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest

from airflow_artifacts.exceptions import InputError, InvalidNameError, SupersededError, VersionTakenError
from airflow_artifacts.lineage import Lineage, ObjectsNotLive
from airflow_artifacts.model import Manifest, MetadataSource, Metadatum, SaveKind
from tests.lineage.making import DAY, MIDNIGHT, a_file, a_version, an_object, uploaded

if TYPE_CHECKING:
    from tests.lineage.making import Maker


def test_description(make: Maker, lineage: Lineage) -> None:
    """A published version is described as it was declared, at once and when it is read again."""
    run = make.run(interval_start=MIDNIGHT, interval_end=MIDNIGHT + DAY, parameters={"ratio": 0.2})
    version = make.version(
        by=run,
        kind="model",
        fingerprint="blake3:aa",
        tags=frozenset({"bronze"}),
        aliases=frozenset({"production"}),
        metadata=(Metadatum("rows", 3, MetadataSource.MATERIALIZER),),
    )
    assert (version.version, version.number, str(version)) == ("1", 1, "raw/events@1")
    assert (version.kind, version.fingerprint, version.save_kind) == ("model", "blake3:aa", SaveKind.TASK_OUTPUT)
    assert (version.tags, version.aliases, version.metadata) == ({"bronze"}, {"production"}, {"rows": 3})
    assert (version.effective_at, version.interval_start) == (MIDNIGHT + DAY, MIDNIGHT)
    assert version.manifest == Manifest((a_file(),))
    assert (version.producer, version.output) == (run, "output")
    assert lineage.get(version.id) == version


def test_numbers_count_up(make: Maker) -> None:
    """Each version of an artifact gets the next number, also several of one transaction."""
    versions = [a_version(), a_version("other"), a_version()]
    uploaded(make.lineage, an_object())
    published = make.lineage.publish(versions, task_run=None, effective_at=MIDNIGHT)
    assert [str(version) for version in published] == ["raw/events@1", "other@1", "raw/events@2"]
    assert str(make.version()) == "raw/events@3"


def test_an_explicit_number_raises_the_counter(make: Maker) -> None:
    """After an explicit 7 comes 8; a lower one leaves the counter where it is."""
    assert make.version(version="7").number == 7
    assert make.version(version="3").number == 3
    assert make.version().number == 8


def test_an_explicit_text_has_no_number(make: Maker) -> None:
    """An explicit text takes no number from those that follow."""
    assert make.version(version="v1.2").number is None
    assert make.version().number == 1


def test_a_taken_version_is_refused(make: Maker, lineage: Lineage) -> None:
    """A taken word is refused with what has it and the way out, and nothing is written."""
    make.version(by=make.run(), version="v1")
    with pytest.raises(VersionTakenError, match=r"'raw/events@v1' exists already, made .* UTC by churn.extract in m"):
        make.version(content="other", version="v1")
    with pytest.raises(VersionTakenError, match="choose another one, or leave it away for the next number"):
        lineage.check_version("raw/events", "v1")
    assert lineage.words("raw/events") == ["v1"]


def test_a_free_version_is_not_refused(make: Maker, lineage: Lineage) -> None:
    """A word is free in an artifact that does not have it, or does not exist."""
    make.version(version="v1")
    lineage.check_version("raw/events", "v2")
    lineage.check_version("other", "v1")


@pytest.mark.parametrize("word", ["latest", "2026-11-23", "007", "1" * 19, "a@b"])
def test_words_that_no_version_may_be(word: str, lineage: Lineage) -> None:
    """What reads as something else, or does not fit a number's column, is refused before the transaction."""
    with pytest.raises(InvalidNameError):
        lineage.check_version("raw/events", word)
    with pytest.raises(InvalidNameError):
        lineage.publish([a_version(version=word)], task_run=None, effective_at=MIDNIGHT)


def test_versions_and_aliases_share_a_namespace(make: Maker, lineage: Lineage) -> None:
    """A version's word cannot become an alias, nor an alias a version."""
    make.version(version="v1", aliases=frozenset({"production"}))
    with pytest.raises(
        VersionTakenError, match="'production' of 'raw/events' is an alias already, for 'raw/events@v1'"
    ):
        make.version(version="production")
    with pytest.raises(VersionTakenError, match="alias 'v1' is taken: 'raw/events@v1' is a version"):
        make.version(aliases=frozenset({"v1"}))
    with pytest.raises(VersionTakenError):
        lineage.check_version("raw/events", "production")


def test_saving_equal_content_again(make: Maker) -> None:
    """Saved by hand, equal content under a taken word is the version that has it."""
    first = make.version(version="v1")
    assert make.version(version="v1", tags=frozenset({"again"})).id == first.id
    same_value = {"fingerprint": "blake3:aa"}
    assert (
        make.version("b", "x", version="v1", **same_value).id == make.version("b", "y", version="v1", **same_value).id
    )


def test_a_task_returns_equal_content_of_another_task(make: Maker) -> None:
    """Returned by another task, even equal content under a taken word is refused."""
    make.version(by=make.run("extract"), version="v1")
    with pytest.raises(VersionTakenError):
        make.version(by=make.run("other"), version="v1")


def test_a_second_try_finds_its_own_version(make: Maker, lineage: Lineage) -> None:
    """Equal content of a later try is the first try's version, reused; other content is refused."""
    first = make.version(by=make.run(), version="v1")
    second = make.run(try_number=2)
    lineage.check_version("raw/events", "v1", task_run=second)
    assert make.version(by=second, version="v1").id == first.id
    found = lineage.task_run(second.id)
    assert found is not None
    assert found.outputs["output"].id == first.id
    with pytest.raises(VersionTakenError):
        make.version(content="other", by=make.run(try_number=3), version="v1")


def test_latest_is_the_greatest_effective_time(make: Maker, lineage: Lineage) -> None:
    """A backfill of an older day does not move latest back; an equal moment published later moves it on."""
    make.version(at=MIDNIGHT)
    make.version(at=MIDNIGHT - 3 * DAY)
    assert str(lineage.resolve("raw/events", "latest")) == "raw/events@1"
    make.version(at=MIDNIGHT)
    assert str(lineage.resolve("raw/events", "")) == "raw/events@3"


def test_a_declared_alias_moves_forward_only(make: Maker, lineage: Lineage) -> None:
    """An alias follows the rule of latest."""
    aliases = frozenset({"production"})
    make.version(at=MIDNIGHT, aliases=aliases)
    make.version(at=MIDNIGHT - DAY, aliases=aliases)
    assert str(lineage.resolve("raw/events", "production")) == "raw/events@1"
    moved = make.version(at=MIDNIGHT + DAY, aliases=aliases)
    assert moved.aliases == {"production"}
    assert lineage.resolve("raw/events", "production") == moved


def test_an_artifact_becomes_named(make: Maker, lineage: Lineage) -> None:
    """One named version makes its artifact a named one for good."""
    make.version("churn::extract::output", named=False)
    assert not list(lineage.list_artifacts())
    make.version("churn::extract::output", named=True)
    make.version("churn::extract::output", named=False)
    assert [artifact.versions for artifact in lineage.list_artifacts()] == [3]


def test_objects_that_are_not_live(make: Maker, lineage: Lineage) -> None:
    """Nothing is published over an object that was never claimed or was found missing; the error names it."""
    uploaded(lineage, an_object("a"), an_object("b"))
    lineage.mark_missing(an_object("a"))
    manifest = Manifest((a_file("a", "a.parquet"), a_file("b", "b.parquet"), a_file("c", "c.parquet")))
    with pytest.raises(ObjectsNotLive) as raised:
        lineage.publish([a_version(manifest=manifest)], task_run=None, effective_at=MIDNIGHT)
    assert raised.value.objects == {an_object("a"), an_object("c")}
    assert not list(lineage.list_artifacts())
    uploaded(lineage, *raised.value.objects)
    lineage.publish([a_version(manifest=manifest)], task_run=None, effective_at=MIDNIGHT)


def test_a_superseded_try_publishes_nothing(make: Maker) -> None:
    """Once a later try has begun, the earlier one may not publish."""
    first = make.run()
    make.run("other", try_number=2)
    make.run(map_index=3, try_number=2)
    make.version(by=first)
    make.run(try_number=2)
    with pytest.raises(SupersededError, match=r"churn.extract in monday, try 1 may not publish, since try 2 has begun"):
        make.version(by=first)


def test_tries_of_a_deleted_run_do_not_count(make: Maker) -> None:
    """The first try of a DAG run that was created again publishes, whatever try the deleted run had reached."""
    make.run(try_number=3)
    assert make.version(by=make.run(try_number=1)).number == 1


def test_equal_values_share_a_manifest(make: Maker) -> None:
    """Versions of equal content are versions of their own."""
    assert make.version().manifest == make.version("other").manifest


@pytest.mark.parametrize("value", [math.nan, [math.inf], {"a": "\0"}, {1: 2}, object()])
def test_metadata_that_is_no_json(value: object, lineage: Lineage) -> None:
    """What one of the databases could not hold or search is refused, by name, before the transaction."""
    metadata = (Metadatum("rows", value, MetadataSource.LOGGED),)
    with pytest.raises(InputError, match="the metadata value 'rows'"):
        lineage.publish([a_version(metadata=metadata)], task_run=None, effective_at=MIDNIGHT)


def test_the_strongest_source_counts(make: Maker, lineage: Lineage) -> None:
    """Of one key the declaration counts before the log, and the log before the materializer; of a source the newest."""
    version = make.version(
        metadata=(
            Metadatum("rows", "declared", MetadataSource.DECLARED),
            Metadatum("rows", "materializer", MetadataSource.MATERIALIZER),
            Metadatum("huge", 10**400, MetadataSource.MATERIALIZER),
        )
    )
    logged = [Metadatum(key, number, MetadataSource.LOGGED) for key in ("rows", "mean") for number in (1, 2)]
    lineage.labels.add_metadata(version.id, logged)
    lineage.labels.tag(version.id, {"gold", "bronze"})
    lineage.labels.tag(version.id, ["gold"])
    found = lineage.get(version.id)
    assert found is not None
    assert found.metadata == {"rows": "declared", "mean": 2, "huge": 10**400}
    assert found.tags == {"gold", "bronze"}


def test_nothing_to_publish(lineage: Lineage) -> None:
    """Publishing nothing is nothing."""
    assert lineage.publish([], task_run=None, effective_at=MIDNIGHT) == []
