"""Lines of the log that programs read, too: each says to a person what happened, and to a program the same as fields.

The fields stand under ``artifacts``: in the record, as the standard library has it, and in the JSON of Airflow's task
logs, which structlog writes from what is bound while the line is written.
"""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import logging
    from collections.abc import Mapping

__all__ = ["FIELDS", "bound", "tell"]

FIELDS = "artifacts"
"""The key under which a line has its fields."""


def tell(logger: logging.Logger, level: int, event: str, text: str, *arguments: object, **fields: Any) -> None:
    """Write a line, with fields.

    Args:
        logger: Writes it.
        level: Of :mod:`logging`.
        event: What happened, in one word or two; :file:`docs/operations/logs.md` lists them.
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
