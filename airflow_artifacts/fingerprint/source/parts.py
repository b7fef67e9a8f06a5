"""What the fingerprint of code consists of."""

from __future__ import annotations

import dataclasses

__all__ = ["CodeFingerprint", "CodePart"]


@dataclasses.dataclass(frozen=True, slots=True)
class CodePart:
    """One thing that code reaches, by which a difference is explained.

    Attributes:
        kind: ``"function"``, ``"class"``, ``"constant"`` or ``"package"``.
        name: ``module:name`` of the former three, the distribution of a package; unique.
        digest: Of its own content, not of what it reaches.
        text: The source of a function or class, a package's version, a short rendering of a constant.
        place: File and line, such as ``helpers.py:12``.
    """

    kind: str
    name: str
    digest: str
    text: str | None = None
    place: str | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class CodeFingerprint:
    """What code does, told apart from all other code.

    Attributes:
        digest: Of all that the function reaches.
        parts: Sorted by kind and name.
        environment: The environment variables that are read by a name that is written out; their values are no part.
        variables: The Airflow Variables that are read so.
        asks_context: Where code asks Airflow for the running task's context; None where none does.
        elsewhere: The modules that it imports in another Python, which that one has to tell apart.
    """

    digest: str
    parts: tuple[CodePart, ...]
    environment: frozenset[str]
    variables: frozenset[str]
    asks_context: str | None = None
    elsewhere: frozenset[str] = frozenset()
