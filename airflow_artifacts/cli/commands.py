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
    """

    name: str
    help: str
    function: str
    arguments: tuple[Argument, ...] = ()
    standalone: bool = False

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
