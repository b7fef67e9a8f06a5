"""Modules of a user's own; this file is imported without torch, too."""

from __future__ import annotations

import importlib.util
from typing import Any

TORCH = importlib.util.find_spec("torch") is not None

if TORCH:
    import torch

    class Net(torch.nn.Module):
        """Has shared weights, a shared module, a buffer, and attributes."""

        def __init__(self) -> None:
            super().__init__()
            self.first = torch.nn.Linear(4, 4)
            self.tied = torch.nn.Linear(4, 4)
            self.tied.weight = self.first.weight
            self.again = self.first
            self.register_buffer("scale", torch.tensor(2.0))
            self.names = ("a", 1)

        def forward(self, rows: Any) -> Any:
            """Return what it computes."""
            return self.again(self.tied(self.first(rows))) * self.scale


def net() -> Any:
    """Return a module of the user's own."""
    return Net()
