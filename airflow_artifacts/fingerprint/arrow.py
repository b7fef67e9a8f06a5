"""Tables, arrays and types of Arrow: the schema, and the content however it is chunked, sliced or padded.

What lies under a null does not count. A dictionary-encoded column is told from a plain one, as its type is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from blake3 import blake3

from airflow_artifacts.fingerprint.arrays import raw
from airflow_artifacts.fingerprint.encoding import content_digest, refusal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from airflow_artifacts.fingerprint.encoding import Encoder

__all__ = ["array_parts", "describe", "encode"]


def encode(encoder: Encoder, value: Any, path: str) -> bool:
    """Write a table, an array, a scalar, a schema or a type of Arrow; return whether it is one."""
    if type(value) in (pa.Table, pa.RecordBatch):
        describe(encoder, value, path)
    elif isinstance(value, (pa.Array, pa.ChunkedArray)):
        encoder.node("arrow.ChunkedArray" if isinstance(value, pa.ChunkedArray) else "arrow.Array")
        encoder.child(_type(value.type, path), f"{path}.type")
        encoder.node("content", *array_parts(_chunked(value), path))
    elif isinstance(value, pa.Scalar):
        encoder.node("arrow.Scalar")
        encoder.child(_type(value.type, path), f"{path}.type")
        encoder.node("content", *array_parts(pa.chunked_array([pa.array([value.as_py()], value.type)]), path))
    elif isinstance(value, pa.Schema):
        encoder.node("arrow.Schema")
        encoder.child(_schema(value, path), path)
    elif isinstance(value, pa.DataType):
        encoder.node("arrow.DataType")
        encoder.child(_type(value, path), path)
    else:
        return False
    return True


def _columns(table: pa.Table, path: str) -> dict[str, Any]:
    """Return the fingerprints of a table's columns as JSON, each with its type."""
    from airflow_artifacts.fingerprint.values import digest_at  # noqa: PLC0415 - which dispatches to here

    pairs = []
    for field, column in zip(table.schema, table.columns, strict=True):
        place = f"{path}[{field.name!r}]"
        parts = (_type(field.type, place), field.nullable, _metadata(field.metadata), array_parts(column, place))
        pairs.append([field.name, digest_at(("arrow column", *parts), place)])
    return {
        "rows": table.num_rows,
        "index": None,
        "frame": digest_at(_metadata(table.schema.metadata), path),
        "columns": pairs,
    }


def describe(encoder: Encoder, value: Any, path: str = "value") -> Mapping[str, Any]:
    """Write a table or a batch by the fingerprints of its columns, and return these as JSON."""
    found = _columns(value if isinstance(value, pa.Table) else pa.Table.from_batches([value]), path)
    encoder.node(f"arrow.{type(value).__name__}")
    encoder.child(found, path)
    return found


def array_parts(column: pa.ChunkedArray, path: str) -> tuple[bytes, ...]:  # noqa: PLR0911 - one for each layout
    """Return digests that stand for a column's values; they say nothing of its type.

    Raises:
        FingerprintError: It is of a type whose values have no canonical form here.
    """
    kind = column.type
    if isinstance(kind, pa.BaseExtensionType):
        storage = [chunk.storage for chunk in column.chunks]
        return array_parts(pa.chunked_array(storage, kind.storage_type), path)
    if pa.types.is_run_end_encoded(kind):
        return array_parts(pa.chunked_array([pc.run_end_decode(c) for c in column.chunks], kind.value_type), path)
    head = (len(column).to_bytes(8, "little"), _validity(column))
    if pa.types.is_null(kind):
        return head
    if pa.types.is_dictionary(kind):
        return (*head, *_dictionary(column, path))
    if _is_text(kind):
        return (*head, *_text(column))
    if pa.types.is_struct(kind):
        return (*head, *_struct(column, path))
    if _is_list(kind) or pa.types.is_map(kind):
        return (*head, *_list(column, path))
    if pa.types.is_boolean(kind):
        return (*head, _fixed(column.cast(pa.uint8()), 1))
    try:
        width = kind.bit_width // 8
    except ValueError:
        raise refusal(path, f"is a column of the Arrow type {kind}") from None
    return (*head, _fixed(column, width))


def _validity(column: pa.ChunkedArray) -> bytes:
    if column.null_count == 0:
        return b""
    return content_digest(raw(np.packbits(_flags(column))))


def _flags(column: pa.ChunkedArray) -> np.ndarray[Any, Any]:
    return np.concatenate([chunk.is_valid().to_numpy(zero_copy_only=False) for chunk in column.chunks])


def _fixed(column: pa.ChunkedArray, width: int) -> bytes:
    """Hash the values of a type of fixed width, zeros in place of nulls, chunk behind chunk."""
    hasher = blake3()
    for chunk in column.chunks:
        if not len(chunk):
            continue
        data = chunk.buffers()[1]
        if data is None:  # nothing but nulls
            values = np.zeros(len(chunk) * width, dtype=np.uint8)
        else:
            values = np.frombuffer(data, dtype=np.uint8)[chunk.offset * width : (chunk.offset + len(chunk)) * width]
        if chunk.null_count:
            values = values.copy()
            values.reshape(-1, width)[~chunk.is_valid().to_numpy(zero_copy_only=False)] = 0
        hasher.update(raw(values))
    return hasher.digest()


def _text(column: pa.ChunkedArray) -> tuple[bytes, bytes]:
    """Hash the lengths of texts or bytes, and all of them one behind the other."""
    wide = pa.large_binary()
    lengths, data = blake3(), blake3()
    for part in column.chunks:
        if not len(part):
            continue
        chunk = (
            part
            if part.null_count == 0
            else pc.fill_null(part, pa.scalar(b"" if _is_bytes(part.type) else "", part.type))
        )
        # Views and narrow offsets become one form; that of a type with 64-bit offsets is not copied.
        chunk = chunk.cast(pa.large_string()).view(wide) if not _is_bytes(part.type) else chunk.cast(wide)
        offsets = np.frombuffer(chunk.buffers()[1], dtype=np.int64)[chunk.offset : chunk.offset + len(chunk) + 1]
        lengths.update(raw(np.diff(offsets)))
        buffer = chunk.buffers()[2]
        if buffer is not None:
            data.update(memoryview(buffer)[int(offsets[0]) : int(offsets[-1])])
    return lengths.digest(), data.digest()


def _dictionary(column: pa.ChunkedArray, path: str) -> tuple[bytes, ...]:
    unified = column.unify_dictionaries() if column.num_chunks > 1 else column
    chunks = unified.chunks
    dictionary = chunks[0].dictionary if chunks else pa.array([], column.type.value_type)
    indices = pa.chunked_array([chunk.indices for chunk in chunks], column.type.index_type)
    return (*array_parts(pa.chunked_array([dictionary]), path), b"", *array_parts(indices, path))


def _struct(column: pa.ChunkedArray, path: str) -> tuple[bytes, ...]:
    parts: list[bytes] = []
    for number, field in enumerate(column.type):
        children = [chunk.flatten()[number] for chunk in column.chunks]
        parts += array_parts(pa.chunked_array(children, field.type), f"{path}[{field.name!r}]")
    return tuple(parts)


def _list(column: pa.ChunkedArray, path: str) -> tuple[bytes, ...]:
    lengths = blake3()
    items = []
    for chunk in column.chunks:
        plain = _plain_list(chunk)
        lengths.update(pc.fill_null(pc.list_value_length(plain), 0).cast(pa.int64()).to_numpy().tobytes())
        items.append(plain.flatten())
    kind = items[0].type if items else pa.null()
    return (lengths.digest(), *array_parts(pa.chunked_array(items, kind), f"{path}[…]"))


def _plain_list(chunk: Any) -> Any:
    """Return a map as the list of pairs that it is."""
    if not pa.types.is_map(chunk.type):
        return chunk
    kind = chunk.type
    pairs = pa.list_(pa.struct([pa.field("key", kind.key_type, nullable=False), pa.field("value", kind.item_type)]))
    return chunk.cast(pairs)


def _chunked(value: Any) -> pa.ChunkedArray:
    return value if isinstance(value, pa.ChunkedArray) else pa.chunked_array([value])


def _schema(schema: pa.Schema, path: str) -> tuple[Any, ...]:
    return (tuple(_field(field, path) for field in schema), _metadata(schema.metadata))


def _field(field: pa.Field, path: str) -> tuple[Any, ...]:
    return (field.name, field.nullable, _type(field.type, path), _metadata(field.metadata))


def _type(kind: pa.DataType, path: str) -> tuple[Any, ...]:
    """Return a type as plain data; its text alone could be made by names of fields."""
    if isinstance(kind, pa.BaseExtensionType):
        serialized = kind.__arrow_ext_serialize__() if hasattr(kind, "__arrow_ext_serialize__") else b""
        return ("extension", kind.extension_name, serialized, _type(kind.storage_type, path))
    if pa.types.is_dictionary(kind):
        return ("dictionary", kind.ordered, _type(kind.index_type, path), _type(kind.value_type, path))
    if pa.types.is_run_end_encoded(kind):
        return ("run ends", _type(kind.run_end_type, path), _type(kind.value_type, path))
    if pa.types.is_map(kind):
        return ("map", kind.keys_sorted, _type(kind.key_type, path), _type(kind.item_type, path))
    if pa.types.is_union(kind):
        raise refusal(path, f"is of the Arrow type {kind}")
    if kind.num_fields:
        size = kind.list_size if pa.types.is_fixed_size_list(kind) else None
        fields = tuple(_field(kind.field(number), path) for number in range(kind.num_fields))
        return ("nested", kind.id, size, fields)
    return ("type", str(kind))


def _metadata(metadata: Mapping[bytes, bytes] | None) -> dict[bytes, bytes]:
    return dict(metadata or {})


def _is_bytes(kind: pa.DataType) -> bool:
    return bool(pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_binary_view(kind))


def _is_text(kind: pa.DataType) -> bool:
    texts: Sequence[Any] = (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view)
    return _is_bytes(kind) or any(test(kind) for test in texts)


def _is_list(kind: pa.DataType) -> bool:
    lists: Sequence[Any] = (
        pa.types.is_list,
        pa.types.is_large_list,
        pa.types.is_fixed_size_list,
        pa.types.is_list_view,
        pa.types.is_large_list_view,
    )
    return any(test(kind) for test in lists)
