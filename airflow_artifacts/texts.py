"""Texts that say what they are: what a function returns as one of these is a file that opens, and is shown, so."""

from __future__ import annotations

import json

__all__ = ["CSV", "HTML", "JSON", "Markdown"]


class HTML(str):
    """A page, or a part of one. It is shown where nothing of it runs."""

    __slots__ = ()


class Markdown(str):
    """A text in Markdown."""

    __slots__ = ()


class CSV(str):
    """A table as text, its lines ended by line feeds and its cells separated by commas."""

    __slots__ = ()


class JSON(str):
    """A document as JSON, as it is written.

    Raises:
        ValueError: It is not JSON.
    """

    __slots__ = ()

    def __new__(cls, text: str) -> JSON:  # noqa: PYI034 - no subclass is meant
        """See that the text is JSON."""
        try:
            json.loads(text)
        except ValueError as error:
            message = f"the text is not JSON: {error}; return the value itself, or json.dumps(value)"
            raise ValueError(message) from error
        return super().__new__(cls, text)
