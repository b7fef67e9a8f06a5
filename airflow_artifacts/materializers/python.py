"""Python's own values, exactly: None, numbers, text, bytes, dates, and containers and classes made of these.

The file is JSON that people can read. Where plain JSON would change the value (tuples, sets, bytes, infinities, keys
that are not text, dates, dataclasses), the parts concerned are written as an object with the one key ``$`` and a tag:
``{"$": ["tuple", [1, 2]]}``. A dict that happens to have the one key ``$`` is tagged as well, so that nothing reads as
a tag that is none. Text alone is a ``.txt`` file and bytes alone a ``.bin`` file. Elements that have files of their
own, such as arrays and tables, lie packed in one file beside the JSON.
"""

from __future__ import annotations

import base64
import math
import struct
from typing import TYPE_CHECKING, Any

import msgspec

from airflow_artifacts import materializers
from airflow_artifacts.exceptions import UnsupportedTypeError
from airflow_artifacts.materializers import classes, tags
from airflow_artifacts.registry import public_name

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from airflow_artifacts.materializers.base import FilesReader, FilesWriter
    from airflow_artifacts.materializers.parts import PartsReader, PartsWriter

__all__ = ["PythonMaterializer", "decode", "dump", "encode"]

_TAG = "$"
_JSON = "value.json"
# Some 617 digits: no setting of Python refuses to turn 640 into decimal text and back.
_BITS = 2048
# Levels of JSON. The codecs recurse, by a frame or two a level, and Python's limit of 1000 is for the caller, too.
_DEPTH = 400
# Up to here looking at each item is faster than looking at all of one type at once.
_FEW = 16
_SHOWN = 80
_NAN = struct.pack("<d", math.nan)


class PythonMaterializer:
    """Writes ``value.json``, ``value.txt`` or ``value.bin``, and ``parts.bin`` for elements that have files.

    A set is written in the same order in every process.
    """

    def save(self, value: object, files: FilesWriter) -> Mapping[str, Any]:
        """Write a value.

        Raises:
            UnsupportedTypeError: A part of it has no materializer, a container holds itself, or the nesting is deeper
                than 400 levels of JSON; the message names the part.
        """
        if type(value) is bytes:
            kind, data = "bin", value
        elif type(value) is str:
            kind, data = "txt", value.encode("utf-8", "surrogatepass")
        else:
            from airflow_artifacts.materializers.parts import PartsWriter  # noqa: PLC0415 - imports numpy

            parts = PartsWriter(files)
            kind, data = "json", dump(_encode_at(value, "value", parts))
            parts.close()
        with files.open(f"value.{kind}") as file:
            file.write(data)
        # Known without reading the value: a task that is mapped over it has as many instances.
        return {"format": 1, "length": len(value)} if isinstance(value, (list, tuple)) else {"format": 1}

    def load(self, files: FilesReader) -> Any:
        """Read a value."""
        names = files.names()
        if "value.bin" in names:
            return files.read("value.bin")
        if "value.txt" in names:
            return files.read("value.txt").decode("utf-8", "surrogatepass")
        return _Decoder(files, whole=True).decode(msgspec.json.decode(files.read(_JSON)))

    def load_item(self, files: FilesReader, path: Sequence[str | int]) -> Any:
        """Read the item of dicts and lists that some keys lead to, outermost first, and nothing beside it.

        Raises:
            KeyError: There is none.
        """
        tree = msgspec.json.decode(files.read(_JSON)) if _JSON in files.names() else None
        for key in path:
            tree = _item(tree, key)
        return _Decoder(files, whole=False).decode(tree)


def dump(tree: Any) -> bytes:
    """Return what :func:`encode` gave as the text of JSON."""
    return msgspec.json.encode(tree)


def encode(value: Any, place: str) -> Any:
    """Return a value as JSON that :func:`decode` turns back into it.

    Args:
        value: The value, which is not changed.
        place: How a message names it.

    Raises:
        UnsupportedTypeError: A part of it has another type or needs a file, a container holds itself, or the nesting
            is too deep; the message names the part, as in ``value['a'][3]``.
    """
    return _encode_at(value, place, None)


def decode(tree: Any) -> Any:
    """Return the value that :func:`encode` turned into JSON; nothing in it is a part of the JSON."""
    return _Decoder(None, whole=True).decode(tree)


class _RefusedError(Exception):
    """A part of a value has no place in the file; the trail leads to it, innermost first."""

    def __init__(self, fault: str) -> None:
        super().__init__(fault)
        self.fault = fault
        self.trail: list[str] = []


def _encode_at(value: Any, place: str, parts: PartsWriter | None) -> Any:
    try:
        return _encode(value, 0, parts)
    except _RefusedError as refused:
        path = place + "".join(reversed(refused.trail))
        shown = path if len(path) <= 3 * _SHOWN else f"{path[: 3 * _SHOWN]}…"
        message = f"{shown} {refused.fault}"
        raise UnsupportedTypeError(message) from None


def _encode(value: Any, depth: int, parts: PartsWriter | None) -> Any:
    """Return a value as JSON; calls itself once a level, so that the depth is what it says."""
    kind = type(value)
    scalar = _SCALARS.get(kind)
    if scalar is not None:
        return scalar(value)
    if kind not in _LEVELS:
        return _encode_other(value, depth, parts)
    _check(kind, depth)
    keys = list(value) if kind is dict else None
    names = keys if keys is None or _are_plain_keys(keys) else _encode_keys(keys, depth + _LEVELS[dict], parts)
    values = value if keys is None else value.values()
    if len(values) > _FEW and _is_plain(values):
        if parts is not None and (kind is list or names is keys is not None):
            return value  # a file is made of it at once, so that it need not be copied
        return _assemble(kind, list(values), keys, names)
    depth += 1 if keys is not None and names is keys else _LEVELS[kind]
    items: list[Any] = []
    try:
        for item in values:
            items.append(_encode(item, depth, parts))  # noqa: PERF401 - its length says where it stopped
    except _RefusedError as refused:
        refused.trail.append(f"[{_shown(len(items) if keys is None else keys[len(items)])}]")
        raise
    return _assemble(kind, items, keys, names)


def _encode_other(value: Any, depth: int, parts: PartsWriter | None) -> Any:
    """Return a value of a type that is written by a tag, by its fields, or by a materializer of its own."""
    kind: Any = type(value)
    if kind.__name__ == "ndarray" and parts is not None and (array := parts.array(value)) is not None:
        return {_TAG: ["array", array]}
    if (tag := tags.find(kind)) is not None:
        return {_TAG: [tag.name, _encode_payload(tag, value, depth, parts)]}
    registration = materializers.find(kind)
    if registration is not None and registration.name == materializers.STRUCTURE:
        structure = classes.kind_of(kind)
        if structure is not None:
            return {_TAG: [structure.name, _encode_payload(structure, value, depth, parts)]}
    if parts is None or (registration is None and not parts.allow_pickle):
        raise _RefusedError(_no_place(kind, needs_file=registration is not None))
    try:
        name, handler = materializers.writing(value, allow_pickle=parts.allow_pickle)
        return {_TAG: ["part", parts.element(name, handler, value)]}
    except UnsupportedTypeError as error:
        message = f"cannot be written: {error}"
        raise _RefusedError(message) from error


def _encode_payload(tag: tags.Tag | classes.Kind, value: Any, depth: int, parts: PartsWriter | None) -> Any:
    try:
        payload = tag.take(value)
    except ValueError as error:
        raise _RefusedError(str(error)) from error
    if depth + _LEVELS[tuple] > _DEPTH:
        raise _RefusedError(_TOO_DEEP)
    try:
        return _encode(payload, depth + _LEVELS[tuple], parts)
    except _RefusedError as refused:
        if isinstance(tag, classes.Kind) and refused.trail:  # the field stands behind the class's name
            refused.trail.pop()
        raise


def _no_place(kind: type, *, needs_file: bool) -> str:
    if needs_file:
        return f"is a {public_name(kind)}, which has no place in what must be small JSON; convert it"
    return (
        f"is a {public_name(kind)}, for which there is no materializer; convert it, register one with "
        "materializers.register(…), or let it be pickled ([artifacts] allow_pickle)"
    )


_TOO_DEEP = (
    f"is nested deeper than {_DEPTH}, or holds itself (a list counts 1, a tuple or set 3, a dict 4); "
    "save it as several artifacts"
)


def _check(kind: type, depth: int) -> None:
    if depth + _LEVELS[kind] > _DEPTH:
        raise _RefusedError(_TOO_DEEP)


def _assemble(kind: type, items: list[Any], keys: Sequence[Any] | None, names: Sequence[Any] | None) -> Any:
    if keys is not None and names is not None:
        if names is keys:
            return dict(zip(keys, items, strict=True))
        return {_TAG: ["dict", [list(pair) for pair in zip(names, items, strict=True)]]}
    if kind is list:
        return items
    # A set has no order of its own, and another one in each process.
    return {_TAG: [kind.__name__, items if kind is tuple else sorted(items, key=dump)]}


def _are_plain_keys(keys: Sequence[Any]) -> bool:
    """Whether JSON holds them as they are, and as no tag."""
    return set(map(type, keys)) <= {str} and keys != [_TAG] and _is_text(keys)


def _encode_keys(keys: Sequence[Any], depth: int, parts: PartsWriter | None) -> list[Any]:
    names = []
    for key in keys:
        try:
            names.append(_encode(key, depth, parts))
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
    if math.isfinite(value):
        return value
    packed = struct.pack("<d", value)
    is_common = not math.isnan(value) or packed == _NAN
    return {_TAG: ["float", repr(value)] if is_common else ["float bits", packed.hex()]}


def _encode_str(value: str) -> Any:
    return value if _is_text([value]) else {_TAG: ["str", _base64(value.encode("utf-8", "surrogatepass"))]}


def _encode_bytes(value: bytes) -> Any:
    return {_TAG: ["bytes", _base64(value)]}


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _shown(key: object) -> str:
    try:
        text = repr(key)
    except ValueError:  # an integer longer than Python turns into text
        return f"<{type(key).__name__}>"
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


def _item(tree: Any, key: Any) -> Any:
    """Return an item of what was encoded, without a look at the others.

    Raises:
        KeyError: There is none.
    """
    if type(tree) is dict and len(tree) == 1 and _TAG in tree:
        tag, content = tree[_TAG]
        if tag in {"defaultdict", "OrderedDict", "Counter", "dict"}:
            pairs = content[1] if tag == "defaultdict" else content
            found = [item for name, item in pairs if name == key and type(name) is type(key)]
            if found:
                return found[0]
        elif tag == "tuple" and isinstance(key, int) and key < len(content):
            return content[key]
    elif key in (tree if type(tree) is dict else range(len(tree)) if type(tree) is list else ()):
        return tree[key]
    raise KeyError(key)


class _Decoder:
    """Turns JSON back into values.

    Args:
        files: Hold the elements that have files; None where there can be none.
        whole: Whether all elements will be needed.
    """

    def __init__(self, files: FilesReader | None, *, whole: bool) -> None:
        self._files = files
        self._whole = whole
        self._parts: PartsReader | None = None
        decode = self.decode
        self._decoders: dict[str, Callable[[Any], Any]] = {
            "int": lambda text: int(text, 16),
            "float": float,
            "float bits": lambda text: struct.unpack("<d", bytes.fromhex(text))[0],
            "str": lambda text: base64.b64decode(text).decode("utf-8", "surrogatepass"),
            "bytes": base64.b64decode,
            "tuple": lambda items: tuple(map(decode, items)),
            "set": lambda items: set(map(decode, items)),
            "frozenset": lambda items: frozenset(map(decode, items)),
            "dict": lambda pairs: {decode(key): decode(item) for key, item in pairs},
            "array": self._array,
            "part": self._element,
        }

    def decode(self, tree: Any) -> Any:
        """Return the value of a tree; nothing in it is a part of the tree."""
        if type(tree) is list:
            return list(tree) if _NESTED.isdisjoint(map(type, tree)) else list(map(self.decode, tree))
        if type(tree) is not dict:
            return tree
        if len(tree) == 1 and _TAG in tree:
            tag, content = tree[_TAG]
            decoder = self._decoders.get(tag) or self._learn(tag)
            return decoder(content)
        if _NESTED.isdisjoint(map(type, tree.values())):
            return dict(tree)
        return dict(zip(tree, map(self.decode, tree.values()), strict=True))

    def _array(self, payload: Any) -> Any:
        return self._packed.array(payload)

    def _element(self, payload: Any) -> Any:
        return self._packed.element(payload)

    @property
    def _packed(self) -> PartsReader:
        from airflow_artifacts.materializers.parts import PartsReader  # noqa: PLC0415 - imports numpy

        if self._parts is None:
            assert self._files is not None  # noqa: S101 - what encode() gives has no parts
            self._parts = PartsReader(self._files, whole=self._whole)
        return self._parts

    def _learn(self, name: str) -> Callable[[Any], Any]:
        """Return what reads a tag that was not met before."""
        tag = classes.KINDS.get(name) or tags.named(name)
        if tag is None:
            message = f"the value holds a {name!r}, which a newer airflow_artifacts wrote; upgrade this one"
            raise UnsupportedTypeError(message)
        give = tag.give
        self._decoders[name] = lambda content: give(self.decode(content))
        return self._decoders[name]


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
    int: lambda values: max(max(values).bit_length(), min(values).bit_length()) <= _BITS,
    # What is not finite makes the sum so; a sum may also overflow.
    float: lambda values: math.isfinite(sum(values)) or all(map(math.isfinite, values)),
    str: _is_text,
}
