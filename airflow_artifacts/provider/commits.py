"""The git commit that a function's file was checked out at, read without starting git."""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["commit_of"]

_HASH = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


def commit_of(function: Callable[..., Any]) -> str | None:
    """Return the commit that is checked out where a function's file lies; None where there is none, or no file.

    Changes that were not committed do not show in it; the function's source is recorded besides.
    """
    try:
        file = Path(inspect.getfile(inspect.unwrap(function))).resolve()
        folder = next((one for one in file.parents if (one / ".git").exists()), None)
        return None if folder is None else _head(folder / ".git")
    except (OSError, TypeError, ValueError):
        return None


def _head(git: Path) -> str | None:
    """Return what HEAD names, as https://git-scm.com/docs/gitrepository-layout lays it out."""
    if git.is_file():  # of a worktree or a submodule
        git = (git.parent / git.read_text(encoding="utf-8").removeprefix("gitdir:").strip()).resolve()
    head = (git / "HEAD").read_text(encoding="utf-8").strip()
    if not head.startswith("ref:"):
        return _checked(head)
    name = head.removeprefix("ref:").strip()
    common = git / "commondir"
    shared = (git / common.read_text(encoding="utf-8").strip()).resolve() if common.is_file() else git
    for place in (git / name, shared / name):
        if place.is_file():
            return _checked(place.read_text(encoding="utf-8").strip())
    packed = shared / "packed-refs"
    for line in packed.read_text(encoding="utf-8").splitlines() if packed.is_file() else ():
        if line.endswith(f" {name}"):
            return _checked(line.partition(" ")[0])
    return None


def _checked(text: str) -> str | None:
    return text if _HASH.fullmatch(text) else None
