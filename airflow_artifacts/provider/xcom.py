"""How references travel: the classes that XCom may restore, and what calling an artifact task returns."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import attrs
from airflow.sdk.definitions.xcom_arg import (
    ConcatXComArg,
    MapXComArg,
    PlainXComArg,
    XComArg,
    ZipXComArg,
    serialize_xcom_arg,
)
from airflow.sdk.execution_time.lazy_sequence import LazyXComSequence
from airflow.sdk.serde import allow_class

from airflow_artifacts.exceptions import DeclarationError
from airflow_artifacts.model import ArtifactListRef, ArtifactRef, MetadataRef
from airflow_artifacts.registry import public_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from airflow_artifacts.signature import Signature

__all__ = [
    "ArtifactItem",
    "ArtifactMetadata",
    "ArtifactUri",
    "ArtifactXComArg",
    "LazyReferences",
    "MappedItems",
    "allow_references",
    "gathered",
    "leaves",
]


def allow_references() -> None:
    """Let Airflow restore references from XCom; by default it restores its own classes only."""
    allow_class(ArtifactRef)
    allow_class(ArtifactListRef)


class _Argument(PlainXComArg):
    """What stands in a DAG file for artifacts that tasks are going to return."""

    __slots__ = ()

    def map(self, f: Callable[[Any], Any]) -> MappedItems:
        """Return what a function makes of each item; it receives the item itself, when the mapped task runs."""
        return MappedItems(self, [f])

    def zip(self, *others: XComArg, **options: Any) -> ZippedItems:
        """Return tuples of the items of several lists."""
        return ZippedItems([self, *others], **options)

    def concat(self, *others: XComArg) -> ConcatenatedItems:
        """Return the items of several lists, one list after another."""
        return ConcatenatedItems([self, *others])


@attrs.define(eq=False)
class ArtifactItem(_Argument):
    """One output of several, or a part of an output: its reference is made when a task reads it.

    Attributes:
        output: The output, where its task has several. Each has an XCom of its own; the key is that of the whole all
            the same, as Airflow maps over nothing else.
        path: Keys that lead into a dict.
    """

    output: str | None = attrs.field(default=None, kw_only=True)
    path: tuple[str, ...] = attrs.field(default=(), kw_only=True)

    @property
    def metadata(self) -> MetadataOf:
        """The metadata of the output: ``model.metadata["accuracy"]`` is a parameter of another task."""
        return MetadataOf(self)

    @property
    def uri(self) -> ArtifactUri:
        """Where the output's file lies, as text, for operators that read it by themselves."""
        return ArtifactUri(self.operator, self.key, output=self.output)

    def __getitem__(self, key: str) -> ArtifactItem:
        """Return an item of this output or item."""
        return ArtifactItem(self.operator, self.key, output=self.output, path=(*self.path, key))

    def __str__(self) -> str:
        """Return the template that gives the reference."""
        key = self.output or self.key
        pulled = (
            f"task_instance.xcom_pull(task_ids={self.operator.task_id!r}, dag_id={self.operator.dag_id!r}, key={key!r})"
        )
        return "{{ " + pulled + "".join(f"[{part!r}]" for part in self.path) + " }}"

    def resolve(self, context: Mapping[str, Any]) -> Any:
        """Return the reference, or what Airflow has instead of one: of a mapped task a sequence of references."""
        value = _pulled(self, context)
        if value is None:
            return None
        # Only a task that runs pays for it.
        from airflow_artifacts.provider.plain import arrange_loading, received  # noqa: PLC0415

        arrange_loading(context)
        if self.path:
            return _each(value, lambda ref: received(ref.item(*self.path), context))
        return _mapped(self, received(value, context) if isinstance(value, ArtifactRef) else value, context)


@attrs.define(eq=False)
class ArtifactXComArg(ArtifactItem):
    """What calling an artifact task returns: the reference to its output, or to its outputs.

    Several outputs unpack (``train, test = split(…)``) and are found by name (``split(…)["train"]``). An item of
    a single output that is a dict is found by key, when a task reads it.
    """

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

    def __getitem__(self, key: str) -> ArtifactItem:
        """Return one output, or one item of a single output."""
        if not self.signature.multiple:
            return ArtifactItem(self.operator, self.key, path=(key,))
        names = [output.name for output in self.signature.outputs]
        if self.signature.several and key not in names:
            message = f"{self.operator.task_id!r} has no output {key!r}, only {', '.join(names)}"
            raise KeyError(message)
        return ArtifactItem(self.operator, self.key, output=key)


@dataclasses.dataclass(frozen=True, slots=True)
class MetadataOf:
    """The metadata of what a task is going to return."""

    argument: ArtifactItem

    def __getitem__(self, key: str) -> ArtifactMetadata:
        """Return one value of it, which is looked up when a task takes it."""
        return ArtifactMetadata(self.argument.operator, self.argument.key, output=self.argument.output, keys=(key,))


@attrs.define(eq=False)
class ArtifactMetadata(PlainXComArg):
    """A metadata value of an output: a task that takes it receives the value, as a parameter."""

    output: str | None = attrs.field(default=None, kw_only=True)
    keys: tuple[str, ...] = attrs.field(default=(), kw_only=True)

    def __getitem__(self, key: str) -> ArtifactMetadata:
        """Return what lies under a key of a nested value."""
        return ArtifactMetadata(self.operator, self.key, output=self.output, keys=(*self.keys, key))

    def resolve(self, context: Mapping[str, Any]) -> Any:
        """Return the name of the value, or what Airflow has instead of a reference."""
        value = _pulled(self, context)
        if value is None:
            return None
        # Only a task that runs pays for it.
        from airflow_artifacts.provider.plain import arrange_loading, received  # noqa: PLC0415

        arrange_loading(context)
        return _each(value, lambda ref: received(MetadataRef(ref, self.keys), context))


@attrs.define(eq=False)
class ArtifactUri(PlainXComArg):
    """Where an output's file lies: text, for operators that read it by themselves."""

    output: str | None = attrs.field(default=None, kw_only=True)

    def __getitem__(self, key: str) -> PlainXComArg:
        """Refuse: a place has no items."""
        message = f"the URI of what {self.operator.task_id!r} returns is text, without an item {key!r}"
        raise TypeError(message)

    def __str__(self) -> str:
        """Return the template that gives the URI."""
        return str(ArtifactItem(self.operator, self.key, output=self.output)).removesuffix(" }}") + ".uri }}"

    def resolve(self, context: Mapping[str, Any]) -> Any:
        """Return the URI, or those of a mapped task's outputs."""
        value = _pulled(self, context)
        return None if value is None else _each(value, _uri)


class _Mapped(XComArg):
    """What is made of the items of lists, before a mapped task takes them one by one."""

    def map(self, f: Callable[[Any], Any]) -> MappedItems:
        """Return what a function makes of each item; it receives the item itself, when the mapped task runs."""
        return MappedItems(self, [f])


@attrs.define(eq=False)
class MappedItems(MapXComArg):
    """What functions make of the items of a list artifact: they are called when the mapped task has loaded its item."""

    def map(self, f: Callable[[Any], Any]) -> MappedItems:
        """Return what another function makes of it."""
        return MappedItems(self.arg, [*self.callables, f])

    def _serialize(self) -> dict[str, Any]:
        """Return what the scheduler reads: Airflow shows the source of a function, and refuses one that has none."""
        return {"arg": serialize_xcom_arg(self.arg), "callables": [_text(function) for function in self.callables]}

    def resolve(self, context: Mapping[str, Any]) -> Any:
        """Return a sequence that names the items and the functions."""
        value = self.arg.resolve(context)
        if not isinstance(value, Sequence):
            message = f"{self!r} maps over a {type(value).__name__}, and only lists have items to map over"
            raise DeclarationError(message)
        return _mapped(self, _Made(value, tuple(self.callables), context), context)


class ZippedItems(ZipXComArg, _Mapped):
    """Tuples of the items of several lists."""


class ConcatenatedItems(ConcatXComArg, _Mapped):
    """The items of several lists, one list after another."""

    def resolve(self, context: Mapping[str, Any]) -> Any:
        """Return a sequence that names the items."""
        return _mapped(self, super().resolve(context), context)


class _Made(Sequence[Any]):
    """What functions make of the items of a sequence, item by item, and not before a task takes it."""

    def __init__(
        self, items: Sequence[Any], functions: tuple[Callable[[Any], Any], ...], context: Mapping[str, Any]
    ) -> None:
        self._items = items
        self._functions = functions
        self._context = context

    def __len__(self) -> int:
        return len(self._items)

    def __getitem__(self, index: Any) -> Any:
        # Only a task that runs pays for it.
        from airflow_artifacts.client.call import Made  # noqa: PLC0415
        from airflow_artifacts.provider.plain import received  # noqa: PLC0415

        return received(Made(self._items[index], self._functions), self._context)


class _Keywords(Sequence[Any]):
    """The items of a list of dicts as Airflow wants them for ``expand_kwargs``: dicts, of the names of their values."""

    def __init__(self, items: Sequence[Any], context: Mapping[str, Any]) -> None:
        self._items = items
        self._context = context

    def __len__(self) -> int:
        return len(self._items)

    def __getitem__(self, index: Any) -> Any:
        from airflow_artifacts.provider.plain import keywords_of  # noqa: PLC0415 - only a task that runs pays for it

        return keywords_of(self._items[index], self._context)


class LazyReferences(LazyXComSequence[Any]):
    """The references that the instances of a mapped artifact task returned, asked for when they are needed."""


def gathered(value: Any, lazy: type[LazyXComSequence[Any]] = LazyXComSequence) -> Any:
    """Return an argument with lists in place of what Airflow reads item by item, also within lists and dicts.

    That is what the instances of a mapped task returned, read in one request, and what ``.zip``, ``.concat`` and
    ``.map`` give to a task that is not expanded over it.

    Args:
        value: The argument.
        lazy: Which sequences of what instances returned are read; others stay.
    """
    if isinstance(value, dict):
        return {key: gathered(item, lazy) for key, item in value.items()}
    if type(value) in {list, tuple}:
        return type(value)(gathered(item, lazy) for item in value)
    if not isinstance(value, Sequence) or isinstance(value, (str, bytes, list, tuple, ArtifactRef)):
        return value
    from airflow_artifacts.client.call import Gathered  # noqa: PLC0415 - only a task that runs pays for it

    if isinstance(value, LazyXComSequence):
        return Gathered(value[:]) if isinstance(value, lazy) else value
    return Gathered(gathered(item, lazy) for item in value)


def leaves(value: Any) -> Iterator[XComArg]:
    """Give the arguments that a mapped argument is made of."""
    if isinstance(value, MapXComArg):
        yield from leaves(value.arg)
    elif isinstance(value, (ZipXComArg, ConcatXComArg)):
        for one in value.args:
            yield from leaves(one)
    elif isinstance(value, XComArg):
        yield value


def _text(function: Any) -> str:
    try:
        return inspect.getsource(function)
    except (OSError, TypeError):  # such as str, or an object that can be called
        return public_name(function if hasattr(function, "__qualname__") else type(function))


def _pulled(argument: ArtifactItem | ArtifactMetadata | ArtifactUri, context: Mapping[str, Any]) -> Any:
    """Return what XCom has of an output."""
    plain = PlainXComArg(argument.operator, argument.output or argument.key)
    if argument.operator.is_mapped:
        return LazyReferences(xcom_arg=plain, ti=context["ti"])
    return plain.resolve(context)


def _each(value: Any, make: Callable[[ArtifactRef], Any]) -> Any:
    """Return what is made of a reference, or of each that the instances of a mapped task returned."""
    if isinstance(value, ArtifactRef):
        return make(value)
    # All of a lazy sequence in one request.
    return [None if item is None else make(item) for item in value[:]]


def _mapped(argument: XComArg, items: Any, context: Mapping[str, Any]) -> Any:
    """Return items as the task takes them: as keyword arguments, where ``expand_kwargs`` is over this argument."""
    return _Keywords(items, context) if _gives_keywords(argument, context) else items


def _gives_keywords(argument: XComArg, context: Mapping[str, Any]) -> bool:
    """Whether the items are the keyword arguments of the mapped task, or of a mapped group that the task is in."""
    task = context["task"]
    given: list[Any] = [getattr(task, name, None) for name in ("expand_input", "op_kwargs_expand_input")]
    group = task.task_group
    while group is not None:
        given.append(getattr(group, "_expand_input", None))
        group = group.parent_group
    return any(getattr(one, "EXPAND_INPUT_TYPE", "") == "list-of-dicts" and one.value is argument for one in given)


def _uri(ref: ArtifactRef) -> str:
    if ref.uri is None:
        message = (
            f"{str(ref)!r} has not exactly one file, and so no URI; read it in a @task.artifact as a pathlib.Path, or "
            "ask the client for its locations()"
        )
        raise DeclarationError(message)
    return ref.uri
