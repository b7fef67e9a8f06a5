"""Progress of what takes long."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from airflow_artifacts import progress

if TYPE_CHECKING:
    import pytest


def test_what_takes_long_says_how_far_it_is(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """Each ten seconds a line, with the share where the whole is known; what is quick says nothing."""
    clock = [100.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: clock[0])
    with caplog.at_level(logging.INFO):
        known, unknown = progress.Progress("storing", 4_000_000), progress.Progress("reading")
        for one in (known, unknown):
            one.add(1_000_000)
        assert caplog.messages == []
        clock[0] += 10
        for one in (known, unknown):
            one.add(1_000_000)
            one.add(1_000_000)
    assert caplog.messages == [
        "storing: 2.0 MB of 4.0 MB (50 %) in 10 s, 200.0 kB/s",
        "reading: 2.0 MB in 10 s, 200.0 kB/s",
    ]
