"""The commands, as data: ``airflow-artifacts`` and ``airflow artifacts`` are both built from them."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from airflow_artifacts.registry import import_name

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

__all__ = ["COMMANDS", "Argument", "Command", "Group"]


@dataclasses.dataclass(frozen=True, slots=True)
class Argument:
    """An argument of a command.

    Attributes:
        flag: ``--name``, or ``name`` for one by position.
        help: One line.
        options: What :meth:`argparse.ArgumentParser.add_argument` takes besides.
    """

    flag: str
    help: str
    options: Mapping[str, Any] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True, slots=True)
class Command:
    """One command.

    Attributes:
        function: ``module:function``, imported when the command is run; takes the parsed arguments and returns the
            exit code.
        standalone: Whether it is for ``airflow-artifacts`` only, as it makes no sense inside a deployment.
        in_airflow: Whether it is for ``airflow artifacts`` only, as it needs Airflow's DAGs.
    """

    name: str
    help: str
    function: str
    arguments: tuple[Argument, ...] = ()
    standalone: bool = False
    in_airflow: bool = False

    def run(self, arguments: argparse.Namespace) -> int:
        """Do it and return the exit code.

        Raises:
            ArtifactError: It cannot be done; the message says why.
        """
        function: Any = import_name(self.function)
        return int(function(arguments))


@dataclasses.dataclass(frozen=True, slots=True)
class Group:
    """Commands under one word."""

    name: str
    help: str
    commands: tuple[Command, ...]


_DATABASE_URL = Argument(
    "--database-url",
    "the lineage database; without it, what [artifacts] database_url says",
    {"metavar": "URL"},
)

_JSON = Argument("--json", "print JSON", {"action": "store_true"})

COMMANDS: tuple[Command | Group, ...] = (
    Command(
        "demo",
        "let Airflow run two example DAGs in a home of its own, and show what they made",
        "airflow_artifacts.cli.demo:run",
        (
            Argument(
                "--keep", "keep the home in this folder: a new one, or one of an earlier demo", {"metavar": "DIR"}
            ),
            Argument("--serve", "leave Airflow running afterwards, until Ctrl-C", {"action": "store_true"}),
            Argument("--port", "the port of Airflow's API server and pages; a free one unless given", {"type": int}),
        ),
        standalone=True,
    ),
    Command(
        "plan",
        "say what the cache would decide for each task of a DAG, without running anything",
        "airflow_artifacts.provider.plan:run",
        (
            Argument("dag_id", "the DAG"),
            Argument("--run-id", "a run that exists; without it the next scheduled one", {"metavar": "RUN_ID"}),
            Argument("--logical-date", "of a manual run instead", {"metavar": "DATE"}),
            Argument("--conf", "the conf of a manual run, as JSON", {"metavar": "JSON"}),
            _JSON,
        ),
        in_airflow=True,
    ),
    Command(
        "why",
        "say what the cache decided for a task run, and what differs from the nearest run before it",
        "airflow_artifacts.cli.cache:why",
        (
            Argument("dag_id", "the DAG"),
            Argument("run_id", "the DAG run"),
            Argument("task_id", "the task"),
            Argument("--map-index", "of a mapped task", {"type": int, "default": -1, "metavar": "N"}),
            Argument("--try-number", "the try; without it the newest", {"type": int, "metavar": "N"}),
            _JSON,
            _DATABASE_URL,
        ),
    ),
    Command(
        "invalidate",
        "let no earlier result of a task, a DAG, or what is downstream of a version be reused",
        "airflow_artifacts.cli.cache:invalidate",
        (
            Argument("dag_id", "the DAG", {"nargs": "?"}),
            Argument("task_id", "one task of it; without it all", {"nargs": "?"}),
            Argument("--downstream-of", "a version, such as raw/events@3, instead of a DAG", {"metavar": "REFERENCE"}),
            _DATABASE_URL,
        ),
    ),
    Group(
        "db",
        "the lineage database",
        (
            Command(
                "upgrade",
                "create its tables, or bring them to the schema of this release",
                "airflow_artifacts.cli.database:upgrade",
                (_DATABASE_URL,),
            ),
            Command(
                "check",
                "say whether it answers and has the schema of this release",
                "airflow_artifacts.cli.database:check",
                (_DATABASE_URL,),
            ),
        ),
    ),
)
"""All commands, in the order in which help shows them."""
