"""The name of a version, as XCom carries it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from collections.abc import Mapping

    from typing_extensions import Self

__all__ = ["ArtifactRef", "MetadataRef"]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ArtifactRef:
    """The name of one version, small enough for XCom; a task that receives it receives the value.

    Attributes:
        id: The version's UUID, as text.
        artifact: The artifact's name.
        version: The version's word: a number or an explicit text.
        type: The public name of the stored value's type.
        size: In bytes.
        path: Keys that lead to a part of the value, outermost first; empty for the whole value.
    """

    __version__: ClassVar[int] = 1

    id: str
    artifact: str
    version: str
    type: str
    size: int
    path: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.artifact}@{self.version}" + "".join(f"[{key!r}]" for key in self.path)

    def __getitem__(self, key: str) -> ArtifactRef:
        """Name one item of a dict artifact."""
        return dataclasses.replace(self, path=(*self.path, key))

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
        return {**data, "path": list(self.path)} if self.path else data

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
