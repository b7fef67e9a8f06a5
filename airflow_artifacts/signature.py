"""A function's outputs and parameters, from its annotations.

The rules for outputs stand in the documentation under *names*: one output, several where the annotation is
``tuple[A, B]`` and the function returns a tuple that is written out, none where it returns nothing.
"""

from __future__ import annotations

import ast
import dataclasses
import inspect
import textwrap
import typing
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from typing_extensions import Never

from airflow_artifacts.annotations import describe, members, mismatch, resolve, strip
from airflow_artifacts.artifact import NAME_LENGTH, Artifact
from airflow_artifacts.exceptions import DeclarationError, OutputError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from collections.abc import Set as AbstractSet

__all__ = ["Output", "Parameter", "Signature", "read_signature", "source_of"]

# XCom's own key for the whole of what a task returns.
_RESERVED = "return_value"


@dataclasses.dataclass(frozen=True, slots=True)
class Output:
    """One declared output.

    Attributes:
        name: ``output``, ``output_0`` or what ``Annotated`` says; also the key in XCom.
        annotation: Of its value, without the declaration.
        artifact: The declaration; None where users gave no name.
    """

    name: str
    annotation: Any
    artifact: Artifact | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter that the caller of the task fills."""

    name: str
    annotation: Any
    default: Any
    positional_only: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Signature:
    """What a function takes and gives.

    Attributes:
        name: The function's.
        parameters: Without those that Airflow fills from its context.
        outputs: Empty where it gives nothing, or where ``keyed``.
        several: Whether it returns a tuple with one value for each output.
        keyed: Whether each key of the dict that it returns is an output (``multiple_outputs=True``).
        value: The annotation of a keyed output's value.
    """

    name: str
    parameters: Mapping[str, Parameter]
    outputs: tuple[Output, ...]
    several: bool = False
    keyed: bool = False
    value: Any = Any

    @property
    def multiple(self) -> bool:
        """Whether each output has an XCom of its own."""
        return self.several or self.keyed

    def split(self, returned: object, written: Collection[str] = ()) -> list[tuple[Output, object]]:
        """Return each output with its value, checked against its annotation.

        Args:
            returned: What the function returned.
            written: The outputs whose files the function wrote itself, for which it returns None.

        Raises:
            OutputError: A value where none is declared, another number of values, a dict with keys that cannot
                name outputs, or a value that does not fit its annotation.
        """
        pairs = self._keyed(returned) if self.keyed else self._positional(returned)
        for output, value in pairs:
            if output.name in written:
                self._check_written(output, value)
            elif fault := mismatch(value, output.annotation):
                message = (
                    f"output {output.name!r} of {self.name!r} is declared as {describe(output.annotation)}: {fault}; "
                    "return what the annotation says, or change it"
                )
                raise OutputError(message)
        return pairs

    def _check_written(self, output: Output, value: object) -> None:
        if value is not None or not {Any, Path} & set(members(output.annotation)):
            found = f"a {type(value).__name__} was returned for it" if value is not None else "is no pathlib.Path"
            message = (
                f"files were written into the output {output.name!r} of {self.name!r}, and {found}; annotate it with "
                "pathlib.Path and return None for it"
            )
            raise OutputError(message)

    def _positional(self, returned: object) -> list[tuple[Output, object]]:
        if not self.outputs:
            if returned is None:
                return []
            message = (
                f"{self.name!r} is declared to return nothing and returned a {type(returned).__name__}; "
                "annotate what it returns, or return nothing"
            )
            raise OutputError(message)
        if not self.several:
            return [(self.outputs[0], returned)]
        if not isinstance(returned, tuple) or len(returned) != len(self.outputs):
            found = f"{len(returned)} values" if isinstance(returned, tuple) else f"a {type(returned).__name__}"
            message = (
                f"{self.name!r} declares {len(self.outputs)} outputs ({', '.join(o.name for o in self.outputs)}) "
                f"and returned {found}; return a tuple with one value for each"
            )
            raise OutputError(message)
        return list(zip(self.outputs, returned, strict=True))

    def _keyed(self, returned: object) -> list[tuple[Output, object]]:
        if not isinstance(returned, dict):
            message = (
                f"{self.name!r} has multiple_outputs=True and returned a {type(returned).__name__}; "
                "return a dict whose keys name the outputs"
            )
            raise OutputError(message)
        for key in returned:
            if not isinstance(key, str) or not key.isprintable() or not 0 < len(key) <= NAME_LENGTH or key == _RESERVED:
                message = (
                    f"{self.name!r} returned a dict with the key {key!r}, which cannot name an output; "
                    f"use printable text of at most {NAME_LENGTH} characters, other than {_RESERVED!r}"
                )
                raise OutputError(message)
        return [(Output(key, self.value), value) for key, value in returned.items()]


def read_signature(
    function: Callable[..., Any],
    *,
    multiple_outputs: bool = False,
    context_keys: AbstractSet[str] = frozenset(),
) -> Signature:
    """Return what a function takes and gives.

    Args:
        function: Plain or ``async``; wrapped ones count by what they wrap.
        multiple_outputs: Whether each key of the dict that it returns is an output.
        context_keys: The names of parameters that Airflow fills.

    Raises:
        DeclarationError: ``*args``, duplicate output names, several names for one output, a tuple of any length
            beside a tuple that is written out, ``multiple_outputs`` without a dict.
    """
    name = getattr(function, "__name__", repr(function))
    annotations = resolve(function)
    parameters = _parameters(function, name, annotations, context_keys)
    annotation = annotations.get("return", inspect.Parameter.empty)
    if multiple_outputs:
        return Signature(name, parameters, (), keyed=True, value=_item(annotation, name))
    outputs, several = _outputs(function, name, annotation)
    return Signature(name, parameters, outputs, several)


def source_of(function: Callable[..., Any]) -> str | None:
    """Return a function's source text, or None where it has no file."""
    try:
        return textwrap.dedent(inspect.getsource(inspect.unwrap(function)))
    except (OSError, TypeError):
        return None


def _parameters(
    function: Callable[..., Any], name: str, annotations: Mapping[str, Any], context_keys: AbstractSet[str]
) -> dict[str, Parameter]:
    found = {}
    for key, parameter in inspect.signature(function).parameters.items():
        if parameter.kind is parameter.VAR_POSITIONAL:
            message = (
                f"{name!r} takes *{key}, whose values have no names to be recorded under; "
                f"take a list instead: {key}: list"
            )
            raise DeclarationError(message)
        if parameter.kind is parameter.VAR_KEYWORD or key in context_keys:
            continue
        annotation, extras = strip(annotations.get(key, Any))
        if any(isinstance(extra, Artifact) for extra in extras):
            message = (
                f"parameter {key!r} of {name!r} is annotated with an Artifact, which declares outputs; "
                f"pass the task's input as an argument: {name}({key}=…)"
            )
            raise DeclarationError(message)
        kept = annotations.get(key, Any) if extras else annotation
        found[key] = Parameter(key, kept, parameter.default, parameter.kind is parameter.POSITIONAL_ONLY)
    return found


def _outputs(function: Callable[..., Any], name: str, annotation: Any) -> tuple[tuple[Output, ...], bool]:
    bare, _ = strip(annotation)
    if bare in (type(None), NoReturn, Never):
        return (), False
    if annotation is inspect.Parameter.empty:
        returns = _returns(function)
        gives = returns is None or any(not _is_none(value) for value in returns)
        return ((Output("output", Any),) if gives else ()), False
    if typing.get_origin(annotation) is tuple and typing.get_args(annotation) and _returns_tuple(function, name):
        arguments = typing.get_args(annotation)
        if Ellipsis in arguments:
            message = (
                f"{name!r} returns a tuple that is written out and is annotated with {describe(annotation)}, "
                "which does not say how many outputs there are; name each type, or return a variable"
            )
            raise DeclarationError(message)
        outputs = tuple(_output(part, f"output_{index}", name) for index, part in enumerate(arguments))
        _check_names(outputs, name)
        return outputs, True
    return (_output(annotation, "output", name),), False


def _output(annotation: Any, default: str, function: str) -> Output:
    bare, extras = strip(annotation)
    names = [extra for extra in extras if isinstance(extra, (str, Artifact))]
    if len(names) > 1:
        message = (
            f"an output of {function!r} has several names, {', '.join(map(repr, names))}; "
            "give it one text or one Artifact"
        )
        raise DeclarationError(message)
    if not names:
        return Output(default, annotation)
    artifact = names[0] if isinstance(names[0], Artifact) else Artifact(names[0])
    if artifact.is_reference:
        message = (
            f"an output of {function!r} is declared as {artifact.reference!r}, which names a version that exists; "
            f"declare the artifact, Artifact({artifact.name!r}), and give version= or aliases= for the word"
        )
        raise DeclarationError(message)
    return Output(artifact.name, bare, artifact)


def _check_names(outputs: tuple[Output, ...], function: str) -> None:
    names = [output.name for output in outputs]
    for name in names:
        if names.count(name) > 1 or name == _RESERVED:
            fault = "stands twice" if names.count(name) > 1 else "is XCom's own"
            message = f"the output name {name!r} of {function!r} {fault}; choose another"
            raise DeclarationError(message)


def _item(annotation: Any, name: str) -> Any:
    """Return the annotation of the values of a dict whose keys are outputs."""
    bare, _ = strip(annotation)
    if bare in (Any, inspect.Parameter.empty):
        return Any
    origin = typing.get_origin(bare) or bare
    if not isinstance(origin, type) or not issubclass(origin, dict):
        message = (
            f"{name!r} has multiple_outputs=True and is annotated with {describe(bare)}; "
            "annotate it with a dict, or leave multiple_outputs away"
        )
        raise DeclarationError(message)
    arguments = typing.get_args(bare)
    return arguments[1] if len(arguments) == 2 else Any  # noqa: PLR2004 - a dict's key and value


def _returns_tuple(function: Callable[..., Any], name: str) -> bool:
    returns = _returns(function)
    if returns is None:
        message = (
            f"the source of {name!r} cannot be read, so that its tuple may be one output or several; "
            "define it in a file, or annotate Annotated[tuple[…], 'name'] for one"
        )
        raise DeclarationError(message)
    return any(isinstance(value, ast.Tuple) and value.elts for value in returns)


def _is_none(value: ast.expr | None) -> bool:
    return value is None or (isinstance(value, ast.Constant) and value.value is None)


def _returns(function: Callable[..., Any]) -> list[ast.expr | None] | None:
    """Return what the function's own ``return`` statements give, or None where its source cannot be read."""
    source = source_of(function)
    try:
        tree = ast.parse(source or "")
    except SyntaxError:  # a lambda in the middle of an expression, whose line is not a statement
        return None
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    definition = next((node for node in tree.body if isinstance(node, kinds)), None)
    if definition is None:
        return None
    found: list[ast.expr | None] = []
    pending: list[ast.AST] = list(definition.body)
    while pending:
        node = pending.pop()
        if isinstance(node, (ast.Return, ast.Yield, ast.YieldFrom)):  # a generator gives itself
            found.append(node if isinstance(node, ast.expr) else node.value)
        if not isinstance(node, (*kinds, ast.Lambda, ast.ClassDef)):
            pending.extend(ast.iter_child_nodes(node))
    return found
