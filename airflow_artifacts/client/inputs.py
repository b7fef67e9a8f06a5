"""The arguments of a task: references become the values they name, literals become parameters.

First all references are resolved and recorded, which is what a cache key needs; only then, if at all, they load.
"""

from __future__ import annotations

import collections.abc
import dataclasses
import inspect
import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from rich.filesize import decimal

from airflow_artifacts.annotations import accepts_none, coerce, describe, element, is_lazy, members, mismatch
from airflow_artifacts.artifact import LATEST, Artifact, json_fault, render
from airflow_artifacts.cache.key import input_part, masked_part, value_part
from airflow_artifacts.client.call import Gathered, Made
from airflow_artifacts.client.lazy import LazyValues
from airflow_artifacts.client.outputs import template_values
from airflow_artifacts.client.references import absence
from airflow_artifacts.entries import KeyPart, PartKind
from airflow_artifacts.exceptions import ArtifactNotFoundError, ConversionError, FingerprintError, InputError
from airflow_artifacts.model import ArtifactRef, ArtifactVersion, Direction, EdgeKind, LineageEdge, MetadataRef
from airflow_artifacts.registry import public_name
from airflow_artifacts.signature import Parameter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from collections.abc import Set as AbstractSet

    from airflow_artifacts.cache.key import Secrets
    from airflow_artifacts.client import ArtifactClient
    from airflow_artifacts.client.call import TaskCall
    from airflow_artifacts.signature import Signature

__all__ = ["Inputs", "Reference", "recordable"]

_log = logging.getLogger(__name__)

# Inputs that the log names; a mapped task's results may be a thousand.
_SHOWN = 20


@dataclasses.dataclass(frozen=True, slots=True)
class Reference:
    """A reference among the arguments, with the version that it names.

    Attributes:
        name: The parameter; ``xs[0]`` for an item of a list.
        annotation: What the function takes it as.
    """

    name: str
    ref: ArtifactRef
    version: ArtifactVersion
    annotation: Any


@dataclasses.dataclass(frozen=True, slots=True)
class _Literal:
    """A literal argument, or one in a list or dict beside references.

    Attributes:
        parameter: Which one it is, or is part of.
    """

    name: str
    value: Any
    parameter: str
    is_default: bool = False


class _Lazy(list[Any]):
    """Resolved items that load one by one, when the function asks for them."""


@dataclasses.dataclass(frozen=True, slots=True)
class _Call:
    """A resolved argument of which functions make what the task's function takes.

    Attributes:
        made: How, of what is not resolved.
    """

    of: Any
    made: Made


class Inputs:
    """Turns what Airflow hands to a task into what its function takes.

    Args:
        client: Where references are looked up.
        call: Whose arguments they are.

    Attributes:
        references: All references among the arguments, in their order; filled by :meth:`resolve`.
        functions: What makes arguments of them (``.map(f)``), each with the name of what it makes, in the order in
            which they are called; filled by :meth:`resolve`.
    """

    def __init__(self, client: ArtifactClient, call: TaskCall) -> None:
        self.references: list[Reference] = []
        self.functions: list[tuple[str, Callable[[Any], Any]]] = []
        self._client = client
        self._call = call
        self._signature: Signature = call.signature
        self._mask: Callable[[str, Any], Any] = call.mask
        self._literals: list[_Literal] = []
        self._edges: list[tuple[str, ArtifactVersion, str | None]] = []
        # What the arguments name, by UUID, and as templates are filled.
        self._versions: Mapping[str, ArtifactVersion] = {}
        self._values: Mapping[str, object] | None = None
        # By parameter: references stand in it as Reference, in lists and dicts too.
        self._resolved: dict[str, Any] = {}

    @property
    def parameters(self) -> dict[str, Any]:
        """What is to be recorded of the literal arguments, by name, defaults included and secrets masked."""
        return {one.name: self._mask(one.name, recordable(one.value)) for one in self._literals}

    def resolve(self, task_run: str | None) -> None:
        """Look up all references, and validate all literals.

        Args:
            task_run: For which an input edge of each is committed, and for whose DAG run it is settled what ``latest``
                and aliases mean; None records and settles nothing.

        Raises:
            InputError: An argument does not fit its annotation, or is None though it may not be.
            ArtifactNotFoundError: A referenced version does not exist.
            InvalidNameError: The template of a reference lacks a key.
        """
        arguments = self._call.arguments
        self._versions = self._client.lineage.describe(sorted({ref.id for ref in _refs(arguments)}))
        self._settles = task_run is not None
        for name, given in arguments.items():
            value = self._with_metadata(given, name)
            parameter = self._signature.parameters.get(name) or Parameter(name, Any, inspect.Parameter.empty)
            self._resolved[name] = self._argument(parameter, value, self._call.upstream.get(name, ()))
        for name, parameter in self._signature.parameters.items():
            if name in self._resolved or parameter.default is inspect.Parameter.empty:
                continue
            if isinstance(parameter.default, Artifact):
                self._resolved[name] = self._argument(parameter, parameter.default, ())
            else:
                self._literals.append(_Literal(name, parameter.default, name, is_default=True))
        if task_run is None:
            return
        self._client.lineage.record_inputs(
            LineageEdge(task_run, version.id, Direction.INPUT, EdgeKind.ARGUMENT, name, reference)
            for name, version, reference in self._edges
        )
        for name, version, reference in self._edges[:_SHOWN]:
            shown = reference or str(version)
            asked = "" if shown == str(version) else f" ({shown})"
            _log.info("input %r: %s%s · %s · %s", name, version, asked, version.type, decimal(version.size))
        if len(self._edges) > _SHOWN:
            _log.info("… and %d more inputs", len(self._edges) - _SHOWN)

    def load(self) -> dict[str, Any]:
        """Return the function's arguments, the references among them loaded.

        Raises:
            InputError: A value does not fit its annotation.
            MissingObjectError: The bytes of an input are gone.
            CorruptObjectError: They are not those that were written.
        """
        return {name: self._load(name, value) for name, value in self._resolved.items()}

    def parts(self, ignored: AbstractSet[str], secrets: Secrets, *, coded: bool) -> Iterator[KeyPart]:
        """Give the parts of a cache key that the arguments are.

        Args:
            ignored: Parameters that are left out.
            secrets: Tells apart what is masked.
            coded: Whether the function's code is in the key, and with it those defaults that have no fingerprint.

        Raises:
            FingerprintError: An argument has no fingerprint.
        """
        for name, value in self._resolved.items():
            if name not in ignored and isinstance(value, (list, tuple, dict, _Call)) and _holds_reference(value):
                yield value_part(PartKind.PARAMETER, name, _shape(value))
        for reference in self.references:
            if reference.name.partition("[")[0] not in ignored:
                # Registered data that was changed is another value, as loading it would find.
                for file in reference.version.manifest.registered:
                    self._client.store.places.check(file, str(reference.version))
                yield input_part(reference.name, reference.version, reference.annotation, reference.ref.path)
        for one in self._literals:
            if one.parameter in ignored:
                continue
            try:
                yield masked_part(PartKind.PARAMETER, one.name, one.value, recordable(one.value), self._mask, secrets)
            except FingerprintError as error:
                if not (one.is_default and coded):
                    message = f"{self._place(one.name)}: {error}"
                    raise FingerprintError(message) from error

    def _argument(self, parameter: Parameter, value: object, upstream: Sequence[str]) -> Any:
        if value is None and upstream and not accepts_none(parameter.annotation):
            message = (
                f"{self._place(parameter.name)} is None, because {' or '.join(map(repr, upstream))} failed, was "
                "skipped, or was marked as success by hand; run it, or annotate "
                f"{parameter.name}: {describe(parameter.annotation)} | None"
            )
            raise InputError(message)
        if _holds_reference(value):
            return self._walk(value, parameter.annotation, parameter.name, parameter.name)
        return self._parameter(parameter, value)

    def _with_metadata(self, value: Any, name: str) -> Any:
        """Put the values in place of the names of metadata values."""
        if isinstance(value, dict):
            return {key: self._with_metadata(item, f"{name}[{key!r}]") for key, item in value.items()}
        if isinstance(value, (list, tuple)):
            return type(value)(self._with_metadata(item, f"{name}[{i}]") for i, item in enumerate(value))
        if not isinstance(value, MetadataRef):
            return value
        version = self._version(value.ref, name)
        found: Any = version.metadata
        for key in value.keys:
            if not isinstance(found, Mapping) or key not in found:
                known = ", ".join(sorted(map(str, found))) if isinstance(found, Mapping) else "no keys"
                message = f"{self._place(name)} is {str(value)!r}, which was never given; it has {known or 'none'}"
                raise InputError(message)
            found = found[key]
        self._edges.append((name, version, str(value)))
        return found

    def _walk(self, value: Any, annotation: Any, name: str, parameter: str) -> Any:
        """Resolve a reference, or a list or dict of references and literals."""
        if isinstance(value, (Artifact, ArtifactRef)):
            return self._look_up(value, annotation, name)
        if isinstance(value, Made):
            of = self._walk(value.of, Any, name, parameter)
            self.functions += [(name, function) for function in value.functions]
            return _Call(of, value)
        if isinstance(value, dict):
            return {
                key: self._walk(item, element(annotation, key), f"{name}[{key!r}]", parameter)
                for key, item in value.items()
            }
        if isinstance(value, (list, tuple)):
            return self._walk_list(value, annotation, name, parameter)
        self._literals.append(_Literal(name, value, parameter))
        return value

    def _walk_list(
        self, value: list[Any] | tuple[Any, ...], annotation: Any, name: str, parameter: str
    ) -> list[Any] | tuple[Any, ...]:
        items = [self._walk(item, element(annotation, i), f"{name}[{i}]", parameter) for i, item in enumerate(value)]
        if name == parameter and is_lazy(annotation):
            # What mapped tasks returned is lazy in Airflow, too; a list that stands in the DAG file is a list there.
            says_so = not {Any, object, inspect.Parameter.empty} & set(members(annotation))
            if says_so or isinstance(value, Gathered):
                return _Lazy(items)
        return tuple(items) if isinstance(value, tuple) or tuple in _origins(annotation) else items

    def _look_up(self, given: Artifact | ArtifactRef, annotation: Any, name: str) -> Reference:
        if isinstance(given, Artifact):
            reference, version = self._asked(given, name)
            ref = version.ref
        else:
            reference, version, ref = None, self._version(given, name), given
        self._edges.append((name, version, reference))
        self.references.append(Reference(name, ref, version, annotation))
        return self.references[-1]

    def _asked(self, artifact: Artifact, name: str) -> tuple[str, ArtifactVersion]:
        """Return the version that an artifact's reference means in this DAG run, and the reference with it filled."""
        if self._values is None and artifact.templates:
            self._values = template_values(self._client, self._call)
        text = render(artifact.reference, self._values or {})
        run = self._call.task_run
        version = self._client.resolve(text, run=(run.dag_id, run.run_id), settle=self._settles)
        if not self._settles and text.partition("@")[2] in {"", LATEST}:
            # Settled when the run's first task begins; a plan must not do it.
            trigger = self._client.lineage.get(self._call.triggers.get(text.partition("@")[0], ""))
            version = trigger or version
        if version is None:
            message = (
                f"{self._place(name)} asks for what is not there: {absence(self._client.lineage, text)}; or wait for "
                f"it with an ArtifactSensor({artifact.reference!r}) before this task"
            )
            raise ArtifactNotFoundError(message)
        return text, version

    def _version(self, ref: ArtifactRef, name: str) -> ArtifactVersion:
        version = self._versions.get(ref.id)
        if version is None:
            message = (
                f"the input {name!r} names {str(ref)!r} ({ref.id}), which is not in {self._client.lineage.url}; "
                "was it deleted, or did the task that made it use another database?"
            )
            raise ArtifactNotFoundError(message)
        return version

    def _parameter(self, parameter: Parameter, value: object) -> Any:
        coerced, fault = coerce(value, parameter.annotation)
        if fault is not None:
            message = (
                f"{self._place(parameter.name)} is declared as {describe(parameter.annotation)}: {fault}; "
                "pass what the annotation says, or change it"
            )
            raise InputError(message)
        self._literals.append(_Literal(parameter.name, coerced, parameter.name))
        return coerced

    def _load(self, name: str, value: Any) -> Any:
        if not _holds_reference(value):
            return value
        parameter = self._signature.parameters.get(name)
        annotation = parameter.annotation if parameter else Any
        try:
            loaded = self._loaded(value)
        except ConversionError as error:
            message = f"{self._place(name)}: {error}"
            raise InputError(message) from error
        if isinstance(value, _Lazy):
            wants_iterator = collections.abc.Iterator in _origins(annotation)
            return iter(loaded) if wants_iterator else loaded
        if not isinstance(value, Reference) and (fault := mismatch(loaded, annotation)):
            message = f"{self._place(name)} is declared as {describe(annotation)}: {fault}"
            raise InputError(message)
        return loaded

    def _loaded(self, value: Any) -> Any:
        if isinstance(value, _Lazy):
            return LazyValues(value, self._loaded)
        if isinstance(value, _Call):
            return value.made.applied(self._loaded(value.of))
        if isinstance(value, dict):
            return {key: self._loaded(item) for key, item in value.items()}
        if isinstance(value, (list, tuple)):
            return type(value)(map(self._loaded, value))
        return self._value(value) if isinstance(value, Reference) else value

    def _value(self, reference: Reference) -> Any:
        wanted = members(reference.annotation)
        if ArtifactVersion in wanted and not reference.ref.path:
            return reference.version
        if ArtifactRef in wanted:
            return reference.ref
        return self._client.load_version(reference.version, reference.annotation, reference.ref.path)

    def _place(self, parameter: str) -> str:
        return f"argument {parameter!r} of {self._signature.name!r}"


def recordable(value: object) -> Any:
    """Return a parameter as JSON; what has no such form is recorded by its type."""
    from pydantic_core import to_jsonable_python  # noqa: PLC0415 - only a task that runs pays for it

    def by_type(unknown: object) -> dict[str, str]:
        return {"type": public_name(type(unknown))}

    try:
        recorded = to_jsonable_python(value, fallback=by_type, bytes_mode="base64", inf_nan_mode="strings")
    except (ValueError, RecursionError):  # a cycle, or nested too deeply
        return by_type(value)
    return recorded if json_fault(recorded) is None else by_type(value)


def _holds_reference(value: object) -> bool:
    if isinstance(value, dict):
        return any(_holds_reference(item) for item in value.values())
    if isinstance(value, (list, tuple)):
        return any(_holds_reference(item) for item in value)
    return isinstance(value, (Artifact, ArtifactRef, Made, Reference, _Call))


def _refs(value: object) -> Iterator[ArtifactRef]:
    """Give the references among arguments."""
    if isinstance(value, dict):
        value = tuple(value.values())
    if isinstance(value, (list, tuple)):
        for item in value:
            yield from _refs(item)
    elif isinstance(value, Made):
        yield from _refs(value.of)
    elif isinstance(value, (ArtifactRef, MetadataRef)):
        yield value if isinstance(value, ArtifactRef) else value.ref


def _shape(value: object) -> object:
    """Return the list or dict in which references and literals stand, whatever they are."""
    if isinstance(value, dict):
        return {key: _shape(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        shapes = map(_shape, value)
        return tuple(shapes) if isinstance(value, tuple) else list(shapes)
    if isinstance(value, _Call):
        return ("made of", _shape(value.of), *value.made.keys)
    return "an artifact" if isinstance(value, Reference) else "a literal"


def _origins(annotation: Any) -> set[Any]:
    return {getattr(member, "__origin__", member) for member in members(annotation)}
