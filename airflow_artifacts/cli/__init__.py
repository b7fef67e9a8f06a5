"""``airflow-artifacts``: what can be done from a shell, without Airflow's start-up time."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from typing import TYPE_CHECKING

from airflow_artifacts.cli.command import Command
from airflow_artifacts.cli.commands import COMMANDS
from airflow_artifacts.exceptions import ArtifactError, ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["main", "run_command"]

_FAILED = 1
_USAGE = 2
_INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code: 0 done, 1 failed, 2 asked wrongly, 130 interrupted.

    Args:
        argv: The words behind the program's name; those of the process unless given.
    """
    arguments = _parser().parse_args(argv)
    _show_progress()
    if arguments.command.in_airflow:
        name = arguments.command.name
        sys.stderr.write(f"airflow-artifacts: {name} needs Airflow's DAGs; run: airflow artifacts {name} …\n")
        return _USAGE
    return run_command(arguments.command, arguments)


def run_command(command: Command, arguments: argparse.Namespace) -> int:
    """Run a command, say what failed on stderr, and return the exit code as :func:`main` does."""
    try:
        return command.run(arguments)
    except ArtifactError as error:
        sys.stderr.write(f"airflow-artifacts: {error}\n")
        return _USAGE if isinstance(error, ConfigurationError) else _FAILED
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:
        # Whoever read the output has enough; closing it again at the end would complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _show_progress() -> None:
    """Let what takes long say on stderr how far it is."""
    progress = logging.getLogger("airflow_artifacts.progress")
    if not progress.handlers:
        progress.addHandler(logging.StreamHandler())
        progress.setLevel(logging.INFO)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="airflow-artifacts", description="Versioned, typed and traced values for Apache Airflow."
    )
    words = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for entry in COMMANDS:
        word = words.add_parser(entry.name, help=entry.help, description=_sentence(entry.help))
        if isinstance(entry, Command):
            _add(entry, word)
            continue
        inner = word.add_subparsers(title="commands", required=True, metavar="COMMAND")
        for command in entry.commands:
            _add(command, inner.add_parser(command.name, help=command.help, description=_sentence(command.help)))
    return parser


def _add(command: Command, parser: argparse.ArgumentParser) -> None:
    for argument in command.arguments:
        parser.add_argument(argument.flag, help=argument.help, **argument.options)
    parser.set_defaults(command=command)


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."
