"""The elements of a container that have files of their own, packed into one: arrays, and what has a materializer.

The container's JSON says where in the file each begins, so that one can be read without the others.
"""

from __future__ import annotations

import io
import math
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from airflow_artifacts.exceptions import StoreError, UnsupportedTypeError
from airflow_artifacts.materializers import named

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import BinaryIO

    from typing_extensions import Buffer

    from airflow_artifacts.materializers.base import FilesReader, FilesWriter, Materializer, WorkerReader
    from airflow_artifacts.model import ManifestFile

__all__ = ["PartsReader", "PartsWriter"]

FILE = "parts.bin"
# Of what is mapped into memory, numpy and Arrow want it aligned.
_ALIGNED = 64
_FLUSHED = 1 << 20
# An array below this is copied out of the file, so that it does not keep all the others in memory.
_COPIED = 1 << 20
_ZEROS = bytes(_ALIGNED)
# Of arrays of numbers, dates and text.
_KINDS = "biufcmMSU"


class PartsWriter:
    """Packs elements into ``parts.bin``, which is made with the first of them.

    Args:
        files: Where the file goes.
    """

    def __init__(self, files: FilesWriter) -> None:
        self.allow_pickle = files.allow_pickle
        self._files = files
        self._target: BinaryIO | None = None
        self._pending: list[Buffer] = []
        self._pending_size = 0
        self._end = 0

    def array(self, value: np.ndarray[Any, Any]) -> list[Any] | None:
        """Write an array of numbers or of text, and return what restores it; None for an array of another kind."""
        dtype = value.dtype
        text = dtype.str
        if type(value) is not np.ndarray or dtype.kind not in _KINDS or dtype.metadata is not None:
            return None
        if np.dtype(text) != dtype or not dtype.itemsize:
            return None
        is_fortran = value.flags.f_contiguous and not value.flags.c_contiguous
        flat = (value.T if is_fortran else np.ascontiguousarray(value)).reshape(-1).view(np.uint8)
        start = self.append(flat.data if flat.size else b"")
        return [text, list(value.shape), start, *(["F"] if is_fortran else [])]

    def element(self, name: str, materializer: Materializer[Any], value: Any) -> dict[str, Any]:
        """Write a value by its materializer, and return what restores it."""
        files = _ElementWriter(self)
        details = materializer.save(value, files)
        return {"by": name, "files": files.listed(), "details": dict(details or {})}

    def append(self, data: Buffer) -> int:
        """Write bytes, aligned, and return where they begin."""
        start = self._aligned()
        size = memoryview(data).nbytes
        # What is pending must not change meanwhile: small pieces are copied, large ones written at once.
        if size >= _FLUSHED:
            self.flush()
            self._open().write(data)
        else:
            self._push(bytes(data))
        self._end += size
        return start

    def stream(self) -> tuple[int, BinaryIO]:
        """Return where the next bytes begin, and the file to write them to; :meth:`ended` says where they end."""
        start = self._aligned()
        self.flush()
        return start, self._open()

    def ended(self, size: int) -> None:
        """Say how many bytes were streamed."""
        self._end += size

    def close(self) -> None:
        """Write what is pending."""
        self.flush()
        if self._target is not None:
            self._target.close()

    def flush(self) -> None:
        """Hand what is pending to the file."""
        if self._pending:
            self._open().write(b"".join(self._pending))
            self._pending.clear()
            self._pending_size = 0

    def _aligned(self) -> int:
        gap = -self._end % _ALIGNED
        if gap:
            self._push(_ZEROS[:gap])
            self._end += gap
        return self._end

    def _push(self, data: bytes) -> None:
        self._pending.append(data)
        self._pending_size += len(data)
        if self._pending_size >= _FLUSHED:
            self.flush()

    def _open(self) -> BinaryIO:
        if self._target is None:
            self._target = self._files.open(FILE, ranged=True)
        return self._target


class _Stream(io.RawIOBase):
    """A file of one element, on its way into the common one."""

    def __init__(self, parts: PartsWriter) -> None:
        self._parts = parts
        self.start, self._target = parts.stream()
        self.size = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Buffer, /) -> int:
        size = memoryview(data).nbytes
        self._target.write(data)
        self.size += size
        return size

    def tell(self) -> int:
        return self.size

    def close(self) -> None:
        if not self.closed:
            super().close()
            self._parts.ended(self.size)


class _ElementWriter:
    """The files of one element, as its materializer writes them."""

    def __init__(self, parts: PartsWriter) -> None:
        self._parts = parts
        self._written: dict[str, _Stream | Path] = {}
        self._current: _Stream | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    @property
    def allow_pickle(self) -> bool:
        return self._parts.allow_pickle

    def open(self, path: str, *, ranged: bool = False) -> Any:
        if self._current is not None and not self._current.closed:  # one goes straight, what is open beside it waits
            return self.place(path, ranged=ranged).open("wb")
        self._current = self._written[path] = _Stream(self._parts)
        return self._current

    def add(self, path: str, source: Path) -> None:
        with source.open("rb") as read, self.open(path) as target:
            shutil.copyfileobj(read, target, _FLUSHED)

    def place(self, path: str, *, ranged: bool = False) -> Path:  # noqa: ARG002 - the common file is
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="airflow-artifacts-part-")
        place = self._written[path] = Path(self._folder.name, f"{len(self._written)}{Path(path).suffix}")
        return place

    def workers(self) -> Any:
        message = "what the workers of an engine write must be an artifact of its own; return it as an output"
        raise UnsupportedTypeError(message)

    def record(self, stored: Iterable[ManifestFile]) -> None:  # noqa: ARG002 - nothing wrote them
        self.workers()

    def listed(self) -> list[list[Any]]:
        """Return the path, the start and the size of each file, once all are written."""
        if self._current is not None:
            self._current.close()
        for path, written in list(self._written.items()):
            if isinstance(written, Path):
                self.add(path, written)
        if self._folder is not None:
            self._folder.cleanup()
        streams = [(path, one) for path, one in self._written.items() if isinstance(one, _Stream)]
        return [[path, stream.start, stream.size] for path, stream in streams]


class PartsReader:
    """Gives back what a :class:`PartsWriter` packed.

    Args:
        files: Hold the file.
        whole: Whether all of it will be needed; else only what is asked for is read.
    """

    def __init__(self, files: FilesReader, *, whole: bool) -> None:
        self.files = files
        self._whole = whole
        self._mapped: memoryview | None = None
        self._opened: BinaryIO | None = None

    def array(self, payload: Sequence[Any]) -> np.ndarray[Any, Any]:
        """Return an array that may be changed."""
        text, shape, start, *order = payload
        dtype = np.dtype(str(text))
        if dtype.kind not in _KINDS:
            message = f"{FILE} claims to hold an array of {dtype}, which was never written there; restore the file"
            raise StoreError(message)
        data = self.span(start, dtype.itemsize * math.prod(shape))
        flat = np.frombuffer(data, dtype=dtype) if data.nbytes else np.empty(0, dtype=dtype)
        if data.nbytes < _COPIED:
            flat = flat.copy()
        return flat.reshape(shape[::-1]).T if order else flat.reshape(shape)

    def element(self, payload: Mapping[str, Any]) -> Any:
        """Return a value that a materializer wrote."""
        return named(payload["by"]).handler.load(_ElementReader(self, payload))

    def span(self, start: int, size: int) -> memoryview:
        """Return some of the bytes; whoever writes to them changes only a copy.

        Raises:
            StoreError: The file has no such bytes.
        """
        if not size:
            return memoryview(b"")
        if self._whole:
            if self._mapped is None:
                self._mapped = self.files.buffer(FILE)
            _check_span(start, size, self._mapped.nbytes)
            return self._mapped[start : start + size]
        if self._opened is None:
            self._opened = self.files.open(FILE)
        _check_span(start, size, self._opened.seek(0, io.SEEK_END))
        self._opened.seek(start)
        return memoryview(bytearray(self._opened.read(size)))


def _check_span(start: int, size: int, end: int) -> None:
    if not 0 <= start <= start + size <= end:
        message = f"a stored value names the bytes {start} to {start + size} of {FILE}, which has {end}; restore it"
        raise StoreError(message)


class _ElementReader:
    """The files of one element, as its materializer reads them."""

    def __init__(self, parts: PartsReader, payload: Mapping[str, Any]) -> None:
        self.allow_pickle = parts.files.allow_pickle
        self.details = payload["details"]
        self._parts = parts
        self._spans = {path: (start, size) for path, start, size in payload["files"]}
        self._paths: dict[str, Path] = {}

    def names(self) -> list[str]:
        return list(self._spans)

    def path(self, name: str) -> Path:
        if name not in self._paths:
            place = self._parts.files.folder() / f"part{Path(name).suffix}"
            self.copy(name, place)
            self._paths[name] = place
        return self._paths[name]

    def buffer(self, name: str) -> memoryview:
        return self._parts.span(*self._spans[name])

    def open(self, name: str) -> BinaryIO:
        return io.BytesIO(self.buffer(name))

    def read(self, name: str) -> bytes:
        return bytes(self.buffer(name))

    def copy(self, name: str, target: Path) -> None:
        target.write_bytes(self.buffer(name))

    def folder(self) -> Path:
        return self._parts.files.folder()

    def workers(self) -> WorkerReader:
        return self._parts.files.workers()
