"""The operator behind ``@task.artifact``: a PythonOperator whose arguments and results are artifacts.

References are loaded in ``execute``, not while templates are rendered: Airflow stores rendered fields as text, and
would turn a table into one.
"""

from __future__ import annotations

import inspect
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar

from airflow.providers.standard.operators.python import PythonOperator
from airflow.sdk import get_current_context
from airflow.sdk.bases.decorator import DecoratedOperator
from airflow.sdk.definitions.xcom_arg import XComArg
from airflow.sdk.exceptions import AirflowSkipException
from airflow.sdk.execution_time.context import context_get_outlet_events

from airflow_artifacts.exceptions import DeclarationError
from airflow_artifacts.provider import DEFAULT_CONNECTION
from airflow_artifacts.provider.assets import send_events, users_outlets, with_outlets
from airflow_artifacts.provider.declaring import (
    OPTIONS,
    by_output,
    by_parameter,
    check_cache,
    check_references,
    check_templates,
    signature_of,
)
from airflow_artifacts.provider.deferring import Late, check_hits, forget_results, is_left_to_worker, started
from airflow_artifacts.provider.emitting import output_of
from airflow_artifacts.provider.governing import late_rule
from airflow_artifacts.provider.links import EarlierRunLink, page_of
from airflow_artifacts.provider.mapping import check_mapped_values, expanded_outputs, xcom_of
from airflow_artifacts.provider.xcom import ArtifactXComArg, gathered

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from airflow.sdk import BaseOperatorLink, TriggerRule
    from airflow.sdk.definitions.context import Context
    from typing_extensions import Self

    from airflow_artifacts.cache.policy import CachePolicy
    from airflow_artifacts.client.call import Interpreter
    from airflow_artifacts.client.task import TaskExecution
    from airflow_artifacts.materializers import Materializer

__all__ = ["ArtifactDecoratedOperator"]


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


def _task_ids(value: object) -> tuple[str, ...]:
    return tuple(operator.task_id for operator, _ in XComArg.iter_xcom_references(value))
