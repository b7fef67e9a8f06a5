"""Models of pydantic and classes of attrs: the class, and what it declares to consist of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow_artifacts.fingerprint.python import encode_sequence
from airflow_artifacts.registry import public_name

if TYPE_CHECKING:
    from airflow_artifacts.fingerprint.encoding import Encoder

__all__ = ["encode"]


def encode(encoder: Encoder, value: Any, path: str) -> bool:
    """Write an instance of a model or of an attrs class; return whether it is one."""
    fields = getattr(type(value), "__attrs_attrs__", None)
    if fields is not None:
        names = [field.name for field in fields]
        more = sorted(set(getattr(value, "__dict__", {})) - set(names))
        _write(encoder, value, "attrs", [*names, *more], path)
        return True
    if not hasattr(type(value), "__pydantic_fields__"):
        return False
    if not hasattr(value, "__pydantic_private__"):  # a dataclass of pydantic's
        _write(encoder, value, "pydantic dataclass", sorted(vars(value)), path)
        return True
    _write(encoder, value, "pydantic", list(vars(value)), path)
    encoder.child(value.__pydantic_extra__, f"{path}.model_extra")
    encoder.child(value.__pydantic_private__, f"{path}.__pydantic_private__")
    encoder.child(value.__pydantic_fields_set__, f"{path}.model_fields_set")
    return True


def _write(encoder: Encoder, value: Any, tag: str, names: list[str], path: str) -> None:
    present = [name for name in names if hasattr(value, name)]
    encoder.node(tag, public_name(type(value)).encode())
    encoder.within(value, path)
    encode_sequence(encoder, present, path)
    for name in present:
        encoder.child(getattr(value, name), f"{path}.{name}")
    encoder.leave(value)
