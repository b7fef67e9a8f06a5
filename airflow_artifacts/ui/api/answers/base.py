"""What all answers have in common: they can be written as UTF-8, whatever was recorded."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, model_validator

__all__ = ["Answer", "writable"]


class Answer(BaseModel):
    r"""Something that the API answers.

    Parameters, metadata and file names are recorded as tasks gave them. Python's texts may hold halves of characters,
    as those of names that are no UTF-8 do, which an answer shows as ``\udc80``.
    """

    @model_validator(mode="before")
    @classmethod
    def _writable(cls, given: Any) -> Any:
        return writable(given)


def writable(value: Any) -> Any:
    """Return JSON whose texts can be written as UTF-8; other answers in it are so already."""
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, dict):
        return {writable(key): writable(one) for key, one in value.items()}
    if isinstance(value, list):
        return [writable(one) for one in value]
    return value
