"""No name, manifest, member of a folder or archive leads anywhere but where its value lies, whoever wrote it."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from airflow_artifacts.artifact import check_name, render
from airflow_artifacts.exceptions import InvalidNameError, LineageError, StoreError, UnsupportedTypeError
from airflow_artifacts.materializers import named
from airflow_artifacts.model import BLOCK_BYTES, Manifest
from tests.security.prey import Bytes
from tests.security.world import DIGEST, PATHS, changed, forge, manifest_of

if TYPE_CHECKING:
    from airflow_artifacts.client import ArtifactClient


@pytest.mark.parametrize("path", PATHS, ids=repr)
def test_a_manifest_that_leads_elsewhere_is_not_read(path: Any) -> None:
    """A path is checked when a manifest is read, whoever wrote it."""
    with pytest.raises(LineageError, match="would not lie within the value"):
        Manifest.from_json(manifest_of("a", path))


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "none of version 1 to 3"),
        ("[]", "none of version 1 to 3"),
        ("[" * 100_000, "none of version 1 to 3"),
        ('{"version": true, "files": [], "details": {}}', "none of version 1 to 3"),
        ('{"version": 4, "files": [], "details": {}}', "none of version 1 to 3"),
        ('{"version": 1, "files": {}, "details": {}}', "none of version 1 to 3"),
        ('{"version": 1, "files": [], "details": []}', "none of version 1 to 3"),
        (manifest_of("a", "a"), "lists a file twice"),
        (manifest_of("a/b/c", "a/b"), "'a/b' as a file and as a folder"),
        ('{"version": 1, "files": ["abc"], "details": {}}', "lists what is no file"),
        (json.dumps({"version": 1, "files": [["a", "blake3:../../x", 0]], "details": {}}), "no digest"),
        (json.dumps({"version": 1, "files": [["a", DIGEST.upper(), 0]], "details": {}}), "no digest"),
        (json.dumps({"version": 1, "files": [["a", DIGEST, -1]], "details": {}}), "no size"),
        (json.dumps({"version": 1, "files": [["a", DIGEST, 1 << 63]], "details": {}}), "no size"),
        (json.dumps({"version": 1, "files": [["a", DIGEST, True]], "details": {}}), "no size"),
        (json.dumps({"version": 2, "files": [["a", DIGEST, 9, ["x"]]], "details": {}}), "other blocks"),
        (json.dumps({"version": 2, "files": [["a", DIGEST, BLOCK_BYTES * 2, ["0" * 64]]], "details": {}}), "other bl"),
        (json.dumps({"version": 3, "files": [["a", DIGEST, 0, [], 7, None]], "details": {}}), "no text"),
    ],
)
def test_what_is_no_manifest_is_not_read(text: str, fault: str) -> None:
    """A manifest is read as this package writes it, and nothing else is."""
    with pytest.raises(LineageError, match=fault):
        Manifest.from_json(text)


def test_what_is_read_is_what_was_written() -> None:
    """Names that differ in case alone, with points and spaces, and in deep folders are names like others."""
    paths = sorted(["A", "a", "a b/.c", "…", "d/" * 500 + "e", "con", "x:y"])
    manifest = Manifest.from_json(manifest_of(*paths, length=3))
    assert [file.path for file in manifest.files] == paths
    assert Manifest.from_json(manifest.to_json()) == manifest


@pytest.mark.parametrize("name", ["../escaped", "/escaped", "a\0b", "..", 7])
@pytest.mark.parametrize("key", ["name", "folders", "executable"])
def test_a_folder_is_restored_within_a_folder_of_its_own(
    artifact_client: ArtifactClient, tmp_path: Path, key: str, name: Any
) -> None:
    """Neither its name, nor its folders, nor what may be executed can be outside, though the database says so."""
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a.txt").write_text("a")
    version = artifact_client.save(folder, "raw/folder")
    before = sorted(tmp_path.parent.rglob("escaped*"))
    forged = forge(artifact_client, version, content=changed(version, **{key: name if key == "name" else [name]}))
    with pytest.raises(StoreError, match="as a part of it"):
        artifact_client.load(forged)
    assert sorted(tmp_path.parent.rglob("escaped*")) == before


def test_a_forged_manifest_is_an_error_of_every_verb(artifact_client: ArtifactClient, tmp_path: Path) -> None:
    """Where a row says that a file lies elsewhere, nothing is read, written or listed of it."""
    version = artifact_client.save(b"x", "raw/bytes")
    with pytest.raises(LineageError, match="see who may write to it"):
        forge(artifact_client, version, content=manifest_of("../../escaped"))
    for act in (artifact_client.load, artifact_client.get, artifact_client.open, artifact_client.show):
        with pytest.raises(LineageError):
            act("raw/bytes")
    assert not list(tmp_path.parent.rglob("escaped*"))


def test_names_that_a_file_system_takes_for_one(
    artifact_client: ArtifactClient, monkeypatch: Any, tmp_path: Any
) -> None:
    """Where upper and lower case are one, the second file is an error, and never the bytes of the first."""
    folder = tmp_path / "folder"
    folder.mkdir()
    for name in ("a.txt", "A.txt"):
        (folder / name).write_text(name)
    artifact_client.save(folder, "raw/folder")
    real = Path.touch
    monkeypatch.setattr(Path, "touch", lambda path, **how: real(path.with_name(path.name.lower()), **how))
    with pytest.raises(StoreError, match="does not tell upper and lower case apart"):
        artifact_client.load("raw/folder")


def test_names_with_hostile_words_stay_names() -> None:
    """No substitution makes a name of what is none, and none reads an attribute of what it is given."""
    for value in ("../x", "a/../b", "x@y", "a::b", "a\nb", "/", " "):
        with pytest.raises(InvalidNameError):
            check_name(render("{word}", {"word": value}))
    for template in ("{word.__class__}", "{word[0]}", "{word!r}", "{word:>9999999}", "{0}", "{}", "{"):
        with pytest.raises(InvalidNameError):
            render(template, {"word": "x"})
    assert render("{word}", {"word": "{other}"}) == "{other}"


@pytest.mark.parametrize("name", ["../outside.arrow", "/etc/hostname"])
def test_a_dataset_lies_in_its_folder(tmp_path: Path, name: str) -> None:
    """What the library would open elsewhere is refused before it is asked."""
    state = json.dumps({"_data_files": [{"filename": name}]}).encode()
    with pytest.raises(StoreError, match="as a part of it"):
        named("datasets.Dataset").handler.load(Bytes({"state.json": state}, {}, tmp_path))


def skops_file(node: dict[str, Any], **members: bytes) -> bytes:
    """Return an archive of skops whose schema is one node."""
    target = io.BytesIO()
    schema = {"__id__": 1, "protocol": 2, "_skops_version": "0.11", **node}
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED if members else zipfile.ZIP_STORED) as file:
        file.writestr("schema.json", json.dumps(schema))
        for name, data in members.items():
            file.writestr(name, data)
    return target.getvalue()


CALLED = {
    "builtins": "eval",
    "numpy": "load",
    "numpy.testing": "runstring",
    "os": "system",
    "scipy.stats": "norm",
    "sklearn.datasets": "dump_svmlight_file",
    "sklearn.utils._testing": "assert_run_python_script_without_output",
}


@pytest.mark.usefixtures("skops")
@pytest.mark.parametrize("module", CALLED)
def test_an_estimator_calls_nothing_that_its_file_chose(tmp_path: Path, module: str) -> None:
    """What the database lists as trusted is not: only what estimators consist of is made."""
    text = {"__class__": "str", "__module__": "builtins", "__loader__": "JsonNode", "content": '"1"', "__id__": 2}
    given = {"__class__": "tuple", "__module__": "builtins", "__loader__": "TupleNode", "content": [text], "__id__": 3}
    node = {"__class__": CALLED[module], "__module__": module, "__loader__": "ConstructorFromReduceNode"}
    data = skops_file({**node, "content": given})
    details = {"format": 1, "types": [f"{module}.{CALLED[module]}"]}
    with pytest.raises(UnsupportedTypeError, match="could run code when it is made"):
        named("sklearn.base.BaseEstimator").handler.load(Bytes({"model.skops": data}, details, tmp_path))


@pytest.mark.usefixtures("skops")
def test_an_archive_does_not_grow(tmp_path: Path) -> None:
    """One that claims more bytes than it has is refused before they are made."""
    data = skops_file({}, bomb=bytes(10_000_000))
    with pytest.raises(StoreError, match="claims 10000"):
        named("sklearn.base.BaseEstimator").handler.load(Bytes({"model.skops": data}, {"types": []}, tmp_path))


@pytest.mark.parametrize("name", ["load_npz", "random_array", "csr_matrix.__init__", "os", "coo_tensor", ""])
def test_a_matrix_is_of_a_class_of_matrices(tmp_path: Path, name: str) -> None:
    """No other attribute of the library is called, though the database names it."""
    with pytest.raises(StoreError, match="no class of sparse matrices"):
        named("scipy.sparse.csr_matrix").handler.load(Bytes({}, {"class": name, "shape": [2, 2]}, tmp_path))


@pytest.mark.parametrize("descr", ["'|O'", "[('a', '<i4'), ('b', '|O')]", "'T'"])
def test_an_array_holds_no_addresses(tmp_path: Path, descr: str) -> None:
    """A header that says that its bytes are Python objects is refused: numpy would follow them."""
    header = f"{{'descr': {descr}, 'fortran_order': False, 'shape': (1,)}}\n".encode()
    data = np.lib.format.magic(1, 0) + len(header).to_bytes(2, "little") + header + bytes(64)
    with pytest.raises(StoreError, match="claims to hold Python objects"):
        named("numpy.ndarray").handler.load(Bytes({"array.npy": data}, {}, tmp_path))


@pytest.mark.parametrize("span", [[0, 9], [-1, 4], [1 << 62, 1], [0, 1 << 62]])
@pytest.mark.parametrize("whole", [True, False])
def test_a_part_lies_within_its_file(tmp_path: Path, span: list[int], whole: bool) -> None:
    """Neither its beginning nor its length leads out of the file, or makes room for more than there is."""
    from airflow_artifacts.materializers.parts import PartsReader

    files: Any = Bytes({"parts.bin": bytes(8)}, {}, tmp_path)
    files.open = lambda name: io.BytesIO(files.read(name))
    with pytest.raises(StoreError, match="which has 8"):
        PartsReader(files, whole=whole).span(*span)


@pytest.mark.parametrize(
    "name", ["antigravity.Fly", "pip.__main__.Main", "os..path", "", ".os.stat_result", "a\0b.C", "test.autotest.X"]
)
def test_a_class_is_no_program(tmp_path: Path, name: str) -> None:
    """No program is started because a value names it as the class of what it holds."""
    data = json.dumps({"$": ["dataclass", [name, {}]]}).encode()
    with pytest.raises(UnsupportedTypeError, match="does not exist here"):
        named("dict").handler.load(Bytes({"value.json": data}, {}, tmp_path))


def test_no_time_zone_is_a_file(tmp_path: Path) -> None:
    """A zone of dateutil would name one, and pandas open it."""
    data = json.dumps({"$": ["pandas.Timestamp", [0, "ns", "dateutil//etc/hostname"]]}).encode()
    with pytest.raises(ValueError, match="no time zone is called"):
        named("dict").handler.load(Bytes({"value.json": data}, {}, tmp_path))
