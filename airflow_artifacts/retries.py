"""Doing again what fails in passing: with waits that grow, for so many seconds.

What passes, and what is said of it, is the caller's. Nothing is imported for it until something fails.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable

    import tenacity

__all__ = ["ride_out"]

_Result = TypeVar("_Result")


def ride_out(
    work: Callable[[], _Result],
    *,
    passes: Callable[[BaseException, int], bool],
    warn: Callable[[BaseException, float], None],
    seconds: float,
    waits: tuple[float, float],
    gone: threading.Event | None = None,
) -> _Result:
    """Return what some work returns; it is done again where it fails in passing, so it must be whole each time.

    The seconds count from the first failure on: work that took an hour until then is still done again.

    Args:
        work: What is done.
        passes: Says of a failure, and of how many there were with it, whether doing it again may help.
        warn: Is told the failure and the seconds that are left, before each wait.
        seconds: For how long; with 0 the work is done once.
        waits: What the first wait is at most, in seconds, and what any is; each may be twice as long as the one before.
        gone: Set when nobody waits for the result any more: it is then not done again.

    Raises:
        Exception: What the work raised: at once where doing it again would not help, else when the seconds are over.
    """
    try:
        return work()
    except Exception as error:
        if seconds <= 0 or not passes(error, 1):
            raise
        failed = [error]

    def told() -> _Result:
        if failed:
            raise failed.pop()
        return work()

    return _retrying(passes, warn, seconds, waits, gone)(told)


def _retrying(
    passes: Callable[[BaseException, int], bool],
    warn: Callable[[BaseException, float], None],
    seconds: float,
    waits: tuple[float, float],
    gone: threading.Event | None,
) -> tenacity.Retrying:
    import tenacity  # noqa: PLC0415 - needed only where something fails

    until = time.monotonic() + seconds
    # Random, so that those who failed together do not ask together again.
    wait = tenacity.wait_random_exponential(multiplier=waits[0], max=waits[1])

    def left(state: tenacity.RetryCallState) -> float:
        return max(0.0, until - (state.outcome_timestamp or time.monotonic()))

    def error_of(state: tenacity.RetryCallState) -> BaseException | None:
        return None if state.outcome is None else state.outcome.exception()

    def again(state: tenacity.RetryCallState) -> bool:
        error = error_of(state)
        return error is not None and passes(error, state.attempt_number)

    def say(state: tenacity.RetryCallState) -> None:
        error = error_of(state)
        if error is not None:
            warn(error, left(state))

    return tenacity.Retrying(
        retry=again,
        sleep=tenacity.nap.sleep if gone is None else tenacity.sleep_using_event(gone),
        stop=lambda state: left(state) <= 0 or (gone is not None and gone.is_set()),
        wait=lambda state: min(wait(state), left(state)),
        before_sleep=say,
        reraise=True,
    )
