"""Moving a store and its lineage database: all of it loads from the new places, and numbers go on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from airflow_artifacts.cli import main
from airflow_artifacts.client import ArtifactClient
from airflow_artifacts.client.moving import copy_store
from airflow_artifacts.exceptions import ConfigurationError, MissingObjectError
from tests.client.calling import Caller
from tests.lineage.test_copying import rows

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.servers import S3

FRAME = pd.DataFrame({"x": range(1000), "y": [f"row {number}" for number in range(1000)]})


def scale(frame: pd.DataFrame, by: int) -> pd.DataFrame:
    """Return a frame with one column multiplied."""
    return frame.assign(x=frame["x"] * by)


@pytest.fixture
def places(tmp_path: Path) -> dict[str, str]:
    """A folder and a SQLite file with values, of tasks and by hand, kept bytes, and registered data beside them."""
    places = {"store": str(tmp_path / "old"), "database": f"sqlite:///{tmp_path / 'old.db'}"}
    (tmp_path / "data.csv").write_text("a,b\n")
    with ArtifactClient.connect(**places) as client:
        frame = client.save(FRAME, "raw/frame")
        for by in (2, 3):
            Caller(client)(scale, frame=frame.ref, by=by, run=f"by {by}", cache=True)
        client.save({"several": [1, 2, 3]}, "hand/dict")
        client.register(tmp_path / "data.csv", "raw/data")
        client.save(b"kept" * 100, "to/keep")
        client.prune(name="to/keep", saved=True, latest=True, only="metadata")
    return places


def _check(old: dict[str, str], client: ArtifactClient) -> None:
    """See that all loads, nothing is missing, the lineage is the same, and the next version has the next number."""
    assert client.verify().faults == ()
    pd.testing.assert_frame_equal(client.load("raw/frame"), FRAME)
    made = client.get("churn::scale::output@2")
    pd.testing.assert_frame_equal(client.load(made), scale(FRAME, 3))
    with ArtifactClient.connect(**old) as before:
        graphs = [one.upstream(made.id) for one in (before, client)]
        assert graphs[0].versions.keys() == graphs[1].versions.keys() != set()
        assert graphs[0].task_runs.keys() == graphs[1].task_runs.keys()
        newest = before.get("raw/frame").number or 0
    assert client.save(FRAME.head(), "raw/frame").number == newest + 1
    again = Caller(client)(scale, frame=client.get("raw/frame@1").ref, by=3, run="again", cache=True)
    assert not again.executed
    assert client.gc(kept=True).waiting == 1


def test_a_folder_moves_to_s3_and_sqlite_to_postgresql(
    places: dict[str, str],
    s3: S3,
    postgresql: Callable[..., str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """By two commands; the second call copies only what is new, and a prefix of another bucket is as good."""
    for name, value in {
        "AWS_ENDPOINT_URL": s3.endpoint,
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "us-east-1",
    }.items():
        monkeypatch.setenv(name, value)
    first, second = f"s3://{s3.create_bucket()}", f"s3://{s3.create_bucket()}/a/prefix"
    old = ["--store-uri", places["store"], "--database-url", places["database"]]
    assert main(["store", "copy", first, *old]) == 0
    said = capsys.readouterr().out
    assert "5 objects with" in said
    assert f"let [artifacts] store_uri name {first}" in said
    with ArtifactClient.connect(**places) as client:
        client.save("late", "hand/late")
    assert main(["store", "copy", first, *old]) == 0
    assert "1 objects with" in capsys.readouterr().out
    database = postgresql()
    assert main(["db", "copy", database, "--database-url", places["database"]]) == 0
    assert main(["store", "copy", second, "--store-uri", first, "--database-url", database]) == 0
    assert "6 objects with" in capsys.readouterr().out
    with ArtifactClient.connect(store=second, database=database) as client:
        _check(places, client)
        assert client.load("hand/late") == "late"
        with pytest.raises(ConfigurationError, match="name the one that is to get its objects"):
            copy_store(client.store, client.store, client.lineage)


def test_what_is_wrong_is_not_copied(
    places: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Bytes that are gone or wrong are named with their versions; the others arrive, and the exit code is 1."""
    with ArtifactClient.connect(**places) as client:
        wrong, gone = (client.store.local(client.get(name).manifest.objects[0]) for name in ("raw/frame", "hand/dict"))
        assert wrong is not None
        assert gone is not None
        wrong.chmod(0o644)
        wrong.write_bytes(wrong.read_bytes()[:-1] + b"?")
        gone.unlink()
    new = tmp_path / "new"
    arguments = [str(new), "--store-uri", places["store"], "--database-url", places["database"]]
    assert main(["store", "copy", *arguments]) == 1
    said = capsys.readouterr().out
    assert "3 objects with" in said
    assert "was not copied: gone, of hand/dict@1" in said
    assert "was not copied: its bytes have the digest blake3:" in said
    assert len(list(new.glob("objects/*/*"))) == 3
    with ArtifactClient.connect(store=str(new), database=places["database"]) as client:
        with pytest.raises(MissingObjectError):
            client.load("raw/frame")
        pd.testing.assert_frame_equal(client.load("churn::scale::output@2"), scale(FRAME, 3))


def test_a_store_of_another_database_is_refused(places: dict[str, str], tmp_path: Path) -> None:
    """Nothing is copied to where another lineage database has its objects."""
    with ArtifactClient.connect(store=str(tmp_path / "other"), database=f"sqlite:///{tmp_path / 'other.db'}") as other:
        other.save(1, "one")
        target = other.store
    with (
        ArtifactClient.connect(**places) as client,
        pytest.raises(ConfigurationError, match="also holds objects of the lineage database"),
    ):
        copy_store(client.store, target, client.lineage)
    assert len(list((tmp_path / "other").glob("objects/*/*"))) == 1


def test_a_clone_is_another_database(places: dict[str, str], tmp_path: Path) -> None:
    """A clone holds the same, and has an identity of its own, so that neither collects in the other's store."""
    clone = f"sqlite:///{tmp_path / 'clone.db'}"
    assert main(["db", "copy", clone, "--clone", "--database-url", places["database"]]) == 0
    before, now = rows(places["database"]), rows(clone)
    changed = {name for name in before if before[name] != now[name]}
    assert changed == {"identity", "marked_store"}
    with ArtifactClient.connect(store=places["store"], database=clone) as client:
        pd.testing.assert_frame_equal(client.load("raw/frame"), FRAME)
        with pytest.raises(ConfigurationError, match="give each database a store of its own"):
            client.gc()
    with ArtifactClient.connect(**places) as client, pytest.raises(ConfigurationError, match="a store of its own"):
        client.gc()


def test_a_copy_that_was_killed_goes_on(
    places: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was copied before stays, and is not copied again."""
    with ArtifactClient.connect(**places) as client:
        target = type(client.store).open(str(tmp_path / "new"))
        put, placed = target.put, []

        def killed(stored: Any, source: Path) -> None:
            if len(placed) == 2:
                raise KeyboardInterrupt
            placed.append(stored)
            put(stored, source)

        monkeypatch.setattr(target, "put", killed)
        with pytest.raises(KeyboardInterrupt):
            copy_store(client.store, target, client.lineage)
        monkeypatch.undo()
        done = copy_store(client.store, target, client.lineage)
        assert (done.objects, done.there, done.faults) == (3, 2, ())
    with ArtifactClient.connect(store=target.uri, database=places["database"]) as client:
        assert client.verify().faults == ()
