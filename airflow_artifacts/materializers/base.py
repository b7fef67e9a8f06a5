"""What a materializer is: two methods, and the files it writes and reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeVar, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path
    from typing import BinaryIO

    from airflow_artifacts.model import ManifestFile

__all__ = ["FilesReader", "FilesWriter", "Materializer", "WorkerReader", "WorkerWriter"]

T = TypeVar("T")


class WorkerWriter(Protocol):
    """Writes files on a worker of an engine; can be pickled."""

    def write(self, act: Callable[[FilesWriter], object], /) -> tuple[ManifestFile, ...]:
        """Let a function write files, place them in the store, and return their list."""
        ...


class WorkerReader(Protocol):
    """Reads files on a worker of an engine; can be pickled."""

    def read(self, act: Callable[[FilesReader], Any], /) -> Any:
        """Return what a function makes of the files."""
        ...


class FilesWriter(Protocol):
    """Takes the files of one value. Paths are relative, with ``/`` between their segments."""

    @property
    def allow_pickle(self) -> bool:
        """Whether the value may be pickled."""
        ...

    def open(self, path: str, *, ranged: bool = False) -> BinaryIO:
        """Make a file and return it for writing; its suffix is kept, so that other tools know the format.

        Args:
            path: The file.
            ranged: Whether parts of it are to be read without the rest: it then gets a digest every 8 MiB.
        """
        ...

    def add(self, path: str, source: Path) -> None:
        """Copy a file that is there."""
        ...

    def place(self, path: str, *, ranged: bool = False) -> Path:
        """Return where a library that asks for a path writes the file itself, before :meth:`Materializer.save` ends."""
        ...

    def workers(self) -> WorkerWriter:
        """Return what the workers of an engine write files with, straight into the store."""
        ...

    def record(self, stored: Iterable[ManifestFile]) -> None:
        """List files that such workers wrote."""
        ...


class FilesReader(Protocol):
    """Gives the files of one value; every byte is checked against its digest."""

    @property
    def allow_pickle(self) -> bool:
        """Whether values may be unpickled."""
        ...

    @property
    def details(self) -> Mapping[str, Any]:
        """What :meth:`Materializer.save` returned."""
        ...

    def names(self) -> list[str]:
        """Return the paths of the files, sorted."""
        ...

    def path(self, name: str) -> Path:
        """Return a local file, not to be changed."""
        ...

    def buffer(self, name: str) -> memoryview:
        """Return a file's bytes, mapped into memory where it is local: whoever writes to them changes only a copy."""
        ...

    def open(self, name: str) -> BinaryIO:
        """Return a file, open for reading; of one that was written as ``ranged`` only what is read is fetched."""
        ...

    def read(self, name: str) -> bytes:
        """Return a file's bytes."""
        ...

    def copy(self, name: str, target: Path) -> None:
        """Copy a file to a local path, whose folder exists."""
        ...

    def workers(self) -> WorkerReader:
        """Return what the workers of an engine read the files with, straight from the store."""
        ...

    def folder(self) -> Path:
        """Return a fresh local folder, which whoever receives the value may change."""
        ...


@runtime_checkable
class Materializer(Protocol[T]):
    """Writes values of a type to files and reads them back, equal and of the same type.

    It must not change the value, keep nothing between calls, and may be used by several threads at once.
    """

    def save(self, value: T, files: FilesWriter) -> Mapping[str, Any] | None:
        """Write a value.

        Returns:
            What :meth:`load` needs besides the files: small, JSON.
        """
        ...

    def load(self, files: FilesReader) -> T:
        """Read what :meth:`save` wrote."""
        ...
