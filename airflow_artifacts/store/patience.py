"""Riding out a store that fails in passing: what is worth asking again, for how long, and what the log says of it."""

from __future__ import annotations

import errno
import logging
import socket
import ssl
import threading
import time
from typing import TYPE_CHECKING, Any, TypeVar

from airflow_artifacts import measures
from airflow_artifacts.exceptions import ArtifactError
from airflow_artifacts.logs import tell
from airflow_artifacts.retries import ride_out
from airflow_artifacts.store.masking import masked
from airflow_artifacts.threads import abandoned

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["PATIENCE", "Patience", "is_other", "passes"]

PATIENCE = 30
"""Seconds, where nobody says how long: someone may be waiting."""

_log = logging.getLogger(__name__)
_Result = TypeVar("_Result")

# Seconds of the first wait and of the longest: a server that sheds load needs room.
_WAITS = (1.0, 15.0)
# Requests that run side by side fail side by side, and one line says it.
_QUIET = 1.0
_CAUSE_LENGTH = 200
# Bytes that are others on their way are right when they are asked for again; those that lie there so stay so.
_READS = 3

_NUMBERS = frozenset(
    {
        errno.ECONNABORTED,
        errno.ECONNREFUSED,
        errno.ECONNRESET,
        errno.EHOSTDOWN,
        errno.EHOSTUNREACH,
        errno.ENETDOWN,
        errno.ENETRESET,
        errno.ENETUNREACH,
        errno.EPIPE,
        errno.ETIMEDOUT,
    }
)
_STATUSES = frozenset({408, 429, 500, 502, 503, 504, 509, 520, 521, 522, 523, 524})
# What S3 says with a status that elsewhere means no.
_CODES = frozenset(
    {
        "BadDigest",  # what arrived is not what was sent
        "BandwidthLimitExceeded",
        "ConditionalRequestConflict",
        "IncompleteBody",
        "InternalError",
        "OperationAborted",
        "PriorRequestNotComplete",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "RequestTimeout",
        "RequestTimeoutException",
        "ServiceUnavailable",
        "SlowDown",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
        "TransientError",
        "XAmzContentSHA256Mismatch",
    }
)
# Classes of the libraries under the filesystems, by name: none of them is imported to be asked for.
_CLASSES = frozenset(
    {
        "ChunkedEncodingError",
        "ClientConnectionError",
        "ClientPayloadError",
        "ConnectionError",  # botocore's and requests' own
        "FSTimeoutError",
        "FlexibleChecksumError",
        "HTTPClientError",
        "HttpProcessingError",  # aiohttp's, of an answer that is cut off; it says 400, as no server did
        "IncompleteRead",
        "IncompleteReadError",
        "MetadataRetrievalError",
        "ProtocolError",
        "ResponseParserError",
        "ServiceRequestError",
        "ServiceResponseError",
    }
)
# A certificate that is not trusted, and a setting that cannot be meant, stay so.
_FINAL_CLASSES = frozenset({"ClientConnectorCertificateError", "InvalidProxiesConfigError"})


class Patience:
    """Asks a store again that fails in passing. Safe between threads.

    The seconds count from the failure on: work that took an hour until then is still asked for again.

    Args:
        seconds: How long; 0 asks once.
        uri: The store, as messages name it.
    """

    def __init__(self, seconds: float, uri: str) -> None:
        self.seconds = seconds
        self._uri = uri
        self._warned = -_QUIET
        self._lock = threading.Lock()

    def __getstate__(self) -> dict[str, Any]:
        return {"seconds": self.seconds, "uri": self._uri}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__init__(**state)  # type: ignore[misc]

    def __call__(self, work: Callable[[], _Result], gone: threading.Event | None = None) -> _Result:
        """Return what some work returns; it is done again where it fails in passing, so it must be whole each time.

        Args:
            work: What is done.
            gone: Set when nobody waits for it any more: it is then not done again. Without it, what is set for this
                thread.

        Raises:
            Exception: What the work raised: at once where asking again would not help, else when patience ends.
        """
        gone = gone or abandoned()

        def again(error: BaseException, number: int) -> bool:
            return passes(error) and not (is_other(error) and number >= _READS)

        return ride_out(work, passes=again, warn=self._warn, seconds=self.seconds, waits=_WAITS, gone=gone)

    def _warn(self, error: BaseException, left: float) -> None:
        measures.add(measures.STORE_RETRIES)
        now = time.monotonic()
        with self._lock:
            quiet = now - self._warned < _QUIET
            self._warned = self._warned if quiet else now
        if not quiet:
            text = " ".join(masked(str(error)).split()) or type(error).__name__
            text = text if len(text) <= _CAUSE_LENGTH else f"{text[: _CAUSE_LENGTH - 1]}…"
            template = "the store %s does not answer: %s; trying again for another %.0f s ([artifacts] patience)"
            fields = {"place": self._uri, "reason": text, "seconds_left": round(left)}
            tell(_log, logging.WARNING, "retry", template, self._uri, text, left, **fields)


def is_other(error: BaseException) -> bool:
    """Whether a library found that bytes are others than those whose checksum the server tells."""
    return any(type(one).__name__ == "FlexibleChecksumError" for one in _chain(error))


def passes(error: BaseException) -> bool:
    """Whether a failure is one in passing: asking again may help."""
    if isinstance(error, ArtifactError) or not isinstance(error, Exception):
        return False
    verdicts = [verdict for one in _chain(error) if (verdict := _verdict(one)) is not None]
    # What a server said, or a certificate, outweighs what a library made of it.
    return bool(verdicts) and all(verdicts)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and what caused it; what was merely being handled when it was raised says nothing of it."""
    seen: set[int] = set()
    one: BaseException | None = error
    while one is not None and id(one) not in seen:
        seen.add(id(one))
        yield one
        one = one.__cause__


def _verdict(error: BaseException) -> bool | None:
    """Return whether one error of a chain passes; None where it says nothing of that."""
    names = {class_.__name__ for class_ in type(error).__mro__}
    if isinstance(error, ssl.SSLCertVerificationError) or names & _FINAL_CLASSES:
        return False
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        return False
    response = getattr(error, "response", None)
    if isinstance(response, dict):
        return _answer_passes(response)
    if names & _CLASSES or isinstance(error, (ConnectionError, TimeoutError, socket.gaierror)):
        return True
    status = _status(error)
    if status is not None:
        return status in _STATUSES
    return True if isinstance(error, OSError) and error.errno in _NUMBERS else None


def _answer_passes(response: dict[str, Any]) -> bool:
    """Whether what botocore read of an answer is a refusal in passing."""
    status = response.get("ResponseMetadata", {}).get("HTTPStatusCode")
    return status in _STATUSES or response.get("Error", {}).get("Code") in _CODES


def _status(error: BaseException) -> int | None:
    """Return the status of an HTTP answer, as the libraries of other clouds keep it."""
    for name in ("status", "status_code", "code"):
        value = getattr(error, name, None)
        if isinstance(value, int) and 100 <= value < 600:  # noqa: PLR2004 - what HTTP's statuses are
            return value
    return None
