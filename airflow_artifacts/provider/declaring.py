"""What an artifact task says of itself, checked when its DAG file is read: outputs, names, policies, arguments."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from airflow.sdk.definitions._internal.mixins import ResolveMixin
from airflow.sdk.definitions.context import KNOWN_CONTEXT_KEYS

from airflow_artifacts import materializers as registry
from airflow_artifacts.artifact import LATEST, PLACEHOLDERS, Artifact, literal_fault, render
from airflow_artifacts.cache.policy import policy_of
from airflow_artifacts.exceptions import DeclarationError
from airflow_artifacts.signature import Signature, read_signature

if TYPE_CHECKING:
    from collections.abc import Callable

    from airflow_artifacts.materializers import Materializer

__all__ = [
    "OPTIONS",
    "by_output",
    "by_parameter",
    "check_cache",
    "check_literals",
    "check_references",
    "check_templates",
    "signature_of",
]

OPTIONS = ("materializers", "substitutions", "artifacts_conn_id", "cache", "on_clear", "preview", "hits")
"""The arguments that artifact tasks add to those of every operator; ``default_args`` may give them too."""


def signature_of(function: Callable[..., Any], *, multiple_outputs: bool = False) -> Signature:
    """Return what a task's function takes and gives.

    Raises:
        DeclarationError: It declares what cannot be meant.
    """
    return read_signature(function, multiple_outputs=multiple_outputs, context_keys=KNOWN_CONTEXT_KEYS)


def check_templates(signature: Signature, substitutions: Mapping[str, object] | None) -> None:
    """Refuse a declared name whose template lacks a key.

    Raises:
        InvalidNameError: There is one; the message names the key.
    """
    known = dict.fromkeys(PLACEHOLDERS, "1") | dict(substitutions or {})
    for output in signature.outputs:
        if output.artifact is not None:
            render(output.artifact.name, known)
            render(str(output.artifact.version or ""), known)


def check_references(arguments: Any, substitutions: Mapping[str, object] | None) -> None:
    """Refuse an artifact by name, among arguments, whose template lacks a key or that is declared as an output.

    Raises:
        InvalidNameError: A key is missing; the message names it.
        DeclarationError: It declares what only an output can have.
    """
    if isinstance(arguments, Mapping):
        arguments = tuple(arguments.values())
    if isinstance(arguments, (list, tuple)):
        for argument in arguments:
            check_references(argument, substitutions)
    elif isinstance(arguments, Artifact):
        if arguments.declares:
            message = (
                f"Artifact({arguments.name!r}, …) is an argument, and declares what only an output can have; name a "
                f"version by its reference: Artifact('{arguments.name}@{arguments.version or LATEST}')"
            )
            raise DeclarationError(message)
        render(arguments.reference, dict.fromkeys(PLACEHOLDERS, "1") | dict(substitutions or {}))


def check_cache(function: Callable[..., Any], cache: object, on_clear: object) -> None:
    """Refuse a policy that cannot be meant for a function.

    Raises:
        DeclarationError: It is none, or leaves out a parameter that the function does not take.
    """
    policy = policy_of(cache)
    parameters = inspect.signature(function).parameters
    takes_any = any(one.kind is one.VAR_KEYWORD for one in parameters.values())
    unknown = sorted((policy.ignored if policy else frozenset()) - set(parameters))
    if unknown and not takes_any:
        message = (
            f"the cache policy of {function.__name__!r} leaves out {unknown[0]!r}, which it does not take; its "
            f"parameters are {', '.join(parameters) or 'none'}"
        )
        raise DeclarationError(message)
    if on_clear not in {"recompute", "reuse"}:
        message = f"on_clear={on_clear!r} of {function.__name__!r} must be 'recompute' or 'reuse'"
        raise DeclarationError(message)


def by_output(
    signature: Signature, materializers: Mapping[str, Materializer[Any] | str] | Materializer[Any] | str | None
) -> dict[str, Materializer[Any]]:
    """Return the materializers by output, known to the registry by name.

    Raises:
        DeclarationError: One for an output that does not exist, or one that does not say for which output it is.
    """
    names = [output.name for output in signature.outputs]
    if materializers is None:
        return {}
    if not isinstance(materializers, Mapping):
        if len(names) != 1:
            message = (
                f"{signature.name!r} has {len(names)} outputs; say which one the materializer is for: "
                "materializers={'name': …}"
            )
            raise DeclarationError(message)
        materializers = {names[0]: materializers}
    found = {}
    for name, materializer in materializers.items():
        if name not in names and not signature.keyed:
            message = (
                f"materializers name {name!r}, which {signature.name!r} does not return; "
                f"its outputs are {', '.join(names) or 'none'}"
            )
            raise DeclarationError(message)
        found[name] = registry.announce(materializer)[1]
    return found


def by_parameter(function: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments by the parameter that each fills, the positional ones first."""
    names = list(inspect.signature(function).parameters)
    return {**dict(zip(names, args, strict=False)), **kwargs}


def check_literals(function: str, arguments: Mapping[str, Any]) -> None:
    """Refuse an argument that is no parameter, where the DAG file says it.

    Not when a mapped task is made of it: by then the results of other tasks stand among the arguments.

    Raises:
        DeclarationError: It is not JSON.
    """
    for name, value in arguments.items():
        if fault := literal_fault(_without_references(value)):
            message = f"argument {name!r} of {function!r}: {fault}"
            raise DeclarationError(message)


def _without_references(value: Any) -> Any:
    """Return an argument without what is known only when the task runs: results, artifacts by name, DAG params."""
    if isinstance(value, dict):
        return {key: _without_references(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_without_references(item) for item in value]
    return None if isinstance(value, (Artifact, ResolveMixin)) else value
