"""Answers that took long, kept for a while; those that are found quickly are found anew each time."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

T = TypeVar("T")

_QUICK_SECONDS = 0.5
# An answer is kept so many times as long as it took, so that finding answers takes a hundredth of a process's time.
_TIMES = 100
_MOST_SECONDS = 600.0
_MOST_ANSWERS = 64


class Remembered:
    """Answers by question. Safe between threads, of which one at a time looks for the answer to a question."""

    def __init__(self) -> None:
        self._answers: dict[Hashable, _Answer] = {}
        self._lock = threading.Lock()

    def get(self, question: Hashable, find: Callable[[], T]) -> T:
        """Return the answer that is remembered, else find it."""
        with self._lock:
            answer = self._answers.pop(question, None) or _Answer()
            self._answers[question] = answer
            while len(self._answers) > _MOST_ANSWERS:
                del self._answers[next(iter(self._answers))]
        return cast("T", answer.get(find))


class _Answer:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._until = 0.0
        self._found: Any = None

    def get(self, find: Callable[[], Any]) -> Any:
        with self._lock:
            began = time.monotonic()
            if began < self._until:
                return self._found
            found = find()
            ended = time.monotonic()
            is_slow = ended - began > _QUICK_SECONDS
            self._found = found if is_slow else None
            self._until = ended + min((ended - began) * _TIMES, _MOST_SECONDS) if is_slow else 0.0
            return found
