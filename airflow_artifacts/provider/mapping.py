"""Tasks that are expanded over an artifact: what they may be expanded over, and the length that Airflow is told.

Airflow counts one length for each task instance, of what the whole of its result is. So a task with several outputs
may have one of them expanded over, or several of one length: its result then says that length.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow.sdk.configuration import conf
from airflow.sdk.definitions.xcom_arg import MapXComArg, PlainXComArg, XComArg

from airflow_artifacts.annotations import describe, may_be_list
from airflow_artifacts.exceptions import DeclarationError, OutputError
from airflow_artifacts.model import ArtifactListRef
from airflow_artifacts.provider.xcom import ArtifactItem, ArtifactMetadata, ArtifactUri, MappedItems, leaves
from airflow_artifacts.registry import public_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from airflow.sdk.definitions._internal.expandinput import ExpandInput

    from airflow_artifacts.model import ArtifactRef
    from airflow_artifacts.signature import Signature

__all__ = ["check_mappable", "check_mapped_values", "expanded_outputs", "over_items", "xcom_of"]


def check_mappable(function: str, expand_input: ExpandInput) -> None:
    """Refuse what Airflow would refuse when the other task has run: it must know the length of what it maps over.

    Raises:
        DeclarationError: A task is to be expanded over what is no list, or over dicts with results of tasks in them.
    """
    if isinstance(expand_input.value, list):
        _check_keywords(function, expand_input.value)
    for argument in _arguments(expand_input):
        operator = argument.operator
        if next(operator.iter_mapped_task_groups(), None) is not None or operator.is_mapped:
            continue
        signature: Signature | None = getattr(operator, "signature", None)
        if signature is None:
            continue
        place = f"{function!r} cannot expand over the result of {operator.task_id!r}"
        if isinstance(argument, (ArtifactMetadata, ArtifactUri)) or (
            isinstance(argument, ArtifactItem) and argument.path
        ):
            message = f"{place} in part, as Airflow does not know its length; return it as an output, and name that"
            raise DeclarationError(message)
        if signature.multiple and getattr(argument, "output", None) is None:
            continue  # over the dict of its outputs, as over that of any task
        if not signature.keyed and not signature.outputs:
            message = f"{place}, which returns nothing; return a list"
            raise DeclarationError(message)
        outputs = {output.name: output.annotation for output in signature.outputs}
        annotation = outputs.get(getattr(argument, "output", None) or "", next(iter(outputs.values()), Any))
        if not may_be_list(annotation):
            message = f"{place}, which is a {describe(annotation)} and no list; return a list of what each is to take"
            raise DeclarationError(message)


def over_items(expand_input: ExpandInput) -> ExpandInput:
    """Return an expansion in which functions receive items, also where Airflow's own ``.zip`` begins the chain."""
    value: Any = expand_input.value
    if isinstance(value, dict):
        value = {name: _mapped_items(argument) for name, argument in value.items()}
    return type(expand_input)(_mapped_items(value))


def expanded_outputs(task: Any) -> dict[str | None, str]:
    """Return which outputs of a task others are expanded over, with one of these; None stands for the whole."""
    found: dict[str | None, str] = {}
    for node in task.iter_mapped_dependants():
        given = getattr(node, "_expand_input", None) or node._get_specified_expand_input()  # noqa: SLF001 - Airflow's own has no public name
        for argument in _arguments(given):
            if argument.operator.task_id == task.task_id:
                found.setdefault(getattr(argument, "output", None), node.node_id)
    return found


def check_mapped_values(task_id: str, signature: Signature, returned: Any, expanded: Mapping[str | None, str]) -> None:
    """Refuse, before anything is published, a value that tasks are expanded over and cannot be.

    Raises:
        OutputError: It is no list, longer than Airflow allows, or of another length than a second one.
    """
    values = {output.name: value for output, value in signature.split(returned)}
    lengths: dict[str | None, int] = {}
    for output, by in expanded.items():
        name = output if output is not None else "output"
        if output is None and signature.multiple:
            lengths[output] = len(values)
            continue
        value = values.get(name) if output is not None else next(iter(values.values()), None)
        if not isinstance(value, (list, tuple)):
            message = (
                f"{by!r} is expanded over output {name!r} of {task_id!r}, which returned a "
                f"{public_name(type(value))} for it; return a list of what each is to take"
            )
            raise OutputError(message)
        lengths[output] = len(value)
    _check_lengths(task_id, lengths, expanded)


def xcom_of(
    task_id: str, signature: Signature, refs: Mapping[str, ArtifactRef], expanded: Mapping[str | None, str]
) -> Any:
    """Return what a task returns to Airflow: its reference, or those of its outputs.

    Args:
        task_id: The task.
        signature: Of its function.
        refs: By output.
        expanded: What others are expanded over; empty for an instance of a mapped task, whose length nobody asks.

    Raises:
        OutputError: The length is not known, or is more than Airflow allows.
    """
    lengths: dict[str | None, int] = {}
    for output, by in expanded.items():
        if output is None and signature.multiple:
            lengths[output] = len(refs)
            continue
        ref = refs.get(output) if output is not None else next(iter(refs.values()), None)
        if not isinstance(ref, ArtifactListRef):
            message = (
                f"{by!r} is expanded over {ref} of {task_id!r}, of which no length is stored; return a list or a "
                "tuple, and let the default materializer write it"
            )
            raise OutputError(message)
        lengths[output] = len(ref)
    _check_lengths(task_id, lengths, expanded)
    if not signature.multiple:
        return next(iter(refs.values()), None)
    return _Outputs(refs, next(iter(lengths.values()), len(refs)))


class _Outputs(dict[str, "ArtifactRef"]):
    """The references of several outputs, as long as that output is which others are expanded over."""

    def __init__(self, refs: Mapping[str, ArtifactRef], length: int) -> None:
        super().__init__(refs)
        self._length = length

    def __len__(self) -> int:
        return self._length


def _check_keywords(function: str, given: list[Any]) -> None:
    """Refuse what Airflow neither waits for nor resolves: it looks for results among the dicts, not in them."""
    for keywords in given:
        for name, value in keywords.items() if isinstance(keywords, dict) else ():
            if next(XComArg.iter_xcom_references(value), None) is not None:
                message = (
                    f"expand_kwargs() of {function!r} is given the result of a task in a dict, under {name!r}, which "
                    "Airflow does not resolve; return the dicts from a task, or name the result in partial()"
                )
                raise DeclarationError(message)


def _mapped_items(argument: Any) -> Any:
    if type(argument) is not MapXComArg or not any(isinstance(leaf, ArtifactItem) for leaf in leaves(argument)):
        return argument
    return MappedItems(argument.arg, list(argument.callables))


def _arguments(expand_input: Any) -> Iterator[PlainXComArg]:
    """Give the results of tasks that an expansion is over."""
    value = expand_input.value
    for argument in value.values() if isinstance(value, dict) else [value] if not isinstance(value, list) else value:
        for leaf in leaves(argument):
            if isinstance(leaf, PlainXComArg):
                yield leaf


def _check_lengths(task_id: str, lengths: Mapping[str | None, int], expanded: Mapping[str | None, str]) -> None:
    most = conf.getint("core", "max_map_length", fallback=1024)
    if len(set(lengths.values())) > 1:
        found = ", ".join(f"{name or 'all'!s} with {length}" for name, length in lengths.items())
        message = (
            f"several outputs of {task_id!r} are expanded over, and their lengths differ ({found}), while Airflow "
            "knows one length for a task; return them from two tasks"
        )
        raise OutputError(message)
    for output, length in lengths.items():
        if length > most:
            message = (
                f"{expanded[output]!r} is expanded over what {task_id!r} returned, {length} items, and Airflow maps "
                f"over {most} at most; return fewer and larger items, or raise [core] max_map_length "
                "(AIRFLOW__CORE__MAX_MAP_LENGTH) on the API server and the workers"
            )
            raise OutputError(message)
