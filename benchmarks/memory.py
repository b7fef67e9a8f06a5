"""The memory that an action needs beyond what the process has when it begins. Linux only."""

from __future__ import annotations

import gc
import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["peak_of"]

_PROC = Path("/proc/self")


def peak_of(action: Callable[[], object]) -> int:
    """Do something, and return by how many bytes the resident memory exceeded that of before, at most."""
    gc.collect()
    (_PROC / "clear_refs").write_text("5")  # lets the peak begin anew
    before = _read("VmRSS")
    action()
    return max(0, _read("VmHWM") - before)


def _read(field: str) -> int:
    found = re.search(rf"{field}:\s+(\d+) kB", (_PROC / "status").read_text())
    return 0 if found is None else int(found.group(1)) << 10
