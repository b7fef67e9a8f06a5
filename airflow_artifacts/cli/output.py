"""What commands print: tables and lines for people, JSON for programs; and what they ask before they delete."""

from __future__ import annotations

import json
import re
import sys
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.filesize import decimal
from rich.markup import escape
from rich.table import Table

from airflow_artifacts.exceptions import ConfigurationError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Sequence

    from airflow_artifacts.model import VersionSummary

__all__ = ["confirm", "document_of", "duration", "lines", "sample", "size", "table", "version_lines"]

_DURATION = re.compile(r"(\d+)\s*(s|min|h|d|w)")
_SIZE = re.compile(r"(\d+)\s*(k|M|G|T)?(B)?")
_FACTORS = {"": 1, "k": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}
_UNITS = {"s": "seconds", "min": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def table(arguments: argparse.Namespace, columns: Sequence[str], rows: Iterable[dict[str, Any]]) -> None:
    """Print rows as a table, or as JSON lines, one each, which begin before the last row is known."""
    if arguments.output == "json":
        for row in rows:
            _json_line(row)
        return
    shown = Table(*columns, box=None, pad_edge=False, header_style="bold")
    for row in rows:
        shown.add_row(*(escape(_text(name, row.get(name))) for name in columns))
    # A pipe has no width by which to cut lines.
    Console(highlight=False, width=None if sys.stdout.isatty() else 10_000).print(shown)


def lines(arguments: argparse.Namespace, document: Any, text: Iterable[str]) -> None:
    """Print lines, or a document as JSON."""
    if arguments.output == "json":
        sys.stdout.write(json.dumps(document, indent=2, ensure_ascii=False) + "\n")
        return
    for line in text:
        sys.stdout.write(f"{line}\n")


def document_of(version: VersionSummary) -> dict[str, Any]:
    """Return a version as JSON, without its files."""
    return {
        "name": str(version),
        "artifact": version.artifact,
        "version": version.version,
        "id": version.id,
        "type": version.kind,
        "value_type": version.type,
        "size": version.size,
        "created_at": version.created_at.isoformat(),
        "tags": sorted(version.tags),
        "aliases": sorted(version.aliases),
        "pinned": version.pinned,
        "save_kind": version.save_kind.value,
        "producer": None if version.producer is None else str(version.producer),
    }


def version_lines(version: VersionSummary) -> Iterable[str]:
    """Give the lines by which a person is told what a version is."""
    made, files = version.producer, version.file_count
    yield f"{version}  {version.id}"
    facts = {
        "type": f"{version.type} ({version.kind})",
        "size": f"{decimal(version.size)} in {files} file{'' if files == 1 else 's'}",
        "made": f"{version.created_at:%Y-%m-%d %H:%M:%S} UTC, {version.save_kind.value}",
        "by": "" if made is None else f"{made} ({made.state.value})",
        "tags": ", ".join(sorted(version.tags)),
        "aliases": ", ".join(sorted(version.aliases)),
        "pinned": "yes" if version.pinned else "",
        "bytes": "" if version.bytes_deleted_at is None else f"deleted {version.bytes_deleted_at:%Y-%m-%d %H:%M} UTC",
        "fingerprint": version.fingerprint or "",
    }
    yield from (f"  {name:<12}{text}" for name, text in facts.items() if text)


def confirm(arguments: argparse.Namespace, question: str) -> bool:
    """Ask whether to go on, unless that was said.

    Raises:
        ConfigurationError: Nobody is there to be asked.
    """
    if arguments.yes or arguments.dry_run:
        return True
    if not sys.stdin.isatty():
        message = f"{question} Nobody is there to answer; give --yes, or --dry-run to see what would be done"
        raise ConfigurationError(message)
    sys.stderr.write(f"{question} [y/N] ")
    return input().strip().lower() in {"y", "yes"}


def duration(text: str | None) -> timedelta | None:
    """Return how long a text such as ``90d`` says.

    Raises:
        ConfigurationError: It says nothing such.
    """
    if text is None:
        return None
    match = _DURATION.fullmatch(text.strip())
    if match is None:
        message = f"{text!r} is no duration; write a number with s, min, h, d or w, such as 90d"
        raise ConfigurationError(message)
    return timedelta(**{_UNITS[match[2]]: int(match[1])})


def sample(text: str | None) -> dict[str, int]:
    """Return the sample that a text asks for as ``verify`` takes it: ``100`` objects, or ``10GB`` of them.

    Raises:
        ConfigurationError: It says nothing such.
    """
    if text is None:
        return {}
    match = _SIZE.fullmatch(text.strip())
    if match is None:
        message = f"{text!r} is no sample; write a number of objects, such as 100, or a size in kB, MB, GB or TB"
        raise ConfigurationError(message)
    number = int(match[1]) * _FACTORS[match[2] or ""]
    return {"sample_bytes": number} if match[2] or match[3] else {"sample": number}


def size(count: int) -> str:
    """Return a number of bytes as people read it."""
    return decimal(count)


def _json_line(row: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")


def _text(name: str, value: Any) -> str:
    if value is None:
        return ""
    if name == "size":
        return decimal(value)
    if isinstance(value, bool):
        return "yes" if value else ""
    return ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)
