"""Lines of the log that programs read, too: each says to a person what happened, and to a program the same as fields.

The fields stand under ``artifacts``: in the record, as the standard library has it, and in the JSON of Airflow's task
logs, which structlog writes from what is bound while the line is written.
"""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

if TYPE_CHECKING:
    import logging
    from collections.abc import Mapping

__all__ = ["FIELDS", "Event", "bound", "tell"]

Event: TypeAlias = Literal[
    "published",
    "hit",
    "earlier try",
    "reused",
    "miss",
    "uncached",
    "gone",
    "waiting",
    "waited",
    "waited too long",
    "retry",
    "planned",
    "skipped",
    "verify failed",
    "forgot",
    "pruned",
    "collected",
    "verified",
]
"""What a line may tell of; the page of logs lists them with their fields."""

FIELDS = "artifacts"
"""The key under which a line has its fields."""


def tell(logger: logging.Logger, level: int, event: Event, text: str, *arguments: object, **fields: Any) -> None:
    """Write a line, with fields.

    Args:
        logger: Writes it.
        level: Of :mod:`logging`.
        event: What happened.
        text: For people, as ``logger.log`` takes it.
        arguments: Fill the text.
        fields: JSON by name; None is left away.
    """
    if not logger.isEnabledFor(level):
        return
    given = {"event": event, **{name: value for name, value in fields.items() if value is not None}}
    with bound(given):
        logger.log(level, text, *arguments, extra={FIELDS: given}, stacklevel=2)


def bound(fields: Mapping[str, Any]) -> contextlib.AbstractContextManager[None]:
    """Let what structlog writes meanwhile have fields; without structlog, as outside of Airflow, nothing is done."""
    structlog: Any = sys.modules.get("structlog")
    if structlog is None or not fields:
        return contextlib.nullcontext()
    context: contextlib.AbstractContextManager[None] = structlog.contextvars.bound_contextvars(**{FIELDS: dict(fields)})
    return context
