"""``airflow artifacts …``: the commands of ``airflow-artifacts``, with the settings that Airflow knows.

Every ``airflow`` command imports this module, so that it imports little.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from airflow.cli.cli_config import ActionCommand, Arg, GroupCommand

from airflow_artifacts.cli.command import Command
from airflow_artifacts.cli.commands import COMMANDS

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from airflow.cli.cli_config import CLICommand

__all__ = ["get_artifacts_commands"]


def get_artifacts_commands() -> list[CLICommand]:
    """Return what Airflow adds to its command line."""
    subcommands: list[CLICommand] = []
    for entry in COMMANDS:
        if not isinstance(entry, Command):
            commands = [_action(command) for command in entry.commands if not command.standalone]
            subcommands.append(GroupCommand(entry.name, entry.help, commands))
        elif not entry.standalone:
            subcommands.append(_action(entry))
    return [GroupCommand("artifacts", "Versioned, typed and traced values of tasks", subcommands)]


def _action(command: Command) -> ActionCommand:
    arguments = [Arg((argument.flag,), help=argument.help, **argument.options) for argument in command.arguments]  # type: ignore[no-untyped-call]
    return ActionCommand(command.name, command.help, _runner(command), arguments)


def _runner(command: Command) -> Callable[[argparse.Namespace], None]:
    def run(arguments: argparse.Namespace) -> None:
        from airflow_artifacts.cli import run_command  # noqa: PLC0415 - imported when the command is run

        arguments.command, arguments.in_airflow = command, True
        sys.exit(run_command(command, arguments))

    return run
