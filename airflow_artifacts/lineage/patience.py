"""Riding out a lineage database that is out of reach for a moment, as while it is restarted.

A verb is a transaction of its own. One that failed before its end was asked for has written nothing, so that the whole
verb is done again on a new connection. One whose outcome is not known is repeated only where saying it twice is saying
it once.
"""

from __future__ import annotations

import functools
import inspect
import logging
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, TypeVar

from airflow_artifacts import measures
from airflow_artifacts.exceptions import LineageError
from airflow_artifacts.lineage.failures import PassingError, UnsureError
from airflow_artifacts.logs import tell
from airflow_artifacts.retries import ride_out

if TYPE_CHECKING:
    from collections.abc import Callable

_log = logging.getLogger(__name__)
_Class = TypeVar("_Class", bound=type)
_Result = TypeVar("_Result")
_Verb = TypeVar("_Verb", bound="Callable[..., Any]")

_PASSING = (PassingError,)
_REPEATABLE = (PassingError, UnsureError)
# Seconds of the first wait and of the longest: a lost connection is made anew at once, a restart takes a while.
_WAITS = (0.25, 10.0)


class Patience:
    """Does something again where the database was out of reach. Safe between threads.

    Once it was waited for in vain, nobody waits for it any more until it answers.

    Args:
        seconds: How long, from the first failure on; 0 asks once.
    """

    def __init__(self, seconds: float = 0) -> None:
        self._seconds = seconds
        self._is_spent = False

    def __call__(self, work: Callable[[], _Result], passing: tuple[type[LineageError], ...] = _PASSING) -> _Result:
        """Return what some work returns.

        Args:
            work: What writes nothing where it fails in passing.
            passing: The errors after which it is done again.

        Raises:
            LineageError: The database refused, or was out of reach for all that time.
        """
        try:
            result = ride_out(
                work,
                passes=lambda error, _: isinstance(error, passing) and not self._is_spent,
                warn=_warn,
                seconds=self._seconds,
                waits=_WAITS,
            )
        except passing as error:
            if self._seconds <= 0 or self._is_spent:
                raise
            self._is_spent = True
            message = f"{error}; it was asked for {self._seconds:g} s, as [artifacts] patience says"
            raise LineageError(message) from None
        self._is_spent = False
        return result


def _warn(error: BaseException, left: float) -> None:
    measures.add(measures.LINEAGE_RETRIES)
    text = "%s; trying again for another %.0f s ([artifacts] patience)"
    fields = {"place": "lineage database", "reason": str(error), "seconds_left": round(left)}
    tell(_log, logging.WARNING, "retry", text, error, left, **fields)


def repeatable(verb: _Verb) -> _Verb:
    """Say of a verb that saying it twice is saying it once, so that it is done again though it may have been done."""
    verb.passing = _REPEATABLE  # type: ignore[attr-defined]
    return verb


def patient(verbs: _Class) -> _Class:
    """Let the verbs of a class be done again as wholes; each is one transaction of its ``_database``, or idempotent.

    Those that yield are left as they are: what they gave already cannot be taken back.
    """
    for name, verb in list(vars(verbs).items()):
        if inspect.isfunction(verb) and not name.startswith("_") and not inspect.isgeneratorfunction(verb):
            setattr(verbs, name, _patient(verb))
    return verbs


def _patient(verb: Callable[..., Any]) -> Callable[..., Any]:
    passing = getattr(verb, "passing", _PASSING)

    @functools.wraps(verb)
    def done(self: Any, *args: Any, **kwargs: Any) -> Any:
        # What can be read only once would be empty the second time.
        kept = [list(each) if isinstance(each, Iterator) else each for each in args]
        return self._database.patience(lambda: verb(self, *kept, **kwargs), passing)

    return done
