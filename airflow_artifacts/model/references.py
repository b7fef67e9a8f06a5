"""The name of a version, as XCom carries it."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from collections.abc import Mapping

    from typing_extensions import Self

__all__ = ["ArtifactListRef", "ArtifactRef", "MetadataRef"]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ArtifactRef:
    """The name of one version, small enough for XCom; a task that receives it receives the value.

    Attributes:
        id: The version's UUID, as text.
        artifact: The artifact's name.
        version: The version's word: a number or an explicit text.
        type: The public name of the stored value's type.
        size: In bytes.
        path: Keys and indexes that lead to a part of the value, outermost first; empty for the whole value.
        uri: Where its file lies, for tools that read it by themselves; None where it has several files, or none.
    """

    __version__: ClassVar[int] = 1

    id: str
    artifact: str
    version: str
    type: str
    size: int
    path: tuple[str | int, ...] = ()
    uri: str | None = None

    def __str__(self) -> str:
        return f"{self.artifact}@{self.version}" + "".join(f"[{key!r}]" for key in self.path)

    def __getitem__(self, key: Any) -> Any:
        """Name one item of a dict artifact."""
        return self.item(key)

    def item(self, *keys: str | int) -> ArtifactRef:
        """Name a part of the value: of dicts by key, of lists by index."""
        return ArtifactRef(
            id=self.id,
            artifact=self.artifact,
            version=self.version,
            type=self.type,
            size=self.size,
            path=(*self.path, *keys),
        )

    def __iter__(self) -> Any:
        message = f"a reference to {str(self)!r} is not iterable; load it first"
        raise TypeError(message)

    def serialize(self) -> dict[str, Any]:
        """Return the JSON that XCom stores."""
        data: dict[str, Any] = {
            "id": self.id,
            "artifact": self.artifact,
            "version": self.version,
            "type": self.type,
            "size": self.size,
        }
        extra = {"path": list(self.path) or None, "uri": self.uri}
        return data | {key: value for key, value in extra.items() if value is not None}

    @classmethod
    def deserialize(cls, data: Mapping[str, Any], version: int) -> Self:
        """Read what :meth:`serialize` wrote.

        Raises:
            TypeError: A later release of this package wrote it.
        """
        if version > cls.__version__:
            message = f"the reference has version {version}; this airflow_artifacts knows {cls.__version__}: upgrade it"
            raise TypeError(message)
        return cls(**{**data, "path": tuple(data.get("path", ()))})


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ArtifactListRef(ArtifactRef, Sequence[ArtifactRef]):
    """The name of a version that is a list or a tuple: a sequence of the names of its items.

    Airflow maps over it as over a list, and each mapped task receives one item.

    Attributes:
        length: How many items it has.
    """

    length: int

    def __len__(self) -> int:
        return self.length

    def __getitem__(self, key: Any) -> Any:
        """Name one item, or several."""
        if isinstance(key, slice):
            return [self.item(index) for index in range(self.length)[key]]
        if not isinstance(key, int):
            message = f"{str(self)!r} is a list of {self.length} items, which are named by number, not by {key!r}"
            raise TypeError(message)
        if not -self.length <= key < self.length:
            message = f"{str(self)!r} has {self.length} items, and none with the number {key}"
            raise IndexError(message)
        return self.item(key % self.length)

    def __iter__(self) -> Any:
        return (self.item(index) for index in range(self.length))

    def serialize(self) -> dict[str, Any]:
        """Return the JSON that XCom stores."""
        return ArtifactRef.serialize(self) | {"length": self.length}


@dataclasses.dataclass(frozen=True, slots=True)
class MetadataRef:
    """The name of a metadata value of a version; a task that takes it receives the value, as a parameter.

    Attributes:
        keys: The key, and those that lead into a nested value, outermost first.
    """

    ref: ArtifactRef
    keys: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.ref}.metadata" + "".join(f"[{key!r}]" for key in self.keys)
