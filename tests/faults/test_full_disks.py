"""Disks that fill up while a task writes: the error names the way out, nothing is published, and the next try works."""

from __future__ import annotations

import contextlib
import os
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import pandas as pd
import pytest

from airflow_artifacts import Artifact
from airflow_artifacts.client import ArtifactClient
from airflow_artifacts.exceptions import ArtifactError, LineageError, StoreError
from tests.client.calling import a_call, execute
from tests.faults.worlds import check_clean, check_sound
from tests.lineage.making import a_run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.servers import S3

DISK = 4 << 20
LARGE = 8 << 20


def sizes(kind: str, size: int) -> Annotated[Any, Artifact("faults/large")]:
    """Return a value of about so many bytes; a task's function."""
    data = np.random.default_rng(size).integers(0, 255, size, dtype=np.uint8)
    if kind == "bytes":
        return data.tobytes()
    return pd.DataFrame({"a": data.view(np.int64)}) if kind == "table" else data


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small disk."""
    place = tmp_path / "disk"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={DISK}", "none", str(place)]
    if os.geteuid() != 0 or subprocess.run(command, capture_output=True, check=False).returncode != 0:
        pytest.skip("needs to mount a small disk: run it as root, with CAP_SYS_ADMIN")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


@pytest.fixture(params=["folder", "s3"])
def connect(
    request: pytest.FixtureRequest, disk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[], ArtifactClient]:
    """Return what connects to a store whose files go through the small disk."""
    database = f"sqlite:///{tmp_path / 'lineage.db'}"
    if request.param == "folder":
        return lambda: ArtifactClient.connect(store=str(disk / "store"), database=database)
    s3: S3 = request.getfixturevalue("s3")
    bucket = s3.create_bucket()
    monkeypatch.setattr(tempfile, "tempdir", str(disk))
    return lambda: ArtifactClient.connect(
        store=f"s3://{bucket}/prefix", database=database, storage_options=s3.storage_options
    )


def run(client: ArtifactClient, kind: str, size: int, try_number: int = 1, run: str = "monday") -> Any:
    """Run the task."""
    call = a_call(sizes, {"kind": kind, "size": size}, run=a_run("sizes", run, try_number=try_number))
    return execute(client, call)


def run_many(client: ArtifactClient) -> None:
    """Run the task until the rows of its runs have no room."""
    for number in range(1000):
        run(client, "bytes", 200 + number, run=f"run {number}")


def fill(disk: Path) -> None:
    """Leave no room on the disk."""
    with (disk / "filler").open("wb", buffering=0) as filler, contextlib.suppress(OSError):
        while filler.write(b"x" * 4096):
            pass


@pytest.mark.parametrize("kind", ["bytes", "table", "array"])
def test_a_disk_that_fills_up_while_a_value_is_written(
    connect: Callable[[], ArtifactClient], disk: Path, kind: str
) -> None:
    """The error says what is full and which settings name it; the spool is gone, so that the next try has room."""
    with connect() as client:
        run(client, kind, DISK // 4, run="before")
        with pytest.raises(StoreError, match=r"the disk is full: make room, or let TMPDIR and \[artifacts\] store_uri"):
            run(client, kind, LARGE)
        assert [str(one) for one in client.versions("faults/large")] == ["faults/large@1"]
        assert not [*disk.glob("store/spool/*"), *disk.glob("airflow-artifacts-spool-*")]
        check_sound(client)
        assert run(client, kind, DISK // 4 + 8, try_number=2).executed
        check_sound(client)
        check_clean(client)


def test_a_disk_that_is_too_small_for_what_is_loaded(
    tmp_path: Path, disk: Path, s3: S3, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What must be local goes through TMPDIR, which the error names; there is no value rather than half of one."""
    with ArtifactClient.connect(
        store=f"s3://{s3.create_bucket()}/prefix",
        database=f"sqlite:///{tmp_path / 'lineage.db'}",
        storage_options=s3.storage_options,
    ) as client:
        saved = run(client, "bytes", LARGE).ref
        file = tmp_path / "file"
        file.write_bytes(b"x" * LARGE)
        client.save(file, "faults/file")
        monkeypatch.setattr(tempfile, "tempdir", str(disk))
        with pytest.raises(StoreError, match=r"the disk is full: make room, or let TMPDIR"):
            client.load("faults/file")
        client.load(saved)
        monkeypatch.undo()
        client.close()
        loaded = client.load("faults/file")
        assert isinstance(loaded, Path)
        assert loaded.stat().st_size == LARGE


def test_a_disk_that_is_full_where_sqlite_lies(tmp_path: Path, disk: Path) -> None:
    """The error names the setting; what was committed stays, and with room the next try works."""
    with ArtifactClient.connect(store=str(tmp_path / "store"), database=f"sqlite:///{disk / 'lineage.db'}") as client:
        run(client, "bytes", 100, run="before")
        fill(disk)
        with pytest.raises(LineageError, match=r"the disk is full: make room where .*\[artifacts\] database_url"):
            run_many(client)
        (disk / "filler").unlink()
        check_sound(client)
        assert run(client, "bytes", 5000, try_number=2, run="after").executed
        check_sound(client)
        assert isinstance(client.load("faults/large@1"), bytes)


def test_a_disk_without_room_for_a_new_database(disk: Path, tmp_path: Path) -> None:
    """Making it says so, and leaves nothing that would be in the way later."""
    (disk / "filler").write_bytes(b"x" * (DISK - (64 << 10)))
    url = f"sqlite:///{disk / 'lineage.db'}"
    with pytest.raises(ArtifactError, match=r"disk.*\[artifacts\] database_url"):
        ArtifactClient.connect(store=str(tmp_path / "store"), database=url).close()
    (disk / "filler").unlink()
    with ArtifactClient.connect(store=str(tmp_path / "store"), database=url) as client:
        run(client, "bytes", 100)
