"""The steps of a task: before, within and after everything that it writes into the store or the lineage database.

Something can happen at the n-th of them: a process is killed there, frozen there, or loses its database.
"""

from __future__ import annotations

import contextlib
import dataclasses
import os
import threading
from typing import TYPE_CHECKING, Any
from unittest import mock

from airflow_artifacts.lineage import Lineage, publishing
from airflow_artifacts.lineage.database import Database
from airflow_artifacts.store import ObjectStore, Spool
from airflow_artifacts.store.sweep import Sweep

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy.orm import Session


@dataclasses.dataclass
class Steps:
    """Counts the steps that this process takes, and does something at them.

    Attributes:
        act: Is told the number of each step, from 1 on, and its name.
        names: The names of those that were taken.
    """

    act: Callable[[int, str], object]
    names: list[str] = dataclasses.field(default_factory=list)
    _lock: Any = dataclasses.field(default_factory=threading.RLock)

    def take(self, name: str) -> None:
        """Take a step."""
        with self._lock:
            self.names.append(name)
            self.act(len(self.names), name)

    @contextlib.contextmanager
    def counted(self) -> Iterator[None]:
        """Count from here on."""
        with contextlib.ExitStack() as stack:
            for owner, verb, name in (
                (ObjectStore, "put", "an object"),
                (ObjectStore, "spool", "making a spool"),
                (Spool, "manifest", "closing a spool's files"),
                (Spool, "close", "removing a spool"),
                (Sweep, "mark", "the store's mark"),
                (Lineage, "publish", "a publication"),
                (publishing, "write_series", "a publication's last rows"),
            ):
                stack.enter_context(mock.patch.object(owner, verb, self._around(getattr(owner, verb), name)))
            stack.enter_context(mock.patch.object(Database, "writing", self._writing(Database.writing)))
            yield

    def _around(self, original: Callable[..., Any], name: str) -> Callable[..., Any]:
        def done(*args: Any, **kwargs: Any) -> Any:
            self.take(f"before {name}")
            result = original(*args, **kwargs)
            self.take(f"after {name}")
            return result

        return done

    def _writing(self, original: Callable[[Database], contextlib.AbstractContextManager[Session]]) -> Any:
        @contextlib.contextmanager
        def writing(database: Database) -> Iterator[Session]:
            self.take("before a transaction")
            with original(database) as session:
                yield session
                self.take("before a commit")
            self.take("after a commit")

        return writing


def stopping_at(name: str, time: int, signal: int) -> Steps:
    """Return steps at which this process gets a signal when one of a name comes for the given time."""

    def act(_: int, taken: str) -> None:
        if taken == name and steps.names.count(name) == time:
            os.kill(os.getpid(), signal)

    steps = Steps(act)
    return steps


def stopping(number: int, signal: int) -> Steps:
    """Return steps at whose given one this process gets a signal."""
    return Steps(lambda count, _: os.kill(os.getpid(), signal) if count == number else None)
