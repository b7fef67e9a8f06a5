"""What the client adds to the materializers: columns, items, files, formats, previews and pickle."""

from __future__ import annotations

import pathlib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Protocol

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from typing_extensions import TypedDict

from airflow_artifacts import INPUTS, SOURCE, Artifact, Columns, artifact_context
from airflow_artifacts.client import ArtifactClient
from airflow_artifacts.exceptions import (
    ArtifactNotFoundError,
    ConversionError,
    CorruptObjectError,
    DeclarationError,
    OutputError,
    UnsupportedTypeError,
)
from airflow_artifacts.visualizers import Preview
from tests.client.calling import Caller

if TYPE_CHECKING:
    from collections.abc import Iterator

    from airflow_artifacts.model import ArtifactVersion

FRAME = pd.DataFrame({"a": [1, 2], "b": ["x", None], "c": [0.5, 1.5]})


class Settings(TypedDict):
    depth: int


class HasKeys(Protocol):
    def keys(self) -> Any: ...


def _files(version: Any) -> list[str]:
    return [file.path for file in version.manifest.files]


@pytest.mark.parametrize("annotation", [Settings, Settings | None, Settings | int, HasKeys])
def test_annotations_without_instances_are_fitted(artifact_client: ArtifactClient, annotation: Any) -> None:
    """A TypedDict, or a protocol that is not checked at run time."""
    artifact_client.save({"depth": 3}, "settings")
    assert artifact_client.load("settings", annotation) == {"depth": 3}


def test_columns_are_read_as_what_the_annotation_says(artifact_client: ArtifactClient) -> None:
    """Of pandas, polars and Arrow, as what each was stored as or as another's."""
    for name, value in {"pandas": FRAME, "polars": pl.from_pandas(FRAME), "arrow": pa.Table.from_pandas(FRAME)}.items():
        artifact_client.save(value, name)
        found: Any = artifact_client.load(name, Annotated[pd.DataFrame, Columns("c", "a")])  # type: ignore[arg-type]
        pd.testing.assert_frame_equal(found, FRAME[["c", "a"]])
        assert artifact_client.load(name, Annotated[pl.DataFrame, Columns("b")]).columns == ["b"]  # type: ignore[arg-type, attr-defined]
        with pytest.raises(ConversionError, match="d"):
            artifact_client.load(name, Annotated[pd.DataFrame, Columns("d")])  # type: ignore[arg-type]
    artifact_client.save([1], "list")
    with pytest.raises(ConversionError, match=r"list@1 is wanted by Columns\(labels=\('a',\)\), and a list cannot be"):
        artifact_client.load("list", Annotated[Any, Columns("a")])


@pytest.mark.parametrize("labels", [(), ("a", "a")])
def test_columns_that_cannot_be_meant_are_refused(labels: tuple[str, ...]) -> None:
    """When they are declared."""
    with pytest.raises(DeclarationError, match="must name different columns"):
        Columns(*labels)


def test_a_task_that_reads_some_columns_is_a_hit_while_these_stay(artifact_client: ArtifactClient) -> None:
    """Others may come, go or change; values, order, labels and rows of those that are read may not."""
    caller = Caller(artifact_client)

    def total(table: Annotated[pd.DataFrame, Columns("a", "c")]) -> float:
        return float(table["a"].sum() + table["c"].sum())

    def executed(frame: pd.DataFrame) -> bool:
        version = artifact_client.save(frame, "frame")
        return caller(total, table=version.ref).executed  # type: ignore[union-attr]

    assert executed(FRAME)
    assert not executed(FRAME.assign(b=["other", "texts"]))
    assert not executed(FRAME.assign(d=1)[["d", "c", "a"]])
    assert executed(FRAME.assign(a=[1, 3]))
    assert executed(FRAME.set_index(pd.Index([5, 6])))
    assert executed(FRAME.iloc[:1])


def test_a_file_counts_by_its_bytes(artifact_client: ArtifactClient, tmp_path: Path) -> None:
    """Whatever its name: a changed file of the same name is another value for those that read it."""
    caller = Caller(artifact_client)
    place = tmp_path / "data.txt"

    def length(file: Path) -> int:
        return len(file.read_text())

    def executed(text: str) -> bool:
        place.write_text(text)
        version = artifact_client.save(place, "file")
        return caller(length, file=version.ref).executed  # type: ignore[union-attr]

    assert executed("one")
    assert executed("other")
    assert not executed("one")


def test_an_item_of_a_container_is_loaded_alone(artifact_client: ArtifactClient) -> None:
    """By the path of a reference, without the bytes of the others."""
    version: Any = artifact_client.save({"train": FRAME, "big": np.zeros(3 << 20)}, "both")
    [stored] = [Path(url.removeprefix("file://")) for url in artifact_client.locations(version) if url.endswith(".bin")]
    stored.chmod(0o644)
    with stored.open("r+b") as file:
        file.seek(stored.stat().st_size - 1)
        file.write(b"x")
    pd.testing.assert_frame_equal(artifact_client.load(version.ref["train"]), FRAME)
    with pytest.raises(CorruptObjectError):
        artifact_client.load(version.ref["big"])
    with pytest.raises(CorruptObjectError):
        artifact_client.load(version)


def test_one_file_of_a_version_is_opened(artifact_client: ArtifactClient, tmp_path: Path) -> None:
    """By its path, which may be left away where it is the only one."""
    (tmp_path / "folder").mkdir()
    for name in "ab":
        (tmp_path / "folder" / f"{name}.txt").write_text(name)
    artifact_client.save(tmp_path / "folder", "folder")
    with artifact_client.open("folder", "a.txt") as file:
        assert file.read() == b"a"
    with pytest.raises(ArtifactNotFoundError, match=r"folder@1 has no file 'c'; its files are 'a.txt', 'b.txt'"):
        artifact_client.open("folder", "c")
    with pytest.raises(ArtifactNotFoundError, match=r"folder@1 has not exactly one file; its files are 'a\.txt'"):
        artifact_client.open("folder")
    with pytest.raises(ArtifactNotFoundError, match="'none' does not exist"):
        artifact_client.open("none")
    artifact_client.save({"a": 1}, "json")
    with artifact_client.open("json") as file:
        assert file.read() == b'{"a":1}'


def test_a_file_that_a_task_opens_is_its_input(artifact_client: ArtifactClient, tmp_path: Path) -> None:
    """And is looked at again before its result is reused."""
    caller = Caller(artifact_client)
    (tmp_path / "x.txt").write_text("one")
    artifact_client.save(tmp_path / "x.txt", "x")

    def read() -> str:
        with artifact_context().client.open("x") as file:
            return file.read().decode()

    first = caller(read, cache=INPUTS + SOURCE)
    assert first.executed
    assert [version.artifact for version in artifact_client.lineage.task_run(first.task_run.id).inputs.values()] == [
        "x"
    ]  # type: ignore[union-attr]
    assert not caller(read, cache=INPUTS + SOURCE).executed
    (tmp_path / "x.txt").write_text("two")
    artifact_client.save(tmp_path / "x.txt", "x")
    again = caller(read, cache=INPUTS + SOURCE)
    assert again.executed
    assert artifact_client.load(again.ref) == "two"


def test_a_format_is_chosen_where_the_output_is_declared(artifact_client: ArtifactClient) -> None:
    """Or saved; whoever offers no choice refuses it, and an unknown one names those there are."""
    caller = Caller(artifact_client)

    def table() -> Annotated[pd.DataFrame, Artifact("t", format="arrow")]:
        return FRAME

    ran = caller(table)
    assert _files(artifact_client.get(ran.ref)) == ["data.arrow"]
    pd.testing.assert_frame_equal(artifact_client.load(ran.ref), FRAME)
    assert _files(artifact_client.save(FRAME, "p")) == ["data.parquet"]
    assert _files(artifact_client.save(pa.table({"x": [1]}), "q", format="parquet")) == ["table.parquet"]
    with pytest.raises(DeclarationError, match="no table format 'csv'; use one of parquet"):
        artifact_client.save(FRAME, "p", format="csv")
    with pytest.raises(
        DeclarationError, match=r"'p' is declared with format='arrow', and .*PythonMaterializer offers no"
    ):
        artifact_client.save([1], "p", format="arrow")


def test_a_generator_is_an_output(artifact_client: ArtifactClient) -> None:
    """Its batches are stored as they come, and read as what the consumer wants."""
    caller = Caller(artifact_client)

    def batches() -> Any:
        for start in range(3):
            yield pa.record_batch({"x": [start]})

    def unannotated():  # type: ignore[no-untyped-def]  # noqa: ANN202 - what it means is tested
        yield pa.record_batch({"x": [1]})

    def total(table: pd.DataFrame) -> int:
        return int(table["x"].sum())

    ran = caller(batches)
    assert artifact_client.load(caller(total, table=ran.ref).ref) == 3
    assert [batch.num_rows for batch in artifact_client.load(ran.ref)] == [3]
    assert caller(unannotated).ref.type == "generator"


def test_files_are_written_straight_into_an_output(artifact_client: ArtifactClient) -> None:
    """The function returns nothing for it; what it wrote is the output."""
    caller = Caller(artifact_client)

    def write() -> Annotated[Path, "written"]:
        context = artifact_context()
        for number in range(2):
            with context.open(f"part/{number}.txt") as file:
                file.write(str(number).encode())
        return None  # type: ignore[return-value]

    ran = caller(write)
    folder: Path = artifact_client.load(ran.ref, Path)
    assert sorted(one.relative_to(folder).as_posix() for one in folder.rglob("*.txt")) == ["part/0.txt", "part/1.txt"]
    assert ran.ref.type == "pathlib.PosixPath"

    def both() -> Annotated[Path, "written"]:
        artifact_context().open("x").close()
        return pathlib.Path()

    with pytest.raises(OutputError, match=r"into the output 'written' of 'both', and a .*Path was returned for it"):
        caller(both)

    def other() -> Annotated[int, "number"]:
        artifact_context().open("x").close()
        return None  # type: ignore[return-value]

    with pytest.raises(OutputError, match=r"output 'number' of 'other', and is no pathlib\.Path; annotate it"):
        caller(other)


def test_a_version_carries_statistics_and_a_preview(artifact_client: ArtifactClient) -> None:
    """Made when it was saved, and rendered by notebooks; a task may do without."""
    version: Any = artifact_client.save(FRAME, "frame", metadata={"rows": "mine"})
    assert version.metadata["rows"] == "mine"
    assert dict(version.metadata["statistics"])["a"]["mean"] == 1.5
    [table] = artifact_client.preview("frame").visualizations
    assert table.data["columns"] == ["a", "b", "c"]
    shown = artifact_client.show("frame")
    assert "<h3>frame@1</h3>" in shown._repr_html_()
    assert "<td>1.5</td>" in shown._repr_html_()
    assert "<script" not in artifact_client.save("<script>", "t")._repr_html_()  # type: ignore[union-attr]
    caller = Caller(artifact_client)

    def frame() -> pd.DataFrame:
        return FRAME

    for preview in (True, False):
        ran = caller(frame, preview=preview)
        assert bool(artifact_client.get(ran.ref).metadata) is preview
        assert (artifact_client.preview(ran.ref) == Preview()) is not preview


def test_large_metadata_is_kept(artifact_client: ArtifactClient) -> None:
    """Whatever its length: nothing is dropped in silence."""
    text = "x" * 200_000
    artifact_client.save(1, "m", metadata={"long": text})
    assert artifact_client.get("m").metadata["long"] == text


class AsText:
    """Writes a number as text."""

    def save(self, value: int, files: Any) -> None:
        """Write it."""
        with files.open("number.txt") as file:
            file.write(str(value).encode())

    def load(self, files: Any) -> int:
        """Read it."""
        return int(files.read("number.txt"))


def test_a_materializer_is_named(artifact_client: ArtifactClient) -> None:
    """By the dotted name of its class, where a value is saved or a task declares it."""
    version = artifact_client.save(7, "n", materializer=f"{__name__}.AsText")
    assert _files(version) == ["number.txt"]
    assert artifact_client.load("n") == 7
    with pytest.raises(DeclarationError, match=r"there is no class 'no\.Such' to write a value with"):
        artifact_client.save(7, "n", materializer="no.Such")


def test_what_is_stored_does_not_depend_on_what_was_imported(tmp_path: Path) -> None:
    """A fresh process writes a frame as any other does, and without importing a library reads another's value."""
    import subprocess
    import sys

    connect = (
        "from airflow_artifacts import ArtifactClient\n"
        f"client = ArtifactClient.connect(store={str(tmp_path / 'store')!r}, "
        f"database='sqlite:///{tmp_path / 'lineage.db'}')\n"
    )
    save = "version = client.save(pandas.DataFrame({'x': [1]}), 'frame')"
    programs = [
        f"import pandas; {save}; print(*(file.path for file in version.manifest.files))",
        "print(type(client.load('frame')).__name__, client.load('frame')['x'].tolist())",
    ]
    printed = [
        subprocess.run([sys.executable, "-c", connect + program], check=True, capture_output=True, text=True).stdout
        for program in programs
    ]
    assert printed == ["data.parquet\n", "DataFrame [1]\n"]


class Odd:
    """A type without a materializer."""

    def __init__(self, x: Any) -> None:
        self.x = x


@pytest.fixture
def trusting(artifact_client: ArtifactClient, tmp_path: Path) -> Iterator[ArtifactClient]:
    """A client on the same artifacts that pickles."""
    folder = tmp_path / "artifacts"
    with ArtifactClient.connect(
        store=str(folder / "store"), database=f"sqlite:///{folder / 'lineage.db'}", allow_pickle=True
    ) as client:
        yield client


def test_pickle_is_used_only_where_it_is_allowed(artifact_client: ArtifactClient, trusting: ArtifactClient) -> None:
    """Neither written nor read elsewhere; with the versions that it needs recorded."""
    with pytest.raises(UnsupportedTypeError, match="or let it be pickled"):
        artifact_client.save(Odd(1), "odd")
    with pytest.raises(UnsupportedTypeError, match=r"value\['k'\] is a .*Odd, for which there is no materializer"):
        artifact_client.save({"k": Odd(1)}, "odd")
    version: Any = trusting.save(Odd(3), "odd")
    assert _files(version) == ["value.pickle"]
    assert version.manifest.details["python"]
    assert trusting.load("odd", Odd).x == 3
    with pytest.raises(
        UnsupportedTypeError, match=r"unpickling runs whatever code .*\[artifacts\] allow_pickle = true"
    ):
        artifact_client.load("odd")
    trusting.save({"k": [Odd(4), FRAME]}, "nested")
    assert trusting.load("nested")["k"][0].x == 4
    with pytest.raises(UnsupportedTypeError, match="unpickling runs whatever"):
        artifact_client.load("nested")


def test_changed_bytes_are_not_unpickled(trusting: ArtifactClient) -> None:
    """The digest comes first."""
    version: ArtifactVersion = trusting.save(Odd(3), "odd")  # type: ignore[assignment]
    [stored] = [Path(url.removeprefix("file://")) for url in trusting.locations(version)]
    stored.chmod(0o644)
    stored.write_bytes(b"cbuiltins\nexit\n(tR.")
    with pytest.raises(CorruptObjectError):
        trusting.load("odd")


def test_what_its_materializer_refuses_is_pickled_where_that_is_allowed(trusting: ArtifactClient) -> None:
    """A list that holds itself, say."""
    cycle: list[Any] = []
    cycle.append(cycle)
    trusting.save(cycle, "cycle")
    loaded = trusting.load("cycle")
    assert loaded[0] is loaded
