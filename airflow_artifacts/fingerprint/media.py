"""Texts that say what they are, images, and tensors: plain data that stands for each."""

from __future__ import annotations

from typing import Any

__all__ = ["image", "tensor"]


def image(value: Any) -> object:
    """Return what stands for an image of Pillow: mode, size, pixels, palette and transparency."""
    return (value.mode, value.size, value.tobytes(), value.getpalette(), value.info.get("transparency"))


def tensor(value: Any) -> object:
    """Return what stands for a tensor of torch: dtype, shape, numbers, and whether a gradient is asked for."""
    import torch  # noqa: PLC0415 - its value is here

    plain = value.detach().cpu().contiguous()
    return (str(value.dtype), tuple(value.shape), value.requires_grad, plain.view(-1).view(torch.uint8).numpy())
