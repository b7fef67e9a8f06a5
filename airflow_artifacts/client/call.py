"""One call of an artifact task's function, described without Airflow: what runs, with what, on what occasion."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from airflow_artifacts.cache.policy import CachePolicy
    from airflow_artifacts.materializers import Materializer
    from airflow_artifacts.model import TaskRun
    from airflow_artifacts.signature import Signature

__all__ = ["Awaited", "Gathered", "Interpreter", "Made", "TaskCall", "Unknown"]


@dataclasses.dataclass(frozen=True, slots=True)
class Awaited:
    """Stands in an argument for what another task of the same run will return.

    Attributes:
        key: The XCom it comes from: an output's name where the task has several, else ``return_value``.
        path: Keys that lead into a dict artifact.
        metadata: Keys that lead to a value of its metadata, which is taken instead.
    """

    task_id: str
    key: str = "return_value"
    path: tuple[str, ...] = ()
    metadata: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class Unknown:
    """Stands in an argument for what cannot be known before the task runs.

    Attributes:
        reason: Why, in words that follow "because".
    """

    reason: str


@dataclasses.dataclass(frozen=True, slots=True)
class Made:
    """Stands in an argument for what functions make of it: what ``.map(f)`` in a DAG file says of each item.

    Attributes:
        of: A reference, a literal, or a tuple of these.
        functions: Called one after another, the first of them with the value.
        keys: Keys that lead into the dict that they make.
    """

    of: Any
    functions: tuple[Callable[[Any], Any], ...]
    keys: tuple[str, ...] = ()

    def applied(self, value: Any) -> Any:
        """Return what the functions make of a value."""
        for function in self.functions:
            value = function(value)
        for key in self.keys:
            value = value[key]
        return value

    def __str__(self) -> str:
        text = str(self.of)
        for function in self.functions:
            text = f"{getattr(function, '__name__', 'function')}({text})"
        return text + "".join(f"[{key!r}]" for key in self.keys)

    def serialize(self) -> str:
        """Return what Airflow shows of it among the rendered arguments."""
        return str(self)


class Gathered(list[Any]):
    """Stands in an argument for what the instances of a mapped task returned, in their order."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Interpreter:
    """A Python that is not the worker's, in which a task's function runs.

    Attributes:
        facts: What it is, by name: its version, and what is installed into it. No secrets.
        packages: The versions of the packages that it has already.
        modules: The digests of the user's own modules that the function imports there, with all that they import.
        environment: The environment variables that the function sees there.
        reads: Those of them that count: set for it, or read by these modules.
        variables: The Airflow Variables that these modules read.
    """

    facts: Mapping[str, str | list[str]]
    packages: Mapping[str, str]
    modules: Mapping[str, str]
    environment: Mapping[str, str]
    reads: frozenset[str] = frozenset()
    variables: frozenset[str] = frozenset()


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class TaskCall:
    """A call of a task's function.

    Attributes:
        task_run: The try.
        function: What runs.
        signature: What it takes and gives.
        arguments: By parameter, as Airflow hands them over: references, literals, and an ``Artifact`` for a version
            that is asked for by name, also in lists and dicts. In their place may stand :class:`Made` and
            :class:`Gathered`, and in a plan :class:`Awaited` and :class:`Unknown`.
        upstream: The tasks that each argument comes from.
        context: The values that Airflow fills, by the parameters that take them.
        takes_context: Whether the function takes the whole context (``**context``).
        occasion: What the run stands for, by which results of a source belong to it: a kind and its values, such as
            ``("interval", start, end)``, ``("partition", key)``, ``("events", id, …)`` or ``("run", run id)``.
        triggers: The versions that triggered the DAG run, as UUIDs by artifact: what ``latest`` means in it.
        policy: The task's own; None for the default.
        refresh: Whether the run was told to compute everything.
        on_clear: ``"recompute"`` or ``"reuse"``: what a cleared task does that had published.
        materializers: What writes an output, by its name, where it is not what is registered for the type.
        substitutions: Values for the templates of names; they may override ``date``.
        mask: Hides what is secret in a parameter, given its name and JSON.
        variable: Looks an Airflow Variable up; None where there is none of that name.
        preview: Whether previews and statistics are made of what it returns.
        secret: By which secrets are told apart without being stored; None where the deployment has no such key.
        first_party: Packages whose source counts although they are installed.
        interpreter: Asks the Python in which the function runs, given the modules that it imports there, or raises
            FingerprintError; None where that is the worker's.
    """

    task_run: TaskRun
    function: Callable[..., Any]
    signature: Signature
    arguments: Mapping[str, Any]
    upstream: Mapping[str, Sequence[str]]
    context: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    takes_context: bool = False
    occasion: tuple[str, ...] = ()
    triggers: Mapping[str, str] = dataclasses.field(default_factory=dict)
    policy: CachePolicy | None = None
    refresh: bool = False
    on_clear: str = "recompute"
    materializers: Mapping[str, Materializer[Any]] = dataclasses.field(default_factory=dict)
    substitutions: Mapping[str, object] = dataclasses.field(default_factory=dict)
    mask: Callable[[str, Any], Any] = lambda _name, value: value
    variable: Callable[[str], str | None] = lambda _name: None
    preview: bool = True
    secret: bytes | None = None
    first_party: tuple[str, ...] = ()
    interpreter: Callable[[Collection[str]], Interpreter] | None = None
