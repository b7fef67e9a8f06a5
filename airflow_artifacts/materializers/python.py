"""Python's own values, exactly: None, numbers, text, bytes, and containers of these to any depth.

The file is JSON that people can read. Where plain JSON would change the value (tuples, sets, bytes, infinities,
keys that are not text, very large integers), the parts concerned are written as an object with the one key ``$``
and a tag: ``{"$": ["tuple", [1, 2]]}``. A dict that happens to have the one key ``$`` is tagged as well, so that
nothing reads as a tag that is none. Text alone is a ``.txt`` file and bytes alone a ``.bin`` file.
"""

from __future__ import annotations

import base64
import json
import math
from typing import TYPE_CHECKING, Any

from airflow_artifacts.exceptions import UnsupportedTypeError
from airflow_artifacts.registry import public_name

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from airflow_artifacts.materializers.base import FilesReader, FilesWriter

__all__ = ["PythonMaterializer", "decode", "encode"]

_TAG = "$"
# Python refuses to turn longer integers into decimal text and back, which costs quadratic time.
_DIGITS = 4000
# Python's own JSON code recurses, and crashes or refuses somewhat beyond this.
_DEPTH = 400


class PythonMaterializer:
    """Writes one file: ``value.json``, ``value.txt`` or ``value.bin``."""

    def save(self, value: object, files: FilesWriter) -> Mapping[str, Any]:
        """Write a value.

        Raises:
            UnsupportedTypeError: A part of it has another type, a container holds itself, or the nesting is deeper
                than 400; the message names the part.
        """
        kind, data = "json", b""
        if type(value) is bytes:
            kind, data = "bin", value
        elif type(value) is str:
            kind, data = "txt", value.encode("utf-8", "surrogatepass")
        else:
            tree = encode(value, "value", 0)
            data = json.dumps(tree, ensure_ascii=True, allow_nan=False, separators=(",", ":")).encode()
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


def encode(value: Any, path: str, depth: int = 0) -> Any:
    kind = type(value)
    if value is None or kind is bool or kind is str:
        return value
    if kind is int:
        return value if value.bit_length() < 3 * _DIGITS else {_TAG: ["int", hex(value)]}
    if kind is float:
        return value if math.isfinite(value) else {_TAG: ["float", repr(value)]}
    if kind is bytes:
        return {_TAG: ["bytes", base64.b64encode(value).decode()]}
    if depth == _DEPTH:
        message = f"{path[:200]}… is nested deeper than {_DEPTH}, or holds itself; save it as several artifacts"
        raise UnsupportedTypeError(message)
    if kind is dict:
        return _encode_dict(value, path, depth)
    if kind in (list, tuple, set, frozenset):
        items = [encode(item, f"{path}[{index}]", depth + 1) for index, item in enumerate(value)]
        return items if kind is list else {_TAG: [kind.__name__, items]}
    message = (
        f"{path} is a {public_name(kind)}, which has no place inside lists and dicts; "
        "convert it, or return it as an output of its own"
    )
    raise UnsupportedTypeError(message)


def _encode_dict(value: dict[Any, Any], path: str, depth: int) -> Any:
    items = {key: encode(item, f"{path}[{key!r}]", depth + 1) for key, item in value.items()}
    if all(type(key) is str for key in items) and set(items) != {_TAG}:
        return items
    pairs = [[encode(key, f"{path} key {key!r}", depth + 1), item] for key, item in items.items()]
    return {_TAG: ["dict", pairs]}


def decode(tree: Any) -> Any:
    if type(tree) is list:
        return [decode(item) for item in tree]
    if type(tree) is not dict:
        return tree
    if set(tree) != {_TAG}:
        return {key: decode(item) for key, item in tree.items()}
    tag, content = tree[_TAG]
    return _DECODERS[tag](content)


_DECODERS: Mapping[str, Callable[[Any], Any]] = {
    "int": lambda text: int(text, 16),
    "float": float,
    "bytes": base64.b64decode,
    "tuple": lambda items: tuple(map(decode, items)),
    "set": lambda items: set(map(decode, items)),
    "frozenset": lambda items: frozenset(map(decode, items)),
    "dict": lambda pairs: {decode(key): decode(item) for key, item in pairs},
}
