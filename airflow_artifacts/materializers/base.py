"""What a materializer is: two methods, and the files it writes and reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeVar, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from typing import BinaryIO

__all__ = ["FilesReader", "FilesWriter", "Materializer"]

T = TypeVar("T")


class FilesWriter(Protocol):
    """Takes the files of one value. Paths are relative, with ``/`` between their segments."""

    def open(self, path: str) -> BinaryIO:
        """Make a file and return it for writing; its suffix is kept, so that other tools know the format."""
        ...

    def add(self, path: str, source: Path) -> None:
        """Copy a file that is there."""
        ...


class FilesReader(Protocol):
    """Gives the files of one value; every byte was checked against its digest."""

    @property
    def details(self) -> Mapping[str, Any]:
        """What :meth:`Materializer.save` returned."""
        ...

    def names(self) -> list[str]:
        """Return the paths of the files, in the order in which they were written."""
        ...

    def path(self, name: str) -> Path:
        """Return a local file, not to be changed."""
        ...

    def open(self, name: str) -> BinaryIO:
        """Return a file, open for reading."""
        ...

    def read(self, name: str) -> bytes:
        """Return a file's bytes."""
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
