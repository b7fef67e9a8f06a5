"""Python's own values, exactly: None, numbers, text, bytes, and containers of these.

The file is JSON that people can read. Where plain JSON would change the value (tuples, sets, bytes, infinities,
keys that are not text, very large integers, lone surrogates), the parts concerned are written as an object with the
one key ``$`` and a tag: ``{"$": ["tuple", [1, 2]]}``. A dict that happens to have the one key ``$`` is tagged as
well, so that nothing reads as a tag that is none. Text alone is a ``.txt`` file and bytes alone a ``.bin`` file.
"""

from __future__ import annotations

import base64
import itertools
import json
import math
from typing import TYPE_CHECKING, Any

from airflow_artifacts.exceptions import UnsupportedTypeError
from airflow_artifacts.registry import public_name

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from airflow_artifacts.materializers.base import FilesReader, FilesWriter

__all__ = ["PythonMaterializer", "decode", "encode"]

_TAG = "$"
# Some 617 digits: no setting of Python refuses to turn 640 into decimal text and back.
_BITS = 2048
# Levels of JSON. Python's JSON code and this one recurse, by a frame a level, and Python's limit of 1000 is for the
# caller, too.
_DEPTH = 400
# Up to here looking at each item is faster than looking at all of one type at once.
_FEW = 16
_SHOWN = 80


class PythonMaterializer:
    """Writes one file: ``value.json``, ``value.txt`` or ``value.bin``; a set in the same order in every process."""

    def save(self, value: object, files: FilesWriter) -> Mapping[str, Any]:
        """Write a value.

        Raises:
            UnsupportedTypeError: A part of it has another type, a container holds itself, or the nesting is deeper
                than 400 levels of JSON; the message names the part.
        """
        if isinstance(value, bytes):
            kind, data = "bin", value
        elif isinstance(value, str):
            kind, data = "txt", value.encode("utf-8", "surrogatepass")
        else:
            kind, data = "json", _dump(encode(value, "value")).encode()
        with files.open(f"value.{kind}") as file:
            file.write(data)
        return {"format": 1}

    def load(self, files: FilesReader) -> Any:
        """Read a value."""
        name = files.names()[0]
        data = files.read(name)
        if name == "value.bin":
            return data
        if name == "value.txt":
            return data.decode("utf-8", "surrogatepass")
        return decode(json.loads(data))


def encode(value: Any, place: str) -> Any:
    """Return a value as JSON that :func:`decode` turns back into it.

    Args:
        value: The value, which is not changed.
        place: How a message names it.

    Raises:
        UnsupportedTypeError: A part of it has another type, a container holds itself, or the nesting is too deep;
            the message names the part, as in ``value['a'][3]``.
    """
    try:
        return _encode(value, 0)
    except _RefusedError as refused:
        path = place + "".join(reversed(refused.trail))
        shown = path if len(path) <= 3 * _SHOWN else f"{path[: 3 * _SHOWN]}…"
        message = f"{shown} {refused.fault}"
        raise UnsupportedTypeError(message) from None


def decode(tree: Any) -> Any:
    """Return the value that :func:`encode` turned into JSON; nothing in it is a part of the JSON."""
    if type(tree) is list:
        return list(tree) if _NESTED.isdisjoint(map(type, tree)) else list(map(decode, tree))
    if type(tree) is not dict:
        return tree
    if len(tree) == 1 and _TAG in tree:
        tag, content = tree[_TAG]
        return _DECODERS[tag](content)
    if _NESTED.isdisjoint(map(type, tree.values())):
        return dict(tree)
    return dict(zip(tree, map(decode, tree.values()), strict=True))


class _RefusedError(Exception):
    """A part of a value has no place in the file; the trail leads to it, innermost first."""

    def __init__(self, fault: str) -> None:
        super().__init__(fault)
        self.fault = fault
        self.trail: list[str] = []


def _encode(value: Any, depth: int) -> Any:
    """Return a value as JSON; calls itself once a level, so that the depth is what it says."""
    kind = type(value)
    scalar = _SCALARS.get(kind)
    if scalar is not None:
        return scalar(value)
    _check(kind, depth)
    keys = list(value) if kind is dict else None
    names = keys if keys is None or _are_plain_keys(keys) else _encode_keys(keys, depth + _LEVELS[dict])
    values = value if keys is None else value.values()
    if len(values) > _FEW and _is_plain(values):
        return _assemble(kind, list(values), keys, names)
    depth += 1 if keys is not None and names is keys else _LEVELS[kind]
    items: list[Any] = []
    try:
        for item in values:
            items.append(_encode(item, depth))  # noqa: PERF401 - its length says where it stopped
    except _RefusedError as refused:
        refused.trail.append(f"[{_shown(len(items) if keys is None else keys[len(items)])}]")
        raise
    return _assemble(kind, items, keys, names)


def _check(kind: type, depth: int) -> None:
    if kind not in _LEVELS:
        fault = (
            f"is a {public_name(kind)}, which has no place inside lists and dicts; "
            "convert it, or save it as an artifact of its own"
        )
        raise _RefusedError(fault)
    if depth + _LEVELS[kind] > _DEPTH:
        fault = (
            f"is nested deeper than {_DEPTH}, or holds itself (a list counts 1, a tuple or set 3, a dict 4); "
            "save it as several artifacts"
        )
        raise _RefusedError(fault)


def _assemble(kind: type, items: list[Any], keys: Sequence[Any] | None, names: Sequence[Any] | None) -> Any:
    if keys is not None and names is not None:
        if names is keys:
            return dict(zip(keys, items, strict=True))
        return {_TAG: ["dict", [list(pair) for pair in zip(names, items, strict=True)]]}
    if kind is list:
        return items
    # A set has no order of its own, and another one in each process.
    return {_TAG: [kind.__name__, items if kind is tuple else sorted(items, key=_dump)]}


def _are_plain_keys(keys: Sequence[Any]) -> bool:
    """Whether JSON holds them as they are, and as no tag."""
    return set(map(type, keys)) <= {str} and keys != [_TAG] and _is_text(keys)


def _encode_keys(keys: Sequence[Any], depth: int) -> list[Any]:
    names = []
    for key in keys:
        try:
            names.append(_encode(key, depth))
        except _RefusedError as refused:  # noqa: PERF203 - names the key
            refused.trail = [f" key {_shown(key)}"]
            raise
    return names


def _is_plain(values: Collection[Any]) -> bool:
    """Whether all are scalars that JSON holds as they are."""
    kinds = set(map(type, values))
    return kinds <= _PLAIN.keys() and all(
        _PLAIN[kind](values if len(kinds) == 1 else [value for value in values if type(value) is kind])
        for kind in kinds
    )


def _is_text(texts: Collection[str]) -> bool:
    """Whether none holds a surrogate: JSON would join two into one character."""
    joined = "".join(texts)
    return joined.isascii() or not any("\ud800" <= character <= "\udfff" for character in set(joined))


def _encode_int(value: int) -> Any:
    return value if value.bit_length() <= _BITS else {_TAG: ["int", hex(value)]}


def _encode_float(value: float) -> Any:
    return value if math.isfinite(value) else {_TAG: ["float", repr(value)]}


def _encode_str(value: str) -> Any:
    return value if _is_text([value]) else {_TAG: ["str", _base64(value.encode("utf-8", "surrogatepass"))]}


def _encode_bytes(value: bytes) -> Any:
    return {_TAG: ["bytes", _base64(value)]}


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _dump(tree: Any) -> str:
    return json.dumps(tree, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _shown(key: object) -> str:
    try:
        text = repr(key)
    except ValueError:  # an integer longer than Python turns into text
        return f"<{type(key).__name__}>"
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


_NESTED = frozenset({list, dict})
# How many levels of JSON each becomes, at most.
_LEVELS: Mapping[type, int] = {list: 1, tuple: 3, set: 3, frozenset: 3, dict: 4}
_SCALARS: Mapping[type, Callable[[Any], Any]] = {
    type(None): lambda value: value,
    bool: lambda value: value,
    int: _encode_int,
    float: _encode_float,
    str: _encode_str,
    bytes: _encode_bytes,
}
_PLAIN: Mapping[type, Callable[[Collection[Any]], bool]] = {
    type(None): lambda _: True,
    bool: lambda _: True,
    int: lambda values: max(map(int.bit_length, values)) <= _BITS,
    float: lambda values: all(map(math.isfinite, values)),
    str: _is_text,
}
_DECODERS: Mapping[str, Callable[[Any], Any]] = {
    "int": lambda text: int(text, 16),
    "float": float,
    "str": lambda text: base64.b64decode(text).decode("utf-8", "surrogatepass"),
    "bytes": base64.b64decode,
    "tuple": lambda items: tuple(map(decode, items)),
    "set": lambda items: set(map(decode, items)),
    "frozenset": lambda items: frozenset(map(decode, items)),
    "dict": lambda pairs: dict(itertools.starmap(_pair, pairs)),
}


def _pair(key: Any, item: Any) -> tuple[Any, Any]:
    return decode(key), decode(item)
