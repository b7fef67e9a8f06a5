"""The arguments of a task: references become the values they name, literals become parameters."""

from __future__ import annotations

import inspect
import logging
from typing import TYPE_CHECKING, Any

from rich.filesize import decimal

from airflow_artifacts.annotations import accepts_none, coerce, describe, element, members, mismatch
from airflow_artifacts.artifact import json_fault
from airflow_artifacts.client.values import load_value
from airflow_artifacts.exceptions import ArtifactNotFoundError, ConversionError, InputError
from airflow_artifacts.model import ArtifactRef, ArtifactVersion, EdgeKind
from airflow_artifacts.registry import public_name
from airflow_artifacts.signature import Parameter

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from airflow_artifacts.client import ArtifactClient
    from airflow_artifacts.signature import Signature

__all__ = ["Inputs"]

_log = logging.getLogger(__name__)


class Inputs:
    """Turns what Airflow hands to a task into what its function takes.

    Attributes:
        parameters: What is to be recorded of the literal arguments, by name, defaults included; filled by
            :meth:`bind`.
    """

    def __init__(self, client: ArtifactClient, task_run: str, signature: Signature) -> None:
        self.parameters: dict[str, Any] = {}
        self._client = client
        self._task_run = task_run
        self._signature = signature

    def bind(self, arguments: Mapping[str, Any], upstream: Mapping[str, Sequence[str]]) -> dict[str, Any]:
        """Return the arguments with references loaded and literals validated.

        An input edge is committed for each reference before it loads.

        Args:
            arguments: By parameter; what the function takes by ``**`` has no annotation.
            upstream: The tasks that each argument comes from.

        Raises:
            InputError: An argument does not fit its annotation, or is None though it may not be.
            ArtifactNotFoundError: A referenced version does not exist.
        """
        bound = {}
        for name, value in arguments.items():
            parameter = self._signature.parameters.get(name) or Parameter(name, Any, inspect.Parameter.empty)
            bound[name] = self._bind(parameter, value, upstream.get(name, ()))
        for name, parameter in self._signature.parameters.items():
            if name not in bound and parameter.default is not inspect.Parameter.empty:
                self.parameters[name] = _recordable(parameter.default)
        return bound

    def _bind(self, parameter: Parameter, value: object, upstream: Sequence[str]) -> Any:
        if value is None and upstream and not accepts_none(parameter.annotation):
            message = (
                f"{self._place(parameter)} is None, because {' or '.join(map(repr, upstream))} failed, was skipped, or "
                "was marked as success by hand; run it, or annotate "
                f"{parameter.name}: {describe(parameter.annotation)} | None"
            )
            raise InputError(message)
        if _holds_reference(value):
            return self._load(parameter, value)
        return self._parameter(parameter, value)

    def _load(self, parameter: Parameter, value: Any) -> Any:
        try:
            loaded = self._walk(value, parameter.annotation, parameter.name)
        except ConversionError as error:
            message = f"{self._place(parameter)}: {error}"
            raise InputError(message) from error
        if not isinstance(value, ArtifactRef) and (fault := mismatch(loaded, parameter.annotation)):
            message = f"{self._place(parameter)} is declared as {describe(parameter.annotation)}: {fault}"
            raise InputError(message)
        return loaded

    def _walk(self, value: Any, annotation: Any, name: str) -> Any:
        """Load a reference, or a list or dict of references and literals."""
        if isinstance(value, ArtifactRef):
            return self._one(value, annotation, name)
        if isinstance(value, dict):
            return {key: self._walk(item, element(annotation, key), f"{name}[{key!r}]") for key, item in value.items()}
        if isinstance(value, (list, tuple)):
            items = [self._walk(item, element(annotation, i), f"{name}[{i}]") for i, item in enumerate(value)]
            return tuple(items) if isinstance(value, tuple) or tuple in _origins(annotation) else items
        self.parameters[name] = _recordable(value)
        return value

    def _one(self, ref: ArtifactRef, annotation: Any, name: str) -> Any:
        client = self._client
        version = client.lineage.get(ref.id)
        if version is None:
            message = (
                f"the input {name!r} names {str(ref)!r} ({ref.id}), which is not in {client.lineage.url}; "
                "was it deleted, or did the task that made it use another database?"
            )
            raise ArtifactNotFoundError(message)
        client.lineage.record_input(self._task_run, version.id, name, EdgeKind.ARGUMENT, None)
        _log.info("input %r: %s · %s · %s", name, ref, version.type, decimal(version.size))
        wanted = members(annotation)
        if ArtifactVersion in wanted and not ref.path:
            return version
        if ArtifactRef in wanted:
            return ref
        return load_value(client.store, client.lineage, version, annotation, scratch=client.scratch, path=ref.path)

    def _parameter(self, parameter: Parameter, value: object) -> Any:
        coerced, fault = coerce(value, parameter.annotation)
        if fault is not None:
            message = (
                f"{self._place(parameter)} is declared as {describe(parameter.annotation)}: {fault}; "
                "pass what the annotation says, or change it"
            )
            raise InputError(message)
        self.parameters[parameter.name] = _recordable(coerced)
        return coerced

    def _place(self, parameter: Parameter) -> str:
        return f"argument {parameter.name!r} of {self._signature.name!r}"


def _holds_reference(value: object) -> bool:
    if isinstance(value, dict):
        return any(_holds_reference(item) for item in value.values())
    if isinstance(value, (list, tuple)):
        return any(_holds_reference(item) for item in value)
    return isinstance(value, ArtifactRef)


def _origins(annotation: Any) -> set[Any]:
    return {getattr(member, "__origin__", member) for member in members(annotation)}


def _recordable(value: object) -> Any:
    """Return a parameter as JSON; what has no such form is recorded by its type."""
    from pydantic_core import to_jsonable_python  # noqa: PLC0415 - only a task that runs pays for it

    def by_type(unknown: object) -> dict[str, str]:
        return {"type": public_name(type(unknown))}

    try:
        recorded = to_jsonable_python(value, fallback=by_type, bytes_mode="base64", inf_nan_mode="strings")
    except (ValueError, RecursionError):  # a cycle, or nested too deeply
        return by_type(value)
    return recorded if json_fault(recorded) is None else by_type(value)
