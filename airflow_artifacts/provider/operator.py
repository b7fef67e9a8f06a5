"""The operator behind ``@task.artifact``: a PythonOperator whose arguments and results are artifacts.

References are loaded in ``execute``, not while templates are rendered: Airflow stores rendered fields as text, and
would turn a table into one.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar

from airflow.providers.standard.operators.python import PythonOperator
from airflow.sdk import get_current_context
from airflow.sdk.bases.decorator import DecoratedOperator
from airflow.sdk.definitions._internal.mixins import ResolveMixin
from airflow.sdk.definitions.context import KNOWN_CONTEXT_KEYS
from airflow.sdk.definitions.xcom_arg import XComArg
from airflow.sdk.exceptions import AirflowSkipException
from airflow.sdk.execution_time.context import context_get_outlet_events

from airflow_artifacts import materializers as registry
from airflow_artifacts.artifact import LATEST, PLACEHOLDERS, Artifact, literal_fault, render
from airflow_artifacts.cache.policy import policy_of
from airflow_artifacts.exceptions import DeclarationError
from airflow_artifacts.provider import DEFAULT_CONNECTION
from airflow_artifacts.provider.assets import send_events, users_outlets, with_outlets
from airflow_artifacts.provider.deferring import Late, check_hits, forget_results, is_left_to_worker, started
from airflow_artifacts.provider.emitting import output_of
from airflow_artifacts.provider.governing import late_rule
from airflow_artifacts.provider.links import EarlierRunLink, page_of
from airflow_artifacts.provider.mapping import check_mapped_values, expanded_outputs, xcom_of
from airflow_artifacts.provider.xcom import ArtifactXComArg, gathered
from airflow_artifacts.signature import Signature, read_signature

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from airflow.sdk import BaseOperatorLink, TriggerRule
    from airflow.sdk.definitions.context import Context
    from typing_extensions import Self

    from airflow_artifacts.cache.policy import CachePolicy
    from airflow_artifacts.client.call import Interpreter
    from airflow_artifacts.client.task import TaskExecution
    from airflow_artifacts.materializers import Materializer

__all__ = [
    "OPTIONS",
    "ArtifactDecoratedOperator",
    "by_output",
    "by_parameter",
    "check_cache",
    "check_literals",
    "check_templates",
    "signature_of",
]

OPTIONS = ("materializers", "substitutions", "artifacts_conn_id", "cache", "on_clear", "preview", "hits")
"""The arguments that this operator adds to those of every operator; ``default_args`` may give them too."""


class ArtifactDecoratedOperator(DecoratedOperator, PythonOperator):
    """Runs a function whose arguments and results are artifacts.

    Made by :func:`~airflow_artifacts.provider.decorator.artifact_task`.

    Args:
        python_callable: The function.
        op_args: Positional arguments (templated).
        op_kwargs: Keyword arguments (templated).
        unpacks: Whether the decorator gave each output an XCom of its own; given by the decorator alone.
        materializers: What writes an output, by its name, or of the only output.
        substitutions: Values for the templates of artifact names (templated).
        artifacts_conn_id: The connection of type ``artifacts``.
        cache: Its policy: a sum such as ``INPUTS + SOURCE``, True for the default one, False for none; None for what
            ``[artifacts] cache`` says.
        on_clear: ``"recompute"`` or ``"reuse"``: what it does when it is cleared after it had published.
        preview: Whether previews and statistics are made of what it returns.
        hits: ``"worker"`` or ``"triggerer"``: where its hits are found; see :mod:`.deferring`.
    """

    custom_operator_name = "@task.artifact"
    makes_artifacts = True
    template_fields: Sequence[str] = ("templates_dict", "op_args", "op_kwargs", "substitutions")
    template_fields_renderers: ClassVar[dict[str, str]] = {
        "templates_dict": "json",
        "op_args": "py",
        "op_kwargs": "py",
        "substitutions": "json",
    }
    shallow_copy_attrs: Sequence[str] = ("python_callable", "op_kwargs", "materializers", "cache")
    operator_extra_links: Collection[BaseOperatorLink] = (EarlierRunLink(),)
    earlier_page: str | None = None
    """The page of the task run that computed what the running one returned again."""
    options: ClassVar[tuple[str, ...]] = OPTIONS
    """What ``default_args`` may give besides the arguments of every operator."""
    interpreter_fields: ClassVar[tuple[str, ...]] = ()
    """The templated fields that name the Python in which the function runs."""
    interpreter_name: str | None = None
    """The Python in which the function runs, for people; None where that is the worker's."""
    fixed_context: Mapping[str, Any] = MappingProxyType({})
    """What the function is given besides its arguments, whatever the run."""
    # Decided when the DAG is serialised.
    start_trigger_args: Any = Late(started, None)
    start_from_trigger: Any = Late(lambda task: started(task) is not None, otherwise=False)

    def __init__(
        self,
        *,
        python_callable: Callable[..., Any],
        op_args: Sequence[Any] | None = None,
        op_kwargs: Mapping[str, Any] | None = None,
        unpacks: bool | None = None,
        materializers: Mapping[str, Materializer[Any] | str] | Materializer[Any] | str | None = None,
        substitutions: Mapping[str, object] | None = None,
        artifacts_conn_id: str = DEFAULT_CONNECTION,
        cache: CachePolicy | bool | None = None,
        on_clear: str = "recompute",
        preview: bool = True,
        hits: str = "worker",
        **kwargs: Any,
    ) -> None:
        if unpacks is None:
            message = (
                f"another task decorator stands around {self.custom_operator_name} on {python_callable.__name__!r}, "
                "and only one of the two would count; leave one away, or call the plain function from a task of the "
                "other kind"
            )
            raise DeclarationError(message)
        signature = signature_of(python_callable, multiple_outputs=bool(kwargs.get("multiple_outputs")) and not unpacks)
        check_templates(signature, substitutions)
        self.materializers = by_output(signature, materializers)
        self.substitutions = dict(substitutions or {})
        self.artifacts_conn_id = artifacts_conn_id
        check_cache(python_callable, cache, on_clear)
        self.cache = cache
        self.on_clear = on_clear
        self.preview = preview
        check_hits(python_callable.__name__, hits)
        self.hits = hits
        op_args, op_kwargs = tuple(op_args or ()), dict(op_kwargs or {})
        named = by_parameter(python_callable, op_args, op_kwargs)
        check_references(named, substitutions)
        self.signature = signature
        self.upstream_of = {name: _task_ids(value) for name, value in named.items()}
        kwargs.setdefault("show_return_value_in_logs", False)
        super().__init__(
            kwargs_to_upstream={"python_callable": python_callable, "op_args": op_args, "op_kwargs": op_kwargs},
            python_callable=python_callable,
            op_args=op_args,
            op_kwargs=op_kwargs,
            **kwargs,
        )
        # What a mapped task is made of when it runs has none of its own outputs' assets: see prepare_for_execution().
        is_running = getattr(self, "_BaseOperator__from_mapped", False)
        self.outlets = users_outlets(self) if is_running else with_outlets(signature, self.outlets)

    @property
    def trigger_rule(self) -> TriggerRule:
        """The rule under which it runs, decided when the DAG is serialised: see :mod:`.governing`."""
        return late_rule(self, self.__dict__.get("_declared_rule"))

    @trigger_rule.setter
    def trigger_rule(self, value: TriggerRule | str) -> None:
        self.__dict__["_declared_rule"] = value

    @property
    def output(self) -> ArtifactXComArg:
        """What it is going to return, as an argument of other tasks."""
        return ArtifactXComArg(self, signature=self.signature)

    def interpreter(
        self, context: Context, rendered: Mapping[str, Any]
    ) -> Callable[[Collection[str]], Interpreter] | None:
        """Return what asks the Python in which the function runs; None where that is the worker's.

        Args:
            context: Of the try.
            rendered: The fields that name it, where this operator's own are not rendered.
        """
        del context, rendered
        return None

    def prepare_for_execution(self) -> Self:
        """Return what runs: without the assets of its outputs, until there is something to tell of them.

        Airflow fails a task that has an inactive asset among its outlets, such as one of an output that a newer version
        of the DAG has no more.
        """
        task = super().prepare_for_execution()
        task.outlets = users_outlets(task)
        return task

    def execute(self, context: Context) -> Any:
        """Return references for XCom: to what the task returned before, or to what its function returns now."""
        # Reading a DAG file must not cost what only running a task needs.
        from airflow_artifacts.provider.execution import executing  # noqa: PLC0415

        args, kwargs = tuple(self.op_args), dict(self.op_kwargs)
        named = gathered(by_parameter(self.python_callable, args, kwargs))
        expanded = {} if context["ti"].map_index not in {None, -1} else expanded_outputs(self)
        with executing(self, context, named) as execution:
            self._skip_as_its_upstream(execution, context)
            refs = execution.recall()
            if refs is None:
                bound = execution.bind()
                self.op_args = tuple(bound.pop(name) for name in list(named)[: len(args)])
                self.op_kwargs = bound
                returned = super().execute(context)
                if expanded:
                    check_mapped_values(self.task_id, self.signature, returned, expanded)
                refs = execution.publish(returned)
            value = xcom_of(self.task_id, self.signature, refs, expanded)
            self._tell(execution, context)
            earlier = execution.earlier_run()
        if earlier is None:
            # Airflow would keep an empty one.
            self.operator_extra_links = ()
        else:
            self.earlier_page = page_of(earlier)
        return value

    def get_openlineage_facets_on_complete(self, task_instance: Any) -> Any:
        """Return what it read and wrote, as Airflow's OpenLineage provider asks of operators."""
        from airflow_artifacts.provider.openlineage import lineage_of  # noqa: PLC0415 - only where that is installed

        return lineage_of(self.artifacts_conn_id, str(task_instance.id))

    def resume_execution(self, next_method: str, next_kwargs: dict[str, Any] | None, context: Context) -> Any:
        """Begin on a worker where the triggerer found no hit, failed, or was not there in time."""
        if not is_left_to_worker(next_method):
            return super().resume_execution(next_method, next_kwargs, context)
        given = next_kwargs or {}
        self.log.info("the triggerer left the task to a worker: %s", given.get("event") or given.get("error"))
        forget_results(self, context["ti"])
        return self.execute(context)

    def execute_callable(self) -> Any:
        """Call the function; what a generator gives is its output, where Airflow would run it for what it emits."""
        if inspect.isgeneratorfunction(self.python_callable):
            given = self.python_callable(*self.op_args, **self.op_kwargs)
            return output_of(given, context_get_outlet_events(get_current_context()))
        return super().execute_callable()

    def _tell(self, execution: TaskExecution, context: Context) -> None:
        """Let Airflow send the events of the versions that are new to it."""
        if owed := execution.owed():
            send_events(self, context, owed, execution.client)

    def _skip_as_its_upstream(self, execution: TaskExecution, context: Context) -> None:
        """Skip as ``all_success`` would, unless a cache check is what skipped the tasks before this one.

        Raises:
            AirflowSkipException: One of them was skipped otherwise.
        """
        rule = self.__dict__.get("_declared_rule")
        if rule == self.trigger_rule or not self.upstream_task_ids:
            return
        skipped = [name for name, state in self._upstream_states(context["ti"]).items() if state == "skipped"]
        if otherwise := [name for name in skipped if not execution.was_reused(name)]:
            message = f"{', '.join(map(repr, otherwise))} before it was skipped, and not for a cached result"
            raise AirflowSkipException(message)

    def _upstream_states(self, instance: Any) -> dict[str, str]:
        """Return the states of the task instances before this one: in a mapped group those of its own index."""
        group = self.get_closest_mapped_task_group()
        inside = {one.task_id for one in self.upstream_list if one.get_closest_mapped_task_group() is group}
        inside = set() if group is None else inside
        states: dict[str, str] = {}
        for task_ids, index in ((inside, instance.map_index), (self.upstream_task_ids - inside, None)):
            if task_ids:
                found = instance.get_task_states(
                    dag_id=instance.dag_id, run_ids=[instance.run_id], task_ids=sorted(task_ids), map_index=index
                )
                states |= found.get(instance.run_id, {})
        return states


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


def _task_ids(value: object) -> tuple[str, ...]:
    return tuple(operator.task_id for operator, _ in XComArg.iter_xcom_references(value))
