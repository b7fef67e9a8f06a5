"""The fingerprint of code: of a function and of all that it reaches which is the user's own.

What counts and what does not stands in the documentation under *the fingerprint of code*. Nothing is guessed: what
cannot be told apart is refused, with the path that leads to it.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from airflow_artifacts.fingerprint.encoding import content_digest
from airflow_artifacts.fingerprint.source.parts import CodeFingerprint, CodePart
from airflow_artifacts.fingerprint.source.walk import walk

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

__all__ = ["CodeFingerprint", "CodePart", "analyse", "code"]


def code(function: Any) -> str:
    """Return the fingerprint of a function's code, with the environment variables that it reads by name.

    Raises:
        FingerprintError: Something that it reaches cannot be told apart; the message names the path and the ways out.
    """
    found = analyse(function)
    read = repr([(name, os.environ.get(name)) for name in sorted(found.environment)])
    return f"blake3:{content_digest(f'{found.digest} {read}'.encode('utf-8', 'surrogatepass')).hex()}"


def analyse(
    function: Any, *, first_party: Collection[str] = (), include: Iterable[Any] = (), elsewhere: bool = False
) -> CodeFingerprint:
    """Return the fingerprint of a function's code with the parts that it consists of.

    Args:
        function: Any callable, or a module.
        first_party: Top packages whose source counts although they are installed.
        include: What else counts, with all that it reaches.
        elsewhere: Whether it runs in another Python: what it imports is not what this one has, and only named.

    Raises:
        FingerprintError: Something that it reaches cannot be told apart; the message names the path and the ways out.
    """
    include = tuple(include)
    known: frozenset[str] = frozenset()
    while True:
        found, reads = walk(function, first_party, include, known, elsewhere=elsewhere)
        if reads <= known:
            return found
        known |= reads
