"""Texts without the secrets of the URLs in them."""

from __future__ import annotations

import re

__all__ = ["masked"]

# What stands before the last "@" of a URL, as secrets may hold any character, and behind its "?".
_CREDENTIALS = re.compile(r"(?<=://)([^:/@\s'\"<>]*):[^\s'\"<>]*@")
_QUERY = re.compile(r"(://[^?\s'\"<>]*)\?[^\s'\"<>]*")


def masked(text: str) -> str:
    """Return a text with ``***`` in place of the credentials and the queries of the URLs in it."""
    return _QUERY.sub(r"\1?***", _CREDENTIALS.sub(r"\1:***@", text))
