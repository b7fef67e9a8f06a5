"""The client: saving, loading, asking, and what it says when something is not there."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from airflow_artifacts.client import ArtifactClient
from airflow_artifacts.exceptions import (
    ArtifactNotFoundError,
    ConversionError,
    CorruptObjectError,
    InvalidNameError,
    MissingObjectError,
    UnsupportedTypeError,
    VersionTakenError,
)
from airflow_artifacts.model import SaveKind

if TYPE_CHECKING:
    from airflow_artifacts.model import ArtifactVersion

VALUES: dict[str, Any] = {
    "none": None,
    "bool": True,
    "int": 10**40,
    "float": -0.0,
    "str": "größe\n",
    "bytes": bytes(range(256)),
    "nested": {"a": [1, (2, {3, "x"})], 5: b"y"},
    "array": np.arange(12).reshape(3, 4),
    "frame": pd.DataFrame({"x": [1, 2], "y": ["a", None]}, index=pd.Index([5, 6], name="i")),
    "series": pd.Series([1.5, 2.5], name="s"),
    "table": pa.table({"a": [1, 2], "b": [["x"], []]}),
}


def _same(left: object, right: object) -> bool:
    if isinstance(left, pd.DataFrame):
        pd.testing.assert_frame_equal(left, right)  # type: ignore[arg-type]
        return True
    if isinstance(left, pd.Series):
        pd.testing.assert_series_equal(left, right)  # type: ignore[arg-type]
        return True
    if isinstance(left, np.ndarray):
        return bool(np.array_equal(left, right)) and left.dtype == right.dtype  # type: ignore[attr-defined, arg-type]
    return type(left) is type(right) and left == right


@pytest.mark.parametrize("name", VALUES)
def test_what_is_saved_is_loaded_again(artifact_client: ArtifactClient, name: str) -> None:
    """A value of each built-in type comes back equal and of the same type."""
    version = artifact_client.save(VALUES[name], f"values/{name}")
    assert str(version) == f"values/{name}@1"
    assert _same(VALUES[name], artifact_client.load(f"values/{name}"))


def test_each_save_is_a_version(artifact_client: ArtifactClient) -> None:
    """Saving twice gives two versions; each stays, and ``latest`` is the newer."""
    artifact_client.save(42, "n")
    artifact_client.save(43, "n")
    assert artifact_client.load("n@1") == 42
    assert artifact_client.load("n") == artifact_client.load("n@2") == artifact_client.load("n@latest") == 43
    assert [version.version for version in artifact_client.versions("n")] == ["2", "1"]


def test_equal_bytes_are_stored_once(artifact_client: ArtifactClient) -> None:
    """Two artifacts with the same content share one object."""
    first = artifact_client.save(b"x" * 1000, "a")
    second = artifact_client.save(b"x" * 1000, "b")
    assert artifact_client.locations(_published(first)) == artifact_client.locations(_published(second))


def test_a_version_is_described(artifact_client: ArtifactClient) -> None:
    """Type, size, labels, metadata and kind of save are recorded."""
    artifact_client.save(
        pd.DataFrame({"x": [1]}), "d", type="table", tags=["gold"], aliases=["production"], metadata={"rows": 1}
    )
    version = artifact_client.get("d@production")
    assert (version.type, version.kind, version.save_kind) == ("pandas.DataFrame", "table", SaveKind.SAVED_OUTSIDE)
    assert (version.tags, version.aliases, version.metadata["rows"]) == ({"gold"}, {"production"}, 1)
    assert version.size == version.manifest.size > 0
    assert version.producer is None


def test_all_forms_of_reference_name_a_version(artifact_client: ArtifactClient) -> None:
    """Name, number, explicit version, alias, date, UUID, its beginning, the reference and the version itself."""
    version = _published(artifact_client.save(1, "r", version="v1.2", aliases=["best"]))
    today = dt.datetime.now(dt.timezone.utc).date().isoformat()
    for reference in (
        "r",
        "r@latest",
        "r@v1.2",
        "r@best",
        f"r@{today}",
        version.id,
        version.id[:8],
        version.ref,
        version,
    ):
        assert artifact_client.get(reference).id == version.id


def test_a_name_with_braces_is_a_name(artifact_client: ArtifactClient) -> None:
    """Outside of a task a name is no template."""
    assert str(artifact_client.save(1, "a/{ds}")) == "a/{ds}@1"


def test_an_explicit_version_is_taken_once(artifact_client: ArtifactClient) -> None:
    """Other content under a taken version is refused; equal content returns the version that is there."""
    first = artifact_client.save(1, "e", version="v1")
    assert artifact_client.save(1, "e", version="v1") == first
    with pytest.raises(VersionTakenError, match="'e@v1'"):
        artifact_client.save(2, "e", version="v1")
    assert artifact_client.load("e@v1") == 1


def test_explicit_numbers_raise_the_counter(artifact_client: ArtifactClient) -> None:
    """After an explicit 10 the next number is 11."""
    words = [str(artifact_client.save(i, "c", version=v)) for i, v in enumerate([None, 10, None, "foo", None])]
    assert words == ["c@1", "c@10", "c@11", "c@foo", "c@12"]


def test_what_does_not_exist_is_named_with_what_does(artifact_client: ArtifactClient) -> None:
    """A missing version names those there are, a missing artifact those with similar names."""
    artifact_client.save(1, "models/churn")
    with pytest.raises(
        ArtifactNotFoundError, match=r"'models/churn@7' does not exist; 'models/churn' has the versions 1"
    ):
        artifact_client.get("models/churn@7")
    with pytest.raises(ArtifactNotFoundError, match=r"'models/chrun' does not exist .*did you mean 'models/churn'\?"):
        artifact_client.load("models/chrun")
    with pytest.raises(ArtifactNotFoundError, match="nothing was saved under this name"):
        artifact_client.get("elsewhere")
    assert artifact_client.find("elsewhere") is None


@pytest.mark.parametrize("name", ["../x", "", "x" * 300, "a\x00", "a@b", "a::b"])
def test_hostile_names_are_refused_before_anything_is_written(artifact_client: ArtifactClient, name: str) -> None:
    """Nothing is stored under a name that is not allowed."""
    with pytest.raises(InvalidNameError):
        artifact_client.save(1, name)
    assert not list(artifact_client.list(named=False))


def test_values_load_as_the_type_that_is_wanted(artifact_client: ArtifactClient) -> None:
    """Tables convert between pandas and pyarrow, an int becomes a float, anything else is refused."""
    artifact_client.save(pd.DataFrame({"x": [1]}), "f")
    artifact_client.save(3, "n")
    assert artifact_client.load("f", pa.Table).column("x").to_pylist() == [1]
    loaded = artifact_client.load("n", float)
    assert (loaded, type(loaded)) == (3.0, float)
    with pytest.raises(ConversionError, match=r"n@1 holds a int and is wanted as str"):
        artifact_client.load("n", str)
    with pytest.raises(ConversionError, match=r"wanted as list\[int\]"):
        artifact_client.load("f", list[int])  # type: ignore[arg-type]


def test_a_path_is_restored_with_its_name(artifact_client: ArtifactClient, tmp_path: Path) -> None:
    """A file keeps its name and a folder its tree; what is loaded may be changed without harm."""
    file = tmp_path / "a report.txt"
    file.write_text("hello")
    folder = tmp_path / "data"
    (folder / "sub").mkdir(parents=True)
    (folder / "sub" / "x.bin").write_bytes(b"\x00\x01")
    artifact_client.save(file, "file")
    artifact_client.save(folder, "folder")
    loaded = artifact_client.load("file", Path)
    assert (loaded.name, loaded.read_text()) == ("a report.txt", "hello")
    loaded.write_text("changed")
    assert artifact_client.load("file", Path).read_text() == "hello"
    assert (artifact_client.load("folder", Path) / "sub" / "x.bin").read_bytes() == b"\x00\x01"


def test_any_version_can_be_had_as_its_files(artifact_client: ArtifactClient) -> None:
    """A frame loaded as a path is the Parquet file that other tools read."""
    artifact_client.save(pd.DataFrame({"x": [1, 2]}), "f")
    path = artifact_client.load("f", Path)
    assert pd.read_parquet(path)["x"].tolist() == [1, 2]


def test_an_unknown_type_is_refused_with_the_ways_out(artifact_client: ArtifactClient) -> None:
    """A type without a materializer is named, and so is what to do."""

    class Model:
        pass

    with pytest.raises(UnsupportedTypeError, match=r"Model.*materializers\.register"):
        artifact_client.save(Model(), "m")
    assert artifact_client.find("m") is None


def test_a_changed_byte_is_found(artifact_client: ArtifactClient) -> None:
    """Loading changed bytes fails with artifact, version and object, and the next save of them stores them again."""
    version = _published(artifact_client.save("x" * 100, "c"))
    stored = Path(artifact_client.locations(version)[0].removeprefix("file://"))
    data = bytearray(stored.read_bytes())
    data[10] ^= 1
    stored.chmod(0o644)
    stored.write_bytes(data)
    digest = version.manifest.files[0].digest.removeprefix("blake3:")
    with pytest.raises(CorruptObjectError, match=rf"(?s)c@1.*{digest}"):
        artifact_client.load("c")
    artifact_client.save("x" * 100, "c")
    assert artifact_client.load("c@1") == artifact_client.load("c@2") == "x" * 100


def test_missing_bytes_are_found(artifact_client: ArtifactClient) -> None:
    """Loading bytes that are gone fails with artifact and version, and the next save of them stores them again."""
    version = _published(artifact_client.save([1, 2], "m"))
    Path(artifact_client.locations(version)[0].removeprefix("file://")).unlink()
    with pytest.raises(MissingObjectError, match="m@1"):
        artifact_client.load("m")
    artifact_client.save([1, 2], "m")
    assert artifact_client.load("m@1") == [1, 2]


def test_artifacts_are_listed_with_their_latest_version(artifact_client: ArtifactClient) -> None:
    """The list is sorted by name and complete, however many there are."""
    for index in range(130):
        artifact_client.save(0, f"many/{index:03}")
    artifact_client.save(1, "many/000")
    summaries = list(artifact_client.list())
    assert [summary.name for summary in summaries] == [f"many/{index:03}" for index in range(130)]
    assert summaries[0].versions == 2
    assert str(summaries[0].latest) == "many/000@2"


def test_a_task_run_that_is_not_recorded_is_named(artifact_client: ArtifactClient) -> None:
    """Asking for a task run that never was says so; a run without artifact tasks is empty."""
    with pytest.raises(ArtifactNotFoundError, match=r"'d\.t\[2\]' in 'r'"):
        artifact_client.task_run("d", "r", "t", map_index=2)
    assert not artifact_client.run("d", "r").task_runs


def test_local_files_go_with_the_client(tmp_path: Path) -> None:
    """Files that were loaded as paths are removed when the client is closed."""
    with ArtifactClient.connect(store=str(tmp_path / "s"), database=f"sqlite:///{tmp_path / 'l.db'}") as client:
        client.save(1, "n")
        path = client.load("n", Path)
        assert path.exists()
    assert not path.exists()


def _published(version: object) -> ArtifactVersion:
    assert hasattr(version, "manifest")
    return version
