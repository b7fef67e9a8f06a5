"""The commands of the catalogue, as a person types them and as a program reads them."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from airflow_artifacts.cli import main
from airflow_artifacts.cli.command import Command
from airflow_artifacts.cli.commands import COMMANDS
from airflow_artifacts.client import VERBS, ArtifactClient
from tests.client.calling import Caller
from tests.client.test_tracing import extract, pipeline

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder whose store and database the settings name."""
    monkeypatch.setenv("AIRFLOW_HOME", str(tmp_path))
    monkeypatch.delenv("AIRFLOW_CONFIG", raising=False)
    monkeypatch.setenv("AIRFLOW__ARTIFACTS__STORE_URI", str(tmp_path / "store"))
    monkeypatch.setenv("AIRFLOW__ARTIFACTS__DATABASE_URL", f"sqlite:///{tmp_path / 'lineage.db'}")
    return tmp_path


@pytest.fixture
def client(home: Path) -> Iterator[ArtifactClient]:
    """A client on them."""
    with ArtifactClient.connect(store=str(home / "store"), database=f"sqlite:///{home / 'lineage.db'}") as client:
        yield client


@pytest.fixture
def run(client: ArtifactClient, capsys: pytest.CaptureFixture[str]) -> Any:
    """Run a command; return what it prints."""

    def run(*words: str, code: int = 0) -> str:
        capsys.readouterr()
        assert main(words) == code
        shown = capsys.readouterr()
        return shown.out if code == 0 else shown.out + shown.err

    return run


def test_every_verb_has_a_command() -> None:
    """What a client can do, a command does, but for what gives a value to a program."""
    commands = {
        command.name for entry in COMMANDS for command in ([entry] if isinstance(entry, Command) else entry.commands)
    }
    named = {verb.replace("_", "-") for verb in VERBS}
    elsewhere = {
        "get": "show",
        "find": "show",
        "metadata": "show",
        "provenance": "show",
        "preview": "show",
        "locations": "show",
        "open": "load",
        "save": "register",
        "search-page": "search",
        "blast-radius": "downstream",
        "tag-artifact": "tag",
    }
    assert named - commands == set(elsewhere)
    assert set(elsewhere.values()) <= commands


def test_looking_around(run: Any, client: ArtifactClient) -> None:
    """Artifacts, versions and searches, as tables and as one JSON document a line."""
    pipeline(Caller(client))
    client.save(pd.DataFrame({"a": [1]}), "raw/other", tags=["gold"])
    assert [line.split()[0] for line in run("list").splitlines()] == [
        "artifact", "models/churn", "raw/events", "raw/other", "scores",
    ]  # fmt: skip
    rows = [json.loads(line) for line in run("list", "--output", "json").splitlines()]
    assert [row["artifact"] for row in rows] == ["models/churn", "raw/events", "raw/other", "scores"]
    assert "raw/events@1" in run("versions", "raw/events")
    assert "did you mean 'raw/events'" in run("versions", "raw/event", code=1)
    found = [json.loads(line) for line in run("search", "raw/*", "--output", "json").splitlines()]
    assert [row["name"] for row in found] == ["raw/other@1", "raw/events@1"]
    assert run("search", "--metadata", "accuracy > 0.1", "--type", "model").count("models/churn@1") == 1
    assert "models" not in run("search", "--metadata", "accuracy > 0.9")
    assert run("search", "--tag", "gold", "--limit", "1").count("raw/other@1") == 1
    assert "is no comparison of metadata" in run("search", "--metadata", "accuracy", code=1)
    shown = run("show", "models/churn")
    for words in ("accuracy = 0.2", "(logged, ", "made by churn.fit in train 3", "rate = 0.1", "blake3:"):
        assert words in shown
    document = json.loads(run("show", "models/churn@1", "--output", "json"))
    assert document["provenance"]["parameters"] == {"rate": 0.1}


def test_tracing(run: Any, client: ArtifactClient) -> None:
    """Lineage as a tree, a list, and the three exports; a run and a task run; a diff."""
    pipeline(Caller(client), rows=3)
    pipeline(Caller(client), rows=4)
    assert "events: raw/events@1 churn.extract" in run("upstream", "scores@1")
    assert run("upstream", "scores@1", "--output", "mermaid").startswith("flowchart LR")
    assert len(json.loads(run("upstream", "scores@1", "--depth", "1", "--output", "json"))["versions"]) == 2
    assert "2 versions of 2 artifacts were made from it" in run("downstream", "raw/events@1")
    assert run("downstream", "raw/events@1", "--output", "graphviz").startswith("digraph")
    shown = run("run", "churn", "train 3")
    assert "events ← raw/events@1" in shown
    assert "models/churn → models/churn@1" in shown
    assert (
        json.loads(run("task-run", "churn", "train 3", "fit", "--output", "json"))["inputs"]["events"]["version"] == "1"
    )
    assert "no artifact task run of 'churn.other'" in run("task-run", "churn", "train 3", "other", code=1)
    assert "events: raw/events@1 → raw/events@2" in run("diff", "models/churn@1", "models/churn@2")
    assert json.loads(run("why", "churn", "train 3", "fit", "--output", "json"))["outcome"] == "miss"
    assert "cache keys will not be a hit" in run("invalidate", "--downstream-of", "raw/events@1")


def test_labels(run: Any, client: ArtifactClient, home: Path) -> None:
    """Registering, metadata, tags, aliases and pins."""
    (home / "data.csv").write_text("a\n1\n")
    assert "raw/data@1" in run("register", str(home / "data.csv"), "raw/data", "--tag", "x", "--metadata", "rows=1")
    assert "unchanged: it is of this data already" in run("register", str(home / "data.csv"), "raw/data")
    assert json.loads(run("register", str(home / "data.csv"), "raw/data", "--output", "json"))["unchanged"] is True
    run("log-metadata", "raw/data", "accuracy=0.5", "note=a text")
    assert client.get("raw/data").metadata["accuracy"] == 0.5
    assert client.get("raw/data").metadata["note"] == "a text"
    run("tag", "raw/data", "y", "--remove", "x")
    run("tag", "raw/data", "team", "--artifact")
    assert client.get("raw/data").tags == {"y"}
    assert "team" in run("list")
    run("alias", "raw/data@1", "golden")
    assert "golden  raw/data@1" in run("alias-history", "raw/data")
    assert "pinned      yes" in run("pin", "raw/data@golden")
    assert "is pinned" in run("delete", "raw/data@1", "--yes", code=1)
    run("unpin", "raw/data@golden")
    run("unalias", "raw/data", "golden")
    assert "has no alias 'golden'" in run("unalias", "raw/data", "golden", code=1)
    assert "write key=value" in run("log-metadata", "raw/data", "accuracy", code=2)
    assert "1 version was deleted" in run("delete", "raw/data@1", "--yes")
    assert "'raw/data' has no version any more in sqlite" in run("show", "raw/data", code=1)
    assert (home / "data.csv").exists()


def test_loading(run: Any, client: ArtifactClient, home: Path) -> None:
    """Files are copied into a new folder, whose name must be free."""
    client.save(pd.DataFrame({"a": [1]}), "t")
    place = run("load", "t", "--to", str(home / "out")).strip()
    assert pd.read_parquet(place).equals(pd.DataFrame({"a": [1]}))
    assert "exists already; name a folder that is to be made" in run("load", "t", "--to", str(home / "out"), code=2)


def test_deleting(run: Any, client: ArtifactClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is deleted unasked; a summary says what was, or would be; the exit code tells."""
    Caller(client)(extract, rows=3)
    client.save(b"x" * 1000, "hand")
    assert "0 versions would be deleted" in run("prune", "--dry-run")
    assert "Nobody is there to answer; give --yes" in run("prune", "--saved", "--latest", code=2)
    assert "exclude each other" in run("prune", "--only-artifact", "--only-metadata", "--yes", code=2)
    assert "'soon' is no duration" in run("prune", "--older-than", "soon", code=2)
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    monkeypatch.setattr("builtins.input", lambda: "n")
    run("prune", "--saved", "--latest", code=1)
    assert client.find("hand") is not None
    monkeypatch.setattr("builtins.input", lambda: "yes")
    assert "1 version was deleted, 1.0 kB in 1 object freed" in run("prune", "--saved", "--latest", "--grace", "0s")
    document = json.loads(run("prune", "--dry-run", "--output", "json"))
    assert (document["versions"], document["dry_run"]) == ([], True)
    assert "0 objects with 0 bytes were deleted" in run("gc", "--grace", "0s")
    assert "1 file with" in run("verify")
    assert "1 file with" in run("verify", "--sample", "1 GB")
    assert "0 files with" in run("verify", "--sample", "0")
    assert "'some' is no sample" in run("verify", "--sample", "some", code=2)
    client.store.delete(client.get("raw/events").manifest.objects[0])
    assert "1 gone or wrong" in run("verify", code=1)


def test_forgetting_asks_airflow(run: Any, client: ArtifactClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is to be forgotten must be said; Airflow is asked what has ended."""
    Caller(client)(extract, rows=3, run="monday")
    monkeypatch.setattr("airflow_artifacts.provider.runs.run_states", lambda _dag, runs: dict.fromkeys(runs, "success"))
    assert "say which runs to forget" in run("forget", code=2)
    assert "1 DAG run with 1 task run would be forgotten" in run("forget", "--older-than", "0s", "--dry-run")
    shown = run("prune", "--forget", "0s", "--latest", "--grace", "0s", "--yes")
    assert "1 DAG run with 1 task run was forgotten" in shown
    assert "1 version was deleted" in shown
    assert client.find("raw/events") is None


def test_moving_the_database(run: Any, client: ArtifactClient, home: Path) -> None:
    """A copy holds what the database held; a downgrade and an upgrade go there and back."""
    pipeline(Caller(client))
    target = f"sqlite:///{home / 'copy.db'}"
    assert "holds what sqlite:///" in run("db", "copy", target)
    assert "scores@1" in run("versions", "scores", "--database-url", target)
    assert "holds something already" in run("db", "copy", target, code=1)
    assert "now has the schema 0002" in run("db", "downgrade", "0002", "--yes", "--database-url", target)
    assert "needs 0005" in run("db", "check", "--database-url", target, code=1)
    assert "now has the schema 0005" in run("db", "upgrade", "--database-url", target)
    assert "no way down to 'x'" in run("db", "downgrade", "x", "--yes", "--database-url", target, code=1)


def test_a_pipe_that_is_closed(client: ArtifactClient) -> None:
    """Whoever reads only the beginning of a long list makes no error."""
    for number in range(300):
        client.save(number, f"{'n' * 200}/{number}")
    program = f"{sys.executable} -c 'import sys; from airflow_artifacts.cli import main; sys.exit(main())'"
    command = ["bash", "-c", f"{program} list --output json | head -1"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert json.loads(ended.stdout)["artifact"].startswith("nnn")
    assert ended.stderr == ""


def test_looking_needs_no_airflow(client: ArtifactClient) -> None:
    """Where the settings are plain neither Airflow nor the store's filesystem nor pandas is imported."""
    client.save(1, "n")
    heavy = {"airflow", "s3fs", "pandas", "pyarrow", "alembic"}
    code = (
        "import sys; from airflow_artifacts.cli import main; assert main(['list']) == 0; "
        f"print({heavy} & set(sys.modules))"
    )
    ended = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert ended.stdout.splitlines()[-1] == "set()"
