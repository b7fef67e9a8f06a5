"""What the tasks of all shapes call; a test edits it between runs, and tells tasks to fail."""

from __future__ import annotations

from pathlib import Path

FACTOR = 2


def scale(x: int) -> int:
    """Multiply, and fail as often as the task was told to."""
    product = x * FACTOR
    stumble()
    return product


def branch() -> str:
    """Choose a task; an edit may change which one."""
    return "odd" if FACTOR % 2 else "even"


def stumble() -> None:
    """Fail once for each file that is there: the process of a task that is to fail works in a folder with some."""
    for told in Path("stumbles").glob("*"):
        told.unlink()
        message = "this task was told to fail"
        raise RuntimeError(message)
