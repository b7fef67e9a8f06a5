"""Riding out a store that fails in passing."""

from __future__ import annotations

import errno
import logging
import pickle
import socket
import ssl
import threading
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import aiohttp
import aiohttp.http_exceptions
import botocore.exceptions
import pytest
from s3fs.errors import translate_boto_error

from airflow_artifacts import measures
from airflow_artifacts.exceptions import StoreError
from airflow_artifacts.store.patience import Patience, passes
from airflow_artifacts.threads import each

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def answer(status: int, code: str) -> Exception:
    """Return what botocore makes of an answer of S3."""
    response: Any = {"Error": {"Code": code, "Message": "as S3 says"}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return botocore.exceptions.ClientError(response, "PutObject")


def http_answer(status: int) -> Exception:
    """Return what filesystems that stand on aiohttp make of an answer."""
    request: Any = SimpleNamespace(real_url="https://example.com")
    return aiohttp.ClientResponseError(request, (), status=status)


def cut_off() -> Exception:
    """Return what aiohttp raises of an answer that ends early."""
    error = aiohttp.ClientPayloadError("not completed")
    error.__cause__ = aiohttp.http_exceptions.ContentLengthError("not enough data")
    return error


def failing(error: Exception, times: int) -> Callable[[], str]:
    """Return work that fails so many times before it is done."""
    left = [error] * times

    def work() -> str:
        if left:
            raise left.pop()
        return "done"

    return work


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Let waits take no time; return their seconds."""
    waits: list[float] = []
    monkeypatch.setattr("tenacity.nap.time.sleep", waits.append)
    return waits


@pytest.mark.parametrize(
    "error",
    [
        answer(503, "SlowDown"),
        answer(500, "500"),
        answer(429, "TooManyRequests"),
        answer(400, "RequestTimeout"),
        answer(409, "OperationAborted"),
        translate_boto_error(answer(503, "503")),
        botocore.exceptions.EndpointConnectionError(endpoint_url="http://s3"),
        botocore.exceptions.ReadTimeoutError(endpoint_url="http://s3"),
        botocore.exceptions.IncompleteReadError(actual_bytes=1, expected_bytes=2),
        aiohttp.ClientPayloadError("cut off"),
        cut_off(),
        aiohttp.ServerDisconnectedError(),
        ConnectionResetError(errno.ECONNRESET, "reset"),
        TimeoutError(),
        socket.gaierror(socket.EAI_AGAIN, "no answer from DNS"),
        OSError(errno.EHOSTUNREACH, "no route"),
        http_answer(502),
    ],
)
def test_what_fails_in_passing_is_asked_again(error: Exception, at_once: list[float]) -> None:
    """Throttling, servers that are ill, connections and names that fail, and answers that are cut off."""
    assert passes(error)
    assert Patience(5, "s3://bucket")(failing(error, 3)) == "done"
    assert len(at_once) == 3


@pytest.mark.parametrize(
    "error",
    [
        answer(403, "AccessDenied"),
        answer(403, "InvalidAccessKeyId"),
        answer(404, "NoSuchBucket"),
        answer(501, "NotImplemented"),
        translate_boto_error(answer(404, "404")),
        translate_boto_error(answer(403, "SignatureDoesNotMatch")),
        botocore.exceptions.NoCredentialsError(),
        botocore.exceptions.SSLError(endpoint_url="https://s3", error="[SSL: CERTIFICATE_VERIFY_FAILED] self-signed"),
        ssl.SSLCertVerificationError("self-signed"),
        http_answer(401),
        OSError(errno.ENOSPC, "no space"),
        FileNotFoundError("gone"),
        ValueError("cannot be meant"),
        StoreError("refused"),
    ],
)
def test_a_refusal_is_raised_at_once(error: Exception) -> None:
    """Rights, names, credentials, certificates and full disks are as they were when asked again."""
    assert not passes(error)
    with pytest.raises(type(error)):
        Patience(60, "s3://bucket")(failing(error, 1))


def test_patience_ends(at_once: list[float]) -> None:
    """What never passes is raised as it was."""
    with pytest.raises(ConnectionRefusedError):
        Patience(0, "s3://bucket")(failing(ConnectionRefusedError(), 1))
    assert not at_once


def test_the_waits_grow_and_end_with_patience(at_once: list[float]) -> None:
    """No wait is longer than what is left of the seconds, nor than a quarter of a minute."""
    Patience(12, "s3://bucket")(failing(ConnectionRefusedError(), 30))
    assert max(at_once) <= 12
    assert max(at_once[4:]) > max(at_once[:1])


def test_the_log_says_what_fails_and_for_how_long_it_is_asked(
    at_once: list[float], caplog: pytest.LogCaptureFixture
) -> None:
    """A warning names the store, the failure, the seconds that are left and the setting; each is counted."""
    counted: list[float] = []

    def listen(measure: measures.Measure, amount: float, labels: Mapping[str, str], /) -> None:
        counted.extend([amount] if measure is measures.STORE_RETRIES else [])

    with caplog.at_level(logging.WARNING), measures.listening(listen):
        Patience(93, "s3://bucket/prefix")(failing(ConnectionRefusedError("refused"), 2))
    assert caplog.messages == [
        "the store s3://bucket/prefix does not answer: refused; trying again for another 93 s ([artifacts] patience)"
    ]
    assert counted == [1, 1]


def test_patience_goes_with_a_store_to_the_workers_of_an_engine(at_once: list[float]) -> None:
    """It can be pickled."""
    there = pickle.loads(pickle.dumps(Patience(3, "s3://bucket")))  # noqa: S301 - its own
    assert there(failing(TimeoutError(), 1)) == "done"


def test_nobody_waits_for_those_who_were_given_up() -> None:
    """What fails beside it, or Ctrl-C, ends the patience of the others."""
    patience = Patience(3600, "s3://bucket")
    waits = threading.Event()

    def act(thing: int) -> None:
        if thing == 0:
            assert waits.wait(60)
            raise KeyError(thing)
        patience(refused)

    def refused() -> None:
        waits.set()
        raise ConnectionResetError

    with pytest.raises(KeyError):
        each(act, range(2), 2, "test")
