"""How references travel: the class that XCom may restore, and what calling an artifact task returns."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import attrs
from airflow.sdk.definitions.xcom_arg import PlainXComArg
from airflow.sdk.serde import allow_class

from airflow_artifacts.model import ArtifactRef, MetadataRef

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from airflow_artifacts.signature import Signature

__all__ = ["ArtifactItem", "ArtifactMetadata", "ArtifactXComArg", "allow_references"]


def allow_references() -> None:
    """Let Airflow restore references from XCom; by default it restores its own classes only."""
    allow_class(ArtifactRef)


@attrs.define(eq=False)
class ArtifactXComArg(PlainXComArg):
    """What calling an artifact task returns: the reference to its output, or to its outputs.

    Several outputs unpack (``train, test = split(…)``) and are found by name (``split(…)["train"]``). An item of
    a single output that is a dict is found by key, when a task reads it.
    """

    @property
    def metadata(self) -> MetadataOf:
        """The metadata of what the task returns: ``model.metadata["accuracy"]`` is a parameter of another task."""
        return MetadataOf(self)

    # Defining __len__ as well would make a task without outputs falsy.
    signature: Signature = attrs.field(kw_only=True)

    def __iter__(self) -> Iterator[PlainXComArg]:
        """Yield each output, as the function declares them."""
        if not self.signature.several:
            which = (
                "as many as its dict has keys" if self.signature.keyed else "one" if self.signature.outputs else "no"
            )
            message = (
                f"{self.operator.task_id!r} has {which} output{'s' if self.signature.keyed else ''} and cannot be "
                "unpacked; annotate tuple[A, B] and return a tuple that is written out, or ask for a key: result['key']"
            )
            raise TypeError(message)
        return (self[output.name] for output in self.signature.outputs)

    def __getitem__(self, key: str) -> PlainXComArg:
        """Return one output, or one item of a single output."""
        if not self.signature.multiple:
            return ArtifactItem(self.operator, self.key, path=(key,))
        names = [output.name for output in self.signature.outputs]
        if self.signature.several and key not in names:
            message = f"{self.operator.task_id!r} has no output {key!r}, only {', '.join(names)}"
            raise KeyError(message)
        return ArtifactItem(self.operator, key)


@attrs.define(eq=False)
class ArtifactItem(PlainXComArg):
    """One output of several, or an item of one: its reference is made from the output's when a task reads it."""

    path: tuple[str, ...] = attrs.field(default=(), kw_only=True)

    @property
    def metadata(self) -> MetadataOf:
        """The metadata of the output."""
        return MetadataOf(self)

    def __getitem__(self, key: str) -> ArtifactItem:
        """Return an item of this output or item."""
        return ArtifactItem(self.operator, self.key, path=(*self.path, key))

    def resolve(self, context: Mapping[str, Any]) -> Any:
        """Return the reference to the item, or what Airflow has instead of a reference."""
        value = super().resolve(context)
        if not self.path or value is None:
            return value
        if isinstance(value, ArtifactRef):
            return _descend(value, self.path)
        return [item if item is None else _descend(item, self.path) for item in value]


@dataclasses.dataclass(frozen=True, slots=True)
class MetadataOf:
    """The metadata of what a task is going to return."""

    argument: ArtifactXComArg | ArtifactItem

    def __getitem__(self, key: str) -> ArtifactMetadata:
        """Return one value of it, which is looked up when a task takes it."""
        return ArtifactMetadata(self.argument.operator, self.argument.key, keys=(key,))


@attrs.define(eq=False)
class ArtifactMetadata(PlainXComArg):
    """A metadata value of an output: a task that takes it receives the value, as a parameter."""

    keys: tuple[str, ...] = attrs.field(default=(), kw_only=True)

    def __getitem__(self, key: str) -> ArtifactMetadata:
        """Return what lies under a key of a nested value."""
        return ArtifactMetadata(self.operator, self.key, keys=(*self.keys, key))

    def resolve(self, context: Mapping[str, Any]) -> Any:
        """Return the name of the value, or what Airflow has instead of a reference."""
        value = super().resolve(context)
        if isinstance(value, ArtifactRef):
            return MetadataRef(value, self.keys)
        return value if value is None else [item if item is None else MetadataRef(item, self.keys) for item in value]


def _descend(value: Any, path: tuple[str, ...]) -> Any:
    for key in path:
        value = value[key]
    return value
