"""The lines of task logs, as a task process writes them: JSON, through Airflow's own formatter."""

from __future__ import annotations

import io
import json
import logging
import re
from typing import TYPE_CHECKING, Any, get_args

import pytest
import structlog

from airflow_artifacts.logs import Event
from tests.docs.pages import ROOT
from tests.provider.conftest import load_dags

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from airflow_artifacts.client import ArtifactClient


class Output(io.BytesIO):
    """What the supervisor of a task reads."""

    def events(self) -> list[dict[str, Any]]:
        """Return the lines."""
        return [json.loads(line) for line in self.getvalue().splitlines() if line.startswith(b"{")]


@pytest.fixture
def output(airflow_home: Path) -> Iterator[Output]:
    """The log is set up as Airflow sets it up in a task process."""
    from airflow.sdk.log import configure_logging

    del airflow_home
    handlers, level, before = logging.root.handlers[:], logging.root.level, structlog.get_config()
    output = Output()
    configure_logging(json_output=True, output=output, sending_to_supervisor=True)
    yield output
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)
    structlog.configure(**before)


def test_lines_have_fields(output: Output, run_dag: Callable[..., Any], embedded: ArtifactClient) -> None:
    """What was decided and published stands beside the text: the version's name, size, digests, and the reasons."""
    dag = load_dags("measured").told_dag
    run_dag(dag)
    run_dag(dag)
    lines = {line["artifacts"]["event"]: line for line in output.events() if "artifacts" in line}
    version = embedded.get("told::told::output")
    described = {
        "artifact": "told::told::output",
        "version": "1",
        "id": version.id,
        "output": "output",
        "type": "bytes",
        "bytes": version.size,
        "files": 1,
        "digest": version.manifest.files[0].digest,
        "fingerprint": version.fingerprint,
    }
    published = lines["published"]
    seconds = published["artifacts"].pop("seconds")
    assert published["artifacts"] == {"event": "published", **described}
    assert published["event"].startswith("output 'output': told::told::output@1 · bytes · 1.0 kB in 1 file · ")
    assert (published["level"], published["logger"], seconds > 0) == ("info", "airflow_artifacts.cache", True)
    assert lines["reused"]["artifacts"] == {"event": "reused", **described}
    assert lines["miss"]["artifacts"]["reasons"] == ["there is no earlier result under its key"]
    assert version.producer is not None
    assert lines["hit"]["artifacts"]["origin"] == version.producer.id
    assert lines["hit"]["event"].startswith("cache hit: told.told in manual__")


def test_every_event_is_documented() -> None:
    """The page of logs has exactly the events that there are."""
    page = (ROOT / "docs" / "operations" / "logs.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (`[a-z`, ]+`) \|", page, re.MULTILINE)
    assert {event for row in rows for event in re.findall(r"`([a-z ]+)`", row)} == set(get_args(Event))
