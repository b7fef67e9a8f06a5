"""What a command is, and a group of them."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from airflow_artifacts.registry import import_name

if TYPE_CHECKING:
    import argparse

    from airflow_artifacts.cli.arguments import Argument

__all__ = ["Command", "Group"]


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
