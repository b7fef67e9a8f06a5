"""What the libraries under the store raise, as errors of this package."""

from __future__ import annotations

import contextlib
import errno
from typing import TYPE_CHECKING

from airflow_artifacts.exceptions import ArtifactError, StoreError
from airflow_artifacts.store.masking import masked
from airflow_artifacts.store.patience import passes

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["PassingError", "failures", "refusal"]

_WAYS_OUT = {
    errno.ENOSPC: "the disk is full: make room, or let TMPDIR and [artifacts] store_uri name a larger one",
    errno.EDQUOT: "the quota is used up: make room, or let TMPDIR and [artifacts] store_uri name another disk",
    errno.EFBIG: "the file is larger than this process may write: raise its limit",
    errno.EROFS: "the file system is read-only: let [artifacts] store_uri name one that can be written",
    errno.EACCES: "permission was refused: check the rights, and [artifacts] store_uri with its credentials",
    errno.EPERM: "permission was refused: check the rights, and [artifacts] store_uri with its credentials",
}
_UNANSWERED = (
    "it was asked for as long as [artifacts] patience says: see that the endpoint in [artifacts] store_uri answers"
)
_OTHERWISE = "check [artifacts] store_uri, and that the bucket or folder, the endpoint and the credentials are right"


class PassingError(StoreError):
    """The store is out of reach for a moment, or sheds load; it may answer soon."""


@contextlib.contextmanager
def failures(action: str, uri: str) -> Iterator[None]:
    """Turn whatever a filesystem raises into a StoreError.

    Args:
        action: What is being done, as in "could not …".
        uri: The store, without secrets.

    Raises:
        StoreError: Anything was raised; the message says what was done, where, why it failed, and the way out.
    """
    try:
        yield
    except ArtifactError:
        raise
    except Exception as error:  # fsspec's implementations raise errors of whatever library they stand on
        refused = refusal(action, uri, error)
        if _signs(error):  # nor may it stand in the log as the cause
            raise refused from None
        raise refused from error


def _signs(error: BaseException) -> bool:
    """Whether an error, or one behind it, holds the credentials or the query of a URL."""
    seen: BaseException | None = error
    while seen is not None:
        if masked(text := str(seen)) != text:
            return True
        seen = seen.__cause__ or seen.__context__
    return False


def refusal(action: str, uri: str, error: BaseException) -> StoreError:
    """Return the error that says what was done, where, why it failed, and the way out."""
    kind = PassingError if passes(error) else StoreError
    return kind(f"could not {masked(action)} in the store {masked(uri)}: {_cause(error)}; {_way_out(error)}")


def _cause(error: BaseException) -> str:
    text = " ".join(masked(str(error)).split()) or type(error).__name__
    return text if len(text) <= 300 else f"{text[:299]}…"  # noqa: PLR2004 - what a log line can bear


def _way_out(error: BaseException) -> str:
    number = error.errno if isinstance(error, OSError) else None
    if number is None and isinstance(error, PermissionError):
        number = errno.EACCES
    return _WAYS_OUT.get(number or 0, _UNANSWERED if passes(error) else _OTHERWISE)
