"""An S3 server that fails in passing, for long, or with other bytes: what is saved and loaded through it is right."""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from airflow_artifacts.client import ArtifactClient
from airflow_artifacts.exceptions import ArtifactError, CorruptObjectError, StoreError
from airflow_artifacts.store import s3 as accelerated
from airflow_artifacts.store import sections
from tests.client.calling import execute
from tests.faults.worlds import call, check_outcome, check_sound, given
from tests.s3_proxy import Fault, Rule, S3Proxy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.servers import S3

pytestmark = pytest.mark.usefixtures("asked_again_soon")

SMALL, LARGE = 300 << 10, 11 << 20
STRIDE = 8
PATIENCE = 20


@pytest.fixture
def proxy(s3: S3) -> Iterator[S3Proxy]:
    """A proxy in front of the server."""
    with S3Proxy(s3).running() as proxy:
        yield proxy


@pytest.fixture(
    params=["whole", pytest.param("parts", marks=pytest.mark.slow), pytest.param("fsspec", marks=pytest.mark.slow)]
)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """How objects are moved: in parts side by side, in one request, or by s3fs itself."""
    if request.param == "parts":
        monkeypatch.setattr(accelerated, "_WHOLE", 1 << 20)
        monkeypatch.setattr(sections, "_BYTES", 5 << 20)  # S3 takes no smaller ones but the last
    return str(request.param)


@pytest.fixture
def connect(way: str, s3: S3, proxy: S3Proxy, tmp_path: Path) -> Callable[..., ArtifactClient]:
    """Return what connects to a store behind the proxy."""
    bucket = s3.create_bucket()
    options: dict[str, Any] = {
        **proxy.storage_options,
        "config_kwargs": {"read_timeout": 1, "connect_timeout": 1},
        **({"cache_regions": True} if way == "fsspec" else {}),
    }
    return lambda **given: ArtifactClient.connect(
        store=f"s3://{bucket}/prefix",
        database=f"sqlite:///{tmp_path / 'lineage.db'}",
        storage_options=options,
        **{"patience": PATIENCE, **given},
    )


@pytest.fixture
def data(way: str) -> bytes:
    """What is saved; large enough for parts where these are tested."""
    return np.random.default_rng(1).bytes(LARGE if way == "parts" else SMALL)


@pytest.fixture
def file(data: bytes, tmp_path: Path) -> Path:
    """A file that is saved, so that the store fetches it whole."""
    place = tmp_path / "file.bin"
    place.write_bytes(data)
    return place


SENDING = [
    pytest.param(Fault.REFUSE, marks=pytest.mark.slow),
    pytest.param(Fault.STALL, marks=pytest.mark.slow),
    Fault.LOSE_ANSWER,
    pytest.param(Fault.ERROR, marks=pytest.mark.slow),
    Fault.SLOW_DOWN,
]


@pytest.mark.parametrize("fault", SENDING, ids=lambda fault: fault.name)
def test_a_save_rides_out_what_passes(
    connect: Callable[..., ArtifactClient], proxy: S3Proxy, data: bytes, file: Path, fault: Fault
) -> None:
    """Whichever request of an object it comes to."""
    with connect() as client:
        client.save("before", "faults/before")
        for method in ("PUT", "POST"):
            proxy.fail(Rule(fault, method, "/objects/", times=2))
            file.write_bytes(method.encode() + data)
            saved = client.save(file, "faults/file")
            proxy.heal()
            assert client.load(saved).read_bytes() == method.encode() + data
        check_sound(client)
        assert [str(one) for one in client.versions("faults/file")] == ["faults/file@2", "faults/file@1"]


READING = [
    pytest.param(Fault.REFUSE, marks=pytest.mark.slow),
    pytest.param(Fault.STALL, marks=pytest.mark.slow),
    pytest.param(Fault.STALL_IN_BODY, marks=pytest.mark.slow),
    Fault.CUT,
    Fault.SHORT,
    pytest.param(Fault.ERROR, marks=pytest.mark.slow),
    pytest.param(Fault.SLOW_DOWN, marks=pytest.mark.slow),
]


@pytest.mark.parametrize("fault", READING, ids=lambda fault: fault.name)
def test_a_load_rides_out_what_passes(
    connect: Callable[..., ArtifactClient], proxy: S3Proxy, data: bytes, file: Path, fault: Fault
) -> None:
    """A value, or a file that is fetched, is right; or it is an error where the server itself said what was wrong."""
    with connect() as client:
        saved, value = client.save(file, "faults/file"), client.save(data, "faults/value")
        for reference, loaded in ((saved, lambda found: found.read_bytes()), (value, bytes)):
            proxy.fail(Rule(fault, "GET", "/objects/", times=1))
            try:
                found = loaded(client.load(reference))
            except CorruptObjectError:
                is_told = fault is Fault.SHORT
                assert is_told
            else:
                assert found == data
            proxy.heal()
            assert loaded(client.load(reference)) == data


def test_a_bit_that_turned_is_never_handed_over(
    connect: Callable[..., ArtifactClient], proxy: S3Proxy, data: bytes, file: Path
) -> None:
    """On its way here it is asked for again or an error; on its way there the server refuses it, or loading does."""
    with connect() as client:
        saved, value = client.save(file, "faults/file"), client.save(data, "faults/value")
        for reference, loaded in ((saved, lambda found: found.read_bytes()), (value, bytes)):
            proxy.fail(Rule(Fault.FLIP, "GET", "/objects/"))
            with contextlib.suppress(CorruptObjectError):
                assert loaded(client.load(reference)) == data
            proxy.heal()
            assert loaded(client.load(reference)) == data
        other = data[::-1]
        proxy.fail(Rule(Fault.FLIP_SENT, "PUT", "/objects/"))
        sent = client.save(other, "faults/sent")
        # The server of these tests takes what S3 would refuse; so it lies there.
        with pytest.raises(CorruptObjectError, match=r"the bytes of .* were changed"):
            client.load(sent)
        assert client.verify(sent).faults
        assert client.load(client.save(other, "faults/sent")) == other


def test_a_server_that_dies_for_longer_than_patience(
    connect: Callable[..., ArtifactClient], proxy: S3Proxy, data: bytes, file: Path
) -> None:
    """The error names store and setting; a failed save publishes nothing, and all works when the server is back."""
    says = r"in the store s3://bucket-\d+/prefix: .*\[artifacts\] patience says.*\[artifacts\] store_uri"
    with connect(patience=1) as client:
        saved = client.save(file, "faults/file")
        proxy.die()
        file.write_bytes(data[::-1])
        with pytest.raises(StoreError, match=says):
            client.save(file, "faults/file")
        with pytest.raises(StoreError, match=says):
            client.load(saved)
        proxy.heal()
        assert [str(one) for one in client.versions("faults/file")] == ["faults/file@1"]
        assert client.load(saved).read_bytes() == data
        assert client.load(client.save(file, "faults/file")).read_bytes() == data[::-1]
        check_sound(client)


@pytest.mark.slow
def test_a_server_that_comes_back_in_time(
    connect: Callable[..., ArtifactClient], proxy: S3Proxy, data: bytes, file: Path
) -> None:
    """It is waited for, in the middle of a save and of a load."""
    with connect() as client:
        client.save("before", "faults/before")
        proxy.die()
        threading.Timer(1, proxy.heal).start()
        saved = client.save(file, "faults/file")
        proxy.die()
        threading.Timer(1, proxy.heal).start()
        assert client.load(saved).read_bytes() == data


def test_what_is_forbidden_is_not_asked_for_again(
    connect: Callable[..., ArtifactClient], proxy: S3Proxy, data: bytes, file: Path
) -> None:
    """The error comes at once, says that permission was refused, and names the setting."""
    with connect() as client:
        saved = client.save(file, "faults/file")
        proxy.fail(Rule(Fault.FORBID, times=None))
        asked = len(proxy.requests)
        for act in (lambda: client.load(saved), lambda: client.save(data[::-1], "faults/other")):
            with pytest.raises(StoreError, match=r"permission was refused: .*\[artifacts\] store_uri"):
                act()
        assert len(proxy.requests) - asked < 20
        assert not list(client.versions("faults/other"))


@pytest.mark.parametrize("stride", [STRIDE, pytest.param(1, marks=pytest.mark.slow)])
def test_a_task_whose_store_fails_at_any_request_is_done_by_the_next_try(
    connect: Callable[..., ArtifactClient], proxy: S3Proxy, stride: int
) -> None:
    """Nothing is half published, whichever request of it is the last that was answered."""
    failed: list[str] = []
    with connect(patience=0) as client:
        data = given(client)
        number, total = 0, 10**6
        while number < total:
            before = len(proxy.requests)
            proxy.fail(Rule(Fault.FORBID, after=number, times=None))
            try:
                ran = execute(client, call(data, number))
            except ArtifactError as error:
                failed.append(str(error))
                proxy.heal()
                check_sound(client)
                ran = execute(client, call(data, number, try_number=2))
            else:
                total = min(total, len(proxy.requests) - before)
            proxy.heal()
            check_outcome(client, ran, number)
            number += stride
        check_sound(client)
    assert failed
    assert all("[artifacts] store_uri" in text for text in failed)
