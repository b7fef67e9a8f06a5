"""What an argument of a command is, and those that several commands take."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "ALL",
    "DATABASE_URL",
    "DEPTH",
    "DRY_RUN",
    "GRACE",
    "GRAPH",
    "IGNORE_ERRORS",
    "LIMIT",
    "LOCAL_CACHE_DIR",
    "OLDER_THAN",
    "ONLY",
    "OUTPUT",
    "PLACE",
    "REFERENCE",
    "TAG",
    "TASK",
    "YES",
    "Argument",
]


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


DATABASE_URL = Argument(
    "--database-url",
    "the lineage database; without it, what [artifacts] database_url says",
    {"metavar": "URL"},
)
STORE_URI = Argument(
    "--store-uri", "the store of the bytes; without it, what [artifacts] store_uri says", {"metavar": "URI"}
)
PLACE = (STORE_URI, DATABASE_URL)
LOCAL_CACHE_DIR = Argument(
    "--local-cache-dir", "its folder; without it, what [artifacts] local_cache_dir says", {"metavar": "DIR"}
)


def output(*others: str) -> Argument:
    """Return the argument that says how a command prints: as a table, as JSON, or otherwise."""
    choices = ["table", "json", *others]
    return Argument("--output", "how it is printed", {"choices": choices, "default": "table"})


OUTPUT = output()
GRAPH = output("mermaid", "graphviz")
REFERENCE = Argument("reference", "a version: name@3, name@alias, name, or its UUID or the beginning of it")
TASK = (
    Argument("dag_id", "the DAG"),
    Argument("run_id", "the DAG run"),
    Argument("task_id", "the task"),
    Argument("--map-index", "of a mapped task", {"type": int, "default": -1, "metavar": "N"}),
    Argument("--try-number", "the try; without it the newest", {"type": int, "metavar": "N"}),
)
ALL = Argument("--all", "also artifacts that users gave no name", {"action": "store_true"})
LIMIT = Argument("--limit", "at most so many; without it all", {"type": int, "metavar": "N"})
YES = Argument("--yes", "do not ask before deleting", {"action": "store_true"})
DRY_RUN = Argument("--dry-run", "delete nothing, say what would be deleted", {"action": "store_true"})
IGNORE_ERRORS = Argument(
    "--ignore-errors", "go on after an error, and name what failed at the end", {"action": "store_true"}
)
GRACE = Argument(
    "--grace", "leave bytes alone that were used within this time, such as 12h; a day unless given", {"metavar": "TIME"}
)
ONLY = (
    Argument(
        "--only-artifact", "delete the bytes only, and keep the descriptions, which say so", {"action": "store_true"}
    ),
    Argument("--only-metadata", "delete the descriptions only, and keep the bytes", {"action": "store_true"}),
)
OLDER_THAN = Argument("--older-than", "only what is older, such as 90d", {"metavar": "TIME"})
TAG = Argument("--tag", "a tag; may be given several times", {"action": "append", "metavar": "TAG"})
DEPTH = Argument(
    "--depth", "over at most so many task runs; 10 unless given", {"type": int, "default": 10, "metavar": "N"}
)
