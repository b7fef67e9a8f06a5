"""Places in lists as text: what a page gives, and the next one is asked for by."""

from __future__ import annotations

import base64
import json
from datetime import datetime, timezone
from typing import Any

from airflow_artifacts.exceptions import InvalidNameError

# What a column of integers holds.
_LARGEST = (1 << 63) - 1


def token(kind: str, *values: str | int) -> str:
    """Return a place in a list of some kind as text that fits into a URL as it is."""
    text = json.dumps([kind, *values], separators=(",", ":"), ensure_ascii=False)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def place(text: str, kind: str, *types: type[Any]) -> list[Any]:
    """Return the values of a place.

    Args:
        text: What :func:`token` gave.
        kind: Of the list.
        types: Of the values.

    Raises:
        InvalidNameError: It is no such text, or one of another list.
    """
    try:
        found = json.loads(base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True))
    except (ValueError, RecursionError):
        found = None
    fits = isinstance(found, list) and len(found) == len(types) + 1 and found[0] == kind
    if not fits or any(type(value) is not type_ for value, type_ in zip(found[1:], types, strict=True)):
        raise _refused(text)
    if any(isinstance(value, int) and abs(value) > _LARGEST for value in found[1:]):
        raise _refused(text)
    if any(isinstance(value, str) and "\0" in value for value in found[1:]):
        raise _refused(text)
    return list(found[1:])


def moment(value: str, text: str) -> datetime:
    """Return a moment that stands in a place.

    Raises:
        InvalidNameError: It is none.
    """
    try:
        found = datetime.fromisoformat(value)
        return found.astimezone(timezone.utc)
    except (ValueError, OverflowError):
        raise _refused(text) from None


def _refused(text: str) -> InvalidNameError:
    return InvalidNameError(f"{text!r} is no page of this list; give what the page before it gave")
