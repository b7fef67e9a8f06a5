"""Lines of the log that programs read."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING

import structlog

from airflow_artifacts.logs import bound, tell

if TYPE_CHECKING:
    import pytest

LOGGER = logging.getLogger("airflow_artifacts.tests")


def test_a_line_has_fields_besides_its_text(caplog: pytest.LogCaptureFixture) -> None:
    """The record has the event and the fields that are not None, and the place of who tells; the text is as it was."""
    with caplog.at_level(logging.INFO):
        tell(LOGGER, logging.INFO, "published", "%s in %d files", "raw@3", 2, artifact="raw", files=2, digest=None)
    (record,) = caplog.records
    assert record.getMessage() == "raw@3 in 2 files"
    assert vars(record)["artifacts"] == {"event": "published", "artifact": "raw", "files": 2}
    assert record.funcName == "test_a_line_has_fields_besides_its_text"


def test_structlog_is_told_while_the_line_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """What structlog merges into a line has the fields during the line, and not behind it."""
    seen = []
    monkeypatch.setattr(LOGGER, "filters", [lambda _: seen.append(structlog.contextvars.get_contextvars())])
    tell(LOGGER, logging.ERROR, "verify failed", "gone", reason="gone")
    assert seen == [{"artifacts": {"event": "verify failed", "reason": "gone"}}]
    assert structlog.contextvars.get_contextvars() == {}


def test_without_structlog_nothing_is_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that has not imported structlog, as a notebook, writes its lines all the same."""
    monkeypatch.delitem(sys.modules, "structlog")
    with bound({"event": "x"}):
        tell(LOGGER, logging.INFO, "published", "text")
